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
_UNKNOWN = 745.0  # a logarithm that is not known is at most that


def cut_off(law: "OutputLaw", goal: float) -> list[tuple[float, float, float]]:
    """Shorten the integrals of a law with one density at unbounded ends; return probability, entropy, error there."""
    (density,) = law.densities
    found = []
    for end, place in enumerate(density.support):
        if not math.isfinite(place) or place != (law.low, law.high)[end]:
            continue
        inwards = 1.0 if end == 0 else -1.0
        numbers = [n for n, one in enumerate(law.branches.branches) if place in (one.low, one.high)]
        if not numbers:
            continue
        branch = law.branches.branches[numbers[0]]
        limit = min([branch.high - branch.low, *(abs(x - place) for x in law.places.tolist() if x != place)])
        scales = [_WIDEST * min(width, limit) for width in density.widths_from(place)]
        if not local_power(density.log_pdf, place, inwards, scales[0]) < -BOUNDED:
            continue
        one = end_law(density.log_pdf, place, inwards, scales)
        if one is None or not one.power < 0.0:
            continue
        parts, other = (_beside(law, numbers[0], which, goal) for which in (one, one.other or one))
        mass, entropy, unknown = parts.value.tolist()
        changed = np.abs(parts.value - other.value)
        error = float(parts.error[1] + changed[1] + 40.0 * (parts.error[0] + changed[0])) + _UNKNOWN * unknown
        error += _ROUNDING * mass / (1.0 + one.power) ** 2  # E ln d is -1/(1 + power)
        found.append((mass, entropy, error))
        edge = place + inwards * one.reach
        law.cut = (edge, law.cut[1]) if end == 0 else (law.cut[0], edge)
    return found


def _beside(law: "OutputLaw", number: int, one: EndLaw, goal: float) -> Integral:
    """Integrals of p, -p ln q, and of p where phi' is not known, from an end to the reach of its law."""
    log_reach, rise = math.log(one.reach), one.power + 1.0
    scale = math.exp(rise * log_reach) / rise
    nearest = float(np.nextafter(one.place, one.inwards * math.inf))

    def integrand(u: "FloatArray") -> "FloatArray":
        with np.errstate(divide="ignore", under="ignore"):
            log_distance = log_reach + np.log(u) / rise
            x = one.place + one.inwards * np.exp(log_distance)
        x = np.maximum(x, nearest) if one.inwards > 0.0 else np.minimum(x, nearest)
        total, own, lost = law.log_densities(number, x)
        slope = np.maximum(law.phi.log_slope(x), -_UNKNOWN)
        log_p = one.log_pdf(log_distance)
        with np.errstate(invalid="ignore", divide="ignore"):  # what other branches add
            others = total[0] + np.log(-np.expm1(np.minimum(own[0] - slope - total[0], 0.0)))
        log_q = np.logaddexp(log_p - slope, np.nan_to_num(others, nan=-np.inf, posinf=-np.inf))
        p = scale * np.exp(log_p - one.power * log_distance)
        return np.stack([p, -p * log_q, np.where(lost, p, 0.0)])

    return integrate(integrand, np.array([0.0, 1.0]), 3, goal)
