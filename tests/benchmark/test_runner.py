"""Rounds, failures and interruptions; nothing here depends on how long anything takes."""

import os
from dataclasses import replace

import numpy as np
import pytest

from fastsig.benchmark.measurement import Measurement, spread_of
from fastsig.benchmark.methods.all_methods import METHODS
from fastsig.benchmark.problem import ACTIVATIONS, COMPONENTS, Worst
from fastsig.benchmark.runner import measure, one_core


def quiet(done, steps, what):
    assert 0 <= done <= steps
    assert what


def wrong(sigma):
    """One half, whatever is asked."""
    return lambda: np.full((len(ACTIVATIONS), len(COMPONENTS), sigma.size), 0.5)


BASE = METHODS["fastsig"]
WRONG = replace(BASE, name="wrong", title="wrong", prepare=wrong, sigmas=100)


def failing(error):
    def prepare(sigma):
        raise error

    return replace(WRONG, name="failing", prepare=prepare)


def test_every_round_times_every_method():
    found = measure([BASE, WRONG], repeat=3, quick=True, progress=quiet)
    assert list(found.measured) == ["fastsig", "wrong"]
    for one in found.measured.values():
        assert one.rounds == [0, 1, 2]
        assert len(one.seconds) == len(one.wall_seconds) == 3
    assert found.measured["fastsig"].worst.error < 1e-15
    assert found.measured["wrong"].worst.error > 0.5
    assert (found.missing, found.interrupted) == ({}, False)


def test_times_of_a_part_are_scaled_and_marked():
    part = measure([WRONG], repeat=1, quick=False, progress=quiet).measured["wrong"]
    assert (part.timed, part.integrals, part.extrapolated) == (3600, 36000, True)
    whole = measure([replace(WRONG, sigmas=1000)], repeat=1, quick=False, progress=quiet).measured["wrong"]
    assert (whole.timed, whole.extrapolated) == (36000, False)


@pytest.mark.parametrize("error", [ImportError("cannot import\nJaxpr"), RuntimeError("x"), FloatingPointError("y")])
def test_a_peer_that_fails_is_reported_and_the_others_run(error):
    found = measure([failing(error), BASE], repeat=1, quick=True, progress=quiet)
    assert list(found.measured) == ["fastsig"]
    said = found.missing["failing"]
    assert said.startswith(f"fails here: {type(error).__name__}: ")
    assert "\n" not in said


def test_a_peer_that_is_absent_is_reported():
    absent = replace(WRONG, packages={"no_such_package": "no-such"})
    found = measure([absent], repeat=1, quick=True, progress=quiet)
    assert found.missing == {"wrong": "no_such_package not installed: pip install no-such"}


def test_interrupted_while_judging():
    found = measure([BASE, failing(KeyboardInterrupt()), WRONG], repeat=1, quick=True, progress=quiet)
    assert found.interrupted
    assert list(found.measured) == ["fastsig"]
    assert found.measured["fastsig"].seconds == []
    assert set(found.missing) == {"failing", "wrong"}


def test_interrupted_while_timing():
    def progress(done, steps, what):
        if "round 2" in what:
            raise KeyboardInterrupt

    found = measure([BASE, WRONG], repeat=3, quick=True, progress=progress)
    assert found.interrupted
    assert [one.rounds for one in found.measured.values()] == [[0], [0]]
    assert found.missing == {}


def test_one_core_is_given_back():
    if not hasattr(os, "sched_getaffinity"):
        return
    before = os.sched_getaffinity(0)
    with one_core():
        assert len(os.sched_getaffinity(0)) == 1
    assert os.sched_getaffinity(0) == before


def test_ratios_are_taken_within_a_round():
    def one(seconds, rounds):
        worst = Worst(0.0, "relu", "m1", 1.0)
        return Measurement("a", "a", "1", "", COMPONENTS, 1, 1, 1, worst, 1, seconds, seconds, rounds)

    base = one([1.0, 2.0, 4.0], [0, 1, 2])
    assert one([10.0, 40.0], [0, 2]).ratios(base) == [10.0, 10.0]
    assert base.ratios(base) == [1.0, 1.0, 1.0]


def test_spread():
    assert spread_of([3.0, 1.0, 2.0, 5.0, 4.0]) == (1.0, 2.0, 3.0, 4.0, 5)
    assert spread_of([7.0]) == (7.0, 7.0, 7.0, 7.0, 1)
