"""Built-ins made of exponentials and of the normal distribution, by their plain formulas."""

from fractions import Fraction

from fastsig.certified.definition import Definition, Growth, Line, Piece
from fastsig.certified.elementary import (
    Series,
    divide,
    erf,
    exp,
    log,
    logistic,
    normal_cdf,
    softplus,
    tanh,
    tanh_of_exp,
)
from fastsig.certified.facts import FAR, FLAT, NEAR, RISE, ZERO, growth, one, window
from fastsig.certified.flint import arb, ball_of


def tanh_(_: Fraction) -> Definition:
    """tanh(x)."""
    return Definition(
        "tanh",
        one(tanh),
        growth=growth(1, 1, 1),
        lines=(Line(0, 1), Line(0, -1)),
        parity=-1,
        window=window(),
        log_growth=Growth(2, 1),
    )


def sigmoid_(_: Fraction) -> Definition:
    """1/(1 + exp(-x))."""
    return Definition(
        "sigmoid",
        one(logistic),
        growth=growth(1, 1, 1),
        lines=(Line(0, 1), FLAT),
        window=window(),
        log_growth=Growth(2, 1),
    )


def swish_(beta: Fraction) -> Definition:
    """x/(1 + exp(-beta*x))."""
    # y = beta x, s = logistic(y): phi' = s + y s (1 - s), abs(phi'') = beta s (1 - s) abs(2 + y (1 - 2 s)) <= beta.
    return Definition(
        "swish",
        one(lambda s: s * logistic(s * ball_of(beta))),
        growth=growth(2, 2, beta),
        lines=(RISE, FLAT),
        window=window(1 / beta),
        log_growth=Growth(2 * (1 + beta), 1),
    )


def gelu_(_: Fraction) -> Definition:
    """x*Phi(x)."""
    # phi' = Phi + x pdf, phi'' = (2 - x^2) pdf.
    return Definition(
        "gelu",
        one(lambda s: s * normal_cdf(s)),
        growth=growth(2, 2, 1),
        lines=(RISE, FLAT),
        window=(-NEAR, NEAR),
        log_growth=Growth(1, 2),
    )


def _tanh_of_softplus(s: Series) -> Series:
    """tanh(ln(1 + e^x)) = w/(w + 2), w = e^x (e^x + 2)."""
    if s[0].real.mid() >= 0:
        a = exp(-s)
        return 1 - divide(2 * a * a, 1 + 2 * a + 2 * a * a)
    e = exp(s)
    return divide(e * (e + 2), e * (e + 2) + 2)


def mish_(_: Fraction) -> Definition:
    """x*tanh(ln(1 + exp(x)))."""
    return Definition(
        "mish",
        one(lambda s: s * _tanh_of_softplus(s)),
        growth=growth(2, 2, 2),
        lines=(RISE, FLAT),
        window=window(),
        log_growth=Growth(3, 1),
    )


def telu_(_: Fraction) -> Definition:
    """x*tanh(exp(x))."""
    # u = exp(x), t = tanh(u), s = 1 - t^2: phi' = t + x u s, phi'' = u s (2 + x (1 - 2 u t)), whose last term dominates
    # beyond x = 4, where u > 54 and 1 - t < 1e-46; likewise 4 x u^2 t^2 in the third derivative over u s.
    return Definition(
        "telu",
        one(lambda s: s * tanh_of_exp(s)),
        growth=growth(2, 2, 2),
        lines=(RISE, FLAT),
        window=(-FAR, Fraction(4)),
        log_growth=Growth(3, 1),
    )


def softplus_(beta: Fraction) -> Definition:
    """ln(1 + exp(beta*x))/beta."""
    return Definition(
        "softplus",
        one(lambda s: softplus(s * ball_of(beta)) / ball_of(beta)),
        growth=growth(1 + 1 / beta, 1, beta),
        lines=(RISE, FLAT),
        window=window(1 / beta),
        log_growth=Growth(1 + beta, 1),
    )


def logsigmoid_(_: Fraction) -> Definition:
    """-ln(1 + exp(-x))."""
    return Definition(
        "logsigmoid",
        one(lambda s: -softplus(-s)),
        growth=growth(1, 1, 1),
        lines=(FLAT, RISE),
        window=window(),
        log_growth=Growth(1, 1),
    )


def erf_(_: Fraction) -> Definition:
    """erf(x)."""
    return Definition(
        "erf",
        (Piece(erf, log_slope=lambda s, side: (2 / arb.pi().sqrt()).log() - s * s),),
        growth=growth(1, 2, 2),
        lines=(Line(0, 1), Line(0, -1)),
        parity=-1,
        window=(-NEAR, NEAR),
        log_growth=Growth(2, 2),
    )


def gaussian_(_: Fraction) -> Definition:
    """exp(-x**2)."""
    return Definition(
        "gaussian",
        (Piece(lambda s: exp(-s * s), log_slope=lambda s, side: log(-2 * side * s) - s * s),),
        growth=growth(1, 1, 2),
        lines=(FLAT, FLAT),
        parity=1,
        window=(-NEAR, NEAR),
        log_growth=Growth(3, 2),
    )


def gelu_tanh_(_: Fraction) -> Definition:
    """x/2*(1 + tanh(sqrt(2/pi)*(x + 0.044715*x**3)))."""

    # x s(u), u = sqrt(8/pi)(x + 0.044715 x^3), so abs(u) > 1.59 abs(x) + 0.07 abs(x)^3. With s' <= exp(-abs(u)):
    # abs(phi') <= 1 + 1.6 abs(x) (1 + 0.14 x^2) exp(-1.59 abs(x)) < 2; phi'' = s' (2 u' + x u'' - x u'^2 tanh(u/2)) and
    # abs(phi'') <= (3.2 + 2.6 abs(x) + 0.9 x^2 + 0.7 abs(x)^3 + 0.05 abs(x)^5) exp(-abs(u)) < 4.
    def inner(s: Series) -> Series:
        return (s + s * s * s * ball_of(Fraction(44715, 10**6))) * (8 / arb.pi()).sqrt()

    return Definition(
        "gelu_tanh",
        one(lambda s: s * logistic(inner(s))),
        growth=growth(2, 2, 4),
        lines=(RISE, FLAT),
        window=(-NEAR, NEAR),
        log_growth=Growth(4, 3),
    )


def tanhshrink_(_: Fraction) -> Definition:
    """X - tanh(x)."""
    # phi' = tanh^2 x has a double zero at 0.
    return Definition(
        "tanhshrink",
        one(lambda s: s - tanh(s)),
        growth=growth(1, 1, 1),
        lines=(Line(1, -1), Line(1, 1)),
        parity=-1,
        window=window(),
        zeros={1: ((ZERO, 2),)},
        log_growth=Growth(1, 0),
    )


def lisht_(_: Fraction) -> Definition:
    """x*tanh(x)."""
    return Definition(
        "lisht",
        one(lambda s: s * tanh(s)),
        growth=growth(1, 2, 2),
        lines=(RISE, Line(-1, 0)),
        parity=1,
        window=window(),
        log_growth=Growth(1, 0),
    )
