"""Monotonicity, from essential inf and sup of phi'."""

from fastsig.activations.definition import Activation
from fastsig.taxonomy.definition import UNDECIDED, Measured, Verdict
from fastsig.taxonomy.ranges import Range, slope_range


def monotonicity_of(phi: Activation, found: Range | None = None) -> Verdict:
    """Return whether phi increases or decreases (weakly), is constant, or neither."""
    found = found or slope_range(phi)
    low, high = Measured(found.low, found.low_error), Measured(found.high, found.high_error)
    numbers = {"inf": low, "sup": high}
    reason = f"phi' in [{low}, {high}]"
    rising, falling = high.value > high.error, low.value < -low.error
    if rising and falling:
        return Verdict("neither", reason, numbers)
    if not found.complete:
        return Verdict(UNDECIDED, f"{reason} as far as seen; phi' has no known limit", numbers)
    if low.value >= 0.0 and rising:
        return Verdict("increasing", reason, numbers)
    if high.value <= 0.0 and falling:
        return Verdict("decreasing", reason, numbers)
    if low.value == high.value == 0.0:
        return Verdict("constant", reason, numbers)
    return Verdict(UNDECIDED, f"{reason}: the sign of one end is within its error", numbers)
