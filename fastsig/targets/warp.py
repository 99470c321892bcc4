"""What a kernel asks of the 32 lanes that run it; a target puts its own functions in these places.

A kernel is a scalar source (see `fastsig.targets.scalar`) that all lanes of a warp run together, each on the part
of the work that belongs to its number. There are as many warps as there are pieces of work.
"""

from typing import Any

LANES = 32
# Numbers that the lanes share: with 160 for sums 5 KiB, of which 32 fit into a multiprocessor of an A100.
SHARED = 480

Five = tuple[float, float, float, float, float]


class DOUBLE:
    """Stand for the type of 64-bit floats."""


class Device:
    """Stand for the module of the GPU: ``Device.shared.array(SHARED, DOUBLE)`` is an array that the lanes share."""

    shared: Any
    threadIdx: Any  # noqa: N815
    blockIdx: Any  # noqa: N815
    syncthreads: Any
    fma: Any


def lane() -> int:
    """Return the number of this lane, 0 to 31."""
    raise NotImplementedError


def warp() -> int:
    """Return the number of this warp."""
    raise NotImplementedError


def barrier() -> None:
    """Wait for the other lanes, and see what they wrote."""
    raise NotImplementedError


def sums_over_lanes(a: float, b: float, c: float, d: float, e: float) -> Five:
    """Add five numbers over the lanes, as a tree whose order is fixed; all lanes must call it, and all get the sums."""
    raise NotImplementedError


def product_error(x: float, y: float, product: float) -> float:
    """x*y - product exactly, for the rounded product, by a fused multiply-add; 0 where it would overflow."""
    raise NotImplementedError
