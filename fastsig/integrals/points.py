"""Points (sigma, mean) at which Gaussian integrals are wanted."""

from collections.abc import Iterator
from typing import Any, NamedTuple

from fastsig.arguments import array, array_in_range, check_memory, in_range, is_number, number

# What one point of a result with five components takes while it is computed.
_BYTES_PER_POINT = 5 * (8 + 8 + 4) + 8 + 4 + 16


class Points(NamedTuple):
    """Validated sigma and mean: two floats, or two flat arrays of one length."""

    sigma: Any
    mean: Any
    shape: tuple[int, ...] | None  # None for a single point given by numbers

    def pairs(self) -> Iterator[tuple[float, float]]:
        """Iterate over (sigma, mean) as floats."""
        if self.shape is None:
            yield self.sigma, self.mean
        else:
            yield from zip(self.sigma.tolist(), self.mean.tolist(), strict=True)


def read_points(sigma: Any, mean: Any, *, rows: int = 1) -> Points:
    """Check sigma and mean and broadcast them against each other.

    `rows` is the number of activations, for the check that results fit into memory.
    """
    if is_number(sigma) and is_number(mean):
        return Points(in_range("sigma", number("sigma", sigma)), in_range("mean", number("mean", mean)), None)
    import numpy as np

    sigmas, means = array("sigma", sigma), array("mean", mean)
    try:
        shape = np.broadcast_shapes(sigmas.shape, means.shape)
    except ValueError:
        raise ValueError(
            f"sigma of shape {sigmas.shape} and mean of shape {means.shape} do not broadcast; "
            "give one of them new axes of length 1"
        ) from None
    check_memory((rows, *shape), _BYTES_PER_POINT)
    array_in_range("sigma", sigmas)
    array_in_range("mean", means)
    flat = [np.ascontiguousarray(np.broadcast_to(a, shape)).ravel() for a in (sigmas, means)]
    return Points(flat[0], flat[1], shape)
