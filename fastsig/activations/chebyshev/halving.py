"""Halving of the line until phi is resolved on each interval.

The line out to abs(x) = 2^40 is cut at 0 and +-2^k; what halving does not
resolve is searched for a break (`gap`), and halved on where there is none.
Where it ends slowly, phi has an algebraic singularity abs(x - place)^s, whose s
is read off the coefficients.
"""

from collections.abc import Iterable
from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.chebyshev.fits import EPSILON, OUTERMOST, Fits, Fitter
from fastsig.activations.chebyshev.gap import Gap
from fastsig.activations.chebyshev.places import Found, Singularity, short

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

MEMORY = 8  # levels of halving that a singularity is recognised by
FAR = 21  # if all rings from this one on are rough, they are given up at once
SMALLEST = 1e-30  # width at which halving towards 0 ends


class Roughness(Exception):  # noqa: N818 - control flow, never leaves `fit_pieces`
    """Phi is rough all over a ring: too noisy for the level aimed at."""

    def __init__(self, level: float) -> None:
        self.level = level


def _most_unresolved(ring: "NDArray[np.int_]") -> "NDArray[np.int_]":
    """How many unresolved intervals a ring 2^(k-1) < abs(x) < 2^k may have at once before it counts as rough."""
    return np.where(ring <= 0, 400, np.where(ring <= 9, 64, np.where(ring <= 14, 16, 6)))


