"""How far from 0, in standard deviations, Gaussian means of f have something to see.

Where f grows like a power, 9 standard deviations are enough. Where f is 0 or small near 0, all that there is may lie
beyond: softshrink at a standard deviation of 0.06.

With X = s1 U and Y = s2 (rho U + tau W), U and W independent: by Cauchy and Schwarz the mean of f(X) f(Y) where
U^2 + W^2 > R^2 is at most the root of that of f(X)^2 times that of f(Y)^2. As P(abs(W) > t) <= exp(-t^2/2), each is

    E f(s U)^2 [U^2 + W^2 > R^2] <= exp(-R^2/2) E f(s U)^2 exp(U^2/2) [abs(U) < R] + E f(s U)^2 [abs(U) > R],

whatever rho is. A Hermite coefficient has at most the root of the last term beyond R. Integrals are bounded by the
larger of two neighbouring values, mean squares to which they are compared by the smaller one, on a grid with the places
where f bends.
"""

import math
from typing import NamedTuple

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.arrays import FloatArray

STEP = 0.05
FARTHEST = 38.5  # exp(-r^2/2) underflows
RADII = STEP * np.arange(round(FARTHEST / STEP) + 1)
ALLOWED = 2e-15


class Reach(NamedTuple):
    """How far to look, in standard deviations; what a mean has beyond at most, and its size at least."""

    radius: float
    beyond: float
    size: float


def reach_of_products(
    phi: Activation, order: int, s1: float, s2: float, places: FloatArray, *, least: float, allowed: float = ALLOWED
) -> Reach:  # fmt: skip
    """Return how far to look for E f(X) f(Y), whatever the correlation is.

    Parameters
    ----------
    phi, order
        f is phi, phi' or phi'' for order 0, 1, 2.
    s1, s2 : float
        Standard deviations of X and Y.
    places : ndarray
        Where f bends.
    least : float
        The radius is this or more.
    allowed : float, optional
        What may be left beyond it, relative to sqrt(E f(X)^2 E f(Y)^2).
    """
    one, other = (_squares(phi, order, s, places) for s in (s1, s2))
    beyond = [np.exp(-0.5 * RADII**2) * squares.inside + squares.outside for squares in (one, other)]
    return _reach(np.sqrt(beyond[0]) * np.sqrt(beyond[1]), math.sqrt(one.all) * math.sqrt(other.all), least, allowed)


def reach_of_coefficients(phi: Activation, s: float, places: FloatArray, *, least: float) -> Reach:
    """Return how far to look for Hermite coefficients of phi(s z); `reach_of_products` has the parameters."""
    squares = _squares(phi, 0, s, places)
    return _reach(np.sqrt(squares.outside), math.sqrt(squares.all), least, ALLOWED)


def _reach(beyond: FloatArray, size: float, least: float, allowed: float) -> Reach:
    k = max(round(least / STEP), int(np.argmax(beyond <= allowed * size)))
    return Reach(float(RADII[k]), float(beyond[k]), size)


class _Squares(NamedTuple):
    inside: FloatArray  # integral of f(s u)^2 over [-R, R], over sqrt(2 pi), for all R in `RADII`
    outside: FloatArray  # E f(s U)^2 where abs(U) > R
    all: float  # E f(s U)^2, from below


def _squares(phi: Activation, order: int, s: float, places: FloatArray) -> _Squares:
    bends = places[np.abs(places) < FARTHEST * s] / s if s > 0.0 else np.zeros(0)
    z = np.sort(np.concatenate([-RADII, RADII, bends]))
    with np.errstate(over="ignore", invalid="ignore"):
        f = phi.batch(order, s * z)
        square = np.where(np.isfinite(f), f, 0.0) ** 2  # beside a pole of f its neighbours speak for it
    width = np.diff(z) / math.sqrt(2.0 * math.pi)
    density = np.exp(-0.5 * z * z)
    largest = width * np.maximum(square[:-1], square[1:])
    ring = np.minimum((np.abs(z[:-1] + z[1:]) / (2.0 * STEP)).astype(np.int64), RADII.size - 2)
    inside = np.bincount(ring, largest, RADII.size - 1)
    outside = np.bincount(ring, largest * np.maximum(density[:-1], density[1:]), RADII.size - 1)
    smallest = width * np.minimum(square[:-1] * density[:-1], square[1:] * density[1:])
    return _Squares(
        np.concatenate([[0.0], np.cumsum(inside)]),
        np.concatenate([np.cumsum(outside[::-1])[::-1], [0.0]]),
        float(smallest.sum()),
    )
