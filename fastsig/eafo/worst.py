"""The worst activation with boundary conditions (WAFBC, arXiv 2405.12954): that of the largest output entropy."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import array, number
from fastsig.eafo.density import Density
from fastsig.eafo.end_law import BOUNDED, local_power
from fastsig.eafo.reading import as_density

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.eafo.reading import DensityLike

_JUMP = 1e-6  # of the density beside it
_VANISHES = 0.01  # the power of a distance


@dataclass(frozen=True)
class _Curve:
    """low + (high - low) P(x), P the cdf, or one of its derivatives."""

    density: Density
    low: float
    high: float
    order: int

    def __call__(self, x: "FloatArray") -> "FloatArray":
        """Evaluate on a flat array."""
        height = self.high - self.low
        if self.order == 0:
            result: FloatArray = np.clip(self.low + height * self.density.cdf(x), self.low, self.high)
            return result
        p = self.density.pdf(x)
        if self.order == 1:
            return height * p
        with np.errstate(invalid="ignore", over="ignore"):
            return height * np.where(p > 0.0, p * self.density.score(x), 0.0)


def wafbc(density: "DensityLike", low: float, high: float) -> Activation:
    """Return the activation with values between two bounds whose output has the largest entropy.

    Parameters
    ----------
    density : Density, frozen scipy.stats distribution, "normal" or array_like
        The law of the data; samples stand for their kernel density.
    low, high : float
        The bounds; low < high.

    Returns
    -------
    Activation
        low + (high - low) P(x), P the cdf of the data.

    Raises
    ------
    ValueError
        If low >= high, or the density is unbounded, so that phi' would be.

    Notes
    -----
    The output is uniform on (low, high), of entropy ln(high - low). With u = P(y), y
    the inverse, the entropy is -integral of u' ln u' dv, strictly concave in u', so that this stationary
    point is the global maximum; Legendre's condition (`legendre`) is necessary only.

    Examples
    --------
    >>> from scipy import stats
    >>> from fastsig import eafo
    >>> worst = eafo.wafbc(stats.logistic(), 0.0, 1.0)  # the sigmoid
    >>> round(worst(1.0), 12)
    0.73105857863
    >>> abs(eafo.output_entropy(worst, stats.logistic()).entropy) < 1e-10
    True
    """
    law = as_density(density)
    bottom, top = number("low", low), number("high", high)
    if not (math.isfinite(bottom) and math.isfinite(top) and bottom < top):
        raise ValueError(f"low and high must be finite, low < high; got {low!r} and {high!r}")
    kinks = []
    marks = law.landmarks()
    scale = float(marks[-1] - marks[0]) if math.isfinite(float(marks[-1] - marks[0])) else 1.0
    for place in law.breaks:
        powers = [local_power(law.log_pdf, place, side, scale) for side in (-1.0, 1.0)]
        if any(power < -BOUNDED for power in powers):
            raise ValueError(
                f"the density {law.name} is unbounded at {place:g}, and so would be phi' of the worst activation: "
                "give a bounded density"
            )
        beside = max(64.0 * float(np.spacing(abs(place))), 1e-280 * scale)
        sides = law.pdf(place + beside * np.array([-1.0, 1.0])).tolist()
        one, other = (p if power < _VANISHES else 0.0 for p, power in zip(sides, powers, strict=True))
        if abs(one - other) > _JUMP * max(one, other):
            kinks.append(place)
    value, derivative, second = (_Curve(law, bottom, top, order) for order in range(3))
    return Activation(
        value,
        derivative,
        second if law.exact_score else None,
        kinks=kinks,
        slopes=(0.0, 0.0),
        name=f"wafbc({law.name})",
    )


def legendre(phi: ActivationLike, density: "DensityLike", x: Any) -> Any:
    """Return the second derivative of the entropy's integrand by y', which Legendre's condition wants below 0.

    Parameters
    ----------
    phi : Activation or str
        Strictly monotone at `x`, y its inverse.
    density : Density, frozen scipy.stats distribution, "normal" or array_like
        The law of the data, p its density.
    x : array_like
        Inputs; the integrand F(y, y') = -p(y) y' ln(p(y) y') belongs to v = phi(x).

    Returns
    -------
    ndarray
        -p(y)/y' = -p(x) phi'(x). Below 0 where p is positive: necessary for a
        maximum, at every monotone phi, so it tells no maximum from others.

    Examples
    --------
    >>> from fastsig import eafo
    >>> bool((eafo.legendre("tanh", "normal", [-1.0, 0.0, 1.0]) < 0).all())
    True
    """
    law, places = as_density(density), array("x", x)
    slope = np.abs(resolve(phi).batch(1, places.ravel()))
    return -(law.pdf(places.ravel()) * slope).reshape(places.shape)
