"""Certified results in ball arithmetic (extra `certified`): each encloses the exact number.

`zeros`, `bounds` and `fixed_points` are here; Gaussian functionals and the components of a signature are
given by ``precision="certified"`` of `fastsig.moments`, `fastsig.signature`, `fastsig.total_variation`,
`fastsig.curvature` and `fastsig.slopes`.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "Bounds": "questions",
    "FixedPoint": "questions",
    "bounds": "questions",
    "fixed_points": "questions",
    "zeros": "questions",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'fastsig.certified' has no attribute {name!r}")
    value = getattr(import_module(f"fastsig.certified.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
