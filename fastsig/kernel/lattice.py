"""Dual activations of smooth functions by the trapezoid rule on fixed lattices, many at a time.

    E f(X) f(Y) = E [f(X) G(E[Y|X])],    G(m) = E f(m + s2 tau Z),

X the one of larger standard deviation s1, Y of s2, tau = sqrt(1 - rho^2). Both integrals are trapezoid
sums in t, x = c sinh(t) (as in `fastsig.integrals`, for one dimension): nodes are close where f bends and far
apart where it is a line, and they do not depend on s1, s2 and rho. So f is evaluated once, and all that is
left are Gaussian weights.

Banks: c is 1.2 times the scale of f where standard deviations are of that size or larger, and halves with every
octave below. Levels: the inner Gaussian is narrow where rho is near +-1; the inner sum takes the coarsest
of eleven steps, each the one before divided by sqrt(2), that resolves it. Where none does, the Gaussian is so much
narrower than its distance from any singularity of f that a few Gauss-Hermite nodes are enough, at
which f is interpolated between the finest lattice's nodes.

Whether steps are short enough for f, a bank is asked before it is used: E f(X)^2, the outer sum at rho = 1, and two
more are compared with those of a shorter step at many standard deviations; a shorter one is taken until they
agree. If the shortest does not do there is no lattice, and panels are used; so they are where phi has kinks.
"""

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.definition import Activation
from fastsig.activations.shape import shape
from fastsig.arrays import FloatArray
from fastsig.kernel.compiled import IntArray
from fastsig.kernel.lattice_sums import REACH, SHORTER, lattice_sums
from fastsig.kernel.reach import STEP, reach_of_products
from fastsig.rules.gauss_hermite import gauss_hermite

LEVELS = 11
BANKS = 14
STEPS = (0.12, 0.1, 0.05, 0.025)
LARGEST = 1e4  # standard deviation in units of the scale
LOWEST = 0.5  # standard deviation over c from which on bank 0 serves
ACCURACY = 3e-13  # relative to sqrt(E f(X)^2 E f(Y)^2): above all errors seen; tests look for larger ones
AGREEMENT = 5e-14  # of two steps, relative to E f^2


@dataclass(frozen=True, slots=True)
class Lattice:
    """Values of f on the lattices.

    Attributes
    ----------
    step : float
        Of level 0, in t.
    lowest : float
        Standard deviation from which on bank 0 serves.
    largest : float
        Largest standard deviation served.
    c : ndarray
        Of each bank.
    n, first : ndarray of int, shape (banks, levels)
        Number of nodes on each side of 0, and the place of the leftmost in the arrays that follow.
    x, weighted, mirrored, plain : ndarray
        Nodes; f times weights of the rule, the density's constant included; the same of f(-x); f.
    """

    step: float
    lowest: float
    largest: float
    c: FloatArray
    n: IntArray
    first: IntArray
    x: FloatArray
    weighted: FloatArray
    mirrored: FloatArray
    plain: FloatArray

    def serves(self, s1: FloatArray, s2: FloatArray) -> NDArray[np.bool_]:
        """Whether standard deviations s1 >= s2 are in range."""
        result: NDArray[np.bool_] = (s1 <= self.largest) & (s2 >= self.lowest * 0.5 ** (self.c.size - 1))
        return result

    def sums(self, s1: FloatArray, s2: FloatArray, rho: FloatArray) -> tuple[FloatArray, int]:
        """Return E f(X) f(Y) at points that are served, and the number of nodes used."""
        value, used = np.empty(s1.size), np.empty(s1.size, dtype=np.int64)
        node, share = _short_rules()
        lattice_sums(
            s1, s2, rho, self.step, self.lowest, self.c, self.n, self.first, self.x, self.weighted, self.mirrored,
            self.plain, node, share, value, used,
        )  # fmt: skip
        return value, int(used.sum())


def _short_rules() -> tuple[FloatArray, FloatArray]:
    """Gauss-Hermite rules of 1, 2, 3 and 5 nodes, as rows filled up with weights 0."""
    node, share = np.zeros((4, 5)), np.zeros((4, 5))
    for row, size in enumerate((1, 2, 3, 5)):
        node[row, :size], share[row, :size] = gauss_hermite(size)
    return node, share


