"""How a density behaves at a finite end of its support: p = d^power exp(a series), d the distance to the end.

Doubles near an end other than 0 are too far apart for a quadrature, and even at 0 a power near -1 leaves much of the
probability below the smallest double: gamma(0.01) has a thousandth below 1e-300. But distances of doubles to the
end are exact, so that ln p - power ln d, a smooth function of d (as for beta and gamma) or of d^(power + 1) (as for
Weibull), is found by least squares from p at places all the way down to the last double. A power that
holds over a part of the way only, as that of 1/x from 1e-10 on does, does not fit, and the law is looked
for nearer to the end.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial import chebyshev

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

BOUNDED = 1e-3  # a power between minus that and 0 is none
_DEGREE = 12
_NEAR = 0.5 - 0.5 * np.cos(np.pi * (np.arange(32) + 0.5) / 32)
_SMALLEST = 1e-300
_ROUNDING = 4e-16  # of a logarithm
_AGREE = 1e-6  # relative to power + 1: what a shorter series may change
_FITS = 30.0  # times the noise that is expected: what residuals may be
_NARROWER = 0.25
_MOST_TRIES = 16


@dataclass(frozen=True, slots=True, eq=False)
class EndLaw:
    """The law p = d^power exp(series(d)) within a reach of an end.

    Attributes
    ----------
    place : float
        The end.
    inwards : float
        1 for a lower end, -1 for an upper one.
    reach : float
        Up to which distance.
    power : float
        Above -1; negative where p is unbounded, positive where it vanishes.
    series : ndarray
        Chebyshev coefficients, in 2 (d/reach)^exponent - 1.
    exponent : float
        1, or power + 1.
    other : EndLaw, optional
        The same with a shorter series: the difference shows the error.
    """

    place: float
    inwards: float
    reach: float
    power: float
    series: "FloatArray"
    exponent: float
    other: "EndLaw | None" = None

    def log_pdf(self, log_distance: "FloatArray") -> "FloatArray":
        """Return ln p at distances given by their logarithms, which may be below that of any double."""
        w = np.exp(self.exponent * (log_distance - math.log(self.reach)))
        result: FloatArray = self.power * log_distance + chebyshev.chebval(2.0 * w - 1.0, self.series)
        return result

    def score(self, distance: "FloatArray") -> "FloatArray":
        """Return p'/p."""
        with np.errstate(divide="ignore", over="ignore"):
            share = distance / self.reach
            slope = chebyshev.chebval(2.0 * share**self.exponent - 1.0, chebyshev.chebder(self.series))
            slope = slope * 2.0 * self.exponent * share ** (self.exponent - 1.0) / self.reach
            result: FloatArray = self.inwards * (slope + (self.power / distance if self.power else 0.0))
        return result


def local_power(log_pdf: "Callable[[FloatArray], FloatArray]", place: float, inwards: float, scale: float) -> float:
    """Return the power of p at the last doubles before an end; NaN where p is 0 or infinite there."""
    nearest = max(64.0 * float(np.spacing(abs(place))), _SMALLEST, 1e-280 * scale)
    x = place + inwards * nearest * np.array([1.0, 16.0])
    with np.errstate(all="ignore"):
        values = log_pdf(x)
        power = float((values[1] - values[0]) / np.log(np.abs(x[1] - place) / np.abs(x[0] - place)))
    return power if math.isfinite(power) else math.nan


def end_law(
    log_pdf: "Callable[[FloatArray], FloatArray]", place: float, inwards: float, scales: "Sequence[float]"
) -> EndLaw | None:
    """Return the law at an end; None if there is none.

    Parameters
    ----------
    log_pdf
        ln p.
    place, inwards
        The end, and 1 for a lower, -1 for an upper one.
    scales
        Reaches to begin with, one after the other; each is made smaller until there is a law.
    """
    for scale in dict.fromkeys(scales):
        reach = scale
        for _ in range(_MOST_TRIES):
            found = _law_within(log_pdf, place, inwards, reach)
            if found is not None:
                return found
            reach *= _NARROWER
    return None


def _law_within(
    log_pdf: "Callable[[FloatArray], FloatArray]", place: float, inwards: float, reach: float
) -> EndLaw | None:
    nearest = max(2.0 * float(np.spacing(abs(place))), _SMALLEST)
    if reach < 1e6 * nearest:
        return None
    decades = max(8, int(math.log10(reach) - math.log10(nearest)) // 4)
    wanted = np.concatenate([reach * _NEAR, np.geomspace(nearest, 0.01 * reach, decades)])
    x = np.unique(place + inwards * wanted)
    d = np.abs(x - place)
    with np.errstate(all="ignore"):
        y = log_pdf(x)
    good = (d > 0.0) & (d <= reach) & np.isfinite(y)
    if not good[d > 0.0].all():
        return None
    one, other = (_fitted(d[good], y[good], reach, place, inwards, _DEGREE - fewer) for fewer in (0, 2))
    if one is None or other is None or abs(one.power - other.power) >= _AGREE * (1.0 + one.power):
        return None
    return replace(one, power=0.0 if abs(one.power) < _AGREE else one.power, other=other)


def _fitted(d: "FloatArray", y: "FloatArray", reach: float, place: float, inwards: float, degree: int) -> EndLaw | None:
    """The law through values at distances, if they have one; in need, up to what rounding of x - place does."""
    rounding = float(np.spacing(abs(place))) / d
    for shifted in (0.0, 1.0):
        noise = _ROUNDING * (4.0 + np.abs(y)) + shifted * rounding
        power = 0.0
        for kind in range(6):  # first a series in d, then in d^(power + 1), whose power has to be found
            exponent = 1.0 if kind == 0 else power + 1.0
            if not 0.02 < exponent < 20.0:
                break
            w = (d / reach) ** exponent
            matrix = np.column_stack([np.log(d), chebyshev.chebvander(2.0 * w - 1.0, degree)])
            found = np.linalg.lstsq(matrix / noise[:, None], y / noise, rcond=1e-15)[0]
            solution: FloatArray = np.asarray(found, dtype=np.float64)
            before, power = power, float(solution[0])
            off = np.abs(matrix @ solution - y) / noise
            if off.max() <= _FITS and (kind < 2 or abs(power - before) < 1e-9) and power > -1.0:
                return EndLaw(place, inwards, reach, power, solution[1:], exponent)
    return None
