"""Kernels of wide networks: duals of activations, NNGP and NTK, their spectra and bounds.

`dual` and `dual_derivative` are the two Gaussian means that everything else is made of.
"""

from fastsig.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "Conditioning": "gram",
        "HermiteCoefficients": "hermite",
        "HessianBound": "hessian",
        "SphereEigenvalues": "sphere",
        "conditioning": "gram",
        "dual": "dual_activation",
        "dual_derivative": "dual_activation",
        "hermite_coefficients": "hermite",
        "hessian_bound": "hessian",
        "hessian_norm": "hessian",
        "nngp": "networks",
        "ntk": "networks",
        "slope_kernel_gap_bound": "slope_gap",
        "sphere_eigenvalues": "sphere",
    },
)
