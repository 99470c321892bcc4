"""All fixed points of the variance map, q* = 0 and divergence included.

V(q) - q is convex or concave between two turns of m2' (`convexity`), so it is monotone on at most two
parts of each piece, and a monotone function has one zero at most.

Two facts, from d ln m2/d ln q = E[phi^2 (x^2/q - 1)]/(2 m2) >= -1/2, make fixed points all there is:

- V' >= -1/2 at every fixed point, so it can only be unstable by V' > 1;
- V has no cycles of two: from V(a) = b, V(b) = a with a < b would follow (a - sigma_b^2)/(b - sigma_b^2)
  = m2(b)/m2(a) >= sqrt(a/b), but the left side is at most a/b. A continuous map of an interval without
  such cycles sends every orbit to a fixed point (Coppel 1955); here the interval ends at infinity.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from fastsig.mean_field.convexity import convexity
from fastsig.mean_field.scales import square
from fastsig.mean_field.variance_functions import ROUNDING, VarianceFunctions

SMALLEST, LARGEST = 1e-290, 1e290  # variances between which fixed points are looked for
STEP = 16.0
FAR_ALONG = 2.0**60  # where the sign of V(q) - q is read if V(q)/q goes to 1
NEWTON = 1e-10  # of q: a last step of Newton's is not longer, unless something is wrong with it
# Where V falls, ln V falls at most half as fast as ln q rises: so many steps bring an orbit that
# swings around a fixed point within 2^-30 of it.
SWINGS = 30
BESIDE = 1e-4  # of q: a step for the second derivative of V, of which an idea is enough
STEEPEST_FALL = -0.5  # of V at a fixed point
VAGUE = 1e-6  # an error of V' with which differences of V' say nothing: signs of V(q) - q have to do
DOUBLINGS = 16


@dataclass(frozen=True, slots=True)
class FixedPoint:
    """A fixed point q* of the variance map.

    Attributes
    ----------
    q : float
        Where; 0 where variances vanish, inf where they diverge.
    error : float
        Absolute error of q.
    slope : float
        V'(q*), for q* = inf the limit of V(q)/q.
    chi : float
        sigma_w^2 g2, the factor of squared gradients per layer; a limit at 0 and infinity.
    correlation_slope : float
        Slope of the correlation map at correlation 1: q chi/V, which is chi for 0 < q* < inf, and
        a limit at 0 and infinity.
    stability : {"stable", "unstable", "undecided"}
        By abs(slope) < 1 or > 1 (for q* = inf the other way round); undecided where it is 1 within its error.
    slope_error, chi_error : float
        Absolute errors of slope and chi, that of q included.
    reached : bool
        Whether the orbit from q = 1 ends here.
    interval : tuple of float or None
        (low, high) if all variances between are fixed, as for relu with sigma_w^2 = 2; q is one of them.
    """

    q: float
    error: float
    slope: float
    chi: float
    correlation_slope: float
    stability: str
    slope_error: float = 0.0
    chi_error: float = 0.0
    reached: bool = False
    interval: tuple[float, float] | None = None


@dataclass(frozen=True, slots=True)
class Map:
    """The variance map of one sigma_w and sigma_b at single variances."""

    functions: VarianceFunctions
    w2: float
    b2: float

    def excess(self, q: float) -> float:
        """Return V(q) - q."""
        return self.w2 * self.functions.one(q)[0] + self.b2 - q

    def rounding(self, q: float) -> float:
        """Return by how much `excess` can be off."""
        m2, error = self.functions.one(q)[0], self.functions.one_error(q)[0]
        return self.w2 * error + ROUNDING * (self.w2 * m2 + self.b2 + q)

    def steepness(self, q: float) -> float:
        """Return V'(q) - 1; at infinity lim V/q - 1, which is 0 within rounding."""
        slope = self.w2 * self.functions.one(q)[1]
        return 0.0 if abs(slope - 1.0) <= ROUNDING and q in (0.0, math.inf) else slope - 1.0


