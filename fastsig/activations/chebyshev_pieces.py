"""A function known by values only, as Chebyshev series on pieces of the real line.

The line out to abs(x) = 2^40 is cut at 0 and +-2^k, and each piece is halved
until the Chebyshev coefficients of phi have fallen to rounding level: large
pieces where phi is calm, small ones where it bends. Where halving does not
help, phi has a break: the two smooth branches beside it are continued into the
gap, and the place is where they meet (a kink), where their slopes meet (a jump
of phi''), and so on. It is believed only if phi follows the branches down to
neighbouring doubles; if the branches do not meet, phi jumps and is refused.
Otherwise halving goes on, and what is left is a narrow smooth feature, or an
algebraic singularity abs(x - place)^s, whose s is read off the coefficients.

Derivatives come from the series, fitted on somewhat longer intervals wherever
no break is near: inside an interval, rounding grows by n and n^2 only, at its
ends by n^2 and n^4 (n the degree).
"""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.polynomial.chebyshev import chebder, chebval

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Batch = Callable[[FloatArray], FloatArray]

OUTERMOST = 40  # pieces reach to 2^40, beyond which phi counts as asymptotic
EPSILON = float(np.finfo(np.float64).eps)
NOISE = 2.0 * EPSILON  # coefficients below NOISE * scale are rounding
NODES, LONG_NODES = 32, 40  # on pieces as halved; on lengthened ones
TAIL = 8  # so many last coefficients must be rounding
MEMORY = 8  # levels of halving that a singularity is recognised by
CHECKS = np.array([-0.8713, -0.3391, 0.2117, 0.7039])  # where a fit is compared with phi
FAR = 21  # if all rings from this one on are rough, they are given up at once
MOST_SAMPLES = 400_000
SMALLEST = 1e-30  # width at which halving towards 0 ends
ORDERS = (1, 2, 3, 4)  # orders of derivatives whose jumps are looked for


@dataclass(frozen=True, slots=True)
class Break:
    """A place where phi' or phi'' jumps.

    Attributes
    ----------
    place, place_error : float
        Where, and how wrong that can be.
    slope_jump, slope_jump_error : float
        phi'(place+) - phi'(place-); exactly 0 where none can be told from rounding.
    bend_jump, bend_jump_error : float
        The same of phi''.
    """

    place: float
    place_error: float
    slope_jump: float
    slope_jump_error: float
    bend_jump: float
    bend_jump_error: float

    @property
    def is_kink(self) -> bool:
        """Whether phi' jumps."""
        return self.slope_jump != 0.0


@dataclass(frozen=True, slots=True)
class Singularity:
    """A place where phi behaves like abs(x - place)^exponent, found to `place_error`."""

    place: float
    place_error: float
    exponent: float


class Sampler:
    """phi with a count of the samples, and a check of each value."""

    def __init__(self, evaluate: "Batch", name: str) -> None:
        self.evaluate, self.name, self.nfev = evaluate, name, 0

    def __call__(self, x: "FloatArray") -> "FloatArray":
        """Return phi(x) in the shape of x; raise where it is not a finite real number."""
        self.nfev += x.size
        if self.nfev > MOST_SAMPLES:
            raise ValueError(
                f"{self.name} is not resolved by {MOST_SAMPLES} samples, the last around x = {x.flat[0]:.6g}: "
                "it must be smooth between finitely many places. Declare its kinks, or give its derivatives"
            )
        flat = x.ravel()
        with np.errstate(all="ignore"):
            values = self.evaluate(flat.copy())
        if not isinstance(values, np.ndarray) or values.shape != flat.shape:
            shape = getattr(values, "shape", type(values).__name__)
            raise TypeError(f"{self.name} must map an array of shape {flat.shape} to one like it; it returned {shape}")
        if values.dtype.kind not in "iuf":
            raise TypeError(f"{self.name} must return real numbers; at x = {flat[0]!r} it returned {values.dtype}")
        values = values.astype(np.float64, copy=False)
        finite = np.isfinite(values)
        if not finite.all():
            bad = np.flatnonzero(~finite)
            i = bad[np.argmin(np.abs(flat[bad]))]
            raise ValueError(
                f"{self.name}({float(flat[i])!r}) is {float(values[i])!r}: it must be finite for abs(x) up to 2^40. "
                "Rewrite it so that it does not overflow; what grows like exp(x) is not in the class"
            )
        result: FloatArray = values.reshape(x.shape)
        return result


