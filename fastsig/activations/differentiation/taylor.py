"""Truncated Taylor series: f, f' and f'' at the same points, and the chain rule."""

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Triple = tuple[FloatArray, FloatArray, FloatArray]


class Taylor(NamedTuple):
    """Values with first and second derivatives."""

    value: "FloatArray"
    first: "FloatArray"
    second: "FloatArray"


def chain(derivatives: "Triple", u: Taylor) -> Taylor:
    """Return f(u) from f, f', f'' at u: f(u)' = f' u', f(u)'' = f'' u'^2 + f' u''."""
    f, f1, f2 = derivatives
    return Taylor(f, f1 * u.first, f2 * u.first * u.first + f1 * u.second)
