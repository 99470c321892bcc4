"""Kernels of dual activations, scalar sources; see `fastsig.targets.warp`.

    E f(X) f(Y) = E f(X) G(X),   G(x) = E f(k x + s W),   k = rho s2/s1,  s = s2 sqrt(1 - rho^2),

W a standard normal number. `outer_kernel` writes nodes and weights of the outer mean; G at all nodes of all points is a
batch of moments, with means k x and one s a point (`fastsig.integrals.moments_kernel`); `dot_kernel` adds up. So a warp
has one node, and panels of the inner means follow theirs.

Outer panels are those of `fastsig.integrals.panel_sums` for f. G is f smoothed by a Gaussian, whose width in x is
s/abs(k): where that is narrow, panels end at the edges of f(k x), too, and where a smoothed break begins and ends.
"""

import math
from collections.abc import MutableSequence, Sequence

from fastsig.activations.exponentials import product_error
from fastsig.activations.normal import ONE_OVER_SQRT_2PI
from fastsig.integrals.panel_sums import STOPS, density, phi, stops_needed
from fastsig.targets.warp import DOUBLE, LANES, SHARED, Device, barrier, lane, sums_over_lanes, warp

# In shared memory, after the cuts: how many there are, s and k (registers are few).
COUNT, S, K = SHARED - 1, SHARED - 2, SHARED - 3
LARGEST_VARIANCE = 1e150
TRANSITION = 9.4  # half of the length of a smoothed break, in widths of the Gaussian

OUTER_SIGNATURE = (
    "void(int64, float64[::1], float64[::1], float64[::1], float64, float64, int64, float64[::1], float64[::1], "
    "float64[::1], float64[::1], float64[::1], int64, float64[::1], float64[::1], float64[::1], float64[::1])"
)
DOT_SIGNATURE = "void(int64, int64, float64[::1], float64[::1], float64[::1], float64[::1], float64[::1])"
SCALES_SIGNATURE = "void(int64, float64[::1], float64[::1], float64[::1], float64[::1], float64[::1], float64[::1])"
ERRORS_SIGNATURE = (
    "void(int64, float64[::1], float64[::1], float64[::1], float64[::1], float64, float64, float64, "
    "float64[::1], float64[::1])"
)


def scales_kernel(
    points: int,
    qx: Sequence[float],
    qy: Sequence[float],
    rho: Sequence[float],
    s1: MutableSequence[float],
    s2: MutableSequence[float],
    correlation: MutableSequence[float],
) -> None:
    """Write standard deviations, the larger one first, and correlations; a lane a point.

    An array of one element stands for all points. What is no point gives NaN.
    """
    i = warp() * LANES + lane()
    if i >= points:
        return
    x, y = qx[i if len(qx) > 1 else 0], qy[i if len(qy) > 1 else 0]
    c = rho[i if len(rho) > 1 else 0]
    valid = 0.0 <= x <= LARGEST_VARIANCE and 0.0 <= y <= LARGEST_VARIANCE and abs(c) <= 1.0
    s1[i] = math.sqrt(max(x, y)) if valid else math.nan
    s2[i] = math.sqrt(min(x, y)) if valid else math.nan
    correlation[i] = c if valid else 0.0


def insert(cuts: MutableSequence[float], count: int, x: float) -> int:
    """Insert a place into ascending ones, unless it is there; return how many there are."""
    i = count
    while i > 0 and cuts[i - 1] > x:
        i -= 1
    if (i > 0 and cuts[i - 1] == x) or count >= K:
        return count
    for j in range(count, i, -1):
        cuts[j] = cuts[j - 1]
    cuts[i] = x
    return count + 1


def lay_cuts(
    s1: float,
    s2: float,
    rho: float,
    tau: float,
    scale: float,
    stops: Sequence[float],
    breaks: Sequence[float],
    edges: Sequence[float],
    cuts: MutableSequence[float],
) -> int:
    """Write where outer panels end; return how many places there are."""
    below, above = stops_needed(1.0 / s1, 0.0, scale, breaks)
    count = 0
    for i in range(STOPS - below, STOPS + above + 1):
        count = insert(cuts, count, s1 * stops[i])
    low, high = cuts[0], cuts[count - 1]
    for i in range(len(edges)):
        if low < edges[i] < high:
            count = insert(cuts, count, edges[i])
    k = s2 * rho / s1
    if tau < abs(rho) and k != 0.0:
        for i in range(len(edges)):
            x = edges[i] / k
            if low < x < high:
                count = insert(cuts, count, x)
        width = TRANSITION * s1 * tau / abs(rho)
        for i in range(len(breaks)):
            for side in range(-1, 2, 2):
                x = breaks[i] / k + side * width
                if low < x < high:
                    count = insert(cuts, count, x)
    return count


