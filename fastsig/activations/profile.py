"""What is known of an activation apart from any Gaussian, found from its values.

Kinks and other breaks, end slopes and asymptotes, zeros of phi' and phi'',
total variation and curvature, each with an error, and phi' and phi'' as
functions. All of it is read off one piecewise Chebyshev fit
(`chebyshev_pieces`); where phi' and phi'' are given, or phi can be
differentiated automatically (`jets`), they replace the derivatives of the fit,
which then only checks them.

phi' is monotone between consecutive sign changes of phi'' and breaks, so the
total variation is a finite sum of differences of phi'. The curvature is summed
piece by piece by a Gauss-Legendre rule that is exact for the fit. Both continue
beyond the last piece as what their last octaves say.
"""

import math
import warnings
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np

from fastsig.activations.chebyshev_pieces import (
    EPSILON,
    LONG_NODES,
    OUTERMOST,
    Break,
    ChebyshevPieces,
    Fits,
    Fitter,
    Sampler,
    Singularity,
    fit_pieces,
)
from fastsig.activations.jets import derivatives, differentiate
from fastsig.errors import KinkWarning

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]
    Batch = Callable[[FloatArray], FloatArray]

QUADRATURE = 40  # Gauss-Legendre nodes a piece: exact for the square of the fit's second derivative
GROWTHS = ("bounded", "sublinear", "linear", "superlinear")
SAME_SLOPE = 1e-9  # relative: given end slopes that differ by more are contradicted


@dataclass(frozen=True, slots=True)
class End:
    """How phi behaves at one end of the line.

    Attributes
    ----------
    slope, slope_error : float
        Limit of phi' (inf where it is unbounded, NaN where there is none), and its absolute error.
    offset, offset_error : float
        Limit of phi(x) - slope x, NaN where there is none.
    growth : {"bounded", "sublinear", "linear", "superlinear"}
        Of phi.
    variation, variation_error : float
        Total variation of phi' beyond the last piece, slope included; 0 where phi' has a limit
        that it approaches steadily.
    curvature, curvature_error : float
        Integral of phi''^2 beyond the last piece.
    """

    slope: float
    slope_error: float
    offset: float
    offset_error: float
    growth: str
    variation: float
    variation_error: float
    curvature: float
    curvature_error: float


@dataclass(frozen=True, slots=True, eq=False)
class Derivative:
    """phi' or phi'' with its error, from a function or from the pieces."""

    pieces: ChebyshevPieces
    fits: Fits  # of phi or, where that is given, of phi'
    order: int  # how often the fits are to be differentiated
    source: str
    function: "Batch | None" = None
    rounding: "FloatArray | None" = None  # error of the function, by piece
    bend: "FloatArray | None" = None  # its largest derivative, by piece

    def __call__(self, x: "FloatArray", rows: Any = None) -> tuple["FloatArray", "FloatArray"]:
        """Return values and absolute errors at flat x; `rows` are the pieces meant at edges."""
        rows = self.pieces.rows(x) if rows is None else rows
        if self.function is None or self.bend is None:
            return self.fits.at(rows, x, self.order)
        # Beside an edge that is a break, and known as well as its place is.
        left, right = self.pieces.left[rows], self.pieces.right[rows]
        low, high = (left + self.edge_errors[rows], right - self.edge_errors[rows + 1])
        inside = np.clip(x, np.minimum(low, 0.75 * left + 0.25 * right), np.maximum(high, 0.25 * left + 0.75 * right))
        values, errors = self.completed(x, self.function(inside), rows)
        return values, errors + np.abs(inside - x) * self.bend[rows]

    @property
    def edge_errors(self) -> "FloatArray":
        """By how much an edge, as a break, may be elsewhere."""
        edges = np.append(self.pieces.left, self.pieces.right[-1])
        errors: FloatArray = 4.0 * EPSILON * np.abs(edges) + 1e-9 * EPSILON
        for one in self.pieces.breaks:
            i = np.searchsorted(edges, one.place)
            errors[i] = max(errors[i], 4.0 * one.place_error)
        return errors

    def completed(self, x: "FloatArray", values: "FloatArray", rows: Any) -> tuple["FloatArray", "FloatArray"]:
        """Values of the function with errors, those of the fit where its formula overflows."""
        errors = 4.0 * EPSILON * np.abs(values)
        if self.rounding is not None:
            errors += self.rounding[rows]
        bad = np.flatnonzero(~np.isfinite(values))
        if bad.size:
            values = values.copy()
            values[bad], errors[bad] = self.fits.at(rows[bad], x[bad], self.order)
        return values, errors