def fixed_points(functions: VarianceFunctions, sigma_w: float, sigma_b: float) -> tuple[FixedPoint, ...]:
    """Return all fixed points, ascending; infinity is one of them where orbits may diverge."""
    variance_map = Map(functions, square(sigma_w), square(sigma_b))
    found = []
    affine = convexity(functions).affine
    every = affine and variance_map.steepness(math.inf) == 0.0
    if variance_map.excess(0.0) == 0.0 and not every:
        found.append(_described(variance_map, 0.0))
    if affine:
        found += _of_affine(variance_map)
    else:
        found += [_described(variance_map, q) for q in _inside(variance_map, _monotone_ends(variance_map))]
    if _diverges(variance_map):
        found.append(_described(variance_map, math.inf))
    one = basin(variance_map, found, 1.0)
    return tuple(replace(point, reached=point is one) for point in found)


def _diverges(variance_map: Map) -> bool:
    """Whether V(q) > q for large q; where V(q)/q goes to 1, at the largest one at which rounding lets it be seen."""
    far = variance_map.steepness(math.inf)
    q = FAR_ALONG
    while far == 0.0 and q >= 1.0:
        excess = variance_map.excess(q)
        far = excess if abs(excess) > variance_map.rounding(q) else 0.0
        q /= STEP
    return far > 0.0


def _of_affine(variance_map: Map) -> list[FixedPoint]:
    """V(q) = V(0) + s q: one fixed point, or none, or all of them."""
    start, rest = variance_map.excess(0.0), -variance_map.steepness(math.inf)
    if start > 0.0:
        return [_described(variance_map, start / rest)] if rest > 0.0 else []
    if rest != 0.0:
        return []  # 0 is the only one
    chi = variance_map.w2 * variance_map.functions.one(1.0)[2]
    rounding = ROUNDING * chi
    return [FixedPoint(1.0, 0.0, 1.0, chi, chi, "undecided", rounding, rounding, interval=(0.0, math.inf))]


def _monotone_ends(variance_map: Map) -> list[float]:
    """Return variances between which V(q) - q is monotone."""
    ends = [0.0]
    for low, high in pairwise((0.0, *convexity(variance_map.functions).turns, math.inf)):
        signs = _sign(variance_map.steepness(low)), _sign(variance_map.steepness(high))
        turn = _zero(variance_map.steepness, low, high, *signs)
        ends += [high] if turn is None else [turn, high]
    return ends


def _inside(variance_map: Map, ends: list[float]) -> list[float]:
    """Return the fixed points with 0 < q < inf."""

    def sign(q: float) -> int:
        if q == math.inf:
            return 1 if _diverges(variance_map) else -1
        excess = variance_map.excess(q)
        return _sign(excess) if q == 0.0 or abs(excess) > variance_map.rounding(q) else 0

    signs = [sign(q) for q in ends]
    found = [q for q, s in zip(ends, signs, strict=True) if s == 0 and 0.0 < q < math.inf]
    for (low, at_low), (high, at_high) in pairwise(zip(ends, signs, strict=True)):
        q = _zero(variance_map.excess, low, high, at_low, at_high)
        if q is not None:
            step = variance_map.excess(q) / variance_map.steepness(q) if variance_map.steepness(q) else 0.0
            found.append(q - step if abs(step) < NEWTON * q else q)
    return sorted(found)


def basin(variance_map: Map, points: Sequence[FixedPoint], q: float) -> FixedPoint:
    """Return the fixed point at which the orbit from q ends.

    Where V rises an orbit is monotone: it goes to the next fixed point in the direction of its first
    step. If V falls somewhere, some steps are made first.
    """
    if not convexity(variance_map.functions).rising:
        for _ in range(SWINGS):
            q += variance_map.excess(q)
    for point in points:
        if point.interval:
            return point if q == point.q else replace(point, q=q)
        if abs(point.q - q) <= point.error or point.q == q:
            return point
    if variance_map.excess(q) > 0.0:
        return next(point for point in points if point.q > q)
    return next(point for point in reversed(points) if point.q < q)


