"""The forward correction for samples: the score of the outputs' kernel density."""

import math
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.eafo.branches import Branches
from fastsig.eafo.conditions import BoundaryConditionError
from fastsig.eafo.direction import Correction
from fastsig.eafo.kernel_density import KernelDensity, samples

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray


def of_samples(phi: Activation, density: KernelDensity, bandwidth: float | None = None) -> Correction:
    """Return the correction of an activation of any shape; flat pieces stay, outputs are mirrored there."""
    x = density.samples
    low, high = float(x.min()), float(x.max())
    room = 1e-3 * (high - low)
    marks = np.linspace(low - room, high + room, 65)
    flats = Branches(phi, float(marks[0]), float(marks[-1]), marks).flats

    def is_flat(points: "FloatArray") -> Any:
        result = np.zeros(points.shape, dtype=bool)
        for flat in flats:
            left = -math.inf if flat.low == marks[0] else flat.low
            right = math.inf if flat.high == marks[-1] else flat.high
            result |= (points >= left) & (points <= right)
        return result

    spread = phi.batch(0, x)[~is_flat(x)]
    mirrored = [spread]
    for flat in flats:
        if spread.size and (flat.value <= spread.min() or flat.value >= spread.max()):
            mirrored.append(2.0 * flat.value - spread)
    if spread.size < 10:
        raise BoundaryConditionError(f"{phi.name} is flat where the samples are: there is nothing to correct")
    own = samples(spread, bandwidth=bandwidth)
    outputs = own if len(mirrored) == 1 else samples(np.concatenate(mirrored), bandwidth=own.bandwidth)
    s = outputs.score(spread)
    share = spread.size / x.size
    with np.errstate(over="ignore"):
        slope = -share * float((s * s).mean())
    if not math.isfinite(slope):
        raise BoundaryConditionError(
            f"the outputs of {phi.name} are within {float(np.ptp(spread)):.3g}, where squares of their score overflow: "
            "scale the samples"
        )
    error = share * float((s * s).std()) / math.sqrt(spread.size)

    def at_input(points: "FloatArray") -> "FloatArray":
        return np.where(is_flat(points), 0.0, outputs.score(phi.batch(0, points)))

    return Correction(phi, density, "forward", at_input, lambda v: v, slope, error, np.unique(marks))
