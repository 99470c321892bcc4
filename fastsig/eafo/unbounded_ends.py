"""What lies beside an end of the data at which the density is unbounded, as beta(1/2, 1/2) at 1.

Doubles near an end other than 0 are too far apart for a quadrature: within the last 1e-8 of the
scale p is taken for C d^-a, d the distance to the end, with a from two values and C from the probability beyond,
which distributions know. phi' and what other branches add to q are constant there. The errors are of the
order of 1e-8 times that probability.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from fastsig.eafo.quadrature import integrate

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.eafo.output_law import OutputLaw

NEAR = 1e-8  # of the scale
LEAST_POWER = 0.01


def cut_off(law: "OutputLaw") -> tuple[float, float]:
    """Shorten the integrals of a law with one density at unbounded ends; return probability and entropy there."""
    (density,) = law.densities
    mass, entropy = 0.0, 0.0
    for end, place in enumerate(density.support):
        if not math.isfinite(place) or place == 0.0 or place != (law.low, law.high)[end]:
            continue
        inwards = 1.0 if end == 0 else -1.0
        near = NEAR * abs(float(law.marks[law.marks.size // 2]) - place)
        x = place + inwards * near * np.array([1.0, 2.0])
        distance = np.abs(x - place)  # as rounded
        logs = density.log_pdf(x)
        power = float((logs[0] - logs[1]) / np.log(distance[1] / distance[0]))
        numbers = [n for n, one in enumerate(law.branches.branches) if place in (one.low, one.high)]
        if not LEAST_POWER < power < 1.0 or not numbers:
            continue
        m = float((density.cdf if end == 0 else density.sf)(x[:1])[0])
        total, own, _ = law.log_densities(numbers[0], x[:1])
        slope = float(law.phi.log_slope(x[:1])[0])
        alone = float(own[0, 0]) - slope
        others = math.exp(float(total[0, 0])) - math.exp(alone) if float(total[0, 0]) > alone + 1e-12 else 0.0
        top = math.log(m * (1.0 - power) / float(distance[0])) - slope  # ln q of this branch at the cut, by C

        def term(u: "FloatArray", top: float = top, power: float = power, others: float = others) -> "FloatArray":
            """-ln q, where the part u of the probability beyond is nearer to the end: d = cut u^(1/(1 - a))."""
            with np.errstate(divide="ignore"):
                return -np.logaddexp(top - power / (1.0 - power) * np.log(u), np.log(others))[None]

        entropy += m * float(integrate(term, np.array([0.0, 1.0]), 1, 1e-9).value[0])
        mass += m
        law.cut = (float(x[0]), law.cut[1]) if end == 0 else (law.cut[0], float(x[0]))
    return mass, entropy
