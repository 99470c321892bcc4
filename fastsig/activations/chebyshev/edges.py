"""What happens at the edges between pieces: jumps of phi, phi' and phi'', and features too narrow for the fits."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fastsig.activations.chebyshev.fits import EPSILON, Fits, Fitter
from fastsig.activations.chebyshev.places import Break

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]


class Jumps(NamedTuple):
    """Differences of one-sided derivatives at inner edges, a row for each order 0, 1, 2."""

    value: "FloatArray"
    error: "FloatArray"
    told: "NDArray[np.bool_]"  # whether more than rounding


def jumps_at(a: "FloatArray", b: "FloatArray", fits: Fits, level: float) -> Jumps:
    """Compare the fits of neighbouring pieces at the edge between them."""
    rows = np.arange(a.size - 1)
    value, error, floor = (np.zeros((3, rows.size)) for _ in range(3))
    scale, half = np.maximum(fits.scale[1:], fits.scale[:-1]), np.minimum(fits.half[1:], fits.half[:-1])
    for order, factor in enumerate((100.0, 10.0, 10.0)):
        right, right_error = fits.at(rows + 1, a[1:], order)
        left, left_error = fits.at(rows, b[:-1], order)
        value[order], error[order] = right - left, right_error + left_error
        floor[order] = factor * level * scale / half**order
    return Jumps(value, error, np.abs(value) > 2.0 * error + floor)


def narrow_features(
    fit: Fitter, a: "FloatArray", b: "FloatArray", fits: Fits, suspect: "NDArray[np.bool_]"
) -> set[float]:
    """Return the edges beside which phi does something between the nodes of both fits."""
    i = np.flatnonzero(suspect)
    if not i.size:
        return set()
    distance = 0.5 ** np.arange(1.0, 52.0, 2.0)
    off = np.zeros(i.size, dtype=bool)
    for rows, sign in ((i, -1.0), (i + 1, 1.0)):
        x = a[i + 1][:, None] + sign * 2.0 * fits.half[rows][:, None] * distance
        x = np.clip(x, np.nextafter(a[rows], np.inf)[:, None], np.nextafter(b[rows], -np.inf)[:, None])
        fitted, _ = fits.at(np.repeat(rows, distance.size), x.ravel(), 0)
        misfit = np.abs(fit.sample(x) - fitted.reshape(x.shape)).max(1)
        off |= misfit > 20.0 * fit.level * fits.scale[rows] + 10.0 * fits.noise[rows]
    return set(a[i[off] + 1].tolist())


def breaks_at(a: "FloatArray", jumps: Jumps, errors: "dict[float, float]") -> Iterable[Break]:
    """Yield a break for each edge at which phi' or phi'' jumps."""
    for i in np.flatnonzero(jumps.told[1:].any(0)):
        place, error = float(a[i + 1]), jumps.error[:, i]
        slope, bend = (float(jumps.value[j, i]) if jumps.told[j, i] else 0.0 for j in (1, 2))
        yield Break(place, errors.get(place, 4.0 * EPSILON * abs(place)), slope, float(error[1]), bend, float(error[2]))
