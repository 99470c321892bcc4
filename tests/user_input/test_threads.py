"""Activations that threads share."""

import pickle
import threading
import warnings
from concurrent.futures import ThreadPoolExecutor

import numpy as np

import fastsig
from fastsig import KinkWarning
from tests import problems
from tests.user_input.given import OwnError, raising, tanh_cfunc, tanh_njit


def test_threads_share_an_activation() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", KinkWarning)
        made = [fastsig.Activation(f) for f in (np.tanh, problems.relu_037, tanh_njit, tanh_cfunc)]
    tasks = [(phi, sigma, mean) for phi in made for sigma in (0.1, 1.0, 7.0) for mean in (0.0, 0.4)] * 3

    def run(task: tuple) -> tuple:
        phi, sigma, mean = task
        found = fastsig.moments(phi, sigma, mean=mean, which=("m1", "g2", "eta", "m3"))
        return tuple(found.values.as_dict().values()), phi.derivative([0.3, 0.5]).tolist()

    expected = [run(task) for task in tasks]
    start = threading.Barrier(8)

    def together(task: tuple) -> tuple:
        if task in tasks[:8]:
            start.wait(timeout=30)
        return run(task)

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(run, tasks)) == expected


def test_threads_keep_their_exceptions_apart() -> None:
    def call(i: int) -> str:
        error = OwnError(str(i))
        try:
            fastsig.Activation(raising(error, lambda x: x > 2.0) if i % 2 else np.tanh)
        except OwnError as caught:
            return str(caught) if caught is error else "another"
        return "fine"

    with ThreadPoolExecutor(8) as pool:
        assert list(pool.map(call, range(40))) == [str(i) if i % 2 else "fine" for i in range(40)]


def test_first_use_in_many_threads() -> None:
    phi = pickle.loads(pickle.dumps(problems.BY_NAME["swish_10"].activation()))
    start = threading.Barrier(8)

    def first(_: int) -> tuple:
        start.wait(timeout=30)
        found = fastsig.signature(phi, 0.8)
        return tuple(found.to_array().tolist())

    with ThreadPoolExecutor(8) as pool:
        assert len(set(pool.map(first, range(8)))) == 1
