"""Points at which csrc/tests holds the functions on pairs of doubles: arguments and 40-digit values.

An argument is a pair, its value three doubles: 53, 53 and 30 bits of it.
"""

from collections.abc import Callable, Iterator
from math import copysign, exp, frexp, inf, ldexp, log, nextafter, prod
from random import Random

from c_source import nearest_double
from flint import arb, ctx

Pair = tuple[float, float]


def sigmoid(x: arb) -> arb:
    return 1 / (1 + (-x).exp()) if x > 0 else x.exp() / (1 + x.exp())


def softplus(x: arb) -> arb:
    return x.exp().log1p() if x < 0 else x + (-x).exp().log1p()


def erfcx(x: arb) -> arb:
    if x < -30:
        return arb(2) ** 5000  # beyond doubles
    if x < 1000:
        return (x * x).exp() * x.erfc()
    terms = ((-1) ** k * odd_product(k) / (2 * x * x) ** k for k in range(40))
    return sum(terms, arb(0)) / (x * arb.pi().sqrt())


def odd_product(k: int) -> int:
    """1 3 5 ... (2k - 1)."""
    return prod(range(1, 2 * k, 2))


def normal_cdf(x: arb) -> arb:
    return (-x / arb(2).sqrt()).erfc() / 2


def normal_pdf(x: arb) -> arb:
    return (-x * x / 2).exp() / (2 * arb.pi()).sqrt()


FUNCTIONS: dict[str, Callable[[arb], arb]] = {
    "exp": arb.exp,
    "expm1": arb.expm1,
    "exp_minus_square": lambda x: (-x * x).exp(),
    "exp_minus_half_square": lambda x: (-x * x / 2).exp(),
    "log": arb.log,
    "log1p": arb.log1p,
    "sinh": arb.sinh,
    "cosh": arb.cosh,
    "tanh": arb.tanh,
    "asinh": arb.asinh,
    "atan": arb.atan,
    "sin": arb.sin,
    "cos": arb.cos,
    "erf": arb.erf,
    "erfc": arb.erfc,
    "erfcx": erfcx,
    "sigmoid": sigmoid,
    "softplus": softplus,
    "normal_pdf": normal_pdf,
    "normal_cdf": normal_cdf,
}

# Places where the code takes another way, or the value leaves the normal range.
BORDERS: dict[str, list[float]] = {
    "exp": [709.78, 709.782712893384, -708.39, -708.4, -744.4, -745.1, -746.0, 750.0, -1000.0, -672.0],
    "expm1": [-0.35, -0.34, 0.34, 0.35, 1.04, -1.04, 76.0, 77.0, -76.0, -77.0, 709.78, -745.0, 2.0**-110],
    "exp_minus_square": [26.61, 26.64, 27.28, 27.29, 27.5, 18.0],
    "exp_minus_half_square": [37.63, 37.7, 38.56, 38.6, 38.7, 26.0],
    "log": [0.7072, 1.4141, 0.7071, 1.4142, 2.0, 0.5, 2.0**-1022, 2.0**-1074, 2.0**1023, 4.0, 1e5],
    "log1p": [-0.29, 0.41, -0.5, -0.999, 2.0**-110, 2.0**900, -1.0 + 2.0**-53, 1.0, 3.0],
    "sinh": [2.0**-55, 2.0**-300, 40.0, 709.8, 710.4, 710.475, 0.34, 1.0],
    "cosh": [2.0**-55, 40.0, 709.8, 710.4, 710.475, 0.34, 1.0],
    "tanh": [2.0**-55, 2.0**-300, 0.5, 36.7, 37.5, 300.0, 360.0],
    "asinh": [2.0**-55, 2.0**-300, 2.0**60, 2.0**600, 1.0, 0.2],
    "atan": [2.0**-55, 2.0**-300, 1.0, 2.0**110, 2.0**600, *((2 * j + 1) / 64 for j in range(0, 32, 3)), 32.0, 64.0],
    "sin": [2.0**-55, 2.0**-300, 0.785, *((2 * j + 1) / 32 for j in range(13)), 2.0**53, 2.0**120, 2.0**1023],
    "cos": [2.0**-55, 2.0**-300, 0.785, *((2 * j + 1) / 32 for j in range(13)), 2.0**53, 2.0**120, 2.0**1023],
    "erf": [0.5, 27.5, 5.9, 8.6, 2.0**-1000],
    "erfc": [0.5, 0.25, 26.5, 26.6, 27.2, 27.5, *(i / 2 for i in range(2, 9)), 5.0, 6.0, 7.0, 8.0],
    "erfcx": [
        0.5,
        -26.6,
        -26.62,
        -26.7,
        -27.0,
        *(i / 2 for i in range(2, 9)),
        5.0,
        7.0,
        8.0,
        2.0**110,
        2.0**900,
        2.0**1023,
    ],
    "sigmoid": [-76.0, -77.0, -708.0, -745.0, 36.0, 74.0],
    "softplus": [-76.0, -77.0, -708.0, -745.0, 36.0, 74.0],
    "normal_pdf": [37.6, 38.5, 38.6, 38.7],
    "normal_cdf": [0.7, -0.7, 8.3, -37.5, -38.4, -38.7, *(i / 2**0.5 for i in range(-4, -1))],
}

