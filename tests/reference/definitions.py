"""The activations, written down once in plain form for ball arithmetic.

Nothing here is shared with the library: no fast formula, no table, no derivative by hand.
A derivative is a coefficient of a truncated power series (automatic differentiation in
python-flint's ``acb_series``), so each activation is one short formula.

A formula may have two spellings of one and the same function (say ``1/(1+exp(-x))`` and
``exp(x)/(1+exp(x))``); the half plane decides which, so that wide balls far out stay finite and
small values keep their relative accuracy. Both spellings are the same meromorphic function, so
an integral over complex balls may use either.

Besides the formula each activation states what the proofs need:

breaks    where the formula changes; it takes the number of the piece, 0 for the leftmost one;
smooth    the breaks at which phi' does not jump: the others are its kinks;
right     the breaks at which phi' is taken from the right piece (by PyTorch's formula), not from the left one;
lines     (a, b, a', b'): phi(x) ~ a x + b at +inf, ~ a' x + b' at -inf;
lipschitz a bound of abs(phi');
tail      tail(x, side), for side * x outside the window, bounds abs(phi - line), abs(phi' - slope) and
          abs(phi'') at side * x, and tail(x) exp(x / (2 scale)) decreases in x. None: no line is approached
          exponentially fast, so no integral is cut short by one, and abs(phi'') falls outside the window;
window    outside of it (times the scale) phi, phi' and phi'' have no zero, unless they vanish identically;
scale     the length on which phi bends (1/beta for swish);
polynomials  piece by piece the coefficients of 1, x, x^2, where phi is a piecewise polynomial;
zeros     order -> zeros by hand, where a search by balls cannot end (double zeros, pieces that are 0);
curvature int phi''^2 by hand, for algebraic tails;
waves     frequency w and {k: (a, b, ...)}: phi is the sum of (a + b x + ...) exp(i k w x). Its expectations are then
          in closed form (trigonometric.py), and phi' has no limits;
terms     terms(x, order): sizes of the terms of phi^(order), where `factor` does not say them.

A number may be a function without arguments: it is then computed at the working precision.
"""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from fractions import Fraction
from functools import cache

from flint import acb, acb_series, arb, fmpq

# ---------------------------------------------------------------- power series


def ball(value):
    """An exact number (int, float, Fraction), or what a function gives, as a ball."""
    if callable(value):
        return value()
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
    return not_a_number(d) if constant_of(d).contains(0) else n / d


def not_a_number(s):
    """In every coefficient: `s` may have fewer of them than what is made of it."""
    return acb_series([acb("nan")] * s.prec, prec=s.prec)


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
    formula: Callable  # (series, piece, length) -> series
    factor: Callable  # t of phi = x t(x) + rest, or None: used for the sizes of terms only
    lines: tuple
    lipschitz: object
    tail: Callable | None
    window: tuple
    scale: object = 1
    breaks: tuple = ()
    smooth: tuple = ()
    right: tuple = ()
    polynomials: tuple = ()
    zeros: dict = field(default_factory=dict, hash=False)
    curvature: Callable | None = None
    waves: tuple = field(default=(), hash=False)
    terms: Callable | None = None
    vanishes: Callable = lambda component, mu, sigma: False  # expectations that are 0, by an argument and not by balls
    exact_zeros: tuple = ()  # (order, x): zeros that no ball can prove, by hand

    @property
    def kinks(self):
        return tuple(b for b in self.breaks if b not in self.smooth)

    def piece(self, x):
        """The number of the piece that the real ball x is in; at a break the left one, or what `right` says."""
        return sum(1 for b in self.breaks if arb(x) > ball(b) or (b in self.right and arb(x) == ball(b)))

    def series(self, x, piece, length):
        """phi(x), phi'(x), phi''(x)/2, ...: the first `length` Taylor coefficients."""
        s = self.formula(variable(x, length), piece, length)
        return [s[k] for k in range(length)]

    def jet(self, x, length=3, piece=None):
        """phi, phi', phi'', ... at the real ball x; `piece` where x may reach over a break."""
        out, factorial = [], 1
        for k, c in enumerate(self.series(x, self.piece(x) if piece is None else piece, length)):
            factorial *= max(k, 1)
            out.append(c.real * factorial)
        return out


def relu():
    return Definition(
        "relu",
        None,
        lambda s, piece, n: s if piece else s * 0,
        None,
        (1, 0, 0, 0),
        1,
        lambda x, side: arb(0),
        (0, 0),
        breaks=(0,),
    )


