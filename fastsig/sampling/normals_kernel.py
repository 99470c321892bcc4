"""The kernel of standard normals by number: a warp a tile. A scalar source; see `fastsig.targets.warp`.

Samples are those of the CPU: their words are equal, as functions of number and key.
"""

from collections.abc import MutableSequence, Sequence

from fastsig.sampling.normal_quantile import normal_in_stratum, normal_of_words
from fastsig.sampling.philox import words_of_sample
from fastsig.targets.warp import LANES, lane, warp

TILE = 2048  # samples of a warp, 64 of a lane

SIGNATURE = "void(int64, int64, int64[::1], int64[::1], int64[::1], int64[::1], int64, float64[::1])"


def tile_of_chunk(tile: int, per_chunk: int, counts: Sequence[int]) -> tuple[int, int, int]:
    """Return the chunk of a tile, and where in the chunk its samples begin and end."""
    chunk = tile // per_chunk
    begin = (tile - chunk * per_chunk) * TILE
    return chunk, begin, min(counts[chunk], begin + TILE)


def normals_kernel(
    tiles: int,
    per_chunk: int,
    firsts: Sequence[int],
    strata_before: Sequence[int],
    counts: Sequence[int],
    key: Sequence[int],
    strata: int,
    z: MutableSequence[float],
) -> None:
    """Write samples firsts[c], ..., firsts[c] + counts[c] - 1 of chunk c to z, from c per_chunk TILE on.

    With strata > 0 they are in strata strata_before[c], ...; chunks have `per_chunk` tiles each.
    """
    if warp() >= tiles:
        return
    chunk, begin, end = tile_of_chunk(warp(), per_chunk, counts)
    room = chunk * per_chunk * TILE
    for i in range(begin + lane(), end, LANES):
        sample = int(firsts[chunk] + i)  # int: NumPy's, in the simulator, would warn where they wrap
        low, high, _, _ = words_of_sample(sample, int(key[0]), int(key[1]), int(key[2]), int(key[3]))
        if strata > 0:
            z[room + i] = normal_in_stratum(low, high, strata_before[chunk] + i, strata)
        else:
            z[room + i] = normal_of_words(low, high)
