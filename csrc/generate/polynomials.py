"""Polynomials for exp, for atan and for the upper tail of the normal distribution.

Both are Chebyshev interpolants made at high precision and rewritten in powers,
highest first, for Horner's scheme.
"""

from collections.abc import Callable

from c_source import c_array, lines, nearest_double
from flint import arb, fmpq

EXP_TERMS = 10
ARCTAN_TERMS = 22
TAIL_TERMS = 28
TAIL_POWERS = 4
ROUGH_TAIL_TERMS = 18
ROUGH_TAIL_END = 6  # beyond, what is off by up to 1e-9 is multiplied by a Gaussian below 1e-8


def chebyshev_polynomial(function: Callable[[arb], arb], low: arb, high: arb, terms: int) -> list[arb]:
    """Coefficients of 1, t, t^2, ... of the interpolant of `function` on [low, high]."""
    middle, half = (high + low) / 2, (high - low) / 2
    angles = [(2 * arb(k) + 1) * arb.pi() / (2 * terms) for k in range(terms)]
    values = [function(middle + half * a.cos()) for a in angles]
    coefficients = [arb(0)] * terms
    previous, current = [arb(1)], [arb(0), arb(1)]
    for degree in range(terms):
        basis = previous if degree == 0 else current
        weight = sum((v * (degree * a).cos() for v, a in zip(values, angles, strict=True)), arb(0))
        weight *= arb(1 if degree == 0 else 2) / terms
        for power, c in enumerate(basis):
            coefficients[power] += weight * c
        if degree > 0:
            following = [arb(0)] + [2 * c for c in current]
            for power, c in enumerate(previous):
                following[power] -= c
            previous, current = current, following
    # From s in [-1, 1] to t = middle + half s, by Horner.
    result: list[arb] = [arb(0)]
    for c in reversed(coefficients):
        shifted = [arb(0)] + [r / half for r in result]
        for power, r in enumerate(result):
            shifted[power] -= r * middle / half
        shifted[0] += c
        result = shifted
    return result[:terms]


def exp_remainder(r: arb) -> arb:
    """(exp(r) - 1 - r)/r^2, by its series at small r."""
    if abs(r) < arb(fmpq(1, 10**6)):
        return sum((r**k / arb(k + 2).gamma() / (k + 2) for k in range(40)), arb(0))
    return (r.exp() - 1 - r) / r**2


def arctan_ratio(w: arb) -> arb:
    """atan(v)/v as a function of w = v^2."""
    v = w.sqrt()
    return v.atan() / v


def scaled_tail_moment(power: int) -> Callable[[arb], arb]:
    """(1 + a)^(power + 1) E[(Z - a)_+^power] exp(a^2/2) as a function of t = (a - 4)/(a + 4)."""

    def function(t: arb) -> arb:
        a = 4 * (1 + t) / (1 - t)
        # Integration by parts: J_k = (k - 1) J_(k-2) - a J_(k-1), times exp(a^2/2).
        below, current = 1 / (2 * arb.pi()).sqrt(), (a / arb(2).sqrt()).erfc() / 2 * (a * a / 2).exp()
        for k in range(1, power + 1):
            below, current = current, (k - 1 if k > 1 else 1) * below - a * current
        return (1 + a) ** (power + 1) * current

    return function


def exp_polynomial() -> list[float]:
    half = arb(2).log() / 2 * (1 + arb(fmpq(1, 1000)))
    coefficients = chebyshev_polynomial(exp_remainder, -half, half, EXP_TERMS)
    return [nearest_double(c) for c in reversed(coefficients)]


def arctan_polynomial() -> list[float]:
    coefficients = chebyshev_polynomial(arctan_ratio, arb(0), arb(1), ARCTAN_TERMS)
    return [nearest_double(c) for c in reversed(coefficients)]


def normal_tail_polynomial(power: int) -> list[float]:
    coefficients = chebyshev_polynomial(scaled_tail_moment(power), arb(-1), arb(1), TAIL_TERMS)
    return [nearest_double(c) for c in reversed(coefficients)]


def rough_tail_polynomial() -> list[float]:
    """The tail up to a = 6: times the Gaussian it is right to 2e-17 everywhere."""
    last = arb(fmpq(ROUGH_TAIL_END - 4, ROUGH_TAIL_END + 4))
    coefficients = chebyshev_polynomial(scaled_tail_moment(0), arb(-1), last, ROUGH_TAIL_TERMS)
    return [nearest_double(c) for c in reversed(coefficients)]


def exp_header() -> str:
    return (
        "/* (exp(r) - 1 - r)/r^2 for abs(r) <= ln(2)/2, highest power first. */\n"
        f"#define EXP_POLYNOMIAL_TERMS {EXP_TERMS}\n" + c_array("exp_polynomial", exp_polynomial())
    )


def arctan_header() -> str:
    return (
        "/* atan(v)/v in w = v^2 for w in [0, 1], highest power first. */\n"
        f"#define ARCTAN_POLYNOMIAL_TERMS {ARCTAN_TERMS}\n" + c_array("arctan_polynomial", arctan_polynomial())
    )


def normal_tail_header() -> str:
    rows = ",\n".join("    {\n" + lines(normal_tail_polynomial(k), "        ") + "\n    }" for k in range(TAIL_POWERS))
    return (
        "/* Row k: (1 + a)^(k + 1) E[(Z - a)_+^k] exp(a^2/2) in t = (a - 4)/(a + 4), for\n"
        " * a >= 0, highest power of t first. */\n"
        f"#define NORMAL_TAIL_TERMS {TAIL_TERMS}\n#define NORMAL_TAIL_POWERS {TAIL_POWERS}\n"
        f"static const double normal_tail_polynomial[{TAIL_POWERS}][{TAIL_TERMS}] = {{\n{rows}\n}};\n"
        "/* Row 0 with an absolute error: times exp(-a^2/2)/(1 + a) to 2e-17. */\n"
        f"#define ROUGH_TAIL_TERMS {ROUGH_TAIL_TERMS}\n" + c_array("rough_tail_polynomial", rough_tail_polynomial())
    )


def normal_tail_module() -> str:
    values = "\n".join(f"    {c!r}," for c in normal_tail_polynomial(0))
    return (
        '"""(1 + a) Q(a) exp(a^2/2) in t = (a - 4)/(a + 4), highest power first."""\n\n'
        f"NORMAL_TAIL_POLYNOMIAL = (\n{values}\n)\n"
    )
