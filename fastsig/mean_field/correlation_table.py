"""c* for many points at once: polynomials in log q and in an angle.

With c = cos(theta), a fixed point c < 1 of the correlation map at q* = q solves

    R(q, theta) = q/sigma_w^2,   R = (m2 - K)/(1 - c) = q/(1 - c) int_0^theta k(q, t) sin(t) dt,

K the dual of phi and k that of phi', because q = sigma_w^2 m2 + sigma_b^2. R falls from q g2 at theta = 0 to
m2 - m1^2 at pi/2, so there is a solution where chi > 1, and it needs q and sigma_w alone. Its slope there is
sigma_w^2 k, k = (R + tan(theta/2) dR/dtheta)/q. R is the integral, taken term by term in a Chebyshev series, where k is
had quickly (closed forms, lattices), else it comes from `window_slopes`; neither cancels near theta = 0.

R is analytic in log q, as in `variance_table`. In theta it varies on the scale 1/sqrt(q): there
theta = (pi/2) sinh(b w)/sinh(b) with sinh(b) = sqrt(q) spreads the nodes. At theta = 0 it has all derivatives
but no more, and where sqrt(q) is large against what phi shows it varies over many octaves of theta: so w is
halved until the coefficients fall far enough. What is left is measured where no nodes are, against
`dual` and `dual_derivative`.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import NamedTuple

import numpy as np
from numpy.polynomial import chebyshev

from fastsig.activations.definition import Activation
from fastsig.arrays import FloatArray
from fastsig.kernel import dual, dual_derivative
from fastsig.mean_field.window_slopes import window_slopes

LENGTH = 2.0  # of a panel, in powers of 2
Q_NODES, ANGLE_NODES = 16, 32
COARSE = 17  # angles at which a solution is first looked for
QUICK = ("closed_form", "lattice")  # methods of the dual that take microseconds
NEWTON = 12
CONVERGED = 1e-7  # a step of Newton's after which the next one would be rounding
BEYOND = 1.001
BLOCK = 1 << 11  # points at a time: their coefficients stay in the cache
GOALS = {True: 1e-11, False: 1e-8}  # of the last coefficients, relative to R, for quick and slow kernels
LAST = 3  # coefficients
HALVINGS = 6
PROBES = (np.array([-0.97, -0.41, 0.23, 0.88]), np.array([-0.99, -0.52, 0.13, 0.97]))  # of log q and w, no nodes
SAFETY = 4.0  # on what probes show
ROUNDING = 1e-15
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


class CorrelationTable:
    """Panels of R and k, made when first needed."""

    __slots__ = ("_centre", "_panels", "_phi", "_quick")

    def __init__(self, phi: Activation, centre: float) -> None:
        self._phi = phi
        self._centre = centre  # log2 of the variance that is 1 in units of the activation
        self._quick = dual_derivative(phi, 1.0, 1.0, 0.5).method in QUICK
        self._panels: dict[int, list[Piece]] = {}

    def solve(self, q: FloatArray, weights: FloatArray) -> Solutions:
        """Return c* and what belongs to it, for flat arrays of q* and sigma_w^2 with chi > 1."""
        place = (np.log2(q) - self._centre) / LENGTH
        number = np.floor(place).astype(np.intp)
        found = Solutions(*(np.empty_like(q) for _ in Solutions._fields))
        for panel in np.unique(number).tolist():
            pieces = self._panel(panel)
            (members,) = np.nonzero(number == panel)
            for start in range(0, members.size, BLOCK):
                some = members[start : start + BLOCK]
                basis = _basis(2.0 * (place[some] - panel) - 1.0)
                scale = np.arcsinh(np.exp2((np.log2(q[some]) - self._centre) / 2))
                # R falls with w: the solution is in the first piece at whose end R is below what is wanted.
                ends = np.stack([piece.series.sum(axis=0) for piece in pieces[:-1]]) if pieces[1:] else np.empty((0, Q_NODES))
                which = (ends @ basis > 1.0 / weights[some]).sum(axis=0)
                for k in np.unique(which).tolist():
                    here = which == k
                    solved = _solve(pieces[k], np.ascontiguousarray(basis[:, here]), scale[here], weights[some][here])
                    for into, value in zip(found, solved, strict=True):
                        into[some[here]] = value
        return found

    def _panel(self, panel: int) -> list[Piece]:
        if panel not in self._panels:
            u = _nodes(Q_NODES)[0]
            self._panels[panel] = self._pieces(panel, u, -1.0, 1.0, np.zeros(u.size), HALVINGS)[0]
        return self._panels[panel]

    def _variances(self, panel: int, u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Variances at u in [-1, 1] of a panel, as a column, and b."""
        root = np.exp2(LENGTH * (panel + (u + 1) / 2) / 2)[:, None]  # sqrt(q) in units of the activation
        return (root * 2.0 ** (self._centre / 2)) ** 2, np.arcsinh(root)

    def _pieces(
        self, panel: int, u: FloatArray, low: float, high: float, area: FloatArray, halvings: int
    ) -> tuple[list[Piece], FloatArray]:
        """Pieces of R/q between two w, and the integral up to the second one, from that up to the first one."""
        v, to_series, to_powers, integral = _nodes(ANGLE_NODES)
        half = 0.5 * (high - low)
        q, b = self._variances(panel, u)
        angle, stretch = _angle(low + half * (v + 1.0), b)
        if self._quick:
            k = np.asarray(dual_derivative(self._phi, q, q, np.cos(angle)).value)
            areas = area[:, None] + half * ((k * np.sin(angle) * stretch) @ integral.T)
            ratio = areas[:, :-1] / (2.0 * np.sin(angle / 2) ** 2)
            after = areas[:, -1]
        else:
            unit, after = 2.0 ** (self._centre / 2), area
            ratio = np.stack(
                [window_slopes(self._phi, unit, float(v), row) for v, row in zip(q.flat, angle, strict=True)]
            )
        # Series first: they fall faster than the coefficients of Chebyshev's polynomials grow.
        series = to_series @ ratio.T @ _nodes(Q_NODES)[1].T
        left = float(np.abs(series[-LAST:]).sum(axis=1).max() / ratio.min())
        if left > GOALS[self._quick] and halvings:
            first, after = self._pieces(panel, u, low, low + half, area, halvings - 1)
            second, after = self._pieces(panel, u, low + half, high, after, halvings - 1)
            return first + second, after
        series = np.ascontiguousarray(to_powers @ series)
        return [Piece(low, high, series, *self._errors(panel, low, high, series))], after

    def _errors(self, panel: int, low: float, high: float, series: FloatArray) -> tuple[float, float]:
        """Errors of R and k where no nodes are."""
        q, b = self._variances(panel, PROBES[0])
        angle, stretch = _angle(low + 0.5 * (high - low) * (PROBES[1] + 1.0), b)
        c = np.cos(angle)
        powers = np.vander(PROBES[1], ANGLE_NODES, increasing=True)
        rise = powers[:, :-1] * np.arange(1, ANGLE_NODES)
        values, rises = ((power @ series[n:] @ _basis(PROBES[0])).T for n, power in enumerate((powers, rise)))
        slopes = values + np.tan(angle / 2) * rises / (stretch * 0.5 * (high - low))
        exact, whole = dual_derivative(self._phi, q, q, c), dual(self._phi, q, q, 1.0)
        slope_error = float(((np.abs(slopes - exact.value) + exact.error) / exact.value).max())
        kernel = dual(self._phi, q, q, c)
        gap = 2.0 * np.sin(angle / 2) ** 2 * q
        error = (np.abs(values * gap - (whole.value - kernel.value)) + kernel.error + whole.error) / (values * gap)
        # R is a mean of k between here and theta = 0; where the difference of kernels cancels that is the better bound.
        return SAFETY * min(float(error.max()), slope_error) + ROUNDING, SAFETY * slope_error + ROUNDING


