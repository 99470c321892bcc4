"""Formulas taken apart into operations, common subexpressions once."""

from typing import Any, NamedTuple

from fastsig.activations.formulas.stable_functions import stable_functions


class Instruction(NamedTuple):
    """One operation: its name, where its arguments are, and a constant (an exponent, a number)."""

    name: str
    arguments: tuple[int, ...]
    constant: Any = None


class Compiler:
    """Takes formulas in stable form apart into instructions."""

    def __init__(self, variable: Any) -> None:
        import sympy as sp

        self.sp, self.variable = sp, variable
        self.instructions: list[Instruction] = []
        self.place: dict[Any, int] = {}
        known = stable_functions()
        plain = ["exp", "log", "sin", "cos", "tan", "sinh", "cosh", "tanh", "erf"]
        plain += ["asin", "acos", "atan", "asinh", "acosh", "atanh"]
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
        """Return the place of the instruction whose result a formula is."""
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
            result = self.emit("mul", self.all(expression.args))
        elif expression.is_Pow:
            result = self.power(*expression.as_base_exp())
        elif type(expression) in self.functions:
            result = self.emit(self.functions[type(expression)], self.all(expression.args))
        elif expression is sp.I:
            raise ValueError(
                f"the expression is complex-valued: it contains the root of a negative number, {expression}"
            )
        else:
            name = getattr(expression.func, "__name__", str(expression))
            raise ValueError(
                f"{name} is not a function that expressions can have; rewrite {str(expression)!r:.60} with exp, log, "
                "powers, trigonometric and hyperbolic functions, their inverses, erf, Abs, Max, Min, sign, Piecewise"
            )
        self.place[expression] = result
        return result

    def all(self, expressions: Any) -> tuple[int, ...]:
        """Return the places of several formulas."""
        return tuple(self(one) for one in expressions)

    def power(self, base: Any, exponent: Any) -> int:
        """Compile a power; by the logarithm unless the exponent is a rational number."""
        if exponent.is_Rational:
            return self.emit("pow", (self(base),), exponent)
        logarithm = self.emit("log", (self(base),))
        return self.emit("exp", (self.emit("mul", (self(exponent), logarithm)),))
