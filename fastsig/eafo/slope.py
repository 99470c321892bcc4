"""How fast the entropy changes when an activation is changed in a given direction."""

import math
from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.eafo.branches import Flat
from fastsig.eafo.conditions import approach, stretches
from fastsig.eafo.kernel_density import KernelDensity
from fastsig.eafo.output_law import OutputLaw
from fastsig.eafo.reading import as_density
from fastsig.integrals.estimate import Estimate

if TYPE_CHECKING:
    from collections.abc import Callable

    from fastsig.arrays import FloatArray
    from fastsig.eafo.reading import DensityLike

_GOAL = 1e-12
_PROMISE = 1e-9  # relative to the larger of 1 and the value
_LAST = 6  # places towards an end that show a power
_MARGIN = 1e-3  # of that power
_NEAREST = 1e-9  # of the way to a zero of phi'
_KNOWN = 0.01  # relative: the error of a slope that is known


def entropy_slope(phi: ActivationLike, density: "DensityLike", direction: ActivationLike) -> Estimate:
    """Return dH/de at e = 0 of the entropy of phi(X) + e psi(X).

    Parameters
    ----------
    phi : Activation or str
        Strictly monotone, apart from flat pieces.
    density : Density, frozen scipy.stats distribution, "normal" or array_like
        The law of X, with jumps or without; samples give a mean with its standard error.
    direction : Activation or str
        psi; constant where phi is flat.

    Returns
    -------
    Estimate
        E[psi'(X)/phi'(X)], which holds without any boundary condition, since
        H = H(X) + E ln abs(phi'). Where boundary terms vanish it is -E[s(phi(X)) psi(X)]. Infinite where
        the expectation is, which `message` says.

    Raises
    ------
    ValueError
        If phi turns back, or psi bends a flat piece of it: then any e, however small, turns an atom into a
        density of height 1/e.

    Examples
    --------
    >>> from fastsig import eafo
    >>> round(eafo.entropy_slope("identity", "normal", "identity").value, 12)  # ln(1 + e)
    1.0
    """
    activation, change, law = resolve(phi), resolve(direction), as_density(density)
    output = OutputLaw(activation, [law])
    if len({one.rising for one in output.branches.branches}) > 1:
        raise ValueError(
            f"{activation.name} turns back where the data are, and the change of the entropy is not linear there: "
            "compare output_entropy at two steps instead"
        )

    bent = _bent(output, change)
    if bent is not None:
        raise ValueError(
            f"{activation.name} is flat on [{bent.low:.6g}, {bent.high:.6g}], where {change.name} is not constant: any "
            "step spreads the atom out, and the entropy jumps to the order of P ln e; give a direction that is "
            "constant there"
        )

    def ratio(x: "FloatArray") -> "FloatArray":
        with np.errstate(all="ignore"):
            found: FloatArray = change.batch(1, x) / activation.batch(1, x)
        return np.nan_to_num(found, posinf=0.0, neginf=0.0)

    infinite = _infinite(output, ratio)
    if infinite is not None:
        value, where = infinite
        return Estimate(value, 0.0, "estimate", "tanh_sinh", 0, 0, f"E[psi'/phi'] is infinite: it diverges at {where}")
    if isinstance(law, KernelDensity):
        x = law.samples
        flat = np.zeros(x.shape, dtype=bool)
        for piece in output.branches.flats:
            flat |= (x >= piece.low) & (x <= piece.high)
        terms = np.where(flat, 0.0, ratio(x))
        return Estimate(float(terms.mean()), float(terms.std()) / math.sqrt(x.size), "estimate", "mean", x.size)
    found = output.integrate(lambda number, x: (law.pdf(x) * ratio(x))[None], 1, _GOAL)
    value = math.fsum(float(one.value[0]) for one in found)
    error = math.fsum(float(one.error[0]) for one in found)
    reached = error <= _PROMISE * max(1.0, abs(value))
    message = "ok" if reached else f"the error, {error:.2g}, is larger than {_PROMISE:g}"
    nfev = sum(one.nfev for one in found)
    return Estimate(value, error, "estimate", "tanh_sinh", nfev, int(not reached), message)


def _bent(output: OutputLaw, change: Activation) -> Flat | None:
    """A flat piece with probability on which a direction is not constant, if there is one."""
    (density,) = output.densities
    shares = output.probabilities(density)
    for piece in output.branches.flats:
        x = piece.low + (piece.high - piece.low) * np.linspace(0.0, 1.0, 65)
        values = change.batch(0, x)
        if shares.get(piece.value) and np.ptp(values) > 1e-13 * np.abs(values).max():
            return piece
    return None


def _infinite(output: OutputLaw, ratio: "Callable[[FloatArray], FloatArray]") -> tuple[float, str] | None:
    """The sign of infinity to which E[ratio] diverges, and where; None if it does not."""
    (density,) = output.densities
    found: dict[float, str] = {}
    for low, high in stretches(output):
        for end, place in ((0, low), (1, high)):
            x, infinite = approach(output, low, high, end)
            with np.errstate(all="ignore"):
                term = density.pdf(x) * ratio(x)
            seen = np.isfinite(term) & (term != 0.0) & (output.slope_error(x) < _KNOWN)
            if place not in density.support and not infinite:  # zeros of phi' are known to rounding
                seen &= np.abs(x - place) > _NEAREST * abs(x[0] - place)
            x, term = x[seen][-_LAST:], term[seen][-_LAST:]
            if x.size < _LAST:
                continue
            ways = np.log(np.abs(x)) if infinite else np.log(np.abs(x - place))
            powers = np.diff(np.log(np.abs(term))) / np.diff(ways)
            if (powers >= -1.0 - _MARGIN).all() if infinite else (powers <= -1.0 + _MARGIN).all():
                found[math.copysign(math.inf, float(term[-1]))] = "infinity" if infinite else f"x = {place:.6g}"
    if len(found) == 2:
        return math.nan, " and ".join(found.values()) + " with both signs"
    return next(iter(found.items())) if found else None
