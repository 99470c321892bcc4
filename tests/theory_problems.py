"""Activations for the tests of the theory, with what is known of their classes on paper."""

import functools
import math
import warnings
from dataclasses import dataclass

import numpy as np

import fastsig

INF = math.inf


@dataclass(frozen=True)
class Known:
    """An activation, and its classes by paper and pencil; lipschitz None where there is no closed form."""

    name: str
    growth: str
    saturation: str
    regularity: str
    monotonicity: str
    parity: str
    lipschitz: float | None
    infinite: frozenset[str] = frozenset()

    def activation(self):
        return MADE[self.name]() if self.name in MADE else fastsig.activation(self.name)

    def __str__(self):
        return self.name


def _by_values(function, **options):
    """Make an activation of which only values are known; the same one at every call."""

    @functools.cache
    def make():
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return fastsig.Activation(function, **options)

    return make


def _values_only(function):
    """Hide a function from automatic differentiation."""
    return lambda x: np.array([function(float(t)) for t in np.atleast_1d(x)]).reshape(np.shape(x))


MADE = {
    "signed power 1.5": _by_values(lambda x: np.sign(x) * np.abs(x) ** 1.5, name="signed power 1.5"),
    "bump": _by_values(lambda x: np.exp(-x * x), name="bump"),
    "asinh by values": _by_values(_values_only(math.asinh), name="asinh by values"),
    "tanh by values": _by_values(_values_only(math.tanh), name="tanh by values"),
    "relu by values": _by_values(lambda x: np.maximum(x, 0.0), name="relu by values"),
    "elu by values": _by_values(lambda x: np.where(x > 0, x, np.expm1(np.minimum(x, 0.0))), name="elu by values"),
    "doubling": _by_values(lambda x: 2.0 * x, name="doubling"),
    "falling": _by_values(lambda x: -np.arctan(x), name="falling"),
    "hat": _by_values(lambda x: np.maximum(0.0, 1.0 - np.abs(x)), name="hat"),
    "sine": _by_values(np.sin, name="sine"),
    "cube": _by_values(lambda x: x**3, name="cube"),
    "log square": _by_values(lambda x: np.log1p(x * x), name="log square"),
    "x abs x": _by_values(lambda x: x * np.abs(x) / (1 + np.abs(x)), name="x abs x"),
    "log log": _by_values(lambda x: np.log(np.log(3.0 + x * x)), name="log log"),
    "sine of log": _by_values(lambda x: np.sin(np.log1p(x * x)), name="sine of log"),
    "dying wave": _by_values(lambda x: np.log1p(x * x) * np.sin(x) / (1 + x * x), name="dying wave"),
    "power 0.95": _by_values(lambda x: np.sign(x) * ((1 + x * x) ** 0.475 - 1), name="power 0.95"),
    "x by log": _by_values(lambda x: x / np.log(3.0 + np.abs(x)), name="x by log"),
}

KINKED, SMOOTH = frozenset({"curvature", "curvature_sup"}), frozenset()
C1, BENT, STEEP = "C1, finite curvature", "C1, phi'' jumps", "C1, infinite curvature"
SUPERLINEAR = frozenset({"alpha_plus", "alpha_minus", "tv", "curvature", "curvature_sup"})

KNOWN = (
    # the eight of arXiv 2510.08456
    Known("relu", "linear", "half-saturating", "kinked", "increasing", "neither", 1.0, KINKED),
    Known("leaky_relu", "linear", "not saturating", "kinked", "increasing", "neither", 1.0, KINKED),
    Known("tanh", "bounded", "saturating", C1, "increasing", "odd", 1.0),
    Known("sigmoid", "bounded", "saturating", C1, "increasing", "neither", 0.25),
    Known("swish", "linear", "half-saturating", C1, "neither", "neither", None),
    # the largest slope is Phi(sqrt 2) + sqrt 2 pdf(sqrt 2)
    Known(
        "gelu",
        "linear",
        "half-saturating",
        C1,
        "neither",
        "neither",
        0.5 * (1 + math.erf(1.0)) + math.exp(-1.0) / math.sqrt(math.pi),
    ),
    Known("mish", "linear", "half-saturating", C1, "neither", "neither", None),
    Known("telu", "linear", "half-saturating", C1, "neither", "neither", None),
    # and others
    Known("asinh", "sublinear", "not saturating", C1, "increasing", "odd", 1.0),
    Known("elu", "linear", "half-saturating", BENT, "increasing", "neither", 1.0),
    Known("selu", "linear", "half-saturating", "kinked", "increasing", "neither", None, KINKED),
    Known("gaussian", "bounded", "saturating", C1, "neither", "even", math.sqrt(2.0 / math.e)),
    Known("identity", "linear", "not saturating", C1, "increasing", "odd", 1.0),
    Known("softshrink", "linear", "not saturating", "kinked", "increasing", "odd", 1.0, KINKED),
    Known("hardtanh", "bounded", "saturating", "kinked", "increasing", "odd", 1.0, KINKED),
    Known("erf", "bounded", "saturating", C1, "increasing", "odd", 2.0 / math.sqrt(math.pi)),
    # users', most by values only
    Known("signed power 1.5", "superlinear", "not saturating", STEEP, "increasing", "odd", INF, SUPERLINEAR),
    Known("bump", "bounded", "saturating", C1, "neither", "even", math.sqrt(2.0 / math.e)),
    Known("asinh by values", "sublinear", "not saturating", C1, "increasing", "odd", 1.0),
    Known("tanh by values", "bounded", "saturating", C1, "increasing", "odd", 1.0),
    Known("relu by values", "linear", "half-saturating", "kinked", "increasing", "neither", 1.0, KINKED),
    Known("elu by values", "linear", "half-saturating", BENT, "increasing", "neither", 1.0),
    Known("doubling", "linear", "not saturating", C1, "increasing", "odd", 2.0),
    Known("falling", "bounded", "saturating", C1, "decreasing", "odd", 1.0),
    Known("hat", "bounded", "saturating", "kinked", "neither", "even", 1.0, KINKED),
    Known("cube", "superlinear", "not saturating", STEEP, "increasing", "odd", INF, SUPERLINEAR),
    Known("dying wave", "bounded", "saturating", C1, "neither", "odd", None),
    Known("power 0.95", "sublinear", "not saturating", BENT, "increasing", "odd", None),
    Known("log square", "sublinear", "not saturating", C1, "neither", "even", 1.0),
    Known("x abs x", "linear", "not saturating", BENT, "increasing", "odd", 1.0),
)
