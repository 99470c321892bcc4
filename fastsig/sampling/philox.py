"""Philox 4x32-10: random words as a function of a counter and a key, without a state.

Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC11, doi
10.1145/2063384.2063405. A scalar source for every target (see `fastsig.targets.scalar`), and the reference
for csrc/src/philox.h. Words are ints in [0, 2^32); products are masked, so that they may wrap at 64 bits.
"""

_MASK = 0xFFFFFFFF


def philox4x32(c0: int, c1: int, c2: int, c3: int, k0: int, k1: int) -> tuple[int, int, int, int]:
    """Return the four words that belong to a counter of four words and a key of two."""
    for _ in range(10):
        p0, p1 = 0xD2511F53 * c0, 0xCD9E8D57 * c2
        c0, c1, c2, c3 = ((p1 >> 32) & _MASK) ^ c1 ^ k0, p1 & _MASK, ((p0 >> 32) & _MASK) ^ c3 ^ k1, p0 & _MASK
        k0, k1 = (k0 + 0x9E3779B9) & _MASK, (k1 + 0xBB67AE85) & _MASK
    return c0, c1, c2, c3


def words_of_sample(sample: int, k0: int, k1: int, k2: int, k3: int) -> tuple[int, int, int, int]:
    """Return the four words of a sample.

    Philox takes 64 bits of key and 128 of counter. The sample's number is the lower half of the counter; of
    the key of 128 bits, k0 and k1 are Philox's key and k2 and k3 the upper half of the counter. So
    different keys and samples never share a (counter, key).
    """
    return philox4x32(sample & _MASK, (sample >> 32) & _MASK, k2, k3, k0, k1)