@lru_cache(maxsize=4)
def _transform(n: int) -> tuple["FloatArray", "FloatArray"]:
    """Chebyshev nodes of the first kind, and the matrix from values there to coefficients."""
    # cos(pi m / 2n) with m reduced to [-n, n], where the sine is accurate.
    quarter = n - np.arange(4 * n)
    table = np.sin(np.pi * np.where(quarter < -n, -2 * n - quarter, quarter) / (2 * n))
    odd = 2 * np.arange(n) + 1
    matrix = table[np.outer(odd, np.arange(n)) % (4 * n)] * (2.0 / n)
    matrix[:, 0] *= 0.5
    return table[odd], matrix


@lru_cache(maxsize=256)
def differentiation(n: int, order: int) -> "FloatArray":
    """Return the matrix from n Chebyshev coefficients (a row) to those of the order-th derivative."""
    matrix: FloatArray = np.zeros((n, 1))
    if order < n:
        matrix = np.asarray(chebder(np.eye(n), order, axis=1), dtype=np.float64)
    return matrix


_CHECK_MATRIX = np.cos(np.outer(np.arange(NODES), np.arccos(CHECKS)))


def envelope(degrees: int, t: "FloatArray", order: int) -> "FloatArray":
    """Bounds of the order-th derivative of T_k at abs(t) <= 1: a last axis for k < degrees."""
    k = np.arange(degrees, dtype=np.float64)
    if order == 0:
        return np.ones((*t.shape, degrees))
    inside = np.sqrt(np.maximum(1.0 - t * t, 1e-30))[..., None]
    if order == 1:
        return np.minimum(k * k, k / inside)
    at_end = k * k * (k * k - 1.0) / 3.0
    if order == 2:
        at_t: FloatArray = np.minimum(at_end, k * k / inside**2 + k / inside**3)
        return at_t
    for j in range(2, order):
        at_end = at_end * np.maximum(k * k - j * j, 0.0) / (2 * j + 1)
    return np.broadcast_to(at_end, (*t.shape, degrees))


class Fits(NamedTuple):
    """Chebyshev series on intervals: one row each."""

    centre: "FloatArray"
    half: "FloatArray"
    coefficients: "FloatArray"  # cut where they are rounding
    noise: "FloatArray"  # size of the coefficients that are rounding
    scale: "FloatArray"  # what rounding is relative to
    resolved: "NDArray[np.bool_]"
    tail: "FloatArray"  # largest of the last coefficients, as computed

    def take(self, rows: Any) -> "Fits":
        """Some of the rows."""
        return Fits(*(field[rows] for field in self))

    def at(self, rows: Any, x: "FloatArray", order: int) -> tuple["FloatArray", "FloatArray"]:
        """Return the order-th derivative at x[i] by the series rows[i], and its error."""
        centre, half = self.centre[rows], self.half[rows]
        t = np.clip((x - centre) / half, -1.0, 1.0)
        n = int(self.degrees(rows).max(initial=0)) + 1
        series = self.coefficients[:, :n] @ differentiation(n, order)
        value = chebval(t, series[rows].T, tensor=False) / half**order
        floor = EPSILON * (2.0 * np.abs(value) + 0.5 * self.scale[rows] / half**order)
        return value, self.amplification(rows, t, order) + floor

    def degrees(self, rows: Any) -> "NDArray[np.int_]":
        """Degrees of the series."""
        used = self.coefficients != 0.0
        last = used.shape[1] - 1 - np.argmax(used[:, ::-1], axis=1)
        degree: NDArray[np.int_] = np.where(used.any(1), last, 0)[rows]
        return degree

    def amplification(self, rows: Any, t: "FloatArray", order: int) -> "FloatArray":
        """What the rounding of phi becomes in its order-th derivative: about 5 standard deviations."""
        degree = self.degrees(rows)
        n = min(int(degree.max(initial=0)) + 3, self.coefficients.shape[1])
        kept = envelope(n, t, order) * (np.arange(n) <= degree[..., None] + 2)
        amplified: FloatArray = 3.0 * self.noise[rows] * np.sqrt((kept * kept).sum(-1)) / self.half[rows] ** order
        return amplified


