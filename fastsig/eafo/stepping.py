"""One step of the correction: phi + e psi, or the inverse of y + e h."""

import math
from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike
from fastsig.arguments import number
from fastsig.eafo.corrections import correction
from fastsig.eafo.direction import Correction, Form
from fastsig.eafo.series import Series, fit

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.eafo.reading import DensityLike

_NEWTON = 60
_CLOSEST = 1e-6  # of the width of the data: places of the correction
_BESIDE = 1e-3  # of that: where h is taken for its value at an end


def step(phi: ActivationLike, density: "DensityLike", eps: float, *, form: Form = "forward") -> Activation:
    """Return the activation after one step of the correction.

    Parameters
    ----------
    phi, density
        As in `correction`.
    eps : float
        The step e; positive lowers the entropy to first order, by e abs(slope).
    form : {"forward", "inverse"}, optional
        As in `correction`.

    Returns
    -------
    Activation

    Raises
    ------
    BoundaryConditionError
        As in `correction`.
    ValueError
        If the step is so long that y + e h is no longer monotone, or the result grows faster
        than linearly.

    Examples
    --------
    >>> from fastsig import eafo
    >>> shrunk = eafo.step("identity", "normal", 0.1)  # the score is -x
    >>> round(shrunk(2.0), 12)
    1.8
    """
    length = number("eps", eps)
    if not math.isfinite(length):
        raise ValueError(f"eps must be finite; got {eps!r}")
    found = correction(phi, density, form=form)
    name = f"{found.phi.name} {'+' if length >= 0.0 else '-'} {abs(length):g} correction"
    value = _Inverse(found, length) if form == "inverse" else _Forward(found, length)
    try:
        with np.errstate(over="ignore", invalid="ignore"):  # of what is refused for its growth
            return Activation(value, kinks=sorted({*found.phi.kinks, *value.ends}), name=name)
    except ValueError as error:
        hint = "try a smaller eps" if form == "inverse" else "psi = s(phi(x)) grows like 1/phi': take form='inverse'"
        raise ValueError(f"the corrected {found.phi.name} is no activation: {error}; {hint}") from None


class _Forward:
    """phi + e psi."""

    ends: tuple[float, ...] = ()

    def __init__(self, found: Correction, eps: float) -> None:
        self.found, self.eps = found, eps

    def __call__(self, x: "FloatArray") -> "FloatArray":
        result: FloatArray = self.found.phi.batch(0, x) + self.eps * self.found.direction(x)
        return result


class _Inverse:
    """The v with y(v) + e h(v) = x: phi(t), where t + e h(phi(t)) = x; beyond the data h is what it is at their end."""

    def __init__(self, found: Correction, eps: float) -> None:
        self.found, self.eps = found, eps
        places = _apart(found)
        self.series: Series = fit(found.at_input, places)
        low, high = self.series.edges[:-1], self.series.edges[1:]
        t = np.unique(np.concatenate([low + (high - low) * share for share in np.linspace(0.0, 1.0, 17)]))
        t = t[np.append(True, np.diff(t) > 64.0 * np.spacing(np.abs(t[1:])))]  # edges, twice up to rounding
        h = found.at_input(t)
        image = t + eps * h
        if not (np.diff(image) > 0.0).all():
            steepest = float((-math.copysign(1.0, eps) * np.diff(h) / np.diff(t)).max())
            raise ValueError(
                f"eps = {eps:g} is too long a step: y + eps h is not monotone any more; take abs(eps) below "
                f"{1.0 / steepest:.3g}"
            )
        self.t, self.image = t, image
        # Where finite data end phi' jumps, unless h' is 0 there.
        sides = zip(found.density.support, (0, -1), strict=True)
        self.ends = tuple(float(image[side]) for place, side in sides if math.isfinite(place) and h[side] != 0.0)

    def __call__(self, x: "FloatArray") -> "FloatArray":
        at = np.searchsorted(self.image, x)
        last = self.t.size - 1
        outside = (at == 0) | (at > last)
        row = np.clip(at, 1, last)
        low, high = self.t[row - 1], self.t[row]
        t = np.clip(x, low, high)
        for _ in range(_NEWTON):
            off = t + self.eps * self.found.at_input(t) - x
            low, high = np.where(off < 0.0, t, low), np.where(off < 0.0, high, t)
            newton = t - off / (1.0 + self.eps * self.series.derivative(t))
            following = np.where((newton >= low) & (newton <= high), newton, 0.5 * (low + high))
            still = np.abs(following - t) > np.spacing(np.abs(t))
            t = following
            if not still.any():
                break
        beyond = x + np.where(at == 0, self.t[0] - self.image[0], self.t[-1] - self.image[-1])
        return self.found.phi.batch(0, np.where(outside, beyond, t))


def _apart(found: Correction) -> "FloatArray":
    """The places of a correction, none at an end of the data and none so close together that h does not differ."""
    law = found.density
    low, high = law.quantile(np.array([0.02, 0.98])).tolist()
    nearest = _CLOSEST * (high - low)
    places = found.places.copy()
    places[0] = max(places[0], law.support[0] + _BESIDE * nearest)
    places[-1] = min(places[-1], law.support[1] - _BESIDE * nearest)
    kept = [float(places[0])]
    kept += [
        x for x, following in zip(places[1:-1].tolist(), places[2:].tolist(), strict=True) if following - x > nearest
    ]
    kept = [x for k, x in enumerate(kept) if k == 0 or x - kept[0] > nearest]
    result: FloatArray = np.array([*kept, float(places[-1])])
    return result
