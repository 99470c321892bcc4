"""c* for many points at once: polynomials in log q and in an angle.

With c = cos(theta), a fixed point c < 1 of the correlation map at q* = q solves

    R(q, theta) = q/sigma_w^2,   R = (m2 - K)/(1 - c) = q/(1 - c) int_0^theta k(q, t) sin(t) dt,

K the dual of phi and k that of phi', because q = sigma_w^2 m2 + sigma_b^2. R falls from q g2 at theta = 0 to
m2 - m1^2 at pi/2, so there is a solution where chi > 1, and it needs q and sigma_w alone. Its slope there is
sigma_w^2 k, k = (R + tan(theta/2) dR/dtheta)/q. R is the integral, taken term by term in a Chebyshev series, where k is
had quickly (closed forms, lattices), else it comes from `window_slopes`; neither cancels near theta = 0.

R is analytic in log q, as in `variance_table`. In theta it varies on the scale 1/sqrt(q): there
theta = (pi/2) sinh(b w)/sinh(b) with sinh(b) = sqrt(q) spreads the nodes. At theta = 0 it has all derivatives
but no more, so that 32 coefficients leave about 1e-11 of c* for smooth activations, and 1e-7 for those
with several kinks; of its slope 1e-9 and 1e-5.
"""

from functools import lru_cache

import numpy as np
from numpy.polynomial import chebyshev

from fastsig.activations.definition import Activation
from fastsig.arrays import FloatArray
from fastsig.kernel import dual_derivative
from fastsig.mean_field.window_slopes import window_slopes

LENGTH = 2.0  # of a panel, in powers of 2
Q_NODES, ANGLE_NODES = 14, 32
COARSE = 17  # angles at which a solution is first looked for
QUICK = ("closed_form", "lattice")  # methods of the dual that take microseconds
NEWTON = 12
CONVERGED = 1e-7  # a step of Newton's after which the next one would be rounding
BEYOND = 1.001
BLOCK = 1 << 11  # points at a time: their coefficients stay in the cache


class CorrelationTable:
    """Panels of R and k, made when first needed."""

    __slots__ = ("_centre", "_panels", "_phi")

    def __init__(self, phi: Activation, centre: float) -> None:
        self._phi = phi
        self._centre = centre  # log2 of the variance that is 1 in units of the activation
        self._panels: dict[int, FloatArray] = {}

    def solve(self, q: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Return c* and the slope of the correlation map there, for flat arrays of q* and sigma_w^2 with chi > 1."""
        place = (np.log2(q) - self._centre) / LENGTH
        number = np.floor(place).astype(np.intp)
        c, slope = np.empty_like(q), np.empty_like(q)
        for panel in np.unique(number).tolist():
            series = self._panel(panel)
            (members,) = np.nonzero(number == panel)
            for start in range(0, members.size, BLOCK):
                some = members[start : start + BLOCK]
                u = 2.0 * (place[some] - panel) - 1.0
                scale = np.arcsinh(np.exp2((np.log2(q[some]) - self._centre) / 2))
                c[some], slope[some] = _solve(series, u, scale, weights[some])
        return c, slope

    def _panel(self, panel: int) -> FloatArray:
        if panel not in self._panels:
            self._panels[panel] = self._make(panel)
        return self._panels[panel]

    def _make(self, panel: int) -> FloatArray:
        """Coefficients of R/q: of powers of w in [-1, 1] times Chebyshev polynomials in log q."""
        u, to_series_q = _nodes(Q_NODES)[:2]
        w, to_series, to_powers, integral = _nodes(ANGLE_NODES)
        root = np.exp2(LENGTH * (panel + (u + 1) / 2) / 2)[:, None]  # sqrt(q) in units of the activation
        unit = 2.0 ** (self._centre / 2)
        q = (root * unit) ** 2
        angle, stretch = _angle(w, np.arcsinh(root))
        if dual_derivative(self._phi, 1.0, 1.0, 0.5).method in QUICK:
            k = np.asarray(dual_derivative(self._phi, q, q, np.cos(angle)).value)
            area = (k * np.sin(angle) * stretch) @ integral.T
            ratio = area / (2.0 * np.sin(angle / 2) ** 2)
        else:
            ratio = np.stack(
                [window_slopes(self._phi, unit, float(v), row) for v, row in zip(q.flat, angle, strict=True)]
            )
        # Series first: they fall faster than the coefficients of Chebyshev's polynomials grow.
        return np.ascontiguousarray(to_powers @ (to_series @ ratio.T @ to_series_q.T))


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


def _solve(series: FloatArray, u: FloatArray, b: FloatArray, weights: FloatArray) -> tuple[FloatArray, FloatArray]:
    """Solve R/q = 1/sigma_w^2 for w by bracketed Newton steps."""
    basis = np.ascontiguousarray(chebyshev.chebvander(u, Q_NODES - 1).T)
    ratio = series @ basis  # powers of w, one column a point
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
    angle, stretch = _angle(w, b)
    value, slope = _horner(ratio, w)
    return np.cos(angle), weights * (value + np.tan(angle / 2) * slope / stretch)  # sigma_w^2 k


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
    """Chebyshev nodes; matrices from values to coefficients, to powers, and to the integral from -1 at the nodes."""
    angles = np.pi * (np.arange(count) + 0.5) / count
    nodes = np.cos(angles)
    to_series = 2.0 / count * np.cos(np.outer(np.arange(count), angles))
    to_series[0] /= 2.0
    to_powers, antiderivative = np.zeros((count, count)), np.zeros((count, count))
    for n in range(count):
        one = [0.0] * n + [1.0]
        to_powers[: n + 1, n] = chebyshev.cheb2poly(one)
        antiderivative[:, n] = chebyshev.chebval(nodes, chebyshev.chebint(one, lbnd=-1))
    return nodes, to_series, to_powers, antiderivative @ to_series
