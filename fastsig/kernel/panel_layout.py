"""Where the panels of a Gaussian mean in two dimensions lie, and their sums (compiled by numba).

`fastsig.kernel.panels` has the method. A *cell* is what lies between two of the ascending `places`;
`lengths`, one more than those, say how long a panel may be that touches it, in units of x.
"""

import math

import numpy as np
from numpy.typing import NDArray

from fastsig.arrays import FloatArray
from fastsig.kernel.compiled import compiled

IntArray = NDArray[np.int64]


@compiled
def _fitting(
    at: float, end: float, centre: float, slope: float, places: FloatArray, lengths: FloatArray,
) -> float:  # fmt: skip
    """Shorten [at, end] until it is no longer than any of the cells that it touches allows."""
    if slope == 0.0:
        return end
    forward = slope > 0.0
    x = centre + slope * at
    nudge = 1e-15 * (abs(centre) + abs(slope * at))  # beyond the border at which the last panel ended
    if forward:
        cell = np.searchsorted(places, x + nudge, side="right")
    else:
        cell = np.searchsorted(places, x - nudge, side="left")
    end = min(end, at + lengths[cell] / abs(slope))
    while cell != (places.size if forward else 0):
        border = (places[cell if forward else cell - 1] - centre) / slope
        if not border < end:
            break
        # The panel reaches into the next cell: no further than that one allows, or it ends where that begins.
        cell += 1 if forward else -1
        end = min(end, max(border, at + lengths[cell] / abs(slope)))
        if not border < end:
            break
    return end


@compiled
def _march(
    reach: float,
    cuts: FloatArray,
    longest: float,
    centre: float,
    slope: float,
    places: FloatArray,
    lengths: FloatArray,
    other_slope: float,
    borders: FloatArray,
    allowed: FloatArray,
    edges: FloatArray,
) -> int:
    """Write the edges of panels on [-reach, reach] between cuts; return their number, or -1 where there is no room."""
    count, at, cut = 0, -reach, 0
    edges[0] = at
    while at < reach:
        while cut < cuts.size and cuts[cut] <= at:
            cut += 1
        border = reach if cut == cuts.size else cuts[cut]
        end = _fitting(at, min(at + longest, border), centre, slope, places, lengths)
        end = _fitting(at, end, 0.0, other_slope, borders, allowed)
        count += 1
        if not end > at or count + 1 > edges.size:
            return -1
        edges[count] = at = end
    return count


@compiled
def line_edges(
    reach: float,
    s: float,
    breaks: FloatArray,
    places: FloatArray,
    lengths: FloatArray,
    longest: float,
    edges: FloatArray,
) -> int:
    """Write the edges of panels on [-reach, reach] for f(s z); return their number, or -1 where there is no room."""
    cuts = np.sort(breaks[np.abs(breaks) < reach * s] / s) if s > 0.0 else np.zeros(0)
    return _march(reach, cuts, longest, 0.0, s, places, lengths, 0.0, places, lengths, edges)


@compiled
def _smoothed(places: FloatArray, lengths: FloatArray, far: float, smooth: float) -> tuple[FloatArray, FloatArray]:
    """Cells of f convolved with a Gaussian: what a cell asks for is felt as far as the Gaussian reaches."""
    borders = np.sort(np.concatenate((places - far, places + far)))
    allowed = np.full(borders.size + 1, np.inf)
    for cell in range(lengths.size):
        low = places[cell - 1] - far if cell > 0 else -np.inf
        high = places[cell] + far if cell < places.size else np.inf
        length = max(lengths[cell], smooth)
        for k in range(allowed.size):
            begins = borders[k - 1] if k > 0 else -np.inf
            ends = borders[k] if k < borders.size else np.inf
            if begins < high and low < ends:
                allowed[k] = min(allowed[k], length)
    return borders, allowed


