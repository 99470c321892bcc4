"""Formulas at single points with as many digits as they need, by mpmath.

For the points at which float64 is not enough (`stable_program`). Each operation
passes on a bound of its error, to first order as in float64, and the precision
grows until the bound of the result is small enough. Where a formula is 0/0 at
a point, its limit is taken from both sides. The exponential ends at exp(+-2^300),
where it counts as infinity and 0.
"""

from collections.abc import Iterable
from typing import Any

from fastsig.activations.formulas.many_digit_functions import functions
from fastsig.activations.formulas.program import Program

PRECISIONS = (128, 512, 2048)  # bits
RELATIVE = -60  # results are good to 2^-60 of themselves, or to 2^-400
ABSOLUTE = -400
MOST_UNRESOLVED = 8  # points of one array that may stay unsure in the highest precision
UNSURE = -10  # relative error of an argument beyond which first order is not believed


def evaluate(program: Program, points: Iterable[float]) -> list[Any]:
    """Return mpmath numbers, NaN where the formula is complex or has no limit.

    Raises
    ------
    ValueError
        If many points are not resolved even in the highest precision.
    """
    import mpmath

    arithmetic = _Arithmetic(mpmath.MPContext())
    results, unresolved = [], 0
    for point in points:
        value, resolved = _settled(program, arithmetic, point)
        results.append(value)
        unresolved += not resolved
        if unresolved > MOST_UNRESOLVED:
            raise ValueError(
                f"the expression cannot be told from a tie or a cancellation with {PRECISIONS[-1]} bits around "
                f"x = {point!r}: compare or subtract in it what differs by more than exp(-abs(x))"
            )
    return results


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


def _settled(program: Program, arithmetic: "_Arithmetic", point: float) -> tuple[Any, bool]:
    """Return the value at a point, and whether it is good enough."""
    context = arithmetic.context
    value = context.nan
    for bits in PRECISIONS:
        context.prec = bits
        value, error = arithmetic.real(program, context.mpf(point))
        if not context.isfinite(value):
            return _limit(program, arithmetic, point), True
        if error <= context.ldexp(abs(value), RELATIVE) or abs(value) + error < context.ldexp(1, ABSOLUTE):
            return value, True
    return value, False


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
        self.functions = functions(context)

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
        if error and name in ("asin", "acos", "acosh"):  # steep at 1, but like a root
            moved = min(moved, 4 * self.context.sqrt(error))
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
            return (value, c.zero) if u == 1 else self.rounded(value, c.zero)
        if 0 < exponent < 1 and error > c.ldexp(abs(u), UNSURE):
            return self.rounded(value, error ** float(exponent))
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
            exact = (abs(value) == 1 and not error) or (abs(other) == 1 and not other_error)
            value, error = (both, moved) if exact else self.rounded(both, moved)
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
        sign, sure = self.sided(*one)
        value, error = a if sign > 0 else b
        return value, error if sure else max(a[1], b[1]) + abs(a[0] - b[0])

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
