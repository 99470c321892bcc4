"""Activations from formulas, by SymPy: exact derivatives, kinks and end slopes."""

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Any, final

from fastsig.activations.definition import Activation, _read_kinks
from fastsig.arguments import is_number, number

if TYPE_CHECKING:
    from types import FunctionType

    from fastsig.activations.formulas.program import Program
    from fastsig.activations.profile import Profile
    from fastsig.arrays import FloatArray

LONGEST_NAME = 80


@final
class Expression(Activation):
    """The activation that a formula defines; made by `Activation.from_expression`.

    phi' and phi'' are SymPy's derivatives of the pieces. Where float64 is not
    enough (formulas that cancel or overflow), values are computed with as many
    digits as they need; the results are right to a few units in the last place,
    or to what the rounding of x does.

    Attributes
    ----------
    expression : sympy.Expr
        The formula, in ``sympy.Symbol("x", real=True)``, with exact numbers.
    """

    __slots__ = ("expression",)

    expression: Any

    def __init__(self, expression: Any, kinks: Sequence[float] = ()) -> None:
        places = _read_kinks(kinks)
        formula = _canonical(expression)
        self._adopt(formula, places)
        try:
            self._check()
            self.profile()
        except RecursionError:
            raise ValueError(f"the expression {self.name!r} is too deeply nested; write it with fewer levels") from None

    def _adopt(self, formula: Any, places: tuple[float, ...]) -> None:
        text = str(formula)
        self._set(text if len(text) <= LONGEST_NAME else text[: LONGEST_NAME - 3] + "...", (formula, places))
        object.__setattr__(self, "expression", formula)

    def __reduce__(self) -> tuple[Any, ...]:
        return _remake, (*self._key, self._meeting_places(), self._ends())

    def __repr__(self) -> str:
        declared = f", kinks={self._key[1]}" if self._key[1] else ""
        return f"Activation.from_expression({str(self.expression)!r}{declared})"

    @property
    def derivative_source(self) -> str:
        """Where phi' and phi'' come from."""
        return "symbolic"

    @property
    def derivative_errors(self) -> tuple[float, float]:
        """Errors of phi' and phi'' beyond rounding: none."""
        return 0.0, 0.0

    def batch(self, order: int, x: "FloatArray") -> "FloatArray":
        """Evaluate phi (order 0), phi' (1) or phi'' (2) on a flat array; NaN where it is undefined."""
        import numpy as np

        result = self._program(order)(x)
        ends = np.isinf(x) & np.isnan(result)
        if ends.any():
            plus, minus = self.slopes
            slope = np.where(x[ends] > 0.0, plus, minus)
            with np.errstate(invalid="ignore"):  # 0 times infinity: the limit is not known
                result[ends] = (slope * x[ends], slope, np.where(np.isfinite(slope), 0.0, np.nan))[order]
        return result

    def scalar_source(self, order: int) -> "FunctionType":
        """Return phi (order 0), phi' (1) or phi'' (2) as a scalar source, a function of (x, p) in plain float64."""
        from fastsig.activations.formulas.scalar_source import scalar_source

        program = self._program(order)
        return scalar_source(program.instructions, program.last)

    def _program(self, order: int) -> "Program":
        if "programs" not in self._cache:
            from fastsig.activations.formulas.derivatives import programs

            self._cache["programs"] = programs(self.expression, _variable())
        found: Program = self._cache["programs"][order]
        return found

    def _check(self) -> None:
        """Raise where the formula is complex or infinite at ordinary points."""
        import numpy as np

        from fastsig.activations.formulas.many_digits import is_complex

        out = np.concatenate([[1e-3, 0.37, 1.0, 2.0], 2.0 ** np.arange(2, 41, 2)])
        points = np.concatenate([[0.0], np.column_stack([out, -out]).ravel()])
        program = self._program(0)
        values = program(points)
        for i in np.flatnonzero(~np.isfinite(values)):
            at = f"the expression {self.name!r} at x = {float(points[i])!r}"
            if is_complex(program, float(points[i])):
                raise ValueError(
                    f"{at} is a complex number; make it real everywhere, as sign(x)*Abs(x)**p for x**p, "
                    "or Piecewise((..., x > 0), (..., True))"
                )
            raise ValueError(f"{at} is {float(values[i])!r}; an activation is finite everywhere, up to abs(x) = 2^40")

    def _meeting_places(self) -> tuple[float, ...]:
        """Where pieces of the formula meet: kinks, perhaps."""
        if "places" not in self._cache:
            from fastsig.activations.formulas.kinks import meeting_places

            self._cache["places"] = meeting_places(self.expression, _variable())
        found: tuple[float, ...] = self._cache["places"]
        return found

    def _ends(self) -> tuple[float, float] | None:
        """The exact end slopes, None unless both are found."""
        if "ends" not in self._cache:
            from fastsig.activations.formulas.end_limits import limit
            from fastsig.activations.formulas.stable_form import stable_form

            slope = stable_form(stable_form(self.expression).diff(_variable()))
            ends = [limit(slope, _variable(), side) for side in (1, -1)]
            self._cache["ends"] = None if None in ends else tuple(ends)
        found: tuple[float, float] | None = self._cache["ends"]
        return found

    def _profile(self) -> "Profile":
        from fastsig.activations.formulas.narrow_places import narrow_places
        from fastsig.activations.profile import profile

        return profile(
            lambda x: self._program(0)(x),
            derivative=lambda x: self._program(1)(x),
            second_derivative=lambda x: self._program(2)(x),
            kinks=sorted({*self._key[1], *self._meeting_places()}),
            narrow=narrow_places(self.expression, _variable()),
            slopes=self._ends(),
            name=self.name,
        )


