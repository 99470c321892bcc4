"""The key that `rng=` gives."""

import numpy as np
import pytest

from fastsig.sampling.key import read_key


def test_equal_seeds_give_equal_keys():
    assert read_key(1) == read_key(np.random.SeedSequence(1)) == read_key(np.random.default_rng(1))
    assert read_key(1) == read_key(np.int64(1)) == read_key(np.random.PCG64(1))
    assert read_key(1) != read_key(2)
    assert read_key(None) != read_key(None)


def test_the_key_is_kept_between_versions():
    """PCG64's outputs are part of NumPy's promise; these are the lower halves of the first four of seed 1."""
    assert read_key(1) == tuple(int(w) & 0xFFFFFFFF for w in np.random.PCG64(1).random_raw(4))
    assert read_key(1) == (2032329983, 3243419750, 149690573, 3534516178)


def test_a_generator_moves_on():
    rng = np.random.default_rng(3)
    assert read_key(rng) != read_key(rng)


@pytest.mark.parametrize("make", [np.random.PCG64, np.random.Philox, np.random.SFC64, np.random.MT19937])
def test_bit_generators(make):
    key = read_key(np.random.Generator(make(5)))
    assert len(set(key)) == 4
    assert all(0 <= word < 2**32 for word in key)


@pytest.mark.parametrize("rng", ["x", 1.5, True, b"1", object(), [1.5]])
def test_other_things_are_refused(rng):
    with pytest.raises(TypeError, match=r"rng must be None, a non-negative integer, .*Generator; got"):
        read_key(rng)


def test_negative_seeds_are_refused():
    with pytest.raises(ValueError, match=r"non-negative integer.*got -1"):
        read_key(-1)
