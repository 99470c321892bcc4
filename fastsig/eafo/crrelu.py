"""CRReLU, max(0, x) + eps x exp(-x^2/2) (arXiv 2405.12954): where it comes from, and its entropy."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fastsig.eafo.conditions import BoundaryConditionError
from fastsig.eafo.crrelu_inverse import MONOTONE_RANGE, bump, bump_slope
from fastsig.eafo.density import Density
from fastsig.eafo.end_law import local_power
from fastsig.eafo.kernel_density import KernelDensity
from fastsig.eafo.quadrature import integrate
from fastsig.eafo.reading import as_density
from fastsig.integrals.estimate import Estimate

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastsig.arrays import FloatArray
    from fastsig.eafo.reading import DensityLike

_GOAL = 1e-12
_STEEP = 1e-3  # relative: an integral worse than that is infinite
_VANISHES = 0.01  # the power of a density that vanishes at an end
_NEGLIGIBLE = 1e-12


def crrelu_entropy_slope(density: "DensityLike") -> Estimate:
    """Return dH/deps at 0 of the entropy of X + eps X exp(-X^2/2).

    Parameters
    ----------
    density : Density, frozen scipy.stats distribution, "normal" or array_like
        The law of X; samples give a mean with its standard error.

    Returns
    -------
    Estimate
        E[(1 - X^2) exp(-X^2/2)]; for standard normal data 2^(-3/2): positive eps *raises* the
        entropy, whereas arXiv 2405.12954 starts at eps = 0.01, and lets it be learned.

    Examples
    --------
    >>> from fastsig import eafo
    >>> round(eafo.crrelu_entropy_slope("normal").value * 8**0.5, 12)
    1.0
    """
    law = as_density(density)
    if isinstance(law, KernelDensity):
        terms = bump_slope(law.samples)
        error = float(terms.std()) / math.sqrt(terms.size)
        return Estimate(float(terms.mean()), error, "estimate", "mean", terms.size)
    value, error, nfev = _mean(law, bump_slope)
    return Estimate(value, error, "estimate", "tanh_sinh", nfev)


def _mean(
    law: Density, function: "Callable[[FloatArray], FloatArray]", breaks: tuple[float, ...] = ()
) -> tuple[float, float, int]:
    marks = law.landmarks()
    places = [*law.breaks, *breaks, -40.0, -3.0, -1.0, 0.0, 1.0, 3.0, 40.0]
    edges = np.unique(np.append(marks, [x for x in places if marks[0] < x < marks[-1]]))

    def integrand(x: "FloatArray") -> "FloatArray":
        p = law.pdf(x)
        with np.errstate(invalid="ignore"):
            return np.where(p > 0.0, p * function(x), 0.0)[None]

    found = integrate(integrand, edges, 1, _GOAL)
    return float(found.value[0]), float(found.error[0]), found.nfev


@dataclass(frozen=True, slots=True)
class CRReLUFit:
    """CRReLU for given data.

    Attributes
    ----------
    constant : float
        c of the c b(v), b(v) = v exp(-v^2/2), nearest in mean square to the correction h = -p' of relu's inverse
        on v > 0: E[b'(X); X > 0]/(sqrt(pi)/4). 1/sqrt(2 pi) for standard normal data.
    residual : float
        The norm of what is left of h, relative to that of h; 0 for standard normal data.
    entropy_slope : float
        dH/deps at 0, of `crrelu_entropy_slope`.
    lowest, highest : float
        The eps in `MONOTONE_RANGE` at which the entropy of x + eps x exp(-x^2/2) is lowest and highest.
    gain_lowest, gain_highest : float
        The entropy there, less that at eps = 0.
    """

    constant: float
    residual: float
    entropy_slope: float
    lowest: float
    highest: float
    gain_lowest: float
    gain_highest: float

    def eps(self, step: float) -> float:
        """Return the eps that a step of the correction means, -step times the constant; steps > 0 lower the entropy."""
        return -step * self.constant


def crrelu_fit(density: "DensityLike") -> CRReLUFit:
    """Derive CRReLU from data: the correction of relu, and the eps that the entropy asks for.

    Parameters
    ----------
    density : Density, frozen scipy.stats distribution, "normal" or array_like
        The law of the data; samples stand for their kernel density.

    Returns
    -------
    CRReLUFit

    Raises
    ------
    BoundaryConditionError
        If the density jumps at an end x > 0 where b does not vanish, is too steep at one, or is 0 on x > 0.

    Notes
    -----
    `correction("relu", density, form="inverse")` gives h itself, and refuses densities for which it has a boundary
    term; b vanishes at 0, so that the constant needs none. E ln(1 + eps (1 - X^2) exp(-X^2/2)), the gain, is concave
    in eps: its lowest value on an interval is at an end, its highest at one point.

    Examples
    --------
    >>> from math import pi, sqrt
    >>> from fastsig import eafo
    >>> found = eafo.crrelu_fit("normal")
    >>> abs(found.constant * sqrt(2 * pi) - 1) < 1e-14, found.residual < 1e-14, found.entropy_slope > 0, found.lowest
    (True, True, True, -1.0)
    """
    law = as_density(density)
    marks = law.landmarks()
    edges = np.unique(np.append(marks[marks > 0.0], [0.0, 1.0, 2.0, *(x for x in law.breaks if x > 0.0)]))
    if isinstance(law, KernelDensity):
        x = law.samples
        overlap = float(np.where(x > 0.0, bump_slope(x), 0.0).mean())
    else:
        overlap = _mean(law, lambda x: np.where(x > 0.0, bump_slope(x), 0.0))[0]
    constant = overlap / (0.25 * math.sqrt(math.pi))  # the integral of b^2 over v > 0
    _check_ends(law)

    def rows(x: "FloatArray") -> "FloatArray":
        with np.errstate(invalid="ignore", over="ignore"):
            h = np.nan_to_num(-law.pdf(x) * law.score(x))
            return np.stack([(h - constant * bump(x)) ** 2, h * h])

    found = integrate(rows, edges, 2, _GOAL)
    left, total = found.value.tolist()
    if not found.error[1] <= _STEEP * max(total, 1.0):
        raise BoundaryConditionError(
            f"the correction of relu for {law.name} has no mean square on x > 0: the density is too steep at an end"
        )
    gains = {eps: _gain(law, eps) for eps in MONOTONE_RANGE}
    lowest = min(gains, key=lambda eps: gains[eps])
    highest = _highest(law)
    residual = math.sqrt(max(left, 0.0) / total) if total else 0.0  # of uniform data, there is nothing to correct
    slope = float(crrelu_entropy_slope(law).value)
    return CRReLUFit(constant, residual, slope, lowest, highest, gains[lowest], _gain(law, highest))


def _check_ends(law: Density) -> None:
    """Refuse data without x > 0, and ends x > 0 at which p jumps and b does not vanish."""
    low, high = law.support
    if not high > 0.0:
        raise BoundaryConditionError(f"relu is 0 where {law.name} is: there is nothing to correct")
    for place, inwards in ((low, math.inf), (high, -math.inf)):
        if not (math.isfinite(place) and place > 0.0):
            continue
        beside = np.array([np.nextafter(place, inwards)])
        power = local_power(law.log_pdf, place, math.copysign(1.0, inwards), law.widths_from(place)[0])
        term = float((law.pdf(beside) * np.abs(bump(beside)))[0])
        if not power > _VANISHES and not term <= _NEGLIGIBLE:
            raise BoundaryConditionError(
                f"the density {law.name} jumps at x = {place:g}, where x exp(-x^2/2) does not vanish: the correction "
                "has a boundary term there and its constant means nothing; crrelu_entropy_slope needs none"
            )


def _gain(law: Density, eps: float) -> float:
    """E ln(1 + eps b'(X))."""

    def logarithm(x: "FloatArray") -> "FloatArray":
        with np.errstate(divide="ignore"):
            return np.maximum(np.log1p(np.maximum(eps * bump_slope(x), -1.0)), -745.0)

    if isinstance(law, KernelDensity):
        return float(logarithm(law.samples).mean())
    return _mean(law, logarithm, (-math.sqrt(3.0), math.sqrt(3.0)))[0]


def _highest(law: Density) -> float:
    """Where the concave gain is highest, by golden section."""
    from scipy.optimize import minimize_scalar

    found = minimize_scalar(
        lambda eps: -_gain(law, eps), bounds=MONOTONE_RANGE, method="bounded", options={"xatol": 1e-7}
    )
    return float(found.x)
