"""Activations such as users bring, as NumPy or scalar code, each with what is known of it.

The definitions that can convict are in tests/reference/user_problems.py, and user_moments.json has their certified
values. Here are the same functions as a user would write them: with and without derivatives, with kinks declared or
left to be found. All are module-level functions, so that they pickle.
"""

import json
import math
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from typing import Any

import numpy as np
from scipy.special import erf as scipy_erf
from scipy.special import expit, ndtr

import fastsig
from tests.reference_values import FOLDER, Record, exact

INF, NAN = math.inf, math.nan


@dataclass(frozen=True)
class Problem:
    """One activation as it is given to fastsig.

    Attributes
    ----------
    name
        Unique.
    value, derivative, second_derivative
        What the user gives.
    oracle
        The activation of user_moments.json that it is.
    declared
        Kinks that are declared.
    found
        Kinks that are not, and must be found.
    tags
        smooth, kinked, bent (phi'' jumps or is unbounded), scalar, derivatives,
        oscillating, superlinear, flat, narrow, far (it happens far from 0 and is
        exponentially small elsewhere).
    """

    name: str
    value: Callable[..., Any]
    oracle: str
    tags: frozenset[str]
    derivative: Callable[..., Any] | None = None
    second_derivative: Callable[..., Any] | None = None
    declared: tuple[float, ...] = ()
    found: tuple[float, ...] = ()
    slopes: tuple[float, float] | None = None

    def make(self) -> fastsig.Activation:
        """A new Activation, warnings included."""
        return fastsig.Activation(
            self.value,
            self.derivative,
            self.second_derivative,
            kinks=self.declared,
            slopes=self.slopes,
            name=self.name,
        )

    def activation(self) -> fastsig.Activation:
        """The Activation, made once."""
        return _made(self.name)

    def records(self) -> tuple[Record, ...]:
        return _records()[self.oracle]

    def shape(self) -> Record:
        return _shapes()[self.oracle]

    def __str__(self) -> str:
        return self.name


@cache
def _made(name: str) -> fastsig.Activation:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        return BY_NAME[name].make()


@cache
def _content() -> dict[str, Any]:
    result: dict[str, Any] = json.loads((FOLDER / "user_moments.json").read_text())
    return result


@cache
def _records() -> dict[str, tuple[Record, ...]]:
    groups: dict[str, list[Record]] = {}
    for record in _content()["records"]:
        groups.setdefault(record["activation"], []).append(record)
    return {name: tuple(rows) for name, rows in groups.items()}


@cache
def _shapes() -> dict[str, Record]:
    return {record["activation"]: record for record in _content()["shapes"]}


def size(record: Record, component: str) -> Fraction:
    """E abs(integrand): with it errors are compared."""
    return exact(record.get(f"abs_{component}", record[component]))


# --- The functions ---------------------------------------------------------------------------------


def softplus(x):
    return np.logaddexp(0.0, x)


def logistic_slope(x):
    return expit(x) * expit(-x)


def softplus_50(x):
    return np.logaddexp(0.0, 50.0 * x) / 50.0


def elu(x):
    return np.where(x > 0, x, np.expm1(np.minimum(x, 0.0)))


def elu_slope(x):
    return np.where(x > 0, 1.0, np.exp(np.minimum(x, 0.0)))


def elu_2(x):
    return x if x > 0 else 2.0 * math.expm1(x)


def selu(x):
    return 1.0507009873554805 * np.where(x > 0, x, 1.6732632423543772 * np.expm1(np.minimum(x, 0.0)))


def celu_half(x):
    return np.maximum(x, 0.0) + 0.5 * np.expm1(2.0 * np.minimum(x, 0.0))


def erf(x):
    return scipy_erf(x)


def erf_scalar(x):
    return math.erf(x)


def arctan(x):
    return np.arctan(x)


def arctan_slope(x):
    return 1.0 / (1.0 + x * x)


def arctan_bend(x):
    return -2.0 * x / (1.0 + x * x) ** 2


def softsign(x):
    return x / (1.0 + abs(x))


def asinh(x):
    return np.arcsinh(x)


def hardtanh(x):
    return np.clip(x, -1.0, 1.0)


def hardtanh_scalar(x):
    return min(max(x, -1.0), 1.0)


