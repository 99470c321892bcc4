"""Memory of results that are gone, used again for the next ones.

Where the C library's allocator gives memory back to the system between calls, a new array comes
page by page as it is first written to, which can take several times as long as
computing the numbers. A few arrays of up to a megabyte are kept instead.
"""

import math
from sys import getrefcount
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

SMALLEST, LARGEST = 1 << 12, 1 << 17  # numbers; smaller ones the allocator keeps by itself
MOST_KEPT = 4

_kept: "list[FloatArray]" = []


def empty(shape: tuple[int, ...]) -> "FloatArray":
    """Return an array with anything in it, like `numpy.empty`; its owner may be older.

    A kept array is free when nothing but the list refers to it: every view refers to its
    owner. Threads cannot take the same one, as one that is looked at is not in the list.
    """
    size = math.prod(shape)
    if not SMALLEST <= size <= LARGEST:
        return np.empty(shape)
    for _ in range(len(_kept)):
        try:
            owner = _kept.pop(0)
        except IndexError:  # another thread looks at it
            break
        free = getrefcount(owner) == 2  # `owner` and the argument
        _kept.append(owner)
        if free and owner.size == size:
            return owner.reshape(shape)
    owner = np.empty(size)
    _kept.append(owner)
    if len(_kept) > MOST_KEPT:
        _kept.pop(0)
    return owner.reshape(shape)
