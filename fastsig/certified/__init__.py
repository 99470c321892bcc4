"""Certified results in ball arithmetic (extra `certified`): each encloses the exact number.

`zeros`, `bounds` and `fixed_points` are here; Gaussian functionals and the components of a signature are
given by ``precision="certified"`` of `fastsig.moments`, `fastsig.signature`, `fastsig.total_variation`,
`fastsig.curvature` and `fastsig.slopes`.
"""

from fastsig.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "Bounds": "questions",
        "FixedPoint": "questions",
        "bounds": "questions",
        "fixed_points": "questions",
        "zeros": "questions",
    },
)
