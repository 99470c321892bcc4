"""Scores p'/p of distributions of scipy.stats in closed form, in standard form: z, then the shape parameters."""

from collections.abc import Callable
from typing import Any

import numpy as np

SCORES: dict[str, Callable[..., Any]] = {
    "cauchy": lambda z: -2.0 * z / (1.0 + z * z),
    "arcsine": lambda z: (z - 0.5) / (z * (1.0 - z)),
    "cosine": lambda z: -np.tan(0.5 * z),
    "expon": lambda z: np.full(z.shape, -1.0),
    "gamma": lambda z, a: (a - 1.0) / z - 1.0,
    "beta": lambda z, a, b: (a - 1.0) / z - (b - 1.0) / (1.0 - z),
    "gumbel_r": lambda z: np.expm1(-z),
    "gumbel_l": lambda z: -np.expm1(z),
    "halfnorm": lambda z: -z,
    "invgamma": lambda z, a: (1.0 / z - (a + 1.0)) / z,
    "laplace": lambda z: -np.sign(z),
    "logistic": lambda z: -np.tanh(0.5 * z),
    "lognorm": lambda z, s: -(1.0 + np.log(z) / (s * s)) / z,
    "norm": lambda z: -z,
    "maxwell": lambda z: 2.0 / z - z,
    "rayleigh": lambda z: 1.0 / z - z,
    "semicircular": lambda z: -z / (1.0 - z * z),
    "t": lambda z, df: -(df + 1.0) * z / (df + z * z),
    "truncnorm": lambda z, a, b: -z,
    "uniform": lambda z: np.zeros(z.shape),
    "weibull_min": lambda z, c: (c - 1.0) / z - c * z ** (c - 1.0),
}
"""By name; 0 < z where the support is a half-line. Others are differentiated numerically, by Chebyshev series."""
