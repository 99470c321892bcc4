"""Elementary functions of power series over complex balls, spelled so that balls stay small.

A function gets a truncated series s = s_0 + s_1 h + ... and returns that of f(s): the
constant term is the value, the next ones are derivatives. Three things are taken care of:

- wide balls far out: 1/(1 + exp(-s)) on the right, exp(s)/(1 + exp(s)) on the left are the same
  meromorphic function, so an integral over complex balls may take either; but only one of them is
  bounded on a ball of width 1000, and keeps its relative accuracy where it is small;
- poles: what cannot be divided is not a number (NaN) and no error;
- branch cuts: a ball that touches one is NaN, since ``acb.integral`` needs analytic functions.
"""

from collections.abc import Callable
from typing import Any

from fastsig.certified.flint import acb, acb_series, arb

Series = Any  # acb_series


def variable(x: Any, length: int) -> Series:
    """Return the series x + h with `length` coefficients."""
    return acb_series([acb(x), 1], prec=length)


def nan_like(s: Series) -> Series:
    """Return a series of NaN."""
    return acb_series([acb("nan")] * s.prec, prec=s.prec)


def replaced(s: Series, constant: Any) -> Series:
    """Return s with another, more accurate constant term."""
    return acb_series([constant, *(s[k] for k in range(1, s.prec))], prec=s.prec)


def divide(numerator: Any, denominator: Series) -> Series:
    """Return a quotient; NaN near poles."""
    return nan_like(denominator) if denominator[0].contains(0) else numerator / denominator


def is_right(s: Series) -> bool:
    """Whether the midpoint is in the right half plane; NaN counts as right."""
    return not s[0].real.mid() < 0


HUGE = 2**40  # exp of more is not computed: its exponent alone would fill the memory


def exp(s: Series) -> Series:
    """exp(s); NaN where it may be huge."""
    return s.exp() if s[0].real < HUGE else nan_like(s)


def expm1(s: Series) -> Series:
    """exp(s) - 1."""
    return replaced(s.exp(), s[0].expm1()) if s[0].real < HUGE else nan_like(s)


def logistic(s: Series) -> Series:
    """1/(1 + exp(-s))."""
    if is_right(s):
        return divide(acb_series([1], prec=s.prec), 1 + exp(-s))
    e = exp(s)
    return divide(e, 1 + e)


def tanh(s: Series) -> Series:
    """tanh(s) = -q/(2 + q), q = exp(-2s) - 1."""
    if not is_right(s):
        return -tanh(-s)
    q = expm1(-2 * s)
    return divide(-q, 2 + q)


def tanh_of_exp(s: Series) -> Series:
    """tanh(exp(s)); on long stretches of the real line, where exp has no tight ball, by bounds.

    With u = exp(s), 1 - tanh(u) <= 2 exp(-2 u), and the derivatives with respect to s are below 4 u exp(-2 u) times 1,
    1 + 2 u and 1 + 6 u + 6 u^2: all decrease from s = 8 on.
    """
    wide = s[0].imag.is_zero() and s[0].real.rad() > 1 and s[0].real > 8
    if not wide or s.prec > 4 or any(not s[k].is_zero() for k in range(2, s.prec)):
        return tanh(exp(s))
    lowest = s[0].real.lower().min(arb(40))
    u = lowest.exp()
    falling = 4 * u * (-2 * u).exp()
    sizes = [2 * (-2 * u).exp(), falling, falling * (1 + 2 * u), falling * (1 + 6 * u + 6 * u * u)]
    coefficients = [acb(arb(0, size.upper())) * s[1] ** k for k, size in enumerate(sizes[: s.prec])]
    return acb_series([1 + coefficients[0], *coefficients[1:]], prec=s.prec)


def sech_squared(s: Series) -> Series:
    """1/cosh(s)^2 = 4 e/(1 + e)^2, e = exp(-2s)."""
    e = exp(-2 * s if is_right(s) else 2 * s)
    return divide(4 * e, (1 + e) * (1 + e))