def _remake(
    formula: Any, declared: tuple[float, ...], places: tuple[float, ...], ends: tuple[float, float] | None
) -> Expression:
    """Return a pickled one, without finding out again what is known of it."""
    made = Expression.__new__(Expression)
    made._adopt(formula, declared)
    made._cache.update(places=places, ends=ends)
    return made


def from_expression(expression: Any, kinks: Sequence[float], parameters: Mapping[str, Any]) -> Expression:
    """Return the activation of a formula; `Activation.from_expression` has the details."""
    try:
        import sympy as sp
    except ImportError:
        raise ImportError("expressions need SymPy: pip install 'fastsig[symbolic]'") from None
    from fastsig.activations.formulas.text import check_symbols, read

    values = {name: _parameter(name, value) for name, value in parameters.items()}
    if isinstance(expression, str):
        return Expression(read(expression, values, _variable()), kinks)
    if not isinstance(expression, sp.Basic) and is_number(expression):
        expression = _parameter("expression", expression)
    if not isinstance(expression, sp.Expr):
        raise TypeError(f"an expression must be a str or a SymPy expression; got {type(expression).__name__}")
    symbols = {symbol.name: symbol for symbol in expression.free_symbols}
    for name in values:
        if name not in symbols:
            raise TypeError(f"the expression {str(expression)!r:.80} has no parameter {name!r}")
    expression = expression.subs({symbols[name]: value for name, value in values.items()})
    if len(expression.free_symbols) > 1:
        others = sorted(symbol.name for symbol in expression.free_symbols if symbol.name != "x")
        check_symbols(str(expression), others)
    return Expression(expression, kinks)


def _variable() -> Any:
    import sympy as sp

    return sp.Symbol("x", real=True)


def _parameter(name: str, value: Any) -> Any:
    """Read a parameter exactly: a float is the exact double, strings and Fractions what they say."""
    import math

    import sympy as sp

    if isinstance(value, sp.Expr):
        if not (value.is_number and value.is_real and value.is_finite):
            raise ValueError(f"{name} must be a finite real number; got {value}")
        return _exact(value)
    if isinstance(value, bool) or not is_number(value):
        raise TypeError(f"{name} must be a real number; got {type(value).__name__}")
    if not math.isfinite(number(name, value)):
        raise ValueError(f"{name} must be finite; got {value!r}")
    exact = Fraction(value) if isinstance(value, (str, int, float, Fraction)) else Fraction(str(value))
    return sp.Rational(exact.numerator, exact.denominator)


def _exact(expression: Any) -> Any:
    """Replace floating-point numbers in a formula by what they are exactly."""
    import sympy as sp

    return expression.xreplace({one: sp.Rational(one) for one in expression.atoms(sp.Float) if one.is_finite})


def _canonical(expression: Any) -> Any:
    """A formula in the real variable x with exact numbers."""
    import sympy as sp

    symbols = expression.free_symbols
    if len(symbols) > 1:
        raise ValueError(
            f"the expression {str(expression)!r:.80} has more than one variable: {sorted(map(str, symbols))}"
        )
    for symbol in symbols:
        expression = expression.xreplace({symbol: _variable()})
    expression = _exact(expression)
    for refused in (sp.I, sp.oo, -sp.oo, sp.zoo, sp.nan):
        if expression.has(refused):
            raise ValueError(f"an expression must be real and finite; {str(expression)!r:.80} contains {refused}")
    return expression
