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

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.arrays import FloatArray
from fastsig.kernel import dual, dual_derivative
from fastsig.mean_field.correlation_piece import (
    ANGLE_NODES,
    Q_NODES,
    Piece,
    Solutions,
    angle_at,
    basis_at,
    nodes_at,
    solve,
)
from fastsig.mean_field.window_slopes import window_slopes

LENGTH = 2.0  # of a panel, in powers of 2
QUICK = ("closed_form", "lattice")  # methods of the dual that take microseconds
BLOCK = 1 << 11  # points at a time: their coefficients stay in the cache
GOALS = {True: 1e-11, False: 1e-7}  # of the last coefficients, relative to R, for quick and slow kernels
LAST = 3  # coefficients
HALVINGS = 6
PROBES = (np.array([-0.97, -0.41, 0.23, 0.88]), np.array([0.13, -0.99, 0.97, -0.52]))  # of log q and w, no nodes
SAFETY = 10.0  # on what probes show
ROUNDING = 1e-15


class CorrelationTable:
    """Panels of R and k, made when first needed."""

    __slots__ = ("_centre", "_panels", "_phi")

    def __init__(self, phi: Activation, centre: float) -> None:
        self._phi = phi
        self._centre = centre  # log2 of the variance that is 1 in units of the activation
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
                basis = basis_at(2.0 * (place[some] - panel) - 1.0)
                scale = np.arcsinh(np.exp2((np.log2(q[some]) - self._centre) / 2))
                # R falls with w: the solution is in the first piece at whose end R is below what is wanted.
                ends = (
                    np.stack([piece.series.sum(axis=0) for piece in pieces[:-1]])
                    if pieces[1:]
                    else np.empty((0, Q_NODES))
                )
                which = (ends @ basis > 1.0 / weights[some]).sum(axis=0)
                for k in np.unique(which).tolist():
                    here = which == k
                    solved = solve(pieces[k], np.ascontiguousarray(basis[:, here]), scale[here], weights[some][here])
                    for into, value in zip(found, solved, strict=True):
                        into[some[here]] = value
        return found

    def _panel(self, panel: int) -> list[Piece]:
        if panel not in self._panels:
            ends = [float(q) for q in self._variances(panel, np.array([-1.0, 1.0]))[0].flat]
            quick = all(dual_derivative(self._phi, q, q, 0.5).method in QUICK for q in ends)
            self._panels[panel] = self._pieces(panel, quick, -1.0, 1.0, np.zeros(Q_NODES), HALVINGS)[0]
        return self._panels[panel]

    def _variances(self, panel: int, u: FloatArray) -> tuple[FloatArray, FloatArray]:
        """Variances at u in [-1, 1] of a panel, as a column, and b."""
        root = np.exp2(LENGTH * (panel + (u + 1) / 2) / 2)[:, None]  # sqrt(q) in units of the activation
        return (root * 2.0 ** (self._centre / 2)) ** 2, np.arcsinh(root)

    def _pieces(
        self, panel: int, quick: bool, low: float, high: float, area: FloatArray, halvings: int
    ) -> tuple[list[Piece], FloatArray]:
        """Pieces of R/q between two w, and the integral up to the second one, from that up to the first one."""
        v, to_series, to_powers, integral = nodes_at(ANGLE_NODES)
        half = 0.5 * (high - low)
        q, b = self._variances(panel, nodes_at(Q_NODES)[0])
        angle, stretch = angle_at(low + half * (v + 1.0), b)
        if quick:
            k = np.asarray(dual_derivative(self._phi, q, q, np.cos(angle)).value)
            areas = area[:, None] + half * ((k * np.sin(angle) * stretch) @ integral.T)
            ratio = areas[:, :-1] / (2.0 * np.sin(angle / 2) ** 2)
            after = areas[:, -1]
        else:
            after = area
            ratio = self._windows(q[[0, -1]], angle[[0, -1]])  # these two say whether the others are worth their time
            if _left(to_series @ ratio.T) < GOALS[False] or not halvings:
                ratio = np.concatenate([ratio[:1], self._windows(q[1:-1], angle[1:-1]), ratio[1:]])
        series = to_series @ ratio.T
        if halvings and _left(series) >= GOALS[quick]:
            first, after = self._pieces(panel, quick, low, low + half, area, halvings - 1)
            second, after = self._pieces(panel, quick, low + half, high, after, halvings - 1)
            return first + second, after
        # Series first: they fall faster than the coefficients of Chebyshev's polynomials grow.
        series = np.ascontiguousarray(to_powers @ (series @ nodes_at(Q_NODES)[1].T))
        return [Piece(low, high, series, *self._errors(panel, quick, low, high, series))], after

    def _windows(self, q: FloatArray, angles: FloatArray) -> FloatArray:
        unit = 2.0 ** (self._centre / 2)
        return np.stack([window_slopes(self._phi, unit, float(v), row) for v, row in zip(q.flat, angles, strict=True)])

    def _errors(self, panel: int, quick: bool, low: float, high: float, series: FloatArray) -> tuple[float, float]:
        """Errors of R and k where no nodes are; a few places have to do where kernels are slow."""
        u, w = (axis.ravel() for axis in np.meshgrid(*PROBES)) if quick else PROBES
        q, b = (column[:, 0] for column in self._variances(panel, u))
        half = 0.5 * (high - low)
        angle, stretch = angle_at(low + half * (w + 1.0), b)
        c = np.cos(angle)
        powers = np.vander(w, ANGLE_NODES, increasing=True)
        rise = powers[:, :-1] * np.arange(1, ANGLE_NODES)
        values, rises = (((power @ series[n:]) * basis_at(u).T).sum(axis=1) for n, power in enumerate((powers, rise)))
        slopes = values + np.tan(angle / 2) * rises / (stretch * half)
        exact, kernel, whole = dual_derivative(self._phi, q, q, c), dual(self._phi, q, q, c), dual(self._phi, q, q, 1.0)
        slope_error = float(((np.abs(slopes - exact.value) + exact.error) / exact.value).max())
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


def _left(series: FloatArray) -> float:
    """Return the last Chebyshev coefficients in the angle, one column a variance, relative to R at the far end."""
    least = np.abs(series.sum(axis=0))  # R falls, and all polynomials are 1 there
    return float((np.abs(series[-LAST:]).max(axis=0) / least).max())
