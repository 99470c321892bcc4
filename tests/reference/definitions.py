"""The nine activations, written down once in plain form for ball arithmetic.

Nothing here is shared with the library: no fast formula, no table, no derivative by hand.
A derivative is a coefficient of a truncated power series (automatic differentiation in
python-flint's ``acb_series``), so each activation is one short formula.

A formula may have two spellings of one and the same function (say ``1/(1+exp(-x))`` and
``exp(x)/(1+exp(x))``); the half plane decides which, so that wide balls far out stay finite and
small values keep their relative accuracy. Both spellings are the same meromorphic function, so
an integral over complex balls may use either.

Besides the formula each activation states what the proofs need:

kinks     where phi' jumps; the formula then takes a side (-1 or +1);
lines     (a, b, a', b'): phi(x) ~ a x + b at +inf, ~ a' x + b' at -inf;
lipschitz a bound of abs(phi');
tail      tail(x, side), for side * x outside the window, bounds abs(phi - line), abs(phi' - slope) and
          abs(phi'') at side * x, and tail(x) exp(x / (2 scale)) decreases in x;
window    outside of it (times the scale) phi, phi' and phi'' have no zero, unless they vanish identically;
scale     the length on which phi bends (1/beta for swish).
"""

from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache

from flint import acb, acb_series, arb, fmpq

# ---------------------------------------------------------------- power series


def ball(value):
    """An exact number (int, float, Fraction) as a ball."""
    if isinstance(value, Fraction):
        return arb(fmpq(value.numerator, value.denominator))
    return arb(value)


def variable(x, length):
    """The series x + h, to `length` coefficients."""
    return acb_series([acb(x), 1], prec=length)


def constant_of(s):
    return s[0]


def quotient(n, d):
    """n/d; not a number (instead of an error) where the ball of d touches 0, that is, near a pole."""
    return d * acb("nan") if constant_of(d).contains(0) else n / d


def is_right(z):
    return z.real.mid() >= 0


def with_constant(s, c, length):
    return acb_series([c, *(s[k] for k in range(1, length))], prec=length)


def exp_minus_one(s, length):
    return with_constant(s.exp(), constant_of(s).expm1(), length)


def logistic(s):
    if is_right(constant_of(s)):
        return quotient(acb_series([1]), 1 + (-s).exp())
    e = s.exp()
    return quotient(e, 1 + e)


def hyperbolic_tangent(s, length):
    if not is_right(constant_of(s)):
        return -hyperbolic_tangent(-s, length)
    q = exp_minus_one(-2 * s, length)
    return quotient(-q, 2 + q)


def tanh_of_softplus(s):
    """tanh(ln(1 + e^x)) = ((1+e^x)^2 - 1)/((1+e^x)^2 + 1)."""
    if is_right(constant_of(s)):
        a = (-s).exp()
        return 1 - quotient(2 * a * a, 1 + 2 * a + 2 * a * a)
    e = s.exp()
    return quotient(e * (e + 2), e * (e + 2) + 2)


def normal_cdf(s):
    root = arb(2).sqrt()
    if is_right(constant_of(s)):
        return 1 - (s / root).erfc() / 2
    return (-s / root).erfc() / 2


# ---------------------------------------------------------------- activations


@dataclass(frozen=True)
class Definition:
    name: str
    parameter: object  # exact number, or None
    formula: Callable  # (series, side, length) -> series
    factor: Callable  # t of phi = x t(x) + rest, or None: used for the sizes of terms only
    lines: tuple
    lipschitz: object
    tail: Callable
    window: tuple
    scale: object = 1
    kinks: tuple = ()
    vanishes: Callable = lambda component, mu, sigma: False  # expectations that are 0, by an argument and not by balls
    exact_zeros: tuple = ()  # (order, x): zeros that no ball can prove, by hand

    def series(self, x, side, length):
        """phi(x), phi'(x), phi''(x)/2, ...: the first `length` Taylor coefficients."""
        s = self.formula(variable(x, length), side, length)
        return [s[k] for k in range(length)]

    def jet(self, x, length=3, side=None):
        """phi, phi', phi'', ... at the real ball x; at a kink the left formula."""
        if side is None:
            side = 1 if arb(x) > 0 else -1
        out, factorial = [], 1
        for k, c in enumerate(self.series(x, side, length)):
            factorial *= max(k, 1)
            out.append(c.real * factorial)
        return out


def relu():
    return Definition(
        "relu",
        None,
        lambda s, side, n: s if side > 0 else s * 0,
        None,
        (1, 0, 0, 0),
        1,
        lambda x, side: arb(0),
        (0, 0),
        kinks=(0,),
    )


def leaky_relu(slope=Fraction(1, 100)):
    ball(slope)
    return Definition(
        "leaky_relu",
        slope,
        lambda s, side, n: s if side > 0 else s * ball(slope),
        None,
        (1, 0, slope, 0),
        max(1, abs(slope)),
        lambda x, side: arb(0),
        (0, 0),
        kinks=() if slope == 1 else (0,),
        vanishes=lambda component, mu, sigma: mu == 0 and (component, slope) in (("m1", 1), ("g1", -1)),
    )


