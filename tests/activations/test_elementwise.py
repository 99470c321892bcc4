"""Functions of arrays that do not act on each element by itself, and those that only look so."""

from collections.abc import Callable

import numpy as np
import pytest

from fastsig.activations.elementwise import LONG, POINTS, elementwise


def when_long(size: int) -> Callable[[np.ndarray], np.ndarray]:
    return lambda x: np.tanh(x - np.mean(x)) if x.size > size else np.tanh(x)


NOT_ELEMENTWISE = {
    "less the first": lambda x: np.tanh(x - x[0]),
    "less the last": lambda x: np.tanh(x - x[-1]),
    "less the largest": lambda x: x - np.max(x),
    "differences": lambda x: np.diff(x, prepend=0.0),
    "cumulative": np.cumsum,
    "sorted": np.sort,
    "rolled": lambda x: np.roll(np.tanh(x), 1),
    "softmax": lambda x: np.exp(x) / np.exp(x).sum(),
    "a little of the mean": lambda x: np.tanh(x) + 1e-6 * np.mean(x),
    "by parity of the index": lambda x: np.tanh(x) * (1 + np.arange(x.size) % 2),
    "by size": lambda x: np.tanh(x) * np.sqrt(x.size),
    "NaN when alone": lambda x: np.tanh(x) if x.size > 1 else x * np.nan,
    "layer norm from 4 on": when_long(3),
    "layer norm from 201 on": when_long(200),
    "layer norm from 1000 on": when_long(999),
}


@pytest.mark.parametrize("function", NOT_ELEMENTWISE.values(), ids=NOT_ELEMENTWISE)
def test_refused_at_once(function: Callable) -> None:
    with pytest.raises(ValueError, match=r"value must act on each element by itself; at x = "):
        elementwise(function, "value")


@pytest.mark.parametrize("length", [3 * LONG, 10**5])
def test_refused_when_first_so_long(length: int) -> None:
    checked = elementwise(when_long(length - 1), "derivative")
    x = np.linspace(-2.0, 3.0, length)
    np.testing.assert_array_equal(checked(x[:LONG]), np.tanh(x[:LONG]))
    with pytest.raises(ValueError, match="derivative must act on each element by itself"):
        checked(x)


ELEMENTWISE = {
    "tanh": np.tanh,
    "large": lambda x: 1e300 * np.tanh(x),
    "small": lambda x: 1e-300 * np.tanh(x),
    "constant": np.ones_like,
    "cancels": lambda x: 1e3 * (np.tanh(x + 1e-3) - np.tanh(x)),
    "steep": lambda x: np.tanh(1e4 * x),
    "grows": lambda x: np.exp(x * x),
    "single": lambda x: np.tanh(x.astype(np.float32)).astype(np.float64),
    "half": lambda x: np.tanh(x.astype(np.float16)).astype(np.float64),
    # As if scalar and vectorised code differed by an ulp, beside a zero at one of the points.
    "a zero": lambda x: np.tanh(x) - np.tanh(POINTS[1]) + 1e-16 * (x.size == 1),
    "NaN somewhere": lambda x: np.sqrt(x),
    "infinite somewhere": lambda x: np.where(x > 1.0, np.inf, x),
}


@pytest.mark.parametrize("function", ELEMENTWISE.values(), ids=ELEMENTWISE)
def test_elementwise_functions_pass(function: Callable) -> None:
    checked = elementwise(function, "value")
    with np.errstate(all="ignore"):
        for length in (0, 1, 5, 10**4):
            x = np.linspace(-2.0, 2.0, length)
            np.testing.assert_array_equal(checked(x), function(x))


def test_it_is_cheap() -> None:
    """A construction takes some ten thousand samples anyway; a long batch costs three points once."""
    seen: list[int] = []

    def function(x: np.ndarray) -> np.ndarray:
        seen.append(x.size)
        return np.tanh(x)

    checked = elementwise(function, "value")
    assert sum(seen) < 2500
    assert len(seen) <= 12
    seen.clear()
    for _ in range(3):
        checked(np.zeros(10**4))
    assert seen == [10**4, 1, 1, 1, 10**4, 10**4]


def test_points_are_all_different_and_not_centred() -> None:
    assert np.unique(POINTS).size == LONG
    assert abs(POINTS.mean()) > 0.5
