"""Whether orbits of T(x) = phi(a x + b) stay bounded, given that E(x) = x^2/2 - F(a x + b)/a falls along them.

They do where E is coercive: where E'(x) = x - T(x) pushes inwards at both ends. That is so at an end where
a alpha < 1, and where a alpha = 1 if the next term does: T(x) - x tends to alpha b + offset there. An end at which
T(x) = x throughout is harmless, too, as an orbit that gets there stays.
"""

import math
from typing import NamedTuple

from fastsig.lyapunov.fixed_point_search import search
from fastsig.lyapunov.printed import exact
from fastsig.lyapunov.recursion import UNIT, Recursion
from fastsig.taxonomy.ends import end_of

HYPOTHESIS = "orbits are bounded"


class Boundedness(NamedTuple):
    """Whether orbits are bounded, why, and the margin: the smaller of 1 - a alpha at the two ends."""

    holds: bool
    reason: str
    margin: float


def boundedness(recursion: Recursion) -> Boundedness:
    """Return whether orbits stay bounded because of what E does at the ends of the line."""
    ends = [_end(recursion, side) for side in (-1, 1)]
    margin = min((one.margin for one in ends if not math.isnan(one.margin)), default=math.nan)
    wrong = [one.reason for one in ends if not one.holds]
    return Boundedness(not wrong, "; ".join(wrong or dict.fromkeys(one.reason for one in ends)), margin)


def _end(recursion: Recursion, side: int) -> Boundedness:
    """Judge x -> side * inf."""
    a, at = recursion.a, "+inf" if side > 0 else "-inf"
    end = end_of(recursion.phi, side if a > 0.0 else -side)
    if not end.has_slope:
        return Boundedness(False, f"at {at}: {end.reason}", math.nan)
    if math.isinf(end.slope.value):
        return Boundedness(False, f"T grows faster than linearly at {at}", -math.inf)
    steep = a * end.slope.value + 0.0
    margin, error = 1.0 - steep, abs(a) * end.slope.error + 4.0 * UNIT * abs(steep)
    if margin > error:
        return Boundedness(True, f"E is coercive at {at}: slope of T {exact(steep)} < 1", margin)
    if margin < -error:
        return Boundedness(False, f"E falls for ever at {at}: slope of T {exact(steep)} > 1", margin)
    if margin or end.slope.error:
        return Boundedness(False, f"whether the slope of T at {at}, {exact(steep)}, is below 1 is not decided", margin)
    if any(math.isinf(one.high if side > 0 else one.low) for one in search(recursion).intervals):
        return Boundedness(True, f"T(x) = x towards {at}", margin)
    profile_end = recursion.phi.profile().plus if (side > 0) == (a > 0.0) else recursion.phi.profile().minus
    drift = end.slope.value * recursion.b + profile_end.offset
    if abs(drift) > profile_end.offset_error + 4.0 * UNIT * abs(end.slope.value * recursion.b):
        inwards = side * drift < 0.0
        return Boundedness(
            inwards, f"slope of T 1 at {at}, T(x) - x -> {drift:.6g}: {'in' if inwards else 'out'}wards", margin
        )
    return Boundedness(False, f"the slope of T is 1 at {at}, and T(x) - x -> 0 there to rounding: not decided", margin)