def relu6(x):
    return np.minimum(np.maximum(x, 0.0), 6.0)


def hardswish(x):
    return x * np.clip(x + 3.0, 0.0, 6.0) / 6.0


def hardsigmoid(x):
    return np.clip(x + 3.0, 0.0, 6.0) / 6.0


def soft_threshold(x):
    return np.where(x > 0.7, x - 0.7, np.where(x < -0.3, x + 0.3, 0.0))


def relu_037(x):
    return np.maximum(x - 0.37, 0.0)


def relu_3(x):
    return np.maximum(x - 3.0, 0.0)


def relu_3_slope(x):
    return np.where(x > 3.0, 1.0, 0.0)


def relu_1e3(x):
    return np.maximum(x - 1e3, 0.0)


def relu_pi(x):
    return max(x - math.pi, 0.0)


def ramp_tenth(x):
    return np.clip(x, 0.5, 0.6) - 0.5


def ramp_thousandth(x):
    return np.clip(x, 0.5, 0.501) - 0.5


def absolute(x):
    return abs(x)


def x_plus_sin2(x):
    return x + np.sin(x) ** 2


def x_plus_sin2_slope(x):
    return 1.0 + np.sin(2.0 * x)


def x_plus_sin2_bend(x):
    return 2.0 * np.cos(2.0 * x)


def gaussian(x):
    return np.exp(-x * x)


def gaussian_slope(x):
    return -2.0 * x * np.exp(-x * x)


def tanh_20(x):
    return np.tanh(20.0 * x)


def tanh_200(x):
    return np.tanh(200.0 * x)


def tanh_200_slope(x):
    e = np.exp(-400.0 * abs(x))
    return 800.0 * e / (1.0 + e) ** 2


def tanh_200_bend(x):
    return -400.0 * np.tanh(200.0 * x) * tanh_200_slope(x)


def signed_rational(x):
    return x * abs(x) / (1.0 + x * x)


def signed_power(x):
    return np.sign(x) * abs(x) ** 1.5


def root(x):
    return np.sqrt(1.0 + x * x)


def root_scalar(x):
    return math.hypot(1.0, x)


def root_slope(x):
    return x / np.sqrt(1.0 + x * x)


def b_spline(x):
    t = abs(x)
    inner = 2.0 / 3.0 - t * t + 0.5 * t**3
    return np.where(t < 1.0, inner, np.maximum(2.0 - t, 0.0) ** 3 / 6.0)


def square(x):
    return x * x


def leaky_negative(x):
    return np.where(x > 0, x, -0.3 * x)


def snake_half(x):
    return x + 2.0 * np.sin(0.5 * x) ** 2


def gelu_tanh(x):
    return x * expit(2.0 * 0.7978845608028654 * (x + 0.044715 * x**3))


def squareplus(x):
    larger = np.sqrt(x * x + 4.0) + abs(x)
    return np.where(x > 0, 0.5 * larger, 2.0 / larger)


def bump_30(x):
    return np.exp(-((x - 30.0) ** 2))


def logistic_50(x):
    return expit(x - 50.0)


def swish_10(x):
    return x * expit(10.0 * x)


def swish_10_slope(x):
    s = expit(10.0 * x)
    return s * (1.0 + 10.0 * x * expit(-10.0 * x))


def two_tanh(x):
    return np.tanh(x / 10.0) + np.tanh(10.0 * x) / 5.0


def log_cosh(x):
    t = abs(x)
    small = 0.5 * np.log1p(np.sinh(np.minimum(t, 1.0)) ** 2)
    return np.where(t < 1.0, small, t + np.log1p(np.exp(-2.0 * t)) - math.log(2.0))


def constant(x):
    return 1.5


def constant_array(x):
    return np.full(np.shape(x), 1.5)


def identity(x):
    return x


def huber(x):
    return 0.5 * x * x if abs(x) < 1.0 else abs(x) - 0.5


def welsch(x):
    return -np.expm1(-0.5 * x * x)


def mish(x):
    return x * np.tanh(np.logaddexp(0.0, x))


def telu(x):
    return x * np.tanh(np.exp(np.minimum(x, 50.0)))


def gelu(x):
    return x * ndtr(x)


def gelu_scalar(x):
    return 0.5 * x * math.erfc(-x / math.sqrt(2.0))


