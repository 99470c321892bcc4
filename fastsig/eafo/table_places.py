"""Where a table has its places."""

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray


def table_places(x: "FloatArray", knots: int, breaks: tuple[float, ...]) -> "FloatArray":
    """Return places of a table: half of them where the data are, half of them evenly; and the breaks."""
    low, high = float(x.min()), float(x.max())
    fine = np.linspace(low, high, 20 * knots + 1)
    some = np.sort(x[:: max(1, x.size // 100_000)])
    share = 0.5 * np.searchsorted(some, fine) / some.size
    share += 0.5 * (fine - low) / (high - low)
    share[0], share[-1] = 0.0, 1.0
    found = np.interp(np.linspace(0.0, 1.0, knots), share, fine)
    found[0], found[-1] = low, high
    for place in breaks:
        near = int(np.argmin(np.abs(found - place)))
        apart = np.diff(found)[max(near - 1, 0) : near + 1].min()
        if 0 < near < found.size - 1 and abs(found[near] - place) < 0.5 * apart and found[near] not in breaks:
            found[near] = place
        else:
            found = np.sort(np.append(found, place))
    return np.unique(found)


def is_monotone(y: "FloatArray") -> bool:
    """Return whether values rise throughout, or fall."""
    steps = [b - a for a, b in pairwise(y.tolist())]
    return all(one >= 0.0 for one in steps) or all(one <= 0.0 for one in steps)
