"""m2, m2' and g2 of an activation as polynomials in log q, for many points at once.

E F(sqrt(q) Z) is an integral over the density exp(-x^2/(2q))/sqrt(2 pi q) and so analytic in q wherever
Re 1/q > 0: in t = log q, in the strip abs(Im t) < pi/2, whatever F is. On a panel of length log 4 the
Chebyshev series of such a function falls like r^-n with r = s + sqrt(s^2 + 1), s = (pi/2)/log 2, which is
4.75: 24 coefficients reach rounding for every activation alike, kinks or not.
"""

from functools import lru_cache

import numpy as np
from numpy.polynomial import chebyshev

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.shape import shape
from fastsig.arrays import FloatArray
from fastsig.mean_field.variance_functions import VarianceFunctions
from fastsig.targets.cpu import lib

PANELS, LENGTH, DEGREE = 24, 2.0, 23  # length in powers of 2
BLOCK = 1 << 13  # points whose polynomials are summed together: their sums stay in the cache
TYPICAL_BEND = 2.0  # TV/sup abs(phi''), as in the tables of the Gaussian moments


class VarianceTable:
    """Polynomials of the three functions on panels of log2 q.

    Attributes
    ----------
    low : float
        log2 of the variance where the first panel begins.
    series : ndarray of shape (3, PANELS, DEGREE + 1)
        Chebyshev coefficients of m2, m2' and g2.
    powers : ndarray of shape (3, DEGREE + 1, PANELS)
        The same as powers of u in [-1, 1]. Chebyshev's polynomials have coefficients up to 2.42^n: those
        of the series fall faster, so that nothing is lost, and the sum takes half the time.
    noise : ndarray of length PANELS
        The largest error of m2' on a panel if moments miss their accuracy there (a phi that oscillates), else 0.
    """

    __slots__ = ("_functions", "low", "noise", "powers", "series")

    def __init__(self, functions: VarianceFunctions) -> None:
        self._functions = functions
        self.low = centre(functions) - PANELS * LENGTH / 2
        nodes, to_series, to_powers = _chebyshev()
        log_q = self.low + LENGTH * (np.arange(PANELS)[:, None] + (nodes + 1) / 2)
        values, noise = functions.at_with_noise(np.exp2(log_q).ravel())
        self.noise = noise.reshape(log_q.shape).max(axis=1)
        self.series = np.stack([value.reshape(log_q.shape) @ to_series.T for value in values])
        self.powers = np.ascontiguousarray(np.swapaxes(self.series @ to_powers.T, 1, 2))

    @property
    def high(self) -> float:
        """log2 of the variance where the last panel ends."""
        return self.low + PANELS * LENGTH

    def at(self, q: FloatArray, rows: int = 3) -> FloatArray:
        """Return the first `rows` of m2, m2' and g2 at a flat array of finite variances."""
        found = np.empty((rows, q.size))
        for start in range(0, q.size, BLOCK):
            found[:, start : start + BLOCK] = self._block(q[start : start + BLOCK], rows)
        return found

    def _block(self, q: FloatArray, rows: int) -> FloatArray:
        with np.errstate(divide="ignore"):
            place = (np.log2(q) - self.low) / LENGTH
        outside = ~((place >= 0.0) & (place <= PANELS))
        place[outside] = 0.0
        panel = np.minimum(place.astype(np.intp), PANELS - 1)
        u = 2.0 * (place - panel) - 1.0
        found, term = np.empty((rows, q.size)), np.empty(q.size)
        for row in range(rows):
            total, by_power = found[row], self.powers[row]
            by_power[DEGREE].take(panel, out=total, mode="clip")
            for k in range(DEGREE - 1, -1, -1):
                total *= u
                total += by_power[k].take(panel, out=term, mode="clip")
        if outside.any():
            found[:, outside] = np.stack(self._functions.at(q[outside]))[:rows]
        return found


def at_many(functions: VarianceFunctions, q: FloatArray, rows: int = 3) -> FloatArray:
    """Return the first `rows` of m2, m2' and g2 at a flat array: by the moments where they go in blocks."""
    phi = functions.phi
    if functions.on_gpu or (
        isinstance(phi, BuiltIn) and lib.fastsig_moments_in_blocks(phi.native, lib.FASTSIG_METHOD_AUTO)
    ):
        return np.stack(functions.at(q))[:rows]
    return variance_table(functions).at(q, rows)


def variance_table(functions: VarianceFunctions) -> VarianceTable:
    """Return the table of an activation, made once."""
    cache = functions.phi._cache
    if "variance_table" not in cache:
        cache["variance_table"] = VarianceTable(functions)
    found: VarianceTable = cache["variance_table"]
    return found


def centre(functions: VarianceFunctions) -> float:
    """log2 of the variance around which phi shows its form, as a whole number."""
    known = shape(functions.phi)
    if np.isfinite(known.curvature_sup) and known.curvature_sup > 0 and np.isfinite(known.tv):
        bend = known.tv / known.curvature_sup / TYPICAL_BEND
    else:
        bend = max((abs(place) for place in known.breaks), default=0.0)
    return 2.0 * round(float(np.log2(bend))) if bend > 0 else 0.0


@lru_cache(maxsize=1)
def _chebyshev() -> tuple[FloatArray, FloatArray, FloatArray]:
    """Nodes on [-1, 1], the matrices from values there to coefficients, and from those to powers."""
    count = DEGREE + 1
    angles = np.pi * (np.arange(count) + 0.5) / count
    to_series = 2.0 / count * np.cos(np.outer(np.arange(count), angles))
    to_series[0] /= 2.0
    to_powers = np.zeros((count, count))
    for k in range(count):
        to_powers[: k + 1, k] = chebyshev.cheb2poly([0.0] * k + [1.0])
    return np.cos(angles), to_series, to_powers
