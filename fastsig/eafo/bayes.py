"""Bayes error of two classes, seen through an activation, beside the entropy of the output."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import number
from fastsig.eafo.density import Density
from fastsig.eafo.entropy import entropy_of_density
from fastsig.eafo.kernel_density import KernelDensity
from fastsig.eafo.mixtures import mixture
from fastsig.eafo.output_law import OutputLaw
from fastsig.eafo.reading import as_density

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.eafo.reading import DensityLike

_GOAL = 1e-12


@dataclass(frozen=True, slots=True)
class BayesError:
    """The smallest probability to mistake one class for the other.

    Attributes
    ----------
    bayes_error : float
        From phi(X).
    input_error : float
        From X itself: never larger, and equal for invertible phi.
    entropy : float
        Of phi(X), in nats, over both classes.
    error : float
        Absolute error of `bayes_error`.
    error_kind : {"estimate", "standard_error"}
        The second if a class is given by samples: what their number leaves open, plus what smoothing them changes.
    """

    bayes_error: float
    input_error: float
    entropy: float
    error: float
    error_kind: str = "estimate"

    def __float__(self) -> float:
        return self.bayes_error


def bayes_error(
    phi: ActivationLike, class_a: "DensityLike", class_b: "DensityLike", *, prior: float = 0.5
) -> BayesError:
    """Return the Bayes error of two classes seen through an activation, and the entropy of its output.

    Parameters
    ----------
    phi : Activation or str
        The activation.
    class_a, class_b : Density, frozen scipy.stats distribution, "normal" or array_like
        The law of X in each class; samples stand for their kernel density.
    prior : float, optional
        The probability of class a, in (0, 1).

    Returns
    -------
    BayesError

    Notes
    -----
    The sum over atoms of min(a P_a, b P_b) + integral of min(a q_a, b q_b), with a the prior and
    b = 1 - a. That lower entropy means lower error is the motivation of arXiv 2405.12954; it is
    not so for any scaling of phi, which changes the one and not the other.

    With samples the standard error is at most sqrt((B + w) w), B the Bayes error and w the larger of a/n_a and b/n_b,
    as a class contributes a binomial part of B. Smoothing changes B in proportion to the square of the bandwidth:
    what sqrt(1/2) of the bandwidth changes, twice, is added.

    Examples
    --------
    >>> from fastsig import eafo
    >>> seen = eafo.bayes_error("relu", eafo.normal(-1.0), eafo.normal(1.0))
    >>> round(seen.bayes_error, 12), round(seen.input_error, 12)  # P(Z > 1): all decisions are at 0
    (0.158655253931, 0.158655253931)
    """
    activation = resolve(phi)
    a, b = as_density(class_a), as_density(class_b)
    share = number("prior", prior)
    if not 0.0 < share < 1.0:
        raise ValueError(f"prior must be in (0, 1); got {prior!r}")
    both = mixture([share, 1.0 - share], [a, b])
    value, error = _error(activation, a, b, share)
    if activation.name == "identity":
        seen = value
    else:
        from fastsig.activations.registry import activation as built_in

        seen, _ = _error(built_in("identity"), a, b, share)
    kind = "estimate"
    if isinstance(a, KernelDensity) or isinstance(b, KernelDensity):
        kind = "standard_error"
        sharper, _ = _error(activation, _sharper(a), _sharper(b), share)
        weights = [
            part / law.samples.size for part, law in ((share, a), (1.0 - share, b)) if isinstance(law, KernelDensity)
        ]
        error += math.sqrt((value + max(weights)) * max(weights)) + 2.0 * abs(value - sharper)
    return BayesError(value, seen, entropy_of_density(activation, both).entropy, error, kind)


def _sharper(law: Density) -> Density:
    """Samples with sqrt(1/2) of their bandwidth; other densities as they are."""
    return KernelDensity(law.samples, law.bandwidth * math.sqrt(0.5)) if isinstance(law, KernelDensity) else law


def _error(phi: ActivationLike, a: "DensityLike", b: "DensityLike", prior: float) -> tuple[float, float]:
    law = OutputLaw(resolve(phi), [as_density(a), as_density(b)])
    shares = np.log([prior, 1.0 - prior])[:, None]

    def integrand(number_of_branch: int, x: "FloatArray") -> "FloatArray":
        """(a p_a + b p_b) min(a q_a, b q_b)/(a q_a + b q_b), as dx on all branches together covers v once."""
        logs, own, _ = law.log_densities(number_of_branch, x)
        with np.errstate(invalid="ignore"):
            lesser = (logs + shares).min(axis=0) - np.logaddexp.reduce(logs + shares, axis=0)
            term = np.exp(np.logaddexp.reduce(own + shares, axis=0) + lesser)
        result: FloatArray = np.nan_to_num(term)[None]
        return result

    found = law.integrate(integrand, 1, _GOAL)
    atoms_a, atoms_b = (law.probabilities(one) for one in law.densities)
    mistakes = [min(prior * atoms_a.get(v, 0.0), (1.0 - prior) * atoms_b.get(v, 0.0)) for v in {*atoms_a, *atoms_b}]
    value = math.fsum([*(float(one.value[0]) for one in found), *mistakes])
    return value, math.fsum(float(one.error[0]) for one in found) + 1e-15
