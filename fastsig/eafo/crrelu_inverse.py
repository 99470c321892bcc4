"""f(x) = x + eps x exp(-x^2/2) of CRReLU (arXiv 2405.12954), as the inverse of v - eps v exp(-v^2/2)."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fastsig.arguments import number

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

MONOTONE_RANGE = (-1.0, 0.5 * math.exp(1.5))
"""The eps for which x + eps x exp(-x^2/2) is monotone: (1 - x^2) exp(-x^2/2) is in [-2 exp(-3/2), 1]."""

_GRID = np.linspace(0.0, 9.0, 9001)


def bump(x: "FloatArray") -> "FloatArray":
    """X exp(-x^2/2)."""
    with np.errstate(over="ignore"):
        result: FloatArray = np.where(np.abs(x) < 40.0, x * np.exp(-0.5 * np.minimum(x * x, 1600.0)), 0.0)
    return result


def bump_slope(x: "FloatArray") -> "FloatArray":
    """(1 - x^2) exp(-x^2/2)."""
    inner = np.where(np.abs(x) < 40.0, x, 40.0)
    result: FloatArray = (1.0 - inner * inner) * np.exp(-0.5 * inner * inner)
    return result


@dataclass(frozen=True, slots=True)
class InverseError:
    """How well CRReLU's positive branch undoes the corrected inverse.

    Attributes
    ----------
    bound : float
        eps^2 exp(-1/2).
    maximum : float
        The largest abs(g(f(x)) - x) over all real x.
    at : float
        An x >= 0 where it is reached.
    """

    bound: float
    maximum: float
    at: float


def crrelu_inverse_error(eps: float) -> InverseError:
    """Return how far f(x) = x + eps x exp(-x^2/2) is from the inverse of g(v) = v - eps v exp(-v^2/2).

    Parameters
    ----------
    eps : float
        Any finite number up to 1e6 in size; f is monotone for eps in `MONOTONE_RANGE` only.

    Returns
    -------
    InverseError
        The bound and the true maximum of abs(g(f(x)) - x).

    Notes
    -----
    With b(x) = x exp(-x^2/2), g(f(x)) - x = eps (b(x) - b(f(x))), and abs(b') <= 1, abs(b) <= exp(-1/2).

    Examples
    --------
    >>> from fastsig import eafo
    >>> found = eafo.crrelu_inverse_error(0.01)
    >>> f"{found.bound:.4e} {found.maximum:.4e} at {found.at:.4f}"
    '6.0653e-05 2.9258e-05 at 0.4667'
    """
    size = number("eps", eps)
    if not abs(size) <= 1e6:
        raise ValueError(f"eps must be finite and at most 1e6 in size; got {eps!r}")

    def off(x: "FloatArray") -> "FloatArray":
        result: FloatArray = np.abs(size * (bump(x) - bump(x + size * bump(x))))
        return result

    x, width = _GRID, float(_GRID[1])
    # b(f(x)) may swing fast where f is steep: refine the best places, not the best one.
    values = off(x)
    peaks = np.flatnonzero((values >= np.roll(values, 1)) & (values >= np.roll(values, -1)))
    centres = x[peaks[np.argsort(values[peaks])[-20:]]]
    while width > 1e-9:
        points = np.maximum(centres[:, None] + width * np.linspace(-1.0, 1.0, 41), 0.0)
        centres = points[np.arange(centres.size), off(points.ravel()).reshape(points.shape).argmax(axis=1)]
        width *= 0.1
    best = int(off(centres).argmax())
    return InverseError(size * size * math.exp(-0.5), float(off(centres)[best]), float(centres[best]))
