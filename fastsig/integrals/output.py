"""`out=`: arrays of the caller's that values are written to."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.integrals.batch import InBatch
from fastsig.integrals.found import Built, Field, Found

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray


class Output:
    """Where values go: one array with an axis for the names, or one array a name.

    Attributes
    ----------
    direct : ndarray or None
        The array itself if C can write to it, in one piece.
    """

    def __init__(
        self, out: Any, names: Sequence[str], leading: int | None, shape: tuple[int, ...], inputs: Any
    ) -> None:
        """`leading`: the number of activations if a list was given; `inputs`: arrays not to be overwritten."""
        front = () if leading is None else (leading,)
        self.direct: FloatArray | None = None
        if isinstance(out, Mapping):
            if set(out) != set(names):
                raise ValueError(f"out must have the keys {', '.join(names)}; got {', '.join(map(str, out)) or 'none'}")
            self._arrays = {name: _checked(out[name], f"out[{name!r}]", (*front, *shape), inputs) for name in names}
            return
        array = _checked(out, "out", (*front, len(names), *shape), inputs)
        self._arrays = {name: array[:, i] if front else array[i, ...] for i, name in enumerate(names)}
        if array.flags.c_contiguous:
            self.direct = array

    def deliver(self, found: Found) -> "Delivered":
        """Write values that are not there yet."""
        if self.direct is None or not isinstance(found, InBatch):
            for name, values in found.by_name("value").items():
                self._arrays[name][...] = values
        return Delivered(found, self._arrays)


class Delivered(Built):
    """What was found, its values in the caller's arrays."""

    __slots__ = ("_values",)

    def __init__(self, found: Found, values: "dict[str, FloatArray]") -> None:
        super().__init__(found)
        self._values = values

    def by_name(self, field: Field) -> dict[str, Any]:
        """Return values, errors or method codes by name."""
        return self._values if field == "value" else self._found.by_name(field)


def _checked(out: Any, label: str, shape: tuple[int, ...], inputs: Mapping[str, Any]) -> "FloatArray":
    if not isinstance(out, np.ndarray):
        raise TypeError(
            f"{label} must be a NumPy array of float64, or a dict of them by name; got {type(out).__name__}"
        )
    if out.dtype != np.float64 or not out.dtype.isnative:
        raise TypeError(f"{label} must have dtype float64 in native byte order; got {out.dtype}")
    if out.shape != shape:
        raise ValueError(f"{label} must have shape {shape}; got {out.shape}")
    if not out.flags.writeable:
        raise ValueError(f"{label} is read-only; give an array that can be written to")
    for name, given in inputs.items():
        if isinstance(given, np.ndarray) and np.may_share_memory(out, given):
            raise ValueError(f"{label} overlaps {name} in memory; give another array, or a copy of {name}")
    return out
