"""Samples of the data for an optimisation: those given, or quantiles that stand for a density."""

from typing import TYPE_CHECKING

import numpy as np

from fastsig.eafo.density import Density
from fastsig.eafo.kernel_density import KernelDensity

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

QUANTILES = 2**17  # that stand for a density
_LARGEST = 1e100
_WIDEST = 1e6  # of the distance of the quartiles: data that reach farther are all tail to a table


def sampled(law: Density) -> "FloatArray":
    """Return the samples of a law.

    Raises
    ------
    ValueError
        If they reach too far, or are too close together, for squares or for a table.
    """
    levels = (np.arange(QUANTILES) + 0.5) / QUANTILES
    x = law.samples if isinstance(law, KernelDensity) else law.quantile(levels)
    if not np.isfinite(x).all() or np.abs(x).max() > _LARGEST or np.ptp(x) < 1.0 / _LARGEST:
        raise ValueError(
            f"the data reach from {float(x.min()):.3g} to {float(x.max()):.3g}; squares of doubles need them within "
            f"{_LARGEST:g} and not closer together than {1.0 / _LARGEST:g}: scale them"
        )
    quartiles = np.percentile(x, [25.0, 75.0])
    if np.ptp(x) > _WIDEST * float(quartiles[1] - quartiles[0]) > 0.0:
        raise ValueError(
            f"the data reach from {float(x.min()):.3g} to {float(x.max()):.3g}, and half of them are within "
            f"{float(quartiles[1] - quartiles[0]):.3g}: no table resolves both; cut off the tails, as in "
            "x[np.abs(x) < 1000]"
        )
    return x
