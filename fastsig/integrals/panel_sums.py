"""The five Gaussian components by 32 lanes: what one lane adds up for one (sigma, mean).

A scalar source (see `fastsig.targets.scalar`). The rule is Gauss-Legendre with 32 nodes on panels, one node
a lane: all lanes walk over the same panels, and a lane keeps its node and weight. So any phi that is smooth between the
edges goes the same way, kinks and users' functions too.

Panels end where phi does something (`edges`, in x, ascending, the last one infinite) and where the Gaussian
does: at z = (x - mean)/sigma = +-9.4 sqrt(k), the `stops`, between which its exponent changes by 44. 32 nodes take
exp(-50 t) on [0, 1] to 1e-18, and exp(-z^2/2) on [0, 9.4] to 1e-20.

A place is kept as x and as its offset x - mean, each with small error relative to itself: phi sees x, the Gaussian
sees the offset, and neither inherits the rounding of the other.
"""

import math
from collections.abc import MutableSequence, Sequence

from fastsig.activations.exponentials import product_error
from fastsig.activations.normal import ONE_OVER_SQRT_2PI
from fastsig.targets.warp import SHARED, Five

MOST_PANELS = (SHARED - 1) // 3
STOPS = 18  # on each side; 9.4 sqrt(18) = 39.9, and exp(-39^2/2) underflows
REACH_SQUARED = 88.36  # exp(-9.4^2/2) = 6.5e-20
FARTHEST = 38.7
SLACK = (
    0.15  # of the 44 by which the exponent changes; exp(-0.85 44) = 6e-17: a break at 3 sigma needs no further panel
)
# Integrands decay at most like exp(-4 abs(x)) or exp(-x^2), x in units of the scale on which phi bends.
RATE = 4.0
GAUSSIAN = 2.0
# In units of the 64 roundings that all integrands get: a rounding of the offset makes z^2 of the Gaussian; one of x
# makes x phi' of phi, of which an eighth is left on average over many nodes (a hundredth was seen).
OF_OFFSETS, OF_PLACES = 2.0**-6, 2.0**-9
RESOLVED, RESOLVED_IN_SINGLE = 2.0**-44, 2.0**-15  # smallest sigma/abs(mean) for which x shows where the Gaussian is


def phi(x: float, p: float) -> float:
    """Stand for the activation, whose scalar source a target puts in this place."""
    raise NotImplementedError


def phi_slope(x: float, p: float) -> float:
    """Stand for its derivative."""
    raise NotImplementedError


def stops_to(square: float) -> int:
    """How many stops keep all but 6e-18 of what lives beyond a distance in z, given its square."""
    return 1 + int(math.ceil(square / REACH_SQUARED - SLACK))  # noqa: RUF046 - numba's ceil is a float


def stops_needed(inverse: float, mean: float, scale: float, breaks: Sequence[float]) -> tuple[int, int]:
    """How many stops below and above the mean; a phi that decays fast has its own mean far from the Gaussian's.

    `inverse` is 1/sigma. A negative scale says that phi may live anywhere: all stops.
    """
    if scale < 0.0:
        return STOPS, STOPS
    m, s = abs(mean) * inverse, 1.0 / (scale * inverse)
    # Where exp(-RATE abs(x)) and exp(-GAUSSIAN x^2/2) shift the mean to; beyond 0 nothing decays on the way back.
    shift = min(RATE * s + GAUSSIAN * s * m * (s / (1.0 + GAUSSIAN * s * s)), m)
    near = stops_to(min(shift * (shift + 18.8), m * m, FARTHEST * FARTHEST))
    below, above = (near, 1) if mean > 0.0 else (1, near)
    for k in range(len(breaks)):  # beyond one phi may be zero, up to it, or nothing
        d = (breaks[k] - mean) * inverse
        if abs(d) < FARTHEST:
            stops = stops_to(d * d)
            below, above = (below, max(above, stops)) if d > 0.0 else (max(below, stops), above)
    return below, above


def limits() -> tuple[float, float]:
    """Return the smallest sigma but 0, whose inverse is finite in any unit, and the largest sigma and abs(mean)."""
    return 1e-300, 1e150


def limits_in_single() -> tuple[float, float]:
    """The same of numbers of 32 bits."""
    return 1e-30, 1e15


def is_resolved(sigma: float, mean: float) -> bool:
    """Whether x shows where the Gaussian is."""
    return sigma > RESOLVED * abs(mean)