@compiled
def outer_edges(
    reach: float,
    s1: float,
    s2: float,
    rho: float,
    tau: float,
    breaks: FloatArray,
    places: FloatArray,
    lengths: FloatArray,
    longest: float,
    edges: FloatArray,
) -> int:
    """Write edges of outer panels; breaks of f(X) and the smoothed ones of f(Y)."""
    width = tau / abs(rho) if rho != 0.0 else np.inf
    cuts = np.empty(6 * breaks.size)
    count = 0
    for b in breaks:
        if abs(b) < reach * s1:
            cuts[count] = b / s1
            count += 1
        if s2 * abs(rho) > 0.0 and abs(b) < 2.0 * reach * s2 * abs(rho):
            for k in (-reach, -3.0, 0.0, 3.0, reach):
                at = b / (s2 * rho) + k * width
                if abs(at) < reach:
                    cuts[count] = at
                    count += 1
    borders, allowed = _smoothed(places, lengths, reach * s2 * tau, 0.75 * longest * s2 * tau)
    return _march(reach, np.sort(cuts[:count]), longest, 0.0, s1, places, lengths, s2 * rho, borders, allowed, edges)


@compiled
def inner_panels(
    reach: float,
    u: FloatArray,
    s2: float,
    rho: float,
    tau: float,
    breaks: FloatArray,
    places: FloatArray,
    lengths: FloatArray,
    longest: float,
    node: FloatArray,
    count: IntArray,
    owner: IntArray,
    left: FloatArray,
    width: FloatArray,
    y: FloatArray,
    w: FloatArray,
) -> int:
    """Lay out the inner panels of all outer nodes; return their number, or -1 where there is no room."""
    edges = np.empty(4096)
    cuts = np.empty(breaks.size)
    total = 0
    for i in range(u.size):
        mean = s2 * (rho * u[i])
        spread = s2 * tau
        if not spread > 1e-14 * (abs(mean) + 1e-300):
            # A point: the Gaussian is narrower than a rounding.
            n = 1
            edges[0], edges[1] = 0.0, 0.0
        else:
            used = 0
            for b in breaks:
                t = (b - mean) / spread
                if abs(t) < reach:
                    cuts[used] = t
                    used += 1
            n = _march(reach, np.sort(cuts[:used]), longest, mean, spread, places, lengths, 0.0, places, lengths, edges)
        if n < 0 or total + n > owner.size:
            return -1
        for p in range(n):
            owner[total] = i
            left[total] = edges[p]
            width[total] = edges[p + 1] - edges[p]
            for k in range(node.size):
                t = left[total] + 0.5 * width[total] * (1.0 + node[k])
                w[total * node.size + k] = t
                y[total * node.size + k] = mean + spread * t
            total += 1
        count[i] = n
    return total


@compiled
def inner_means(
    panels: int,
    owner: IntArray,
    width: FloatArray,
    w: FloatArray,
    values: FloatArray,
    weight: FloatArray,
    tails: FloatArray,
    inner: FloatArray,
    doubt: FloatArray,
) -> None:
    """Add up the inner integrals of f(Y) W^b, b = 0, 1, 2, and of f(Y)^2; errors of b = 0."""
    n = weight.size
    density = 1.0 / math.sqrt(2.0 * math.pi)
    for p in range(panels):
        sum0, sum1, sum2, size, last, before = 0.0, 0.0, 0.0, 0.0, 0.0, 0.0
        i = owner[p]
        if width[p] == 0.0:
            inner[i, 0] += values[p * n]
            inner[i, 2] += values[p * n]  # E W^2 = 1
            inner[i, 3] += values[p * n] ** 2
            continue
        for k in range(n):
            t = w[p * n + k]
            f = values[p * n + k] * math.exp(-0.5 * t * t) * density
            sum0 += weight[k] * f
            sum1 += weight[k] * f * t
            sum2 += weight[k] * f * t * t
            size += weight[k] * f * values[p * n + k]
            last += tails[0, k] * f
            before += tails[1, k] * f
        half = 0.5 * width[p]
        inner[i, 0] += half * sum0
        inner[i, 1] += half * sum1
        inner[i, 2] += half * sum2
        inner[i, 3] += half * size
        doubt[i] += half * (abs(last) + abs(before))
