"""Points (sigma, mean) at which Gaussian integrals are wanted."""

from collections.abc import Iterator
from typing import Any

from fastsig.arguments import LARGEST, array, array_in_range, check_memory, in_range, is_number, number

# What one point of a result with five components takes while it is computed.
_BYTES_PER_POINT = 5 * (8 + 8 + 4) + 8 + 4 + 16


class Points:
    """Validated sigma and mean: two floats, or two flat arrays of one length.

    Attributes
    ----------
    sigma : float or ndarray
        Scales.
    shape : tuple of int or None
        Shape of the broadcast inputs; None for a single point given by numbers.
    centred : bool
        Whether mean was given as the number 0.
    """

    __slots__ = ("_mean", "centred", "shape", "sigma")

    def __init__(self, sigma: Any, mean: Any, shape: tuple[int, ...] | None) -> None:
        self.sigma = sigma
        self._mean = mean  # also for arrays of sigma a float, if one was given
        self.shape = shape
        self.centred = type(mean) is float and mean == 0.0

    @property
    def mean(self) -> Any:
        """Means, in the form of sigma."""
        if self.shape is None or type(self._mean) is not float:
            return self._mean
        import numpy as np

        return np.broadcast_to(np.float64(self._mean), self.sigma.shape)

    def pairs(self) -> Iterator[tuple[float, float]]:
        """Iterate over (sigma, mean) as floats."""
        if self.shape is None:
            yield self.sigma, self._mean
        else:
            yield from zip(self.sigma.tolist(), self.mean.tolist(), strict=True)

    def as_arrays(self) -> "Points":
        """Return the same points as arrays, a single one in the shape ()."""
        if self.shape is not None:
            return self
        import numpy as np

        return Points(np.array([self.sigma]), self._mean, ())


def read_points(sigma: Any, mean: Any, *, rows: int = 1) -> Points:
    """Check sigma and mean and broadcast them against each other.

    `rows` is the number of activations, for the check that results fit into memory.
    """
    if type(sigma) is float and type(mean) is float and 0.0 <= sigma <= LARGEST and -LARGEST <= mean <= LARGEST:
        return Points(sigma, mean, None)  # the shortest way for the commonest call
    if type(mean) is not float and is_number(mean):
        mean = number("mean", mean)
    if type(mean) is float:
        mean = in_range("mean", mean)
    if not getattr(sigma, "ndim", 0) and type(mean) is float and is_number(sigma):
        return Points(in_range("sigma", number("sigma", sigma)), mean, None)
    import numpy as np

    sigmas = array("sigma", sigma)
    if type(mean) is float:
        check_memory((rows, *sigmas.shape), _BYTES_PER_POINT)
        array_in_range("sigma", sigmas)
        return Points(np.ascontiguousarray(sigmas).ravel(), mean, sigmas.shape)
    means = array("mean", mean)
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
    both = [np.ascontiguousarray(np.broadcast_to(a, shape)).ravel() for a in (sigmas, means)]
    return Points(both[0], both[1], shape)
