"""Activations from SymPy expressions: against built-ins, and what is refused."""

import pickle

import numpy as np
import pytest

import fastsig

pytest.importorskip("sympy", reason="the extra `symbolic` is not installed")

X = np.concatenate([np.linspace(-30.0, 30.0, 501), [-1e6, -700.0, 700.0, 1e6]])
SAME = {
    "x*tanh(exp(x))": "telu",
    "x/(1+exp(-x))": "swish",
    "log(1+exp(x))": "softplus",
    "Max(0,x)": "relu",
    "x*tanh(log(1+exp(x)))": "mish",
    "x*(1+erf(x/sqrt(2)))/2": "gelu",
    "tanh(x)": "tanh",
}


@pytest.mark.parametrize("text", SAME)
def test_against_a_built_in(text):
    """Values to rounding over [-1e6, 1e6] without a NumPy warning; signatures within both errors."""
    mine, built_in = fastsig.Activation.from_expression(text), fastsig.activation(SAME[text])
    for order in range(3):
        got, expected = mine.batch(order, X), built_in.batch(order, X)
        # A formula's terms may be larger than their sum: absolute below 1.
        assert np.all(np.abs(got - expected) <= 4e-15 * np.maximum(np.abs(expected), 1.0)), order
    assert mine.kinks == built_in.kinks
    assert mine.slopes == built_in.slopes
    for sigma, mean in ((0.1, 0.0), (1.0, 0.5), (30.0, -2.0)):
        a, b = (fastsig.signature(phi, sigma, mean=mean) for phi in (mine, built_in))
        for name in ("m1", "g1", "g2", "m2", "eta", "tv"):
            assert abs(getattr(a, name) - getattr(b, name)) <= a.error[name] + b.error[name], (sigma, mean, name)


def test_parameters_kinks_and_identity():
    phi = fastsig.Activation.from_expression("Max(x - t, 0) - Max(-x - t, 0)", t="0.5")
    assert phi.kinks == (-0.5, 0.5)
    assert phi == pickle.loads(pickle.dumps(phi))
    assert hash(phi) == hash(fastsig.Activation.from_expression("Max(x - t, 0) - Max(-x - t, 0)", t="0.5"))
    assert phi != fastsig.Activation.from_expression("Max(x - t, 0) - Max(-x - t, 0)", t="0.25")


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("__import__('os').system('true')", "functions known by name"),
        ("x + y", "y"),
        ("x.real", "attribute"),
        ("tanh(", "character"),
        ("lambda x: x", "lambda"),
        ("sqrt(x)", "complex"),
        ("1/x", "finite"),
    ],
)
def test_refused(text, word):
    with pytest.raises(ValueError, match=word) as caught:
        fastsig.Activation.from_expression(text)
    assert "\n" not in str(caught.value)