@dataclass(frozen=True, slots=True, eq=False)
class Profile:
    """What is known of an activation apart from any Gaussian.

    Attributes
    ----------
    name : str
        What messages call the activation.
    breaks : tuple of Break
        Places where phi' or phi'' jumps, ascending, with the jumps.
    kinks : tuple of float
        Places where phi' jumps, ascending.
    singularities : tuple of Singularity
        Places where phi is like abs(x - place)^exponent, so that a derivative is unbounded.
    minus, plus : End
        The behaviour at -inf and +inf.
    growth : {"bounded", "sublinear", "linear", "superlinear"}
        The larger growth of the two ends; a superlinear phi is not in the class.
    landmarks : tuple of float
        Ends of pieces on which phi is a polynomial of degree < 40 to rounding, as far out as phi'
        still changes: first panels for a quadrature that must not miss narrow features.
    inflections, inflection_errors : tuple of float
        Sign changes of phi'', breaks apart, ascending.
    stationary, stationary_errors : tuple of float
        Zeros of phi', breaks apart, ascending; where phi' vanishes on an interval, none there.
    tv, tv_error : float
        Total variation of phi'; inf where phi' has no limit.
    curvature, curvature_error : float
        Integral of phi''^2; inf at kinks.
    curvature_sup, curvature_sup_error : float
        sup abs(phi''), one-sided values at breaks included; inf at kinks.
    derivative_error, second_derivative_error : float
        Largest absolute errors of `derivative` and `second_derivative` on the pieces.
    derivative_source, second_derivative_source : str
        "given", "automatic differentiation" or "chebyshev".
    reach : tuple of float
        The interval on which phi is resolved: +-2^40 unless it oscillates for ever.
    nfev : int
        Number of values of phi taken.
    message : str
        "ok", or what the numbers leave open.
    """

    name: str
    breaks: tuple[Break, ...]
    kinks: tuple[float, ...]
    singularities: tuple[Singularity, ...]
    minus: End
    plus: End
    growth: str
    landmarks: tuple[float, ...]
    inflections: tuple[float, ...]
    inflection_errors: tuple[float, ...]
    stationary: tuple[float, ...]
    stationary_errors: tuple[float, ...]
    tv: float
    tv_error: float
    curvature: float
    curvature_error: float
    curvature_sup: float
    curvature_sup_error: float
    derivative_error: float
    second_derivative_error: float
    derivative_source: str
    second_derivative_source: str
    reach: tuple[float, float]
    nfev: int
    message: str
    _evaluate: "Batch" = field(repr=False)
    _derivatives: tuple[Derivative, Derivative] = field(repr=False)

    @property
    def alpha_plus(self) -> float:
        """Limit of phi' at +inf; NaN where there is none."""
        return self.plus.slope

    @property
    def alpha_minus(self) -> float:
        """Limit of phi' at -inf; NaN where there is none."""
        return self.minus.slope

    def value(self, x: "FloatArray") -> "FloatArray":
        """Return phi at an array."""
        flat = np.asarray(x, dtype=np.float64)
        return self._evaluate(flat.ravel()).reshape(flat.shape)

    def derivative(self, x: "FloatArray") -> "FloatArray":
        """Return phi' at an array; at a kink the right-hand one, unless phi' was given."""
        return self.with_error(x, 1)[0]

    def second_derivative(self, x: "FloatArray") -> "FloatArray":
        """Return phi'' at an array; at a break the right-hand one, unless phi'' was given."""
        return self.with_error(x, 2)[0]

    def with_error(self, x: "FloatArray", order: int) -> tuple["FloatArray", "FloatArray"]:
        """Return phi' (order 1) or phi'' (order 2) with absolute errors."""
        points = np.asarray(x, dtype=np.float64)
        flat = points.ravel()
        source = self._derivatives[order - 1]
        if source.function is not None:
            values, errors = source.completed(flat, source.function(flat), source.pieces.rows(flat))
        else:
            values, errors = source(flat)
            outside = np.flatnonzero(~((flat >= self.reach[0]) & (flat <= self.reach[1])))
            if outside.size:
                values[outside], errors[outside] = self._beyond(flat[outside], order)
        return values.reshape(points.shape), errors.reshape(points.shape)

    def _beyond(self, x: "FloatArray", order: int) -> tuple["FloatArray", "FloatArray"]:
        """Derivatives outside of the pieces: the asymptotes, or a fit around each x where phi oscillates."""
        pieces = self._derivatives[0].pieces
        values, errors = np.full(x.shape, np.nan), np.full(x.shape, np.inf)
        for end, mine, last in ((self.minus, x < 0.0, 0), (self.plus, x > 0.0, -1)):
            if not mine.any():
                continue
            if abs(self.reach[last]) >= 2.0**OUTERMOST:
                values[mine] = end.slope if order == 1 else 0.0
                errors[mine] = end.slope_error if order == 1 else abs(end.slope) * 2.0**-OUTERMOST
                continue
            width = float((pieces.right - pieces.left)[last])
            fit = Fitter(Sampler(self._evaluate, self.name), np.full(OUTERMOST + 1, 1.0))
            local = fit(x[mine] - 0.5 * width, x[mine] + 0.5 * width, LONG_NODES)
            value, error = local.at(np.arange(int(mine.sum())), x[mine], order)
            values[mine], errors[mine] = value, np.where(local.resolved, error, np.inf)
        return values, errors


