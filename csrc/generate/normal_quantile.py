"""Polynomials for normal quantiles, and the logarithm that they go by.

For a lower tail probability h <= 1/2 let w = -ln(4 h (1 - h)) (Giles, "Approximating the erfinv function",
GPU Computing Gems 2, 2011): the quantile is (1/2 - h) times a smooth function of w up to w = 5, and beyond
it sqrt(w) times a smooth function of 1/sqrt(w), here in two pieces.
"""

import math

from c_source import c_array, nearest_double
from flint import arb
from polynomials import chebyshev_polynomial

TERMS = 22
LOG_TERMS = 8
CENTRAL = 5.0  # largest w of the first polynomial,
NEAR = 12.25  # and of the second;
FAR = 65.61  # h >= 1e-29
NAMES = ("central", "near", "far")


def tail_probability(w: arb) -> arb:
    power = (-w).exp()
    return power / (2 * (1 + (1 - power).sqrt()))


def quantile(w: arb) -> arb:
    """Quantile at the tail probability of w, by Newton's method for the logarithm of the tail."""
    h, z = tail_probability(w), arb(-math.sqrt(1.3 * float(w) + 1e-3))
    for _ in range(60):
        tail = (-z / arb(2).sqrt()).erfc() / 2
        density = (-z * z / 2).exp() / (2 * arb.pi()).sqrt()
        step = (tail.log() - h.log()) * tail / density
        z = (z - step).mid()
        if abs(float(step)) < 1e-40:
            return z
    raise ArithmeticError(f"Newton's method did not converge at w = {w}")


def central(w: arb) -> arb:
    return quantile(w) / (arb(1) / 2 - tail_probability(w))


def tail(r: arb) -> arb:
    return quantile(1 / (r * r)) * r


def log_remainder(square: arb) -> arb:
    """(ln((1 + s)/(1 - s)) - 2 s)/s^3 as a function of s^2, by its series."""
    return sum((2 * square**k / (2 * k + 3) for k in range(60)), arb(0))


def pieces() -> dict[str, tuple[float, list[float]]]:
    """The middle of each piece, in w or in 1/sqrt(w), and its polynomial about it, highest power first."""
    ends = {
        "central": (0.0, CENTRAL),
        "near": (1 / math.sqrt(NEAR), 1 / math.sqrt(CENTRAL)),
        "far": (1 / math.sqrt(FAR), 1 / math.sqrt(NEAR)),
    }
    result = {}
    for name, (low, high) in ends.items():
        middle, half = (low + high) / 2, (high - low) / 2
        function = central if name == "central" else tail
        shifted = chebyshev_polynomial(lambda t, f=function, m=middle: f(arb(m) + t), arb(-half), arb(half), TERMS)
        result[name] = middle, [nearest_double(c) for c in reversed(shifted)]
    return result


def log_polynomial() -> list[float]:
    largest = (3 - 2 * arb(2).sqrt()) ** 2  # s^2 at m = sqrt 2
    return [nearest_double(c) for c in reversed(chebyshev_polynomial(log_remainder, arb(0), largest, LOG_TERMS))]


def header() -> str:
    found = pieces()
    text = (
        "/* Normal quantiles by w = -ln(4 h (1 - h)), highest power first: over 1/2 - h in w - middle up to\n"
        " * w = CENTRAL, over sqrt(w) in 1/sqrt(w) - middle up to NEAR and up to FAR. */\n"
        f"#define QUANTILE_TERMS {TERMS}\n#define QUANTILE_CENTRAL {CENTRAL}\n#define QUANTILE_NEAR {NEAR}\n"
        f"#define QUANTILE_FAR {FAR}\n"
    )
    for name, (middle, coefficients) in found.items():
        text += f"#define QUANTILE_{name.upper()}_MIDDLE {middle.hex()}\n"
        text += c_array(f"quantile_{name}", coefficients)
    text += "/* (ln m - 2 s)/s^3 in s^2, s = (m - 1)/(m + 1), for m from sqrt(1/2) to sqrt(2). */\n"
    return text + f"#define LOG_POLYNOMIAL_TERMS {LOG_TERMS}\n" + c_array("log_polynomial", log_polynomial())


def module() -> str:
    text = (
        '"""Normal quantiles by w = -ln(4 h (1 - h)), highest power first.\n\n'
        "Over 1/2 - h in w - middle up to w = CENTRAL, over sqrt(w) in 1/sqrt(w) - middle beyond.\n"
        '"""\n\n'
        f"CENTRAL_END = {CENTRAL}\nNEAR_END = {NEAR}\n"
    )
    for name, (middle, coefficients) in pieces().items():
        values = "\n".join(f"    {c!r}," for c in coefficients)
        text += f"{name.upper()}_MIDDLE = {middle!r}\n{name.upper()} = (\n{values}\n)\n"
    return text
