"""A function known by values only, as Chebyshev series on pieces of the real line.

The line out to abs(x) = 2^40 is cut at 0 and +-2^k, and each piece is halved
until the Chebyshev coefficients of phi have fallen to rounding level: large
pieces where phi is calm, small ones where it bends. Where halving does not
help, phi has a break: the two smooth branches beside it are continued into the
gap, and the place is where they meet (a kink), where their slopes meet (a jump
of phi''), and so on. It is believed only if phi follows the branches down to
neighbouring doubles; if the branches do not meet, phi jumps and is refused.
Otherwise halving goes on, and what is left is a narrow smooth feature, or an
algebraic singularity abs(x - place)^s, whose s is read off the coefficients.

Derivatives come from the series, fitted on somewhat longer intervals wherever
no break is near: inside an interval, rounding grows by n and n^2 only, at its
ends by n^2 and n^4 (n the degree). `chebyshev` has a file for each of these steps.
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.chebyshev.edges import breaks_at, jumps_at, narrow_features
from fastsig.activations.chebyshev.fits import LONG_NODES, NODES, Fits, Fitter
from fastsig.activations.chebyshev.gap import refused_jump
from fastsig.activations.chebyshev.halving import Halving, Roughness
from fastsig.activations.chebyshev.places import Break, Singularity, merged
from fastsig.activations.chebyshev.sampler import Sampler

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Batch = Callable[[FloatArray], FloatArray]

__all__ = ["Break", "ChebyshevPieces", "Singularity", "fit_pieces"]


@dataclass(frozen=True, slots=True, eq=False)
class ChebyshevPieces:
    """A function on [-reach, reach] as Chebyshev series, with its breaks.

    Attributes
    ----------
    left, right : ndarray
        The pieces, ascending; together they are [-reach_minus, reach_plus].
    fits : Fits
        One series a piece, fitted on an interval that contains it.
    breaks : tuple of Break
        Where phi' or phi'' jumps, ascending.
    singularities : tuple of Singularity
        Where phi has no one-sided second derivative, or none could be told.
    nfev : int
        Number of samples taken.
    """

    left: "FloatArray"
    right: "FloatArray"
    fits: Fits
    breaks: tuple[Break, ...]
    singularities: tuple[Singularity, ...]
    nfev: int

    def rows(self, x: "FloatArray") -> "NDArray[np.int_]":
        """Return the piece that each x lies in; at an edge the right one."""
        return np.clip(np.searchsorted(self.left, x, side="right") - 1, 0, self.left.size - 1)

    def evaluate(self, x: "FloatArray", order: int = 0) -> tuple["FloatArray", "FloatArray"]:
        """Return the order-th derivative (0, 1 or 2) and its error; NaN and inf outside of the pieces."""
        x = np.asarray(x, dtype=np.float64)
        flat = x.ravel()
        value, error = self.fits.at(self.rows(flat), flat, order)
        outside = ~((flat >= self.left[0]) & (flat <= self.right[-1]))
        value[outside], error[outside] = np.nan, np.inf
        return value.reshape(x.shape), error.reshape(x.shape)


def _lengthened(fit: Fitter, a: "FloatArray", b: "FloatArray", fits: Fits, closed: "FloatArray") -> Fits:
    """Fit longer intervals, except across the places `closed`, where that resolves phi."""
    width = b - a
    left, right = np.zeros_like(a), np.zeros_like(b)
    left[1:] = np.minimum(0.25 * width[1:], width[:-1])
    right[:-1] = np.minimum(0.25 * width[:-1], width[1:])
    left[np.isin(a, closed)] = 0.0
    right[np.isin(b, closed)] = 0.0
    longer = fit(a - left, b + right, LONG_NODES)
    padded = np.zeros_like(longer.coefficients)
    padded[:, :NODES] = fits.coefficients
    short = fits._replace(coefficients=padded)
    use = longer.resolved & (left + right > 0.0)
    return Fits(*(np.where(use.reshape(-1, *[1] * (f.ndim - 1)), f, g) for f, g in zip(longer, short, strict=True)))


def fit_pieces(
    evaluate: "Batch", kinks: Iterable[float] = (), narrow: Iterable[float] = (), *, name: str = "phi"
) -> ChebyshevPieces:
    """Resolve a function to rounding level, and find its breaks.

    Parameters
    ----------
    evaluate : callable
        phi: takes a one-dimensional float64 array, returns one like it.
    kinks : iterable of float
        Where phi' may jump; others are found, these need not be looked for.
    narrow : iterable of float
        Further ends of the pieces that are tried first, close together where phi may vary fast.
    name : str
        What messages call the function.

    Returns
    -------
    ChebyshevPieces

    Raises
    ------
    ValueError
        phi is not finite somewhere, jumps, or is not resolved by 400,000 samples.
    TypeError
        phi returns no real numbers, or not one a point.
    """
    sample = Sampler(evaluate, name)
    fit = Fitter(sample)
    declared = {float(kink) for kink in kinks}
    found: dict[float, float] = {}
    hints: set[float] = set()
    cuts = sorted(set(narrow))
    for _ in range(12):
        halving = Halving(fit, declared | set(found), hints, cuts)
        try:
            a, b, fits = halving.run()
        except Roughness as rough:
            fit.level = rough.level
            found = {}
            continue
        if halving.found:
            found |= {one.place: one.error for one in halving.found}
            hints = set()
            continue
        jumps = jumps_at(a, b, fits, fit.level)
        singular = np.array([(one.place, 8.0 * one.place_error) for one in halving.singular]).reshape(-1, 2)
        smooth = ~(np.abs(a[1:, None] - singular[:, 0]) <= singular[:, 1]).any(1)
        jumps.told[0] &= smooth
        more = narrow_features(fit, a, b, fits, smooth & (jumps.told.any(0) | (a[1:] == 0.0))) - hints
        if more and not hints:
            hints = more
            continue
        leap = np.flatnonzero(jumps.told[0])
        if leap.size:
            i = leap[np.argmin(np.abs(a[leap + 1]))]
            raise refused_jump(name, float(a[i + 1]), float(jumps.value[0, i]))
        breaks = tuple(breaks_at(a, jumps, found))
        idle = declared - {one.place for one in breaks}
        if not (idle and found):
            break
        declared -= idle
    closed = np.array([*(one.place for one in breaks), *(one.place for one in halving.singular), *found])
    fits = _lengthened(fit, a, b, fits, closed)
    return ChebyshevPieces(a, b, fits, breaks, tuple(merged(halving.singular)), sample.nfev)
