"""Fixed points of x -> phi(a x + b) as results: isolated ones and intervals of them."""

from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FixedPoint:
    """A fixed point.

    Attributes
    ----------
    x, error : float
        Where, and how wrong that can be.
    multiplier_left, multiplier_right : float
        The one-sided slopes of T; they differ at kinks only.
    multiplier_error : float
        Their absolute error.
    """

    x: float
    error: float
    multiplier_left: float
    multiplier_right: float
    multiplier_error: float

    @property
    def multiplier(self) -> float:
        """The slope of T; at a kink the one that is larger in size."""
        return max(self.multiplier_left, self.multiplier_right, key=abs)

    @property
    def stability(self) -> str:
        """What the multipliers say: "attracting", "repelling", "semi-attracting" (from one side) or "neutral".

        Neutral: not decided by them, as for a slope of 1 or -1. An orbit that changes sides feels both slopes: with
        two negative ones their product decides, with one negative the other one.
        """
        left, right, error = self.multiplier_left, self.multiplier_right, self.multiplier_error
        if left < 0.0 and right < 0.0:
            return _compared(left * right, error * (abs(left) + abs(right) + error))
        if left < 0.0 <= right:
            return _compared(right, error)
        if right < 0.0 <= left:
            return _compared(left, error)
        sides = {_compared(left, error), _compared(right, error)}
        if len(sides) == 1:
            return sides.pop()
        return "neutral" if "neutral" in sides else "semi-attracting"


def _compared(slope: float, error: float) -> str:
    if slope + error < 1.0:
        return "attracting"
    return "repelling" if slope - error > 1.0 else "neutral"


@dataclass(frozen=True, slots=True)
class FixedInterval:
    """A closed interval of fixed points, perhaps infinite: T(x) = x throughout."""

    low: float
    high: float


@dataclass(frozen=True, slots=True)
class FixedPoints:
    """All fixed points of T(x) = phi(a x + b); iterates over the isolated ones.

    Attributes
    ----------
    points : tuple of FixedPoint
        The isolated ones, ascending.
    intervals : tuple of FixedInterval
        Intervals of fixed points, ascending.
    undecided : tuple of (float, float)
        Where T(x) = x to rounding, as next to a tangency: there may be fixed points or none, one or several.
    complete : bool
        Whether these are all: False where something is undecided, and where phi' oscillates for ever, so that only
        a part of the line could be searched.
    message : str
        "ok", or what is open.
    """

    points: tuple[FixedPoint, ...]
    intervals: tuple[FixedInterval, ...]
    undecided: tuple[tuple[float, float], ...]
    complete: bool
    message: str

    def __iter__(self) -> Iterator[FixedPoint]:
        return iter(self.points)

    def __len__(self) -> int:
        return len(self.points)

    def __getitem__(self, index: int) -> FixedPoint:
        return self.points[index]
