"""What lies beside an end of the data at which the density is unbounded, as beta(1/2, 1/2) at 0 and 1.

There the integrals go by the law of the end (`end_law`): with the distance d = reach u^(1/(power + 1)) the
factor d^power is gone, and what is left is smooth, or a logarithm of u. phi' and
what other branches add to q are taken at the nearest double.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from fastsig.eafo.end_law import BOUNDED, EndLaw, end_law, local_power
from fastsig.eafo.quadrature import Integral, integrate

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.eafo.output_law import OutputLaw

_WIDEST = 0.1  # of the way to the quantiles of the data, or to the next break
_ROUNDING = 1.5e-14  # of a power, as rounding of ln p leaves it
_STEADY = 1e-6  # of the logarithm of a slope that has a limit
_CLOSE = 1e-8  # of the reach: nearer, preimages beside the other end are found from slopes
_UNKNOWN = 745.0  # a logarithm that is not known is at most that


def cut_off(law: "OutputLaw", goal: float) -> list[tuple[float, float, float]]:
    """Shorten the integrals of a law with one density at unbounded ends; return probability, entropy, error there."""
    (density,) = law.densities
    found = []
    ends: dict[float, tuple[int, EndLaw]] = {}
    for end, place in enumerate(density.support):
        its_law = _unbounded(law, end)
        if its_law is not None:
            ends[place] = its_law
    for place, (number, one) in ends.items():
        twin = None
        for other, (_, its) in ends.items():
            if other != place and _same(law, place, other):
                twin = its, _slope(law, its)
        parts, changed = (_beside(law, number, which, twin, goal) for which in (one, one.other or one))
        mass, entropy, unknown = parts.value.tolist()
        off = np.abs(parts.value - changed.value)
        error = float(parts.error[1] + off[1] + 40.0 * (parts.error[0] + off[0])) + _UNKNOWN * unknown
        error += _ROUNDING * mass / (1.0 + one.power) ** 2  # E ln d is -1/(1 + power)
        found.append((mass, entropy, error))
        edge = place + one.inwards * one.reach
        law.cut = (edge, law.cut[1]) if one.inwards > 0.0 else (law.cut[0], edge)
    return found


def _unbounded(law: "OutputLaw", end: int) -> tuple[int, EndLaw] | None:
    """The branch at a finite end of the data at which p is unbounded, and the law there."""
    (density,) = law.densities
    place, inwards = density.support[end], (1.0, -1.0)[end]
    numbers = [n for n, one in enumerate(law.branches.branches) if place in (one.low, one.high)]
    if not math.isfinite(place) or place != (law.low, law.high)[end] or not numbers:
        return None
    branch = law.branches.branches[numbers[0]]
    limit = min([branch.high - branch.low, *(abs(x - place) for x in law.places.tolist() if x != place)])
    scales = [_WIDEST * min(width, limit) for width in density.widths_from(place)]
    if not local_power(density.log_pdf, place, inwards, scales[0]) < -BOUNDED:
        return None
    one = end_law(density.log_pdf, place, inwards, scales)
    return None if one is None or not one.power < 0.0 else (numbers[0], one)


def _same(law: "OutputLaw", place: float, other: float) -> bool:
    """Whether phi is the same at both ends."""
    one, two = law.phi.batch(0, np.array([place, other])).tolist()
    return bool(abs(one - two) <= 4.0 * float(np.spacing(max(abs(one), abs(two)))))


def _slope(law: "OutputLaw", one: EndLaw) -> float:
    """Ln abs(phi') at an end, from the side of the data; NaN if it has no limit that shows.

    At the end itself, and where x rounds to it on the way through phi, phi' may be that of the other side of a kink.
    """
    x = one.place + one.inwards * one.reach * 4.0 ** -np.arange(4.0, 25.0)
    slopes = law.phi.log_slope(x)
    seen = slopes[np.isfinite(slopes)]
    close = seen[-3:]
    return float(close[-1]) if close.size == 3 and np.ptp(close) < _STEADY else math.nan


def _beside(law: "OutputLaw", number: int, one: EndLaw, twin: tuple[EndLaw, float] | None, goal: float) -> Integral:
    """Integrals of p, -p ln q, and of p where ln q is not known, from an end to the reach of its law.

    A twin is the other end of the data, with ln abs(phi') there, where phi has the same value: how far from it the
    other preimage is follows from the slopes where doubles do not tell.
    """
    log_reach, rise = math.log(one.reach), one.power + 1.0
    scale = math.exp(rise * log_reach) / rise
    nearest = float(np.nextafter(one.place, one.inwards * math.inf))
    at_end = _slope(law, one)

    def integrand(u: "FloatArray") -> "FloatArray":
        with np.errstate(divide="ignore", under="ignore"):
            log_distance = log_reach + np.log(u) / rise
            x = one.place + one.inwards * np.exp(log_distance)
        x = np.maximum(x, nearest) if one.inwards > 0.0 else np.minimum(x, nearest)
        total, own, lost = law.log_densities(number, x)
        slope = np.maximum(law.phi.log_slope(x), -_UNKNOWN)
        with np.errstate(invalid="ignore", divide="ignore"):  # what other branches add
            others = total[0] + np.log(-np.expm1(np.minimum(own[0] - slope - total[0], 0.0)))
        if math.isfinite(at_end):
            slope, others = np.where(lost, at_end, slope), np.where(lost, -np.inf, others)
            lost = np.zeros_like(lost)
        log_p = one.log_pdf(log_distance)
        unknown = np.where(lost, 1.0, 0.0)
        if twin is not None:
            its, its_slope = twin
            near = log_distance < log_reach + math.log(_CLOSE)
            there = its.log_pdf(log_distance + slope - its_slope) - its_slope
            others = np.where(near, there, others)
            with np.errstate(over="ignore"):
                rounded = np.minimum(float(np.spacing(abs(its.place))) * np.exp(-log_distance), 1.0)
            unknown += np.where(near, _CLOSE, rounded) / _UNKNOWN
        log_q = np.logaddexp(log_p - slope, np.nan_to_num(others, nan=-np.inf, posinf=-np.inf))
        p = scale * np.exp(log_p - one.power * log_distance)
        return np.stack([p, -p * log_q, p * unknown])

    edges = [0.0, 1.0] if twin is None else [0.0, math.exp(rise * math.log(_CLOSE)), 1.0]
    return integrate(integrand, np.array(edges), 3, goal)
