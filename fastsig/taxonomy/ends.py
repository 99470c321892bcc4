"""How phi behaves at one end of the line, and whether what was seen decides it.

A profile extrapolates from abs(x) <= 2^40. Steps from 2^k to 2^(k+1) that fall geometrically add up to a limit; steps
that stay or grow do not; steps like 1/k (log log x, x/log x) could do either, and are left undecided.
"""

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.scaled import Scaled
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
    direction : float
        Sign of phi far out where it is unbounded, else 0.
    reason : str
        Why, or why not.
    """

    growth: str
    limit: Measured | None
    slope: Measured
    has_slope: bool
    direction: float
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
    if isinstance(phi, Scaled):
        return _of_scaled(phi, side)
    end = phi.profile().plus if side > 0 else phi.profile().minus
    slope = Measured(end.slope, end.slope_error if math.isfinite(end.slope) else 0.0)
    if math.isnan(end.slope):
        return _described(phi, side, end.growth, None, slope)
    x = side * np.exp2(np.arange(FIRST, LAST + 1, dtype=np.float64))
    values, errors = phi.batch_with_error(0, x)
    errors = errors + 2.0**-51 * np.abs(values)
    steps = np.diff(values)
    towards = float(np.sign(steps[-1]))
    secants, apart = steps / np.diff(x), np.abs(np.diff(x))
    secant_errors = (errors[1:] + errors[:-1]) / apart
    known = end.slope_error == 0.0
    settled = known or settle(np.diff(secants), secant_errors[1:] + secant_errors[:-1])
    if settled is None:
        return _described(phi, side, UNDECIDED, None, Measured(math.nan))
    if settled is False:
        return _described(phi, side, "superlinear", None, Measured(math.inf), towards)
    if math.isinf(end.slope):  # steps fall, though not from each octave to the next: phi oscillates
        slope = _last(secants, secant_errors)
    if abs(slope.value) > slope.error:
        return _described(phi, side, "linear", None, slope, side * math.copysign(1.0, slope.value))
    settled = settle(steps, errors[1:] + errors[:-1])
    if settled is None:
        return _described(phi, side, UNDECIDED, None, slope)
    if settled is False:
        return _described(phi, side, "sublinear", None, slope, towards)
    limit = _last(values, errors) if math.isnan(end.offset) else Measured(end.offset, end.offset_error)
    return _described(phi, side, "bounded", limit, slope)


def _of_scaled(phi: Scaled, side: int) -> EndBehaviour:
    """What the base does at the end that a x + b goes to: samples of phi itself might not reach so far."""
    change = phi.change
    base = end_of(phi.base, -side if change.turns else side)
    slope = Measured(change.slope(base.slope.value), change.slope_error(*base.slope))
    limit = None if base.limit is None else Measured(*change.offset(0.0, 0.0, *base.limit))
    return _described(phi, side, base.growth, limit, slope, math.copysign(1.0, phi.c) * base.direction)


def _described(
    phi: Activation, side: int, growth: str, limit: Measured | None, slope: Measured, direction: float = 0.0
) -> EndBehaviour:
    """Return the behaviour with what there is to say of it."""
    at = "+inf" if side > 0 else "-inf"
    seen = f"abs({f'{phi.a:g} x{phi.b:+g}' if isinstance(phi, Scaled) else 'x'}) <= 2^{LAST}"
    if math.isnan(slope.value) and growth == UNDECIDED:
        reason = f"whether phi' has a limit at {at} cannot be told from {seen}"
    elif math.isnan(slope.value):
        reach = abs(phi.profile().reach[1 if side > 0 else 0])
        reason = f"phi' has no limit at {at}: it still oscillates at abs(x) = {reach:g}"
    elif growth == UNDECIDED:
        reason = f"whether phi is bounded at {at} cannot be told from {seen}"
    else:
        reason = {
            "superlinear": f"phi' is unbounded at {at}",
            "linear": f"phi' -> {slope} at {at}",
            "sublinear": f"phi' -> 0 at {at}, where phi is unbounded",
            "bounded": f"phi -> {limit} at {at}",
        }[growth]
    return EndBehaviour(growth, limit, slope, not math.isnan(slope.value), direction, reason)


def _last(values: "FloatArray", errors: "FloatArray") -> Measured:
    """Return the limit of values whose steps shrink at least by CLEARLY_FALLING an octave; 0 if that may be it."""
    rest = float(np.abs(np.diff(values))[-WINDOW:].max()) / (1.0 - CLEARLY_FALLING) + float(errors[-1])
    return Measured(float(values[-1]) if abs(values[-1]) > rest else 0.0, rest)
