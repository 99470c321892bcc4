"""Formulas as text: read by a whitelist of syntax into SymPy, never evaluated as Python.

A formula is an expression of x, numbers, parameters and the functions named
here. Numbers are exact: "0.1" is 1/10. Whatever else Python's grammar has
(attributes, subscripts, lambdas, comprehensions, strings, ...) is refused with
its place.
"""

import ast
import math
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from fastsig.activations.formulas.vocabulary import constants, functions

LONGEST = 10_000  # characters of a formula
DEEPEST = 200  # levels of nesting
LARGEST_POWER = 100_000  # bits of a number raised to a number


class _Reader:
    """Turns a syntax tree into SymPy, node by node."""

    def __init__(self, text: str, parameters: Mapping[str, Any], variable: Any) -> None:
        self.text, self.parameters, self.variable = text, parameters, variable
        self.unknown: list[str] = []
        self.used: set[str] = set()

    def refuse(self, node: ast.AST, why: str) -> ValueError:
        start, end = getattr(node, "col_offset", 0), getattr(node, "end_col_offset", None)
        piece = self.text.encode()[start:end].decode(errors="replace")
        return ValueError(f"{why} at character {start + 1} ({_short(piece)}) of the expression {_short(self.text)}")

    def read(self, node: ast.AST, depth: int = 0) -> Any:
        if depth > DEEPEST:
            raise self.refuse(node, f"more than {DEEPEST} levels of nesting")
        reader = getattr(self, f"_{type(node).__name__.lower()}", None)
        if reader is None:
            raise self.refuse(
                node,
                f"{_KINDS.get(type(node), type(node).__name__)} is not allowed in a formula: only x, numbers, "
                "parameters, + - * / **, comparisons and known functions",
            )
        return reader(node, depth + 1)

    def number(self, node: ast.AST, depth: int) -> Any:
        """Read what must be a number or an expression, not a condition."""
        import sympy as sp

        result = self.read(node, depth)
        if not isinstance(result, sp.Expr):
            raise self.refuse(node, "a condition stands where a number is needed")
        return result

    def condition(self, node: ast.AST, depth: int) -> Any:
        import sympy as sp

        result = self.read(node, depth)
        if isinstance(result, sp.Expr):
            raise self.refuse(node, "a number stands where a condition is needed")
        return result

    def _constant(self, node: ast.Constant, depth: int) -> Any:
        import sympy as sp

        if isinstance(node.value, bool):
            return sp.true if node.value else sp.false
        if not isinstance(node.value, (int, float)):
            raise self.refuse(node, "only real numbers can stand here;")
        source = ast.get_source_segment(self.text, node) or ""
        if isinstance(node.value, int):
            return sp.Integer(node.value)
        if not math.isfinite(node.value):
            raise self.refuse(node, "a number beyond the range of double precision")
        if node.value == 0.0:
            return sp.Integer(0)
        exact = Fraction(source.replace("_", ""))
        return sp.Rational(exact.numerator, exact.denominator)

    def _name(self, node: ast.Name, depth: int) -> Any:
        import sympy as sp

        if node.id == "x":
            return self.variable
        if node.id in self.parameters:
            self.used.add(node.id)
            return self.parameters[node.id]
        if node.id in constants():
            return constants()[node.id]
        if node.id in functions() or node.id == "Piecewise":
            raise self.refuse(node, f"{node.id} is a function and needs an argument: {node.id}(x);")
        if node.id in ("I", "oo", "inf", "nan", "zoo"):
            raise self.refuse(node, "a formula has real, finite numbers only;")
        self.unknown.append(node.id)
        return sp.Symbol(node.id, real=True)

    def _binop(self, node: ast.BinOp, depth: int) -> Any:
        import sympy as sp

        if isinstance(node.op, (ast.BitAnd, ast.BitOr)):
            left, right = self.condition(node.left, depth), self.condition(node.right, depth)
            return sp.And(left, right) if isinstance(node.op, ast.BitAnd) else sp.Or(left, right)
        if isinstance(node.op, ast.BitXor):
            raise self.refuse(node, "^ is not a power in Python: write **;")
        left, right = self.number(node.left, depth), self.number(node.right, depth)
        if isinstance(node.op, ast.Add):
            return left + right
        if isinstance(node.op, ast.Sub):
            return left - right
        if isinstance(node.op, ast.Mult):
            return left * right
        if isinstance(node.op, ast.Div):
            if right == 0:
                raise self.refuse(node, "division by zero")
            return left / right
        if isinstance(node.op, ast.Pow):
            self._check_power(node, left, right)
            return left**right
        raise self.refuse(node, f"the operator {type(node.op).__name__} is not allowed in a formula;")

    def _check_power(self, node: ast.AST, base: Any, exponent: Any) -> None:
        """Refuse towers of numbers, which SymPy would multiply out."""
        if base.is_Rational and exponent.is_Rational:
            size = max(int(base.p).bit_length(), int(base.q).bit_length())
            power = abs(Fraction(int(exponent.p), int(exponent.q)))
            if (size > 1 and size * power > LARGEST_POWER) or power.denominator > LARGEST_POWER:
                raise self.refuse(node, "a power of numbers that is too large")
            if base == 0 and exponent < 0:
                raise self.refuse(node, "division by zero")

    def _unaryop(self, node: ast.UnaryOp, depth: int) -> Any:
        import sympy as sp

        if isinstance(node.op, (ast.Not, ast.Invert)):
            return sp.Not(self.condition(node.operand, depth))
        value = self.number(node.operand, depth)
        return -value if isinstance(node.op, ast.USub) else value

    def _compare(self, node: ast.Compare, depth: int) -> Any:
        import sympy as sp

        sides = [self.number(side, depth) for side in (node.left, *node.comparators)]
        found = []
        for operator, left, right in zip(node.ops, sides, sides[1:], strict=False):
            relation = _RELATIONS.get(type(operator))
            if relation is None:
                raise self.refuse(node, "only < <= > >= == != compare numbers;")
            found.append(getattr(sp, relation)(left, right))
        return sp.And(*found)

    def _boolop(self, node: ast.BoolOp, depth: int) -> Any:
        import sympy as sp

        parts = [self.condition(value, depth) for value in node.values]
        return sp.And(*parts) if isinstance(node.op, ast.And) else sp.Or(*parts)

    def _ifexp(self, node: ast.IfExp, depth: int) -> Any:
        import sympy as sp

        test = self.condition(node.test, depth)
        return sp.Piecewise((self.number(node.body, depth), test), (self.number(node.orelse, depth), True))

    def _call(self, node: ast.Call, depth: int) -> Any:
        if not isinstance(node.func, ast.Name):
            raise self.refuse(node, "only functions known by name can be called;")
        name = node.func.id
        if node.keywords:
            raise self.refuse(node, f"{name} takes no arguments by keyword;")
        if name == "Piecewise":
            return self._piecewise(node, depth)
        function = functions().get(name)
        if function is None:
            from difflib import get_close_matches

            close = get_close_matches(name, [*functions(), "Piecewise"], n=3)
            hint = f"did you mean {' or '.join(close)}?" if close else f"there are {', '.join(functions())}"
            raise self.refuse(node, f"no function is called {name!r} ({hint})")
        if name in ("And", "Or", "Not"):
            return function(*(self.condition(argument, depth) for argument in node.args))
        arguments = [self.number(argument, depth) for argument in node.args]
        several = name.lower() in ("max", "min", "eq", "ne")
        if (several and len(arguments) < 2) or (not several and len(arguments) != 1):
            raise self.refuse(node, f"{name} takes {'two or more arguments' if several else 'one argument'};")
        return function(*arguments)

    def _piecewise(self, node: ast.Call, depth: int) -> Any:
        import sympy as sp

        pairs = []
        for argument in node.args:
            if not isinstance(argument, ast.Tuple) or len(argument.elts) != 2:
                raise self.refuse(argument, "Piecewise takes pairs (value, condition);")
            value, test = argument.elts
            pairs.append((self.number(value, depth), self.condition(test, depth)))
        if not pairs:
            raise self.refuse(node, "Piecewise takes pairs (value, condition);")
        return sp.Piecewise(*pairs)


