"""Stability of the recursion x -> phi(a x + b): certificates with constants, and all fixed points.

`contraction` and `primitive` return certificates that can be verified by sampling and proved in ball arithmetic;
where a hypothesis fails they raise `HypothesisError`, which names it and the margin.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "Contraction": "contraction_certificate",
    "FixedInterval": "fixed_point",
    "FixedPoint": "fixed_point",
    "FixedPoints": "fixed_point",
    "HypothesisError": "hypothesis",
    "PrimitiveDescent": "primitive_certificate",
    "Proof": "proof",
    "Verification": "verification",
    "contraction": "contraction_search",
    "fixed_points": "fixed_point_search",
    "primitive": "primitive_search",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'fastsig.lyapunov' has no attribute {name!r}")
    value = getattr(import_module(f"fastsig.lyapunov.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
