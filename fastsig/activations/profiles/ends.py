"""How phi behaves at -inf and +inf: slope, offset, growth, and what is left beyond the last piece.

Read off the last octaves: limits by Aitken's rule, sums continued geometrically.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.chebyshev.fits import EPSILON, OUTERMOST
from fastsig.activations.chebyshev.sampler import Sampler
from fastsig.activations.chebyshev_pieces import ChebyshevPieces
from fastsig.activations.profiles.table import Table

if TYPE_CHECKING:
    from numpy.typing import NDArray

    FloatArray = NDArray[np.float64]

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


def end_of(
    side: int, pieces: ChebyshevPieces, sample: Sampler, table: Table, noise: "FloatArray", given: float | None
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
    if given is not None and not math.isnan(given):  # NaN: known to have no limit
        _check_slope(sample.name, side, given, slope, slope_error, values, at, float(np.abs(table.first).max()))
        slope, slope_error = given, 0.0
    return _assemble(
        slope, slope_error, at, values, scale, variation, variation_error, rest, rest_error, resolved=resolved
    )


def _settling(pieces: ChebyshevPieces, table: Table, side: int) -> tuple[float, float]:
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


def message_of(plus: End, minus: End, reach: tuple[float, float]) -> str:
    """What the two ends leave open, or "ok"."""
    parts = []
    for end, sign, last in ((plus, "+", reach[1]), (minus, "-", reach[0])):
        if math.isnan(end.slope):
            parts.append(f"phi' has no limit at {sign}inf: it still oscillates at x = {last:.6g}")
        elif end.growth == "superlinear":
            parts.append(f"phi grows faster than linearly at {sign}inf: it is not in the class")
    return "; ".join(parts) or "ok"
