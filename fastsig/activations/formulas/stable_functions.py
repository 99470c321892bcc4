"""Functions that neither overflow nor cancel in float64, as SymPy classes.

Their derivatives are products of each other. Those of the piecewise ones are the
derivatives of the pieces: without Dirac deltas, which are the kinks' own business.
"""

from functools import lru_cache
from types import SimpleNamespace
from typing import Any


@lru_cache(maxsize=1)
def stable_functions() -> SimpleNamespace:
    """Return the functions that formulas are rewritten to, as SymPy classes."""
    import sympy as sp

    class StableFunction(sp.Function):  # type: ignore[misc]
        nargs = 1
        is_real = True

    class Expit(StableFunction):
        """1/(1 + exp(-u))."""

        is_positive = True

        def fdiff(self, argindex: int = 1) -> Any:
            return Sech2(self.args[0] / 2) / 4

    class Softplus(StableFunction):
        """log(1 + exp(u))."""

        is_positive = True

        def fdiff(self, argindex: int = 1) -> Any:
            return Expit(self.args[0])

    class Sech2(StableFunction):
        """1/cosh(u)^2."""

        is_positive = True

        def fdiff(self, argindex: int = 1) -> Any:
            u = self.args[0]
            return -2 * sp.tanh(u) * Sech2(u)

    class Log1p(sp.Function):  # type: ignore[misc]
        """log(1 + u)."""

        nargs = 1

        def fdiff(self, argindex: int = 1) -> Any:
            return 1 / (1 + self.args[0])

    class Expm1(StableFunction):
        """exp(u) - 1."""

        def fdiff(self, argindex: int = 1) -> Any:
            return sp.exp(self.args[0])

    class Erfc(StableFunction):
        """erfc(u); SymPy's own turns erfc(-u) into 2 - erfc(u)."""

        def fdiff(self, argindex: int = 1) -> Any:
            return -2 / sp.sqrt(sp.pi) * sp.exp(-(self.args[0] ** 2))

    class LogCosh(StableFunction):
        """log(cosh(u))."""

        def fdiff(self, argindex: int = 1) -> Any:
            return sp.tanh(self.args[0])

    class Modulus(StableFunction):
        """abs(u), its derivative without the kink."""

        def fdiff(self, argindex: int = 1) -> Any:
            return Sign(self.args[0])

    class Sign(StableFunction):
        """sign(u), its derivative without the jump."""

        def fdiff(self, argindex: int = 1) -> Any:
            return sp.Integer(0)

    class Step(StableFunction):
        """Heaviside(u), its derivative without the jump."""

        def fdiff(self, argindex: int = 1) -> Any:
            return sp.Integer(0)

    class Pick(sp.Function):  # type: ignore[misc]
        """a where c > 0, else b; its derivative is that of the pieces."""

        nargs = 3

        @classmethod
        def eval(cls, c: Any, a: Any, b: Any) -> Any:
            return a if a == b else None

        def _eval_derivative(self, symbol: Any) -> Any:
            c, a, b = self.args
            return Pick(c, a.diff(symbol), b.diff(symbol))

    class LogOf(StableFunction):
        """log(number), kept by SymPy in exp(x log 2), which it would write as 2^x."""

        def fdiff(self, argindex: int = 1) -> Any:
            return 1 / self.args[0]

    classes = (LogOf, Expit, Softplus, Sech2, Log1p, Expm1, Erfc, LogCosh, Modulus, Sign, Step, Pick)
    return SimpleNamespace(**{one.__name__: one for one in classes})
