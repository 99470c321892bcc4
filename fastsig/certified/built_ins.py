"""The built-in activations for ball arithmetic, each by its plain formula and the facts that proofs need.

Independent of the C library: no fast formula, no table, no derivative by hand (those come from power series). What is
stated beside a formula follows from it by elementary estimates, given where they are not plain:

- growth: abs(phi) <= G (1 + abs(x)), and bounds of abs(phi') and abs(phi'');
- window: outside of it phi', phi'' and phi''' have no zero each, or vanish identically. With e = exp(-abs(x)/scale), the
  derivatives of the exponential ones are a power of e times a polynomial in x of degree at most 1, times 1 + O(x^3 e): at
  40 scales the O is below 1e-10 and the polynomial is beyond its zero. Those made of exp(-x^2/2) or exp(-x^2) have
  polynomials of degree at most 5 before it, without zeros beyond 12.
"""

from collections.abc import Callable
from fractions import Fraction
from functools import lru_cache

from fastsig.certified.definition import Definition, Growth, Line, Piece, polynomial_piece
from fastsig.certified.elementary import (
    asinh,
    atan,
    divide,
    erf,
    exp,
    expm1,
    log,
    logistic,
    normal_cdf,
    softplus,
    tanh,
)
from fastsig.certified.elementary import Series as S
from fastsig.certified.flint import arb, ball_of

FAR, NEAR = Fraction(40), Fraction(12)
RISE, FLAT = Line(1, 0), Line(0, 0)


def _window(scale: Fraction = Fraction(1)) -> tuple[Fraction, Fraction]:
    return -FAR * scale, FAR * scale


def _growth(value: Fraction | int, slope: Fraction | int, bend: Fraction | int) -> tuple[Growth, Growth, Growth]:
    return Growth(value, 1), Growth(slope), Growth(bend)


def _one(formula: Callable[[S], S]) -> tuple[Piece]:
    return (Piece(formula),)


def _tanh(_: Fraction) -> Definition:
    return Definition(
        "tanh",
        _one(tanh),
        growth=_growth(1, 1, 1),
        lines=(Line(0, 1), Line(0, -1)),
        parity=-1,
        window=_window(),
        log_growth=Growth(2, 1),
    )


def _sigmoid(_: Fraction) -> Definition:
    return Definition(
        "sigmoid",
        _one(logistic),
        growth=_growth(1, 1, 1),
        lines=(Line(0, 1), FLAT),
        window=_window(),
        log_growth=Growth(2, 1),
    )


def _swish(beta: Fraction) -> Definition:
    # y = beta x, s = logistic(y): phi' = s + y s (1 - s), abs(phi'') = beta s (1 - s) abs(2 + y (1 - 2 s)) <= beta.
    return Definition(
        "swish",
        _one(lambda s: s * logistic(s * ball_of(beta))),
        growth=_growth(2, 2, beta),
        lines=(RISE, FLAT),
        window=_window(1 / beta),
        log_growth=Growth(2 * (1 + beta), 1),
    )


def _gelu(_: Fraction) -> Definition:
    # phi' = Phi + x pdf, phi'' = (2 - x^2) pdf.
    return Definition(
        "gelu",
        _one(lambda s: s * normal_cdf(s)),
        growth=_growth(2, 2, 1),
        lines=(RISE, FLAT),
        window=(-NEAR, NEAR),
        log_growth=Growth(1, 2),
    )


def _tanh_of_softplus(s: S) -> S:
    """tanh(ln(1 + e^x)) = w/(w + 2), w = e^x (e^x + 2)."""
    if s[0].real.mid() >= 0:
        a = exp(-s)
        return 1 - divide(2 * a * a, 1 + 2 * a + 2 * a * a)
    e = exp(s)
    return divide(e * (e + 2), e * (e + 2) + 2)


def _mish(_: Fraction) -> Definition:
    return Definition(
        "mish",
        _one(lambda s: s * _tanh_of_softplus(s)),
        growth=_growth(2, 2, 2),
        lines=(RISE, FLAT),
        window=_window(),
        log_growth=Growth(3, 1),
    )


def _telu(_: Fraction) -> Definition:
    # u = exp(x), t = tanh(u), s = 1 - t^2: phi' = t + x u s, phi'' = u s (2 + x (1 - 2 u t)), whose last term dominates beyond
    # x = 4, where u > 54 and 1 - t < 1e-46; likewise 4 x u^2 t^2 in the third derivative over u s.
    return Definition(
        "telu",
        _one(lambda s: s * tanh(exp(s))),
        growth=_growth(2, 2, 2),
        lines=(RISE, FLAT),
        window=(-FAR, Fraction(4)),
        log_growth=Growth(3, 1),
    )


