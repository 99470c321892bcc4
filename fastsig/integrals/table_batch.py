"""A user's activation at points that its table serves for sure (`SmoothTable.sure_from`).

Values come first, errors when they are first asked for, as in `batch`.
"""

from collections.abc import Sequence

import numpy as np

from fastsig.arrays import FloatArray
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.smooth_table import SmoothTable
from fastsig.targets.cpu import lib


class TableBatch:
    """One activation at some sigma, mean 0; answers what `Batch` answers."""

    cheap = True

    def __init__(self, table: SmoothTable, names: Sequence[str], sigma: FloatArray) -> None:
        self._native = table.native
        self._rows = None if names is COMPONENTS else [COMPONENTS.index(name) for name in names]
        self.sigma = sigma
        self.shape = 1, len(names), sigma.size

    def run(
        self,
        value: FloatArray | None = None,
        error: FloatArray | None = None,
        method: "np.ndarray[tuple[int, ...], np.dtype[np.int32]] | None" = None,
    ) -> tuple[int, int, int]:
        """Fill arrays of this shape; return the number of evaluations, the status and the set of methods."""
        if method is not None:
            method[...] = lib.FASTSIG_METHOD_TABLE
        if self._rows is None:
            self._native.run(self.sigma, None if value is None else value[0], None if error is None else error[0])
        elif value is not None or error is not None:
            five = [None if into is None else np.empty((5, self.sigma.size)) for into in (value, error)]
            self._native.run(self.sigma, five[0], five[1])
            for into, rows in zip((value, error), five, strict=True):
                if into is not None and rows is not None:
                    into[0] = rows[self._rows]
        return 0, 0, 1 << lib.FASTSIG_METHOD_TABLE

    def keep_points(self) -> None:
        """Copy the points, as the caller's may change before errors are asked for."""
        self.sigma = self.sigma.copy()

    def error_kind(self, mask: int) -> str:
        """Errors of tables of users' activations are measured, not proved."""
        return "estimate"
