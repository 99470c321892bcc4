"""Scores p'/p of densities that have none in closed form, from Chebyshev series of ln p and the laws of its ends."""

import math
from typing import TYPE_CHECKING

import numpy as np

from fastsig.eafo.density import Density, inside
from fastsig.eafo.end_law import EndLaw, end_law
from fastsig.eafo.series import NARROWEST, fit

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

_WIDEST = 0.1  # reach of a law of an end, of the way to the middle of the data, or to the next break
_MATTERS = 1e-8  # of the largest p: kinks where p is smaller are not told from noise
_FEW = 8  # places that are not smooth are kinks; more of them are noise


class NumericalScore:
    """The score of a density, for its `score`; and where p' was found to jump.

    Parameters
    ----------
    density : Density
        Its `log_pdf`, `landmarks`, `breaks` and `support` are used.
    """

    def __init__(self, density: Density) -> None:
        edges = np.unique(np.concatenate([density.landmarks(), inside(density, density.breaks)]))
        laws: list[EndLaw] = []
        for place, inwards in zip(density.support, (1.0, -1.0), strict=True):
            if not math.isfinite(place):
                continue
            limit = min((abs(x - place) for x in density.breaks if x != place), default=math.inf)
            law = end_law(
                density.log_pdf, place, inwards, [_WIDEST * min(w, limit) for w in density.widths_from(place)]
            )
            if law is not None:
                laws.append(law)
                beyond = place + 0.5 * inwards * law.reach
                edges = np.append(edges[(edges - beyond) * inwards > 0.0], beyond)
        edges = np.unique(edges)
        with np.errstate(all="ignore"):
            keep = np.flatnonzero(np.isfinite(density.log_pdf(edges)))
        first, last = keep[0], keep[-1]
        # p is 0 or has no law at an end that is left: stay off it
        off = 1.0 - 2.0 ** -np.arange(1.0, 30.0)
        near = [edges[first] - (edges[first] - edges[max(first - 1, 0)]) * off]
        near.append(edges[last] + (edges[min(last + 1, edges.size - 1)] - edges[last]) * off)
        edges = np.unique(np.concatenate([edges[first : last + 1], *near]))
        self.laws = tuple(laws)
        self.series = fit(lambda x: np.clip(np.nan_to_num(density.log_pdf(x), nan=-1e300), -1e300, 1e300), edges)
        self.kinks = self._kinks(density)

    def __call__(self, x: "FloatArray") -> "FloatArray":
        """Return p'/p."""
        result = self.series.derivative(x)
        for law in self.laws:
            distance = (x - law.place) * law.inwards
            near = distance < 0.75 * law.reach
            result[near] = law.score(np.maximum(distance[near], 0.0 if law.power == 0.0 else 5e-324))
        return result

    def _kinks(self, density: Density) -> tuple[float, ...]:
        """Places inside, besides the breaks, to which the pieces shrank."""
        edges = self.series.edges
        size = np.maximum(np.abs(edges[:-1]), np.abs(edges[1:]))
        narrow = np.flatnonzero(np.diff(edges) <= 64.0 * NARROWEST * np.maximum(size, np.diff(edges)))
        places = 0.5 * (edges[narrow] + edges[narrow + 1])
        logs = density.log_pdf(places)
        scale = float(edges[-1] - edges[0])
        places = places[logs > math.log(_MATTERS) + float(density.log_pdf(edges).max())]
        found: list[float] = []
        for place in places.tolist():
            known = [*density.breaks, *found, float(edges[0]), float(edges[-1])]
            if all(abs(place - one) > 1e-7 * scale for one in known):
                found.append(place)
        return tuple(found) if len(found) <= _FEW else ()