def _crrelu(eps: Fraction) -> Definition:
    # Derivatives of x exp(-x^2/2) are below 1, 2 and 2; with abs(eps) <= 10 phi' > 1/2 beyond 12 on the right.
    def bump(s: S) -> S:
        return s * exp(-s * s / 2) * ball_of(eps)

    def log_slope(s: S, side: int) -> S:
        # phi' = eps (1 - x) (1 + x) exp(-x^2/2), of sign `side`
        inner = log((1 + s) * (side if eps > 0 else -side)) + log(1 - s)
        return inner + abs(ball_of(eps)).log() - s * s / 2

    size = abs(eps)
    return Definition(
        "crrelu",
        (
            Piece(bump, log_slope=log_slope) if eps else polynomial_piece(0),
            Piece(lambda s: s + bump(s)) if eps else polynomial_piece(0, 1),
        ),
        breaks=(0,),
        growth=_growth(1 + size, 1 + 2 * size, 2 * size),
        lines=(RISE, FLAT),
        window=(-NEAR, NEAR),
        zeros={1: ((Fraction(-1), 1),)} if eps else {},
        log_growth=Growth(lambda: 3 + abs(ball_of(size).log()), 2) if eps else None,
        flat=not eps,
    )


def _softplus(beta: Fraction) -> Definition:
    return Definition(
        "softplus",
        _one(lambda s: softplus(s * ball_of(beta)) / ball_of(beta)),
        growth=_growth(1 + 1 / beta, 1, beta),
        lines=(RISE, FLAT),
        window=_window(1 / beta),
        log_growth=Growth(1 + beta, 1),
    )


def _logsigmoid(_: Fraction) -> Definition:
    return Definition(
        "logsigmoid",
        _one(lambda s: -softplus(-s)),
        growth=_growth(1, 1, 1),
        lines=(FLAT, RISE),
        window=_window(),
        log_growth=Growth(1, 1),
    )


def _elu(alpha: Fraction) -> Definition:
    left = Piece(lambda s: expm1(s) * ball_of(alpha)) if alpha else polynomial_piece(0)
    most = max(Fraction(1), alpha)
    return Definition(
        "elu",
        (left, polynomial_piece(0, 1)),
        breaks=(0,),
        smooth=(0,) if alpha == 1 else (),
        growth=_growth(most, most, alpha),
        lines=(RISE, Line(0, -alpha)),
        window=_window(),
        log_growth=Growth(lambda: 2 + abs(ball_of(alpha).log()), 1) if alpha else None,
        flat=not alpha,
    )


def _celu(alpha: Fraction) -> Definition:
    return Definition(
        "celu",
        (Piece(lambda s: expm1(s / ball_of(alpha)) * ball_of(alpha)), polynomial_piece(0, 1)),
        breaks=(0,),
        smooth=(0,),
        growth=_growth(1 + alpha, 1, 1 / alpha),
        lines=(RISE, Line(0, -alpha)),
        window=_window(alpha),
        log_growth=Growth(1 + 1 / alpha, 1),
    )


def _selu_alpha() -> arb:
    """That of mean 0 at mean 0, sigma 1: alpha (1/2 - exp(1/2) Q(1)) = 1/sqrt(2 pi), Q the normal tail."""
    tail = (1 / arb(2).sqrt()).erfc() / 2
    return 1 / ((2 * arb.pi()).sqrt() * (arb(1) / 2 - arb(1).exp().sqrt() * tail))


def _selu_lambda() -> arb:
    """That of variance 1: lambda^2 (1/2 + alpha^2 E[(exp(Z) - 1)^2; Z < 0]) = 1."""
    near, far = (1 / arb(2).sqrt()).erfc() / 2, arb(2).sqrt().erfc() / 2
    square = arb(2).exp() * far - 2 * (arb(1) / 2).exp() * near + arb(1) / 2
    return 1 / (arb(1) / 2 + _selu_alpha() ** 2 * square).sqrt()


def _selu_floor() -> arb:
    return -_selu_lambda() * _selu_alpha()


def _selu(_: Fraction) -> Definition:
    # The constants of Klambauer et al. (arXiv 1706.02515), from their two conditions.
    return Definition(
        "selu",
        (Piece(lambda s: expm1(s) * -_selu_floor()), polynomial_piece(0, _selu_lambda)),
        breaks=(0,),
        growth=_growth(2, 2, 2),
        lines=(Line(_selu_lambda, 0), Line(0, _selu_floor)),
        window=_window(),
        log_growth=Growth(2, 1),
    )


