"""Seeds of random numbers: one for each cell of a sweep."""

from hashlib import sha256


def stream(seed: int, *key: object) -> int:
    """Return a seed of 128 bits for a cell: independent of other cells, and of how the sweep is cut into tasks.

    Examples
    --------
    >>> from fastsig.sweeps.streams import stream
    >>> stream(0, "gelu", 1.0) == stream(0, "gelu", 1.0) != stream(0, "gelu", 2.0)
    True
    """
    text = "\n".join([str(seed), *(value.hex() if isinstance(value, float) else str(value) for value in key)])
    return int.from_bytes(sha256(text.encode()).digest()[:16], "big")
