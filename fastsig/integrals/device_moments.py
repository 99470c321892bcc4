"""Moments at points that are on the GPU; results stay there, and nothing is copied."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from fastsig.activations.built_in import BuiltIn
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.cuda_moments import ROWS, columns
from fastsig.integrals.device_arrays import largest_and_total
from fastsig.integrals.device_inputs import DeviceInputs
from fastsig.integrals.errors_kernel import errors_kernel, single_errors_kernel
from fastsig.integrals.found import Field, status_message
from fastsig.integrals.methods import CODES
from fastsig.targets.cuda import Kernel, empty
from fastsig.targets.warp import LANES

_Rows = list[Any]  # the columns of one activation


@lru_cache(maxsize=1)
def _errors() -> Kernel:
    return Kernel(errors_kernel, {})


@lru_cache(maxsize=1)
def _single_errors() -> Kernel:
    return Kernel(single_errors_kernel, {})


class OnDevice:
    """Moments at points on the GPU; errors are computed there when they are first asked for."""

    error_kind = "estimate"
    method = "gauss_legendre"
    status = 0

    def __init__(
        self, activations: Sequence[BuiltIn], several: bool, names: Sequence[str], points: DeviceInputs, single: bool
    ) -> None:
        self._activations, self._several, self._names = activations, several, names
        self._points, self._single = points, single
        self._values = self._run(points.flat["sigma"], points.flat["mean"], single=single)
        self._fields: dict[str, dict[str, Any]] = {}

    def _run(self, sigma: Any, mean: Any, **options: Any) -> list[_Rows]:
        at = self._points
        return [columns(phi, at.size, sigma, mean, stream=at.stream, **options) for phi in self._activations]

    @property
    def nfev(self) -> int:
        """Number of points at which phi was evaluated; the host waits for it."""
        return int(sum(largest_and_total(rows[ROWS - 1], self._points.stream)[1] for rows in self._values))

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

            shape = (len(self._activations), *self._points.shape) if self._several else self._points.shape
            return {name: np.full(shape, CODES[self.method], np.int32) for name in self._names}
        found = self._values if field == "value" else self._error_rows()
        rows = {name: [one[COMPONENTS.index(name)] for one in found] for name in self._names}
        return {name: self._points.result(row, self._several) for name, row in rows.items()}

    def _error_rows(self) -> list[_Rows]:
        """By halved panels and roundings; numbers of 32 bits are compared with those of 64 bits first."""
        at = self._points.in_double("sigma"), self._points.in_double("mean")
        values = self._run(*at) if self._single else self._values
        three = zip(values, self._run(*at, parts=2), self._run(*at, sizes=True), strict=True)
        errors = [[self._each(_errors(), *columns) for columns in zip(*rows, strict=True)] for rows in three]
        if not self._single:
            return errors
        three = zip(self._values, values, errors, strict=True)
        return [
            [self._each(_single_errors(), *columns, single=True) for columns in zip(*rows, strict=True)]
            for rows in three
        ]

    def _each(self, kernel: Kernel, *columns: Any, single: bool = False) -> Any:
        """Return what a kernel of a lane a point makes of columns."""
        size = self._points.size
        out = empty(size, single)
        kernel.launch(-(-size // LANES), (size, *columns, out), self._points.stream)
        return out
