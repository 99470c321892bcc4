"""Formulas as straight-line programs that know how wrong their results can be.

`bounded` says what an operation does to values, bounds of errors and derivatives
d with respect to x. Products and powers that over- or underflow on the way are
formed again from logarithms. A result v with the bound e counts if

    e <= TOLERANCE eps (abs(v) + abs(x d)),

x d eps being what the rounding of x itself does. The other points, few in a
formula in stable form, are computed again with many digits (`many_digits`).
"""

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.formulas.bounded import (
    EPS,
    LEAST,
    SMALLEST,
    Bounded,
    add,
    chain,
    compare,
    logic,
    pick,
    power,
    product,
    rounding_size,
    select,
    sided,
)
from fastsig.activations.formulas.elementary import MAGNITUDES, UNARY
from fastsig.activations.formulas.instructions import Compiler, Instruction

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Mask = NDArray[np.bool_]

TOLERANCE = 64.0


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
        compiler = Compiler(variable)
        self.last = compiler(expression)
        self.instructions = compiler.instructions

    def bounded(self, x: "FloatArray") -> Bounded:
        """Evaluate in float64, with bounds."""
        with np.errstate(all="ignore"):
            result: Bounded = _Run(self.instructions, x).results[self.last]
        return result

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
            from fastsig.activations.formulas.many_digits import evaluate

            points, at = np.unique(x[finite], return_inverse=True)
            values[finite] = np.array([float(value) for value in evaluate(self, points.tolist())])[at]
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
        if name in UNARY:
            result = chain(given[0], *UNARY[name](given[0].value), swing=name in ("sin", "cos"))
            return self.by_logarithm(instruction, result) if name in ("log", "log1p") else result
        if name == "x":
            return Bounded(self.x, np.zeros_like(self.x), np.ones_like(self.x))
        if name == "number":
            return self.number(constant)
        if name == "add":
            return add(given)
        if name == "mul":
            return self.by_logarithm(instruction, product(given))
        if name == "pow":
            return self.by_logarithm(instruction, power(given[0], constant))
        if name in ("sign", "step", "modulus"):
            return sided(name, given[0])
        if name == "pick":
            return pick(*given)
        if name == "piecewise":
            return select(list(zip(given[::2], given[1::2], strict=True)), self.x.shape)
        if name == "truth":
            return np.bool_(constant), np.False_
        return logic(name, given) if name in ("and", "or", "not", "ite") else compare(name, given[0])

    def number(self, constant: Any) -> Bounded:
        value = float(constant)
        exact = bool(constant.is_Rational) and math.isfinite(value) and constant.p == constant.q * Fraction(value)
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
            return total, np.sum([part[1] + EPS * rounding_size(part[0]) for part in parts], axis=0)
        if name == "pow":
            logarithm, error = self.magnitude(arguments[0], at)
            p = float(constant)
            return p * logarithm, abs(p) * (error + 2.0 * EPS * rounding_size(logarithm))
        if name == "add":
            return self.magnitude_of_sum(arguments, at)
        u = self.results[arguments[0]]
        value, error = u.value[at], u.error[at]
        if name in MAGNITUDES:
            logarithm, factor, holds = MAGNITUDES[name](value)
            return np.where(holds, logarithm, np.nan), factor * error + 2.0 * EPS * rounding_size(logarithm)
        return unknown, unknown

    def magnitude_of_sum(self, arguments: tuple[int, ...], at: Any) -> tuple["FloatArray", "FloatArray"]:
        parts = [self.magnitude(i, at) for i in arguments]
        logarithms, errors = np.array([part[0] for part in parts]), np.array([part[1] for part in parts])
        signs = np.array([np.where(np.signbit(self.results[i].value[at]), -1.0, 1.0) for i in arguments])
        largest = logarithms.max(0)
        weights = np.exp(logarithms - largest)
        total = np.abs((signs * weights).sum(0))
        spread = (weights * (np.where(weights > 0.0, errors, 0.0) + 2.0 * EPS)).sum(0) / total
        return np.where(np.isfinite(largest), largest + np.log(total), np.nan), spread + EPS * rounding_size(largest)