def _on_the_left(c: Any) -> bool:
    """Whether a ball touches the cut (-inf, 0]."""
    return not (c.real > 0) and c.imag.contains(0)


def log(s: Series) -> Series:
    """ln(s), with a cut along (-inf, 0]."""
    return nan_like(s) if _on_the_left(s[0]) else s.log()


def log1p(s: Series) -> Series:
    """ln(1 + s), with a cut along (-inf, -1]."""
    if _on_the_left(1 + s[0]):
        return nan_like(s)
    return replaced((1 + s).log(), s[0].log1p())


def softplus(s: Series) -> Series:
    """ln(1 + exp(s)), analytic for abs(Im s) < pi; elsewhere it is not asked for."""
    if not abs(s[0].imag) < arb.pi():
        return nan_like(s)
    return s + log1p(exp(-s)) if is_right(s) else log1p(exp(s))


def log_cosh(s: Series) -> Series:
    """ln(cosh(s)) = s - ln(2) + ln(1 + exp(-2s)), analytic for abs(Im s) < pi/2."""
    if not is_right(s):
        s = -s
    return nan_like(s) if not abs(s[0].imag) < arb.pi() / 2 else s - arb(2).log() + log1p(exp(-2 * s))


def sqrt(s: Series) -> Series:
    """The root, with a cut along (-inf, 0]."""
    return nan_like(s) if _on_the_left(s[0]) else s.sqrt()


def erf(s: Series) -> Series:
    """erf(s), by its complement away from 0."""
    real = s[0].real.mid()
    if abs(real) < 1:
        return s.erf()
    return 1 - s.erfc() if real > 0 else (-s).erfc() - 1


def erfc(s: Series) -> Series:
    """1 - erf(s)."""
    return s.erfc() if is_right(s) else 2 - (-s).erfc()


def normal_cdf(s: Series) -> Series:
    """The normal distribution function."""
    return erfc(-s / arb(2).sqrt()) / 2


def _on_imaginary_cuts(c: Any) -> bool:
    """Whether a ball touches i [1, inf) or -i [1, inf)."""
    return c.real.contains(0) and not abs(c.imag) < 1


def atan(s: Series) -> Series:
    """arctan(s), with cuts along i [1, inf) and -i [1, inf)."""
    return nan_like(s) if _on_imaginary_cuts(s[0]) else s.atan()


def asinh(s: Series) -> Series:
    """asinh(s) with the same cuts: ln(s + r), r = sqrt(s + i) sqrt(s - i), in the right half plane."""
    c = s[0]
    if _on_imaginary_cuts(c):
        return nan_like(s)
    if not is_right(s):
        return -asinh(-s)
    root = (s + acb(0, 1)).sqrt() * (s - acb(0, 1)).sqrt()
    value = c.asinh() if c.imag.is_zero() else (c + root[0]).log()
    if s.prec == 1:
        return acb_series([value], prec=1)
    return replaced(divide(s.derivative(), root).integral(), value)


# By the names that formulas use for them.
FUNCTIONS: dict[str, Callable[[Series], Series]] = {
    "exp": exp,
    "sin": lambda s: s.sin(),
    "cos": lambda s: s.cos(),
    "sinh": lambda s: (exp(s) - exp(-s)) / 2,
    "cosh": lambda s: (exp(s) + exp(-s)) / 2,
    "tan": lambda s: divide(s.sin(), s.cos()),
    "tanh": tanh,
    "log": log,
    "erf": erf,
    "atan": atan,
    "asinh": asinh,
    "Expit": logistic,
    "Softplus": softplus,
    "Sech2": sech_squared,
    "Log1p": log1p,
    "Expm1": expm1,
    "Erfc": erfc,
    "LogCosh": log_cosh,
    "LogOf": log,
}