def _sign(value: float) -> int:
    return (value > 0.0) - (value < 0.0)


def _zero(function: Callable[[float], float], low: float, high: float, at_low: int, at_high: int) -> float | None:
    """Return the zero of a monotone function between two variances at which its signs are known; None without one."""
    from scipy.optimize import brentq

    if at_low * at_high >= 0:
        return None
    start = high if 0.0 < high < math.inf else low if low > 0.0 else 1.0
    a, b = low or start, high if high < math.inf else start
    while low == 0.0 and _sign(function(a)) != at_low:
        a /= STEP
        if a < SMALLEST:
            return None
    while high == math.inf and _sign(function(b)) != at_high:
        b *= STEP
        if b > LARGEST:
            return None
    return math.exp(brentq(lambda t: function(math.exp(t)), math.log(a), math.log(b), xtol=1e-15, rtol=1e-15))


def _described(variance_map: Map, q: float) -> FixedPoint:
    """Return what is known of a fixed point."""
    _, m2_slope, g2 = variance_map.functions.one(q)
    errors = variance_map.functions.one_error(q)
    slope, chi = variance_map.w2 * m2_slope, variance_map.w2 * g2
    error = 0.0
    slope_error = variance_map.w2 * errors[1] + ROUNDING * abs(slope)
    chi_error = variance_map.w2 * errors[2] + ROUNDING * chi
    if 0.0 < q < math.inf:
        if slope < STEEPEST_FALL:  # it cannot be
            slope_error = max(slope_error - (STEEPEST_FALL - slope), 0.0)
            slope = STEEPEST_FALL
        if slope_error > VAGUE:
            error = _seen(variance_map, q) + ROUNDING * q
        else:
            beside = [variance_map.functions.one(q * factor) for factor in (1 - BESIDE, 1 + BESIDE)]
            bends = [variance_map.w2 * abs(beside[1][k] - beside[0][k]) / (2 * BESIDE * q) for k in (1, 2)]
            steepness = max(abs(slope - 1.0) - slope_error, 0.0)
            error = _error(variance_map.rounding(q), steepness, bends[0]) + ROUNDING * q
            slope_error += bends[0] * error
            chi_error += bends[1] * error
        correlation_slope = chi
    else:
        # The limit of q g2/m2: phi^2 ~ m2' x^2 at both ends, unless V(0) > 0.
        correlation_slope = g2 / m2_slope if m2_slope > 0.0 else math.nan
    if not abs(slope - 1.0) > slope_error:
        stability = "undecided"
    else:
        stability = "stable" if (slope < 1.0) == (q < math.inf) else "unstable"
    return FixedPoint(q, float(error), slope, chi, correlation_slope, stability, slope_error, chi_error)


def _seen(variance_map: Map, q: float) -> float:
    """How far a zero can be from q by V alone: to where V(q) - q surely is not 0, on both sides."""
    farthest = 0.0
    for side in (-1.0, 1.0):
        step = variance_map.rounding(q)
        for _ in range(DOUBLINGS):
            place = q + side * step
            if place <= 0.0 or abs(variance_map.excess(place)) > variance_map.rounding(place):
                break
            step *= 2.0
        else:
            step = math.inf
        farthest = max(farthest, min(step, q) if side < 0.0 else step)
    return farthest


def _error(rounding: float, steepness: float, bend: float) -> float:
    """How far a zero can be from where it was found: largest d with steepness d - bend d^2/2 <= rounding.

    Near a double zero this has no solution, and both zeros are within a multiple of sqrt(2 rounding/bend).
    """
    if steepness * steepness >= 2 * rounding * bend:
        return 2 * rounding / steepness if steepness else math.inf
    return 2.5 * math.sqrt(2 * rounding / bend)
