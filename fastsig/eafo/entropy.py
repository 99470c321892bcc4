"""The entropy of phi(X)."""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.eafo.density import Density
from fastsig.eafo.kernel_density import KernelDensity
from fastsig.eafo.output_law import LEAST_LOG, OutputLaw
from fastsig.eafo.reading import as_density
from fastsig.eafo.unbounded_ends import cut_off

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.eafo.reading import DensityLike

GOAL = 1e-11  # nats
INVERSES = 2e-12  # what rounding of inverse branches does to the entropy
_MOST_LOST = 1e-6  # of the mass: more than that, and p does not do what its landmarks say
_STILL_COMING = 1e-7  # of the integral, in the outermost panel, whose mass is below 1e-100: it diverges


@dataclass(frozen=True, slots=True)
class OutputEntropy:
    """The entropy of phi(X), in nats.

    Attributes
    ----------
    entropy : float
        Of the mixed law: -sum P ln P over the atoms - integral of q ln q. It may be -inf.
    continuous : float
        The second part alone; 0 where there is no continuous part.
    atoms : tuple of (value, probability)
        Values that phi takes on intervals, ascending.
    error : float
        Absolute error of `entropy`.
    error_kind : {"estimate", "standard_error"}
        The second for samples: it is that of the mean, plus what twice as many neighbours change.
    method : str
        "tanh_sinh", or "nearest_neighbours" for samples.
    nfev : int
        Number of places at which p and phi were evaluated.
    status : int
        0, or 1 if the error is larger than 1e-10 (of samples: never).
    message : str
        "ok", or what the numbers leave open.
    """

    entropy: float
    continuous: float
    atoms: tuple[tuple[float, float], ...]
    error: float
    error_kind: str
    method: str
    nfev: int
    status: int
    message: str

    @property
    def success(self) -> bool:
        """Whether the accuracy aimed at was reached."""
        return self.status == 0

    @property
    def discrete(self) -> float:
        """The part of the atoms, -sum P ln P."""
        return -sum(p * math.log(p) for _, p in self.atoms) + 0.0

    def __float__(self) -> float:
        return self.entropy


def output_entropy(phi: ActivationLike, density: "DensityLike") -> OutputEntropy:
    """Return the entropy of phi(X) for X with a density, or given by samples.

    Parameters
    ----------
    phi : Activation or str
        The activation: monotone or not, with flat pieces or without.
    density : Density, frozen scipy.stats distribution, "normal" or array_like
        The law of X. An array is taken for samples (at least 10): their outputs'
        entropy is estimated from nearest neighbours.

    Returns
    -------
    OutputEntropy

    Raises
    ------
    ValueError
        If the density does not integrate to 1; samples that are too few, all equal, tied,
        NaN or infinite.
    TypeError
        If `density` is nothing of the above.

    Notes
    -----
    Where phi is flat the law has an atom of probability P; elsewhere the density
    q(v) = sum over preimages of p/abs(phi'). Then H = -sum P ln P - integral of q ln q, and
    the last integral is that of -p(x) ln q(phi(x)) over x. For monotone phi this
    is H(X) + E ln abs(phi'(X)).

    Examples
    --------
    >>> from scipy import stats
    >>> from fastsig import eafo
    >>> found = eafo.output_entropy("relu", stats.norm())
    >>> found.atoms
    ((0.0, 0.5),)
    >>> round(found.entropy, 12)  # ln(2)/2 + (1 + ln(2 pi))/4 = (ln 2 + H(X))/2
    1.056042856882
    >>> abs(eafo.output_entropy("sigmoid", stats.logistic()).entropy) < 1e-10  # uniform on (0, 1)
    True
    """
    activation = resolve(phi)
    law = as_density(density)
    if isinstance(law, KernelDensity):
        from fastsig.eafo.neighbours import entropy_of_samples

        return entropy_of_samples(activation, law.samples)
    return entropy_of_density(activation, law)


