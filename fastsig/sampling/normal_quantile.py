"""Standard normals from random words, by the inverse of the distribution function.

A scalar source for every target, and the reference for csrc/src/normal_quantile.h; the polynomials are
those of csrc/generate/normal_quantile.py. The inverse, because one uniform number gives one normal number: order
is kept, antithetic and stratified samples work, and no branch depends on a rejection.
"""

import math

from fastsig.sampling.normal_quantile_polynomials import (
    CENTRAL,
    CENTRAL_END,
    CENTRAL_MIDDLE,
    FAR,
    FAR_MIDDLE,
    NEAR,
    NEAR_END,
    NEAR_MIDDLE,
)


def normal_quantile(h: float) -> float:
    """Return z <= 0 with P(Z <= z) = h, for h in [1e-29, 1/2], to 4 ulp."""
    w = -math.log(4.0 * h - 4.0 * h * h)
    p = 0.0
    if w <= CENTRAL_END:
        for c in CENTRAL:
            p = p * (w - CENTRAL_MIDDLE) + c
        return (0.5 - h) * p
    root = math.sqrt(w)
    if w <= NEAR_END:
        for c in NEAR:
            p = p * (1.0 / root - NEAR_MIDDLE) + c
    else:
        for c in FAR:
            p = p * (1.0 / root - FAR_MIDDLE) + c
    return p * root


def normal_of_words(low: int, high: int) -> float:
    """Return a standard normal number from two words, 64 bits.

    The upper 52 bits, m, are the tail probability (m + 1/2)/2^53, the lowest bit is the sign: symmetric, and
    never beyond 8.3, which has a probability of 1e-16.
    """
    m = (high << 20) + (low >> 12)
    z = normal_quantile((m + 0.5) * 2.0**-53)
    return -z if low & 1 else z


def normal_in_stratum(low: int, high: int, stratum: int, strata: int) -> float:
    """Return a normal number in one of `strata` intervals of equal probability, from two words.

    The upper 52 bits are the place u within the interval. The smaller one of the two tails,
    (stratum + u)/strata and its complement, is computed, so that both are as fine.
    """
    u = ((high << 20) + (low >> 12) + 0.5) * 2.0**-52
    inverse = 1.0 / float(strata)
    below = (float(stratum) + u) * inverse
    above = (float(strata - 1 - stratum) + (1.0 - u)) * inverse
    z = normal_quantile(min(below, above, 0.5))
    return -z if above < below else z