# Where |x| is drawn from: uniformly, and by its logarithm.
UNIFORM = {"log": (0.4, 2.5), "log1p": (0.0, 0.99), "sin": (0.0, 50.0), "cos": (0.0, 50.0), "erfcx": (0.0, 20.0)}
UNIFORM |= {"erf": (0.0, 5.0), "erfc": (0.0, 15.0), "normal_pdf": (0.0, 10.0), "normal_cdf": (0.0, 15.0)}
UNIFORM |= {"atan": (0.0, 3.0), "sinh": (0.0, 5.0), "cosh": (0.0, 5.0), "tanh": (0.0, 4.0), "expm1": (0.0, 2.0)}
LARGEST = {"exp": 700.0, "expm1": 700.0, "exp_minus_square": 26.0, "exp_minus_half_square": 37.0, "sinh": 700.0}
LARGEST |= {"cosh": 700.0, "erf": 20.0, "erfc": 26.0, "normal_pdf": 37.0, "normal_cdf": 37.0, "sigmoid": 700.0}
LARGEST |= {"tanh": 300.0, "softplus": 700.0}
POSITIVE = {"log"}


def near_multiples_of_half_pi() -> Iterator[Pair]:
    """Pairs of doubles next to a multiple of pi/2: numerators of its convergents, and the worst double."""
    before, current, rest = (1, 0), (int((arb.pi() / 2).floor().unique_fmpz()), 1), arb.pi() / 2
    while current[0] < 2**104:
        rest = 1 / (rest - rest.floor())
        quotient = int(rest.floor().unique_fmpz())
        before, current = current, (quotient * current[0] + before[0], quotient * current[1] + before[1])
        if current[0] > 2**20:
            hi = float(current[0])
            yield hi, float(current[0] - int(hi))
    yield ldexp(6381956970095103.0, 797), 0.0


def arguments(name: str) -> Iterator[Pair]:
    """The arguments at which a function is held."""
    random = Random(name)
    for x in BORDERS[name]:
        for sign in (1.0,) if name in POSITIVE else (1.0, -1.0):
            for near in (nextafter(x, -inf), x, nextafter(x, inf)):
                yield sign * near, 0.0
            yield with_rest(random, sign * x)
    if name in ("sin", "cos"):
        yield from near_multiples_of_half_pi()
    low, high = UNIFORM.get(name, (0.0, 3.0))
    for i in range(40):
        x = random.uniform(low, high)
        yield with_rest(random, x if name in POSITIVE or i % 2 else -x)
    for i in range(24):
        x = exp(random.uniform(log(1e-30), log(LARGEST.get(name, 1e30))))
        yield with_rest(random, x if name in POSITIVE or i % 2 else -x)
    for x in (1e-320, 5e-324, 1e-308, 1e-290, 1e-200):
        yield x, 0.0
    for k in (20, 52, 60, 80, 100):  # next to the zero of log and the pole of log1p
        below = 1.0 - 2.0 ** -min(k, 53)
        if name == "log":
            yield from [(1.0 + 2.0**-k, 0.0), (below, 0.0), (1.0, 2.0**-k), (1.0, -(2.0**-k))]
        if name == "log1p":
            yield from [(-below, 0.0), (-1.0, 2.0**-k)]
    if name not in LARGEST:
        for x in (1e100, 1e280, 1.7e308):
            yield x, 0.0


def with_rest(random: Random, x: float) -> Pair:
    """X and up to half its last bit."""
    return x, ldexp(random.uniform(-0.499, 0.499), frexp(x)[1] - 53) * 2.0 ** -random.choice((0, 0, 0, 1, 20, 53))


def as_double(x: arb) -> float:
    try:
        return nearest_double(x)
    except OverflowError:
        return copysign(inf, float(x.mid().sgn()))


def value(y: arb) -> tuple[float, float, float]:
    hi = as_double(y)
    if hi in (inf, -inf) or hi == 0.0:
        return hi, 0.0, 0.0
    lo = as_double(y - arb(hi))
    rest = as_double(y - arb(hi) - arb(lo))
    fraction, exponent = frexp(rest)
    return hi, lo, ldexp(round(ldexp(fraction, 30)), exponent - 30) if abs(rest) > 1e-290 else 0.0


def points(name: str) -> Iterator[tuple[float, ...]]:
    for hi, lo in arguments(name):
        x = arb(hi) + arb(lo)
        if hi + lo != hi or (name == "log" and not x > 0) or (name == "log1p" and not x > -1):
            continue
        yield hi, lo, *value(FUNCTIONS[name](x))


def shortest(x: float) -> str:
    """In hexadecimal, zeros at the end left out."""
    if x in (inf, -inf):
        return "INFINITY" if x > 0 else "-INFINITY"
    if x == int(x) and abs(x) < 1000:
        return str(int(x))
    mantissa, exponent = x.hex().split("p")
    return f"{mantissa.rstrip('0').rstrip('.') if '.' in mantissa else mantissa}p{int(exponent)}"


def header() -> str:
    before, ctx.prec = ctx.prec, 2400
    try:
        tables = []
        for name in FUNCTIONS:
            rows = ",\n".join("    {" + ", ".join(map(shortest, point)) + "}" for point in points(name))
            tables.append(f"static const struct point {name}_points[] = {{\n{rows}\n}};\n")
    finally:
        ctx.prec = before
    return "".join(tables)