def entropy_of_density(phi: Activation, density: Density) -> OutputEntropy:
    """Return the entropy of phi(X) by quadrature."""
    law = OutputLaw(phi, [density])
    atoms = law.probabilities(density)
    ends = cut_off(law, GOAL)

    def integrand(number: int, x: "FloatArray") -> "FloatArray":
        logs, own, lost = law.log_densities(number, x)
        with np.errstate(over="ignore", invalid="ignore"):
            p = np.nan_to_num(np.exp(own[0]), posinf=0.0)  # unbounded at an end, to which x was rounded
            term = np.where(p > 0.0, -p * logs[0], 0.0)
        unknown = p * (np.where(lost, -LEAST_LOG, law.slope_error(x)) + np.where(law.merged(x), 1.0, 0.0))
        return np.stack([p, np.nan_to_num(term, posinf=0.0, neginf=0.0), unknown])

    found = law.integrate(integrand, 3, GOAL)
    mass = math.fsum([*(one[0] for one in ends), *(float(one.value[0]) for one in found)])
    continuous = math.fsum([*(one[1] for one in ends), *(float(one.value[1]) for one in found)])
    beyond, beyond_error = _beyond(law, density)
    missing = abs(1.0 - mass - beyond - sum(atoms.values()))
    # Nodes that rounding has moved, where p is steep and doubles are far apart, lose mass that the error shows.
    if missing - math.fsum(float(one.error[0]) for one in found) > _MOST_LOST:
        raise ValueError(
            f"the density {density.name} must integrate to 1; its integral is {mass + sum(atoms.values()):.9g}, or it "
            "does something that its quantiles do not show: give it as eafo.from_pdf(pdf, support, breaks=...)"
        )
    error = math.fsum([*(one[2] for one in ends), *(float(one.error[1] + one.value[2]) for one in found)])
    error += 40.0 * missing + beyond_error
    nfev = sum(one.nfev for one in found)
    kept = tuple(atoms.items())
    if _diverges(law, [one.parts for one in found], density):
        sign = -1.0 if continuous < 0.0 else 1.0
        end = "below: E ln |phi'(X)| is -inf" if sign < 0.0 else "above"
        infinite = sign * math.inf
        return OutputEntropy(
            infinite, infinite, kept, 0.0, "estimate", "tanh_sinh", nfev, 0, f"the entropy is unbounded {end}"
        )
    discrete = -math.fsum(share * math.log(share) for share in atoms.values())
    entropy = continuous + discrete + 0.0
    error += 4e-16 * (abs(continuous) + discrete) + (INVERSES if len(law.branches.branches) > 1 else 0.0)
    status = int(not error <= 1e-10)
    message = f"the error, {error:.2g}, is larger than 1e-10" if status else "ok"
    return OutputEntropy(entropy, continuous + 0.0, kept, error, "estimate", "tanh_sinh", nfev, status, message)


def _beyond(law: OutputLaw, density: Density) -> tuple[float, float]:
    """The probability beyond the farthest places of infinite supports, and what it may do to the entropy."""
    total, error = 0.0, 0.0
    for end, place in enumerate((law.low, law.high)):
        numbers = [n for n, one in enumerate(law.branches.branches) if place in (one.low, one.high)]
        if math.isfinite(density.support[end]) or not numbers:
            continue
        x = np.array([place])
        mass = float((density.cdf if end == 0 else density.sf)(x)[0])
        if not mass > 0.0:
            continue
        logs, own, _ = law.log_densities(numbers[0], x)
        power = max(math.exp(min(float(own[0, 0]), 700.0)) * abs(place) / mass, 1e-3)  # of the tail's probability
        error += mass * 2.0 * (min(abs(float(logs[0, 0])), -2.0 * LEAST_LOG) + 2.0 + 2.0 / power)
        total += mass
    return total, error


def _diverges(law: OutputLaw, parts: "list[FloatArray]", density: Density) -> bool:
    """Whether the panel farthest out, beyond which there is next to no mass, still adds to the integral."""
    total = sum(float(np.abs(one[1]).sum()) for one in parts)
    branches = law.branches.branches
    for branch, one, panel, end in ((branches[:1], parts[:1], 0, 0), (branches[-1:], parts[-1:], -1, 1)):
        if not branch or math.isfinite(density.support[end]):
            continue
        at_end = branch[0].low == law.low if end == 0 else branch[0].high == law.high
        if at_end and abs(one[0][1, panel]) > _STILL_COMING * total and one[0][0, panel] < 1e-50:
            return True
    return False
