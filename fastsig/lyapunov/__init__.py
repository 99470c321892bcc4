"""Stability of the recursion x -> phi(a x + b): certificates with constants, and all fixed points.

`contraction` and `primitive` return certificates that can be verified by sampling and proved in ball arithmetic;
where a hypothesis fails they raise `HypothesisError`, which names it and the margin.
"""

from fastsig.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
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
    },
)