_RELATIONS: dict[type[ast.AST], str] = {
    ast.Lt: "Lt",
    ast.LtE: "Le",
    ast.Gt: "Gt",
    ast.GtE: "Ge",
    ast.Eq: "Eq",
    ast.NotEq: "Ne",
}
_KINDS: dict[type[ast.AST], str] = {
    ast.Attribute: "an attribute (the dot)",
    ast.Subscript: "an index",
    ast.Lambda: "a lambda",
    ast.Tuple: "a tuple",
    ast.List: "a list",
    ast.Dict: "a dictionary",
    ast.Set: "a set",
    ast.NamedExpr: "an assignment",
    ast.JoinedStr: "a string",
    ast.Starred: "a star",
    ast.Await: "await",
    ast.Yield: "yield",
    ast.GeneratorExp: "a comprehension",
    ast.ListComp: "a comprehension",
    ast.SetComp: "a comprehension",
    ast.DictComp: "a comprehension",
}


def _short(text: str) -> str:
    return repr(text if len(text) <= 60 else text[:57] + "...")


def read(text: str, parameters: Mapping[str, Any], variable: Any) -> Any:
    """Read a formula of x.

    Parameters
    ----------
    text : str
        The formula.
    parameters : mapping
        SymPy numbers by name.
    variable : sympy.Symbol
        What stands for x.

    Returns
    -------
    sympy.Expr

    Raises
    ------
    ValueError
        Malformed, not a plain formula, unknown names: one line with the place.
    TypeError
        A parameter that does not occur.

    Examples
    --------
    >>> import sympy
    >>> read("x*tanh(a*x)", {"a": sympy.Rational(1, 10)}, sympy.Symbol("x", real=True))
    x*tanh(x/10)
    """
    import sympy as sp

    line = " ".join(text.split())
    if not line:
        raise ValueError("the expression is empty; give a formula of x such as 'x*tanh(exp(x))'")
    if len(line) > LONGEST:
        raise ValueError(f"an expression has at most {LONGEST} characters; got {len(line)}, beginning {_short(line)}")
    try:
        tree = ast.parse(line, mode="eval")
    except SyntaxError as error:
        place = max(error.offset or 1, 1)
        raise ValueError(
            f"{error.msg} at character {place} ({_short(line[place - 1 :])}) of the expression {_short(line)}"
        ) from None
    except (ValueError, RecursionError, MemoryError) as error:
        raise ValueError(f"the expression {_short(line)} cannot be read: {error or 'too deeply nested'}") from None
    reader = _Reader(line, parameters, variable)
    result = reader.read(tree.body)
    if not isinstance(result, sp.Expr):
        raise ValueError(f"the expression {_short(line)} is a condition, not a function of x")
    check_symbols(line, reader.unknown)
    for name in parameters:
        if name not in reader.used:
            raise TypeError(f"the expression {_short(line)} has no parameter {name!r}")
    return result


def check_symbols(text: str, unknown: "list[str]") -> None:
    """Raise if symbols besides x are left."""
    if unknown:
        names = list(dict.fromkeys(unknown))
        given = ", ".join(f"{name}=..." for name in names)
        plural = "symbols" if len(names) > 1 else "symbol"
        raise ValueError(
            f"the expression {_short(text)} has the {plural} {', '.join(names)} besides x; "
            f"give values: Activation.from_expression(..., {given})"
        )
