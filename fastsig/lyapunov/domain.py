"""Domains of certificates: the line, or a closed interval that T maps into itself."""

import math
from collections.abc import Callable, Iterator

from fastsig.lyapunov.hypothesis import HypothesisError
from fastsig.lyapunov.printed import exact
from fastsig.lyapunov.recursion import UNIT, Recursion
from fastsig.taxonomy.ranges import LINE, Interval, Range

INVARIANCE = "T maps the interval into itself"
ROUNDINGS = 16.0 * UNIT
WIDENINGS = 30  # by factors of 2, from a rounding
WIDEST_EXCESS = 1e-3  # of the length of the interval
IMAGES = 60
HALVINGS = 24  # of the logarithm of an arm
SHRINKINGS = 50
WIDEST = 2.0**10  # arms of an interval around x*, in units of 1 + abs(x*)
NARROWEST = 50.0  # log2 of the widest to the narrowest


def text(interval: Interval) -> str:
    """Write a domain."""
    return "R" if interval == LINE else f"[{exact(interval[0])}, {exact(interval[1])}]"


def invariance(recursion: Recursion, interval: Interval) -> tuple[float, float]:
    """Return by how much T(I) stays inside I (negative: it leaves), and the error of that."""
    image = recursion.image(interval)
    if not image.complete:
        return math.nan, math.inf
    margins = image.low - interval[0], interval[1] - image.high
    errors = image.low_error, image.high_error
    worst = 0 if margins[0] - errors[0] <= margins[1] - errors[1] else 1
    return margins[worst], errors[worst] + ROUNDINGS * abs(interval[worst])


def check_invariance(recursion: Recursion, interval: Interval) -> float:
    """Return by how much I has to be widened so that T surely maps it into itself: 0, or what roundings ask for.

    An orbit from an end that T moves outwards by less than a rounding comes back if that end attracts; from one that
    repels it may go anywhere.

    Raises
    ------
    HypothesisError
        If T leaves I, or may leave it for good.
    """
    margin, error = invariance(recursion, interval)
    if margin - error >= 0.0:
        return 0.0
    if not margin + error >= 0.0:
        raise HypothesisError(
            INVARIANCE, margin, error, f"T leaves {text(interval)}; leave interval= out to have one looked for"
        )
    excess = error - margin
    for _ in range(WIDENINGS):
        excess *= 2.0
        wider = interval[0] - excess, interval[1] + excess
        if excess and not excess > WIDEST_EXCESS * (interval[1] - interval[0]):
            more = invariance(recursion, wider)
            if more[0] - more[1] >= 0.0:
                return excess
    raise HypothesisError(
        INVARIANCE,
        margin,
        error,
        f"orbits may leave {text(interval)} at an end that does not attract; give a smaller interval or a wider one",
    )


def images_of_the_line(recursion: Recursion) -> Iterator[tuple[int, Interval]]:
    """Yield n and the bounded interval T^n(R), slightly widened, as long as it shrinks: each is invariant."""
    image = recursion.image(LINE)
    for n in range(1, IMAGES):
        low, high = image.low - image.low_error, image.high + image.high_error
        if not (image.complete and math.isfinite(low) and math.isfinite(high)):
            return
        hair = ROUNDINGS * (abs(low) + abs(high)) + 1e-300
        interval = low - hair, high + hair
        yield n, interval
        image = recursion.image(interval)
        if not image.high - image.low < (1.0 - 1e-3) * (high - low):
            return


def _farthest(allowed: Callable[[float], bool], most: float) -> float:
    """Return about the largest distance that is allowed, by bisection of its logarithm."""
    if allowed(most):
        return most
    low, high = math.log2(most) - NARROWEST, math.log2(most)
    if not allowed(math.exp2(low)):
        return 0.0
    for _ in range(HALVINGS):
        middle = 0.5 * (low + high)
        low, high = (middle, high) if allowed(math.exp2(middle)) else (low, middle)
    return math.exp2(low)


def around(recursion: Recursion, x: float, acceptable: Callable[[Range], bool]) -> Interval | None:
    """Return an invariant interval around a fixed point on which the range of T' is acceptable, as large as found.

    The widest interval with an acceptable range is shrunk towards one of equal arms until T maps it into itself.
    """
    most = WIDEST * (1.0 + abs(x))

    def allowed(side: int) -> Callable[[float], bool]:
        def check(r: float) -> bool:
            ends = (x, x + r) if side > 0 else (x - r, x)
            return ends[0] < ends[1] and acceptable(recursion.slopes(ends))

        return check

    left, right = _farthest(allowed(-1), most), _farthest(allowed(1), most)
    equal = min(left, right)
    if not equal:
        return None
    for k in range(SHRINKINGS):
        # From all there is to equal arms, and then inwards.
        share = max(1.0 - k / 10.0, 0.0)
        shrunk = 0.75 ** max(k - 10, 0)
        interval = (
            x - shrunk * (equal + share * (left - equal)),
            x + shrunk * (equal + share * (right - equal)),
        )
        margin, error = invariance(recursion, interval)
        if margin - error > 0.0:
            return interval
    return None
