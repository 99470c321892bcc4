"""A piece of R/q of `correlation_table`: a polynomial in log q and in the angle, and c* where it has a given value."""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.polynomial import chebyshev

from fastsig.arrays import FloatArray

Q_NODES, ANGLE_NODES = 16, 32
COARSE = 17  # angles at which a solution is first looked for
NEWTON = 12
CONVERGED = 1e-7  # a step of Newton's after which the next one would be rounding
BEYOND = 1.001
BESIDE = 1e-3  # a step in w for the change of the slope with c


@dataclass(frozen=True, slots=True)
class Piece:
    """R/q on a panel of log q and a part of w.

    Attributes
    ----------
    low, high : float
        The part of w.
    series : ndarray of shape (ANGLE_NODES, Q_NODES)
        Coefficients of powers of v, which is w put on [-1, 1], times Chebyshev polynomials in log q.
    error, slope_error : float
        Errors of R and k, relative to their values.
    """

    low: float
    high: float
    series: FloatArray
    error: float
    slope_error: float


class Solutions(NamedTuple):
    """c*, the slope there, and the errors of R and k there relative to their values."""

    c: FloatArray
    slope: FloatArray
    error: FloatArray
    slope_error: FloatArray
    bend: FloatArray  # d slope/dc


def angle_at(w: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Theta at w in [-1, 1], and its derivative."""
    half = (w + 1) / 2
    factor = np.pi / 2 / np.sinh(b)
    return factor * np.sinh(b * half), factor * b / 2 * np.cosh(b * half)


def basis_at(u: FloatArray) -> FloatArray:
    """Return Chebyshev's polynomials at places in a panel of log q, one column a place."""
    return np.ascontiguousarray(chebyshev.chebvander(u, Q_NODES - 1).T)


def solve(piece: Piece, basis: FloatArray, b: FloatArray, weights: FloatArray) -> Solutions:
    """Solve R/q = 1/sigma_w^2 for the place in a piece by bracketed Newton steps."""
    ratio = piece.series @ basis  # powers of w, one column a point
    wanted = 1.0 / weights
    grid, powers = _coarse()
    at_grid = powers @ ratio
    cell = np.clip((at_grid > wanted).sum(axis=0) - 1, 0, COARSE - 2)  # R falls with w
    left, right = at_grid[cell, np.arange(cell.size)], at_grid[cell + 1, np.arange(cell.size)]
    # Where the solution is an end, as c* = 0 of odd activations, rounding may put it beyond.
    low, high = np.where(cell == 0, -BEYOND, grid[cell]), np.where(cell == COARSE - 2, BEYOND, grid[cell + 1])
    with np.errstate(divide="ignore", invalid="ignore"):
        share = np.clip((left - wanted) / (left - right), 0.0, 1.0)
    w = grid[cell] + np.nan_to_num(share, nan=0.5) * (grid[cell + 1] - grid[cell])
    for _ in range(NEWTON):
        value, slope = _horner(ratio, w)
        excess = value - wanted
        low, high = np.where(excess > 0.0, w, low), np.where(excess > 0.0, high, w)
        with np.errstate(divide="ignore", invalid="ignore"):
            step = w - excess / slope
        new = np.where((step >= low) & (step <= high), step, 0.5 * (low + high))
        change = float(np.abs(new - w).max())
        w = new
        if change < CONVERGED:
            break
    w = np.clip(w, -1.0, 1.0)
    c, slopes = _slopes(piece, ratio, b, w)
    beside = np.where(w > 0.0, w - BESIDE, w + BESIDE)
    c_beside, slopes_beside = _slopes(piece, ratio, b, beside)
    with np.errstate(divide="ignore", invalid="ignore"):
        bend = np.abs((slopes_beside - slopes) / (c_beside - c))
    error, slope_error = np.full_like(c, piece.error), np.full_like(c, piece.slope_error)
    return Solutions(c, weights * slopes, error, slope_error, weights * bend)


def _slopes(piece: Piece, ratio: FloatArray, b: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Return c and k at places in a piece."""
    half = 0.5 * (piece.high - piece.low)
    angle, stretch = angle_at(piece.low + half * (v + 1.0), b)
    value, rise = _horner(ratio, v)
    return np.cos(angle), value + np.tan(angle / 2) * rise / (stretch * half)


def _horner(powers: FloatArray, w: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Value and derivative of polynomials, one column each."""
    value, slope = powers[-1].copy(), np.zeros_like(w)
    for row in powers[-2::-1]:
        slope *= w
        slope += value
        value *= w
        value += row
    return value, slope


@lru_cache(maxsize=1)
def _coarse() -> tuple[FloatArray, FloatArray]:
    grid = -np.cos(np.pi * np.arange(COARSE) / (COARSE - 1))
    return grid, np.vander(grid, ANGLE_NODES, increasing=True)


@lru_cache(maxsize=4)
def nodes_at(count: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
    """Chebyshev nodes; matrices from values to coefficients, to powers, and to the integral from -1 to nodes and 1."""
    angles = np.pi * (np.arange(count) + 0.5) / count
    nodes = np.cos(angles)
    to_series = 2.0 / count * np.cos(np.outer(np.arange(count), angles))
    to_series[0] /= 2.0
    to_powers, antiderivative = np.zeros((count, count)), np.zeros((count + 1, count))
    for n in range(count):
        one = [0.0] * n + [1.0]
        to_powers[: n + 1, n] = chebyshev.cheb2poly(one)
        antiderivative[:, n] = chebyshev.chebval(np.append(nodes, 1.0), chebyshev.chebint(one, lbnd=-1))
    return nodes, to_series, to_powers, antiderivative @ to_series
