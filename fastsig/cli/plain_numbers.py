"""Numbers as JSON and CSV hold them."""

import math


def json_number(value: float) -> float | str:
    """Return a number, or "inf" and "nan", which JSON does not have, as text."""
    return value if math.isfinite(value) else str(value)
