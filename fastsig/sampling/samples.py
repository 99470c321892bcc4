"""Standard normals by number: each is a function of its number and the key alone."""

from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from fastsig.targets.cpu import check, ffi, lib

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.sampling.key import Key

_SAMPLES = ffi.typeof("fastsig_samples *")


class Samples(NamedTuple):
    """A sequence of standard normals.

    Attributes
    ----------
    key
        128 bits.
    strata
        0: independent. Else sample i lies in interval i mod strata of that many intervals of equal probability.
    second
        Whether they are the second ones of each counter, independent of the first.
    """

    key: "Key"
    strata: int = 0
    second: bool = False

    def native(self, first: int, count: int) -> Any:
        """Return samples first, first + 1, ... as the C library takes them."""
        return ffi.new(_SAMPLES, [list(self.key), first, count, self.strata, self.second])

    def normals(self, first: int, count: int) -> "FloatArray":
        """Return samples first, first + 1, ..., first + count - 1."""
        z = np.empty(count)
        check(lib.fastsig_normals(self.native(first, count), ffi.from_buffer("double[]", z)))
        return z
