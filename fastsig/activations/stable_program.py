"""Formulas as straight-line programs that know how wrong their results can be.

`Program` takes a formula in stable form apart into operations, common
subexpressions once. Each operation returns, at every point, a value v, a bound e
of its error to first order, and d = dv/dx:

    f(u):    e = abs(f'(u)) e_u + rounding,      d = f'(u) d_u
    a b:     e = abs(a) e_b + abs(b) e_a + rounding

An infinite v says that the true value exceeds the largest double; a NaN that
nothing is known. Products and powers that over- or underflow on the way are
formed again from logarithms. A result counts if

    e <= TOLERANCE eps (abs(v) + abs(x d)),

x d eps being what the rounding of x itself does. The other points, few in a
formula in stable form, are computed again with many digits (`many_digits`).
"""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fastsig.activations.stable_form import stable_functions

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Mask = NDArray[np.bool_]

EPS = 2.0**-53  # rounding of one operation
TOLERANCE = 64.0
LEAST = 1e-290  # results below are not asked for relative accuracy
SMALLEST = 5e-324
_LN2 = math.log(2.0)
_LN4 = math.log(4.0)
_UNSURE = 2.0**-10  # relative error of an argument beyond which first order is not believed


class Instruction(NamedTuple):
    """One operation: its name, where its arguments are, and a constant (an exponent, a number)."""

    name: str
    arguments: tuple[int, ...]
    constant: Any = None


class Bounded(NamedTuple):
    """Values, bounds of their errors, and derivatives with respect to x."""

    value: "FloatArray"
    error: "FloatArray"
    slope: "FloatArray"


# --- compiling -------------------------------------------------------------------


