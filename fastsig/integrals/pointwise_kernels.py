"""Kernels of a lane a number: filling arrays, and looking at them. Scalar sources; see `fastsig.targets.warp`."""

from collections.abc import MutableSequence, Sequence

from fastsig.targets.warp import LANES, lane, warp

FILL_SIGNATURE = "void(int64, float64[::1], int64, int64, float64[::1])"
LOOK_SIGNATURE = "void(int64, int64, float64[::1], float64[::1], float64[::1])"


def fill_kernel(count: int, values: Sequence[float], first: int, step: int, out: MutableSequence[float]) -> None:
    """Write values to out[first], out[first + step], ...; one value stands for all."""
    i = warp() * LANES + lane()
    if i < count:
        out[first + step * i] = values[i if len(values) > 1 else 0]


def look_kernel(
    warps: int, count: int, values: Sequence[float], largest: MutableSequence[float], total: MutableSequence[float]
) -> None:
    """Write, for each lane, the largest of its share of values >= 0, and their sum; NaN is left out."""
    if warp() >= warps:
        return
    i = warp() * LANES + lane()
    most, whole = 0.0, 0.0
    for at in range(i, count, warps * LANES):
        value = values[at]
        if value == value:
            most, whole = max(most, value), whole + value
    largest[i], total[i] = most, whole
