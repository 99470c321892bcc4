"""What the operations of a formula are on one number: scalar sources (see `fastsig.targets.scalar`).

Those of `elementary` and `bounded` without bounds. `math` raises where NumPy returns infinities and NaN, and GPUs
do: these return them everywhere.
"""

import math

LN2 = 0.6931471805599453
LARGEST_EXPONENT = 709.782712893384  # exp of more overflows


def exp(u: float) -> float:
    """exp(u), infinite where it overflows."""
    return math.inf if u > LARGEST_EXPONENT else math.exp(u)


def expm1(u: float) -> float:
    """exp(u) - 1."""
    return math.inf if u > LARGEST_EXPONENT else math.expm1(u)


def log(u: float) -> float:
    """Logarithm; -inf at 0, NaN below."""
    if u > 0.0:
        return math.log(u)
    return -math.inf if u == 0.0 else math.nan


def log1p(u: float) -> float:
    """log(1 + u)."""
    if u > -1.0:
        return math.log1p(u)
    return -math.inf if u == -1.0 else math.nan


def expit(u: float) -> float:
    """1/(1 + exp(-u))."""
    e = math.exp(-abs(u))
    return (e if u < 0.0 else 1.0) / (1.0 + e)


def softplus(u: float) -> float:
    """log(1 + exp(u))."""
    return max(u, 0.0) + math.log1p(math.exp(-abs(u)))


def sech2(u: float) -> float:
    """1/cosh(u)^2."""
    e = math.exp(-2.0 * abs(u))
    return 4.0 * e / ((1.0 + e) * (1.0 + e))


def logcosh(u: float) -> float:
    """log(cosh(u))."""
    size = abs(u)
    if size < 2.0:
        s = math.sinh(0.5 * size)
        return math.log1p(2.0 * s * s)
    return size + math.log1p(math.exp(-2.0 * size)) - LN2


def sinh(u: float) -> float:
    """sinh(u), infinite where it overflows."""
    return math.copysign(math.inf, u) if abs(u) > 710.0 else math.sinh(u)


def cosh(u: float) -> float:
    """cosh(u), infinite where it overflows."""
    return math.inf if abs(u) > 710.0 else math.cosh(u)


def tanh(u: float) -> float:
    """tanh(u)."""
    return math.tanh(u)


def erf(u: float) -> float:
    """Error function."""
    return math.erf(u)


def erfc(u: float) -> float:
    """1 - erf(u)."""
    return math.erfc(u)


def sin(u: float) -> float:
    """sin(u), NaN at infinities."""
    return math.sin(u) if math.isfinite(u) else math.nan


def cos(u: float) -> float:
    """cos(u), NaN at infinities."""
    return math.cos(u) if math.isfinite(u) else math.nan


def tan(u: float) -> float:
    """tan(u), NaN at infinities."""
    return math.tan(u) if math.isfinite(u) else math.nan


def asin(u: float) -> float:
    """Inverse of sin; NaN beyond [-1, 1]."""
    return math.asin(u) if abs(u) <= 1.0 else math.nan


def acos(u: float) -> float:
    """Inverse of cos; NaN beyond [-1, 1]."""
    return math.acos(u) if abs(u) <= 1.0 else math.nan


def atan(u: float) -> float:
    """Inverse of tan."""
    return math.atan(u)


def asinh(u: float) -> float:
    """Inverse of sinh."""
    return math.asinh(u)


def acosh(u: float) -> float:
    """Inverse of cosh; NaN below 1."""
    return math.acosh(u) if u >= 1.0 else math.nan


def atanh(u: float) -> float:
    """Inverse of tanh; infinite at -1 and 1, NaN beyond."""
    if abs(u) < 1.0:
        return math.atanh(u)
    return math.copysign(math.inf, u) if abs(u) == 1.0 else math.nan


def root(u: float) -> float:
    """Square root; NaN below 0."""
    return math.sqrt(u) if u >= 0.0 else math.nan


def reciprocal(u: float) -> float:
    """1/u, infinite at 0."""
    return 1.0 / u if u != 0.0 else math.copysign(math.inf, u)


def power(u: float, p: float) -> float:
    """u^p for a p that is no integer; NaN below 0."""
    if u > 0.0:
        q = p * math.log(u)
        return u**p if abs(q) < 700.0 else exp(q)
    if u == 0.0:
        return 0.0 if p > 0.0 else math.inf
    return math.nan


def modulus(u: float) -> float:
    """abs(u)."""
    return abs(u)


def sign(u: float) -> float:
    """Sign of u, 0 at 0, NaN at NaN."""
    if u > 0.0:
        return 1.0
    return -1.0 if u < 0.0 else 0.0 * u


def step(u: float) -> float:
    """Heaviside function, 1/2 at 0."""
    return 0.5 + 0.5 * sign(u)
