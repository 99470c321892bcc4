"""Wide random networks: variance and correlation maps, edge of chaos, initialisation, phase diagrams, gains.

A fully connected network with independent weights of variance sigma_w^2/width and biases of variance
sigma_b^2 has, as its width grows, Gaussian preactivations, whose variance q follows V(q) = sigma_w^2
E phi(sqrt(q) Z)^2 + sigma_b^2 from layer to layer (Poole et al., arXiv 1606.05340; Schoenholz et al.,
arXiv 1611.01232). docs/mean_field.md has what is computed here and why.
"""

from importlib import import_module
from typing import Any

_HOME = {
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
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'fastsig.mean_field' has no attribute {name!r}")
    value = getattr(import_module(f"fastsig.mean_field.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
