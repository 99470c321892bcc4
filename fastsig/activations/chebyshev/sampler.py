"""Samples of phi: counted, and each checked to be a finite real number."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Batch = Callable[[FloatArray], FloatArray]

MOST_SAMPLES = 400_000


class Sampler:
    """phi with a count of the samples, and a check of each value."""

    def __init__(self, evaluate: "Batch", name: str, *, limit: float = MOST_SAMPLES) -> None:
        self.evaluate, self.name, self.limit, self.nfev = evaluate, name, limit, 0

    def __call__(self, x: "FloatArray") -> "FloatArray":
        """Return phi(x) in the shape of x; raise where it is not a finite real number."""
        self.nfev += x.size
        if self.nfev > self.limit:
            raise ValueError(
                f"{self.name} is not resolved by {self.limit} samples, the last around x = {x.flat[0]:.6g}: "
                "it must be smooth between finitely many places. Declare its kinks, or give its derivatives"
            )
        flat = x.ravel()
        with np.errstate(all="ignore"):
            values = self.evaluate(flat.copy())
        if not isinstance(values, np.ndarray) or values.shape != flat.shape:
            shape = getattr(values, "shape", type(values).__name__)
            raise TypeError(f"{self.name} must map an array of shape {flat.shape} to one like it; it returned {shape}")
        if values.dtype.kind not in "iuf":
            raise TypeError(f"{self.name} must return real numbers; at x = {flat[0]!r} it returned {values.dtype}")
        values = values.astype(np.float64, copy=False)
        finite = np.isfinite(values)
        if not finite.all():
            bad = np.flatnonzero(~finite)
            i = bad[np.argmin(np.abs(flat[bad]))]
            raise ValueError(
                f"{self.name}({float(flat[i])!r}) is {float(values[i])!r}: it must be finite for abs(x) up to 2^40. "
                "Rewrite it so that it does not overflow; what grows like exp(x) is not in the class"
            )
        result: FloatArray = values.reshape(x.shape)
        return result
