"""Sums over the lattices of `fastsig.kernel.lattice` (compiled by numba)."""

import math

import numpy as np

from fastsig.arrays import FloatArray
from fastsig.kernel.compiled import IntArray, compiled, compiled_for_sums

REACH = 9.2  # outside of this radius a plane Gaussian has 4e-19 of its mass; phi may be a cube near 0
# The inner error is weighed with the outer Gaussian at u standard deviations, exp(-u^2/2): together they
# shall be exp(-42) = 6e-19: where phi is a cube near 0 it is a thousand times larger beside the line of summation
# than its mean square (tanhshrink).
EXPONENT = 42.0
FEWEST = 5.0  # what is left of it far out
STRIP = 0.36  # largest b^2 in `_longest_step`
LN2, LOG2_E = math.log(2.0), 1.0 / math.log(2.0)
ROUND = 6755399441055744.0  # 1.5 * 2^52: its last bits are those of a whole number added to it
SHORTER = math.sqrt(0.5)  # from level to level
VECTOR = 4  # what is left over after the vectors of a loop costs as much as they do
NEIGHBOURS = 8  # of interpolation between the finest nodes


@compiled_for_sums
def _gaussian_sums(
    x: FloatArray, values: FloatArray, mirrored: FloatArray, begin: int, end: int, mean: float, rate: float
) -> tuple[float, float]:
    """Sums of exp(-(x[j] - mean)^2 rate) times values[j] and times mirrored[j] over begin <= j < end.

    No branches, so that the loop becomes one of vectors: exp(t) = 2^k exp(r) by Taylor's polynomial, abs(r) < 0.35.
    A rounding of t is large where t is, and exp(t) is then small. Nodes are within 27 widths: nothing underflows.
    """
    total, other = 0.0, 0.0
    for j in range(begin, end):
        away = x[j] - mean
        t = -(away * away) * rate
        k = np.floor(t * LOG2_E + 0.5)
        r = t - k * LN2
        square = r * r
        fourth = square * square
        low = (
            (1.0 + r)
            + square * (0.5 + r * (1.0 / 6.0))
            + fourth * ((1.0 / 24.0 + r * (1.0 / 120.0)) + square * (1.0 / 720.0 + r * (1.0 / 5040.0)))
        )
        high = (1.0 / 40320.0 + r * (1.0 / 362880.0)) + square * (1.0 / 3628800.0 + r * (1.0 / 39916800.0))
        bits = (np.float64(k + ROUND).view(np.int64) + 1023) << 52
        weight = (low + fourth * fourth * high) * np.int64(bits).view(np.float64)
        total += weight * values[j]
        other += weight * mirrored[j]
    return total, other


@compiled
def _near_asinh(x: float) -> float:
    """asinh(x) to 1e-3: the logarithm from the exponent and a cubic of the mantissa."""
    z = abs(x)
    bits = np.float64(z + math.sqrt(z * z + 1.0)).view(np.int64)
    m = np.int64((bits & 0xFFFFFFFFFFFFF) | 0x3FF0000000000000).view(np.float64)
    log2 = (bits >> 52) - 1023 + (-2.153620718 + m * (3.047884161 + m * (-1.051875031 + m * 0.158248715)))
    return math.copysign(LN2 * log2, x)


@compiled
def bank_of(s: float, lowest: float, banks: int) -> int:
    """The bank that serves a standard deviation: 0 from `lowest` on, then one an octave; -1 below the last."""
    k = 0
    while s < lowest and k < banks:
        s *= 2.0
        k += 1
    return k if k < banks else -1


@compiled
def _longest_step(spread: float, c: float, mean: float, need: float) -> float:
    """How long steps in t, x = c sinh(t), may be to sum a Gaussian of width `spread` around `mean` up to exp(-need).

    On the line Im t = b < pi/4 the Gaussian is at most exp(sin(b)^2 (c^2 + mean^2/cos(2b))/(2 spread^2)), and what the
    trapezoid rule of step h misses is exp(-2 pi b/h) times that. With sin b < b and cos 2b > 1 - 2 b^2 the exponent
    is at most b^2 a/2 - 2 pi b/h, a = (c^2 + mean^2/(1 - 2 b^2))/spread^2, least at b = sqrt(2 need/a) for the h below.
    """
    square = 1.0 / (spread * spread)
    middle, slope = c * c * square, mean * mean * square
    furthest = min(2.0 * need / (middle + slope), STRIP)  # b^2, or more: a grows with it
    a = middle + slope / (1.0 - 2.0 * furthest)
    if furthest < STRIP:
        return math.pi * math.sqrt(2.0 / (a * need))
    return 2.0 * math.pi * math.sqrt(STRIP) / (need + 0.5 * STRIP * a)


