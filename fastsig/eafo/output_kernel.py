"""Entropy and score of the outputs of a table at samples, by a Gaussian kernel on a grid.

The grid has a quarter of Silverman's bandwidth as its step, and the kernel is summed
directly over 2 times 36 points: as fast as an FFT, and right in the tails.
At an atom at an end of the outputs' range the density is mirrored, as it does not vanish there.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.eafo.loops import cell_moments, share_out, table_values

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

STEPS = 4  # of the grid, in a bandwidth
REACH = 9  # bandwidths
MOST_POINTS = 2**16
LEAST_WEIGHT = 1e-3  # of a place: those in the tails, where there are next to no data, move slowly
_U = np.arange(-REACH * STEPS, REACH * STEPS + 1) / STEPS
_KERNEL = np.exp(-0.5 * _U * _U)
_KERNEL /= _KERNEL.sum()


@dataclass(frozen=True, slots=True, eq=False)
class Outputs:
    """The smoothed law of the outputs.

    Attributes
    ----------
    entropy : float
        Of the mixed law, its continuous part smoothed.
    mean, variance : float
        Of the outputs, not smoothed.
    negentropy : float
        ln(2 pi e smooth_variance)/2 - entropy.
    smooth_variance : float
        Of the smoothed outputs.
    bandwidth : float
        Of the kernel.
    """

    entropy: float
    mean: float
    variance: float
    negentropy: float
    smooth_variance: float
    bandwidth: float
    low: float
    step: float
    scores: "FloatArray"  # between the points of the grid


class Kernel:
    """Samples of X, sorted into the cells of a table.

    Parameters
    ----------
    x : ndarray
        The samples.
    places : ndarray
        The places of the table.
    flat : ndarray of bool
        Which of the cells (places + 1 of them) are flat: their samples make atoms.
    """

    def __init__(self, x: "FloatArray", places: "FloatArray", flat: Any) -> None:
        ordered = np.sort(x)
        start = np.concatenate([[0], np.searchsorted(ordered, places), [x.size]]).astype(np.int64)
        cells = np.diff(start)
        self.size = x.size
        self.mean, self.sd = float(x.mean()), float(x.std())
        origin = np.repeat(np.concatenate([places[:1], places]), cells)
        self.t = np.ascontiguousarray((ordered - origin)[np.repeat(~flat, cells)])
        self.start = np.concatenate([[0], np.cumsum(np.where(flat, 0, cells))]).astype(np.int64)
        self.flat, self.cells = flat, cells
        self.v = np.empty(self.t.size)
        # How much of the data each place of the table stands for: half of the cells beside it.
        moving = np.where(flat, 0, cells)
        self.weights = 0.5 * (moving[:-1] + moving[1:]) / x.size
        self.weights[0] += 0.5 * moving[0] / x.size
        self.weights[-1] += 0.5 * moving[-1] / x.size
        self._powers = self._power_sums()

    def _power_sums(self) -> "FloatArray":
        """Sums of powers of the distances over the samples of each cell, shape (7, cells): of them are moments made."""
        index = np.repeat(np.arange(self.start.size - 1), np.diff(self.start))
        power, sums = np.ones(self.t.size), []
        for _ in range(7):
            sums.append(np.bincount(index, power, self.start.size - 1))
            power = power * self.t
        return np.stack(sums)

    def moments(self, c: "FloatArray") -> tuple[float, float]:
        """Return mean and variance of the outputs of a table with coefficients `c`, without going through samples."""
        atoms = np.where(self.flat, self.cells, 0)
        mean = (float((c * self._powers[:4]).sum()) + float(atoms @ c[0])) / self.size
        c = np.concatenate([c[:1] - mean, c[1:]])
        square = sum(float((c[i] * c[j]) @ self._powers[i + j]) for i in range(4) for j in range(4))
        return mean, max(square + float(atoms @ c[0] ** 2), 0.0) / self.size

    def moment_gradients(self, c: "FloatArray", by_value: "FloatArray") -> "tuple[FloatArray, FloatArray]":
        """Return how mean and variance change with the values of the table, those of flat cells left out."""
        mean, _ = self.moments(c)
        centred = np.concatenate([c[:1] - mean, c[1:]])
        first = self._powers[:4]
        second = np.stack([sum(centred[j] * self._powers[i + j] for j in range(4)) for i in range(4)])
        one, two = (np.tensordot(part, by_value, axes=2) / self.size for part in (first, 2.0 * second))
        return one, two

    def descent(self, one: Outputs, by_value: "FloatArray", *, scaled: bool) -> "FloatArray":
        """Return minus the gradient of the entropy by the values of the table, per weight of each place.

        That is the mean, over the samples near a place, of the score q'/q, smoothed by the kernel and in
        differences of the grid, which makes it the exact gradient of the entropy that `outputs` computes. With
        `scaled`, of the entropy less ln(variance + h^2)/2. `by_value` is how the coefficients change with the values;
        `outputs` must have been called for `one` last.
        """
        s = one.scores
        if scaled:
            s = s + (one.low + one.step * (np.arange(s.size) + 0.5) - one.mean) / one.smooth_variance
        moments = np.empty((4, self.start.size - 1))
        cell_moments(self.t, self.start, self.v, one.low, one.step, s, moments)
        gradient = np.tensordot(moments, by_value, axes=2) / self.size
        return np.where(self.weights > 0.0, gradient / np.maximum(self.weights, LEAST_WEIGHT), 0.0)

    def outputs(self, c: "FloatArray", bandwidth: float | None = None) -> Outputs:
        """Return the law of the outputs of a table with coefficients `c`; of Silverman's bandwidth if none is given."""
        low, high, total, squares = table_values(self.t, self.start, c, self.v)
        atoms: dict[float, int] = {}
        for cell in np.flatnonzero(self.flat & (self.cells > 0)).tolist():
            value = float(c[0, cell])
            atoms[value] = atoms.get(value, 0) + int(self.cells[cell])
        total += sum(value * count for value, count in atoms.items())
        squares += sum(value * value * count for value, count in atoms.items())
        mean = total / self.size
        variance = max(squares / self.size - mean * mean, 0.0)
        n = self.v.size
        h = 0.9 * self._spread(low, high) * float(n) ** -0.2 if bandwidth is None else bandwidth
        h = max(h, (high - low) / (MOST_POINTS / STEPS - 4.0 * REACH), 1e-300)
        mirrors = (any(low >= value for value in atoms), any(high <= value for value in atoms))
        ends = (max((v for v in atoms if v <= low), default=low), min((v for v in atoms if v >= high), default=high))
        first, step, q, edges = self._density(ends if any(mirrors) else (low, high), mirrors, h)
        weights = np.full(q.size, step)
        weights[[edge for edge in edges if edge is not None]] *= 0.5
        logs = np.log(np.maximum(q, 1e-300))
        smooth = -float((weights * q) @ logs)
        share = n / self.size
        discrete = -math.fsum(k / self.size * math.log(k / self.size) for k in atoms.values())
        entropy = share * (smooth - math.log(share)) + discrete
        smooth_variance = variance + share * h * h
        negentropy = 0.5 * math.log(2.0 * math.pi * math.e * smooth_variance) - entropy
        # How the entropy changes with a value: its two shares go to the points beside it, and from there to q.
        if edges[0] is not None:
            logs[: edges[0]] = logs[2 * edges[0] : edges[0] : -1]
        if edges[1] is not None:
            beyond = logs.size - 1 - edges[1]
            logs[edges[1] + 1 :] = logs[edges[1] - 1 : edges[1] - 1 - beyond : -1]
        scores = np.diff(np.convolve(logs, _KERNEL, mode="same")) / step
        return Outputs(entropy, mean, variance, negentropy, smooth_variance, h, first, step, scores)

    def _spread(self, low: float, high: float) -> float:
        """min(sd, interquartile range/1.349) of the outputs, from a grid of them."""
        counts = np.zeros(4097)
        step = max((high - low) / 4096.0, 1e-300)
        share_out(self.v, low, step, counts)
        points = low + step * np.arange(4097)
        mean = float(counts @ points) / self.v.size
        sd = math.sqrt(max(float(counts @ (points - mean) ** 2) / self.v.size, 0.0))
        quartiles = np.interp([0.25, 0.75], np.cumsum(counts) / self.v.size, points)
        wide = float(quartiles[1] - quartiles[0]) / 1.349
        return min(sd, wide) or sd or 1e-300

    def _density(
        self, ends: tuple[float, float], mirrors: tuple[bool, bool], h: float
    ) -> "tuple[float, float, FloatArray, tuple[int | None, int | None]]":
        """First point and step of a grid, the density there, of integral 1, and at which points it is mirrored."""
        low, high = ends
        step, pad = h / STEPS, REACH * STEPS
        cells = math.ceil((high - low) / step) + 1
        if mirrors[1]:  # the upper end is a point of the grid, too, by a step a little smaller
            step = (high - low) / cells
        elif not mirrors[0]:  # a grid that stays where it is when the lowest value moves
            low, cells = math.floor(low / step) * step, cells + 1
        first = low - pad * step
        counts = np.zeros(cells + 2 * pad + 1)
        share_out(self.v, first, step, counts)
        q = np.convolve(counts, _KERNEL, mode="same") / (self.v.size * step)
        if mirrors[0]:
            q = _mirrored(q, pad)
        if mirrors[1]:
            q = _mirrored(q[::-1], pad)[::-1]
        return first, step, q, (pad if mirrors[0] else None, pad + cells if mirrors[1] else None)


def _mirrored(q: "FloatArray", edge: int) -> "FloatArray":
    """Fold what is below a point of the grid onto what is above."""
    density = q.copy()
    density[edge : 2 * edge + 1] += q[edge::-1]
    density[:edge] = 0.0
    return density
