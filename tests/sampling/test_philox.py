"""Philox 4x32-10 and the normals that are made of its words: known answers, both sources, distributions."""

import numpy as np
import pytest
from numba import njit
from scipy import stats

from fastsig.sampling.normal_quantile import normal_of_words
from fastsig.sampling.philox import philox4x32, words_of_sample
from fastsig.sampling.samples import Samples
from fastsig.targets.cpu import cpu_levels
from fastsig.targets.scalar import compile_source
from tests.subprocesses import output

# Counter, key, result: the known answers of Random123 1.14 (kat_vectors), by the authors of Philox.
KNOWN = (
    ("00000000 00000000 00000000 00000000", "00000000 00000000", "6627e8d5 e169c58d bc57ac4c 9b00dbd8"),
    ("ffffffff ffffffff ffffffff ffffffff", "ffffffff ffffffff", "408f276d 41c83b0e a20bc7c6 6d5451fd"),
    ("243f6a88 85a308d3 13198a2e 03707344", "a4093822 299f31d0", "d16cfe09 94fdcceb 5001e420 24126ea1"),
)
KEY = (0xA4093822, 0x299F31D0, 0x13198A2E, 0x03707344)
ULP = 2.0**-52


def words(text):
    return tuple(int(word, 16) for word in text.split())


@pytest.fixture(scope="module")
def compiled():
    return compile_source(philox4x32, njit)


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_known_answers(counter, key, answer, compiled):
    assert philox4x32(*words(counter), *words(key)) == words(answer)
    assert tuple(word & 0xFFFFFFFF for word in compiled(*words(counter), *words(key))) == words(answer)


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN[:1] + KNOWN[2:])
def test_known_answers_in_c(counter, key, answer):
    """The sample whose number is the lower half of the counter, and both of its normals (numbers end at 2^44)."""
    c, k, w = words(counter), words(key), words(answer)
    number = c[0] | c[1] << 32
    if number >= 1 << 44:
        number &= (1 << 44) - 1
        w = philox4x32(number & 0xFFFFFFFF, number >> 32, c[2], c[3], *k)
    for second in (False, True):
        z = Samples((*k, c[2], c[3]), second=second).normals(number, 1)[0]
        assert abs(z - normal_of_words(*w[2 * second : 2 * second + 2])) <= 4 * ULP * abs(z)


@pytest.mark.parametrize("second", [False, True])
@pytest.mark.parametrize("first", [0, 12345, 2**32 - 7, 2**40 + 1])
def test_c_follows_the_scalar_source(first, second):
    z = Samples(KEY, second=second).normals(first, 1000)
    at = 2 if second else 0
    truth = [normal_of_words(*words_of_sample(first + i, *KEY)[at : at + 2]) for i in range(1000)]
    np.testing.assert_allclose(z, truth, rtol=4 * ULP, atol=0)  # a few roundings more or less in the polynomials


def test_samples_do_not_depend_on_the_call():
    samples = Samples(KEY)
    whole = samples.normals(0, 3000)
    for first, count in ((0, 1), (1, 2999), (17, 256), (511, 1025), (2999, 1), (5, 0)):
        assert np.array_equal(samples.normals(first, count), whole[first : first + count])


@pytest.mark.parametrize("word", range(4))
def test_each_word_of_the_key_counts(word):
    other = tuple(k ^ (i == word) for i, k in enumerate(KEY))
    z, w = (Samples(key).normals(0, 10_000) for key in (KEY, other))
    assert not np.any(z == w)
    assert abs(np.corrcoef(z, w)[0, 1]) < 0.05  # five standard deviations


def test_normals_are_normal():
    """Moments to five standard errors, the law by Kolmogorov and Smirnov; neighbours and the two kinds uncorrelated."""
    n = 1 << 20
    z, w = Samples(KEY).normals(0, n), Samples(KEY, second=True).normals(0, n)
    for sample in (z, w):
        for power, mean, variance in ((1, 0, 1), (2, 1, 2), (3, 0, 15), (4, 3, 96), (6, 15, 10170)):
            assert abs((sample**power).mean() - mean) < 5 * np.sqrt(variance / n)
        assert stats.kstest(sample, "norm").pvalue > 1e-4
        assert 4.5 < np.abs(sample).max() < 6.5
    for a, b in ((z, w), (z[1:], z[:-1]), (z[256:], z[:-256]), (z**2, w**2)):
        assert abs(np.corrcoef(a, b)[0, 1]) < 5 / np.sqrt(n)


@pytest.mark.parametrize("strata", [1, 2, 7, 1000, 2**40])
def test_strata(strata):
    """Each sample lies in its interval of probability; about uniform within."""
    first = 3 * strata + strata // 2
    z = Samples(KEY, strata=strata).normals(first, 1000)
    place = stats.norm.cdf(z) * strata - np.array([(first + i) % strata for i in range(1000)])
    slack = 4e-16 * strata  # of the distribution function
    assert np.all((place >= -slack) & (place <= 1 + slack))
    if slack < 0.01:
        assert stats.kstest(place, "uniform").pvalue > 1e-4


def test_cpu_levels_agree():
    """Equal words; roundings of the polynomials differ by fused multiply-adds."""
    code = f"""
    from fastsig.sampling.samples import Samples
    print(*(z.hex() for strata in (0, 100) for z in Samples({KEY}, strata=strata).normals(0, 2000)))
    """
    found = [output(code, env={"FASTSIG_CPU_LEVEL": level}).split() for level in cpu_levels()]
    one, *others = (np.array([float.fromhex(z) for z in row]) for row in found)
    for other in others:
        np.testing.assert_allclose(other, one, rtol=4 * ULP, atol=0)
