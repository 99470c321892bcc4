"""Entropy from samples by nearest neighbours.

L. Kozachenko, N. Leonenko, Problems of Information Transmission 23, 1987, 95-101.
"""

import math
from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.definition import Activation

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.eafo.entropy import OutputEntropy

NEIGHBOURS = 4
MOST_TIES = 0.01  # of the samples


def entropy_of_samples(phi: Activation, x: "FloatArray") -> "OutputEntropy":
    """Return the entropy of phi(X) from samples of X.

    Outputs on flat pieces of phi are atoms, with the frequencies as probabilities;
    the others are spread over a density whose entropy is psi(n) - psi(k) + mean ln(2 r),
    r the distance to the k-th nearest of the n (Kraskov, Stoegbauer and Grassberger,
    Phys. Rev. E 69, 066138, 2004, eq. 20, in one dimension). For strictly monotone phi it is that of X, plus the mean
    of ln abs(phi').

    Raises
    ------
    ValueError
        If too many samples have the same value where phi is not flat, or one is where phi is not finite.
    """
    from fastsig.eafo.branches import Branches
    from fastsig.eafo.entropy import OutputEntropy

    low, high = float(x.min()), float(x.max())
    room = 1e-3 * (high - low)
    marks = np.linspace(low - room, high + room, 65)
    pieces = Branches(phi, float(marks[0]), float(marks[-1]), marks)
    flats = pieces.flats
    if len(pieces.branches) == 1 and not flats:
        ordered = np.sort(x)
        slopes = phi.log_slope(ordered)
        if np.isfinite(slopes).all():  # H(X) + E ln abs(phi'): phi may be saturated to rounding, x is not
            terms, wider = (_log_spacings(ordered, k, "identity") + slopes for k in (NEIGHBOURS, 2 * NEIGHBOURS))
            entropy, bias = float(terms.mean()), abs(float(terms.mean() - wider.mean()))
            error = float(terms.std()) / math.sqrt(x.size) + bias
            return OutputEntropy(entropy, entropy, (), error, "standard_error", "nearest_neighbours", x.size, 0, "ok")
    values = phi.batch(0, x)
    on_flat = np.zeros(x.shape, dtype=bool)
    counts: dict[float, int] = {}
    for flat in flats:
        mine = (x >= flat.low) & (x <= flat.high)
        on_flat |= mine
        counts[flat.value] = counts.get(flat.value, 0) + int(mine.sum())
    atoms = {value: count / x.size for value, count in sorted(counts.items()) if count}
    spread = values[~on_flat]
    discrete = -math.fsum(p * math.log(p) for p in atoms.values())
    variance = math.fsum(p * math.log(p) ** 2 for p in atoms.values())
    share = spread.size / x.size
    continuous, bias = 0.0, 0.0
    if 0 < spread.size <= 2 * NEIGHBOURS:
        raise ValueError(
            f"only {spread.size} of {x.size} samples are where {phi.name} is not flat; their entropy needs more than "
            f"{2 * NEIGHBOURS}: give more samples"
        )
    if spread.size:
        terms = _log_spacings(np.sort(spread), NEIGHBOURS, phi.name)
        wider = _log_spacings(np.sort(spread), 2 * NEIGHBOURS, phi.name)
        bias = abs(float(terms.mean() - wider.mean()))
        continuous = share * (float(terms.mean()) - math.log(share))
        variance += share * float(((terms - math.log(share)) ** 2).mean())
    entropy = continuous + discrete
    deviation = math.sqrt(max(variance - entropy**2, 0.0) / x.size)
    return OutputEntropy(
        entropy, continuous, tuple(atoms.items()), deviation + share * bias, "standard_error", "nearest_neighbours",
        x.size, 0, "ok",
    )  # fmt: skip


def _log_spacings(v: "FloatArray", k: int, name: str) -> "FloatArray":
    """Terms whose mean is the entropy of ascending samples; distances are to the k-th nearest."""
    from scipy.special import digamma

    n = v.size
    distance = np.full(n, np.inf)
    # The k nearest are k + 1 neighbouring samples, of which this one is the j-th.
    for j in range(k + 1):
        inside = np.arange(j, n - k + j)
        reach = np.maximum(v[inside] - v[inside - j], v[inside - j + k] - v[inside])
        distance[inside] = np.minimum(distance[inside], reach)
    tied = distance == 0.0
    if tied.mean() > MOST_TIES:
        raise ValueError(
            f"{int(tied.sum())} of {n} outputs of {name} coincide with {k} others although it is not flat there: the "
            "samples are repeated or rounded, and have no density; add noise of the size of the rounding"
        )
    distance = np.maximum(distance, np.min(distance[~tied]))
    result: FloatArray = digamma(n) - digamma(k) + np.log(2.0 * distance)
    return result