def leaky_relu(slope=Fraction(1, 100)):
    ball(slope)
    return Definition(
        "leaky_relu",
        slope,
        lambda s, piece, n: s if piece else s * ball(slope),
        None,
        (1, 0, slope, 0),
        max(1, abs(slope)),
        lambda x, side: arb(0),
        (0, 0),
        breaks=() if slope == 1 else (0,),
        vanishes=lambda component, mu, sigma: mu == 0 and (component, slope) in (("m1", 1), ("g1", -1)),
    )


def tanh():
    # tanh'' = -2 tanh sech^2 vanishes at 0 only; 1 - tanh x <= 2 exp(-2x), sech^2 <= 4 exp(-2x).
    return Definition(
        "tanh",
        None,
        lambda s, piece, n: hyperbolic_tangent(s, n),
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
        "sigmoid", None, lambda s, piece, n: logistic(s), None, (0, 1, 0, 0), 1, lambda x, side: (-x).exp(), (-6, 6)
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
        lambda s, piece, n: s * logistic(s * ball(beta)),
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
        lambda s, piece, n: s * normal_cdf(s),
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
        lambda s, piece, n: s * tanh_of_softplus(s),
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
        lambda s, piece, n: s * hyperbolic_tangent(s.exp(), n),
        lambda s, n: hyperbolic_tangent(s.exp(), n),
        (1, 0, 0, 0),
        2,
        tail,
        (-6, 3),
    )


def crrelu(eps=Fraction(1, 100)):
    # Beyond 7, for |eps| <= 10, phi and phi' have the sign of the positive part (x > 0), and
    # (1-x^2), (x^3-3x) have theirs (both sides).
    def formula(s, piece, n):
        bump = ball(eps) * s * (-s * s / 2).exp()
        return s + bump if piece else bump

    return Definition(
        "crrelu",
        eps,
        formula,
        None,
        (1, 0, 0, 0),
        1 + abs(Fraction(eps)),
        lambda x, side: 2 * ball(abs(Fraction(eps))) * x**3 * (-x * x / 2).exp(),
        (-7, 7),
        breaks=(0,),
        exact_zeros=((1, -1),),
    )  # phi' = eps (1 - x^2) exp(-x^2/2) for x < 0


def logarithm_of_one_plus_exp(s, length):
    """ln(1 + e^s): analytic in abs(Im s) < pi, and nowhere else asked for."""
    c = constant_of(s)
    if not abs(c.imag) < arb.pi():
        return not_a_number(s)
    if is_right(c):
        return s + logarithm_of_one_plus_exp_of_left(-s, length)
    return logarithm_of_one_plus_exp_of_left(s, length)


def logarithm_of_one_plus_exp_of_left(s, length):
    e = s.exp()
    return with_constant((1 + e).log(), constant_of(e).log1p(), length)


def softplus(beta=1):
    # y = beta x, s = logistic(y): phi - x = ln(1 + exp(-y))/beta <= exp(-y)/beta, phi' = s, phi'' = beta s(1-s).
    beta = Fraction(beta)
    return Definition(
        "softplus",
        beta,
        lambda s, piece, n: logarithm_of_one_plus_exp(s * ball(beta), n) / ball(beta),
        None,
        (1, 0, 0, 0),
        1,
        lambda x, side: ball(max(beta, 1 / beta)) * (-ball(beta) * x).exp(),
        (-20, 20),
        scale=1 / beta,
    )


def logsigmoid():
    # -softplus(-x)
    return Definition(
        "logsigmoid",
        None,
        lambda s, piece, n: -logarithm_of_one_plus_exp(-s, n),
        None,
        (0, 0, 1, 0),
        1,
        lambda x, side: (-x).exp(),
        (-6, 6),
    )


def exponential_unit(name, parameter, slope, size, scale, smooth, lipschitz):
    """slope x for x > 0, else size (exp(x/scale) - 1): beyond the break no zero but that of phi at 0."""

    def formula(s, piece, n):
        return s * ball(slope) if piece else exp_minus_one(s / ball(scale), n) * ball(size)

    def tail(x, side):
        most = ball(size) * (1 + 1 / ball(scale) + 1 / ball(scale) ** 2)
        return arb(0) if side > 0 else most * (-x / ball(scale)).exp()

    return Definition(
        name,
        parameter,
        formula,
        None,
        (slope, 0, 0, (lambda: -size()) if callable(size) else -size),
        lipschitz,
        tail,
        (0, 0) if size == 0 else (-20, 20),
        scale=scale,
        breaks=(0,),
        smooth=(0,) if smooth else (),
        zeros={0: (0,), 1: (), 2: (), 3: ()},
    )


