"""Pickles, copies, comparison, hashes."""

import copy
import math
import pickle
import warnings

import numpy as np
import pytest

import fastsig
from fastsig import KinkWarning
from tests import problems
from tests.user_input.given import D_D, Tanh, is_tanh, relu

MODULE_LEVEL = [p for p in problems.PROBLEMS if not p.tags & {"oscillating"}][::5]


@pytest.mark.parametrize("problem", MODULE_LEVEL, ids=str)
def test_pickle_and_copy(problem: problems.Problem) -> None:
    phi = problem.activation()
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", KinkWarning)
        for again in (pickle.loads(pickle.dumps(phi)), copy.copy(phi), copy.deepcopy(phi)):
            assert again == phi
            assert hash(again) == hash(phi)
            assert (again.name, again.kinks) == (phi.name, phi.kinks)
            assert again.derivative_source == phi.derivative_source
            x = np.linspace(-3.0, 3.0, 7)
            for order in ("__call__", "derivative", "second_derivative"):
                np.testing.assert_array_equal(getattr(again, order)(x), getattr(phi, order)(x))
            one, other = (fastsig.moments(a, 0.7, mean=0.2) for a in (again, phi))
            assert one.values == other.values
            assert one.error == other.error


def test_results_with_user_activations_pickle() -> None:
    phi = problems.BY_NAME["softplus"].activation()
    for result in (fastsig.signature(phi, 1.0), fastsig.moments(phi, [1.0, 2.0]), fastsig.total_variation(phi)):
        again = pickle.loads(pickle.dumps(result))
        assert repr(again) == repr(result)
    scaled = phi.scaled(2.0, 1.0, -1.0, 0.5)
    assert pickle.loads(pickle.dumps(scaled)) == scaled


def test_what_does_not_pickle_says_so() -> None:
    with pytest.raises((pickle.PicklingError, AttributeError, TypeError)):
        pickle.dumps(fastsig.Activation(lambda x: np.tanh(x)))
    with pytest.raises((pickle.PicklingError, AttributeError, TypeError, ValueError)):
        pickle.dumps(fastsig.Activation(D_D(math.tanh), name="tanh"))


def test_equal_and_hashed_by_what_it_computes() -> None:
    one = fastsig.Activation(np.tanh)
    assert one == fastsig.Activation(np.tanh, name="other")
    assert hash(one) == hash(fastsig.Activation(np.tanh, name="other"))
    assert one != fastsig.Activation(math.tanh)
    assert one != fastsig.Activation(np.arctan)
    assert one != fastsig.activation("tanh")
    assert one != np.tanh
    with_slope = fastsig.Activation(problems.softplus, problems.expit)
    assert with_slope != fastsig.Activation(problems.softplus)
    assert fastsig.Activation(relu, kinks=(0,)) == fastsig.Activation(relu, kinks=[0.0])
    assert len({fastsig.Activation(np.tanh) for _ in range(3)}) == 1
    assert len({one.scaled(2.0), one.scaled(2), one.scaled(3.0)}) == 2


def test_partials_and_bound_methods_compare_by_what_they_are() -> None:
    thing = Tanh()
    assert fastsig.Activation(thing.method) == fastsig.Activation(thing.method)
    assert hash(fastsig.Activation(thing.method)) == hash(fastsig.Activation(thing.method))


def test_an_unhashable_function_still_works() -> None:
    class Unhashable(Tanh):
        __hash__ = None  # type: ignore[assignment]

        def __eq__(self, other: object) -> bool:
            return isinstance(other, Unhashable)

    phi = fastsig.Activation(Unhashable())
    is_tanh(phi)
    assert phi == fastsig.Activation(Unhashable())
    with pytest.raises(TypeError):
        hash(phi)


def test_immutable() -> None:
    phi = fastsig.Activation(np.tanh)
    for name in ("name", "kinks", "slopes", "_key", "anything"):
        with pytest.raises(AttributeError):
            setattr(phi, name, None)
    with pytest.raises(AttributeError):
        del phi.name
