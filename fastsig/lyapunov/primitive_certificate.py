"""The certificate of descent of the energy E(x) = x^2/2 - F(a x + b)/a."""

import math
from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.lyapunov.antiderivative import antiderivative
from fastsig.lyapunov.certificate import Certificate
from fastsig.lyapunov.domain import text
from fastsig.lyapunov.fixed_point import FixedPoints
from fastsig.lyapunov.fixed_point_search import search
from fastsig.lyapunov.printed import at_least
from fastsig.lyapunov.recursion import UNIT
from fastsig.taxonomy.ranges import LINE, Interval

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.lyapunov.proof import Proof


@dataclass(frozen=True, slots=True)
class PrimitiveDescent(Certificate):
    """E(x) = x^2/2 - F(a x + b)/a falls along T(x) = phi(a x + b): E(T x) <= E(x) - (1 - L/2) (T x - x)^2.

    F is an antiderivative of phi, so that E'(x) = x - T(x): T is a step of gradient descent on E.

    Attributes
    ----------
    activation : Activation
        phi.
    a, b : float
        Weight and bias.
    domain : tuple of float
        R as (-inf, inf), or a closed interval that T maps into itself.
    smoothness, smoothness_error : float
        L = 1 - inf a phi'(a x + b) on the domain, and its absolute error; L + error < 2.
    converges : bool
        Whether every orbit in the domain converges (to a fixed point): claimed only where orbits are bounded.
    reason : str
        Why orbits are bounded, or why that is not known.
    excess : float
        0, or by how much roundings ask to widen the domain, so that T surely maps it into itself; L holds there, too.
    """

    activation: Activation
    a: float
    b: float
    domain: Interval
    smoothness: float
    smoothness_error: float
    converges: bool
    reason: str
    excess: float = 0.0

    @property
    def descent(self) -> float:
        """1 - L/2, rounded down: E falls by at least this times the square of the step."""
        exact = 1 - (Fraction(self.smoothness) + Fraction(self.smoothness_error)) / 2
        nearest = float(exact)
        return nearest if nearest <= exact else math.nextafter(nearest, -math.inf)

    @property
    def fixed_points(self) -> FixedPoints:
        """All fixed points of T on the line."""
        return search(self.recursion)

    @property
    def statement(self) -> str:
        """What is claimed, in one sentence."""
        orbits = (
            f"every orbit converges to a fixed point ({self.reason})"
            if self.converges
            else f"convergence is not claimed ({self.reason})"
        )
        return (
            f"E(T x) <= E(x) - {at_least(self.descent, 0.0)} (T x - x)^2 on {text(self.domain)} for {self.recursion}: "
            f"no cycles, and {orbits}"
        )

    def energy_with_error(self, x: Any) -> tuple["FloatArray", "FloatArray"]:
        """Return E at a flat array, and absolute errors: of F, of a x + b (times phi there) and of the sums."""
        points = np.asarray(x, dtype=np.float64)
        y, moved = self.recursion.argument(points)
        value, error = antiderivative(self.activation)(y)
        square, rest = 0.5 * points * points, value / self.a
        error = error + 2.0 * moved * np.abs(self.activation.batch(0, y))
        return square - rest, error / abs(self.a) + 4.0 * UNIT * (square + np.abs(rest))

    def energy(self, x: Any) -> Any:
        """Return E(x) = x^2/2 - F(a x + b)/a, F(0) = 0, for a float or an array.

        Raises
        ------
        ValueError
            For abs(a x + b) > 2^40.

        Examples
        --------
        >>> from fastsig import lyapunov
        >>> round(lyapunov.primitive("identity", 0.5).energy(2.0), 12)  # x^2/2 - (x/2)^2/2/(1/2) = x^2/4
        1.0
        """
        points = np.asarray(x, dtype=np.float64)
        value = self.energy_with_error(points.ravel())[0].reshape(points.shape)
        return value if points.ndim else float(value)

    def _margin(self, x: "FloatArray") -> tuple["FloatArray", "FloatArray"]:
        value, error = self.recursion.with_error(x)
        before, before_error = self.energy_with_error(x)
        after, after_error = self.energy_with_error(value)
        step = value - x
        # E'(T x) times the error of T x, and what that does to the step
        moved = error * (np.abs(self.recursion(value) - value) + 2.0 * abs(self.descent) * np.abs(step))
        rounding = UNIT * (np.abs(value) + np.abs(x)) * 4.0 * abs(self.descent) * np.abs(step)
        return before - after - self.descent * step * step, before_error + after_error + moved + rounding

    def _prove(self, digits: int) -> "Proof":
        from fastsig.lyapunov.proof import prove_descent

        return prove_descent(self, digits)

    @property
    def is_global(self) -> bool:
        """Whether the domain is the whole line."""
        return self.domain == LINE