def swish(x):
    return x * expit(x)


def tanh_shrink(x):
    """x - tanh x; by its Taylor series where the difference cancels."""
    t = np.minimum(x * x, 0.25)
    total = 0.0 * t
    for c in _TANH_SERIES:
        total = total * t + c
    return np.where(x * x < 0.25, -x * total * t, x - np.tanh(x))


def _tanh_coefficients(count: int) -> list[float]:
    """Of tanh x = x + c_1 x^3 + c_2 x^5 ..., the last one first: tanh' = 1 - tanh^2."""
    c = [Fraction(1)]
    for k in range(1, count):
        c.append(-sum((c[i] * c[k - 1 - i] for i in range(k)), Fraction(0)) / (2 * k + 1))
    return [float(v) for v in reversed(c[1:])]


_TANH_SERIES = _tanh_coefficients(20)


def log_sigmoid(x):
    return -np.logaddexp(0.0, -x)


def slight_kink(x):
    return x + 2.0**-20 * abs(x)


def sine(x):
    return np.sin(x)


def sine_scalar(x):
    return math.sin(x)


def cosine(x):
    return np.cos(x)


def minus_sine(x):
    return -np.sin(x)


def tanh_with_bump(x):
    return np.tanh(x) + 0.1 * np.exp(-((50.0 * (x - 0.3)) ** 2))


def kinked_tanh(x):
    return np.where(x > 0, 1.0, 0.5) * np.tanh(x)


def two_sided_saturation(x):
    low = np.minimum(x, 0.0)
    return np.where(x > 0, np.tanh(2.0 * x), low / (1.0 - 0.25 * low))


def cubic(x):
    return x * x * x


# --- The table -------------------------------------------------------------------------------------


def _problem(value: Callable[..., Any], oracle: str, tags: str, name: str | None = None, **known: Any) -> Problem:
    return Problem(name or oracle, value, oracle, frozenset(tags.split()), **known)


def _twice(value: Callable[..., Any], oracle: str, kinks: tuple[float, ...], tags: str = "kinked") -> tuple:
    """With kinks declared, and with kinks to be found."""
    return (
        _problem(value, oracle, tags, declared=kinks),
        _problem(value, oracle, tags, f"{oracle}, undeclared", found=kinks),
    )