def correlation_table(phi: Activation, centre: float) -> CorrelationTable:
    """Return the table of an activation, the same one every time."""
    if "correlation_table" not in phi._cache:
        phi._cache["correlation_table"] = CorrelationTable(phi, centre)
    found: CorrelationTable = phi._cache["correlation_table"]
    return found


def _angle(w: FloatArray, b: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Theta at w in [-1, 1], and its derivative."""
    half = (w + 1) / 2
    factor = np.pi / 2 / np.sinh(b)
    return factor * np.sinh(b * half), factor * b / 2 * np.cosh(b * half)


def _basis(u: FloatArray) -> FloatArray:
    return np.ascontiguousarray(chebyshev.chebvander(u, Q_NODES - 1).T)


def _solve(piece: Piece, basis: FloatArray, b: FloatArray, weights: FloatArray) -> Solutions:
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
    errors = (np.full_like(c, error) for error in (piece.error, piece.slope_error))
    return Solutions(c, weights * slopes, *errors, weights * bend)


def _slopes(piece: Piece, ratio: FloatArray, b: FloatArray, v: FloatArray) -> tuple[FloatArray, FloatArray]:
    """c and k at places in a piece."""
    half = 0.5 * (piece.high - piece.low)
    angle, stretch = _angle(piece.low + half * (v + 1.0), b)
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
def _nodes(count: int) -> tuple[FloatArray, FloatArray, FloatArray, FloatArray]:
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