@lru_cache(maxsize=1)
def _gauss_legendre() -> tuple["FloatArray", "FloatArray"]:
    nodes, weights = np.polynomial.legendre.leggauss(QUADRATURE)
    return nodes, weights


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    """phi' and phi'' with errors at the Gauss-Legendre nodes of each piece."""

    x: "FloatArray"
    weight: "FloatArray"
    first: "FloatArray"
    first_error: "FloatArray"
    second: "FloatArray"
    second_error: "FloatArray"

    @classmethod
    def of(cls, pieces: ChebyshevPieces, first: Derivative, second: Derivative) -> "_Table":
        nodes, weights = _gauss_legendre()
        half = 0.5 * (pieces.right - pieces.left)[:, None]
        x = pieces.left[:, None] + half * (1.0 + nodes)
        rows = np.repeat(np.arange(half.size), nodes.size)
        shaped = [part.reshape(x.shape) for d in (first, second) for part in d(x.ravel(), rows)]
        return cls(x, half * weights, *shaped)

    def with_ends(
        self, pieces: ChebyshevPieces, first: Derivative, second: Derivative, breaks: "FloatArray"
    ) -> "list[FloatArray]":
        """Flat columns x, phi', its error, phi'', its error, with one-sided values at breaks between them."""
        right = np.flatnonzero(np.isin(pieces.right, breaks))
        left = np.flatnonzero(np.isin(pieces.left, breaks))
        rows, x = np.concatenate([right, left]), np.concatenate([pieces.right[right], pieces.left[left]])
        at = QUADRATURE * np.concatenate([right + 1, left])
        ends = [x, *first(x, rows), *second(x, rows)]
        columns = (self.x, self.first, self.first_error, self.second, self.second_error)
        return [np.insert(column.ravel(), at, end) for column, end in zip(columns, ends, strict=True)]


def _outward_maximum(pieces: ChebyshevPieces, values: "FloatArray") -> "FloatArray":
    """For each piece the largest of the values of the pieces no farther out."""
    distance = np.maximum(np.abs(pieces.left), np.abs(pieces.right))
    order = np.argsort(distance, kind="stable")
    result = np.empty_like(values)
    result[order] = np.maximum.accumulate(values[order])
    return result


def _neighbours_maximum(values: "FloatArray") -> "FloatArray":
    padded = np.concatenate([values[:1], values, values[-1:]])
    largest: FloatArray = np.maximum(np.maximum(padded[:-2], padded[1:-1]), padded[2:])
    return largest


def _from_function(
    function: "Batch", fitted: Derivative, source: str, table: _Table, order: int
) -> tuple[Derivative, float, float]:
    """Take phi' or phi'' from a function; also by how much it contradicts the fit, beyond errors, and where."""
    values = function(table.x.ravel()).reshape(table.x.shape)
    expected, error = (table.first, table.first_error) if order == 1 else (table.second, table.second_error)
    values = np.where(np.isfinite(values), values, expected)
    size = np.abs(values).max(1)
    pieces = fitted.pieces
    steepest = _outward_maximum(pieces, size if order == 1 else np.abs(table.first).max(1))
    reach = np.maximum(np.abs(pieces.left), np.abs(pieces.right))
    # phi'' is rounded like its terms, of which phi'/x is a typical one.
    scale = steepest if order == 1 else _neighbours_maximum(size) + 0.25 * steepest / reach
    excess = np.abs(values - expected) - 3.0 * error - 1e-13 * scale[:, None]
    for one in pieces.singularities:
        excess[np.abs(table.x - one.place) < 1e3 * one.place_error] = 0.0
    i = np.unravel_index(np.argmax(excess), excess.shape)
    bend = np.abs(table.second).max(1) if order == 1 else np.zeros(pieces.left.size)
    return (
        Derivative(pieces, fitted.fits, fitted.order, source, function, 8.0 * EPSILON * scale, bend),
        max(float(excess[i]), 0.0),
        float(table.x[i]),
    )


def _check_given(order: int, name: str, excess: float, place: float, scale: float) -> None:
    if excess > 1e-6 * scale:
        primes = "'" * order
        raise ValueError(
            f"the derivative of order {order} given for {name} is off by {excess:.3g} at x = {place:.6g} from what "
            f"the values of {name} say; check the formula of {name}{primes}, or leave it out to have it found"
        )


def _sources(
    pieces: ChebyshevPieces,
    name: str,
    evaluate: "Batch",
    derivative: "Batch | None",
    second_derivative: "Batch | None",
    automatic: Any,
) -> tuple[Derivative, Derivative, _Table]:
    """Choose where phi' and phi'' come from, and tabulate them."""
    first, second = (Derivative(pieces, pieces.fits, order, "chebyshev") for order in (1, 2))
    table = _Table.of(pieces, first, second)
    steepest, sharpest = float(np.abs(table.first).max()), float(np.abs(table.second).max())
    if derivative is not None:
        sample = Sampler(derivative, f"the derivative of {name}")
        first, excess, place = _from_function(sample, first, "given", table, 1)
        _check_given(1, name, excess, place, steepest)
        if second_derivative is None:
            ends = pieces.fits.centre - pieces.fits.half, pieces.fits.centre + pieces.fits.half
            fits = Fitter(sample)(*ends, LONG_NODES)
            second = Derivative(pieces, fits, 1, "chebyshev")
    if second_derivative is not None:
        sample = Sampler(second_derivative, f"the second derivative of {name}")
        second, excess, place = _from_function(sample, second, "given", table, 2)
        _check_given(2, name, excess, place, sharpest)
    values = Sampler(evaluate, name)(table.x).ravel()
    if derivatives(automatic, table.x.ravel(), values) is not None:
        jets = _Automatic(automatic)
        for order, current in ((1, first), (2, second)):
            if current.source == "given":
                continue
            found, excess, _ = _from_function(jets.of_order(order), current, _AUTOMATIC, table, order)
            if excess == 0.0:
                first, second = (found, second) if order == 1 else (first, found)
    if first.source != "chebyshev" or second.source != "chebyshev":
        table = _Table.of(pieces, first, second)
    return first, second, table


