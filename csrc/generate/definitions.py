"""Plain definitions of the activations that have a sinh-trapezoid table.

Each maps a power series in ball arithmetic to a power series, so that values,
derivatives and Taylor coefficients come from the same line. No care is taken
with cancellation here: the working precision (PRECISION bits) takes care of it.
"""

from collections.abc import Callable

from flint import arb, arb_series, ctx

PRECISION = 600
ctx.prec = PRECISION
ctx.cap = 60  # longest power series

Series = arb_series


def tanh(x: Series) -> Series:
    e = (2 * x).exp()
    return (e - 1) / (e + 1)


def sigmoid(x: Series) -> Series:
    return 1 / (1 + (-x).exp())


def swish(x: Series) -> Series:
    return x * sigmoid(x)


def mish(x: Series) -> Series:
    w = (1 + x.exp()) ** 2
    return x * (w - 1) / (w + 1)


def telu(x: Series) -> Series:
    e = (-2 * x.exp()).exp()
    return x * (1 - e) / (1 + e)


ACTIVATIONS: dict[str, Callable[[Series], Series]] = {
    "mish": mish,
    "sigmoid": sigmoid,
    "swish": swish,
    "tanh": tanh,
    "telu": telu,
}


def taylor(function: Callable[[Series], Series], x: arb, terms: int) -> list[arb]:
    """Taylor coefficients of `function` at x."""
    series = function(Series([x, 1], prec=terms))
    return [series[k] for k in range(terms)]


def value_and_slope(function: Callable[[Series], Series], x: arb) -> tuple[arb, arb]:
    value, slope = taylor(function, x, 2)
    return value, slope
