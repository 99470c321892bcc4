"""Growth and saturation: what phi does at the two ends."""

from fastsig.activations.definition import Activation
from fastsig.taxonomy.definition import UNDECIDED, Measured, Verdict
from fastsig.taxonomy.ends import end_of

ORDER = ("bounded", "sublinear", "linear", "superlinear")


def growth_of(phi: Activation) -> Verdict:
    """Return the larger growth of the two ends."""
    ends = [end_of(phi, side) for side in (-1, 1)]
    numbers = {name: end.slope for name, end in zip(("alpha_minus", "alpha_plus"), ends, strict=True)}
    reason = "; ".join(dict.fromkeys(end.reason for end in ends))
    known = [end.growth for end in ends if end.growth != UNDECIDED]
    largest = max(known, key=ORDER.index, default=UNDECIDED)
    # An undecided end grows at most linearly; so it matters unless the other one is at least linear.
    if len(known) < 2 and largest not in ("linear", "superlinear"):
        largest = UNDECIDED
    return Verdict(largest, reason, numbers)


def saturation_of(phi: Activation) -> Verdict:
    """Return at how many ends phi has a finite limit."""
    ends = [end_of(phi, side) for side in (-1, 1)]
    numbers: dict[str, Measured] = {}
    for name, end in zip(("limit_minus", "limit_plus"), ends, strict=True):
        if end.limit is not None:
            numbers[name] = end.limit
    reason = "; ".join(end.reason for end in ends if end.limit is not None) or "phi has no finite limit at either end"
    if any(end.growth == UNDECIDED for end in ends):
        return Verdict(UNDECIDED, "; ".join(end.reason for end in ends if end.growth == UNDECIDED), numbers)
    return Verdict(("not saturating", "half-saturating", "saturating")[len(numbers)], reason, numbers)