class Fitter:
    """Fits phi on intervals, knowing what its rounding errors are relative to."""

    def __init__(self, sample: "Batch", slopes: "FloatArray | None" = None, level: float = NOISE) -> None:
        self.sample, self.level = sample, level
        # Largest slope seen for abs(x) <= 2^k: an argument x is uncertain by its own rounding.
        self.slopes = np.zeros(OUTERMOST + 1) if slopes is None else slopes

    def rounding(self, reach: "FloatArray") -> "FloatArray":
        """Size of abs(x phi') for abs(x) <= reach."""
        ring = np.ceil(np.log2(np.maximum(reach, 1.0))).astype(int)
        size: FloatArray = reach * self.slopes[np.minimum(ring, OUTERMOST)]
        return size

    def __call__(self, a: "FloatArray", b: "FloatArray", n: int = NODES) -> Fits:
        """Fit phi on the intervals [a, b]."""
        nodes, matrix = _transform(n)
        centre, half = a + 0.5 * (b - a), 0.5 * (b - a)
        places = np.concatenate([nodes, CHECKS]) if n == NODES else nodes
        x = np.clip(centre[:, None] + half[:, None] * places, a[:, None], b[:, None])
        values = self.sample(x)
        coefficients = values[:, :n] @ matrix
        if not self.slopes[-1]:
            self.learn_slopes(a, b, x[:, :n], values[:, :n])
        size = np.abs(values).max(1)
        scale = np.maximum(size, self.rounding(np.maximum(np.abs(a), np.abs(b))))
        magnitude = np.abs(coefficients)
        tail = magnitude[:, -TAIL:].max(1)
        resolved = tail <= self.level * scale
        if n == NODES:
            off = np.abs(values[:, n:] - coefficients @ _CHECK_MATRIX).max(1)
            resolved &= off <= 10.0 * self.level * scale
        noise = np.maximum(tail, EPSILON * np.maximum(0.1 * size, 0.04 * scale))
        significant = magnitude > 2.0 * noise[:, None]
        degree = n - 1 - np.argmax(significant[:, ::-1], axis=1)
        coefficients[np.arange(n) > degree[:, None]] = 0.0
        return Fits(centre, half, coefficients, noise, scale, resolved, tail)

    def learn_slopes(self, a: "FloatArray", b: "FloatArray", x: "FloatArray", values: "FloatArray") -> None:
        """Record how steep phi is, outwards."""
        with np.errstate(all="ignore"):
            steep = np.nan_to_num(np.abs(np.diff(values, axis=1) / np.diff(x, axis=1)).max(1), posinf=0.0)
        # Second differences of neighbouring doubles: what phi itself makes of rounding.
        middle = x[:, ::8]
        step = 3.0 * np.spacing(np.abs(middle))  # odd, for parities to differ
        three = self.sample(np.stack([middle - step, middle, middle + step]))
        noise = np.abs(np.diff(three, 2, axis=0))[0].max(1) / 3.0
        noise = np.minimum(noise, 1e-6 * np.abs(values).max(1))  # more is no rounding
        steep = np.maximum(steep, noise / np.spacing(np.maximum(np.abs(a), np.abs(b))))
        inner = np.minimum(np.abs(a), np.abs(b))
        rings = 2.0 ** np.arange(OUTERMOST + 1)
        self.slopes = np.array([steep[inner < ring].max(initial=0.0) for ring in rings])

    def learn_branches(self, branches: Fits, place: float) -> None:
        """Take the slopes beside a break into account."""
        slopes, _ = branches.at(np.arange(2), np.full(2, place), 1)
        beyond = 2.0 ** np.arange(OUTERMOST + 1) >= min(abs(place), 2.0**OUTERMOST)
        self.slopes[beyond] = np.maximum(self.slopes[beyond], np.abs(slopes).max())


class Found(NamedTuple):
    """A break as located, before its neighbours are fitted anew."""

    place: float
    error: float


def _short(place: float, error: float) -> float:
    """Return the shortest decimal within the error of a place, else the place."""
    for digits in range(7):
        candidate = round(place, digits)
        if abs(candidate - place) <= error:
            return candidate + 0.0
    return place


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
            place = _short(place, 2.0 * error)
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
                raise _jump(getattr(self.fit.sample, "name", "phi"), _short(b, 1e-12), float(values[i] - values[i - 1]))


def _jump(name: str, place: float, jump: float) -> ValueError:
    return ValueError(
        f"{name} jumps by {jump:.6g} at x = {place!r}: an activation must be continuous (phi' of bounded variation). "
        "Replace the step by a steep ramp or a sigmoid"
    )


class _Roughness(Exception):  # noqa: N818 - control flow, never leaves this file
    """Phi is rough all over a ring: too noisy for the level aimed at."""

    def __init__(self, level: float) -> None:
        self.level = level


