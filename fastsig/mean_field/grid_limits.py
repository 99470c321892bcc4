"""The fixed points reached from q = 1, for all points of a grid of (sigma_w, sigma_b) at once.

A fixed point solves D(q) = sigma_b^2, D(q) = q - sigma_w^2 m2(sqrt(q)). The turns of D, where V' = 1, depend on
sigma_w alone; between them D is monotone. An orbit goes up while D < sigma_b^2 and down while D > sigma_b^2, so
that it ends at the first crossing in the direction of its first step (where V falls somewhere, after some
steps: see `fixed_points.basin`). Crossings are bracketed by turns, then in a grid of q, then found by Newton's
method kept inside its bracket.
"""

import math
from itertools import pairwise

import numpy as np

from fastsig.arrays import FloatArray
from fastsig.mean_field.convexity import convexity
from fastsig.mean_field.fixed_points import LARGEST, SMALLEST, STEP, SWINGS
from fastsig.mean_field.variance_functions import ROUNDING, VarianceFunctions
from fastsig.mean_field.variance_table import at_many, variance_table

CELLS = 1024
HALVINGS = 60
ITERATIONS = 80  # of Newton's method; three or four do, unless V' is 1


def grid_limits(functions: VarianceFunctions, w2: FloatArray, b2: FloatArray) -> FloatArray:
    """Return q* of shape (len(w2), len(b2)); inf where variances diverge."""
    turns = _turns(functions, w2)
    column, row = w2[:, None], np.broadcast_to(b2, (w2.size, b2.size))
    start = _starts(functions, w2, b2, turns)
    at_start = start - column * at_many(functions, start.ravel(), 1)[0].reshape(start.shape)
    tolerance = ROUNDING * (start + row)
    low, high = _brackets(functions, column, row, turns, start, at_start, tolerance)
    q = np.where(np.isnan(low), np.inf, np.where(np.abs(at_start - row) <= tolerance, start, 0.0))
    inside = ~np.isnan(low) & (q == 0.0) & (high > 0.0)
    weights, biases = np.broadcast_to(column, q.shape)[inside], row[inside]
    q[inside] = _crossings(functions, weights, biases, *_finite(functions, weights, biases, low[inside], high[inside]))
    return q


def _turns(functions: VarianceFunctions, w2: FloatArray) -> FloatArray:
    """Turns of D, where sigma_w^2 m2' = 1: ascending, of shape (len(w2), pieces), after zeros where there are fewer."""
    known, table = convexity(functions), variance_table(functions)
    found = np.zeros((w2.size, len(known.turns) + 1))
    if known.affine:
        return found
    ends = (0.0, *known.turns, math.inf)
    for piece, (low, high) in enumerate(pairwise(ends)):
        first, last = (w2 * functions.one(end)[1] - 1.0 for end in (low, high))
        (columns,) = np.nonzero(first * last < 0.0)
        if not columns.size:
            continue
        weights, rising = w2[columns], last[columns] > 0.0
        # The range of the table first: beyond it each value costs an integral.
        a = np.full(columns.size, math.log(low) if low > 0.0 else table.low * math.log(2))
        b = np.full(columns.size, math.log(high) if high < math.inf else table.high * math.log(2))
        for edge, other, outer in ((a, low, SMALLEST), (b, high, LARGEST)):
            if other in (0.0, math.inf):
                value = functions.one(math.exp(edge[0]))[1]
                beyond = ((weights * value > 1.0) == rising) == (other == 0.0)
                edge[beyond] = math.log(outer)
        for _ in range(HALVINGS):
            middle = 0.5 * (a + b)
            above = (weights * at_many(functions, np.exp(middle), 2)[1] > 1.0) == rising
            a, b = np.where(above, a, middle), np.where(above, middle, b)
        found[columns, piece] = np.exp(b)
    return np.sort(found, axis=1)


def _starts(functions: VarianceFunctions, w2: FloatArray, b2: FloatArray, turns: FloatArray) -> FloatArray:
    """1, or what V makes of it in some steps where it falls somewhere and may have several fixed points."""
    start = np.ones((w2.size, b2.size))
    if not convexity(functions).rising:
        several = turns[:, -1] > 0.0
        q = start[several]
        for _ in range(SWINGS if several.any() else 0):
            m2 = at_many(functions, q.ravel(), 1)[0].reshape(q.shape)
            q = np.minimum(w2[several, None] * m2 + b2, LARGEST)
        start[several] = q
    return start


