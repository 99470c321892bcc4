"""Flat arrays on the GPU: filled, joined, and looked at from the host."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np

from fastsig.integrals.pointwise_kernels import fill_kernel, look_kernel
from fastsig.targets.cuda import Kernel, empty, on_device, on_host
from fastsig.targets.warp import LANES

_LOOKERS = 64  # warps, at most, that look at an array: the host reads 32 KiB


@lru_cache(maxsize=1)
def _fill() -> Kernel:
    return Kernel(fill_kernel, {})


@lru_cache(maxsize=1)
def _look() -> Kernel:
    return Kernel(look_kernel, {})


def joined(columns: Sequence[Any], size: int, stream: Any = 0, *, last: bool = False, single: bool = False) -> Any:
    """Return columns of a size one after the other, or, if their axis shall be the last one, element by element.

    A column of one element stands for `size` equal ones. Elements are of 64 bits, or `single` ones.
    """
    out, count = empty(size * len(columns), single), len(columns)
    for k, column in enumerate(columns):
        first, step = (k, count) if last else (k * size, 1)
        _fill().launch(-(-size // LANES), (size, column, first, step, out), stream)
    return out


def filled(value: float, size: int, stream: Any = 0) -> Any:
    """Return an array of equal numbers."""
    return joined([on_device(np.array([value]), stream)], size, stream)


def largest_and_total(values: Any, stream: Any = 0) -> tuple[float, float]:
    """Return the largest of numbers >= 0, and their sum; NaN is left out."""
    warps = max(1, min(_LOOKERS, -(-values.size // LANES)))
    parts = [empty(warps * LANES) for _ in range(2)]
    _look().launch(warps, (warps, values.size, values, *parts), stream)
    largest, total = (on_host(part, stream) for part in parts)
    return float(largest.max()), float(total.sum())
