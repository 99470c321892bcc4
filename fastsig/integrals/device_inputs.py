"""Arguments that are on the GPU: read in place. Results stay there, as arrays of the library that they came from."""

import math
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from fastsig.integrals.device_arrays import filled, joined
from fastsig.targets.cuda import as_stream, on_device, on_host, view
from fastsig.targets.dlpack import is_on_gpu


class DeviceInputs:
    """Numbers and arrays, of which some are on the GPU; the arrays have one shape.

    Parameters
    ----------
    stream
        What work is queued on: a stream of numba, CuPy or torch, its address, or None.
    dtypes
        What arrays may have.
    **inputs
        By name floats, and arrays with ``__cuda_array_interface__`` or ``__dlpack__``.

    Attributes
    ----------
    shape : tuple of int
        Shape of the arrays.
    size : int
        Their number of elements.
    flat : dict
        Flat arrays of numba by name, in the memory of those given; a number has one element.
    stream
        As numba's.

    Raises
    ------
    ValueError
        Arrays of the host beside those of the GPU, of different shapes, or such that would have to be copied.
    TypeError
        Arrays of other elements; what is no stream.
    """

    def __init__(self, stream: Any, dtypes: tuple[str, ...] = ("float64",), **inputs: Any) -> None:
        self.stream, self._dtypes = as_stream(stream), dtypes
        self.flat: dict[str, Any] = {}
        shapes: dict[str, tuple[int, ...]] = {}
        self._library: str | None = None
        for name, value in inputs.items():
            if isinstance(value, float):
                self.flat[name] = self.number(value)
                continue
            array = self._read(name, value)
            shapes[name] = tuple(array.shape)
            self.flat[name] = array.reshape(math.prod(array.shape))
            self._library = self._library or _library(value)
        if len({*shapes.values()}) > 1:
            raise ValueError(f"arrays on the GPU must have one shape; got {shapes}: broadcast them first")
        self.shape = next(iter(shapes.values()))
        self.size = math.prod(self.shape)

    def _read(self, name: str, value: Any) -> Any:
        if not is_on_gpu(value):
            raise ValueError(f"{name} must be on the GPU, as other arguments are, or a number; got {type(value)}")
        array = view(value, self.stream)
        if array.dtype not in self._dtypes:
            allowed = " or ".join(self._dtypes)
            raise TypeError(f"{name} must have elements of {allowed} on the GPU; got {array.dtype}: convert it first")
        if not array.is_c_contiguous():
            raise ValueError(f"{name} must be contiguous on the GPU, as nothing is copied; give {name}.contiguous()")
        return array

    def on_host(self) -> list[Any]:
        """Return copies on the host: numbers as floats, arrays in their shape."""
        copies = [on_host(array, self.stream) for array in self.flat.values()]
        return [one.reshape(self.shape) if one.size == self.size else float(one[0]) for one in copies]

    def in_double(self, name: str) -> Any:
        """Return a flat array of 64-bit floats, a copy where it has others."""
        array = self.flat[name]
        return array if array.dtype == np.float64 else joined([array], array.size, self.stream)

    def number(self, value: float) -> Any:
        """Return an array of one number."""
        return on_device(np.array([value]), self.stream)

    def filled(self, value: float) -> Any:
        """Return a flat array of equal numbers."""
        return filled(value, self.size, self.stream)

    def result(self, columns: Sequence[Any], several: bool = False) -> Any:
        """Return a flat array in the shape of the inputs; several of them get a first axis."""
        if not several:
            return self._array(columns[0].reshape(self.shape))
        whole = joined(columns, self.size, self.stream, single=columns[0].dtype == np.float32)
        return self._array(whole.reshape((len(columns), *self.shape)))

    def stacked(self) -> Any:
        """Return the arrays as one, along a new last axis."""
        whole = joined([*self.flat.values()], self.size, self.stream, last=True)
        return self._array(whole.reshape((*self.shape, len(self.flat))))

    def results(self, values: Mapping[str, Any], errors: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return values and errors by name, which are on the host, as arrays on the GPU."""

        def there(field: Mapping[str, Any]) -> dict[str, Any]:
            return {name: self._array(on_device(array, self.stream)) for name, array in field.items()}

        return there(values), there(errors)

    def _array(self, array: Any) -> Any:
        """Return an array of the library of the inputs in the same memory."""
        if self._library == "torch":
            return sys.modules["torch"].as_tensor(array, device="cuda")
        return sys.modules["cupy"].asarray(array) if self._library == "cupy" else array


def _library(value: Any) -> str | None:
    name = type(value).__module__.partition(".")[0]
    return name if name in ("torch", "cupy") else None
