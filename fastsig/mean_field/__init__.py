"""Wide random networks: variance and correlation maps, edge of chaos, initialisation, phase diagrams, gains.

A fully connected network with independent weights of variance sigma_w^2/width and biases of variance
sigma_b^2 has, as its width grows, Gaussian preactivations, whose variance q follows V(q) = sigma_w^2
E phi(sqrt(q) Z)^2 + sigma_b^2 from layer to layer (Poole et al., arXiv 1606.05340; Schoenholz et al.,
arXiv 1611.01232). docs/mean_field.md has what is computed here and why.
"""

from fastsig.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "DepthScale": "variance_map",
        "FixedPoint": "fixed_points",
        "Gain": "gains",
        "Initialisation": "critical",
        "PhaseDiagram": "phases",
        "StabilityCurve": "stability_map",
        "StablePoint": "correlation",
        "VarianceMap": "variance_map",
        "critical_init": "critical",
        "edge_of_chaos": "critical",
        "gain": "gains",
        "gain_table": "gains",
        "phase_diagram": "phases",
        "stability_curve": "stability_map",
    },
)
