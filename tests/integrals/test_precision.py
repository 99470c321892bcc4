"""precision= and digits= of the public functions: numbers, shapes, refusals, three-way agreement."""

import json
import pickle
import signal
import threading
import time
from decimal import Decimal
from fractions import Fraction

import numpy as np
import pytest

import fastsig
from fastsig import Ball, DoubleDouble
from tests.subprocesses import output

pytest.importorskip("flint")
FIVE = ("m1", "g1", "g2", "m2", "eta")


def test_scalars_arrays_and_lists():
    one = fastsig.moments("gelu", "0.1", precision="certified", digits=20)
    assert all(isinstance(one[name], Ball) for name in FIVE)
    assert (one.method, one.error_kind, one.success) == ("certified", "bound", True)
    assert all(one.error[name] >= float(one[name].radius) for name in FIVE)
    grid = fastsig.moments(
        ["gelu", "relu"], [["0.1"], [2.0]], mean=[0, 1, Fraction(1, 3)], precision="certified", digits=15
    )
    assert grid.m1.shape == (2, 2, 3)
    assert grid.m1.dtype == object
    assert grid.error.m1.dtype == np.float64
    assert str(grid.g2[0, 0, 0]) == str(fastsig.moments("gelu", "0.1", precision="certified", digits=15).g2)
    assert pickle.loads(pickle.dumps(one)) == one


def test_strings_are_decimals_and_floats_are_doubles():
    decimal = fastsig.moments("relu", "0.1", which="m2", precision="certified", digits=40).m2
    double = fastsig.moments("relu", 0.1, which="m2", precision="certified", digits=40).m2
    mixed = fastsig.moments("relu", ["0.1", 0.1], which="m2", precision="certified", digits=40).m2
    assert decimal.contains("0.005")
    assert double.contains(Fraction(0.1) ** 2 / 2)
    assert (mixed[0], mixed[1]) == (decimal, double)
    array = fastsig.moments("relu", np.array([0.1, 1.0]), which="m2", precision="certified", digits=40).m2
    assert array[0] == double
    assert (
        fastsig.moments("relu", "0.1", which="m2", precision="double").m2 == fastsig.moments("relu", 0.1, which="m2").m2
    )


def test_double_double():
    found = fastsig.moments("swish", ["0.1", 3], precision="double_double")
    certified = fastsig.moments("swish", ["0.1", 3], precision="certified", digits=35)
    for name in FIVE:
        for number, ball, error in zip(found[name], certified[name], found.error[name], strict=True):
            assert isinstance(number, DoubleDouble)
            assert abs(number.to_fraction() - ball.to_fraction()) <= Fraction(error) + Fraction(ball.radius)
    assert (found.method, found.error_kind) == ("double_double", "bound")


@pytest.mark.parametrize(("precision", "kind"), [("certified", Ball), ("double_double", DoubleDouble)])
def test_signature(precision, kind):
    s = fastsig.signature("gelu", "0.5", precision=precision)
    assert all(isinstance(value, kind) for value in s.as_dict().values())
    assert s == pickle.loads(pickle.dumps(s))
    plain = fastsig.signature("gelu", 0.5)
    assert np.allclose(s.to_array(), plain.to_array(), rtol=1e-14, atol=0)
    assert s.to_dataframe().shape == (1, 12)
    assert precision in repr(s)
    assert "gelu" in s._repr_html_()
    several = fastsig.signature(["gelu", "snake"], [0.5, 1.0], precision=precision)
    assert several.tv.shape == (2, 2)
    assert several == several
    assert float(several.tv[1, 0]) == float("inf")


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"precision": "quad"}, "precision must be one of 'double', 'double_double', 'certified'; got 'quad'"),
        ({"digits": 20}, "digits= goes with precision='certified' only"),
        ({"precision": "double_double", "digits": 20}, "digits= goes with precision='certified' only"),
        ({"precision": "certified", "digits": 0}, "digits must be from 1 to 1000, got 0"),
        ({"precision": "certified", "method": "adaptive"}, "go with precision='double' only"),
    ],
)
def test_refusals(options, message):
    for function in (fastsig.moments, fastsig.signature):
        with pytest.raises(ValueError, match=message):
            function("gelu", 1.0, **options)


@pytest.mark.parametrize("sigma", ["-1", -1.0, "x", float("nan"), "1e400", [1.0, -1.0]])
def test_bad_sigma(sigma):
    with pytest.raises(ValueError, match="sigma"):
        fastsig.moments("gelu", sigma, precision="certified")


def test_other_refusals():
    with pytest.raises(ValueError, match="out= goes with"):
        fastsig.moments("gelu", 1.0, precision="certified", out=np.empty(5))
    with pytest.raises(ValueError, match="do not broadcast"):
        fastsig.moments("gelu", [1.0, 2.0], mean=[1.0, 2.0, 3.0], precision="certified")
    phi = fastsig.activation("gelu").scaled(a=2.0)
    with pytest.raises(ValueError, match=r"is for built-in activations.*use precision='certified'"):
        fastsig.moments(phi, 1.0, precision="double_double")


def test_python_flint_is_named_where_it_is_missing():
    code = """
    import sys
    sys.modules["flint"] = None
    import fastsig
    try:
        fastsig.moments("gelu", 1.0, precision="certified")
    except ImportError as error:
        print(error)
    print(fastsig.moments("gelu", 1.0, precision="double_double").m2)
    """
    lines = output(code).splitlines()
    assert lines[0] == "certified results need python-flint: pip install 'fastsig[certified]'"
    assert lines[1].startswith("0.42522148257029867491855441638")


def test_certified_loads_when_first_used():
    assert output("import sys, fastsig; fastsig.certified; print('flint' in sys.modules)").strip() == "False"


def _integral():
    fastsig.moments("telu", 500, mean="0.3", precision="certified", digits=200)


def _zeros():
    fastsig.certified.zeros("mish", 2, digits=200)


def _curvature():
    fastsig.curvature("mish", precision="certified", digits=200)


@pytest.mark.parametrize("question", [_integral, _zeros, _curvature])
def test_interrupt(question):
    """Ctrl-C comes through in the midst of certified work, and is again what it was before."""
    before = signal.getsignal(signal.SIGINT)

    def work():
        started = time.perf_counter()
        while time.perf_counter() - started < 60:
            question()

    threading.Timer(0.7, signal.raise_signal, [signal.SIGINT]).start()
    with pytest.raises(KeyboardInterrupt):
        work()
    assert signal.getsignal(signal.SIGINT) is before


def test_json_round_trip():
    ball = fastsig.moments("tanh", 1, precision="certified", digits=60).g2
    again = Decimal(json.loads(json.dumps(str(ball))))
    assert abs(again - ball.midpoint) <= Decimal("1e-59")