_AUTOMATIC = "automatic differentiation"


class _Automatic:
    """Derivatives by jets, remembering the last points for the other order."""

    def __init__(self, function: Any) -> None:
        self.function = function
        self.x = np.empty(0)
        self.found: Any = None

    def of_order(self, order: int) -> "Batch":
        """Return phi' or phi'' as a function; NaN where jets cannot follow."""

        def evaluate(x: "FloatArray") -> "FloatArray":
            if not np.array_equal(x, self.x):
                self.x, self.found = x.copy(), differentiate(self.function, x)
            values: FloatArray = np.full(x.shape, np.nan) if self.found is None else self.found[order]
            return values

        return evaluate


def _zeros(
    source: Derivative, x: "FloatArray", value: "FloatArray", error: "FloatArray", breaks: "FloatArray"
) -> tuple["FloatArray", "FloatArray"]:
    """Sign changes between points where the sign is sure, breaks apart, and their errors."""
    sure = np.flatnonzero(np.abs(value) > error)
    change = np.flatnonzero((value[sure[1:]] > 0.0) != (value[sure[:-1]] > 0.0))
    low, high = x[sure[change]], x[sure[change + 1]]
    between = np.searchsorted(breaks, high) > np.searchsorted(breaks, low)
    low, high, start = low[~between], high[~between], sure[change[~between]]
    end = sure[change[~between] + 1]
    apart = low < high
    low, high, start, end = low[apart], high[apart], start[apart], end[apart]
    if not low.size:
        return low, low
    slope = np.abs(value[end] - value[start]) / (high - low)
    positive = value[start] > 0.0
    sections = 64 if low.size < 40 else 8
    steps = np.arange(sections + 1) / sections
    for _ in range(20):
        points = low[:, None] + (high - low)[:, None] * steps
        points[:, -1] = high
        values = source(points.ravel())[0].reshape(points.shape)
        changed = (values[:, 1:] > 0.0) != positive[:, None]
        changed[:, -1] = True  # known; at a break the value there is that of the other side
        first = np.argmax(changed, axis=1)
        rows = np.arange(low.size)
        low, high = points[rows, first], points[rows, first + 1]
        if (high - low <= np.maximum(2.0 * np.spacing(np.abs(low)), 0.02 * error[start] / slope)).all():
            break
    zeros = low + 0.5 * (high - low)
    at_low, at_high = source(low)[0], source(high)[0]
    zeros = np.where(at_low == 0.0, low, np.where(at_high == 0.0, high, zeros)) + 0.0
    return zeros, 2.0 * source(zeros)[1] / slope + 2.0 * np.spacing(np.abs(zeros))


def _largest(source: Derivative, table: _Table) -> tuple[float, float]:
    """Sup of abs(phi'') over the pieces, one-sided ends included, and its error."""
    pieces = source.pieces
    rows = np.arange(pieces.left.size)
    x = np.column_stack([pieces.left, table.x, pieces.right])
    at_left, left_error = source(pieces.left, rows)
    at_right, right_error = source(pieces.right, rows)
    size = np.abs(np.column_stack([at_left, table.second, at_right]))
    error = np.column_stack([left_error, table.second_error, right_error])
    j = size.argmax(1)
    tall = np.flatnonzero(size[rows, j] >= 0.95 * size.max())
    low, high = x[tall, np.maximum(j[tall] - 1, 0)], x[tall, np.minimum(j[tall] + 1, x.shape[1] - 1)]
    best, best_error = float(size.max()), float(error[rows, j].max(initial=0.0, where=size[rows, j] == size.max()))
    for _ in range(12):
        points = low[:, None] + (high - low)[:, None] * np.linspace(0.0, 1.0, 13)
        values = np.abs(source(points.ravel(), np.repeat(tall, 13))[0]).reshape(points.shape)
        best = max(best, float(values.max()))
        i = values.argmax(1)
        k = np.arange(tall.size)
        low, high = points[k, np.maximum(i - 1, 0)], points[k, np.minimum(i + 1, 12)]
    return best, best_error + 4.0 * EPSILON * best


