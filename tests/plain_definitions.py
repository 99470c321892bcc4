"""Each activation as plain sums of terms, with derivatives by hand.

Independent of the library: no common factor, no rewriting against overflow. `m` is where the
functions come from: `Exact` (mpmath, at its working precision) convicts; `Rough` (NumPy) only says
how large the terms are. Each definition returns the terms of phi, phi' and phi''.
"""

from types import SimpleNamespace
from typing import Any

import mpmath
import numpy as np
from scipy.special import ndtr

Terms = tuple[list[Any], list[Any], list[Any]]

Exact = SimpleNamespace(
    exp=mpmath.exp,
    log1p=mpmath.log1p,
    sin=mpmath.sin,
    cos=mpmath.cos,
    tanh=mpmath.tanh,
    cosh=mpmath.cosh,
    cdf=mpmath.ncdf,
    pdf=mpmath.npdf,
    where=lambda condition, yes, no: yes if condition else no,
)
Rough = SimpleNamespace(
    exp=np.exp,
    log1p=np.log1p,
    sin=np.sin,
    cos=np.cos,
    tanh=np.tanh,
    cosh=np.cosh,
    cdf=ndtr,
    pdf=lambda x: np.exp(-0.5 * x * x) / np.sqrt(2 * np.pi),
    where=np.where,
)


def relu(m: Any, x: Any, p: Any) -> Terms:
    return leaky_relu(m, x, 0 * x)


def leaky_relu(m: Any, x: Any, slope: Any) -> Terms:
    return [m.where(x > 0, x, slope * x)], [m.where(x > 0, 1 + 0 * x, slope + 0 * x)], [0 * x]


def tanh(m: Any, x: Any, p: Any) -> Terms:
    slope = 1 / m.cosh(x) ** 2
    return [m.tanh(x)], [slope], [-2 * m.tanh(x) * slope]


def sigmoid(m: Any, x: Any, p: Any) -> Terms:
    slope = 1 / (2 * m.cosh(x / 2)) ** 2
    return [1 / (1 + m.exp(-x))], [slope], [-slope * m.tanh(x / 2)]


def swish(m: Any, x: Any, beta: Any) -> Terms:
    (s,), (ds,), (dds,) = sigmoid(m, beta * x, 0)
    return [x * s], [s, beta * x * ds], [2 * beta * ds, beta * (beta * x) * dds]


def gelu(m: Any, x: Any, p: Any) -> Terms:
    return [x * m.cdf(x)], [m.cdf(x), x * m.pdf(x)], [2 * m.pdf(x), -x * x * m.pdf(x)]


def mish(m: Any, x: Any, p: Any) -> Terms:
    u, s, s_left = m.log1p(m.exp(x)), 1 / (1 + m.exp(-x)), 1 / (1 + m.exp(x))
    sech_squared = 1 / m.cosh(u) ** 2
    t, dt = m.tanh(u), sech_squared * s
    ddt = sech_squared * s * s_left - 2 * t * sech_squared * s * s
    return [x * t], [t, x * dt], [2 * dt, x * ddt]


def telu(m: Any, x: Any, p: Any) -> Terms:
    w = m.exp(x)
    dt = w / m.cosh(w) ** 2
    ddt = dt * (1 - 2 * w * m.tanh(w))
    return [x * m.tanh(w)], [m.tanh(w), x * dt], [2 * dt, x * ddt]


def crrelu(m: Any, x: Any, eps: Any) -> Terms:
    bump = eps * m.exp(-x * x / 2)
    relu_terms = relu(m, x, 0)
    return (
        [*relu_terms[0], x * bump],
        [*relu_terms[1], bump, -x * x * bump],
        [x * x * x * bump, -3 * x * bump],
    )


def snake(m: Any, x: Any, a: Any) -> Terms:
    # phi'' in two terms: a x is no double, and within an ulp of a zero its second half is all there is.
    s, c = m.sin(a * x), m.cos(a * x)
    return [x, s * s / a], [1 + 0 * x, m.sin(2 * a * x)], [2 * a * c * c, -2 * a * s * s]


DEFINITIONS = {
    f.__name__: f for f in (crrelu, gelu, leaky_relu, mish, relu, sigmoid, snake, swish, tanh, telu)
}  # fmt: skip


def exact_terms(name: str, x: float, parameter: Any) -> Terms:
    """Terms at the working precision of mpmath."""
    return DEFINITIONS[name](Exact, mpmath.mpf(x), mpmath.mpf(parameter))


def largest_terms(name: str, x: Any, parameter: float) -> list[Any]:
    """Size of the largest term of phi, phi', phi'' at finite doubles, roughly (0 where it underflows)."""
    with np.errstate(all="ignore"):
        orders = DEFINITIONS[name](Rough, np.asarray(x, dtype=np.float64), parameter)
        return [np.nan_to_num(np.max([np.abs(t) + 0 * x for t in terms], axis=0)) for terms in orders]
