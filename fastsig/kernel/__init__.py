"""Kernels of wide networks: duals of activations, NNGP and NTK, their spectra and bounds.

`dual` and `dual_derivative` are the two Gaussian means that everything else is made of.
"""

from importlib import import_module
from typing import Any

_HOME = {
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
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'fastsig.kernel' has no attribute {name!r}")
    value = getattr(import_module(f"fastsig.kernel.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
