"""The kernel that adds what the floors of phi and phi' do to errors: a lane a point. A scalar source.

See `fastsig.integrals.source_check.floor_errors`, which is the same on the host.
"""

import math
from collections.abc import MutableSequence, Sequence

from fastsig.targets.warp import LANES, lane, warp

SIGNATURE = (
    "void(int64, float64, float64, float64[::1], float64[::1], float64[::1], "
    "float64[::1], float64[::1], float64[::1], float64[::1], float64[::1])"
)


def floors_kernel(
    points: int,
    f: float,
    d: float,
    sigma: Sequence[float],
    g2_size: Sequence[float],
    m2_size: Sequence[float],
    m1: MutableSequence[float],
    g1: MutableSequence[float],
    g2: MutableSequence[float],
    m2: MutableSequence[float],
    eta: MutableSequence[float],
) -> None:
    """Add to the errors of m1, g1, g2, m2 and eta; f and d are the floors, sizes E phi'^2 and E phi^2."""
    i = warp() * LANES + lane()
    if i < points:
        slope, value = math.sqrt(g2_size[i]), math.sqrt(m2_size[i])
        m1[i] += f
        g1[i] += d
        g2[i] += d * (2.0 * slope + d)
        m2[i] += f * (2.0 * value + f)
        eta[i] += sigma[i if len(sigma) > 1 else 0] * (f * slope + d * value + f * d)