def outer_kernel(
    points: int,
    s1: Sequence[float],
    s2: Sequence[float],
    rho: Sequence[float],
    p: float,
    scale: float,
    parts: int,
    stops: Sequence[float],
    breaks: Sequence[float],
    edges: Sequence[float],
    node: Sequence[float],
    weight: Sequence[float],
    room: int,
    panels: MutableSequence[float],
    sigmas: MutableSequence[float],
    means: MutableSequence[float],
    weights: MutableSequence[float],
) -> None:
    """Write, for each point, the number of panels, and for each node s and k x of G, and what G is multiplied by.

    f is what stands for phi; standard deviations s1 >= s2. There is room for so many panels a point; nodes
    that are not needed have weight 0. What lies between two cuts makes `parts` panels. At s1 = NaN weights are NaN.
    """
    cuts = Device.shared.array(SHARED, DOUBLE)
    i = warp()
    if i >= points:
        return
    a, b, c = s1[i], s2[i], rho[i]
    tau = math.sqrt((1.0 - c) * (1.0 + c))
    if lane() == 0:
        cuts[COUNT] = 0.0
        if a > 0.0:
            cuts[COUNT] = lay_cuts(a, b, c, tau, scale, stops, breaks, edges, cuts)
        panels[i] = max(1.0, (cuts[COUNT] - 1.0) * parts)
        cuts[S], cuts[K] = b * tau, b * c / a if a > 0.0 else 0.0
    barrier()
    count = int(cuts[COUNT])
    inverse, inverse_low = 0.0, 0.0
    if count > 0:
        inverse = 1.0 / a
        one = inverse * a
        inverse_low = ((1.0 - one) - product_error(inverse, a, one)) * inverse
    # Places and weights of the rule first, then f: both at once would need too many registers.
    left, part = 0, 0  # counted, as a division would, too
    for panel in range(room):
        at = (i * room + panel) * LANES + lane()
        x, w = 0.0, 0.0
        if left < count - 1:
            half = (cuts[left + 1] - cuts[left]) * (0.5 / parts)
            x = cuts[left] + half * (2.0 * part + 1.0 + node[lane()])
            w = half * density(x, inverse, inverse_low) * (weight[lane()] * (ONE_OVER_SQRT_2PI * inverse))
        if count == 0 and panel == 0 and lane() == 0:  # a point mass, or no point
            w = 1.0 + a
        means[at], weights[at] = x, w
        part += 1
        if part == parts:
            left, part = left + 1, 0
    for panel in range(room):
        at = (i * room + panel) * LANES + lane()
        sigmas[at] = 0.0
        if weights[at] > 0.0:
            sigmas[at] = cuts[S]
            weights[at] *= phi(means[at], p)
            means[at] *= cuts[K]


def dot_kernel(
    points: int,
    nodes: int,
    weights: Sequence[float],
    values: Sequence[float],
    evaluations: Sequence[float],
    out: MutableSequence[float],
    count: MutableSequence[float],
) -> None:
    """Write the sum of weights times values over the nodes of each point, and that of their evaluations."""
    i = warp()
    if i >= points:
        return
    total, whole = 0.0, 0.0
    for at in range(i * nodes + lane(), (i + 1) * nodes, LANES):
        total += weights[at] * values[at]
        whole += evaluations[at]
    total, whole, _, _, _ = sums_over_lanes(total, whole, 0.0, 0.0, 0.0)
    if lane() == 0:
        out[i], count[i] = total, whole


def errors_kernel(
    points: int,
    value: Sequence[float],
    halved: Sequence[float],
    first_square: Sequence[float],
    second_square: Sequence[float],
    roundings: float,
    floor: float,
    accuracy: float,
    error: MutableSequence[float],
    missed: MutableSequence[float],
) -> None:
    """Write what halving the panels changes, roundings of sqrt(E f(X)^2 E f(Y)^2), and what an error of f does.

    `floor` is that error; 1 is written where all that is no success.
    """
    i = warp() * LANES + lane()
    if i < points:
        first, second = math.sqrt(first_square[i]), math.sqrt(second_square[i])
        size = first * second
        error[i] = abs(halved[i] - value[i]) + roundings * size + floor * (first + second + floor)
        missed[i] = 0.0 if error[i] <= accuracy * size else 1.0