def _curvature_noise(source: Derivative, table: _Table) -> "FloatArray":
    """Error of the integral of phi''^2 over each piece, from the rounding of the coefficients."""
    twice = 2.0 * np.abs(table.second) * table.weight
    if source.function is not None:
        direct: FloatArray = (twice * table.second_error).sum(1)
        return direct
    fits, order = source.fits, source.order
    t = (table.x - fits.centre[:, None]) / fits.half[:, None]
    signed = 2.0 * table.second * table.weight
    # T_k and its derivatives by their recurrences; the sum over the nodes is what a unit of c_k does.
    below = [np.ones_like(t), np.zeros_like(t), np.zeros_like(t)]
    here = [t, np.ones_like(t), np.zeros_like(t)]
    used = fits.coefficients != 0.0
    degree = np.where(used.any(1), used.shape[1] - 1 - np.argmax(used[:, ::-1], axis=1), 0)
    total = np.zeros(t.shape[0])
    for k in range(1, min(used.shape[1], int(degree.max()) + 3)):
        effect = (signed * here[order]).sum(1)
        total += np.where(k <= degree + 2, effect * effect, 0.0)
        after = [2.0 * t * here[j] - below[j] + (2.0 * j * here[j - 1] if j else 0.0) for j in range(3)]
        below, here = here, after
    noise: FloatArray = 3.0 * fits.noise * np.sqrt(total) / fits.half**order
    noise += (table.weight * table.second_error**2).sum(1)
    return noise


def _rings(pieces: ChebyshevPieces, values: "FloatArray", side: int) -> "FloatArray":
    """Sums of the values of pieces over the octaves of one side, outwards."""
    mine = (pieces.left >= 1.0) if side > 0 else (pieces.right <= -1.0)
    outer = np.maximum(np.abs(pieces.left), np.abs(pieces.right))[mine]
    octave = np.ceil(np.log2(outer)).astype(np.int64)
    sums: FloatArray = np.asarray(np.bincount(octave, values[mine]), dtype=np.float64)
    return sums


def _beyond(sums: "FloatArray", noise: float, *, sure: bool) -> tuple[float, float]:
    """Continue sums over octaves geometrically: what is beyond the last one, and its error."""
    if sums.size < 4 or sums[-1] <= noise:
        return 0.0, float(noise)
    ratio = float(sums[-1] / sums[-2]) if sure else float((sums[-1] + sums[-2]) / (sums[-2] + sums[-3]))
    if ratio >= 0.97:
        return math.inf, math.inf
    rest = float(sums[-1]) * ratio / (1.0 - ratio)
    return rest, (0.1 if sure else 1.0) * rest


def _limit(values: "FloatArray", errors: "FloatArray") -> tuple[float, float]:
    """Limit of values at 2^k as k grows, by Aitken's rule, and its error; inf, inf where there is none."""
    last, error = float(values[-1]), float(errors[-1])
    steps = np.diff(values[-4:])
    if abs(steps[-1]) <= 3.0 * (errors[-1] + errors[-2]):
        return last, error + abs(float(steps[-1]))
    ratios = [float(steps[i] / steps[i - 1]) if steps[i - 1] else math.inf for i in (1, 2)]
    if not abs(ratios[1]) < 0.98:
        return math.inf, math.inf
    limits = [float(values[i]) + float(steps[i]) * r / (1.0 - r) for i, r in ((-2, ratios[0]), (-1, ratios[1]))]
    return limits[1], abs(limits[1] - limits[0]) + 4.0 * error / (1.0 - ratios[1]) ** 2


def _short(value: float, error: float) -> float:
    """Return the value with fewer digits if its error allows."""
    for digits in range(1, 13):
        candidate = float(f"{value:.{digits}g}") if abs(value) > error else 0.0
        if abs(candidate - value) <= error:
            return candidate
    return value


def _offset(at: "FloatArray", values: "FloatArray", scale: "FloatArray", slope: float) -> tuple[float, float]:
    """Limit of phi(x) - slope x, and its error; NaN where it is unbounded."""
    rest = values - slope * at
    noise = 2.0 * EPSILON * np.maximum(np.abs(values), scale)
    steps = np.diff(rest)
    if abs(steps[-1]) > 8.0 * noise[-1] and abs(steps[-1]) > 0.98 * abs(steps[-2]):
        return math.nan, math.nan
    result, error = _settled(rest, noise)
    if not slope:
        # Far out phi may be rounded like its own values, not like x; believed if it agrees.
        far, far_error = _settled(rest, 2.0 * EPSILON * np.abs(values))
        if abs(far - result) <= error + far_error:
            result, error = far, far_error
    return _short(result, error), error


def _settled(values: "FloatArray", noise: "FloatArray") -> tuple[float, float]:
    """The limit of values at 2^k where it is known best, plainly or by Aitken's rule, and its error."""
    steps = np.diff(values)
    plain = np.abs(steps) + noise[1:]
    best = int(np.argmin(plain))
    result, error = float(values[best + 1]), float(plain[best])
    with np.errstate(all="ignore"):
        ratio = steps[1:] / steps[:-1]
        sped = values[2:] + steps[1:] * ratio / (1.0 - ratio)
        change = np.abs(np.diff(sped)) + 4.0 * noise[3:] / (1.0 - ratio[1:]) ** 2
    change[~((np.abs(ratio[1:]) < 0.98) & np.isfinite(change))] = math.inf
    k = int(np.argmin(change))
    return (float(sped[k + 1]), float(change[k])) if change[k] < 0.1 * error else (result, error)