def is_resolved_in_single(sigma: float, mean: float) -> bool:
    """The same of numbers of 32 bits."""
    return sigma > RESOLVED_IN_SINGLE * abs(mean)


def first_above(places: Sequence[float], x: float) -> int:
    """Index of the first of ascending places that is above x; the last one is infinite."""
    low, high = 0, len(places) - 1
    while low < high:
        middle = (low + high) // 2
        if places[middle] > x:
            high = middle
        else:
            low = middle + 1
    return low


def density(offset: float, inverse: float, inverse_low: float) -> float:
    """exp(-z^2/2) at z = offset/sigma, 1/sigma given as a pair: rounding of z would be amplified z^2 times."""
    z = offset * inverse
    low = product_error(offset, inverse, z) + offset * inverse_low
    square = z * z
    return math.exp(-0.5 * square) * (1.0 - (0.5 * product_error(z, z, square) + z * low))


def next_end(
    k: int, j: int, sigma: float, mean: float, resolved: bool, stops: Sequence[float], edges: Sequence[float]
) -> tuple[float, float, int, int]:
    """Where a panel that begins at or beyond stop k and before edge j ends, as x and offset; the next k and j."""
    right_offset = sigma * stops[k + 1]
    right = mean + right_offset
    if edges[j] <= right:
        if edges[j] == right:
            k += 1
        return edges[j], edges[j] - mean, k, j + 1
    return right, right - mean if resolved else right_offset, k + 1, j


def lay_panels(
    sigma: float,
    mean: float,
    scale: float,
    parts: int,
    stops: Sequence[float],
    breaks: Sequence[float],
    edges: Sequence[float],
    panels: MutableSequence[float],
) -> int:
    """Write the panels, each as its left end, the offset of that, and half of its length; return their number.

    What lies between two edges is cut into `parts` panels.
    """
    inverse = 1.0 / sigma
    resolved = is_resolved(sigma, mean)
    below, above = stops_needed(inverse, mean, scale, breaks)
    k, last, count = STOPS - below, STOPS + above, 0
    offset = sigma * stops[k]
    x = mean + offset
    if resolved:
        offset = x - mean
    j = first_above(edges, x)
    while k < last:
        right, right_offset, k, j = next_end(k, j, sigma, mean, resolved, stops, edges)
        half = (right - x if resolved else right_offset - offset) * (0.5 / float(parts))
        for part in range(parts):
            panels[3 * count] = x + 2.0 * float(part) * half
            panels[3 * count + 1] = offset + 2.0 * float(part) * half
            panels[3 * count + 2] = half
            count += 1
        x, offset = right, right_offset
    return count


def sum_over_panels(
    lane: int,
    count: int,
    panels: Sequence[float],
    sigma: float,
    p: float,
    sizes: bool,
    node: Sequence[float],
    weight: Sequence[float],
) -> Five:
    """Return a lane's share of m1, g1, g2, m2, eta; the sums over all lanes are the components.

    With `sizes`, integrands are replaced by their absolute values, somewhat larger: by what a rounding of the offset
    does to the Gaussian, and one of x to phi.
    """
    m1, g1, g2, m2, eta = 0.0, 0.0, 0.0, 0.0, 0.0
    if count == 0:
        return m1, g1, g2, m2, eta
    inverse = 1.0 / sigma
    one = inverse * sigma
    inverse_low = ((1.0 - one) - product_error(inverse, sigma, one)) * inverse
    for i in range(count):
        half = panels[3 * i + 2]
        along = half * (1.0 + node[lane])
        x, offset = panels[3 * i] + along, panels[3 * i + 1] + along
        w = half * inverse * density(offset, inverse, inverse_low)  # no power of sigma that might leave the range
        if sizes:
            z = offset * inverse
            w *= 1.0 + OF_OFFSETS * z * z
        f, d = phi(x, p), phi_slope(x, p)
        g = f
        if sizes:
            f, d, offset = abs(f), abs(d), abs(offset)
            g = f + OF_PLACES * abs(x) * d
        wg, wd = w * g, w * d
        m1 += wg
        g1 += wd
        g2 += wd * d
        m2 += w * f * (2.0 * g - f)  # f^2, and what is linear in g - f
        eta += wg * offset * d
    factor = weight[lane] * ONE_OVER_SQRT_2PI
    return factor * m1, factor * g1, factor * g2, factor * m2, factor * eta
