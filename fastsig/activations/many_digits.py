"""Formulas at single points with as many digits as they need, by mpmath.

For the points at which float64 is not enough (`stable_program`). Each operation
passes on a bound of its error, to first order as in float64, and the precision
doubles until the bound of the result is small enough. Where a formula is 0/0 at
a point, its limit is taken from both sides. The exponential ends at exp(+-2^300),
where it counts as infinity and 0.
"""

from collections.abc import Callable, Iterable
from typing import Any

from fastsig.activations.stable_program import Program

PRECISIONS = (128, 256, 512, 1024, 2048)  # bits
RELATIVE = -60  # results are good to 2^-60 of themselves, or to 2^-1100
ABSOLUTE = -1100
LARGEST_EXPONENT = 300  # as a power of 2
UNSURE = -10  # relative error of an argument beyond which first order is not believed


def evaluate(program: Program, points: Iterable[float]) -> list[Any]:
    """Return mpmath numbers, NaN where the formula is complex or has no limit."""
    import mpmath

    arithmetic = _Arithmetic(mpmath.MPContext())
    return [_settled(program, arithmetic, point) for point in points]


def is_complex(program: Program, point: float) -> bool:
    """Whether a formula is complex-valued at a point."""
    import mpmath

    context = mpmath.MPContext()
    context.prec = PRECISIONS[0]
    value, error = _Arithmetic(context).run(program, context.mpf(point))
    return isinstance(value, context.mpc) and bool(abs(value.imag) > error)


def at_precision(program: Program, point: float, bits: int) -> tuple[Any, Any]:
    """Return the value in arithmetic of so many bits, and the bound of its error."""
    import mpmath

    context = mpmath.MPContext()
    context.prec = bits
    return _Arithmetic(context).real(program, context.mpf(point))


def _settled(program: Program, arithmetic: "_Arithmetic", point: float) -> Any:
    context = arithmetic.context
    value = context.nan
    for bits in PRECISIONS:
        context.prec = bits
        value, error = arithmetic.real(program, context.mpf(point))
        if not context.isfinite(value):
            return _limit(program, arithmetic, point)
        if error <= context.ldexp(abs(value), RELATIVE) or abs(value) + error < context.ldexp(1, ABSOLUTE):
            return value
    return value


