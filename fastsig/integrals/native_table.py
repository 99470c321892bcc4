"""Tables of users' activations as the C library sums them (csrc/src/smooth_table.c).

Over octaves the sums become polynomials in sigma (`half_octaves`), where those hold. For
large sigma the weights exp(-x_k^2/(2 sigma^2)) are expanded in powers of
1/sigma^2, where the rest of the expansion is below the rounding of the sums.
"""

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from fastsig.arrays import FloatArray
from fastsig.targets.cpu import check, ffi, lib

TERMS: int = lib.FASTSIG_WIDE_TERMS
WIDE_LOW = 16.0
NEGLIGIBLE = 2.0**-56  # of E abs(integrand): rest of the expansion


class NativeTable:
    """An array of `fastsig_smooth_bank`, with the arrays that it points to."""

    __slots__ = ("_banks", "_keep", "_unit", "scale")

    def __init__(self, scale: float, unit: Sequence[float], banks: Sequence[dict[str, Any]]) -> None:
        """Take banks as dicts of the fields of the struct; rows are arrays of shape (5, nodes)."""
        self.scale = scale
        self._unit = ffi.new("double[5]", list(unit))
        self._banks = ffi.new("fastsig_smooth_bank[]", len(banks))
        self._keep: list[Any] = []
        for native, bank in zip(self._banks, banks, strict=True):
            native.sigma_low, native.valid, native.nodes = bank["low"], bank["valid"], bank["half_square"].size
            for name in ("half_square", "value", "size", "doubt"):
                setattr(native, name, self._pointer(bank[name]))
            native.relative = bank["relative"].tolist()
            native.asymptote = bank["asymptote"].tolist()
            native.wide_low = WIDE_LOW
            wide = _expansion(bank) if bank["valid"] and bank["last"] else None
            native.wide = ffi.NULL if wide is None else self._pointer(wide)
            for half, rows in enumerate(bank["half_octaves"]):
                native.half_octave[half] = ffi.NULL if rows is None else self._pointer(rows)

    def _pointer(self, values: FloatArray) -> Any:
        array = np.ascontiguousarray(values, dtype=np.float64)
        pointer = ffi.from_buffer("double[]", array)
        self._keep += [array, pointer]
        return pointer

    def evaluate(
        self, sigma: FloatArray, limit: float = math.inf, smallest: float = 0.0
    ) -> tuple[FloatArray, FloatArray, "np.ndarray[tuple[int], np.dtype[np.bool_]]"]:
        """Return values and errors of shape (5, len(sigma)), and which sigma are served with such errors."""
        points = np.ascontiguousarray(sigma)
        value, error = np.empty((5, points.size)), np.empty((5, points.size))
        return value, error, self.run(points, value, error, limit, smallest)

    def run(
        self,
        sigma: FloatArray,
        value: FloatArray | None,
        error: FloatArray | None,
        limit: float = math.inf,
        smallest: float = 0.0,
    ) -> "np.ndarray[tuple[int], np.dtype[np.bool_]]":
        """Fill C-contiguous arrays of shape (5, len(sigma)), those that are given; return which sigma are served."""
        served = np.empty(sigma.size, dtype=np.bool_)
        value_buffer, error_buffer = (ffi.NULL if a is None else ffi.from_buffer("double[]", a) for a in (value, error))
        status = lib.fastsig_smooth_table(
            len(self._banks),
            self._banks,
            self.scale,
            self._unit,
            limit,
            smallest,
            sigma.size,
            ffi.from_buffer("double[]", sigma),
            value_buffer,
            error_buffer,
            ffi.from_buffer("unsigned char[]", served),
        )
        check(status)
        return served


def _expansion(bank: dict[str, Any]) -> FloatArray | None:
    """Coefficients of the rows in powers of 1/sigma^2; None where the rest is not negligible."""
    powers = _powers(bank["half_square"].tobytes())
    rows = np.concatenate([bank["value"], bank["size"], bank["doubt"]]).astype(np.longdouble)
    t = WIDE_LOW**-2
    rest = np.abs(bank["value"]) @ np.abs(powers[TERMS]).astype(float) * t**TERMS
    size = bank["size"] @ np.exp(-bank["half_square"] * t)
    if not np.all(rest <= NEGLIGIBLE * size):
        return None
    return np.asarray(rows @ powers[:TERMS].T, dtype=np.float64)


@lru_cache(maxsize=4)
def _powers(half_square: bytes) -> Any:
    """(-half_square)^k/k! for k = 0 .. TERMS."""
    x = np.frombuffer(half_square).astype(np.longdouble)
    return np.stack([(-x) ** k / math.factorial(k) for k in range(TERMS + 1)])
