"""The kernel of means over samples: a warp adds up a tile of them at one point.

A scalar source; see `fastsig.targets.warp`. What is summed is that of `csrc/src/sampling_kernels.c`; a lane has few
enough terms to add them plainly.
"""

from collections.abc import MutableSequence, Sequence

from fastsig.integrals.panel_sums import phi, phi_slope
from fastsig.sampling.normals_kernel import TILE, tile_of_chunk
from fastsig.targets.warp import DOUBLE, LANES, SHARED, Device, barrier, lane, sums_over_lanes, warp

# Numbers that belong to a point, one a lane: for each component pivot, scale and four coefficients of control variates;
# sigma and mean.
OF_COMPONENT = 6
OF_POINT = 5 * OF_COMPONENT + 2
SUMS = 10  # of a tile: of five terms, and of their squares
# In shared memory, as registers are few: each lane's own sums, and the numbers of the point. (Read from elsewhere they
# would be loaded before the loop, into 60 registers.)
CONSTANTS = SUMS * LANES
SIGMA, MEAN, SHARE = CONSTANTS + OF_POINT - 2, CONSTANTS + OF_POINT - 1, CONSTANTS + OF_POINT

SIGNATURE = "void(int64, int64, int64[::1], float64[::1], boolean, int64, float64, int64, float64[::1], float64[::1])"


def add(shared: MutableSequence[float], component: int, term: float, z: float, antithetic: bool, controls: int) -> None:
    """Add a term, less its control variates, Hermite polynomials of z, and its pivot, scaled; and its square."""
    at = CONSTANTS + component * OF_COMPONENT
    if controls > 0:
        q = z * z
        if not antithetic:  # else odd ones cancel
            term -= shared[at + 2] * z + shared[at + 4] * (z * (q - 3.0))
        term -= shared[at + 3] * (q - 1.0) + shared[at + 5] * (q * (q - 6.0) + 3.0)
    term = (term - shared[at]) * shared[at + 1]
    own = LANES * component + lane()
    shared[own] += term
    shared[own + 5 * LANES] += term * term


def sampling_kernel(
    tiles: int,
    per_chunk: int,
    counts: Sequence[int],
    samples: Sequence[float],
    antithetic: bool,
    controls: int,
    p: float,
    point: int,
    constants: Sequence[float],
    out: MutableSequence[float],
) -> None:
    """Write the sums of terms and of their squares of each tile, at one point.

    Chunk c has counts[c] samples, from c per_chunk TILE on.
    """
    shared = Device.shared.array(SHARED, DOUBLE)
    tile = warp()
    if tile >= tiles:
        return
    chunk, begin, end = tile_of_chunk(tile, per_chunk, counts)
    room = chunk * per_chunk * TILE
    shared[CONSTANTS + lane()] = constants[OF_POINT * point + lane()]
    for k in range(SUMS):
        shared[LANES * k + lane()] = 0.0
    if lane() == 0:
        shared[SHARE] = 0.5 if antithetic else 1.0
    barrier()
    i, end = room + begin + lane(), room + end
    while i < end:
        z = samples[i]
        i += LANES
        f, f_mirrored = phi(shared[MEAN] + shared[SIGMA] * z, p), 0.0
        if antithetic:
            f_mirrored = phi(shared[MEAN] - shared[SIGMA] * z, p)
        add(shared, 0, shared[SHARE] * (f + f_mirrored), z, antithetic, controls)
        add(shared, 3, shared[SHARE] * (f * f + f_mirrored * f_mirrored), z, antithetic, controls)
        d, d_mirrored = phi_slope(shared[MEAN] + shared[SIGMA] * z, p), 0.0
        if antithetic:
            d_mirrored = phi_slope(shared[MEAN] - shared[SIGMA] * z, p)
        add(shared, 1, shared[SHARE] * (d + d_mirrored), z, antithetic, controls)
        add(shared, 2, shared[SHARE] * (d * d + d_mirrored * d_mirrored), z, antithetic, controls)
        add(shared, 4, shared[SHARE] * (shared[SIGMA] * z * (f * d - f_mirrored * d_mirrored)), z, antithetic, controls)
    to = SUMS * (point * tiles + tile)
    for first in range(0, SUMS, 5):
        own = LANES * first + lane()
        a, b, c, d, e = sums_over_lanes(
            shared[own], shared[own + LANES], shared[own + 2 * LANES], shared[own + 3 * LANES], shared[own + 4 * LANES]
        )
        if lane() == 0:
            at = to + first
            out[at], out[at + 1], out[at + 2], out[at + 3], out[at + 4] = a, b, c, d, e
        barrier()
