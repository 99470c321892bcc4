"""Built-ins whose derivatives decay like a power of x, and snake, which oscillates."""

from fractions import Fraction

from fastsig.certified.definition import Definition, Growth, Line, Piece
from fastsig.certified.elementary import Series, asinh, atan, divide, replaced
from fastsig.certified.facts import growth, one
from fastsig.certified.flint import acb_series, arb, ball_of


def _right(s: Series) -> Series:
    """x/(1 + x) = 1 - 1/(1 + x): the derivatives of the latter have no terms that cancel."""
    found = 1 - divide(acb_series([1], prec=s.prec), 1 + s)
    return found if (1 + s[0]).contains(0) else replaced(found, s[0] / (1 + s[0]))


def softsign_(_: Fraction) -> Definition:
    """x/(1 + abs(x))."""
    # phi' = 1/(1 + abs(x))^2, phi'' = -2 sgn(x)/(1 + abs(x))^3; int phi''^2 = 2 int 4/(1 + x)^6 = 8/5.
    return Definition(
        "softsign",
        (Piece(lambda s: -_right(-s)), Piece(_right)),
        breaks=(0,),
        smooth=(0,),
        growth=growth(1, 1, 2),
        lines=(Line(0, 1), Line(0, -1)),
        parity=-1,
        window=(Fraction(-1), Fraction(1)),
        curvature=Fraction(8, 5),
        log_growth=Growth(2, 1),
    )


def arctan_(_: Fraction) -> Definition:
    """arctan(x)."""
    # phi'' = -2x/(1 + x^2)^2, phi''' = (6 x^2 - 2)/(1 + x^2)^3; int 4 x^2/(1 + x^2)^4 = 4 B(3/2, 5/2) = pi/4.
    return Definition(
        "arctan",
        one(atan),
        growth=growth(2, 1, 1),
        lines=(Line(0, lambda: arb.pi() / 2), Line(0, lambda: -arb.pi() / 2)),
        parity=-1,
        window=(Fraction(-6), Fraction(6)),
        curvature=lambda: arb.pi() / 4,
        log_growth=Growth(2, 1),
    )


def asinh_(_: Fraction) -> Definition:
    """asinh(x)."""
    # phi'' = -x (1 + x^2)^(-3/2), phi''' = (2 x^2 - 1)(1 + x^2)^(-5/2); int x^2/(1 + x^2)^3 = B(3/2, 3/2) = pi/8.
    return Definition(
        "asinh",
        one(asinh),
        growth=growth(1, 1, 1),
        parity=-1,
        window=(Fraction(-6), Fraction(6)),
        curvature=lambda: arb.pi() / 8,
        log_growth=Growth(1, 1),
    )


def snake_(a: Fraction) -> Definition:
    """X + sin(a*x)**2/a."""
    # x + sin(a x)^2/a = x + (1 - cos(2 a x))/(2 a)
    return Definition(
        "snake",
        one(lambda s: s + (1 - (s * ball_of(2 * a)).cos()) / ball_of(2 * a)),
        growth=growth(1 + 1 / a, 2, 2 * a),
        waves=(2 * a, 1 / (2 * a)),
    )
