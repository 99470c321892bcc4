"""phi' next to its zero, for csrc/src/slope_zero.h: the zero as a pair, and phi'(zero + t)/t as a polynomial in t."""

from collections.abc import Callable

from c_source import lines, nearest_double
from definitions import Series, taylor
from flint import arb, fmpq
from trapezoid import LAWS

STARTS = {"gelu": -0.75, "gelu_tanh": -0.75, "mish": -1.19, "swish": -1.28, "telu": -1.08}
RADIUS = 0.25
TERMS = 22
ERROR = 1e-18  # relative, at the edge


def gelu_tanh(x: Series) -> Series:
    u = (8 / arb.pi()).sqrt() * (x + arb(fmpq(44715, 10**6)) * x * x * x)
    return x / (1 + (-u).exp())


def phi_of(name: str) -> Callable[[Series], Series]:
    return gelu_tanh if name == "gelu_tanh" else LAWS[name].phi


def slope_and_bend(name: str, x: arb) -> tuple[arb, arb]:
    coefficients = taylor(phi_of(name), x, 3)
    return coefficients[1], 2 * coefficients[2]


def zero_of(name: str) -> arb:
    x = arb(STARTS[name])
    for _ in range(12):
        slope, bend = slope_and_bend(name, x)
        x = (x - slope / bend).mid()
    if not abs(slope_and_bend(name, x)[0]) < arb(fmpq(1, 10**60)):
        raise ArithmeticError(f"no zero of phi' of {name} near {STARTS[name]}")
    return x


def header() -> str:
    parts = []
    for name in STARTS:
        zero = zero_of(name)
        high = nearest_double(zero)
        series = Series(taylor(phi_of(name), zero, TERMS + 6), prec=TERMS + 6).derivative()
        coefficients = [series[k + 1] for k in range(TERMS)]
        for t in (-RADIUS, RADIUS):
            exact = slope_and_bend(name, zero + arb(t))[0] / t
            value = sum((c * arb(t) ** k for k, c in enumerate(coefficients)), arb(0))
            if not abs(value / exact - 1) < ERROR:
                raise ArithmeticError(f"{name}: error {abs(value / exact - 1).str(3)} at {t}")
        numbers = lines(map(nearest_double, reversed(coefficients)), "        ")
        parts.append(
            f"static const struct slope_zero {name}_slope_zero = {{\n"
            f"    .high = {high.hex()}, .low = {nearest_double(zero - high).hex()}, "
            f".ratio = {{\n{numbers}\n    }},\n}};\n"
        )
    return (
        "/* Zeros of phi', and phi' over the distance from them, highest power first. */\n"
        f"#define SLOPE_ZERO_RADIUS {RADIUS}\n#define SLOPE_ZERO_TERMS {TERMS}\n\n"
        "struct slope_zero {\n    double high, low; /* the zero */\n    double ratio[SLOPE_ZERO_TERMS];\n};\n\n"
        + "\n".join(parts)
    )
