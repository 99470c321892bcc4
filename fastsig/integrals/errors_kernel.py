"""The kernel of errors of moments: a lane a point. A scalar source; see `fastsig.targets.warp`."""

from collections.abc import MutableSequence, Sequence

from fastsig.targets.warp import LANES, lane, warp

# In units of E abs(integrand): sums of 32 lanes with up to 16 panels each, phi, and offsets. (`sum_over_panels` adds
# what the Gaussian makes of those far from the mean.)
ROUNDINGS = 64 * 2.0**-53

# Of a double that is rounded to 32 bits: so much more is not less than it.
UPWARDS, SMALLEST = 1.0 + 2.0**-22, 2.0**-149

SIGNATURE = "void(int64, float64[::1], float64[::1], float64[::1], float64[::1])"


def errors_kernel(
    points: int, value: Sequence[float], halved: Sequence[float], size: Sequence[float], out: MutableSequence[float]
) -> None:
    """Write the difference that halving the panels makes, and the roundings of the sum."""
    i = warp() * LANES + lane()
    if i < points:
        out[i] = abs(halved[i] - value[i]) + ROUNDINGS * abs(size[i])


SINGLE_SIGNATURE = "void(int64, float32[::1], float64[::1], float64[::1], float32[::1])"


def single_errors_kernel(
    points: int, single: Sequence[float], value: Sequence[float], error: Sequence[float], out: MutableSequence[float]
) -> None:
    """Write the difference of a number of 32 bits from one of 64, and the error of that; rounded upwards."""
    i = warp() * LANES + lane()
    if i < points:
        total = abs(single[i] - value[i]) + error[i]
        out[i] = total * UPWARDS + SMALLEST if total > 0.0 else total
