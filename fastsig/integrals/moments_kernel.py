"""The kernel of batches of moments: a warp a point. A scalar source; see `fastsig.targets.warp`."""

import math
from collections.abc import MutableSequence, Sequence

from fastsig.integrals.panel_sums import lay_panels, limits, phi, phi_slope, sum_over_panels
from fastsig.targets.warp import DOUBLE, LANES, SHARED, Device, barrier, lane, sums_over_lanes, warp

LAST = SHARED - 1

SIGNATURE = (
    "void(int64, int64, float64[::1], float64[::1], float64, float64, int64, boolean, "
    "float64[::1], float64[::1], float64[::1], float64[::1], float64[::1], float64[::1])"
)


def moments_kernel(
    points: int,
    first: int,
    sigma: Sequence[float],
    mean: Sequence[float],
    p: float,
    scale: float,
    parts: int,
    sizes: bool,
    stops: Sequence[float],
    breaks: Sequence[float],
    edges: Sequence[float],
    node: Sequence[float],
    weight: Sequence[float],
    out: MutableSequence[float],
) -> None:
    """Write m1 of all points, then g1, g2, m2, eta, and how often phi was evaluated.

    This launch begins at the point `first`. An array of one element stands for all points. Where sigma is
    negative, NaN or beyond `limits`, or mean is, results are NaN.
    """
    panels = Device.shared.array(SHARED, DOUBLE)
    i = first + warp()
    if i >= points:  # more warps than points
        return
    s, m = float(sigma[i if len(sigma) > 1 else 0]), float(mean[i if len(mean) > 1 else 0])
    smallest, largest = limits()
    valid = (s == 0.0 or smallest <= s <= largest) and abs(m) <= largest
    if lane() == 0:
        panels[LAST] = 0.0
        if valid and s > 0.0:
            panels[LAST] = lay_panels(s, m, scale, parts, stops, breaks, edges, panels)
    barrier()
    count = int(panels[LAST])
    m1, g1, g2, m2, eta = sum_over_panels(lane(), count, panels, s, p, sizes, node, weight)
    m1, g1, g2, m2, eta = sums_over_lanes(m1, g1, g2, m2, eta)
    if lane() == 0:
        if count == 0:  # a point mass, or no point
            m1, g1 = (phi(m, p), phi_slope(m, p)) if valid else (float(math.nan), float(math.nan))
            m2, g2 = m1 * m1, g1 * g1
            eta = 0.0 * m1
        out[i] = m1
        out[points + i] = g1
        out[2 * points + i] = g2
        out[3 * points + i] = m2
        out[4 * points + i] = eta
        out[5 * points + i] = float(LANES * count) if count > 0 else 1.0
