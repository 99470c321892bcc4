"""Numbers as C and Python source: correctly rounded, exact in hexadecimal."""

from collections.abc import Iterable
from fractions import Fraction

from flint import arb


def nearest_double(x: arb) -> float:
    """The double nearest to the midpoint; the ball must be far thinner than an ulp."""
    mantissa, exponent = (int(v) for v in x.mid().man_exp())
    exact = Fraction(mantissa) * Fraction(2) ** exponent
    result = float(exact)
    if exact and abs(float(x.rad())) > 1e-25 * abs(result):
        raise ArithmeticError(f"working precision too low for {x}")
    return result


def lines(numbers: Iterable[float], indent: str = "    ", per_line: int = 4) -> str:
    texts = [value.hex() if value else "0.0" for value in numbers]
    rows = [", ".join(texts[i : i + per_line]) for i in range(0, len(texts), per_line)]
    return ",\n".join(indent + row for row in rows)


def c_array(name: str, numbers: Iterable[float], *, aligned: bool = False) -> str:
    values = list(numbers)
    prefix = "_Alignas(64) " if aligned else ""
    return f"{prefix}static const double {name}[{len(values)}] = {{\n{lines(values)}\n}};\n"
