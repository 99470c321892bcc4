"""Gaussian functionals and integral signatures of neural-network activations.

The public names are listed in ``__init__.pyi`` and loaded when they are first
used (SPEC 1): importing fastsig loads neither numpy nor scipy nor numba.
"""

from fastsig.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "Activation": "activations.definition",
        "activation": "activations.registry",
        "activation_names": "activations.registry",
        "get_include": "embedding.installation",
        "get_library_dir": "embedding.installation",
        "get_shared_library": "embedding.installation",
        "low_level_callable": "embedding.low_level_callable",
        "AccuracyWarning": "errors",
        "CpuLevelError": "errors",
        "DigitsNotReachedError": "errors",
        "FastsigError": "errors",
        "KinkWarning": "errors",
        "RepellingVarianceWarning": "errors",
        "SweepError": "errors",
        "Components": "integrals.components",
        "Estimate": "integrals.estimate",
        "curvature": "integrals.curvature",
        "expectation": "integrals.expectation",
        "sigma_for": "integrals.inverse",
        "Moments": "integrals.result",
        "moments": "integrals.gaussian_moments",
        "Slopes": "integrals.slopes",
        "total_variation_of_samples": "integrals.sampled_variation",
        "slopes": "integrals.slopes",
        "total_variation": "integrals.variation",
        "gauss_hermite": "rules.gauss_hermite",
        "gauss_legendre": "rules.gauss_legendre",
        "Ball": "numbers.ball",
        "DoubleDouble": "numbers.double_double",
        "affine_law": "signatures.affine",
        "signature": "signatures.compute",
        "Signature": "signatures.definition",
        "classify": "taxonomy.compute",
        "closure": "taxonomy.closure_path",
        "Closure": "taxonomy.closure_path",
        "Taxonomy": "taxonomy.definition",
        "__version__": "version",
        # packages, loaded when first used, too
        "certified": "",
        "eafo": "",
        "kernel": "",
        "lyapunov": "",
        "mean_field": "",
        "sweeps": "",
        "torch": "",
    },
)
