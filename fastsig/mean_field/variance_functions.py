"""What the variance map is made of, as functions of the variance q of the input: m2, its slope in q, and g2.

    m2(q) = E phi(x)^2,  m2'(q) = dm2/dq = eta/q,  g2(q) = E phi'(x)^2,  x = sqrt(q) Z

At q = 0 the limits are taken. With a = phi(0), slopes d+ and d-, second derivatives s+ and s- beside 0,

    m2' -> (d+^2 + d-^2)/2 + a (s+ + s-)/2,   g2 -> (d+^2 + d-^2)/2,

but if phi' jumps there and a != 0, m2 = a^2 + a (d+ - d-) sqrt(2 q/pi) + ..., and m2' is infinite.
"""

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.definition import Activation
from fastsig.activations.shape import shape
from fastsig.arrays import FloatArray
from fastsig.integrals.gaussian_moments import moments

if TYPE_CHECKING:
    from fastsig.integrals.on_cuda import Target

WHICH = ("m2", "eta", "g2")
BESIDE_ZERO = 1e-100  # where one-sided second derivatives are read
UNBOUNDED = 1e30  # a larger one there has no limit, as of abs(x)^1.5
FAR = 1e9  # sigma at which m2/q is taken for its limit where phi' has none
ROUNDING = 4 * 2.0**-52
KEPT = 4096  # single variances whose moments are kept: maps of one activation ask for the same ones


class Values(NamedTuple):
    """m2, m2' and g2 at some variances."""

    m2: FloatArray
    slope: FloatArray
    g2: FloatArray


class VarianceFunctions:
    """m2, m2' and g2 of one activation as functions of the variance.

    Attributes
    ----------
    phi : Activation
        The activation.
    at_zero : tuple of float
        Limits of m2, m2' and g2 as q goes to 0.
    far_slope : float
        The limit of m2/q as q goes to infinity.
    on_gpu : bool
        Whether arrays of variances go to the GPU.
    """

    __slots__ = ("__weakref__", "_kept", "at_zero", "far_slope", "on_gpu", "phi")

    def __init__(self, phi: Activation, on_gpu: bool = False) -> None:
        self.phi, self.on_gpu = phi, on_gpu
        self._kept: dict[float, Any] = {}
        self.at_zero = _limits_at_zero(phi)
        plus, minus = phi.slopes
        if math.isfinite(plus) and math.isfinite(minus):
            self.far_slope = (plus * plus + minus * minus) / 2
        else:
            self.far_slope = float(moments(phi, FAR, which="m2").m2) / FAR**2

    def one(self, q: float) -> tuple[float, float, float]:
        """Return the three at one variance."""
        if q == 0.0:
            return self.at_zero
        if q == math.inf:
            return math.inf if self.far_slope > 0 else math.nan, self.far_slope, self.far_slope
        found = self._moments(q)
        return found.m2, found.eta / q, found.g2

    def _moments(self, q: float) -> Any:
        """Return the moments at one variance."""
        found = self._kept.get(q)
        if found is None:
            found = moments(self.phi, math.sqrt(q), which=WHICH)
            if len(self._kept) >= KEPT:
                self._kept.clear()
            self._kept[q] = found
        return found

    def accurate(self, q: float) -> bool:
        """Whether the moments at one variance have the accuracy that they are to have; those of built-ins do."""
        return isinstance(self.phi, BuiltIn) or q in (0.0, math.inf) or bool(self._moments(q).success)

    def one_error(self, q: float) -> tuple[float, float, float]:
        """Return absolute errors of `one`, those of sqrt(q) included.

        A relative error e of q changes m2 by eta e and the others by no more than a few times themselves.
        """
        if q == 0.0 or q == math.inf:
            m2, slope, g2 = (ROUNDING * abs(value) if math.isfinite(value) else 0.0 for value in self.one(q))
            return m2, slope, g2
        found = self._moments(q)
        error = found.error
        return (
            float(error.m2 + ROUNDING * abs(found.eta)),
            float((error.eta + ROUNDING * abs(found.eta)) / q),
            float(error.g2 + ROUNDING * found.g2),
        )

    def at(self, q: FloatArray) -> Values:
        """Return the three at an array of finite variances."""
        return self.at_with_noise(q, wanted=False)[0]

    def at_with_noise(self, q: FloatArray, *, wanted: bool = True) -> tuple[Values, FloatArray]:
        """Return the three, and the error of m2' where moments miss their accuracy; 0 elsewhere.

        Built-ins do not miss it, so that their errors need not be computed.
        """
        where: Target = "cuda" if self.on_gpu else "cpu"
        found = moments(self.phi, np.sqrt(q), which=WHICH, target=where, copy=True)
        zero = q == 0.0
        above = np.where(zero, 1.0, q)
        values = (found.m2, found.eta / above, found.g2)
        limited = (
            np.where(zero, limit, value) if zero.any() else value
            for value, limit in zip(values, self.at_zero, strict=True)
        )
        noise = np.zeros_like(above)
        if wanted and not isinstance(self.phi, BuiltIn):
            noise = np.where(found.success | zero, 0.0, found.error.eta / above)
        return Values(*limited), noise


def variance_functions(phi: Activation) -> VarianceFunctions:
    """Return the functions of an activation, made once."""
    if "variance_functions" not in phi._cache:
        phi._cache["variance_functions"] = VarianceFunctions(phi)
    found: VarianceFunctions = phi._cache["variance_functions"]
    return found


def _limits_at_zero(phi: Activation) -> tuple[float, float, float]:
    known = shape(phi)
    value = float(phi.batch(0, np.zeros(1))[0])
    if 0.0 not in known.breaks:
        d, s = (float(phi.batch(order, np.zeros(1))[0]) for order in (1, 2))
        if math.isfinite(s) and abs(s) < UNBOUNDED:
            return value * value, d * d + value * s, d * d
    sides = np.array([-BESIDE_ZERO, BESIDE_ZERO])
    minus, plus = phi.batch(1, sides).tolist()
    squares = (minus * minus + plus * plus) / 2
    if value == 0.0:
        return 0.0, squares, squares
    if 0.0 in known.kinks:
        return value * value, math.copysign(math.inf, value * (plus - minus)), squares
    bend = float(phi.batch(2, sides).sum()) / 2
    infinite = not abs(bend) < UNBOUNDED
    return value * value, squares + value * (math.copysign(math.inf, bend) if infinite else bend), squares