def _most_unresolved(ring: "NDArray[np.int_]") -> "NDArray[np.int_]":
    """How many unresolved intervals a ring 2^(k-1) < abs(x) < 2^k may have at once before it counts as rough."""
    return np.where(ring <= 0, 400, np.where(ring <= 9, 64, np.where(ring <= 14, 16, 6)))


class Halving:
    """Halves intervals until each is resolved, or its break is located."""

    def __init__(self, fit: Fitter, known: Iterable[float], hints: Iterable[float] = ()) -> None:
        self.fit, self.known, self.hints = fit, np.array(sorted(known)), np.array(sorted(hints))
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
        edges = np.concatenate([-powers[::-1], [0.0], powers])
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
            self.singular.append(Singularity(_short(middle, width), width, float(exponents[i])))

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
                    raise _Roughness(8.0 * float(np.quantile(relative, 0.9)))
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


class Jumps(NamedTuple):
    """Differences of one-sided derivatives at inner edges, a row for each order 0, 1, 2."""

    value: "FloatArray"
    error: "FloatArray"
    told: "NDArray[np.bool_]"  # whether more than rounding


def _jumps(a: "FloatArray", b: "FloatArray", fits: Fits, level: float) -> Jumps:
    rows = np.arange(a.size - 1)
    value, error, floor = (np.zeros((3, rows.size)) for _ in range(3))
    scale, half = np.maximum(fits.scale[1:], fits.scale[:-1]), np.minimum(fits.half[1:], fits.half[:-1])
    for order, factor in enumerate((100.0, 10.0, 10.0)):
        right, right_error = fits.at(rows + 1, a[1:], order)
        left, left_error = fits.at(rows, b[:-1], order)
        value[order], error[order] = right - left, right_error + left_error
        floor[order] = factor * level * scale / half**order
    return Jumps(value, error, np.abs(value) > 2.0 * error + floor)


def _narrow(fit: Fitter, a: "FloatArray", b: "FloatArray", fits: Fits, suspect: "NDArray[np.bool_]") -> set[float]:
    """Return the edges beside which phi does something between the nodes of both fits."""
    i = np.flatnonzero(suspect)
    if not i.size:
        return set()
    distance = 0.5 ** np.arange(1.0, 52.0, 2.0)
    off = np.zeros(i.size, dtype=bool)
    for rows, sign in ((i, -1.0), (i + 1, 1.0)):
        x = a[i + 1][:, None] + sign * 2.0 * fits.half[rows][:, None] * distance
        x = np.clip(x, np.nextafter(a[rows], np.inf)[:, None], np.nextafter(b[rows], -np.inf)[:, None])
        fitted, _ = fits.at(np.repeat(rows, distance.size), x.ravel(), 0)
        misfit = np.abs(fit.sample(x) - fitted.reshape(x.shape)).max(1)
        off |= misfit > 20.0 * fit.level * fits.scale[rows] + 10.0 * fits.noise[rows]
    return set(a[i[off] + 1].tolist())


@dataclass(frozen=True, slots=True, eq=False)
class ChebyshevPieces:
    """A function on [-reach, reach] as Chebyshev series, with its breaks.

    Attributes
    ----------
    left, right : ndarray
        The pieces, ascending; together they are [-reach_minus, reach_plus].
    fits : Fits
        One series a piece, fitted on an interval that contains it.
    breaks : tuple of Break
        Where phi' or phi'' jumps, ascending.
    singularities : tuple of Singularity
        Where phi has no one-sided second derivative, or none could be told.
    nfev : int
        Number of samples taken.
    """

    left: "FloatArray"
    right: "FloatArray"
    fits: Fits
    breaks: tuple[Break, ...]
    singularities: tuple[Singularity, ...]
    nfev: int

    def rows(self, x: "FloatArray") -> "NDArray[np.int_]":
        """Return the piece that each x lies in; at an edge the right one."""
        return np.clip(np.searchsorted(self.left, x, side="right") - 1, 0, self.left.size - 1)

    def evaluate(self, x: "FloatArray", order: int = 0) -> tuple["FloatArray", "FloatArray"]:
        """Return the order-th derivative (0, 1 or 2) and its error; NaN and inf outside of the pieces."""
        x = np.asarray(x, dtype=np.float64)
        flat = x.ravel()
        value, error = self.fits.at(self.rows(flat), flat, order)
        outside = ~((flat >= self.left[0]) & (flat <= self.right[-1]))
        value[outside], error[outside] = np.nan, np.inf
        return value.reshape(x.shape), error.reshape(x.shape)