def _end(
    side: int, pieces: ChebyshevPieces, sample: Sampler, table: _Table, noise: "FloatArray", given: float | None
) -> End:
    """Read the behaviour at one end off the last octaves."""
    reach = float(pieces.right[-1] if side > 0 else -pieces.left[0])
    resolved = reach >= 2.0**OUTERMOST
    bending = _rings(pieces, (table.weight * table.second**2).sum(1), side)
    ring_noise = _rings(pieces, noise + (table.weight * table.second_error**2).sum(1), side)
    rest, rest_error = _beyond(bending, 10.0 * float(ring_noise[-1]) if ring_noise.size else 0.0, sure=resolved)
    at = side * np.exp2(np.arange(OUTERMOST + 1, dtype=np.float64))
    values, scale = sample(at), pieces.fits.scale[pieces.rows(at)]
    variation = variation_error = 0.0
    if resolved:
        apart = np.diff(at)
        secants = np.diff(values) / apart
        slope, slope_error = _limit(secants, EPSILON * (scale[1:] + scale[:-1]) / np.abs(apart))
        slope = _short(slope, slope_error) if math.isfinite(slope) else math.copysign(slope, secants[-1])
        if math.isinf(slope):
            variation = variation_error = math.inf
    else:
        swings = _rings(pieces, np.abs(np.diff(table.first, axis=1)).sum(1), side)
        variation, variation_error = _beyond(swings, 0.0, sure=False)
        slope, slope_error = _settling(pieces, table, side)
    if given is not None:
        _check_slope(sample.name, side, given, slope, slope_error, values, at, float(np.abs(table.first).max()))
        slope, slope_error = given, 0.0
    return _assemble(
        slope, slope_error, at, values, scale, variation, variation_error, rest, rest_error, resolved=resolved
    )


def _settling(pieces: ChebyshevPieces, table: _Table, side: int) -> tuple[float, float]:
    """The limit of an oscillating phi' whose swings shrink from octave to octave; else NaN."""
    outer = np.maximum(np.abs(pieces.left), np.abs(pieces.right))
    mine = (pieces.left >= 1.0) if side > 0 else (pieces.right <= -1.0)
    ring = np.ceil(np.log2(np.maximum(outer, 1.0))).astype(int)
    if not mine.any():
        return math.nan, math.inf
    last = int(ring[mine].max())
    tops, bottoms = (
        [f(table.first[mine & (ring == k)], initial=s * -1e300) for k in (last - 2, last - 1, last)]
        for f, s in ((np.max, 1.0), (np.min, -1.0))
    )
    swing = 0.5 * (np.array(tops) - np.array(bottoms))
    if not (swing[2] < 0.8 * swing[1] < 0.64 * swing[0]):
        return math.nan, math.inf
    middle = 0.5 * float(tops[2] + bottoms[2])
    return _short(middle, float(swing[2])), 2.0 * float(swing[2])


def _check_slope(
    name: str, side: int, given: float, slope: float, error: float, values: "FloatArray", at: "FloatArray", size: float
) -> None:
    if not math.isfinite(slope):
        slope, error = float((values[-1] - values[-2]) / (at[-1] - at[-2])), 0.01 * size
    if not abs(given - slope) <= 10.0 * error + SAME_SLOPE * max(size, abs(given)):
        end = "+inf" if side > 0 else "-inf"
        raise ValueError(
            f"slopes= says that the derivative of {name} tends to {given!r} at {end}, but its values say "
            f"{slope:.12g} +- {error:.2g}; slopes are (alpha_plus, alpha_minus), or leave them out"
        )


