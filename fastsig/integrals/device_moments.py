"""Moments at points that are on the GPU; results stay there, and nothing is copied."""

import math
import sys
from collections.abc import Sequence
from typing import Any

from fastsig.activations.definition import Activation
from fastsig.arguments import in_range, is_number, number
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.cuda_moments import ROWS, columns, floors, method_of
from fastsig.integrals.errors_kernel import errors_kernel
from fastsig.integrals.floors_kernel import floors_kernel
from fastsig.integrals.found import Field, status_message
from fastsig.integrals.methods import CODES
from fastsig.targets.cuda import as_stream, empty, kernel, on_device, view
from fastsig.targets.warp import LANES


def read_device_points(**inputs: Any) -> tuple[tuple[int, ...], list[Any]]:
    """Return the shape of points of which some are on the GPU, and flat arrays there; numbers have one element.

    Raises
    ------
    ValueError
        Arrays of the host beside those of the GPU, of different shapes, or such that would have to be copied.
    TypeError
        Arrays that are not of 64-bit floats.
    """
    import numpy as np

    shapes, arrays = {}, []
    for name, value in inputs.items():
        if is_number(value):
            arrays.append(on_device(np.array([in_range(name, number(name, value))])))
            continue
        if not hasattr(value, "__cuda_array_interface__"):
            raise ValueError(f"{name} must be on the GPU, as the other points are, or a number; got {type(value)}")
        interface = value.__cuda_array_interface__
        if interface["typestr"] != "<f8":
            raise TypeError(f"{name} must have 64-bit floats on the GPU; got {interface['typestr']}: convert it first")
        array = view(value)
        if not array.is_c_contiguous():
            raise ValueError(f"{name} must be contiguous on the GPU, as nothing is copied; give {name}.contiguous()")
        shapes[name] = tuple(interface["shape"])
        arrays.append(array.reshape(math.prod(shapes[name])))
    if len({*shapes.values()}) > 1:
        raise ValueError(f"arrays on the GPU must have one shape; got {shapes}: broadcast them first")
    return next(iter(shapes.values())), arrays


class OnDevice:
    """Moments of one activation at points on the GPU; errors are computed there when they are first asked for."""

    error_kind = "estimate"
    status = 0

    def __init__(self, phi: Activation, names: Sequence[str], sigma: Any, mean: Any, stream: Any) -> None:
        self._phi, self._names, self._stream = phi, names, as_stream(stream)
        self.method = method_of(phi)
        self._shape, (self._sigma, self._mean) = read_device_points(sigma=sigma, mean=mean)
        self._library = next((name for one in (sigma, mean) if (name := _library(one))), None)
        self._values = self._run()
        self._fields: dict[str, dict[str, Any]] = {}

    def _run(self, **options: Any) -> list[Any]:
        points = math.prod(self._shape)
        return columns(self._phi, points, self._sigma, self._mean, stream=self._stream, **options)

    @property
    def nfev(self) -> int:
        """Number of points at which phi was evaluated; asking for it copies as many numbers as there are points."""
        return int(self._values[ROWS - 1].copy_to_host().sum())

    @property
    def message(self) -> str:
        """What the status means, in one line."""
        return status_message(self.status)

    def by_name(self, field: Field) -> dict[str, Any]:
        """Return values or errors by name, arrays on the GPU, or method codes."""
        if field not in self._fields:
            self._fields[field] = self._named(field)
        return self._fields[field]

    def _named(self, field: Field) -> dict[str, Any]:
        if field == "method":
            import numpy as np

            return {name: np.full(self._shape, CODES[self.method], np.int32) for name in self._names}
        rows = self._values if field == "value" else self._error_rows()
        return {name: self._array(rows[COMPONENTS.index(name)].reshape(self._shape)) for name in self._names}

    def _error_rows(self) -> list[Any]:
        points, found, sizes = math.prod(self._shape), [], self._run(sizes=True)
        for value, halved, size in zip(self._values, self._run(parts=2), sizes, strict=True):
            out = empty(points)
            kernel(errors_kernel, {}).launch(-(-points // LANES), (points, value, halved, size, out), self._stream)
            found.append(out)
        if any(lost := floors(self._phi)):
            squares = sizes[COMPONENTS.index("g2")], sizes[COMPONENTS.index("m2")]
            arguments = (points, *lost, self._sigma, *squares, *found[: len(COMPONENTS)])
            kernel(floors_kernel, {}).launch(-(-points // LANES), arguments, self._stream)
        return found

    def _array(self, array: Any) -> Any:
        """Return an array of the library of the inputs in the same memory."""
        if self._library == "torch":
            return sys.modules["torch"].as_tensor(array, device="cuda")
        return sys.modules["cupy"].asarray(array) if self._library == "cupy" else array


def _library(value: Any) -> str | None:
    name = type(value).__module__.partition(".")[0]
    return name if name in ("torch", "cupy") else None