def _erf(_: Fraction) -> Definition:
    return Definition(
        "erf",
        (Piece(erf, log_slope=lambda s, side: (2 / arb.pi().sqrt()).log() - s * s),),
        growth=_growth(1, 2, 2),
        lines=(Line(0, 1), Line(0, -1)),
        parity=-1,
        window=(-NEAR, NEAR),
        log_growth=Growth(2, 2),
    )


def _gaussian(_: Fraction) -> Definition:
    return Definition(
        "gaussian",
        (Piece(lambda s: exp(-s * s), log_slope=lambda s, side: log(-2 * side * s) - s * s),),
        growth=_growth(1, 1, 2),
        lines=(FLAT, FLAT),
        parity=1,
        window=(-NEAR, NEAR),
        log_growth=Growth(3, 2),
    )


def _polynomials(
    name: str,
    breaks: tuple[Fraction, ...],
    coefficients: tuple[tuple[Fraction | int, ...], ...],
    *,
    parity: int = 0,
    flat: bool = True,
) -> Definition:
    """A continuous piecewise polynomial, made of lines at both ends."""
    edge = max((abs(b) for b in breaks), default=Fraction(0))
    (minus_offset, minus), (plus_offset, plus) = (_as_line(coefficients[k]) for k in (0, -1))
    largest = max(abs(Fraction(k)) for row in coefficients for k in row)
    return Definition(
        name,
        tuple(polynomial_piece(*row) for row in coefficients),
        breaks=breaks,
        growth=_growth(largest * (1 + edge) * 3, largest * (1 + edge) * 3, 2 * largest),
        lines=(Line(plus, plus_offset), Line(minus, minus_offset)),
        parity=parity,
        window=(-edge - 1, edge + 1),
        log_growth=None if flat else Growth(lambda: 1 + sum(abs(ball_of(abs(s)).log()) for s in (plus, minus)), 0),
        flat=flat,
    )


def _as_line(row: tuple[Fraction | int, ...]) -> tuple[Fraction, Fraction]:
    return Fraction(row[0]), Fraction(row[1]) if len(row) > 1 else Fraction(0)


ZERO = Fraction(0)


def _relu(_: Fraction) -> Definition:
    return _polynomials("relu", (ZERO,), ((0,), (0, 1)))


def _leaky_relu(slope: Fraction) -> Definition:
    if slope == 1:
        return _polynomials("leaky_relu", (), ((0, 1),), parity=-1, flat=False)
    return _polynomials("leaky_relu", (ZERO,), ((0, slope), (0, 1)), parity=int(slope == -1), flat=not slope)


def _identity(_: Fraction) -> Definition:
    return _polynomials("identity", (), ((0, 1),), parity=-1, flat=False)


def _hardtanh(_: Fraction) -> Definition:
    return _polynomials("hardtanh", (Fraction(-1), Fraction(1)), ((-1,), (0, 1), (1,)), parity=-1)


def _relu6(_: Fraction) -> Definition:
    return _polynomials("relu6", (ZERO, Fraction(6)), ((0,), (0, 1), (6,)))


def _hardsigmoid(_: Fraction) -> Definition:
    return _polynomials("hardsigmoid", (Fraction(-3), Fraction(3)), ((0,), (Fraction(1, 2), Fraction(1, 6)), (1,)))


def _hardswish(_: Fraction) -> Definition:
    middle = (0, Fraction(1, 2), Fraction(1, 6))
    return _polynomials("hardswish", (Fraction(-3), Fraction(3)), ((0,), middle, (0, 1)))


def _softshrink(threshold: Fraction) -> Definition:
    if not threshold:
        return _polynomials("softshrink", (), ((0, 1),), parity=-1, flat=False)
    return _polynomials("softshrink", (-threshold, threshold), ((threshold, 1), (0,), (-threshold, 1)), parity=-1)


def _softsign(_: Fraction) -> Definition:
    # phi' = 1/(1 + abs(x))^2, phi'' = -2 sgn(x)/(1 + abs(x))^3; int phi''^2 = 2 int 4/(1 + x)^6 = 8/5.
    return Definition(
        "softsign",
        (Piece(lambda s: divide(s, 1 - s)), Piece(lambda s: divide(s, 1 + s))),
        breaks=(0,),
        smooth=(0,),
        growth=_growth(1, 1, 2),
        lines=(Line(0, 1), Line(0, -1)),
        parity=-1,
        window=(Fraction(-1), Fraction(1)),
        curvature=Fraction(8, 5),
        log_growth=Growth(2, 1),
    )


