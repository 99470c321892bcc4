"""How phi behaves at one end of the line, and whether what was seen decides it.

A profile extrapolates from abs(x) <= 2^40. Steps from 2^k to 2^(k+1) that fall geometrically add up to a limit; steps
that stay or grow do not; steps like 1/k (log log x, x/log x) could do either, and are left undecided.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.taxonomy.definition import UNDECIDED, Measured

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

FIRST, LAST = 20, 40  # octaves
CLEARLY_FALLING = 0.9  # ratio of consecutive steps: powers x^-p with p > 0.15
CLEARLY_STAYING = 0.9999  # log x has 1
WINDOW = 5  # octaves: the largest step counts
SAME_RATIO = 1e-3  # geometric: the ratio is that of ten octaves before


@dataclass(frozen=True, slots=True)
class EndBehaviour:
    """Growth, slope and limit of phi at -inf or +inf.

    Attributes
    ----------
    growth : str
        "bounded", "sublinear", "linear", "superlinear" or "undecided".
    limit : Measured or None
        The limit of phi, where it has a finite one.
    slope : Measured
        The limit of phi'; inf where phi' is unbounded, NaN where there is none or it is not known.
    has_slope : bool
        Whether phi' has a limit, perhaps an infinite one.
    reason : str
        Why, or why not.
    """

    growth: str
    limit: Measured | None
    slope: Measured
    has_slope: bool
    reason: str


def settle(steps: "FloatArray", noise: "FloatArray") -> bool | None:
    """Whether steps over octaves add up to a limit; None where they do not tell."""
    if abs(steps[-1]) <= 4.0 * noise[-1]:
        return True
    size = np.abs(steps)
    if size[-WINDOW:].max() <= CLEARLY_FALLING**10 * size[-10 - WINDOW : -10].max():
        return True  # also where phi oscillates on its way
    with np.errstate(all="ignore"):
        ratios = steps[-10:] / steps[-11:-1]
    if (ratios >= CLEARLY_STAYING).all():
        return False
    return True if abs(ratios[-1] - ratios[0]) <= SAME_RATIO and 0.0 < ratios[-1] < 1.0 - SAME_RATIO else None


def end_of(phi: Activation, side: int) -> EndBehaviour:
    """Return the behaviour at +inf (side 1) or -inf (side -1)."""
    key = f"end {side}"
    if key not in phi._cache:
        phi._cache[key] = _end_of(phi, side)
    found: EndBehaviour = phi._cache[key]
    return found


def _end_of(phi: Activation, side: int) -> EndBehaviour:
    end = phi.profile().plus if side > 0 else phi.profile().minus
    at = "+inf" if side > 0 else "-inf"
    slope = Measured(end.slope, end.slope_error if math.isfinite(end.slope) else 0.0)
    if math.isnan(end.slope):
        reach = abs(phi.profile().reach[1 if side > 0 else 0])
        return EndBehaviour(
            end.growth, None, slope, False, f"phi' has no limit at {at}: it still oscillates at abs(x) = {reach:g}"
        )
    x = side * np.exp2(np.arange(FIRST, LAST + 1, dtype=np.float64))
    values, errors = phi.batch_with_error(0, x)
    errors = errors + 2.0**-51 * np.abs(values)
    secants, apart = np.diff(values) / np.diff(x), np.abs(np.diff(x))
    secant_errors = (errors[1:] + errors[:-1]) / apart
    known = end.slope_error == 0.0
    settled = known or settle(np.diff(secants), secant_errors[1:] + secant_errors[:-1])
    if settled is False:
        return EndBehaviour("superlinear", None, Measured(math.inf), True, f"phi' is unbounded at {at}")
    if settled is None:
        return EndBehaviour(
            UNDECIDED, None, Measured(math.nan), False,
            f"whether phi' has a limit at {at} cannot be told from abs(x) <= 2^{LAST}",
        )  # fmt: skip
    if math.isinf(end.slope):  # steps fall, though not from each octave to the next: phi oscillates
        slope = _last(secants, secant_errors)
    if abs(slope.value) > slope.error:
        return EndBehaviour("linear", None, slope, True, f"phi' -> {slope} at {at}")
    settled = settle(np.diff(values), errors[1:] + errors[:-1])
    if settled is False:
        return EndBehaviour("sublinear", None, slope, True, f"phi' -> 0 at {at}, where phi is unbounded")
    if settled is None:
        return EndBehaviour(
            UNDECIDED, None, slope, True, f"whether phi is bounded at {at} cannot be told from abs(x) <= 2^{LAST}"
        )
    limit = _last(values, errors) if math.isnan(end.offset) else Measured(end.offset, end.offset_error)
    return EndBehaviour("bounded", limit, slope, True, f"phi -> {limit} at {at}")


def _last(values: "FloatArray", errors: "FloatArray") -> Measured:
    """Return the limit of values whose steps shrink at least by CLEARLY_FALLING an octave; 0 if that may be it."""
    rest = float(np.abs(np.diff(values))[-WINDOW:].max()) / (1.0 - CLEARLY_FALLING) + float(errors[-1])
    return Measured(float(values[-1]) if abs(values[-1]) > rest else 0.0, rest)
