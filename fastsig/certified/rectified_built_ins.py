"""Built-ins that are a line on the right and an exponential on the left."""

from fractions import Fraction

from fastsig.certified.definition import Definition, Growth, Line, Piece, polynomial_piece
from fastsig.certified.elementary import Series, exp, expm1, log
from fastsig.certified.facts import FLAT, NEAR, RISE, growth, window
from fastsig.certified.flint import arb, ball_of


def crrelu_(eps: Fraction) -> Definition:
    """max(0, x) + eps*x*exp(-x^2/2)."""

    # Derivatives of x exp(-x^2/2) are below 1, 2 and 2; with abs(eps) <= 10 phi' > 1/2 beyond 12 on the right.
    def bump(s: Series) -> Series:
        return s * exp(-s * s / 2) * ball_of(eps)

    def log_slope(s: Series, side: int) -> Series:
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
        growth=growth(1 + size, 1 + 2 * size, 2 * size),
        lines=(RISE, FLAT),
        window=(-NEAR, NEAR),
        zeros={1: ((Fraction(-1), 1),)} if eps else {},
        log_growth=Growth(lambda: 3 + abs(ball_of(size).log()), 2) if eps else None,
        flat=not eps,
    )


def elu_(alpha: Fraction) -> Definition:
    """X if x > 0 else alpha*(exp(x) - 1)."""
    left = Piece(lambda s: expm1(s) * ball_of(alpha)) if alpha else polynomial_piece(0)
    most = max(Fraction(1), alpha)
    return Definition(
        "elu",
        (left, polynomial_piece(0, 1)),
        breaks=(0,),
        smooth=(0,) if alpha == 1 else (),
        growth=growth(most, most, alpha),
        lines=(RISE, Line(0, -alpha)),
        window=window(),
        log_growth=Growth(lambda: 2 + abs(ball_of(alpha).log()), 1) if alpha else None,
        flat=not alpha,
    )


def celu_(alpha: Fraction) -> Definition:
    """max(0, x) + min(0, alpha*(exp(x/alpha) - 1))."""
    return Definition(
        "celu",
        (Piece(lambda s: expm1(s / ball_of(alpha)) * ball_of(alpha)), polynomial_piece(0, 1)),
        breaks=(0,),
        smooth=(0,),
        growth=growth(1 + alpha, 1, 1 / alpha),
        lines=(RISE, Line(0, -alpha)),
        window=window(alpha),
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


def selu_(_: Fraction) -> Definition:
    """lambda*(x if x > 0 else alpha*(exp(x) - 1))."""
    # The constants of Klambauer et al. (arXiv 1706.02515), from their two conditions.
    return Definition(
        "selu",
        (Piece(lambda s: expm1(s) * -_selu_floor()), polynomial_piece(0, _selu_lambda)),
        breaks=(0,),
        growth=growth(2, 2, 2),
        lines=(Line(_selu_lambda, 0), Line(0, _selu_floor)),
        window=window(),
        log_growth=Growth(2, 1),
    )
