"""The certificate of a contraction."""

from dataclasses import dataclass
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.lyapunov.certificate import Certificate
from fastsig.lyapunov.domain import text
from fastsig.lyapunov.printed import at_most, exact, upwards
from fastsig.taxonomy.ranges import LINE, Interval, slope_range

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.lyapunov.proof import Proof


@dataclass(frozen=True, slots=True)
class Contraction(Certificate):
    """T(x) = phi(a x + b) contracts a domain: V(T x) - V(x) <= -(1 - k^2) V(x) with V(x) = (x - x*)^2.

    Attributes
    ----------
    activation : Activation
        phi.
    a, b : float
        Weight and bias.
    domain : tuple of float
        R as (-inf, inf), or a closed interval that T maps into itself.
    rate, rate_error : float
        k = sup abs(T') on the domain, and its absolute error; k + error < 1.
    fixed_point, fixed_point_error : float
        x*, the only fixed point in the domain.
    entry_steps : int or None
        After so many steps every orbit of the line is in the domain; None where that is not claimed.
    excess : float
        0, or by how much roundings ask to widen the domain, so that T surely maps it into itself; k holds there, too.
    """

    activation: Activation
    a: float
    b: float
    domain: Interval
    rate: float
    rate_error: float
    fixed_point: float
    fixed_point_error: float
    entry_steps: int | None
    excess: float = 0.0

    @property
    def statement(self) -> str:
        """What is claimed, in one sentence."""
        k = at_most(Fraction(self.rate) + Fraction(self.rate_error), 1.0)
        where = "every orbit"
        if self.domain != LINE:
            where = f"every orbit that starts in {text(self.domain)}"
            if self.entry_steps is not None:
                where = (
                    f"every orbit (in {text(self.domain)} after {self.entry_steps} step{'s' * (self.entry_steps > 1)})"
                )
        return (
            f"abs(T(x) - x*) <= {k} abs(x - x*) on {text(self.domain)} with x* = {self._place}: "
            f"{where} of {self.recursion} converges to x*"
        )

    @property
    def _place(self) -> str:
        wrong = f" +- {upwards(self.fixed_point_error)}" if self.fixed_point_error else ""
        return exact(self.fixed_point) + wrong

    @property
    def slopes(self) -> tuple[float, float]:
        """Inf and sup of phi' on a domain + b."""
        found = slope_range(self.activation, self.recursion.inner(self.domain))
        return found.low, found.high

    def energy(self, x: Any) -> Any:
        """Return V(x) = (x - x*)^2, for a float or an array.

        Examples
        --------
        >>> from fastsig import lyapunov
        >>> lyapunov.contraction("tanh", 0.5).energy([0.0, 2.0]).tolist()
        [0.0, 4.0]
        """
        gap = np.asarray(x, dtype=np.float64) - self.fixed_point
        return gap * gap if gap.ndim else float(gap) ** 2

    def _margin(self, x: "FloatArray") -> tuple["FloatArray", "FloatArray"]:
        k = self.rate + self.rate_error
        value, error = self.recursion.with_error(x)
        gap = np.abs(x - self.fixed_point)
        return k * gap - np.abs(value - self.fixed_point), error + 2.0 * self.fixed_point_error + 2.0**-51 * gap

    def _prove(self, digits: int) -> "Proof":
        from fastsig.lyapunov.proof import prove_contraction

        return prove_contraction(self, digits)
