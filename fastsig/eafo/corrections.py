"""The correction that lowers the entropy fastest, in inverse form (arXiv 2405.12954) and in forward form."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import array, brief, is_number
from fastsig.eafo.branches import Branches
from fastsig.eafo.conditions import BoundaryConditionError, check
from fastsig.eafo.density import Density
from fastsig.eafo.kernel_density import KernelDensity, samples
from fastsig.eafo.output_law import OutputLaw
from fastsig.eafo.reading import as_density

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.eafo.reading import DensityLike

Form = Literal["forward", "inverse"]
FORMS = ("forward", "inverse")
CANCELS = 1e-11  # relative: the error of scores from Chebyshev series
_GOAL = 1e-11


class Correction:
    """A direction in which the entropy of phi(X) falls; made by `correction`.

    Attributes
    ----------
    phi : Activation
        The activation.
    density : Density
        The law of the data.
    form : {"forward", "inverse"}
        Whether the direction changes phi, or its inverse.
    slope : float
        dH/de at e = 0, <= 0: -E s(phi(X))^2 forward, -integral of h^2 inverse.
    error : float
        Of the slope.
    """

    def __init__(
        self, phi: Activation, density: Density, form: Form, at_input: "Callable[[FloatArray], FloatArray]",
        inverse: "Callable[[FloatArray], FloatArray]", slope: float, error: float, places: "FloatArray",
    ) -> None:  # fmt: skip
        self.phi, self.density, self.form = phi, density, form
        self.slope, self.error = slope, error
        self.places = places
        self._at_input, self._inverse = at_input, inverse

    def __repr__(self) -> str:
        return f"Correction({self.phi.name!r}, {self.density.name}, form={self.form!r}, slope={self.slope:.6g})"

    def __call__(self, at: Any) -> Any:
        """Return psi(x) at inputs x (forward), or h(v) at outputs v (inverse); 0 where phi is flat."""
        points = array("at", at)
        flat = points.ravel()
        x = self._inverse(flat) if self.form == "inverse" else flat
        result = self._at_input(x).reshape(points.shape)
        return float(result) if is_number(at) else result

    def at_input(self, x: Any) -> Any:
        """Return psi(x), or h(phi(x)), at inputs."""
        points = array("x", x)
        result = self._at_input(points.ravel()).reshape(points.shape)
        return float(result) if is_number(x) else result

    def direction(self, x: Any) -> Any:
        """Return the first-order change of phi at inputs: psi(x), or -phi'(x) h(phi(x))."""
        points = array("x", x)
        flat = points.ravel()
        change = self._at_input(flat)
        if self.form == "inverse":
            change = -self.phi.batch(1, flat) * change
        result = change.reshape(points.shape)
        return float(result) if is_number(x) else result


def correction(
    phi: ActivationLike,
    density: "DensityLike",
    *,
    form: Form = "forward",
    inverse: "Callable[[FloatArray], FloatArray] | None" = None,
) -> Correction:
    """Return the direction that lowers the entropy of phi(X) fastest.

    Parameters
    ----------
    phi : Activation or str
        The activation; monotone, flat pieces allowed. For samples in forward form: any.
    density : Density, frozen scipy.stats distribution, "normal" or array_like
        The law of the data.
    form : {"forward", "inverse"}, optional
        "forward": phi + e psi, psi = s(phi(x)), s = q'/q the score of the output (ours).
        "inverse": y + e h, y the inverse, h = -(p'(y) y' + p(y) y''/y') (the paper's).
    inverse : callable, optional
        y on the outputs, v array to x array, where it is known; else it is computed.

    Returns
    -------
    Correction

    Raises
    ------
    BoundaryConditionError
        If a boundary term does not vanish (a density that jumps, as the exponential or the uniform one; a kink at which
        the direction is not 0), or phi is not monotone.
    ValueError
        A `form` that is none, an `inverse` that is not one.

    Notes
    -----
    In one step of either form phi changes by e psi, or by -e phi' h = e p phi' psi: the
    same up to the weight p phi' (of the first order). For samples the score is that of the Gaussian kernel density of
    the outputs, mirrored at an atom at an end of their range.

    Examples
    --------
    From relu and normal data comes the correction that CRReLU is made of:

    >>> from math import exp, pi, sqrt
    >>> from fastsig import eafo
    >>> h = eafo.correction("relu", "normal", form="inverse")
    >>> abs(h(1.5) - 1.5 * exp(-(1.5**2) / 2) / sqrt(2 * pi)) < 1e-15
    True
    """
    if not isinstance(form, str) or form not in FORMS:
        raise ValueError(f"form must be 'forward' or 'inverse'; got {brief(form)}")
    activation, law = resolve(phi), as_density(density)
    if inverse is not None and not callable(inverse):
        raise TypeError(f"inverse must be a function of an array of outputs; got {brief(inverse)}")
    if isinstance(law, KernelDensity) and form == "forward":
        return _of_samples(activation, law)
    return _of_density(activation, law, form, inverse)


