"""The batch that every method computes, and certified values to judge the answers by.

The batch is what a user tabulates: nine activations x 1000 sigma from 1e-3 to
1e3 x (m1, g1, g2, m2), at mean 0. Times belong to it. Errors belong to another
grid, for which certified.json has values proved to 20 digits: taken from
tests/reference/moments.json, which ball arithmetic made (Arb), so that no
method is its own judge.
"""

import json
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import NamedTuple

import numpy as np

from fastsig.arrays import FloatArray

ACTIVATIONS = ("crrelu", "gelu", "leaky_relu", "mish", "relu", "sigmoid", "swish", "tanh", "telu")
COMPONENTS = ("m1", "g1", "g2", "m2")
BATCH_SIGMA = np.logspace(-3, 3, 1000)
TRUTH = "certified to 20 digits by ball arithmetic (Arb), fastsig/benchmark/certified.json"


class Worst(NamedTuple):
    """The largest error found, and the integral that it belongs to."""

    error: float
    activation: str
    component: str
    sigma: float


class Certified(NamedTuple):
    """True values as unevaluated sums high + low of two doubles; shape (activation, component, sigma)."""

    sigma: FloatArray
    high: FloatArray
    low: FloatArray

    def every(self, step: int) -> "Certified":
        """Return every step-th sigma, from the middle of the first step on."""
        keep = slice((step - 1) // 2, None, step)
        return Certified(self.sigma[keep], self.high[..., keep], self.low[..., keep])


def spread(number: int) -> FloatArray:
    """Return this many of the batch's sigma, evenly: the middle of each of as many equal parts."""
    places = ((np.arange(number) + 0.5) * (BATCH_SIGMA.size / number)).astype(int)
    return np.asarray(BATCH_SIGMA[places])


@cache
def certified() -> Certified:
    """Read the certified values."""
    document = json.loads(files("fastsig.benchmark").joinpath("certified.json").read_text())
    exact = [[[Fraction(v) for v in document["values"][a][c]] for c in COMPONENTS] for a in ACTIVATIONS]
    high: FloatArray = np.array([[[float(v) for v in row] for row in rows] for rows in exact])
    low: FloatArray = np.array([[[float(v - Fraction(float(v))) for v in row] for row in rows] for rows in exact])
    return Certified(np.array([float(s) for s in document["sigma"]]), high, low)


def relative_errors(values: FloatArray, truth: Certified, components: tuple[str, ...] = COMPONENTS) -> FloatArray:
    """Return abs(value - truth)/abs(truth); the absolute error where the truth is 0 (m1 of tanh); infinity for NaN."""
    rows = [COMPONENTS.index(name) for name in components]
    high, low = truth.high[:, rows], truth.low[:, rows]
    if values.shape != high.shape:
        raise ValueError(f"values must have the shape {high.shape} (activation, component, sigma); got {values.shape}")
    with np.errstate(invalid="ignore"):
        errors = np.abs((values - high) - low) / np.where(high == 0, 1.0, np.abs(high))
    return np.where(np.isnan(errors), np.inf, errors)


def worst(errors: FloatArray, sigma: FloatArray, components: tuple[str, ...] = COMPONENTS) -> Worst:
    """Return the largest of the errors and where it is."""
    a, c, s = np.unravel_index(int(np.argmax(errors)), errors.shape)
    return Worst(float(errors[a, c, s]), ACTIVATIONS[a], components[c], float(sigma[s]))
