"""mish: x tanh(ln(1 + e^x)), rational in a = exp(-abs(x))."""

import math

from fastsig.activations.exponentials import exp_times


def value(x: float, p: float) -> float:
    """Phi."""
    a = math.exp(-abs(x))
    if x < 0.0:
        return exp_times(x, x * (a + 2.0) / (2.0 + a * (2.0 + a)))
    return x * ((1.0 + 2.0 * a) / (1.0 + 2.0 * a * (1.0 + a)))


def derivative(x: float, p: float) -> float:
    """Phi' = T + x T', T = phi/x."""
    a = math.exp(-abs(x))
    if x < 0.0:
        d = 2.0 + a * (2.0 + a)
        return exp_times(x, ((a + 2.0) * d + x * 4.0 * (1.0 + a)) / (d * d))
    e = 1.0 + 2.0 * a * (1.0 + a)
    return (1.0 + 2.0 * a) / e + exp_times(-2.0 * x, x * 4.0 * (1.0 + a) / (e * e))


def second_derivative(x: float, p: float) -> float:
    """Phi'' = 2 T' + x T''."""
    a = math.exp(-abs(x))
    if x < 0.0:
        cube = 8.0 + a * (24.0 + a * (36.0 + a * (32.0 + a * (18.0 + a * (6.0 + a)))))
        top = (4.0 + 2.0 * x) + a * ((8.0 + 2.0 * x) + a * ((6.0 - 3.0 * x) + a * (2.0 - 2.0 * x)))
        return exp_times(x, 4.0 * top / cube)
    cube = 1.0 + a * (6.0 + a * (18.0 + a * (32.0 + a * (36.0 + a * (24.0 + a * 8.0)))))
    top = (2.0 - 2.0 * x) + a * ((6.0 - 3.0 * x) + a * ((8.0 + 2.0 * x) + a * (4.0 + 2.0 * x)))
    return exp_times(-2.0 * x, 4.0 * top / cube)