def lattice(phi: Activation, order: int) -> Lattice | None:
    """Return the lattice of phi (order 0) or phi' (1), made when first asked for; None where the rule does not hold."""
    key = f"lattice {order}"
    if key not in phi._cache:
        known = shape(phi)
        found = None
        if not known.breaks:
            found = _first_that_holds(phi, order, _scales(phi, known.landmarks))
        phi._cache[key] = found
    result: Lattice | None = phi._cache[key]
    return result


def _scales(phi: Activation, landmarks: tuple[float, ...]) -> list[float]:
    """Lengths on which phi may bend: of a built-in known; else what landmarks, ends of polynomial pieces, suggest."""
    if isinstance(phi, BuiltIn):
        return [max(landmarks) / 60.0]  # as fastsig.activations.shape places them
    gap = float(np.diff(np.array(landmarks)).min()) if len(landmarks) > 1 else 1.0
    return [gap * factor for factor in (0.5, 0.25, 1.0)]


def _first_that_holds(phi: Activation, order: int, scales: list[float]) -> Lattice | None:
    for scale in scales:
        for step in STEPS:
            made = _make(phi, order, scale, step)
            if _disagreement(made) <= AGREEMENT and _reaches(made, phi, order):
                return made
    return None


def _make(phi: Activation, order: int, scale: float, step: float) -> Lattice:
    c: FloatArray = 1.2 * scale * 0.5 ** np.arange(BANKS, dtype=np.float64)
    lowest = LOWEST * 1.2 * scale
    reach = REACH * np.where(np.arange(BANKS) == 0, LARGEST * scale, 2.0 * lowest * 0.5 ** np.arange(BANKS))
    steps = step * SHORTER ** np.arange(LEVELS)
    n = (np.arcsinh(reach / c)[:, None] / steps).astype(np.int64) + 2
    sizes = 2 * n + 1
    first = np.concatenate([[0], np.cumsum(sizes.ravel())[:-1]]).reshape(n.shape)
    x, spacing = np.empty(int(sizes.sum())), np.empty(int(sizes.sum()))
    for k, level in np.ndindex(*n.shape):
        part = slice(first[k, level], first[k, level] + sizes[k, level])
        t = steps[level] * np.arange(-n[k, level], n[k, level] + 1)
        x[part], spacing[part] = c[k] * np.sinh(t), steps[level] * c[k] * np.cosh(t)
    plain = phi.batch(order, x)
    weighted = plain * spacing / math.sqrt(2.0 * math.pi)
    mirrored = np.empty_like(weighted)
    for begin, size in zip(first.ravel(), sizes.ravel(), strict=True):
        mirrored[begin : begin + size] = weighted[begin : begin + size][::-1]
    return Lattice(step, lowest, LARGEST * scale, c, n, first, x, weighted, mirrored, plain)


def _reaches(made: Lattice, phi: Activation, order: int) -> bool:
    """Whether nothing lies beyond the reach of the sums, as that of a bump far from 0 does."""
    places = np.array(shape(phi).landmarks)
    lowest = made.lowest * 0.5 ** (made.c.size - 1)
    return all(
        reach_of_products(phi, order, s, s, places, least=REACH, allowed=AGREEMENT).radius < REACH + STEP
        for s in np.geomspace(lowest, made.largest, 33).tolist()
    )


def _disagreement(made: Lattice) -> float:
    """Largest difference by the two longest steps of E f^2, E f and E Z f over standard deviations in range.

    Relative to E f^2, or its root. Of the three the last two see singularities that f^2 has lost, as that of
    sqrt(1 + x^2) has.
    """
    worst = 0.0
    for k in range(BANKS):
        ends = made.largest if k == 0 else 2.0 * made.lowest * 0.5**k
        for s in np.geomspace(made.lowest * 0.5**k, ends, 40 if k == 0 else 3):
            sums = []
            for level in (0, 1):
                part = slice(made.first[k, level], made.first[k, level] + 2 * made.n[k, level] + 1)
                z = made.x[part] / s
                weighted = made.weighted[part] * (np.exp(-0.5 * z * z) / s)
                sums.append((weighted @ made.plain[part], weighted.sum(), weighted @ z))
            square = float(sums[1][0])
            if square > 0.0:
                gaps = np.abs(np.subtract(sums[0], sums[1])) / (square, math.sqrt(square), math.sqrt(square))
                worst = max(worst, float(gaps.max()))
    return worst