class _Compiler:
    def __init__(self, variable: Any) -> None:
        import sympy as sp

        self.sp, self.variable = sp, variable
        self.instructions: list[Instruction] = []
        self.place: dict[Any, int] = {}
        known = stable_functions()
        plain = ("exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "erf")
        plain += ("asin", "acos", "atan", "asinh", "acosh", "atanh")
        stable = ("Expit", "Softplus", "Sech2", "Log1p", "Expm1", "Erfc", "LogCosh", "Modulus", "Sign", "Step", "Pick")
        self.functions = {getattr(sp, name): name for name in plain}
        self.functions |= {getattr(known, name): name.lower() for name in stable}
        self.functions[known.LogOf] = "log"
        self.relations = {sp.Gt: "gt", sp.Ge: "ge", sp.Lt: "lt", sp.Le: "le", sp.Eq: "eq", sp.Ne: "ne"}

    def emit(self, name: str, arguments: tuple[int, ...] = (), constant: Any = None) -> int:
        """Append an instruction unless it is there; return its place."""
        instruction = Instruction(name, arguments, constant)
        if instruction not in self.place:
            self.place[instruction] = len(self.instructions)
            self.instructions.append(instruction)
        return self.place[instruction]

    def __call__(self, expression: Any) -> int:
        sp = self.sp
        if expression in self.place:
            return self.place[expression]
        if expression == self.variable:
            result = self.emit("x")
        elif expression.is_Number or expression.is_NumberSymbol:
            result = self.emit("number", (), expression)
        elif isinstance(expression, sp.logic.boolalg.BooleanAtom):
            result = self.emit("truth", (), bool(expression))
        elif expression.is_Relational and type(expression) in self.relations:
            result = self.emit(self.relations[type(expression)], (self(expression.lhs - expression.rhs),))
        elif isinstance(expression, (sp.And, sp.Or, sp.Not, sp.ITE)):
            result = self.emit(type(expression).__name__.lower(), self.all(expression.args))
        elif isinstance(expression, sp.Piecewise):
            result = self.emit("piecewise", self.all(part for pair in expression.args for part in pair))
        elif expression.is_Add:
            result = self.emit("add", self.all(expression.args))
        elif expression.is_Mul:
            result = self.product(expression.args)
        elif expression.is_Pow:
            result = self.power(*expression.as_base_exp())
        elif type(expression) in self.functions:
            result = self.emit(self.functions[type(expression)], self.all(expression.args))
        else:
            name = getattr(expression.func, "__name__", str(expression))
            raise ValueError(
                f"{name} is not a function that expressions can have; rewrite {str(expression)!r:.60} with exp, log, "
                "powers, trigonometric and hyperbolic functions, their inverses, erf, Abs, Max, Min, sign, Piecewise"
            )
        self.place[expression] = result
        return result

    def all(self, expressions: Any) -> tuple[int, ...]:
        return tuple(self(one) for one in expressions)

    def product(self, factors: Any) -> int:
        """A product: factors with small numbers first, as 2*exp(x) is exact where exp(x) is."""
        return self.emit("mul", self.all(factors))

    def power(self, base: Any, exponent: Any) -> int:
        if exponent.is_Rational:
            return self.emit("pow", (self(base),), exponent)
        logarithm = self.emit("log", (self(base),))
        return self.emit("exp", (self.emit("mul", (self(exponent), logarithm)),))


class Program:
    """A formula in stable form, ready to be evaluated on arrays.

    Parameters
    ----------
    expression : sympy.Expr
        The formula.
    variable : sympy.Symbol
        Its variable.

    Raises
    ------
    ValueError
        If it has a function that is not known here.
    """

    def __init__(self, expression: Any, variable: Any) -> None:
        compiler = _Compiler(variable)
        self.last = compiler(expression)
        self.instructions = compiler.instructions

    def bounded(self, x: "FloatArray") -> Bounded:
        """Evaluate in float64, with bounds."""
        with np.errstate(all="ignore"):
            return _Run(self.instructions, x).results[self.last]

    def doubtful(self, x: "FloatArray", result: Bounded) -> "Mask":
        """Return where a result is not good enough."""
        with np.errstate(all="ignore"):
            moved = np.abs(x * result.slope)
            size = np.abs(result.value) + np.where(np.isfinite(moved), moved, 0.0)
            good = np.isfinite(result.value) & (result.error <= TOLERANCE * 2.0 * EPS * size + LEAST)
        found: Mask = ~good
        return found

    def __call__(self, x: "FloatArray") -> "FloatArray":
        """Evaluate on a flat array: NaN where the formula is complex or undefined, inf where it overflows."""
        result = self.bounded(x)
        values = np.array(result.value, dtype=np.float64)
        again = np.flatnonzero(self.doubtful(x, result))
        finite = again[np.isfinite(x[again])]
        if finite.size:
            from fastsig.activations.many_digits import evaluate

            values[finite] = [float(value) for value in evaluate(self, x[finite].tolist())]
        return values


# --- running ----------------------------------------------------------------------


class _Run:
    """One evaluation: the results of all instructions, in order."""

    def __init__(self, instructions: list[Instruction], x: "FloatArray") -> None:
        self.instructions, self.x = instructions, x
        self.results: list[Any] = []
        for instruction in instructions:
            self.results.append(self.step(instruction))

    def step(self, instruction: Instruction) -> Any:
        name, arguments, constant = instruction
        given = [self.results[i] for i in arguments]
        if name in _UNARY:
            result = _chain(given[0], *_UNARY[name](given[0].value), swing=name in ("sin", "cos"))
            return self.by_logarithm(instruction, result) if name in ("log", "log1p") else result
        if name == "x":
            return Bounded(self.x, np.zeros_like(self.x), np.ones_like(self.x))
        if name == "number":
            return self.number(constant)
        if name == "add":
            return _add(given)
        if name == "mul":
            return self.by_logarithm(instruction, _product(given))
        if name == "pow":
            return self.by_logarithm(instruction, _power(given[0], constant))
        if name in ("sign", "step", "modulus"):
            return _sided(name, given[0])
        if name == "pick":
            return _select([(given[1], _compare("gt", given[0])), (given[2], (np.True_, np.False_))], self.x.shape)
        if name == "piecewise":
            return _select(list(zip(given[::2], given[1::2], strict=True)), self.x.shape)
        if name == "truth":
            return np.bool_(constant), np.False_
        return _logic(name, given) if name in ("and", "or", "not", "ite") else _compare(name, given[0])

    def number(self, constant: Any) -> Bounded:
        value = float(constant)
        exact = bool(constant.is_Rational) and constant.p == constant.q * _fraction(value)
        value_array = np.full_like(self.x, value)
        return Bounded(
            value_array, np.zeros_like(self.x) if exact else EPS * np.abs(value_array), np.zeros_like(self.x)
        )

    # What over- or underflows on the way ...

    def by_logarithm(self, instruction: Instruction, plain: Bounded) -> Bounded:
        """Form again through logarithms what over- or underflowed on the way."""
        given = [self.results[i] for i in instruction.arguments]
        lost = np.isnan(plain.value)
        for part in given:
            size = np.abs(part.value)
            lost |= (size == np.inf) | ((size < LEAST) & (part.error > 0.0))
        if instruction.name in ("mul", "pow"):
            size = np.abs(plain.value)
            lost |= (size == np.inf) | ((size < LEAST) & (plain.error > 0.0))
        at = np.flatnonzero(lost)
        if not at.size:
            return plain
        value, error, slope = (np.array(part) for part in plain)
        if instruction.name in ("log", "log1p"):
            logarithm, e = self.magnitude(instruction.arguments[0], at)
            if instruction.name == "log1p":
                logarithm = np.where(given[0].value[at] == np.inf, logarithm, np.nan)
            known = np.isfinite(logarithm) & ~np.signbit(given[0].value[at])
            i = at[known]
            value[i], error[i] = logarithm[known], e[known] + 2.0 * EPS * np.abs(logarithm[known])
            slope[i] = np.nan
            return Bounded(value, error, slope)
        logarithm, e = self.magnitude_of(instruction, at)
        sign = np.ones(at.size)
        for part in given:
            sign = np.where(np.signbit(part.value[at]), -sign, sign)
        if instruction.name == "pow":
            even = instruction.constant.q == 1 and instruction.constant.p % 2 == 0
            negative = sign < 0.0
            if even:
                sign = np.abs(sign)
            elif instruction.constant.q != 1:
                sign = np.where(negative & (given[0].value[at] != 0.0), np.nan, 1.0)
        known = ~np.isnan(logarithm) & ~np.isnan(sign)
        i, size = at[known], np.exp(logarithm[known])
        value[i] = sign[known] * size
        moved = np.where(np.isfinite(logarithm[known]) & (self.x[i] != 0.0), logarithm[known] / self.x[i], 0.0)
        error[i] = np.where(np.isfinite(size), size * (e[known] + 4.0 * EPS) + SMALLEST, 0.0)
        slope[i] = size * moved
        return Bounded(value, error, slope)

    def magnitude(self, i: int, at: Any) -> tuple["FloatArray", "FloatArray"]:
        """Return the logarithm of the size of a result at some points, and its error; NaN where it is not known."""
        size, error = np.abs(self.results[i].value[at]), self.results[i].error[at]
        result = np.log(size)
        bound = error / size + EPS * np.abs(result)
        exact = (size == 0.0) & (error == 0.0)
        bound[exact] = 0.0
        lost = np.flatnonzero(~(np.isfinite(size) & (size >= LEAST)) & ~exact)
        if lost.size:
            result[lost], bound[lost] = self.magnitude_of(self.instructions[i], at[lost])
        return result, bound

    def magnitude_of(self, instruction: Instruction, at: Any) -> tuple["FloatArray", "FloatArray"]:
        """Return the same by the rule of an operation, not from its result."""
        name, arguments, constant = instruction
        unknown = np.full(at.size, np.nan)
        if name in ("number", "x", "piecewise", "pick") or not arguments:
            if name == "x":
                return np.log(np.abs(self.x[at])), EPS * np.abs(np.log(np.abs(self.x[at])))
            return unknown, unknown
        if name == "mul":
            parts = [self.magnitude(i, at) for i in arguments]
            total = np.sum([part[0] for part in parts], axis=0)
            return total, np.sum([part[1] + EPS * _finite(part[0]) for part in parts], axis=0)
        if name == "pow":
            logarithm, error = self.magnitude(arguments[0], at)
            p = float(constant)
            return p * logarithm, abs(p) * (error + 2.0 * EPS * _finite(logarithm))
        if name == "add":
            return self.magnitude_of_sum(arguments, at)
        u = self.results[arguments[0]]
        value, error = u.value[at], u.error[at]
        if name in _MAGNITUDES:
            logarithm, factor, holds = _MAGNITUDES[name](value)
            return np.where(holds, logarithm, np.nan), factor * error + 2.0 * EPS * _finite(logarithm)
        return unknown, unknown

    def magnitude_of_sum(self, arguments: tuple[int, ...], at: Any) -> tuple["FloatArray", "FloatArray"]:
        parts = [self.magnitude(i, at) for i in arguments]
        logarithms, errors = np.array([part[0] for part in parts]), np.array([part[1] for part in parts])
        signs = np.array([np.where(np.signbit(self.results[i].value[at]), -1.0, 1.0) for i in arguments])
        largest = logarithms.max(0)
        weights = np.exp(logarithms - largest)
        total = np.abs((signs * weights).sum(0))
        spread = (weights * (np.where(weights > 0.0, errors, 0.0) + 2.0 * EPS)).sum(0) / total
        return np.where(np.isfinite(largest), largest + np.log(total), np.nan), spread + EPS * _finite(largest)


def _fraction(value: float) -> Any:
    from fractions import Fraction

    return Fraction(value) if math.isfinite(value) else None


def _finite(logarithm: "FloatArray") -> "FloatArray":
    """Sizes that count for rounding; that of exp(-inf) does not."""
    return np.where(np.isinf(logarithm), 0.0, np.abs(logarithm))


def _chain(u: Bounded, value: "FloatArray", derivative: "FloatArray", ulps: float, *, swing: bool) -> Bounded:
    """f(u) from f and f' there; `swing`: f' is no larger than 1, but changes as fast as f."""
    flat = derivative == 0.0
    size = np.abs(derivative)
    if swing:
        size = np.minimum(size + u.error, 1.0)
    error = np.where(flat & ~swing, 0.0, size * u.error)
    error = np.where(np.isinf(value), 0.0, error + ulps * EPS * np.abs(value) + SMALLEST)
    error = np.where(value == 0.0, np.where(u.error == 0.0, np.where(u.value == 0.0, 0.0, error), error), error)
    unsure = u.error > _UNSURE * np.maximum(1.0, np.abs(u.value))
    return Bounded(np.where(unsure, np.nan, value), error, np.where(flat, 0.0, derivative * u.slope))


def _add(terms: list[Bounded]) -> Bounded:
    value, error, slope = terms[0]
    for term in terms[1:]:
        value = value + term.value
        error = error + term.error + EPS * np.abs(value)
        slope = slope + term.slope
    return Bounded(value, np.where(np.isinf(value), 0.0, error), slope)


def _product(factors: list[Bounded]) -> Bounded:
    a = factors[0]
    for b in factors[1:]:
        value = a.value * b.value
        # An infinity is "beyond the largest double": nothing is known of half of it.
        known = ~(np.isinf(a.value) & (np.abs(b.value) < 1.0)) & ~(np.isinf(b.value) & (np.abs(a.value) < 1.0))
        exact = ((a.value == 0.0) & (a.error == 0.0)) | ((b.value == 0.0) & (b.error == 0.0))
        error = np.abs(a.value) * b.error + np.abs(b.value) * a.error + a.error * b.error + EPS * np.abs(value)
        whole = (np.abs(a.value) == 1.0) & (a.error == 0.0) | (np.abs(b.value) == 1.0) & (b.error == 0.0)
        error = np.where(exact, 0.0, error - np.where(whole, EPS * np.abs(value), 0.0) + SMALLEST)
        error = np.where(np.isinf(value), 0.0, error)
        slope = a.value * b.slope + b.value * a.slope
        a = Bounded(np.where(known, value, np.nan), error, slope)
    return a


def _power(u: Bounded, exponent: Any) -> Bounded:
    p = float(exponent)
    if exponent == -1:
        value, ulps = 1.0 / u.value, 1.0
    elif exponent.q == 2 and abs(exponent.p) == 1:
        value, ulps = np.sqrt(u.value), 1.0
        value, ulps = (value, ulps) if p > 0.0 else (1.0 / value, 2.0)
    else:
        value, ulps = np.power(u.value, p), 3.0
        if float(exponent.q) != 2.0 ** round(math.log2(float(exponent.q))):
            ulps += float(abs(p)) * 2.0 * float(np.nanmax(_finite(np.log(np.abs(u.value))), initial=0.0))
    size = np.abs(u.value)
    edge = size + u.error if p > 1.0 else size - u.error
    steep = abs(p) * np.where(edge > 0.0, np.power(np.maximum(edge, 0.0), p - 1.0), np.inf)
    error = np.where(u.error == 0.0, 0.0, steep * u.error) + ulps * EPS * np.abs(value) + SMALLEST
    error = np.where((u.value == 0.0) & (u.error == 0.0) | np.isinf(value), 0.0, error)
    slope = p * np.power(u.value, p - 1.0) * u.slope
    lost = (np.isinf(value) & ~np.isinf(u.value) & (size < 1.0) & (size < LEAST)) | (np.isinf(u.value) & (abs(p) < 1.0))
    return Bounded(np.where(lost, np.nan, value), error, slope)


def _sided(name: str, u: Bounded) -> Bounded:
    sign = np.sign(u.value)
    if name == "modulus":
        return Bounded(np.abs(u.value), u.error, sign * u.slope)
    sure = (np.abs(u.value) > u.error) | (u.error == 0.0)
    value = np.where(sure, sign if name == "sign" else 0.5 * (1.0 + sign), np.nan)
    return Bounded(value, np.zeros_like(value), np.zeros_like(value))


# Conditions are pairs: whether they hold, and where that is unsure.


def _compare(name: str, difference: Bounded) -> tuple[Any, Any]:
    value = difference.value
    unsure = np.isnan(value) | ((np.abs(value) <= difference.error) & (difference.error > 0.0))
    tests: dict[str, Callable[[Any, float], Any]] = {
        "gt": np.greater,
        "ge": np.greater_equal,
        "lt": np.less,
        "le": np.less_equal,
        "eq": np.equal,
        "ne": np.not_equal,
    }
    return tests[name](value, 0.0), unsure


def _logic(name: str, given: list[tuple[Any, Any]]) -> tuple[Any, Any]:
    unsure = np.logical_or.reduce(np.broadcast_arrays(*(one[1] for one in given)))
    held = [one[0] for one in given]
    if name == "not":
        return ~held[0], unsure
    if name == "ite":
        return np.where(held[0], held[1], held[2]), unsure
    combine = np.logical_and if name == "and" else np.logical_or
    return combine.reduce(np.broadcast_arrays(*held)), unsure


def _select(pairs: list[tuple[Bounded, tuple[Any, Any]]], shape: tuple[int, ...]) -> Bounded:
    value, error, slope = (np.full(shape, np.nan) for _ in range(3))
    waiting = np.ones(shape, dtype=bool)
    for branch, (holds, unsure) in pairs:
        waiting &= ~np.broadcast_to(unsure, shape)
        chosen = waiting & holds
        for target, source in zip((value, error, slope), branch, strict=True):
            target[chosen] = source[chosen]
        waiting &= ~chosen
    return Bounded(value, error, slope)


# --- functions of one argument: value, derivative, rounding in units of EPS ---------------


def _exp(u: Any) -> Any:
    e = np.exp(u)
    return e, e, 2.0


def _expm1(u: Any) -> Any:
    return np.expm1(u), np.exp(u), 3.0


def _logistic(u: Any) -> Any:
    e = np.exp(-np.abs(u))
    return np.where(u < 0.0, e, 1.0) / (1.0 + e), e / (1.0 + e) ** 2, 4.0


def _softplus(u: Any) -> Any:
    e = np.exp(-np.abs(u))
    return np.maximum(u, 0.0) + np.log1p(e), np.where(u < 0.0, e, 1.0) / (1.0 + e), 4.0


def _sech2(u: Any) -> Any:
    e = np.exp(-2.0 * np.abs(u))
    value = 4.0 * e / (1.0 + e) ** 2
    return value, -2.0 * np.tanh(u) * value, 6.0


def _tanh(u: Any) -> Any:
    return np.tanh(u), _sech2(u)[0], 3.0


def _log_cosh(u: Any) -> Any:
    size = np.abs(u)
    near = np.log1p(2.0 * np.sinh(0.5 * np.minimum(size, 2.0)) ** 2)
    return np.where(size < 2.0, near, size + np.log1p(np.exp(-2.0 * size)) - _LN2), np.tanh(u), 8.0


def _erf(u: Any) -> Any:
    from scipy.special import erf

    return erf(u), 2.0 / math.sqrt(math.pi) * np.exp(-u * u), 4.0


def _erfc(u: Any) -> Any:
    from scipy.special import erfc

    # Rounding of u^2 in the exponent: 2 u^2 units.
    return erfc(u), -2.0 / math.sqrt(math.pi) * np.exp(-u * u), 8.0 + np.where(u > 1.0, 2.0 * u * u, 0.0)


_UNARY: dict[str, Callable[[Any], Any]] = {
    "exp": _exp,
    "expm1": _expm1,
    "expit": _logistic,
    "softplus": _softplus,
    "sech2": _sech2,
    "tanh": _tanh,
    "logcosh": _log_cosh,
    "erf": _erf,
    "erfc": _erfc,
    "log": lambda u: (np.log(u), 1.0 / u, 2.0),
    "log1p": lambda u: (np.log1p(u), 1.0 / (1.0 + u), 3.0),
    "sin": lambda u: (np.sin(u), np.cos(u), 2.0),
    "cos": lambda u: (np.cos(u), -np.sin(u), 2.0),
    "tan": lambda u: (np.tan(u), 1.0 / np.cos(u) ** 2, 3.0),
    "sinh": lambda u: (np.sinh(u), np.cosh(u), 3.0),
    "cosh": lambda u: (np.cosh(u), np.sinh(u), 3.0),
    "asin": lambda u: (np.arcsin(u), 1.0 / np.sqrt(1.0 - u * u), 3.0),
    "acos": lambda u: (np.arccos(u), -1.0 / np.sqrt(1.0 - u * u), 3.0),
    "atan": lambda u: (np.arctan(u), 1.0 / (1.0 + u * u), 3.0),
    "asinh": lambda u: (np.arcsinh(u), 1.0 / np.hypot(1.0, u), 3.0),
    "acosh": lambda u: (np.arccosh(u), 1.0 / np.sqrt((u - 1.0) * (u + 1.0)), 3.0),
    "atanh": lambda u: (np.arctanh(u), 1.0 / ((1.0 - u) * (1.0 + u)), 3.0),
}


def _log_erfc(u: Any) -> Any:
    from scipy.special import log_ndtr

    return log_ndtr(-math.sqrt(2.0) * u) + _LN2, 2.0 * np.abs(u) + 1.0, u > 0.0


# Logarithms of sizes beyond float64: the logarithm, what it does to an error, where it holds.
_MAGNITUDES: dict[str, Callable[[Any], Any]] = {
    "exp": lambda u: (u, 1.0, True),
    "expm1": lambda u: (u, 1.0, u > 40.0),
    "expit": lambda u: (u, 1.0, u < -40.0),
    "softplus": lambda u: (u, 1.0, u < -40.0),
    "sech2": lambda u: (_LN4 - 2.0 * np.abs(u), 2.0, np.abs(u) > 20.0),
    "cosh": lambda u: (np.abs(u) - _LN2, 1.0, np.abs(u) > 20.0),
    "sinh": lambda u: (np.abs(u) - _LN2, 1.0, np.abs(u) > 20.0),
    "erfc": _log_erfc,
}