def elu(alpha=1):
    alpha = Fraction(alpha)
    return exponential_unit("elu", alpha, 1, alpha, 1, alpha == 1, max(1, alpha))


def celu(alpha=1):
    alpha = Fraction(alpha)
    return exponential_unit("celu", alpha, 1, alpha, alpha, True, 1)


def selu_constants():
    """(lambda, alpha): those that keep mean 0 and variance 1 (Klambauer et al., arXiv 1706.02515, equation 14)."""
    e, pi = arb(1).exp(), arb.pi()
    near, far = (1 / arb(2).sqrt()).erfc(), arb(2).sqrt().erfc()
    alpha = -(2 / pi).sqrt() / (near * e.sqrt() - 1)
    square = 2 * far * e**2 + pi * near**2 * e - 2 * (2 + pi) * near * e.sqrt() + pi + 2
    return (1 - near * e.sqrt()) * (2 * pi).sqrt() / square.sqrt(), alpha


def selu():
    unit = exponential_unit(
        "selu", None, lambda: selu_constants()[0], lambda: selu_constants()[0] * selu_constants()[1], 1, False, 2
    )
    return replace(unit, vanishes=lambda component, mu, sigma: component == "m1" and mu == 0 and sigma == 1)


def erf():
    # 1 - erf x < exp(-x^2) for x > 0; phi' = 2/sqrt(pi) exp(-x^2), phi'' = -2x phi'.
    return Definition(
        "erf",
        None,
        lambda s, piece, n: error_function(s),
        None,
        (0, 1, 0, -1),
        Fraction(5, 4),
        lambda x, side: 3 * x * (-x * x).exp(),
        (-6, 6),
        vanishes=lambda component, mu, sigma: component == "m1" and mu == 0,
    )


def error_function(s):
    real = constant_of(s).real.mid()
    if abs(real) < 1:
        return s.erf()
    return 1 - s.erfc() if real > 0 else (-s).erfc() - 1


def gaussian():
    # phi' = -2x phi, phi'' = (4x^2 - 2) phi.
    def terms(x, order):
        e = (-x * x).exp()
        return [[e], [2 * abs(x) * e], [4 * x * x * e, 2 * e]][order]

    return Definition(
        "gaussian",
        None,
        lambda s, piece, n: (-s * s).exp(),
        None,
        (0, 0, 0, 0),
        1,
        lambda x, side: 6 * x * x * (-x * x).exp(),
        (-6, 6),
        vanishes=lambda component, mu, sigma: component == "g1" and mu == 0,
        terms=terms,
    )


def piecewise(name, parameter, breaks, polynomials, *, right=(), zeros=(), zeros_of_slope=(), factor=None, odd=False):
    """A continuous piecewise polynomial of degree at most 2, flat or a line outside its breaks."""

    def formula(s, piece, n):
        a, b, c = (ball(k) for k in polynomials[piece])
        return (s * c + b) * s + a

    def at(piece, x):
        return polynomials[piece][1] + 2 * x * polynomials[piece][2]

    (b0, a0, _), (b1, a1, _) = polynomials[0], polynomials[-1]
    edge = max([abs(b) for b in breaks], default=0)
    return Definition(
        name,
        parameter,
        formula,
        factor,
        (a1, b1, a0, b0),
        max([1] + [abs(at(k + side, x)) for k, x in enumerate(breaks) for side in (0, 1)]),
        lambda x, side: arb(0),
        (-edge, edge),
        breaks=breaks,
        smooth=tuple(x for k, x in enumerate(breaks) if at(k, x) == at(k + 1, x)),
        right=right,
        polynomials=polynomials,
        zeros={0: zeros, 1: zeros_of_slope, 2: (), 3: ()},
        exact_zeros=tuple((1, x) for x in zeros_of_slope),
        vanishes=lambda component, mu, sigma: odd and component == "m1" and mu == 0,
    )


def identity():
    return piecewise("identity", None, (), ((0, 1, 0),), zeros=(0,), odd=True)


def hardtanh():
    pieces = ((-1, 0, 0), (0, 1, 0), (1, 0, 0))
    return piecewise("hardtanh", None, (-1, 1), pieces, right=(1,), zeros=(0,), odd=True)


