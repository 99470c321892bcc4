"""The key of a run: 128 bits, drawn once from what `rng=` gives."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import numpy as np

    RandomLike = int | np.random.SeedSequence | np.random.BitGenerator | np.random.Generator | None

Key = tuple[int, int, int, int]


def read_key(rng: "RandomLike") -> Key:
    """Draw four words of 32 bits (SPEC 7): equal ints give equal keys, a Generator moves on.

    They are the lower halves of the next four outputs of the bit generator, a stream that NumPy keeps
    between versions, as it does not that of `Generator.integers`.
    """
    import numpy as np

    if isinstance(rng, (bool, float, str, bytes)):
        raise _refused(rng)
    try:
        generator = np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise _refused(rng) from None
    with generator.bit_generator.lock:
        words: Any = generator.bit_generator.random_raw(4)
    a, b, c, d = (int(word) & 0xFFFFFFFF for word in words)
    return a, b, c, d


def _refused(rng: object) -> TypeError | ValueError:
    kind = ValueError if isinstance(rng, int) and not isinstance(rng, bool) else TypeError
    return kind(
        "rng must be None, a non-negative integer, or a numpy.random.SeedSequence, BitGenerator or Generator; "
        f"got {rng!r}"
    )
