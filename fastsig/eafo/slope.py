"""How fast the entropy changes when an activation is changed in a given direction."""

import math
from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.registry import ActivationLike, resolve
from fastsig.eafo.kernel_density import KernelDensity
from fastsig.eafo.output_law import OutputLaw
from fastsig.eafo.reading import as_density
from fastsig.integrals.estimate import Estimate

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.eafo.reading import DensityLike

_GOAL = 1e-12


def entropy_slope(phi: ActivationLike, density: "DensityLike", direction: ActivationLike) -> Estimate:
    """Return dH/de at e = 0 of the entropy of phi(X) + e psi(X).

    Parameters
    ----------
    phi : Activation or str
        Strictly monotone, apart from flat pieces, on which it is held: only where phi is
        not flat is it changed.
    density : Density, frozen scipy.stats distribution, "normal" or array_like
        The law of X, with jumps or without; samples give a mean with its standard error.
    direction : Activation or str
        psi.

    Returns
    -------
    Estimate
        E[psi'(X)/phi'(X)], which holds without any boundary condition, since
        H = H(X) + E ln abs(phi'). Where boundary terms vanish it is -E[s(phi(X)) psi(X)].

    Raises
    ------
    ValueError
        If phi turns back.

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

    def ratio(x: "FloatArray") -> "FloatArray":
        with np.errstate(all="ignore"):
            found: FloatArray = change.batch(1, x) / activation.batch(1, x)
        return np.nan_to_num(found, posinf=0.0, neginf=0.0)

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
    return Estimate(value, error, "estimate", "tanh_sinh", sum(one.nfev for one in found))