def _arctan(_: Fraction) -> Definition:
    # phi'' = -2x/(1 + x^2)^2, phi''' = (6 x^2 - 2)/(1 + x^2)^3; int 4 x^2/(1 + x^2)^4 = 4 B(3/2, 5/2) = pi/4.
    return Definition(
        "arctan",
        _one(atan),
        growth=_growth(2, 1, 1),
        lines=(Line(0, lambda: arb.pi() / 2), Line(0, lambda: -arb.pi() / 2)),
        parity=-1,
        window=(Fraction(-6), Fraction(6)),
        curvature=lambda: arb.pi() / 4,
        log_growth=Growth(2, 1),
    )


def _asinh(_: Fraction) -> Definition:
    # phi'' = -x (1 + x^2)^(-3/2), phi''' = (2 x^2 - 1)(1 + x^2)^(-5/2); int x^2/(1 + x^2)^3 = B(3/2, 3/2) = pi/8.
    return Definition(
        "asinh",
        _one(asinh),
        growth=_growth(1, 1, 1),
        parity=-1,
        window=(Fraction(-6), Fraction(6)),
        curvature=lambda: arb.pi() / 8,
        log_growth=Growth(1, 1),
    )


def _gelu_tanh(_: Fraction) -> Definition:
    # x s(u), u = sqrt(8/pi)(x + 0.044715 x^3), so abs(u) > 1.59 abs(x) + 0.07 abs(x)^3. With s' <= exp(-abs(u)):
    # abs(phi') <= 1 + 1.6 abs(x) (1 + 0.14 x^2) exp(-1.59 abs(x)) < 2; phi'' = s' (2 u' + x u'' - x u'^2 tanh(u/2)) and
    # abs(phi'') <= (3.2 + 2.6 abs(x) + 0.9 x^2 + 0.7 abs(x)^3 + 0.05 abs(x)^5) exp(-abs(u)) < 4.
    def inner(s: S) -> S:
        return (s + s * s * s * ball_of(Fraction(44715, 10**6))) * (8 / arb.pi()).sqrt()

    return Definition(
        "gelu_tanh",
        _one(lambda s: s * logistic(inner(s))),
        growth=_growth(2, 2, 4),
        lines=(RISE, FLAT),
        window=(-NEAR, NEAR),
        log_growth=Growth(4, 3),
    )


def _tanhshrink(_: Fraction) -> Definition:
    # phi' = tanh^2 x has a double zero at 0.
    return Definition(
        "tanhshrink",
        _one(lambda s: s - tanh(s)),
        growth=_growth(1, 1, 1),
        lines=(Line(1, -1), Line(1, 1)),
        parity=-1,
        window=_window(),
        zeros={1: ((ZERO, 2),)},
        log_growth=Growth(1, 0),
    )


def _lisht(_: Fraction) -> Definition:
    return Definition(
        "lisht",
        _one(lambda s: s * tanh(s)),
        growth=_growth(1, 2, 2),
        lines=(RISE, Line(-1, 0)),
        parity=1,
        window=_window(),
        log_growth=Growth(1, 0),
    )


def _snake(a: Fraction) -> Definition:
    # x + sin(a x)^2/a = x + (1 - cos(2 a x))/(2 a)
    return Definition(
        "snake",
        _one(lambda s: s + (1 - (s * ball_of(2 * a)).cos()) / ball_of(2 * a)),
        growth=_growth(1 + 1 / a, 2, 2 * a),
        waves=(2 * a, 1 / (2 * a)),
    )


_FAMILIES: dict[str, Callable[[Fraction], Definition]] = {
    "arctan": _arctan,
    "asinh": _asinh,
    "celu": _celu,
    "crrelu": _crrelu,
    "elu": _elu,
    "erf": _erf,
    "gaussian": _gaussian,
    "gelu": _gelu,
    "gelu_tanh": _gelu_tanh,
    "hardsigmoid": _hardsigmoid,
    "hardswish": _hardswish,
    "hardtanh": _hardtanh,
    "identity": _identity,
    "leaky_relu": _leaky_relu,
    "lisht": _lisht,
    "logsigmoid": _logsigmoid,
    "mish": _mish,
    "relu": _relu,
    "relu6": _relu6,
    "selu": _selu,
    "sigmoid": _sigmoid,
    "snake": _snake,
    "softplus": _softplus,
    "softshrink": _softshrink,
    "softsign": _softsign,
    "swish": _swish,
    "tanh": _tanh,
    "tanhshrink": _tanhshrink,
    "telu": _telu,
}


@lru_cache(maxsize=256)
def built_in(name: str, parameter: Fraction | None) -> Definition:
    """Return the definition of a built-in with an exact parameter."""
    return _FAMILIES[name](ZERO if parameter is None else parameter)


def is_known(name: str) -> bool:
    """Whether a built-in is defined here."""
    return name in _FAMILIES