class Halving:
    """Halves intervals until each is resolved, or its break is located."""

    def __init__(
        self, fit: Fitter, known: Iterable[float], hints: Iterable[float] = (), cuts: Iterable[float] = ()
    ) -> None:
        self.fit, self.known, self.hints = fit, np.array(sorted(known)), np.array(sorted(hints))
        self.cuts = np.array(list(cuts), dtype=np.float64)
        self.found: list[Found] = []
        self.singular: list[Singularity] = []
        self.reach = [2.0**OUTERMOST, 2.0**OUTERMOST]  # how far phi is resolved, left and right

    def run(self) -> tuple["FloatArray", "FloatArray", Fits]:
        """Return the ends of the intervals, ascending, and their fits."""
        edges = self._first_edges()
        a, b = edges[:-1], edges[1:]
        history = np.full((a.size, MEMORY), np.nan)
        done: list[tuple[FloatArray, FloatArray, Fits]] = []
        while a.size:
            fits = self.fit(a, b)
            good = fits.resolved | self._too_small(a, b)
            self._note_singularities(a, b, fits, history, good)
            done.append((a[good], b[good], fits.take(good)))
            a, b, tail, history = a[~good], b[~good], fits.tail[~good], history[~good]
            keep = self._within_reach(a, b, fits.take(~good))
            history = np.column_stack([history[:, 1:], tail])[keep]
            a, b, history = self._halve(*self._locate(a[keep], b[keep], history, edges))
        left, right = np.concatenate([d[0] for d in done]), np.concatenate([d[1] for d in done])
        order = np.argsort(left)
        order = order[(left[order] >= -self.reach[0]) & (right[order] <= self.reach[1])]
        if not order.size:
            raise ValueError(
                f"{getattr(self.fit.sample, 'name', 'phi')} is not resolved around x = 0: it is rough everywhere there"
            )
        every = Fits(*(np.concatenate(parts) for parts in zip(*(d[2] for d in done), strict=True)))
        return left[order], right[order], every.take(order)

    def _first_edges(self) -> "FloatArray":
        """0 and +-2^k, without those that known breaks lie next to."""
        powers = 2.0 ** np.arange(OUTERMOST + 1)
        edges = np.union1d(np.concatenate([-powers[::-1], [0.0], powers]), self.cuts)
        if self.hints.size:
            graded = np.maximum(1.0, np.abs(self.hints)) * 0.5 ** np.arange(1.0, 50.0)[:, None]
            edges = np.union1d(edges, np.concatenate([self.hints + graded, self.hints - graded]))
        if not self.known.size:
            return edges
        cell = np.searchsorted(edges, self.known, side="right") - 1
        keep = np.ones(edges.size, dtype=bool)
        for place, i in zip(self.known, cell, strict=True):
            if 0 <= i < edges.size - 1:
                for j in (i, i + 1):
                    keep[j] &= not abs(place - edges[j]) < 0.2 * (edges[i + 1] - edges[i])
        keep[[0, -1]] = True
        return np.union1d(edges[keep], self.known)

    def _too_small(self, a: "FloatArray", b: "FloatArray") -> "NDArray[np.bool_]":
        reach = np.maximum(np.abs(a), np.abs(b))
        return (b - a <= 1024.0 * EPSILON * reach) | (reach <= SMALLEST)

    def _note_singularities(
        self, a: "FloatArray", b: "FloatArray", fits: Fits, history: "FloatArray", good: "NDArray[np.bool_]"
    ) -> None:
        """Note where halving has ended slowly: the coefficients fell by 2^s a level, s the exponent."""
        with np.errstate(all="ignore"):
            levels = np.log2(np.column_stack([history, fits.tail]))
            drops = -np.diff(levels, axis=1)
            half = MEMORY // 2
            exponents = (levels[:, :half].mean(1) - levels[:, half:-1].mean(1)) / half
            line = levels[:, :1] - exponents[:, None] * np.arange(MEMORY)
            even = np.abs(levels[:, :-1] - line).max(1) < 2.0
            slow = good & fits.resolved & even & (exponents > 0.8) & (drops < 6.0).all(1)
        for i in np.flatnonzero(slow | (good & ~fits.resolved)):
            middle, width = float(a[i] + 0.5 * (b[i] - a[i])), float(b[i] - a[i])
            self.singular.append(Singularity(short(middle, width), width, float(exponents[i])))

    def _within_reach(self, a: "FloatArray", b: "FloatArray", fits: Fits) -> "NDArray[np.bool_]":
        """Give up rings that stay unresolved all over, and what is beyond them."""
        inner = np.minimum(np.abs(a), np.abs(b))
        outer = np.maximum(np.abs(a), np.abs(b))
        ring = np.where(inner < 1.0, 0, np.ceil(np.log2(np.maximum(outer, 1.0)))).astype(int)
        for side, here in enumerate((b <= 0.0, a >= 0.0)):
            counts = np.bincount(ring[here], minlength=OUTERMOST + 2)
            rough = np.flatnonzero(counts > _most_unresolved(np.arange(counts.size)))
            if not rough.size and (counts[FAR : OUTERMOST + 1] >= 4).all():
                rough = np.array([FAR])
            for k in rough[:1]:
                these = fits.take(here & (ring == k))
                relative = these.tail / these.scale
                flat = these.tail > 1e-4 * np.abs(these.coefficients).max(1)
                if k <= 3 and flat.mean() < 0.5 and self.fit.level < 1e-5:
                    raise Roughness(8.0 * float(np.quantile(relative, 0.9)))
                self.reach[side] = min(self.reach[side], 2.0 ** (k - 1) if k else 0.0)
        return (a >= -self.reach[0]) & (b <= self.reach[1])

    def _locate(
        self, a: "FloatArray", b: "FloatArray", history: "FloatArray", edges: "FloatArray"
    ) -> tuple["FloatArray", "FloatArray", "FloatArray"]:
        """Try to explain each cluster of unresolved intervals by one break; return what is left."""
        if not a.size or np.isnan(history[:, -2]).all():
            return a, b, history
        order = np.argsort(a)
        a, b, history = a[order], b[order], history[order]
        starts = np.flatnonzero(np.concatenate([[True], a[1:] > b[:-1]]))
        ends = np.append(starts[1:], a.size)
        keep = np.ones(a.size, dtype=bool)
        for i, (start, end) in enumerate(zip(starts, ends, strict=True)):
            if end - start > 3 or i >= 24:
                continue
            low = b[start - 1] if start else -(2.0**OUTERMOST)
            high = a[end] if end < a.size else 2.0**OUTERMOST
            first, last = float(a[start]), float(b[end - 1])
            if self.known.size:
                if ((self.known > first) & (self.known < last)).any():
                    continue
                j = np.searchsorted(self.known, [first, last], side="left")
                low = max(low, self.known[j[0] - 1] if j[0] and self.known[j[0] - 1] <= first else low)
                high = min(high, self.known[j[1]] if j[1] < self.known.size else high)
            found = Gap(self.fit, first, last, float(low), float(high)).explain()
            if found is not None and low < found.place < high:
                self.found.append(found)
                keep[start:end] = False
        return a[keep], b[keep], history[keep]

    @staticmethod
    def _halve(
        a: "FloatArray", b: "FloatArray", history: "FloatArray"
    ) -> tuple["FloatArray", "FloatArray", "FloatArray"]:
        middle = a + 0.5 * (b - a)
        return np.concatenate([a, middle]), np.concatenate([middle, b]), np.concatenate([history, history])
