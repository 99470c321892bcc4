"""Constants of the functions on pairs of doubles (csrc/double_double)."""

from collections.abc import Callable, Iterable
from itertools import pairwise

from c_source import lines, nearest_double
from flint import arb, ctx, fmpq
from polynomials import chebyshev_polynomial

EXP_STEPS = 64
ATAN_STEPS = 32
SINE_STEPS = 16
WORDS = 21  # of 2/pi: 969 bits are skipped for the largest double, 320 used, one word to shift in
TOLERANCE = 2.0**-110


def pair(x: arb) -> tuple[float, float]:
    """The double nearest to x, and the one nearest to what it misses."""
    hi = nearest_double(x)
    return hi, nearest_double(x - arb(hi))


def parts(x: arb, bits: int) -> tuple[float, float, float]:
    """Split x into two doubles of at most `bits` bits and one that is full."""
    result = []
    for _ in range(2):
        exponent = bits - int(abs(x).log().mid().__float__() / 0.6931471805599453 // 1) - 1
        result.append(int((x * arb(2) ** exponent).mid().floor().unique_fmpz()) * 2.0**-exponent)
        x -= arb(result[-1])
    return result[0], result[1], nearest_double(x)


def constant(name: str, x: arb) -> str:
    hi, lo = pair(x)
    return f"#define {name} ((const double[2]){{{hi.hex()}, {lo.hex()}}})\n"


def pair_table(name: str, numbers: Iterable[arb]) -> str:
    rows = [f"    {{{hi.hex() if hi else '0.0'}, {lo.hex() if lo else '0.0'}}}" for hi, lo in map(pair, numbers)]
    return f"static const double {name}[{len(rows)}][2] = {{\n" + ",\n".join(rows) + "\n};\n"


class Series:
    """A polynomial for abs(h) <= reach, split into pairs and singles.

    Singles and what is done with them have relative errors of some 2^-53: they
    may stand where the term is below 2^53 `tolerance` of the smallest value.
    """

    def __init__(self, coefficients: list[arb], reach: arb, smallest: float, tolerance: float = TOLERANCE) -> None:
        self.coefficients = coefficients
        sizes = [float(abs(c) * reach**k) for k, c in enumerate(coefficients)]
        self.pairs = 1 + max(k for k, size in enumerate(sizes) if size > smallest * 2.0**53 * tolerance)
        if any(after > 0.6 * before for before, after in pairwise(sizes[: self.pairs + 1])):
            raise ArithmeticError(f"a coefficient is outweighed by the next: {sizes[: self.pairs + 1]}")

    def numbers(self, pairs: int, terms: int) -> list[float]:
        filled = self.coefficients + [arb(0)] * (terms - len(self.coefficients))
        return [part for c in filled[:pairs] for part in pair(c)] + [nearest_double(c) for c in filled[pairs:terms]]


def fitted(
    function: Callable[[arb], arb], reach: arb, *, positive: bool = False, tolerance: float = TOLERANCE
) -> Series:
    """The shortest interpolant of `function` on [-reach, reach] (or [0, reach]) to `tolerance`."""
    low = arb(0) if positive else -reach
    places = [low + (reach - low) * arb(fmpq(2 * i + 1, 60)) for i in range(30)]
    truth = [function(h) for h in places]
    for terms in range(6, 60):
        coefficients = chebyshev_polynomial(function, low, reach, terms)
        error = 0.0
        for h, y in zip(places, truth, strict=True):
            value = arb(0)
            for c in reversed(coefficients):
                value = value * h + c
            error = max(error, float(abs(value / y - 1)))
        if error < tolerance:
            return Series(coefficients, reach, min(float(abs(y)) for y in truth), tolerance)
    raise ArithmeticError("no polynomial is accurate enough")


def taylor(coefficients: list[arb], reach: arb) -> Series:
    return Series(coefficients, reach, float(abs(coefficients[0])))


def one_series(name: str, series: Series) -> str:
    terms = max(len(series.coefficients), series.pairs + 1)
    numbers = series.numbers(series.pairs, terms)
    return (
        f"#define {name.upper()}_PAIRS {series.pairs}\n#define {name.upper()}_SINGLES {terms - series.pairs}\n"
        f"static const double {name}[{len(numbers)}] = {{\n{lines(numbers)}\n}};\n"
    )


def series_table(name: str, table: list[Series]) -> str:
    pairs = max(series.pairs for series in table)
    terms = max(pairs + 1, *(len(series.coefficients) for series in table))
    rows = ",\n".join("    {\n" + lines(series.numbers(pairs, terms), "        ") + "\n    }" for series in table)
    return (
        f"#define {name.upper()}_PAIRS {pairs}\n#define {name.upper()}_SINGLES {terms - pairs}\n"
        f"static const double {name}[{len(table)}][{pairs + terms}] = {{\n{rows}\n}};\n"
    )


def factorial(k: int) -> arb:
    return arb(k + 1).gamma()


def exponential_header() -> str:
    ln2 = arb(2).log()
    first, second, third = parts(ln2 / EXP_STEPS, 35)
    whole = parts(ln2, 42)
    table = [(ln2 * fmpq(j, EXP_STEPS)).expm1() for j in range(-EXP_STEPS // 2, EXP_STEPS // 2)]
    series = taylor([1 / factorial(k + 2) for k in range(11)], ln2 / (2 * EXP_STEPS))
    return (
        f"#define DD_64_OVER_LN2 {nearest_double(EXP_STEPS / ln2).hex()}\n"
        "/* ln(2)/64 and ln(2), in two short parts and a rest. */\n"
        f"#define DD_LN2_64_FIRST {first.hex()}\n#define DD_LN2_64_SECOND {second.hex()}\n"
        f"#define DD_LN2_64_THIRD {third.hex()}\n"
        f"#define DD_LN2_FIRST {whole[0].hex()}\n#define DD_LN2_SECOND {whole[1].hex()}\n"
        f"#define DD_LN2_THIRD {whole[2].hex()}\n"
        "/* 2^(j/64) - 1 for j = -32 ... 31. */\n"
        + pair_table("dd_exp_table", table)
        + "/* (exp(r) - 1 - r)/r^2. */\n"
        + one_series("dd_exp_series", series)
    )


def trigonometric_header() -> str:
    words = (2 / arb.pi() * arb(2) ** (WORDS * 64)).floor().unique_fmpz()
    texts = [f"0x{int(words >> (64 * (WORDS - 1 - i))) & (2**64 - 1):016x}" for i in range(WORDS)]
    bits = ",\n".join("    " + ", ".join(texts[i : i + 4]) for i in range(0, WORDS, 4))
    angles = [arb(fmpq(j, SINE_STEPS)) for j in range(14)]
    sine = taylor([(-1) ** (k + 1) / factorial(2 * k + 3) for k in range(7)], arb(fmpq(1, 1024)))
    cosine = taylor([(-1) ** (k + 1) / factorial(2 * k + 2) for k in range(8)], arb(fmpq(1, 1024)))
    return (
        constant("DD_HALF_PI", arb.pi() / 2)
        + "/* The bits of 2/pi. */\n"
        + f"static const uint64_t dd_two_over_pi[{WORDS}] = {{\n{bits}\n}};\n"
        + "/* sin(j/16), cos(j/16). */\n"
        + pair_table("dd_sine_table", [a.sin() for a in angles])
        + pair_table("dd_cosine_table", [a.cos() for a in angles])
        + "/* (sin(s)/s - 1)/s^2 and (cos(s) - 1)/s^2 in s^2. */\n"
        + one_series("dd_sine_series", sine)
        + one_series("dd_cosine_series", cosine)
    )


def inverse_tangent_header() -> str:
    series = taylor([arb(fmpq((-1) ** (k + 1), 2 * k + 3)) for k in range(9)], arb(fmpq(1, 4096)))
    return (
        constant("DD_RIGHT_ANGLE", arb.pi() / 2)
        + "/* atan(j/32), and (atan(z)/z - 1)/z^2 in z^2. */\n"
        + pair_table("dd_atan_table", [arb(fmpq(j, ATAN_STEPS)).atan() for j in range(ATAN_STEPS + 1)])
        + one_series("dd_atan_series", series)
    )


def erfcx(x: arb) -> arb:
    return (x * x).exp() * x.erfc()


def erf_ratio(w: arb) -> arb:
    return w.sqrt().erf() / w.sqrt()


def erfcx_tail(w: arb) -> arb:
    x = 1 / w.sqrt()
    return (x * erfcx(x) - 1 / arb.pi().sqrt()) / w


def error_function_header() -> str:
    pieces = [(arb(fmpq(2 * i + 1, 4)), arb(fmpq(1, 4))) for i in range(8)]
    pieces += [(arb(fmpq(2 * i + 9, 2)), arb(fmpq(1, 2))) for i in range(4)]
    table = [fitted(lambda h, centre=centre: erfcx(centre + h), reach) for centre, reach in pieces]
    centres = lines([nearest_double(centre) for centre, _ in pieces])
    tail = fitted(erfcx_tail, arb(fmpq(1, 64)), positive=True, tolerance=2.0**-103)
    return (
        constant("DD_ONE_OVER_SQRT_PI", 1 / arb.pi().sqrt())
        + constant("DD_ONE_OVER_SQRT_2PI", 1 / (2 * arb.pi()).sqrt())
        + constant("DD_SQRT_HALF", arb(fmpq(1, 2)).sqrt())
        + "/* erf(x)/x in x^2 for x <= 1/2. */\n"
        + one_series("dd_erf_series", fitted(erf_ratio, arb(fmpq(1, 4)), positive=True))
        + "/* exp(x^2) erfc(x) about the centres of its pieces, and (x exp(x^2) erfc(x) - 1/sqrt(pi)) x^2\n"
        " * in 1/x^2 for x >= 8. */\n"
        + f"static const double dd_erfcx_centre[{len(pieces)}] = {{\n{centres}\n}};\n"
        + series_table("dd_erfcx_pieces", table)
        + one_series("dd_erfcx_tail", tail)
    )


def headers() -> dict[str, str]:
    before, ctx.prec = ctx.prec, 1600
    try:
        return {
            "double_double_exponential.h": exponential_header(),
            "double_double_inverse_tangent.h": inverse_tangent_header(),
            "double_double_trigonometric.h": "#include <stdint.h>\n\n" + trigonometric_header(),
            "double_double_error_function.h": error_function_header(),
        }
    finally:
        ctx.prec = before
