"""All zeros of a g whose slope is monotone between marks: where its signs are sure, and what they leave open.

Between two marks g' is monotone, so that g has at most two zeros there; where g' turns is made a mark, too. So
with sure signs of g at marks there is one zero where they differ and none where they agree. Around the other
marks g is 0 to rounding on a stretch, which ends where it is sure. There is one zero in a stretch if g' is surely not 0
on it; if g is convex or concave and has different signs at its ends; and if it is 0 at the only place where its
curvature may change, with no other zero on either side by the slopes there. Else the stretch is left open.
"""

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import numpy as np

from fastsig.lyapunov.bisection import bisect, narrowed

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray
    from fastsig.lyapunov.fine_gap import FineGap
    from fastsig.lyapunov.gap import Gap, Tail

DOUBLINGS = 100
INSIDE = 8  # points between two marks at which g is 0, too


@dataclass
class Zeros:
    """What was found.

    Attributes
    ----------
    certain : list of (float, float)
        Isolated zeros and their errors.
    intervals : list of (float, float)
        Whole pieces on which g is 0, if that was to be told.
    open : list of (float, float)
        Stretches on which g is 0 to rounding.
    """

    certain: list[tuple[float, float]] = field(default_factory=list)
    intervals: list[tuple[float, float]] = field(default_factory=list)
    open: list[tuple[float, float]] = field(default_factory=list)


