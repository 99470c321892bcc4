"""The correction that lowers the entropy fastest, in inverse form (arXiv 2405.12954) and in forward form."""

import math
from collections.abc import Callable
from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import brief
from fastsig.eafo.conditions import BoundaryConditionError, check
from fastsig.eafo.density import Density
from fastsig.eafo.direction import Correction, Form
from fastsig.eafo.kernel_density import KernelDensity
from fastsig.eafo.output_law import OutputLaw
from fastsig.eafo.reading import as_density

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.eafo.reading import DensityLike

FORMS = ("forward", "inverse")
CANCELS = 1e-11  # relative: the error of scores from Chebyshev series
_GOAL = 1e-11
_MOST_OFF = 1e-3  # relative: a slope worse than that is none


def correction(
    phi: ActivationLike,
    density: "DensityLike",
    *,
    form: Form = "forward",
    inverse: "Callable[[FloatArray], FloatArray] | None" = None,
    bandwidth: float | None = None,
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

    bandwidth : float, optional
        Of the outputs' kernel density, for samples in forward form; Silverman's if not given.

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
    if inverse is not None and form == "forward":
        raise ValueError("inverse is for form='inverse'; the forward form needs none: leave it out")
    if inverse is not None and not callable(inverse):
        raise TypeError(f"inverse must be a function of an array of outputs; got {brief(inverse)}")
    if bandwidth is not None and not (isinstance(law, KernelDensity) and form == "forward"):
        raise ValueError("bandwidth is for samples in forward form; for others give eafo.samples(x, bandwidth=...)")
    if isinstance(law, KernelDensity) and form == "forward":
        from fastsig.eafo.sample_correction import of_samples

        return of_samples(activation, law, bandwidth)
    return _of_density(activation, law, form, inverse)


def _of_density(
    phi: Activation, density: Density, form: Form, inverse: "Callable[[FloatArray], FloatArray] | None"
) -> Correction:
    law = OutputLaw(phi, [density])
    hidden = [x for x in density.hidden_kinks() if law.low < x < law.high]
    law.places = np.unique(np.append(law.places, hidden))
    branches = law.branches
    directions = {one.rising for one in branches.branches}
    if not branches.branches:
        raise BoundaryConditionError(f"{phi.name} is constant where the data are: there is nothing to correct")
    if len(directions) > 1:
        at = branches.stationary[0] if branches.stationary else branches.branches[0].high
        raise BoundaryConditionError(
            f"{phi.name} turns back at x = {at:.6g}, where the density of its output is unbounded and the variation "
            "has no interior formula: give samples, whose kernel density smooths it, with form='forward'"
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
                p = p / np.abs(phi.batch(1, x))
        with np.errstate(all="ignore"):
            result: FloatArray = p * score(x) * weight(x)
        return np.where(p > 0.0, result, 0.0)

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
    if not error <= _MOST_OFF * max(1.0, -slope):
        raise BoundaryConditionError(
            f"the slope of the entropy of {phi.name}, {slope:.3g} +- {error:.2g}, is infinite or out of reach: the "
            "direction is too steep at an end; give samples (form='forward')"
        )
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
                f"inverse is not that of {phi.name}: it maps {float(v[bad])!r} to {float(x[bad])!r}, which {phi.name} "
                f"maps to {float(phi.batch(0, x[bad : bad + 1])[0])!r}"
            )
        return x

    return back
