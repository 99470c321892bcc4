"""Where the variance map turns from convex to concave: the key to finding all of its fixed points.

V(q) = sigma_w^2 m2(q) + sigma_b^2 is convex or concave where m2' rises or falls, whatever sigma_w and
sigma_b are. Between two turns of m2' V meets the diagonal at most twice, so that nothing is missed.
m2' is analytic for q > 0: turns are zeros of the derivatives of the polynomials of its table.
"""

from dataclasses import dataclass

import numpy as np
from numpy.polynomial import chebyshev

from fastsig.mean_field.variance_functions import VarianceFunctions
from fastsig.mean_field.variance_table import LENGTH, PANELS, variance_table

NOISE = 1e-11  # of the largest abs(m2') in the table: smaller reversals are rounding, as are those within errors


@dataclass(frozen=True, slots=True)
class Convexity:
    """Pieces on which m2' is monotone.

    Attributes
    ----------
    turns : tuple of float
        Variances at which m2' has an extremum, ascending. Below and above the range of the table it is
        taken to be monotone.
    affine : bool
        Whether m2' is constant, as for relu.
    rising : bool
        Whether m2' is nowhere negative.
    """

    turns: tuple[float, ...]
    affine: bool
    rising: bool


def convexity(functions: VarianceFunctions) -> Convexity:
    """Return the pieces of an activation, found once."""
    cache = functions.phi._cache
    if "convexity" not in cache:
        cache["convexity"] = _convexity(functions)
    found: Convexity = cache["convexity"]
    return found


def _convexity(functions: VarianceFunctions) -> Convexity:
    table = variance_table(functions)
    places, errors = [table.low], [float(table.noise[0])]
    for panel in range(PANELS):
        series = chebyshev.chebder(chebyshev.chebtrim(table.series[1, panel], 0.0))
        roots = chebyshev.chebroots(chebyshev.chebtrim(series, 0.0)) if series.size > 1 else np.empty(0)
        real = np.sort(roots.real[(np.abs(roots.imag) < 1e-6) & (np.abs(roots.real) <= 1.0)])
        # Ends of panels are looked at, too: a turn beside one may be just outside of both.
        new = [table.low + LENGTH * (panel + (u + 1) / 2) for u in (*real.tolist(), 1.0)]
        places, errors = places + new, errors + [float(table.noise[panel])] * len(new)
    log_q = np.array(places)
    slope = table.at(np.exp2(log_q), 2)[1]
    noise = NOISE * float(np.abs(slope).max())
    noises = np.maximum(noise, 2.0 * np.array(errors))
    lowest = min(float((slope + noises).min()), *(end + noise for end in (functions.at_zero[1], functions.far_slope)))
    turns = tuple(float(np.exp2(log_q[k])) for k in _reversals(slope.tolist(), noises.tolist()))
    affine = float(slope.max() - slope.min()) <= noise
    return Convexity(turns, affine, lowest >= 0.0)


def _reversals(values: list[float], noises: list[float]) -> list[int]:
    """Return where a sequence turns back by more than the noise of the two values in question."""
    found: list[int] = []
    extreme, direction = 0, 0  # where it was highest (1) or lowest (-1) since the last turn
    low = high = 0

    def apart(one: int, other: int) -> bool:
        return abs(values[one] - values[other]) > max(noises[one], noises[other])

    for k, value in enumerate(values):
        if direction == 0:
            low, high = (k if value < values[low] else low), (k if value > values[high] else high)
            if apart(low, high):
                direction, extreme = (1, high) if high > low else (-1, low)
        elif direction * (value - values[extreme]) >= 0:
            extreme = k
        elif apart(extreme, k):
            found.append(extreme)
            extreme, direction = k, -direction
    return found
