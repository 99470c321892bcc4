"""Formulas as scalar sources: the operations of a program, one a line, as a function of one number."""

from collections.abc import Sequence
from functools import lru_cache
from types import FunctionType
from typing import Any

from fastsig.activations.formulas import scalar_operations
from fastsig.activations.formulas.instructions import Instruction

_COMPARISONS = {"gt": ">", "ge": ">=", "lt": "<", "le": "<=", "eq": "==", "ne": "!="}
# What can be infinite for numbers, and what then is infinite, too.
_OVERFLOWING = frozenset(["exp", "expm1", "sinh", "cosh"])
_PASSING = frozenset(["add", "mul", "pow", "modulus", "pick", "piecewise", "ite"])
_MOST_FACTORS = 16  # of an integer power that is multiplied out


def scalar_source(instructions: Sequence[Instruction], last: int) -> FunctionType:
    """Return the function of (x, p) whose value is the result of the instruction `last`; p is not used.

    All branches are computed, as lanes of a GPU would. What a `Program` forms again, from logarithms or with many
    digits, is as it is in float64 here; but 0 times an overflow is taken for 0, as in exp(x) exp(-exp(x)).

    Examples
    --------
    >>> from fractions import Fraction
    >>> program = [Instruction("x", ()), Instruction("tanh", (0,)), Instruction("mul", (0, 1))]
    >>> scalar_source(program, 2)(0.5, 0.0) == 0.5 * scalar_operations.tanh(0.5)
    True
    """
    overflows: list[bool] = []
    lines = []
    for i, one in enumerate(instructions):
        lines.append(f"    t{i} = {_expression(one)}")
        overflows.append(
            one.name in _OVERFLOWING or (one.name in _PASSING and any(overflows[k] for k in one.arguments))
        )
        if one.name == "mul" and overflows[i]:
            unknown = " or ".join(f"t{k} != t{k}" for k in one.arguments)
            lines.append(f"    t{i} = t{i} if t{i} == t{i} or {unknown} else 0.0")
    return _function("\n".join(["def source(x, p):", *lines, f"    return 1.0 * t{last}"]))


@lru_cache(maxsize=256)
def _function(text: str) -> FunctionType:
    """Equal texts are one function: formulas that are equal share kernels."""
    names = {name: value for name, value in vars(scalar_operations).items() if not name.startswith("__")}
    exec(compile(text, "<formula>", "exec"), names)  # a text of ours: names of operations and numbers
    made: FunctionType = names["source"]
    made.__module__ = __name__
    return made


def _expression(one: Instruction) -> str:
    name, constant = one.name, one.constant
    given = [f"t{i}" for i in one.arguments]
    if name == "x":
        return "x"
    if name == "number":
        return repr(float(constant))
    if name == "truth":
        return repr(bool(constant))
    if name == "add":
        return " + ".join(given)
    if name == "mul":
        return " * ".join(given)
    if name == "pow":
        return _power(given[0], constant)
    if name in _COMPARISONS:
        return f"{given[0]} {_COMPARISONS[name]} 0.0"
    if name in ("and", "or"):
        return f" {name} ".join(given)
    if name == "not":
        return f"not {given[0]}"
    if name == "ite":
        return f"{given[1]} if {given[0]} else {given[2]}"
    if name == "pick":
        return f"{given[1]} if {given[0]} > 0.0 else {given[2]}"
    if name == "piecewise":
        text = "math.nan"
        for value, condition in reversed(list(zip(given[::2], given[1::2], strict=True))):
            text = f"({value} if {condition} else {text})"
        return text
    return f"{name}({given[0]})"


def _power(base: str, exponent: Any) -> str:
    """A power with a rational exponent."""
    size = abs(exponent)
    if exponent.q == 1 and size <= _MOST_FACTORS:
        text = " * ".join([base] * int(size))
    elif exponent.q == 2 and size < _MOST_FACTORS:
        text = " * ".join([f"root({base})", *[base] * int(size)])
    elif exponent.q == 1:
        odd = f"sign({base}) * " if size % 2 else ""
        return f"{odd}power(abs({base}), {float(exponent)!r})"
    else:
        return f"power({base}, {float(exponent)!r})"
    return text if exponent > 0 else f"reciprocal({text})"
