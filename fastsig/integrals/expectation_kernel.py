"""The kernel of expectations of F(Z, phi, phi', phi''): a warp a point. A scalar source; see `fastsig.targets.warp`.

Panels and nodes are those of `fastsig.integrals.panel_sums`, over the whole window: F may grow.
"""

import math
from collections.abc import MutableSequence, Sequence

from fastsig.activations.exponentials import product_error
from fastsig.activations.normal import ONE_OVER_SQRT_2PI
from fastsig.integrals.panel_sums import density, lay_panels, phi, phi_slope
from fastsig.targets.warp import DOUBLE, LANES, SHARED, Device, barrier, lane, sums_over_lanes, warp

LAST = SHARED - 1
LARGEST = 1e150
ROWS = 4  # E F, E abs(F), what the floors do, evaluations
WHOLE = -1.0  # the scale of a phi that may live anywhere

SIGNATURE = (
    "void(int64, int64, float64[::1], float64[::1], float64, int64, float64, float64, float64, "
    "float64[::1], float64[::1], float64[::1], float64[::1], float64[::1], float64[::1])"
)


def phi_bend(x: float, p: float) -> float:
    """Stand for the second derivative of the activation."""
    raise NotImplementedError


def integrand(z: float, f: float, d: float, s: float) -> float:
    """Stand for F."""
    raise NotImplementedError


def no_change(z: float, f: float, d: float, s: float, floor: float, floor_d: float, floor_s: float) -> float:
    """Return what errors of phi, phi' and phi'' do to F where there are none."""
    return 0.0


def change(z: float, f: float, d: float, s: float, floor: float, floor_d: float, floor_s: float) -> float:
    """Return what errors of phi, phi' and phi'' do to F, one after the other."""
    here = integrand(z, f, d, s)
    by_value, by_slope = integrand(z, f + floor, d, s) - here, integrand(z, f, d + floor_d, s) - here
    return abs(by_value) + abs(by_slope) + abs(integrand(z, f, d, s + floor_s) - here)


def expectation_kernel(
    points: int,
    first: int,
    sigma: Sequence[float],
    mean: Sequence[float],
    p: float,
    parts: int,
    floor: float,
    floor_d: float,
    floor_s: float,
    stops: Sequence[float],
    breaks: Sequence[float],
    edges: Sequence[float],
    node: Sequence[float],
    weight: Sequence[float],
    out: MutableSequence[float],
) -> None:
    """Write E F of all points, then E abs(F), the effect of errors of phi, and how often phi was evaluated.

    This launch begins at the point `first`. Where sigma is 0, x is the mean, and F is integrated over z.
    """
    panels = Device.shared.array(SHARED, DOUBLE)
    i = first + warp()
    if i >= points:
        return
    s, m = sigma[i], mean[i]
    spread = s if s > 0.0 else 1.0
    if lane() == 0:
        panels[LAST] = 0.0
        if s >= 0.0 and s <= LARGEST and abs(m) <= LARGEST:
            panels[LAST] = lay_panels(spread, m, WHOLE, parts, stops, breaks, edges, panels)
    barrier()
    count = int(panels[LAST])
    inverse = 1.0 / spread
    one = inverse * spread
    inverse_low = ((1.0 - one) - product_error(inverse, spread, one)) * inverse
    total, size, moved = 0.0, 0.0, 0.0
    for k in range(count):
        half = panels[3 * k + 2]
        along = half * (1.0 + node[lane()])
        x, offset = panels[3 * k] + along, panels[3 * k + 1] + along
        w = half * density(offset, inverse, inverse_low)
        if s == 0.0:
            x = m
        if w > 0.0:  # F may overflow where nothing is left of the Gaussian
            z, f, d, b = offset * inverse, phi(x, p), phi_slope(x, p), phi_bend(x, p)
            value = integrand(z, f, d, b)
            total += w * value
            size += w * abs(value)
            moved += w * change(z, f, d, b, floor, floor_d, floor_s)
    factor = weight[lane()] * (ONE_OVER_SQRT_2PI * inverse)
    total, size, moved, _, _ = sums_over_lanes(factor * total, factor * size, factor * moved, 0.0, 0.0)
    if lane() == 0:
        out[i] = total if count > 0 else math.nan
        out[points + i] = size
        out[2 * points + i] = moved
        out[3 * points + i] = LANES * count