PROBLEMS: tuple[Problem, ...] = (
    _problem(softplus, "softplus", "smooth"),
    _problem(softplus, "softplus", "smooth derivatives", "softplus, phi' given", derivative=expit),
    _problem(
        softplus,
        "softplus",
        "smooth derivatives",
        "softplus, phi' phi'' given",
        derivative=expit,
        second_derivative=logistic_slope,
        slopes=(1.0, 0.0),
    ),
    _problem(softplus_50, "softplus_50", "smooth narrow"),
    _problem(elu, "elu", "bent"),
    _problem(elu, "elu", "bent derivatives", "elu, phi' given", derivative=elu_slope),
    *_twice(elu_2, "elu_2", (0.0,), "kinked scalar"),
    *_twice(selu, "selu", (0.0,)),
    _problem(celu_half, "celu_half", "bent"),
    _problem(erf, "erf", "smooth"),
    _problem(erf_scalar, "erf", "smooth scalar", "erf, scalar"),
    _problem(arctan, "arctan", "smooth"),
    _problem(
        arctan,
        "arctan",
        "smooth derivatives",
        "arctan, phi' phi'' given",
        derivative=arctan_slope,
        second_derivative=arctan_bend,
    ),
    _problem(softsign, "softsign", "bent"),
    _problem(asinh, "asinh", "smooth"),
    *_twice(hardtanh, "hardtanh", (-1.0, 1.0)),
    _problem(hardtanh_scalar, "hardtanh", "kinked scalar", "hardtanh, scalar", declared=(-1.0, 1.0)),
    *_twice(relu6, "relu6", (0.0, 6.0)),
    *_twice(hardswish, "hardswish", (-3.0, 3.0)),
    *_twice(hardsigmoid, "hardsigmoid", (-3.0, 3.0)),
    *_twice(soft_threshold, "soft_threshold", (-0.3, 0.7)),
    _problem(
        soft_threshold, "soft_threshold", "kinked", "soft_threshold, half declared", declared=(0.7,), found=(-0.3,)
    ),
    *_twice(relu_037, "relu_at_0.37", (0.37,)),
    *_twice(relu_3, "relu_at_3", (3.0,)),
    _problem(
        relu_3, "relu_at_3", "kinked derivatives", "relu_at_3, phi' given", derivative=relu_3_slope, declared=(3.0,)
    ),
    *_twice(relu_1e3, "relu_at_1e3", (1e3,), "kinked far"),
    *_twice(relu_pi, "relu_at_pi", (math.pi,), "kinked scalar"),
    *_twice(ramp_tenth, "ramp_tenth", (0.5, 0.6)),
    *_twice(ramp_thousandth, "ramp_thousandth", (0.5, 0.501)),
    *_twice(absolute, "abs", (0.0,)),
    _problem(x_plus_sin2, "x_plus_sin2", "smooth oscillating"),
    _problem(
        x_plus_sin2,
        "x_plus_sin2",
        "smooth oscillating derivatives",
        "x_plus_sin2, phi' phi'' given",
        derivative=x_plus_sin2_slope,
        second_derivative=x_plus_sin2_bend,
    ),
    _problem(gaussian, "gaussian", "smooth"),
    _problem(gaussian, "gaussian", "smooth derivatives", "gaussian, phi' given", derivative=gaussian_slope),
    _problem(tanh_20, "tanh_20", "smooth narrow"),
    _problem(tanh_200, "tanh_200", "smooth narrow"),
    _problem(
        tanh_200,
        "tanh_200",
        "smooth narrow derivatives",
        "tanh_200, phi' phi'' given",
        derivative=tanh_200_slope,
        second_derivative=tanh_200_bend,
    ),
    _problem(signed_rational, "signed_rational", "bent"),
    _problem(signed_power, "signed_power", "bent superlinear"),
    _problem(root, "root", "smooth"),
    _problem(root_scalar, "root", "smooth scalar", "root, scalar"),
    _problem(root, "root", "smooth derivatives", "root, phi' given", derivative=root_slope, slopes=(1.0, -1.0)),
    _problem(b_spline, "b_spline", "bent"),
    _problem(square, "square", "smooth superlinear"),
    *_twice(leaky_negative, "leaky_negative", (0.0,)),
    _problem(snake_half, "snake_half", "smooth oscillating"),
    _problem(gelu_tanh, "gelu_tanh", "smooth"),
    _problem(squareplus, "squareplus", "smooth"),
    _problem(bump_30, "bump_30", "smooth far"),
    _problem(logistic_50, "logistic_50", "smooth far"),
    _problem(swish_10, "swish_10", "smooth"),
    _problem(swish_10, "swish_10", "smooth derivatives", "swish_10, phi' given", derivative=swish_10_slope),
    _problem(two_tanh, "two_tanh", "smooth"),
    _problem(log_cosh, "log_cosh", "smooth"),
    _problem(constant, "constant", "smooth flat scalar"),
    _problem(constant_array, "constant", "smooth flat", "constant, array"),
    _problem(identity, "identity", "smooth"),
    _problem(huber, "huber", "bent scalar"),
    _problem(welsch, "welsch", "smooth"),
    _problem(mish, "mish_box", "smooth"),
    _problem(telu, "telu_box", "smooth"),
    _problem(gelu, "gelu_box", "smooth"),
    _problem(gelu_scalar, "gelu_box", "smooth scalar", "gelu_box, scalar"),
    _problem(swish, "swish_box", "smooth"),
    _problem(tanh_shrink, "tanh_shrink", "smooth"),
    _problem(log_sigmoid, "log_sigmoid", "smooth"),
    *_twice(slight_kink, "slight_kink", (0.0,)),
    _problem(sine, "sine", "smooth oscillating"),
    _problem(
        sine,
        "sine",
        "smooth oscillating derivatives",
        "sine, phi' phi'' given",
        derivative=cosine,
        second_derivative=minus_sine,
    ),
    _problem(tanh_with_bump, "tanh_with_bump", "smooth narrow"),
    *_twice(kinked_tanh, "kinked_tanh", (0.0,)),
    *_twice(two_sided_saturation, "two_sided_saturation", (0.0,)),
)
BY_NAME = {problem.name: problem for problem in PROBLEMS}
