"""How samples are taken: how many, of which key, in which replications and chunks."""

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from fastsig.sampling.samples import Samples

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.sampling.key import Key

CHUNK = 1 << 18  # samples that are summed in one call, always the same ones: milliseconds
_TOGETHER = 1024  # chunks whose sums are kept until they are added
PILOT, PILOT_WITH_CONTROLS = 512, 1 << 12
SPREAD = 1.6  # of stratified samples; 1.4 to 2 do as well


class Chunk(NamedTuple):
    """Samples first, ..., first + length - 1, all of one replication."""

    replication: int
    first: int
    length: int


# Sums of integrands less a pivot, and of their squares, over samples first, ..., first + count - 1: shape (2, ...).
Sums = Callable[[Samples, int, int], "FloatArray"]
# The same for some chunks together, one array for each.
SumsOfChunks = Callable[[Samples, Sequence[Chunk]], "Sequence[FloatArray]"]
# Calls a task for each of range(n), in threads or not.
ForEach = Callable[[Callable[[int], None], int], None]


def one_by_one(sums: Sums, for_each: ForEach) -> SumsOfChunks:
    """Return what sums chunk after chunk, in threads or not."""

    def sums_of_chunks(samples: Samples, chunks: Sequence[Chunk]) -> "Sequence[FloatArray]":
        found: list[FloatArray] = [np.zeros(0)] * len(chunks)

        def task(i: int) -> None:
            found[i] = sums(samples, chunks[i].first, chunks[i].length)

        for_each(task, len(chunks))
        return found

    return sums_of_chunks


@dataclass(frozen=True)
class Plan:
    """Replications of equal numbers of samples; one replication for independent samples.

    Attributes
    ----------
    key
        128 bits.
    length
        Samples of a replication; pairs of them, if antithetic.
    replications
        1: independent samples, whose spread gives the standard error. Else the spread of the
        replications' means does, and the samples of each are stratified.
    antithetic
        Whether a sample is the mean of the integrand at z and at -z.
    controls
        Number of control variates: the Hermite polynomials of degree 1, 2, ...
    """

    key: "Key"
    length: int
    replications: int = 1
    antithetic: bool = False
    controls: int = 0

    @property
    def method(self) -> str:
        """The name of the method."""
        return "monte_carlo" if self.replications == 1 else "sobol"

    @property
    def evaluations(self) -> int:
        """Number of places at which an integrand is evaluated."""
        return self.length * self.replications * (2 if self.antithetic else 1)

    @property
    def spread(self) -> float:
        """By what samples are stretched, and weighted in turn with the ratio of the two densities.

        As they are, z^2 in the outermost of n strata varies by 2, as much as in all the others together: the mean of
        a replication is skewed. Weights make that small, and all strata count alike.
        """
        return 1.0 if self.replications == 1 else SPREAD

    def weight(self, z: "FloatArray") -> "FloatArray":
        """Return the ratio of the density of normals to that of stretched ones, at stretched ones."""
        ratio: FloatArray = self.spread * np.exp(0.5 * (1.0 / self.spread**2 - 1.0) * z * z)
        return ratio

    @property
    def strata(self) -> int:
        """Number of intervals of equal probability. Of a pair it is enough to know the smaller one: half of them."""
        if self.replications == 1:
            return 0
        return 2 * self.length if self.antithetic else self.length

    @property
    def samples(self) -> Samples:
        """The sequence that is used, not yet stretched: replication r begins at sample r length."""
        return Samples(self.key, self.strata)

    def pilot(self) -> "FloatArray":
        """Return a few independent samples from which pivots and control coefficients are made."""
        return Samples(self.key, second=True).normals(0, PILOT_WITH_CONTROLS if self.controls else PILOT)

    def _chunks(self) -> Iterator[Chunk]:
        for replication in range(self.replications):
            start = replication * self.length
            for low in range(0, self.length, CHUNK):
                yield Chunk(replication, start + low, min(CHUNK, self.length - low))

    def run(self, sums: SumsOfChunks, shape: tuple[int, ...]) -> tuple["FloatArray", "FloatArray"]:
        """Return means and standard errors of integrands less their pivots, arrays of a shape.

        The chunks do not depend on the threads, and their sums are added in order, with what rounding takes; so
        no bit depends on the threads.
        """
        totals: FloatArray = np.zeros((self.replications, 2, *shape))
        lost: FloatArray = np.zeros_like(totals)
        samples, chunks = self.samples, self._chunks()
        while batch := list(islice(chunks, _TOGETHER)):
            for (replication, _, _), one in zip(batch, sums(samples, batch), strict=True):
                total = totals[replication]
                grown = total + one
                part = grown - total
                lost[replication] += (total - (grown - part)) + (one - part)  # Knuth's two-sum
                totals[replication] = grown
        return self._means(totals + lost)

    def _means(self, totals: "FloatArray") -> tuple["FloatArray", "FloatArray"]:
        n, r = self.length, self.replications
        if r > 1:
            means = totals[:, 0] / n
            return means.mean(axis=0), means.std(axis=0, ddof=1) / math.sqrt(r)
        total, square = totals[0]
        variance = np.maximum(square - total * (total / n), 0.0) / (n - 1)
        return total / n, np.sqrt(variance / n)