def _brackets(
    functions: VarianceFunctions,
    column: FloatArray,
    row: FloatArray,
    turns: FloatArray,
    start: FloatArray,
    at_start: FloatArray,
    tolerance: FloatArray,
) -> tuple[FloatArray, FloatArray]:
    """Two variances between which D rises through sigma_b^2, the first crossing from the start on; NaN without one."""
    at_turns = turns - column * _m2(functions, turns)
    rest = 1.0 - column * functions.far_slope
    at_infinity = np.where(np.abs(rest) <= ROUNDING, -np.inf, np.copysign(np.inf, rest))
    at_zero = -column * functions.at_zero[0]
    nodes = np.concatenate([np.zeros_like(column), turns, np.full_like(column, np.inf)], axis=1)
    values = np.concatenate([at_zero, at_turns, at_infinity], axis=1)
    up, down = row - at_start > tolerance, at_start - row > tolerance
    low, high = np.where(up | down, np.nan, start), start.copy()
    for k in range(1, nodes.shape[1]):
        node, value, before = nodes[:, k, None], values[:, k, None], nodes[:, k - 1, None]
        hit = up & (node > start) & (value >= row)
        low, high = np.where(hit, np.maximum(before, start), low), np.where(hit, node, high)
        up &= ~hit
    for k in range(nodes.shape[1] - 2, -1, -1):
        node, value, after = nodes[:, k, None], values[:, k, None], nodes[:, k + 1, None]
        hit = down & (node < start) & (value <= row)
        low, high = np.where(hit, node, low), np.where(hit, np.minimum(after, start), high)
        # D(0) = sigma_b^2: 0 itself is the fixed point, and D is monotone from there
        high = np.where(hit & (node == 0.0) & (value == row), 0.0, high)
        down &= ~hit
    return low, high


def _m2(functions: VarianceFunctions, q: FloatArray) -> FloatArray:
    found: FloatArray = at_many(functions, q.ravel(), 1)[0].reshape(q.shape)
    return found


def _finite(
    functions: VarianceFunctions, w2: FloatArray, b2: FloatArray, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Replace 0 and infinity by variances that bracket as well."""
    low = np.where(low > 0.0, low, b2)  # V(q) >= sigma_b^2
    for ends, start, step in ((low, high, 1.0 / STEP), (high, low, STEP)):
        (open_ends,) = np.nonzero((ends == 0.0) | np.isinf(ends))
        ends[open_ends] = start[open_ends]
        while open_ends.size:
            ends[open_ends] = np.clip(ends[open_ends] * step, SMALLEST, LARGEST)
            q = ends[open_ends]
            excess = w2[open_ends] * at_many(functions, q, 1)[0] + b2[open_ends] - q
            wrong = (excess < 0.0) if step < 1.0 else (excess > 0.0)
            open_ends = open_ends[wrong & (q > SMALLEST) & (q < LARGEST)]
    return low, high


def _crossings(
    functions: VarianceFunctions, w2: FloatArray, b2: FloatArray, low: FloatArray, high: FloatArray
) -> FloatArray:
    """Find where D = sigma_b^2 in brackets on which D rises."""
    low, high = _cells(functions, w2, b2, low, high)
    q = np.sqrt(low) * np.sqrt(high)
    left = np.arange(q.size)
    for _ in range(ITERATIONS):
        here, weights = q[left], w2[left]
        m2, slope = at_many(functions, here, 2)
        excess = here - weights * m2 - b2[left]
        a = np.where(excess <= 0.0, here, low[left])
        b = np.where(excess >= 0.0, here, high[left])
        with np.errstate(divide="ignore", invalid="ignore"):
            new = here - excess / (1.0 - weights * slope)
        new = np.where((new >= a) & (new <= b), new, np.sqrt(a) * np.sqrt(b))
        q[left], low[left], high[left] = new, a, b
        left = left[np.abs(new - here) > ROUNDING * new]
        if not left.size:
            break
    return q


def _cells(
    functions: VarianceFunctions, w2: FloatArray, b2: FloatArray, low: FloatArray, high: FloatArray
) -> tuple[FloatArray, FloatArray]:
    """Narrow brackets to a cell of a grid of q, on which m2 is computed once."""
    table = variance_table(functions)
    grid = np.exp2(np.linspace(table.low, table.high, CELLS + 1))
    m2 = at_many(functions, grid, 1)[0]
    # a is the last node known to be at or below the crossing, b the first one above it
    a, b = np.searchsorted(grid, low, "right") - 1, np.searchsorted(grid, high, "left")
    for _ in range(math.ceil(math.log2(CELLS)) + 1):
        middle = (a + b) >> 1
        at = np.clip(middle, 0, CELLS)
        below = grid[at] - w2 * m2[at] < b2
        inner = b - a > 1
        a, b = np.where(inner & below, middle, a), np.where(inner & ~below, middle, b)
    narrow_low = np.where(a >= 0, grid[np.clip(a, 0, CELLS)], low)
    narrow_high = np.where(b <= CELLS, grid[np.clip(b, 0, CELLS)], high)
    return np.maximum(low, narrow_low), np.minimum(high, narrow_high)
