"""Entropy of activations' outputs: worst activation, correction, CRReLU, optimisation (arXiv 2405.12954).

The law of the data is a density: `normal`, `mixture`, `samples` and `from_pdf` make one, and
frozen distributions of scipy.stats and arrays of samples are taken as they are.
"""

from fastsig.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "BayesError": "bayes",
        "BoundaryConditionError": "conditions",
        "Correction": "direction",
        "CRReLUFit": "crrelu",
        "Density": "density",
        "Step": "optimized",
        "InverseError": "crrelu_inverse",
        "MONOTONE_RANGE": "crrelu_inverse",
        "OptimizedActivation": "optimized",
        "OutputEntropy": "entropy",
        "TableActivation": "table",
        "as_density": "reading",
        "bayes_error": "bayes",
        "correction": "corrections",
        "crrelu_entropy_slope": "crrelu",
        "crrelu_fit": "crrelu",
        "crrelu_inverse_error": "crrelu_inverse",
        "entropy_slope": "slope",
        "from_json": "table",
        "from_pdf": "formula",
        "legendre": "worst",
        "mixture": "mixtures",
        "normal": "normal_density",
        "optimize": "optimization",
        "output_entropy": "entropy",
        "samples": "kernel_density",
        "step": "stepping",
        "wafbc": "worst",
    },
)
