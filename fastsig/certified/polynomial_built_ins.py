"""Built-ins made of polynomials, piece by piece."""

from fractions import Fraction

from fastsig.certified.definition import Definition, Growth, Line, polynomial_piece
from fastsig.certified.facts import ZERO, growth
from fastsig.certified.flint import ball_of


def _polynomials(
    name: str,
    breaks: tuple[Fraction, ...],
    coefficients: tuple[tuple[Fraction | int, ...], ...],
    *,
    right: tuple[int, ...] = (),
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
        right=right,
        growth=growth(largest * (1 + edge) * 3, largest * (1 + edge) * 3, 2 * largest),
        lines=(Line(plus, plus_offset), Line(minus, minus_offset)),
        parity=parity,
        window=(-edge - 1, edge + 1),
        log_growth=None if flat else Growth(lambda: 1 + sum(abs(ball_of(abs(s)).log()) for s in (plus, minus)), 0),
        flat=flat,
    )


def _as_line(row: tuple[Fraction | int, ...]) -> tuple[Fraction, Fraction]:
    return Fraction(row[0]), Fraction(row[1]) if len(row) > 1 else Fraction(0)


def relu_(_: Fraction) -> Definition:
    """max(0, x)."""
    return _polynomials("relu", (ZERO,), ((0,), (0, 1)))


def leaky_relu_(slope: Fraction) -> Definition:
    """X if x > 0 else slope*x."""
    if slope == 1:
        return _polynomials("leaky_relu", (), ((0, 1),), parity=-1, flat=False)
    return _polynomials("leaky_relu", (ZERO,), ((0, slope), (0, 1)), parity=int(slope == -1), flat=not slope)


def identity_(_: Fraction) -> Definition:
    """X."""
    return _polynomials("identity", (), ((0, 1),), parity=-1, flat=False)


def hardtanh_(_: Fraction) -> Definition:
    """min(1, max(-1, x))."""
    return _polynomials("hardtanh", (Fraction(-1), Fraction(1)), ((-1,), (0, 1), (1,)), right=(1,), parity=-1)


def relu6_(_: Fraction) -> Definition:
    """min(6, max(0, x))."""
    return _polynomials("relu6", (ZERO, Fraction(6)), ((0,), (0, 1), (6,)), right=(1,))


def hardsigmoid_(_: Fraction) -> Definition:
    """min(6, max(0, x + 3))/6."""
    return _polynomials(
        "hardsigmoid", (Fraction(-3), Fraction(3)), ((0,), (Fraction(1, 2), Fraction(1, 6)), (1,)), right=(1,)
    )


def hardswish_(_: Fraction) -> Definition:
    """x*min(6, max(0, x + 3))/6."""
    middle = (0, Fraction(1, 2), Fraction(1, 6))
    return _polynomials("hardswish", (Fraction(-3), Fraction(3)), ((0,), middle, (0, 1)), right=(1,))


def softshrink_(threshold: Fraction) -> Definition:
    """X - min(threshold, max(-threshold, x))."""
    if not threshold:
        return _polynomials("softshrink", (), ((0, 1),), parity=-1, flat=False)
    return _polynomials(
        "softshrink", (-threshold, threshold), ((threshold, 1), (0,), (-threshold, 1)), right=(0,), parity=-1
    )