def _lengthened(fit: Fitter, a: "FloatArray", b: "FloatArray", fits: Fits, closed: "FloatArray") -> Fits:
    """Fit longer intervals, except across the places `closed`, where that resolves phi."""
    width = b - a
    left, right = np.zeros_like(a), np.zeros_like(b)
    left[1:] = np.minimum(0.25 * width[1:], width[:-1])
    right[:-1] = np.minimum(0.25 * width[:-1], width[1:])
    left[np.isin(a, closed)] = 0.0
    right[np.isin(b, closed)] = 0.0
    longer = fit(a - left, b + right, LONG_NODES)
    padded = np.zeros_like(longer.coefficients)
    padded[:, :NODES] = fits.coefficients
    short = fits._replace(coefficients=padded)
    use = longer.resolved & (left + right > 0.0)
    return Fits(*(np.where(use.reshape(-1, *[1] * (f.ndim - 1)), f, g) for f, g in zip(longer, short, strict=True)))


def _breaks(a: "FloatArray", jumps: Jumps, errors: "dict[float, float]") -> Iterable[Break]:
    for i in np.flatnonzero(jumps.told[1:].any(0)):
        place, error = float(a[i + 1]), jumps.error[:, i]
        slope, bend = (float(jumps.value[j, i]) if jumps.told[j, i] else 0.0 for j in (1, 2))
        yield Break(place, errors.get(place, 4.0 * EPSILON * abs(place)), slope, float(error[1]), bend, float(error[2]))


def fit_pieces(evaluate: "Batch", kinks: Iterable[float] = (), *, name: str = "phi") -> ChebyshevPieces:
    """Resolve a function to rounding level, and find its breaks.

    Parameters
    ----------
    evaluate : callable
        phi: takes a one-dimensional float64 array, returns one like it.
    kinks : iterable of float
        Where phi' may jump; others are found, these need not be looked for.
    name : str
        What messages call the function.

    Returns
    -------
    ChebyshevPieces

    Raises
    ------
    ValueError
        phi is not finite somewhere, jumps, or is not resolved by 400,000 samples.
    TypeError
        phi returns no real numbers, or not one a point.
    """
    sample = Sampler(evaluate, name)
    fit = Fitter(sample)
    declared = {float(kink) for kink in kinks}
    found: dict[float, float] = {}
    hints: set[float] = set()
    for _ in range(12):
        halving = Halving(fit, declared | set(found), hints)
        try:
            a, b, fits = halving.run()
        except _Roughness as rough:
            fit.level = rough.level
            found = {}
            continue
        if halving.found:
            found |= {one.place: one.error for one in halving.found}
            hints = set()
            continue
        jumps = _jumps(a, b, fits, fit.level)
        singular = np.array([(one.place, 8.0 * one.place_error) for one in halving.singular]).reshape(-1, 2)
        smooth = ~(np.abs(a[1:, None] - singular[:, 0]) <= singular[:, 1]).any(1)
        jumps.told[0] &= smooth
        narrow = _narrow(fit, a, b, fits, smooth & (jumps.told.any(0) | (a[1:] == 0.0))) - hints
        if narrow and not hints:
            hints = narrow
            continue
        leap = np.flatnonzero(jumps.told[0])
        if leap.size:
            i = leap[np.argmin(np.abs(a[leap + 1]))]
            raise _jump(name, float(a[i + 1]), float(jumps.value[0, i]))
        breaks = tuple(_breaks(a, jumps, found))
        idle = declared - {one.place for one in breaks}
        if not (idle and found):
            break
        declared -= idle
    closed = np.array([*(one.place for one in breaks), *(one.place for one in halving.singular), *found])
    fits = _lengthened(fit, a, b, fits, closed)
    return ChebyshevPieces(a, b, fits, breaks, tuple(_merged(halving.singular)), sample.nfev)


def _merged(places: Iterable[Singularity]) -> Iterable[Singularity]:
    """Join what was noted around one place: the smallest exponent counts."""
    group: list[Singularity] = []
    for one in sorted(places, key=lambda s: s.place):
        if group and one.place - group[-1].place > 16.0 * (one.place_error + group[-1].place_error):
            yield _joined(group)
            group = []
        group.append(one)
    if group:
        yield _joined(group)


def _joined(group: list[Singularity]) -> Singularity:
    low = min(one.place - one.place_error for one in group)
    high = max(one.place + one.place_error for one in group)
    best = min(group, key=lambda s: s.exponent if s.exponent == s.exponent else np.inf)
    exponent = best.exponent if best.exponent == best.exponent else 0.0
    error = max(high - best.place, best.place - low)
    return Singularity(_short(best.place, error), error, exponent)