def _assemble(
    slope: float,
    slope_error: float,
    at: "FloatArray",
    values: "FloatArray",
    scale: "FloatArray",
    variation: float,
    variation_error: float,
    rest: float,
    rest_error: float,
    *,
    resolved: bool,
) -> End:
    offset, offset_error = math.nan, math.nan
    far = np.abs(values[OUTERMOST // 2 :])
    if math.isinf(slope):
        growth = "superlinear"
    elif resolved:
        offset, offset_error = _offset(at, values, scale, slope)
        growth = "linear" if slope else "sublinear" if math.isnan(offset) else "bounded"
    elif far.max() <= 4.0 * np.abs(values[: OUTERMOST // 2]).max():
        growth = "bounded"
    else:
        growth = "linear" if (far / np.abs(at[OUTERMOST // 2 :]))[-1] > 1e-6 else "sublinear"
    return End(slope, slope_error, offset, offset_error, growth, variation, variation_error, rest, rest_error)


def _settled_breaks(pieces: ChebyshevPieces, name: str) -> tuple[Break, ...]:
    """The breaks, singular places among them; raise where phi' is unbounded."""
    breaks = {one.place: one for one in pieces.breaks}
    for one in pieces.singularities:
        if one.exponent <= 1.02:
            what = "it jumps there" if one.exponent < 0.1 else "its derivative is unbounded there"
            raise ValueError(
                f"{name} behaves like abs(x - c)^{one.exponent:.3g} near c = {one.place!r}: {what}, and the class "
                "needs a derivative of bounded variation. Smooth it, or replace the steep part by a straight line"
            )
        near = [place for place in breaks if abs(place - one.place) <= 8.0 * one.place_error]
        jump, jump_error = 0.0, 0.0
        for place in near:
            old = breaks.pop(place)
            i = int(np.searchsorted(pieces.left, place))
            beside = np.clip(np.array([i - 4, i - 1, i, i + 3]), 0, pieces.left.size - 1)
            ends = np.where(np.arange(4) < 2, pieces.right[beside], pieces.left[beside])
            slope = pieces.fits.at(beside, ends, 1)[0]
            drift = float(abs(slope[0] - slope[1]) + abs(slope[3] - slope[2]))
            if abs(old.slope_jump) > 3.0 * drift:
                jump, jump_error = old.slope_jump, old.slope_jump_error + drift
        if jump or one.exponent < 2.02:
            bend = math.inf if one.exponent < 2.02 else 0.0
            breaks[one.place] = Break(one.place, one.place_error, jump, jump_error, bend, bend)
    return tuple(breaks[place] for place in sorted(breaks))


def _landmarks(pieces: ChebyshevPieces, table: _Table, breaks: Iterable[Break]) -> tuple[float, ...]:
    """Ends of the pieces on which phi' changes, of breaks, and of singular places."""
    change = table.first.max(1) - table.first.min(1)
    bent = change > 1e-12 * np.abs(table.first).max() + 4.0 * table.first_error.max(1)
    bent &= np.maximum(np.abs(pieces.left), np.abs(pieces.right)) <= 2.0**30
    places = {*pieces.left[bent].tolist(), *pieces.right[bent].tolist()}
    places |= {one.place for one in breaks} | {one.place for one in pieces.singularities}
    return tuple(sorted(places))


def profile(
    evaluate: "Batch",
    *,
    derivative: "Batch | None" = None,
    second_derivative: "Batch | None" = None,
    kinks: Iterable[float] = (),
    slopes: tuple[float, float] | None = None,
    name: str = "phi",
    automatic: "Batch | None" = None,
) -> Profile:
    """Find out what is to be known of an activation apart from any Gaussian.

    Parameters
    ----------
    evaluate : callable
        phi: takes a one-dimensional float64 array, returns one like it.
    derivative, second_derivative : callable, optional
        phi' and phi'' in the same form, if known; checked against phi.
    kinks : iterable of float
        Where phi' jumps, as far as known; each other one found gives a warning.
    slopes : (alpha_plus, alpha_minus), optional
        Limits of phi' at +inf and -inf, if known; checked against phi.
    name : str
        What messages call the function.
    automatic : callable, optional
        phi as the user wrote it, for automatic differentiation (`evaluate` may convert its
        argument to an array, where a jet cannot follow). Default: `evaluate`.

    Returns
    -------
    Profile

    Raises
    ------
    ValueError
        phi is not finite somewhere, jumps, has an unbounded derivative at a finite place, is not
        resolved by 400,000 samples, or contradicts the derivatives or slopes given.
    TypeError
        phi returns no real numbers, or not one a point.

    Warns
    -----
    KinkWarning
        For each kink that was not declared.

    Examples
    --------
    >>> import numpy as np
    >>> found = profile(np.tanh)
    >>> found.alpha_plus, len(found.inflections), round(found.tv, 12)
    (0.0, 1, 2.0)
    >>> abs(found.curvature - 16 / 15) <= found.curvature_error < 1e-13
    True
    """
    declared = tuple(float(kink) for kink in kinks)
    pieces = fit_pieces(evaluate, declared, name=name)
    breaks = _settled_breaks(pieces, name)
    first, second, table = _sources(pieces, name, evaluate, derivative, second_derivative, automatic or evaluate)
    sample = Sampler(evaluate, name)
    noise = _curvature_noise(second, table)
    plus, minus = (
        _end(side, pieces, sample, table, noise, given)
        for side, given in zip((1, -1), slopes or (None, None), strict=True)
    )
    places = np.array([one.place for one in breaks])
    flat = table.with_ends(pieces, first, second, places)
    inflections, inflection_errors = _zeros(second, flat[0], flat[3], flat[4], places)
    stationary, stationary_errors = _stationary(first, flat, inflections, inflection_errors, places)
    tv, tv_error = _total_variation(first, breaks, inflections, plus, minus)
    infinite = any(one.is_kink or math.isinf(one.bend_jump) for one in breaks)
    largest, largest_error = (math.inf, 0.0) if infinite else _largest(second, table)
    curvature, curvature_error = _curvature(table, noise, breaks, pieces.singularities, plus, minus)
    found = Profile(
        name=name,
        breaks=breaks,
        kinks=tuple(one.place for one in breaks if one.is_kink),
        singularities=pieces.singularities,
        minus=minus,
        plus=plus,
        growth=max(plus.growth, minus.growth, key=GROWTHS.index),
        landmarks=_landmarks(pieces, table, breaks),
        inflections=tuple(inflections.tolist()),
        inflection_errors=tuple(inflection_errors.tolist()),
        stationary=tuple(stationary.tolist()),
        stationary_errors=tuple(stationary_errors.tolist()),
        tv=tv,
        tv_error=tv_error,
        curvature=curvature,
        curvature_error=curvature_error,
        curvature_sup=largest,
        curvature_sup_error=largest_error,
        derivative_error=float(table.first_error.max()),
        second_derivative_error=float(table.second_error.max()),
        derivative_source=first.source,
        second_derivative_source=second.source,
        reach=(float(pieces.left[0]), float(pieces.right[-1])),
        nfev=pieces.nfev + sample.nfev,
        message=_message(plus, minus, pieces),
        _evaluate=evaluate,
        _derivatives=(first, second),
    )
    _warn_of_kinks(found, declared)
    return found


def _stationary(
    first: Derivative, flat: "list[FloatArray]", bends: "FloatArray", bend_errors: "FloatArray", places: "FloatArray"
) -> tuple["FloatArray", "FloatArray"]:
    """Zeros of phi': sign changes, and inflections at which it vanishes."""
    zeros, errors = _zeros(first, flat[0], flat[1], flat[2], places)
    if bends.size:
        value, error = first(bends)
        double = (np.abs(value) <= 2.0 * error) & (bend_errors < 1e-3 * np.maximum(np.abs(bends), 1.0))
        double &= ~np.isclose(bends[:, None], zeros, rtol=1e-9, atol=1e-9).any(1)
        zeros, errors = np.append(zeros, bends[double]), np.append(errors, bend_errors[double])
    order = np.argsort(zeros)
    return zeros[order], errors[order]


def _total_variation(
    first: Derivative, breaks: tuple[Break, ...], bends: "FloatArray", plus: End, minus: End
) -> tuple[float, float]:
    rest, rest_error = plus.variation + minus.variation, plus.variation_error + minus.variation_error
    if math.isinf(rest):
        return math.inf, 0.0
    pieces = first.pieces
    at = np.array([one.place for one in breaks])
    i = np.searchsorted(pieces.left, at)
    middle, middle_error = first(bends)
    left, left_error = first(at, np.maximum(i - 1, 0))
    right, right_error = first(at, i)
    x = np.concatenate([bends, at, at])
    order = np.argsort(x, kind="stable")
    chain = np.concatenate([middle, left, right])[order]
    errors = np.concatenate([middle_error, left_error, right_error])[order]
    ends = [minus, plus]
    for k, place in enumerate((0, -1)):
        if math.isnan(ends[k].slope) or ends[k].variation:
            edge = pieces.left[:1] if k == 0 else pieces.right[-1:]
            value, error = first(edge, np.array([0 if k == 0 else pieces.left.size - 1]))
        else:
            value, error = np.array([ends[k].slope]), np.array([ends[k].slope_error])
        chain = np.insert(chain, 0, value) if place == 0 else np.append(chain, value)
        errors = np.insert(errors, 0, error) if place == 0 else np.append(errors, error)
    steps = np.diff(chain)
    # A value between two steps of one sign cancels; where they turn it counts twice.
    signs = np.concatenate([[0.0], np.sign(steps), [0.0]])
    counted = np.abs(np.diff(signs))
    tv = float(np.abs(steps).sum())
    return tv + rest, float((counted * errors).sum()) + rest_error + 4.0 * EPSILON * tv


def _curvature(
    table: _Table,
    noise: "FloatArray",
    breaks: tuple[Break, ...],
    singular: tuple[Singularity, ...],
    plus: End,
    minus: End,
) -> tuple[float, float]:
    if any(one.is_kink for one in breaks) or any(one.exponent < 1.52 for one in singular):
        return math.inf, 0.0
    rest = plus.curvature + minus.curvature
    if math.isinf(rest):
        return math.inf, 0.0
    sums = (table.weight * table.second**2).sum(1)
    total = float(sums.sum())
    moved = sum(abs(one.bend_jump) * one.place_error for one in breaks if math.isfinite(one.bend_jump))
    error = float(np.sqrt((noise * noise).sum())) + 8.0 * EPSILON * total
    for one in singular:
        # Next to a singular place phi''^2 is integrated as a polynomial, which it is not.
        beside = np.abs(table.x - one.place).min(1) <= 2.0 * one.place_error
        if one.exponent < 2.02:
            error += float(sums[beside].sum()) / (1.0 - 0.5 ** (2.0 * one.exponent - 3.0))
    error += moved * float(np.abs(table.second).max()) + plus.curvature_error + minus.curvature_error
    return total + rest, error


def _message(plus: End, minus: End, pieces: ChebyshevPieces) -> str:
    parts = []
    for end, sign, reach in ((plus, "+", pieces.right[-1]), (minus, "-", pieces.left[0])):
        if math.isnan(end.slope):
            parts.append(f"phi' has no limit at {sign}inf: it still oscillates at x = {reach:.6g}")
        elif end.growth == "superlinear":
            parts.append(f"phi grows faster than linearly at {sign}inf: it is not in the class")
    return "; ".join(parts) or "ok"


def _warn_of_kinks(found: Profile, declared: tuple[float, ...]) -> None:
    for one in found.breaks:
        if one.is_kink and not any(abs(one.place - kink) <= 4.0 * one.place_error for kink in declared):
            warnings.warn(
                f"{found.name} has a kink at x = {one.place!r} (+- {one.place_error:.1g}) that was not declared: its "
                f"derivative jumps by {one.slope_jump:.6g} there. It is taken into account; declare it with "
                f"kinks=({one.place!r}, ...) to be sure of its place",
                KinkWarning,
                stacklevel=3,
            )
