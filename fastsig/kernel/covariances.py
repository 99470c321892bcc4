"""Covariances (qx, qy, rho) of two Gaussian inputs: reading them, and the order in which they are used."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastsig.arguments import array, check_memory, is_number, number
from fastsig.array_kinds import ArrayKind, kind_of
from fastsig.arrays import FloatArray

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

IntArray = NDArray[np.int64]
LARGEST_VARIANCE = 1e150  # their products are finite
_ENDS = {"qx": (0.0, LARGEST_VARIANCE), "qy": (0.0, LARGEST_VARIANCE), "rho": (-1.0, 1.0)}


class Covariances(NamedTuple):
    """Flat arrays of one length: variances, the larger one first, and correlations.

    Attributes
    ----------
    q1, q2 : ndarray
        Variances, q1 >= q2, so that results are symmetric to the bit.
    rho : ndarray
        Correlations.
    shape : tuple of int or None
        Shape of the broadcast inputs; None if all were numbers.
    kind : ArrayKind or None
        The library of the arrays given.
    """

    q1: FloatArray
    q2: FloatArray
    rho: FloatArray
    shape: tuple[int, ...] | None
    kind: ArrayKind | None

    def arranged(self, flat: FloatArray) -> Any:
        """Return a flat result in the shape of the inputs."""
        return float(flat[0]) if self.shape is None else flat.reshape(self.shape)


def read_covariances(qx: "ArrayLike", qy: "ArrayLike", rho: "ArrayLike") -> Covariances:
    """Check two variances and a correlation and broadcast them.

    Raises
    ------
    ValueError
        A variance outside of [0, 1e150], a correlation outside of [-1, 1], shapes that do not broadcast.
    TypeError
        What is no real number.
    """
    given = {"qx": qx, "qy": qy, "rho": rho}
    kind = kind_of(**given)
    single = all(is_number(value) for value in given.values())
    arrays = [np.array([number(n, v)]) if is_number(v) else array(n, v) for n, v in given.items()]
    for name, value in zip(given, arrays, strict=True):
        check_ends(name, value, *_ENDS[name])
    shapes = [() if is_number(v) else a.shape for v, a in zip(given.values(), arrays, strict=True)]
    try:
        shape = np.broadcast_shapes(*shapes)
    except ValueError:
        raise ValueError(
            f"qx of shape {shapes[0]}, qy of shape {shapes[1]} and rho of shape {shapes[2]} do not broadcast; "
            "give them new axes of length 1"
        ) from None
    check_memory(shape, 6 * 8)
    x, y, correlation = (np.broadcast_to(a.reshape(s), shape).ravel() for a, s in zip(arrays, shapes, strict=True))
    return Covariances(np.maximum(x, y), np.minimum(x, y), correlation + 0.0, None if single else shape, kind)


def read_number(name: str, value: Any) -> float:
    """Check one of the two variances and the correlation, given as a number."""
    read = number(name, value)
    check_ends(name, np.array(read), *_ENDS[name])
    return read


def check_ends(name: str, values: FloatArray, low: float, high: float) -> None:
    """Raise unless all values are in [low, high]."""
    bad = ~((values >= low) & (values <= high))
    if bad.any():
        value = float(values[bad].ravel()[0])
        past = (
            ": a correlation that rounding has taken past 1 is mended by np.clip"
            if 1.0 < abs(value) < 1.0 + 1e-9
            else ""
        )
        raise ValueError(f"{name} must be in [{low:g}, {high:g}]; got {value!r}{past if name == 'rho' else ''}")