def _of_density(
    phi: Activation, density: Density, form: Form, inverse: "Callable[[FloatArray], FloatArray] | None"
) -> Correction:
    law = OutputLaw(phi, [density])
    branches = law.branches
    directions = {one.rising for one in branches.branches}
    if not branches.branches:
        raise BoundaryConditionError(f"{phi.name} is constant where the data are: there is nothing to correct")
    if len(directions) > 1:
        at = branches.stationary[0] if branches.stationary else branches.branches[0].high
        raise BoundaryConditionError(
            f"{phi.name} turns back at x = {at:.6g}, where the density of its output is unbounded and the variation has "
            "no interior formula: give samples, whose kernel density smooths it, with form='forward'"
        )

    def score(x: "FloatArray") -> "FloatArray":
        """s(phi(x)) = (p'/p - phi''/phi')/phi'."""
        slope = phi.batch(1, x)
        with np.errstate(all="ignore"):
            one, other = density.score(x), phi.batch(2, x) / slope
            # What cancels to rounding is 0, as for sigmoid of logistic data, before phi' in the tails makes it large.
            found: FloatArray = (
                np.where(np.abs(one - other) <= CANCELS * (abs(one) + abs(other)), 0.0, one - other) / slope
            )
        return found

    def weight(x: "FloatArray") -> "FloatArray":
        """How h(phi(x)) is made of the score: -p."""
        return -density.pdf(x) if form == "inverse" else np.ones(x.shape)

    def moving(x: "FloatArray") -> "FloatArray":
        with np.errstate(invalid="ignore"):
            found = score(x) * weight(x)
        return np.where(np.isnan(found), 0.0, found)  # where p or phi' is too small to see

    def boundary(x: "FloatArray") -> "FloatArray":
        p = density.pdf(x)
        if form == "forward":
            with np.errstate(all="ignore"):
                p = np.nan_to_num(p / np.abs(phi.batch(1, x)), posinf=0.0)
        with np.errstate(invalid="ignore"):
            return np.nan_to_num(p * moving(x), posinf=0.0, neginf=0.0)

    what = "p(y) h" if form == "inverse" else "q psi"
    check(
        law, boundary, moving, what,
        "choose a direction that vanishes there and ask entropy_slope, or give samples (form='forward')",
    )  # fmt: skip

    def integrand(number: int, x: "FloatArray") -> "FloatArray":
        s, p = score(x), density.pdf(x)
        with np.errstate(all="ignore"):
            term = p * p * s * s * np.abs(phi.batch(1, x)) if form == "inverse" else p * s * s
        return np.nan_to_num(term, posinf=0.0)[None]

    found = law.integrate(integrand, 1, _GOAL)
    slope = 0.0 - math.fsum(float(one.value[0]) for one in found)
    error = math.fsum(float(one.error[0]) for one in found)
    inner = [
        (-math.inf if one.low == law.low else one.low, math.inf if one.high == law.high else one.high)
        for one in branches.branches
    ]

    def at_input(x: "FloatArray") -> "FloatArray":
        result = np.zeros(x.shape)
        for low, high in inner:
            mine = (x > low) & (x < high)
            result[mine] = moving(x[mine])
        return result

    def outputs_back(v: "FloatArray") -> "FloatArray":
        x = np.full(v.shape, np.nan)
        for one in branches.branches:
            mine = (v >= one.bottom) & (v <= one.top)
            x[mine] = branches.inverse(one, v[mine])
        return x

    places = np.unique(np.concatenate([law.edges(number) for number in range(len(branches.branches))]))
    return Correction(phi, density, form, at_input, _checked(inverse, phi) or outputs_back, slope, error, places)


def _checked(
    inverse: "Callable[[FloatArray], FloatArray] | None", phi: Activation
) -> "Callable[[FloatArray], FloatArray] | None":
    """The inverse that was given, looked at where it is used."""
    if inverse is None:
        return None

    def back(v: "FloatArray") -> "FloatArray":
        x = np.broadcast_to(np.asarray(inverse(v), dtype=np.float64), v.shape).copy()
        off = np.abs(phi.batch(0, x) - v)
        if not (off <= 1e-8 * np.maximum(1.0, np.abs(v))).all():
            bad = int(np.flatnonzero(~(off <= 1e-8 * np.maximum(1.0, np.abs(v))))[0])
            raise ValueError(
                f"inverse is not that of {phi.name}: it maps {float(v[bad])!r} to {float(x[bad])!r}, which {phi.name} maps "
                f"to {float(phi.batch(0, x[bad : bad + 1])[0])!r}"
            )
        return x

    return back


def _of_samples(phi: Activation, density: KernelDensity) -> Correction:
    x = density.samples
    low, high = float(x.min()), float(x.max())
    room = 1e-3 * (high - low)
    marks = np.linspace(low - room, high + room, 65)
    flats = Branches(phi, float(marks[0]), float(marks[-1]), marks).flats

    def is_flat(points: "FloatArray") -> Any:
        result = np.zeros(points.shape, dtype=bool)
        for flat in flats:
            left = -math.inf if flat.low == marks[0] else flat.low
            right = math.inf if flat.high == marks[-1] else flat.high
            result |= (points >= left) & (points <= right)
        return result

    spread = phi.batch(0, x)[~is_flat(x)]
    mirrored = [spread]
    for flat in flats:
        if spread.size and (flat.value <= spread.min() or flat.value >= spread.max()):
            mirrored.append(2.0 * flat.value - spread)
    if spread.size < 10:
        raise BoundaryConditionError(f"{phi.name} is flat where the samples are: there is nothing to correct")
    bandwidth = samples(spread).bandwidth
    outputs = samples(np.concatenate(mirrored), bandwidth=bandwidth)
    s = outputs.score(spread)
    share = spread.size / x.size
    slope = -share * float((s * s).mean())
    error = share * float((s * s).std()) / math.sqrt(spread.size)

    def at_input(points: "FloatArray") -> "FloatArray":
        return np.where(is_flat(points), 0.0, outputs.score(phi.batch(0, points)))

    return Correction(phi, density, "forward", at_input, lambda v: v, slope, error, np.unique(marks))
