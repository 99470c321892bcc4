"""What the definitions of built-ins have in common: windows, bounds of growth, lines.

Facts that proofs need stand beside each formula, and follow from it by elementary estimates, given where they are not
plain:

- growth: abs(phi) <= G (1 + abs(x)), and bounds of abs(phi') and abs(phi'');
- window: outside of it the first three derivatives have no zero each, or vanish identically. Those of the exponential
  ones, less their limit, are a power of e = exp(-abs(x)/scale) times a polynomial in x of degree at most 1, times
  1 + O(x^3 e): at 40 scales the O is below 1e-10, and the polynomial is beyond its zero. Those made of exp(-x^2/2) or
  exp(-x^2) have polynomials of degree at most 5 before it, without zeros beyond 12.
"""

from collections.abc import Callable
from fractions import Fraction

from fastsig.certified.definition import Growth, Line, Piece
from fastsig.certified.elementary import Series

FAR, NEAR, ZERO = Fraction(40), Fraction(12), Fraction(0)
RISE, FLAT = Line(1, 0), Line(0, 0)


def window(scale: Fraction = Fraction(1)) -> tuple[Fraction, Fraction]:
    """Return the window of an exponential one that bends on a scale."""
    return -FAR * scale, FAR * scale


def growth(value: Fraction | int, slope: Fraction | int, bend: Fraction | int) -> tuple[Growth, Growth, Growth]:
    """Return bounds of phi/(1 + abs(x)), phi' and phi''."""
    return Growth(value, 1), Growth(slope), Growth(bend)


def one(formula: Callable[[Series], Series]) -> tuple[Piece]:
    """Return a single piece."""
    return (Piece(formula),)
