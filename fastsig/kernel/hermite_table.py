"""Dual activations of very many triples with a correlation that is not near +-1, by tabulated Hermite coefficients.

E f(X) f(Y) = sum a_n(s1) a_n(s2) rho^n, a_n(s) = E f(s Z) h_n(Z), h_n orthonormal (Mehler). What n >= N add is at most
abs(rho)^N sqrt(E f(X)^2 E f(Y)^2), so that 160 coefficients do for abs(rho) < 0.81.
As functions of log s they are analytic (as m2 is, see `fastsig.mean_field.variance_table`): polynomials on panels of
one octave, made from the nodes of a lattice.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastsig.activations.definition import Activation
from fastsig.arrays import FloatArray
from fastsig.kernel.compiled import compiled, compiled_for_sums
from fastsig.kernel.lattice import Lattice, lattice

COUNT = 160  # coefficients
NEEDED = 1e-14  # abs(rho)^N
FARTHEST = NEEDED ** (1.0 / COUNT)  # abs(rho)
DEGREE = 23
MANY = 50_000  # points from which on making the table pays
BETWEEN = 0.371  # where each panel is checked, in [-1, 1],
AGREEMENT = 5e-14  # relative to sqrt(E f^2)
FINER = 5  # levels: the nodes of a coarser bank are taken, for its reach
LARGEST_Z = 14.0  # beyond, h_n(z) exp(-z^2/2) is below exp(-z^2/4) = 5e-22


@dataclass(frozen=True, slots=True)
class HermiteTable:
    """Chebyshev series of a_n(s) in log2 s.

    Attributes
    ----------
    low : float
        log2 of the standard deviation where the first panel begins.
    series : ndarray, shape (panels, DEGREE + 1, COUNT)
        Coefficients, on panels of one octave.
    """

    low: float
    series: FloatArray

    def serves(self, s: FloatArray) -> NDArray[np.bool_]:
        """Whether standard deviations are in range."""
        with np.errstate(divide="ignore"):
            place = np.log2(s) - self.low
        result: NDArray[np.bool_] = (place >= 0.0) & (place < self.series.shape[0])
        return result

    def sums(self, s1: FloatArray, s2: FloatArray, rho: FloatArray) -> FloatArray:
        """Return E f(X) f(Y) at points that are served, abs(rho) <= FARTHEST."""
        value = np.empty_like(rho)
        _sums(np.log2(s1) - self.low, np.log2(s2) - self.low, rho, self.series, math.log(NEEDED), value)
        return value


def hermite_table(phi: Activation, order: int) -> HermiteTable | None:
    """Return the table of phi (order 0) or phi' (1), made when first asked for; None where it would not hold."""
    key = f"hermite table {order}"
    if key not in phi._cache:
        found = lattice(phi, order)
        phi._cache[key] = None if found is None else _make(found)
    result: HermiteTable | None = phi._cache[key]
    return result


def _make(nodes: Lattice) -> "HermiteTable | None":
    low = math.log2(nodes.lowest) - nodes.c.size + 2.0
    panels = int(math.log2(nodes.largest / LARGEST_Z * 9.0) - low)
    size = DEGREE + 1
    angle = np.pi * (np.arange(size) + 0.5) / size
    to_series = 2.0 / size * np.cos(np.outer(np.arange(size), angle))
    to_series[0] /= 2.0
    series = np.empty((panels, size, COUNT))
    for panel in range(panels):
        s = 2.0 ** (low + panel + 0.5 * (np.cos(angle) + 1.0))
        series[panel] = to_series @ _coefficients(nodes, s)
        between = _coefficients(nodes, np.array([2.0 ** (low + panel + 0.5 * (BETWEEN + 1.0))]))[0]
        apart = np.polynomial.chebyshev.chebval(BETWEEN, series[panel]) - between
        if not np.abs(apart).max() <= AGREEMENT * np.sqrt(between @ between):
            return None
    return HermiteTable(low, series)


def _coefficients(nodes: Lattice, s: FloatArray) -> FloatArray:
    """Return a_n at standard deviations of one octave by the trapezoid rule.

    The nodes are those of the bank before theirs, for its reach, at a fine level.
    """
    bank = max(math.ceil(math.log2(nodes.lowest / s.max())) - 1, 0)
    side, first = int(nodes.n[bank, FINER]), int(nodes.first[bank, FINER])
    part = slice(first, first + 2 * side + 1)
    near = np.abs(nodes.x[part]) <= LARGEST_Z * s.max()
    z = nodes.x[part][near] / s[:, None]
    # The weight's root goes with h_n, so that nothing overflows.
    before, now = np.zeros_like(z), np.exp(-0.25 * z * z)
    term = nodes.weighted[part][near] / s[:, None] * now
    found = np.empty((s.size, COUNT))
    for n in range(COUNT):
        found[:, n] = np.einsum("ij,ij->i", now, term)
        before, now = now, (z * now - math.sqrt(n) * before) / math.sqrt(n + 1.0)
    return found


@compiled_for_sums
def _fill(series: FloatArray, u: float, count: int, found: FloatArray) -> None:
    """Sum Chebyshev series of `count` coefficients at u."""
    for n in range(count):
        found[n] = series[0, n] + u * series[1, n]
    before, now = 1.0, u
    for k in range(2, series.shape[0]):
        before, now = now, 2.0 * u * now - before
        for n in range(count):
            found[n] += now * series[k, n]


@compiled
def _sums(
    place1: FloatArray, place2: FloatArray, rho: FloatArray, series: FloatArray, need: float, value: FloatArray
) -> None:
    """Compute sums of a_n(s1) a_n(s2) rho^n; places are log2 s in panels."""
    one, two = np.empty(series.shape[2]), np.empty(series.shape[2])
    for i in range(rho.size):
        size = abs(rho[i])
        count = 2 if size == 0.0 else min(series.shape[2], int(need / math.log(size)) + 2)
        a, b = int(place1[i]), int(place2[i])
        _fill(series[a], 2.0 * (place1[i] - a) - 1.0, count, one)
        _fill(series[b], 2.0 * (place2[i] - b) - 1.0, count, two)
        total = 0.0
        for n in range(count - 1, -1, -1):
            total = total * rho[i] + one[n] * two[n]
        value[i] = total