def _limit(program: Program, arithmetic: "_Arithmetic", point: float) -> Any:
    """The common limit from both sides, at which the formula itself is undefined; else what it says there."""
    context = arithmetic.context
    context.prec = PRECISIONS[-1]
    centre = context.mpf(point)
    plain = arithmetic.real(program, centre)[0]
    if context.isfinite(plain):
        return plain
    step = context.ldexp(max(abs(centre), 1), -PRECISIONS[-1] // 4)
    below, above = (arithmetic.real(program, centre + side * step)[0] for side in (-1, 1))
    if context.isfinite(below) and context.isfinite(above):
        scale = max(abs(below), abs(above))
        if abs(above - below) <= context.ldexp(scale, RELATIVE) or scale < context.ldexp(1, -200):
            return 0.5 * (below + above)
    return plain


class _Arithmetic:
    """Operations on pairs (value, bound of the error); conditions have the bound 0, or inf where unsure."""

    def __init__(self, context: Any) -> None:
        self.context = context
        self.largest = context.ldexp(1, LARGEST_EXPONENT)
        self.functions = self._functions()

    def real(self, program: Program, x: Any) -> tuple[Any, Any]:
        """Run a program; NaN where the result is complex."""
        value, error = self.run(program, x)
        if isinstance(value, self.context.mpc):
            return (value.real, error) if abs(value.imag) <= error else (self.context.nan, error)
        return value, error

    def run(self, program: Program, x: Any) -> tuple[Any, Any]:
        """Run a program at a point."""
        c = self.context
        results: list[tuple[Any, Any]] = []
        for name, arguments, constant in program.instructions:
            given = [results[i] for i in arguments]
            try:
                if name == "x":
                    result = x, c.zero
                elif name in ("number", "truth"):
                    result = self.constant(name, constant)
                elif name in self.functions:
                    result = self.chain(name, *given[0])
                elif name == "pow":
                    result = self.power(*given[0], constant)
                else:
                    result = getattr(self, f"_{name}")(*given)
            except (ZeroDivisionError, ValueError, OverflowError, TypeError):
                result = c.nan, c.inf
            results.append(result)
        return results[program.last]

    def rounded(self, value: Any, error: Any) -> tuple[Any, Any]:
        """A value with the rounding of one more operation, of a few units."""
        return value, error + self.context.ldexp(abs(value), 4 - self.context.prec)

    def constant(self, name: str, constant: Any) -> tuple[Any, Any]:
        c = self.context
        if name == "truth":
            return constant, c.zero
        if constant.is_Rational:
            return self.rounded(c.mpf(int(constant.p)) / int(constant.q), c.zero)
        return self.rounded(c.make_mpf(constant.evalf(int(c.prec * 0.302) + 8)._mpf_), c.zero)

    def chain(self, name: str, u: Any, error: Any) -> tuple[Any, Any]:
        if error > self.context.ldexp(max(abs(u), 1), UNSURE):
            error = self.context.inf
        value, steepness = self.functions[name](u)
        moved = steepness * error if error else self.context.zero
        return self.rounded(value, self.context.inf if self.context.isnan(moved) else moved)

    def power(self, u: Any, error: Any, exponent: Any) -> tuple[Any, Any]:
        c = self.context
        if exponent.is_Integer:
            value = u ** int(exponent)
        elif exponent.q == 2:
            value = c.sqrt(u) ** int(exponent.p)
        elif u == 0:
            value = c.zero if exponent > 0 else c.inf
        else:
            value = c.exp(c.log(u) * int(exponent.p) / int(exponent.q))
        if not error:
            return self.rounded(value, c.zero)
        if error > c.ldexp(abs(u), UNSURE):
            return value, c.inf
        return self.rounded(value, abs(value / u) * abs(float(exponent)) * 2 * error)

    def _add(self, *terms: tuple[Any, Any]) -> tuple[Any, Any]:
        c = self.context
        largest = max(abs(value) for value, _ in terms)
        error = sum((error for _, error in terms), c.ldexp(largest, len(terms).bit_length() - c.prec))
        return sum((value for value, _ in terms), c.zero), error

    def _mul(self, *factors: tuple[Any, Any]) -> tuple[Any, Any]:
        value, error = factors[0]
        for other, other_error in factors[1:]:
            both = value * other
            moved = abs(value) * other_error if other_error else 0
            moved += (abs(other) + other_error) * error if error else 0
            value, error = self.rounded(both, moved)
        return value, error

    # --- pieces ---------------------------------------------------------------------

    def sided(self, u: Any, error: Any) -> tuple[int, bool]:
        """The sign of a real number, and whether it is sure."""
        if isinstance(u, self.context.mpc) or self.context.isnan(u):
            raise ValueError("a complex number has no sign")
        return (u > 0) - (u < 0), bool(abs(u) > error or error == 0)

    def if_sure(self, value: Any, sure: bool) -> tuple[Any, Any]:
        return value, self.context.zero if sure else self.context.inf

    def _modulus(self, one: tuple[Any, Any]) -> tuple[Any, Any]:
        self.sided(*one)
        return abs(one[0]), one[1]

    def _sign(self, one: tuple[Any, Any]) -> tuple[Any, Any]:
        sign, sure = self.sided(*one)
        return self.if_sure(self.context.mpf(sign), sure)

    def _step(self, one: tuple[Any, Any]) -> tuple[Any, Any]:
        sign, sure = self.sided(*one)
        return self.if_sure((1 + self.context.mpf(sign)) / 2, sure)

    def _pick(self, one: tuple[Any, Any], a: tuple[Any, Any], b: tuple[Any, Any]) -> tuple[Any, Any]:
        return self._piecewise(a, self._gt(one), b, (True, self.context.zero))

    def _piecewise(self, *given: tuple[Any, Any]) -> tuple[Any, Any]:
        for value, (holds, doubt) in zip(given[::2], given[1::2], strict=True):
            if holds is not True and holds is not False:
                break
            if holds or doubt:
                return (value[0], self.context.inf) if doubt else value
        return self.context.nan, self.context.inf

    def compare(self, one: tuple[Any, Any], holding: tuple[int, ...]) -> tuple[Any, Any]:
        sign, sure = self.sided(*one)
        return self.if_sure(sign in holding, sure)

    def _gt(self, one: tuple[Any, Any]) -> tuple[Any, Any]:
        return self.compare(one, (1,))

    def _ge(self, one: tuple[Any, Any]) -> tuple[Any, Any]:
        return self.compare(one, (0, 1))

    def _lt(self, one: tuple[Any, Any]) -> tuple[Any, Any]:
        return self.compare(one, (-1,))

    def _le(self, one: tuple[Any, Any]) -> tuple[Any, Any]:
        return self.compare(one, (-1, 0))

    def _eq(self, one: tuple[Any, Any]) -> tuple[Any, Any]:
        return self.compare(one, (0,))

    def _ne(self, one: tuple[Any, Any]) -> tuple[Any, Any]:
        return self.compare(one, (-1, 1))

    def _and(self, *given: tuple[Any, Any]) -> tuple[Any, Any]:
        return all(one[0] is True for one in given), max(one[1] for one in given)

    def _or(self, *given: tuple[Any, Any]) -> tuple[Any, Any]:
        return any(one[0] is True for one in given), max(one[1] for one in given)

    def _not(self, one: tuple[Any, Any]) -> tuple[Any, Any]:
        return one[0] is not True, one[1]

    def _ite(self, *given: tuple[Any, Any]) -> tuple[Any, Any]:
        return (given[1] if given[0][0] is True else given[2])[0], max(one[1] for one in given)

    # --- functions: the value, and a bound of the derivative --------------------------

    def exp(self, u: Any) -> Any:
        """exp, with ends."""
        c, size = self.context, self.context.re(u)
        if size > self.largest:
            return c.inf
        return c.zero if size < -self.largest else c.exp(u)

    def _functions(self) -> dict[str, Callable[[Any], tuple[Any, Any]]]:
        c, exp = self.context, self.exp

        def far(u: Any) -> Any:
            """The limit of tanh and erf, or None."""
            size = c.re(u)
            return None if abs(size) <= self.largest else c.mpf(1 if size > 0 else -1)

        def expit(u: Any) -> Any:
            value = 1 / (1 + exp(-u))
            return value, abs(value)

        def softplus(u: Any) -> Any:
            value = u + c.log1p(exp(-u)) if c.re(u) > 0 else c.log1p(exp(u))
            return value, abs(value)

        def cosh(u: Any) -> Any:
            return (exp(u) + exp(-u)) / 2

        def sinh(u: Any) -> Any:
            return c.sinh(u) if abs(c.re(u)) < 1 else (exp(u) - exp(-u)) / 2

        def sech2(u: Any) -> Any:
            value = cosh(u) ** -2
            return value, 2 * abs(value)

        def erf(u: Any) -> Any:
            end = far(u)
            return (c.erf(u), 2 * abs(exp(-u * u))) if end is None else (end, c.zero)

        def erfc(u: Any) -> Any:
            if abs(c.re(u)) > c.sqrt(self.largest):
                return (c.zero if c.re(u) > 0 else c.mpf(2)), c.zero
            return c.erfc(u), 2 * abs(exp(-u * u))

        def tanh(u: Any) -> Any:
            end = far(u)
            return (c.tanh(u), c.one) if end is None else (end, c.zero)

        def twice(function: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, Any]]:
            """A function whose derivative is no larger than itself."""

            def pair(u: Any) -> tuple[Any, Any]:
                value = function(u)
                return value, abs(value)

            return pair

        def inverse(name: str, slope: Callable[[Any], Any]) -> Callable[[Any], tuple[Any, Any]]:
            function = getattr(c, name)
            return lambda u: (function(u), abs(1 / slope(u)))

        return {
            "exp": twice(exp),
            "expm1": lambda u: (exp(u) - 1 if abs(c.re(u)) > 1 else c.expm1(u), abs(exp(u))),
            "expit": expit,
            "softplus": softplus,
            "sech2": sech2,
            "log": lambda u: (c.log(u), abs(1 / u) if u else c.inf),
            "log1p": lambda u: (c.log(1 + u) if c.isinf(u) else c.log1p(u), abs(1 / (1 + u))),
            "logcosh": lambda u: (c.log(cosh(u)) if abs(c.re(u)) > 1 else c.log1p(2 * sinh(u / 2) ** 2), c.one),
            "sin": lambda u: (c.sin(u), abs(c.cos(u)) + abs(c.sin(u))),
            "cos": lambda u: (c.cos(u), abs(c.cos(u)) + abs(c.sin(u))),
            "tan": lambda u: (c.tan(u), 1 + abs(c.tan(u)) ** 2),
            "sinh": lambda u: (sinh(u), abs(cosh(u))),
            "cosh": twice(cosh),
            "tanh": tanh,
            "asin": inverse("asin", lambda u: c.sqrt(1 - u * u)),
            "acos": inverse("acos", lambda u: c.sqrt(1 - u * u)),
            "atan": inverse("atan", lambda u: 1 + u * u),
            "asinh": inverse("asinh", lambda u: c.sqrt(1 + u * u)),
            "acosh": inverse("acosh", lambda u: c.sqrt(u * u - 1)),
            "atanh": inverse("atanh", lambda u: 1 - u * u),
            "erf": erf,
            "erfc": erfc,
        }