def tanh():
    # tanh'' = -2 tanh sech^2 vanishes at 0 only; 1 - tanh x <= 2 exp(-2x), sech^2 <= 4 exp(-2x).
    return Definition(
        "tanh",
        None,
        lambda s, side, n: hyperbolic_tangent(s, n),
        None,
        (0, 1, 0, -1),
        1,
        lambda x, side: 8 * (-2 * x).exp(),
        (-6, 6),
        vanishes=lambda component, mu, sigma: component == "m1" and mu == 0,
    )


def sigmoid():
    # With s the function itself: phi' = s(1-s), phi'' = s(1-s)(1-2s), each <= exp(-|x|).
    return Definition(
        "sigmoid", None, lambda s, side, n: logistic(s), None, (0, 1, 0, 0), 1, lambda x, side: (-x).exp(), (-6, 6)
    )


def swish(beta=1):
    # y = beta x, s = logistic(y): phi' = s + y s(1-s) = s(1 + y(1-s)), no zero for y > 0 or y < -3;
    # phi'' = beta s(1-s)(2 + y(1-2s)), and y tanh(y/2) > 2 for |y| > 3. So |phi''| <= beta (2+|y|) exp(-|y|).
    beta = Fraction(beta)

    def tail(x, side):
        y = ball(beta) * x
        return ball(max(beta, 1 / beta)) * (2 + y) * (-y).exp()

    def vanishes(component, mu, sigma):
        # There the density is exp(-y/2) times an even function, and x exp(-y/2)/(1 + exp(-y)) is odd.
        return component == "m1" and 2 * Fraction(mu) == -beta * Fraction(sigma) ** 2

    return Definition(
        "swish",
        beta,
        lambda s, side, n: s * logistic(s * ball(beta)),
        lambda s, n: logistic(s * ball(beta)),
        (1, 0, 0, 0),
        Fraction(5, 4),
        tail,
        (-20, 20),
        scale=1 / beta,
        vanishes=vanishes,
    )


def gelu():
    # phi' = Phi + x pdf: positive for x > 0; negative for x < -2, where Phi < pdf/|x|. phi'' = (2 - x^2) pdf.
    return Definition(
        "gelu",
        None,
        lambda s, side, n: s * normal_cdf(s),
        lambda s, n: normal_cdf(s),
        (1, 0, 0, 0),
        Fraction(5, 4),
        lambda x, side: x * x * (-x * x / 2).exp(),
        (-6, 6),
    )


def mish():
    # With a = exp(-x), D = 1+2a+2a^2: phi'' D^3/(4a^2) = 2(1+a)D - x(2+3a-2a^2-2a^3) < 0 for x > 4.
    # With e = exp(x), D = 2+2e+e^2: phi'' D^3/(4e) = 2(1+e)D + x(2+2e-3e^2-2e^3) < 0 for x < -5;
    # phi' D^2/e = (2+e)D + 4x(1+e): positive for x > 0, negative for x < -3.
    return Definition(
        "mish",
        None,
        lambda s, side, n: s * tanh_of_softplus(s),
        lambda s, n: tanh_of_softplus(s),
        (1, 0, 0, 0),
        2,
        lambda x, side: 12 * (1 + x) * (-(2 if side > 0 else 1) * x).exp(),
        (-6, 6),
    )


def telu():
    # u = exp(x), t = tanh u, s = sech^2 u: phi' = t + x u s, positive for x >= 0, negative for x < -2;
    # phi'' = u s (2 + x(1 - 2 u t)): negative for x > 2 and for x < -5. 1 - t <= 2 exp(-2u), s <= 4 exp(-2u).
    def tail(x, side):
        u = (side * x).exp()
        return 16 * x * u * u * (-2 * u).exp() if side > 0 else 3 * (1 + x) * u

    return Definition(
        "telu",
        None,
        lambda s, side, n: s * hyperbolic_tangent(s.exp(), n),
        lambda s, n: hyperbolic_tangent(s.exp(), n),
        (1, 0, 0, 0),
        2,
        tail,
        (-6, 3),
    )


def crrelu(eps=Fraction(1, 100)):
    # Beyond 7, for |eps| <= 10, phi and phi' have the sign of the positive part (x > 0), and
    # (1-x^2), (x^3-3x) have theirs (both sides).
    def formula(s, side, n):
        bump = ball(eps) * s * (-s * s / 2).exp()
        return s + bump if side > 0 else bump

    return Definition(
        "crrelu",
        eps,
        formula,
        None,
        (1, 0, 0, 0),
        1 + abs(Fraction(eps)),
        lambda x, side: 2 * ball(abs(Fraction(eps))) * x**3 * (-x * x / 2).exp(),
        (-7, 7),
        kinks=(0,),
        exact_zeros=((1, -1),),
    )  # phi' = eps (1 - x^2) exp(-x^2/2) for x < 0


FAMILIES = {f.__name__: f for f in (relu, leaky_relu, tanh, sigmoid, swish, gelu, mish, telu, crrelu)}
PARAMETER = {"leaky_relu": "slope", "swish": "beta", "crrelu": "eps"}


@cache
def definition(name, parameter=None):
    """The activation `name`; `parameter` is an exact number (a float is the exact double)."""
    if parameter is None:
        return FAMILIES[name]()
    return FAMILIES[name](Fraction(parameter))