@compiled
def _interpolated(t: float, step: float, n: int, first: int, values: FloatArray) -> float:
    """Interpolate phi at c sinh(t) by Lagrange's formula from the nodes j step around t, -n <= j <= n.

    Their values begin at `first`.
    """
    place = t / step + n
    start = int(place) - NEIGHBOURS // 2 + 1
    start = min(max(start, 0), 2 * n + 1 - NEIGHBOURS)
    u = place - start
    total, weight, scale = 0.0, 0.0, 1.0
    # Barycentric weights of equidistant nodes: binomial coefficients of changing sign.
    for k in range(NEIGHBOURS):
        gap = u - k
        if gap == 0.0:
            exact: float = values[first + start + k]
            return exact
        total += scale / gap * values[first + start + k]
        weight += scale / gap
        scale *= -(NEIGHBOURS - 1 - k) / (k + 1.0)
    result: float = total / weight
    return result


@compiled
def lattice_sums(
    s1: FloatArray, s2: FloatArray, rho: FloatArray, step: float, lowest: float, c: FloatArray, n: IntArray,
    first: IntArray, x: FloatArray, weighted: FloatArray, mirrored: FloatArray, plain: FloatArray,
    node: FloatArray, share: FloatArray, value: FloatArray, served: IntArray,
) -> None:  # fmt: skip
    """Compute E f(X) f(Y) at many points; served[i] is the number of nodes, 0 where a bank is missing.

    n[k, l] nodes on each side, from first[k, l] on, belong to level l of bank k; rows of node and share are
    Gauss-Hermite rules.
    """
    banks, levels = n.shape
    for at in range(s1.size):
        a, b, r = s1[at], s2[at], rho[at]
        value[at], served[at] = 0.0, 0
        one, two = bank_of(a, lowest, banks), bank_of(b, lowest, banks)
        if one < 0 or two < 0:
            continue
        spread = b * math.sqrt((1.0 - r) * (1.0 + r))
        outer = min(n[one, 0], int(math.asinh(REACH * a / c[one]) / step) + 1)
        centre = first[one, 0] + n[one, 0]
        total, used = 0.0, 2 * outer + 1
        for i in range(outer + 1):  # X and -X at a time: the weights are the same
            u = x[centre + i] / a
            mean = b * r * u
            need = max(EXPONENT - 0.5 * u * u, FEWEST)
            longest = _longest_step(spread, c[two], mean, need) if spread > 0.0 else 0.0
            level, h = 0, step
            while level < levels and h > longest:
                level += 1
                h *= SHORTER
            plus, minus = 0.0, 0.0
            if level < levels:
                side = n[two, level]
                reach = spread * math.sqrt(max(REACH * REACH - u * u, 4.0))
                low = max(-side, int(_near_asinh((mean - reach) / c[two]) / h) - 1)
                high = min(side, int(_near_asinh((mean + reach) / c[two]) / h) + 1)
                high += -(high - low + 1) % VECTOR
                if high > side:  # whole vectors
                    low, high = max(-side, low - (high - side)), side
                middle = first[two, level] + side
                rate = 0.5 / (spread * spread)
                plus, minus = _gaussian_sums(x, weighted, mirrored, middle + low, middle + high + 1, mean, rate)
                plus /= spread
                minus /= spread
                used += high - low + 1
            else:
                side = n[two, levels - 1]
                fine = first[two, levels - 1]
                # The error of m nodes is about m! (spread/distance)^(2m).
                ratio = spread / math.sqrt(c[two] * c[two] + mean * mean)
                rule = 0 if ratio < 1e-8 else 1 if ratio < 2e-4 else 2 if ratio < 2e-3 else 3
                for k in range(node.shape[1]):
                    if share[rule, k] > 0.0:
                        t = math.asinh((mean + spread * node[rule, k]) / c[two])
                        plus += share[rule, k] * _interpolated(t, h / SHORTER, side, fine, plain)
                        minus += share[rule, k] * _interpolated(-t, h / SHORTER, side, fine, plain)
            both = weighted[centre + i] * plus
            if i > 0:
                both += weighted[centre - i] * minus
            total += math.exp(-0.5 * u * u) * both
        value[at] = total / a
        served[at] = used