def relu6():
    return piecewise("relu6", None, (0, 6), ((0, 0, 0), (0, 1, 0), (6, 0, 0)), right=(6,))


def hardsigmoid():
    pieces = ((0, 0, 0), (Fraction(1, 2), Fraction(1, 6), 0), (1, 0, 0))
    return piecewise("hardsigmoid", None, (-3, 3), pieces, right=(3,))


def hardswish():
    # x relu6(x + 3)/6 = x^2/6 + x/2 inside, with slope x/3 + 1/2.
    def factor(s, n):
        x = constant_of(s).real
        return s * 0 + (1 if x >= 3 else 0) if not abs(x) < 3 else (s + 3) / 6

    pieces = ((0, 0, 0), (0, Fraction(1, 2), Fraction(1, 6)), (0, 1, 0))
    return piecewise(
        "hardswish", None, (-3, 3), pieces, right=(3,), zeros=(0,), zeros_of_slope=(Fraction(-3, 2),), factor=factor
    )


def softshrink(threshold=Fraction(1, 2)):
    t = Fraction(threshold)
    if t == 0:  # the identity, but for phi'(0), which is 0 by the formula
        return replace(identity(), name="softshrink", parameter=t)
    return piecewise("softshrink", t, (-t, t), ((t, 1, 0), (0, 0, 0), (-t, 1, 0)), right=(-t,), odd=True)


def softsign():
    # phi' = 1/(1+|x|)^2, phi'' = -2 sgn(x)/(1+|x|)^3, which is 0 at 0 by its sign.
    return Definition(
        "softsign",
        None,
        lambda s, piece, n: quotient(s, 1 + s if piece else 1 - s),
        None,
        (0, 1, 0, -1),
        1,
        None,
        (-6, 6),
        breaks=(0,),
        smooth=(0,),
        zeros={0: (0,)},
        curvature=lambda: ball(Fraction(8, 5)),
        exact_zeros=((2, 0),),
        vanishes=lambda component, mu, sigma: component == "m1" and mu == 0,
    )


def crosses_cut(z):
    """Whether a ball may touch the cuts of atan and asinh, i[1, inf) and -i[1, inf)."""
    return z.real.contains(0) and not abs(z.imag) < 1


def arctan():
    # phi' = 1/(1+x^2), phi'' = -2x/(1+x^2)^2; int phi''^2 = 4 B(3/2, 5/2).
    def formula(s, piece, n):
        return not_a_number(s) if crosses_cut(constant_of(s)) else s.atan()

    return Definition(
        "arctan",
        None,
        formula,
        None,
        (0, lambda: arb.pi() / 2, 0, lambda: -arb.pi() / 2),
        1,
        None,
        (-6, 6),
        curvature=lambda: arb.pi() / 4,
        vanishes=lambda component, mu, sigma: component == "m1" and mu == 0,
    )


def asinh():
    # phi' = (1+x^2)^(-1/2), phi'' = -x (1+x^2)^(-3/2); int phi''^2 = B(3/2, 3/2). The lines are not used.
    # Off the real line the root as a product: it has no cut in the right half plane, and wide balls do not spoil it.
    def formula(s, piece, n):
        c = constant_of(s)
        if c.imag.is_zero():
            return from_slope(c.asinh(), (1 + s * s).sqrt(), n)
        if crosses_cut(c):
            return not_a_number(s)
        w, sign = (s, 1) if is_right(c) else (-s, -1)
        root = (w + acb(0, 1)).sqrt() * (w - acb(0, 1)).sqrt()
        return from_slope(sign * (w[0] + root[0]).log(), root, n)

    def from_slope(value, root, n):
        slope = quotient(acb_series([1], prec=n), root)
        return acb_series([value, *(slope[k] / (k + 1) for k in range(n - 1))], prec=n)

    return Definition(
        "asinh",
        None,
        formula,
        None,
        (0, 0, 0, 0),
        1,
        None,
        (-6, 6),
        zeros={0: (0,), 2: (0,)},
        curvature=lambda: arb.pi() / 8,
        vanishes=lambda component, mu, sigma: component == "m1" and mu == 0,
    )


