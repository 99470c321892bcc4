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
            return Activation(value, kinks=found.phi.kinks, name=name)
    except ValueError as error:
        raise ValueError(
            f"the corrected {found.phi.name} is no activation: {error}; try a smaller eps or the other form"
        ) from None


class _Forward:
    """phi + e psi."""

    def __init__(self, found: Correction, eps: float) -> None:
        self.found, self.eps = found, eps

    def __call__(self, x: "FloatArray") -> "FloatArray":
        result: FloatArray = self.found.phi.batch(0, x) + self.eps * self.found.direction(x)
        return result


class _Inverse:
    """The v with y(v) + e h(v) = x: phi(t), where t + e h(phi(t)) = x."""

    def __init__(self, found: Correction, eps: float) -> None:
        self.found, self.eps = found, eps
        self.series: Series = fit(found.at_input, found.places)
        low, high = self.series.edges[:-1], self.series.edges[1:]
        t = np.unique(np.concatenate([low + (high - low) * share for share in np.linspace(0.0, 1.0, 17)]))
        image = t + eps * self.found.at_input(t)
        if not (np.diff(image) > 0.0).all():
            steepest = float(np.abs(self.series.derivative(t)).max())
            raise ValueError(
                f"eps = {eps:g} is too long a step: y + eps h is not monotone any more; take abs(eps) below "
                f"{1.0 / steepest:.3g}"
            )
        self.t, self.image = t, image

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
        return self.found.phi.batch(0, np.where(outside, x, t))