class RootSearch:
    """Looks for the zeros of g in a span, the marks of which begin and end there, or far out.

    `tails` say what g does towards -inf and +inf.
    """

    def __init__(
        self,
        gap: "Gap | FineGap",
        marks: "FloatArray",
        special: "FloatArray",
        breaks: "FloatArray",
        tails: "tuple[Tail, Tail]",
        span: tuple[float, float] = (-math.inf, math.inf),
    ) -> None:
        self.gap, self.special, self.breaks, self.span, self.found = gap, special, breaks, span, Zeros()
        self.given = marks
        left, right = gap.slope_signs(marks)
        turn = np.flatnonzero(right[:-1] * left[1:] < 0.0)
        turns = bisect(gap.slope, marks[turn], marks[turn + 1], right[turn])
        marks = np.unique(np.concatenate([marks, turns]))
        sign = gap.sign(marks)
        sign[np.searchsorted(marks, turns)] = gap.turn_signs(turns)
        flat = np.flatnonzero((sign[:-1] == 0.0) & (sign[1:] == 0.0))
        parts = (np.arange(INSIDE) + 0.5) / INSIDE
        inside = (marks[flat, None] + np.diff(marks)[flat, None] * parts).ravel()
        self.marks, at = np.unique(np.concatenate([marks, inside]), return_index=True)
        self.sign = np.concatenate([sign, gap.sign(inside)])[at]
        self._mend_ends(tails)

    def _mend_ends(self, tails: "tuple[Tail, Tail]") -> None:
        """Compare the outermost sure signs with those of the tails; leave a tail open where they differ.

        Beyond the last place where phi' may turn g is convex or concave: monotone if its slope has the sign already
        that it has at infinity, and then it has one sign from where that is sure on.
        """
        sure = np.flatnonzero(self.sign)
        for k, tail in enumerate(tails):
            if math.isfinite(self.span[k]) or math.isnan(tail.sign):
                continue
            last = -k  # 0: the first one; -1: the last one
            if sure.size and tail.sign and self.sign[sure[last]] == tail.sign:
                bend = self.special[last] if self.special.size else self.marks[-1 - last]
                mark, side = float(self.marks[sure[last]]), 2 * k - 1
                monotone = tail.monotone or self.gap.slope_signs(np.array([mark]))[k][0] == side * tail.sign
                if monotone and (mark - bend) * side >= 0.0:
                    self.sign[slice(0, sure[0]) if k == 0 else slice(sure[-1] + 1, None)] = tail.sign
            else:
                self.sign[last] = 0.0

    def run(self) -> Zeros:
        """Look at marks from left to right."""
        self._crossings()
        zero = np.concatenate([[False], self.sign == 0.0, [False]])
        for start, stop in np.flatnonzero(zero[1:] != zero[:-1]).reshape(-1, 2).tolist():
            self._stretch(start, stop - 1)
        return self.found

    def _edges(self, zero_side: "FloatArray", sure_side: "FloatArray", sign: "FloatArray") -> "FloatArray":
        """Return how far g surely has a sign, between a place where it has and one where it has not."""
        from_low = sure_side < zero_side
        low, high = narrowed(
            lambda y: np.where(self.gap.sign(y) == sign, 1.0, -1.0),
            np.minimum(zero_side, sure_side),
            np.maximum(zero_side, sure_side),
            np.where(from_low, 1.0, -1.0),
        )
        return np.where(from_low, low, high)

    def _crossings(self) -> None:
        """Find the zeros between neighbouring marks with different sure signs."""
        cell = np.flatnonzero(self.sign[:-1] * self.sign[1:] < 0.0)
        low, high, before = self.marks[cell], self.marks[cell + 1], self.sign[cell]
        at = bisect(lambda y: self.gap.value(y)[0], low, high, before)
        first = np.maximum(self._outwards(at, -1.0, before), low)
        last = np.minimum(self._outwards(at, 1.0, -before), high)
        exact = self._is_exact(at)
        for y, a, b, is_exact in zip(at.tolist(), first.tolist(), last.tolist(), exact.tolist(), strict=True):
            wrong = max(abs(y - a), abs(b - y)) + float(np.spacing(abs(y)))
            self.found.certain.append((y, 0.0 if is_exact else wrong))

    def _outwards(self, y: "FloatArray", side: float, sign: "FloatArray") -> "FloatArray":
        """Return places beside zeros at which g surely has a sign: at twice the distance, or nearer, it has not."""
        width = np.spacing(np.abs(y))
        for _ in range(DOUBLINGS):
            unsure = self.gap.sign(y + side * width) != sign
            if not unsure.any():
                break
            width[unsure] *= 2.0
        else:
            width[unsure] = np.inf
        beyond: FloatArray = y + side * width
        return beyond

    def _is_exact(self, y: "FloatArray") -> "FloatArray":
        """Whether g is 0 without rounding, or to 31 digits at a place that was not found by looking for zeros."""
        value, error = self.gap.value(y)
        exact: FloatArray = (value == 0.0) & (error == 0.0)
        return np.logical_and(exact, np.isin(y, self.given)) if self.gap.fine else exact

    def _stretch(self, start: int, stop: int) -> None:
        """Decide what is between the sure signs around marks at which g is 0 to rounding."""
        marks, sign = self.marks, self.sign
        if start == 0 or stop == marks.size - 1:
            self._at_an_end(start, stop)
            return
        before, after = sign[start - 1 : start], sign[stop + 1 : stop + 2]
        low = float(self._edges(marks[start : start + 1], marks[start - 1 : start], before)[0])
        high = float(self._edges(marks[stop : stop + 1], marks[stop + 1 : stop + 2], after)[0])
        inner = marks[start : stop + 1]
        zeros = self._zeros_of_a_stretch(low, high, inner, float(before[0]), float(after[0]))
        if zeros is not None:
            self.found.certain += zeros
        elif not self._fill_pieces(inner):
            self.found.open.append((low, high))

    def _at_an_end(self, start: int, stop: int) -> None:
        """Leave open a stretch at an end of the span, unless whole pieces are 0."""
        marks, sign, last = self.marks, self.sign, self.marks.size - 1
        if self._fill_pieces(marks[start : stop + 1]):
            return
        low, high = self.span
        if start:
            low = float(self._edges(marks[start : start + 1], marks[start - 1 : start], sign[start - 1 : start])[0])
        if stop < last:
            high = float(self._edges(marks[stop : stop + 1], marks[stop + 1 : stop + 2], sign[stop + 1 : stop + 2])[0])
        self.found.open.append((low, high))

    def _fill_pieces(self, inner: "FloatArray") -> bool:
        """Whether g is 0 on whole pieces between breaks, as far as these marks tell and they can."""
        low, high = (
            end if mark == self.marks[k] and math.isinf(end) else float(mark)
            for k, mark, end in zip((0, -1), (inner[0], inner[-1]), self.span, strict=True)
        )
        whole = all(math.isinf(end) or end in self.breaks for end in (low, high))
        if not (whole and inner.size >= INSIDE and self.gap.knows(low, high)):
            return False
        self.found.intervals.append((low, high))
        return True

    def _zeros_of_a_stretch(
        self, low: float, high: float, inner: "FloatArray", before: float, after: float
    ) -> list[tuple[float, float]] | None:
        """Return the zeros of a stretch with these signs beside it; None if that is open."""
        exact = inner[self._is_exact(inner)]
        left, right = self.gap.slope_signs(np.concatenate([[low], inner, [high]]))
        slopes = np.concatenate([right[:1], left[1:], right[1:-1]])
        special = inner[np.isin(inner, self.special)]
        monotone = slopes[0] != 0.0 and bool((slopes == slopes[0]).all())
        if before * after < 0.0 and (monotone or not special.size):
            return [(float(exact[0]), 0.0) if exact.size else self._inside(low, high, before)]
        if exact.size != 1 or not (special.size == 0 or (special.size == 1 and special[0] == exact[0])):
            return None
        (place,) = exact.tolist()
        at = 1 + int(np.flatnonzero(inner == place)[0])
        found = [(place, 0.0)]
        # g leaves its zero with these signs; being convex or concave it has one more zero if they are to change.
        for end, sign, leaves, slope in (
            (low, before, -left[at], left[at]),
            (high, after, right[at], right[at]),
        ):
            if math.isnan(slope) or (not self.gap.fine and leaves != sign):
                return None
            if slope != 0.0 and leaves != sign:
                found.append((0.5 * (end + place), 0.5 * abs(end - place) * (1.0 + 2.0**-50)))
        return found

    def _inside(self, low: float, high: float, before: float) -> tuple[float, float]:
        """Return the only zero in a stretch: its error is that of not knowing where."""
        ends = np.array([low]), np.array([high])
        y = float(bisect(lambda y: self.gap.value(y)[0], *ends, np.array([before]))[0])
        return y, max(y - low, high - y) + float(np.spacing(abs(y)))