def gelu_tanh():
    # x s(u), s = logistic, u = k (x + a x^3), k = sqrt(8/pi), a = 0.044715; phi'' = s'(2u' + x u'' - x u'^2 tanh(u/2)).
    # |u| > 1.59 (x + 0.0447 x^3); |phi''| <= s' (3.2 + 2.6 x + 0.9 x^2 + 0.7 x^3 + 0.05 x^5), s' <= exp(-|u|).
    # phi' has a zero where 1 + exp(u) = -x u', so x u' > -2: not beyond -1.2. For x > 3 x u'' < 2.1 u' and
    # x u' tanh(u/2) > 10, so phi'' has no zero there.
    def inner(s):
        return (s + s * s * s * ball(Fraction(44715, 10**6))) * (8 / arb.pi()).sqrt()

    return Definition(
        "gelu_tanh",
        None,
        lambda s, piece, n: s * logistic(inner(s)),
        lambda s, n: logistic(inner(s)),
        (1, 0, 0, 0),
        Fraction(5, 4),
        lambda x, side: 4 * (1 + x) ** 5 * (-ball(Fraction(159, 100)) * (x + x**3 * ball(Fraction(447, 10**4)))).exp(),
        (-6, 6),
    )


def tanhshrink():
    # x - tanh x: phi' = tanh^2 x, phi'' = 2 tanh x sech^2 x; 1 - tanh x <= 2 exp(-2x), sech^2 <= 4 exp(-2x).
    return Definition(
        "tanhshrink",
        None,
        lambda s, piece, n: s - hyperbolic_tangent(s, n),
        None,
        (1, -1, 1, 1),
        1,
        lambda x, side: 8 * (-2 * x).exp(),
        (-6, 6),
        zeros={0: (0,), 1: (0,)},
        vanishes=lambda component, mu, sigma: component == "m1" and mu == 0,
    )


def lisht():
    # x tanh x: phi' = tanh x + x sech^2 x, phi'' = 2 sech^2 x (1 - x tanh x), zeros at |x| = 1.2 only.
    return Definition(
        "lisht",
        None,
        lambda s, piece, n: s * hyperbolic_tangent(s, n),
        hyperbolic_tangent,
        (1, 0, -1, 0),
        Fraction(5, 4),
        lambda x, side: 8 * (1 + x) * (-2 * x).exp(),
        (-6, 6),
        zeros={0: (0,)},
        vanishes=lambda component, mu, sigma: component == "g1" and mu == 0,
    )


def snake(a=1):
    # x + sin(ax)^2/a = x + 1/(2a) - (exp(2iax) + exp(-2iax))/(4a); phi' = 1 + sin 2ax >= 0, so phi vanishes at 0 only.
    a = Fraction(a)
    quarters = {1: range(-9, 8, 4), 2: range(-3, 4, 2)}  # some zeros of phi' and phi'', in units of pi/(4a)

    def zero(k):
        return lambda: k * arb.pi() / (4 * ball(a))

    def terms(x, order):
        w, angle = ball(2 * a), ball(2 * a) * x
        return [[abs(x), (1 - angle.cos()) / w], [arb(1), abs(angle.sin())], [abs(w * angle.cos())]][order]

    return Definition(
        "snake",
        a,
        lambda s, piece, n: s + (s * ball(a)).sin() ** 2 / ball(a),
        None,
        (),
        2,
        None,
        (-20, 20),
        scale=1 / a,
        zeros={0: (0,), **{order: tuple(map(zero, k)) for order, k in quarters.items()}},
        waves=(2 * a, {0: (1 / (2 * a), 1), 1: (-1 / (4 * a),), -1: (-1 / (4 * a),)}),
        terms=terms,
    )


FAMILIES = {
    f.__name__: f
    for f in (
        *(relu, leaky_relu, tanh, sigmoid, swish, gelu, mish, telu, crrelu),
        *(softplus, logsigmoid, elu, selu, celu, erf, gaussian, identity, hardtanh, relu6, hardsigmoid, hardswish),
        *(softshrink, softsign, arctan, asinh, gelu_tanh, tanhshrink, lisht),
        snake,
    )
}
PARAMETER = {
    "leaky_relu": "slope",
    "swish": "beta",
    "crrelu": "eps",
    "softplus": "beta",
    "elu": "alpha",
    "celu": "alpha",
    "softshrink": "threshold",
    "snake": "a",
}


@cache
def definition(name, parameter=None):
    """The activation `name`; `parameter` is an exact number (a float is the exact double)."""
    if parameter is None:
        return FAMILIES[name]()
    return FAMILIES[name](Fraction(parameter))
