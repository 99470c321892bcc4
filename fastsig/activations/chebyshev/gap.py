"""One break in a gap between smooth branches.

The branches beside an interval on which phi is not resolved are continued into
it. The break is where they meet (a kink), where their slopes meet (a jump of
phi''), and so on. It is believed only if phi follows the branches down to
neighbouring doubles; if the branches do not meet, phi jumps and is refused.
"""

from typing import TYPE_CHECKING

import numpy as np
from numpy.polynomial.chebyshev import chebder, chebval

from fastsig.activations.chebyshev.fits import EPSILON, Fits, Fitter
from fastsig.activations.chebyshev.places import Found, short

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

ORDERS = (1, 2, 3, 4)  # orders of derivatives whose jumps are looked for


class Gap:
    """The surroundings of an unresolved interval [a, b]: smooth branches left and right of it."""

    def __init__(self, fit: Fitter, a: float, b: float, low: float, high: float) -> None:
        self.fit, self.a, self.b, self.low, self.high = fit, a, b, low, high
        self.left = self.right = 0.0
        for factor in (4.0, 1.0):
            left, right = min(factor * (b - a), a - low), min(factor * (b - a), high - b)
            if min(left, right) < 0.25 * (b - a):
                return
            self.branches = fit(np.array([a - left, b]), np.array([a, b + right]))
            if self.branches.resolved.all():
                self.left, self.right = left, right
                return

    def _continued(self, row: int, x: "FloatArray", order: int = 0) -> "FloatArray":
        one = self.branches
        t = (x - one.centre[row]) / one.half[row]
        series = chebder(one.coefficients[row], order) if order else one.coefficients[row]
        result: FloatArray = chebval(t, series) / one.half[row] ** order
        return result

    def difference(self, x: "FloatArray", order: int = 0) -> "FloatArray":
        """The right branch minus the left one, both continued to x."""
        return self._continued(1, x, order) - self._continued(0, x, order)

    def _uncertainty(self, order: int) -> float:
        return float(self.branches.amplification(np.arange(2), np.ones(2), order).sum())

    def explain(self) -> Found | None:
        """Locate one break in the gap, or None if there is none, or more than one."""
        if not self.left:
            return None
        outer = self.branches
        if not self._plausible():
            return None
        best: tuple[Found, Fits] | None = None
        for order in ORDERS:
            for start in self._meetings(order - 1):
                self.branches = outer
                found = self._settle(start, order)
                if found is not None:
                    found = self._widened(found, order)
                    # A jump of a higher derivative resembles a tiny one of a lower: its place is vague then.
                    if best is None or found.error < 0.1 * best[0].error:
                        best = found, self.branches
                self.branches = outer
        if best is not None:
            self.fit.learn_branches(best[1], best[0].place)
            return best[0]
        self._refuse_jump()
        return None

    def _widened(self, found: Found, order: int) -> Found:
        """Locate a break again with longer branches, which are rounded less."""
        lengths, branches = (self.left, self.right), self.branches
        for factor in (4.0, 16.0):
            self.left = min(factor * lengths[0], 0.99 * (found.place - self.low))
            self.right = min(factor * lengths[1], 0.99 * (self.high - found.place))
            again = self._settle(found.place, order)
            if again is not None and again.error < found.error:
                found, branches = again, self.branches
        self.left, self.right = lengths
        self.branches = branches
        return found

    def _plausible(self) -> bool:
        """Whether a few values in the gap are each on one of the continued branches, as far as these can be told."""
        x = self.a + (self.b - self.a) * np.array([0.03, 0.14, 0.27, 0.41, 0.52, 0.63, 0.77, 0.88, 0.97])
        values, one, fits = self.fit.sample(x), np.zeros(x.size, dtype=bool), self.branches
        degrees = fits.degrees(slice(None))
        between = np.abs(self.difference(x)).max()
        for row in range(2):
            t = np.abs((x - fits.centre[row]) / fits.half[row])
            growth = (t + np.sqrt(np.maximum(t * t - 1.0, 0.0))) ** degrees[row]
            allowed = 20.0 * (self.fit.level * fits.scale[row] + fits.noise[row] * growth)
            if not allowed.max() < 0.01 * between:
                return False
            one |= np.abs(values - self._continued(row, x)) <= allowed
        return bool(one.all())

    def _meetings(self, order: int) -> "FloatArray":
        """Rough places where the order-th derivatives of the two branches agree."""
        slack = 0.05 * (self.b - self.a)
        x = np.linspace(self.a - slack, self.b + slack, 201)
        d = self.difference(x, order)
        i = np.flatnonzero((d[:-1] > 0.0) != (d[1:] > 0.0))
        places: FloatArray = x[i] - d[i] * (x[i + 1] - x[i]) / (d[i + 1] - d[i])
        return places[:3]

    def _settle(self, place: float, order: int) -> Found | None:
        """Move a place until branches fitted right up to it meet there."""
        gap, step = 0.01 * (self.b - self.a), 0.0
        for _ in range(5):
            ends = np.array([place - gap, place + gap])
            branches = self.fit(np.array([ends[0] - self.left, ends[1]]), np.array([ends[0], ends[1] + self.right]))
            if not branches.resolved.all():
                return None
            self.branches = branches
            jump = float(self.difference(np.array(place), order))
            if not abs(jump) > 3.0 * self._uncertainty(order):
                return None
            step = float(self.difference(np.array(place), order - 1)) / jump
            if abs(step) > 0.1 * (self.b - self.a):
                return None
            place, last_gap, gap = place - step, gap, 0.0
            error = 3.0 * self._uncertainty(order - 1) / abs(jump) + 4.0 * EPSILON * abs(place)
            if not last_gap and abs(step) <= error:
                break
        if error < 1e-7 * max(1.0, abs(place)):
            place = short(place, 2.0 * error)
        lower = (float(self.difference(np.array(place), j)) for j in range(order))
        if any(abs(d) > 6.0 * self._uncertainty(j) for j, d in enumerate(lower)):
            return None
        return Found(float(place), float(error)) if self._follows(place) else None

    def _follows(self, place: float) -> bool:
        """Whether phi follows the branches down to neighbouring doubles."""
        reach = 1.05 * max(self.b - place, place - self.a, 0.01 * (self.b - self.a))
        distance = reach * 2.0 ** -(0.5 * np.arange(100.0))
        for row, x in enumerate((place - distance, place + distance)):
            x = x[np.abs(x - place) <= (self.left, self.right)[row]]
            off = np.abs(self.fit.sample(x) - self._continued(row, x))
            if (off > 10.0 * self.fit.level * self.branches.scale[row]).any():
                return False
        return True

    def _refuse_jump(self) -> None:
        """Raise if phi leaps from one branch to the other between neighbouring doubles."""
        a, b = self.a, self.b
        for _ in range(300):
            x = np.unique(np.linspace(a, b, 17))
            values = self.fit.sample(x)
            left, right = self._continued(0, x), self._continued(1, x)
            leap = np.abs(right - left)
            near_left, near_right = np.abs(values - left) < 0.01 * leap, np.abs(values - right) < 0.01 * leap
            if (
                leap.min() <= max(1e-6, 10.0 * self.fit.level) * self.branches.scale.max()
                or not (near_left | near_right).all()
            ):
                return
            if not near_left[0] or not near_right[-1]:
                return
            i = int(np.argmax(near_right))
            a, b = float(x[i - 1]), float(x[i])
            if np.nextafter(a, b) >= b:
                raise refused_jump(
                    getattr(self.fit.sample, "name", "phi"), short(b, 1e-12), float(values[i] - values[i - 1])
                )


def refused_jump(name: str, place: float, jump: float) -> ValueError:
    """Return the exception for a phi that jumps at a place."""
    return ValueError(
        f"{name} jumps by {jump:.6g} at x = {place!r}: an activation must be continuous (phi' of bounded variation). "
        "Replace the step by a steep ramp or a sigmoid"
    )
