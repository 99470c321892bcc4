"""What a certified computation has to know of an activation."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from fastsig.certified.elementary import Series, variable
from fastsig.certified.flint import Exact, acb_series, arb, ball_of


@dataclass(frozen=True)
class Growth:
    """abs(f(x)) <= factor (1 + abs(x))^power exp(rate abs(x)) for all real x."""

    factor: Exact
    power: int = 0
    rate: Exact = 0


@dataclass(frozen=True)
class Piece:
    """One analytic formula, and its coefficients where it is a polynomial (of 1, x, x^2, ...).

    `log_slope` maps (series, sign of phi') to ln abs(phi'), where that is worth its own spelling: phi' = exp(-x^2).
    """

    formula: Callable[[Series], Series]
    polynomial: tuple[Exact, ...] | None = None
    log_slope: Callable[[Series, int], Series] | None = None


def polynomial_piece(*coefficients: Exact) -> Piece:
    """Return the piece of a polynomial."""

    def formula(s: Series) -> Series:
        total = acb_series([ball_of(coefficients[-1])], prec=s.prec)
        for coefficient in reversed(coefficients[:-1]):
            total = total * s + ball_of(coefficient)
        return total

    return Piece(formula, coefficients)


@dataclass(frozen=True)
class Line:
    """phi(x) = slope x + offset + r(x), r -> 0 at one end."""

    slope: Exact
    offset: Exact


@dataclass(frozen=True)
class Definition:
    """An activation for ball arithmetic.

    Attributes
    ----------
    name : str
        For messages.
    pieces : tuple of Piece
        From left to right.
    breaks : tuple of exact numbers
        Where they meet, ascending.
    growth : tuple of Growth
        Bounds of phi, phi', phi'' on the whole line.
    smooth : tuple of int
        Numbers of the breaks where phi' does not jump.
    right : tuple of int
        Numbers of the breaks where phi' is that of the right piece, by PyTorch's formula; else that of the left one.
    lines : tuple of Line or None
        (at +inf, at -inf); None where there is none.
    parity : int
        1 even, -1 odd, 0 neither or unknown.
    window : (low, high) or None
        Outside of it phi', phi'' and phi''' each have no zero, or vanish identically, and
        phi'' -> 0. None: not known.
    zeros : dict
        Zeros that no ball can isolate by a change of sign: by order of the derivative, pairs of the exact place and the
        multiplicity.
    curvature : exact number or None
        The integral of phi''^2 where it has a closed form that is needed: phi'' decays like a power.
    waves : (frequency, amplitude) or None
        phi(x) = x + amplitude (1 - cos(frequency x)): snake.
    log_growth : Growth or None
        Bounds abs(ln abs(phi')) outside the window.
    flat : bool
        Whether phi' is 0 on an interval.
    """

    name: str
    pieces: tuple[Piece, ...]
    breaks: tuple[Exact, ...] = ()
    growth: tuple[Growth, Growth, Growth] = (Growth(1, 1), Growth(1), Growth(1))
    smooth: tuple[int, ...] = ()
    right: tuple[int, ...] = ()
    lines: tuple[Line | None, Line | None] = (None, None)
    parity: int = 0
    window: tuple[Fraction, Fraction] | None = None
    zeros: dict[int, tuple[tuple[Fraction, int], ...]] = field(default_factory=dict, hash=False)
    curvature: Exact | None = None
    waves: tuple[Fraction, Fraction] | None = None
    log_growth: Growth | None = None
    flat: bool = False

    def jet(self, x: Any, length: int, piece: int) -> list[Any]:
        """Return phi, phi', phi'', ... at the real ball x."""
        series = self.pieces[piece].formula(variable(x, length))
        factorial, values = 1, []
        for k in range(length):
            factorial *= max(k, 1)
            values.append(series[k].real * factorial)
        return values

    def piece_at(self, x: Any) -> int:
        """Return the number of the piece that an exact point is in; at a break that of the left one."""
        return sum(1 for place in self.breaks if arb(x) > ball_of(place))

    def piece_at_exact(self, x: Fraction) -> int:
        """Return the number of the piece that an exact number is in; at a break the left one, or as `right` says."""
        return sum(
            (ball_of(x) > place() if callable(place) else x > place or (x == place and number in self.right))
            for number, place in enumerate(self.breaks)
        )

    def scaled(self, a: Fraction, b: Fraction, c: Fraction, d: Fraction) -> "Definition":
        """Return the definition of c phi(a x + b) + d."""
        pieces = [_scaled_piece(piece, a, b, c, d) for piece in self.pieces]
        breaks: list[Exact] = [_inverse(place, a, b) for place in self.breaks]
        window = None if self.window is None else tuple(sorted((w - b) / a for w in self.window))
        lines = [line and _scaled_line(line, a, b, c, d) for line in self.lines]
        if a < 0:
            pieces, breaks, lines = pieces[::-1], breaks[::-1], lines[::-1]
        size, wide = abs(a), (1 + abs(b)) * max(Fraction(1), abs(a))
        growth = []
        for order, one in enumerate(self.growth):
            # 1 + abs(a x + b) <= (1 + abs(b)) max(1, abs(a)) (1 + abs(x))
            factor = ball_of(one.factor) * ball_of(wide) ** one.power * ball_of(abs(c) * size**order)
            factor = factor * (ball_of(one.rate) * ball_of(abs(b))).exp() + (ball_of(abs(d)) if order == 0 else 0)
            growth.append(Growth(_held(factor), one.power, _held(ball_of(one.rate) * ball_of(size))))
        zeros = {k: tuple(((x - b) / a, m) for x, m in places) for k, places in self.zeros.items()}
        return replace(
            self,
            name=f"{c}*{self.name}({a}*x + {b}) + {d}",
            pieces=tuple(pieces),
            breaks=tuple(breaks),
            growth=(growth[0], growth[1], growth[2]),
            lines=(lines[0], lines[1]),
            parity=self.parity if not b and (self.parity == 1 or not d) else 0,
            smooth=tuple(len(breaks) - 1 - k for k in self.smooth) if a < 0 else self.smooth,
            right=tuple(len(breaks) - 1 - k for k in range(len(breaks)) if k not in self.right)
            if a < 0
            else self.right,
            window=window,  # type: ignore[arg-type]
            zeros=zeros,
            curvature=None if self.curvature is None else _times(self.curvature, c * c * size**3),
            waves=None,
            log_growth=None,
        )


def _held(value: Any) -> Exact:
    """A ball as an exact number that is no smaller."""
    return lambda: value.upper()


def _scaled_piece(piece: Piece, a: Fraction, b: Fraction, c: Fraction, d: Fraction) -> Piece:
    if piece.polynomial is not None and all(not callable(k) for k in piece.polynomial):
        return polynomial_piece(*_composed([Fraction(k) for k in piece.polynomial], a, b, c, d))  # type: ignore[arg-type]
    inner = piece.formula
    return Piece(lambda s: inner(s * ball_of(a) + ball_of(b)) * ball_of(c) + ball_of(d))


def _composed(coefficients: Sequence[Fraction], a: Fraction, b: Fraction, c: Fraction, d: Fraction) -> list[Fraction]:
    """Return the coefficients of c p(a x + b) + d, by Horner's scheme."""
    total = [Fraction(0)]
    for coefficient in reversed(coefficients):
        shifted = [b * k for k in total] + [Fraction(0)]
        for k, value in enumerate(total):
            shifted[k + 1] += a * value
        shifted[0] += coefficient
        total = shifted
    total = [c * k for k in total]
    total[0] += d
    while len(total) > 1 and not total[-1]:
        total.pop()
    return total


def _inverse(place: Exact, a: Fraction, b: Fraction) -> Exact:
    if callable(place):
        return lambda: (place() - ball_of(b)) / ball_of(a)
    return (Fraction(place) - b) / a


def _times(number: Exact, factor: Fraction) -> Exact:
    if callable(number):
        return lambda: number() * ball_of(factor)
    return Fraction(number) * factor


def _scaled_line(line: Line, a: Fraction, b: Fraction, c: Fraction, d: Fraction) -> Line:
    if callable(line.slope) or callable(line.offset):
        return Line(
            lambda: ball_of(line.slope) * ball_of(a * c),
            lambda: (ball_of(line.slope) * ball_of(b) + ball_of(line.offset)) * ball_of(c) + ball_of(d),
        )
    return Line(line.slope * a * c, (line.slope * b + line.offset) * c + d)
