# ruff: noqa: E501, SIM201
"""Certified values for activations such as users bring: kinks anywhere, several scales, poles near the axis, oscillation.

    python tests/reference/user_problems.py            # writes user_moments.json, about 3 minutes on two cores
    python tests/reference/user_problems.py --check    # makes it again and compares with the file here
    python tests/reference/user_problems.py --only NAME [NAME ...]   # prints the records of some, writes nothing

Needs `python-flint` only. Nothing here uses the library. Each activation is a list of analytic pieces in plain form;
derivatives are coefficients of truncated power series. An expectation E F(x), x = mean + sigma Z, is a sum over panels
that no break crosses:

- Gauss-Legendre with n nodes in ball arithmetic. F is evaluated once on a rectangle that contains the ellipse with
  foci at the ends of the panel and half axes (rho +- 1/rho)/2 half lengths; where that is a finite ball, F is analytic there
  and bounded by some M, and the rule is wrong by at most (64/15) M rho^(2 - 2n)/(1 - rho^-2) half lengths
  (Trefethen, Approximation Theory and Approximation Practice, theorem 19.3, with n nodes in the place of n + 1).
  Where it is not small enough the panel is halved.
- Nothing beyond mean +- reach sigma. With abs(phi), abs(phi') <= bound (1 + abs(x))^2 the loss is at most
  bound^4 sigma (1 + abs(mean) + sigma)^8 E[Z^10; abs(Z) > reach], since abs(z) >= 1 there.

Both errors are in the radius; the work is repeated deeper until the radius is below 1e-41 of E abs(F). So values are
certified, except that: `abs_*` and abs_g1 cut the line at sign changes of phi and phi' that a scan found (a pair that
it missed would make them too small); `log_slope` is a tanh-sinh sum whose last two levels agree to 1e-35; and the zeros of
phi'' and phi''' behind tv and curvature_sup are from the same scan.
"""

import argparse
import itertools
import json
import math
import multiprocessing
import sys
from collections.abc import Callable
from dataclasses import dataclass
from fractions import Fraction
from functools import cache
from pathlib import Path

from definitions import (
    ball,
    exp_minus_one,
    hyperbolic_tangent,
    is_right,
    logistic,
    normal_cdf,
    quotient,
    tanh_of_softplus,
    variable,
    with_constant,
)
from digits import strip
from flint import acb, acb_series, arb, ctx

FILE = Path(__file__).parent / "user_moments.json"
DIGITS = 35  # given
CERTIFIED = 41  # digits of E abs(F) that the radius must leave
INF = math.inf
NOTHING = arb("1e-315")  # below it a value is written "0"

SIGMAS = (1e-3, 0.03, 0.5, 1.0, 3.0, 30.0, 1000.0)
POINTS = (
    *((sigma, mean) for mean in (0.0, 0.5) for sigma in SIGMAS),
    *((sigma, -2.0) for sigma in (0.03, 1.0, 30.0)),
    *((sigma, 10.0) for sigma in (1e-3, 0.5, 3.0, 1000.0)),
)
FURTHER_AT = (0.5, 30.0)  # sigmas at which m3, m4, g2z2, abs_g1 are given besides
COMPONENTS = ("m1", "g1", "g2", "m2", "eta")
FURTHER = ("g2z2", "m3", "m4")
ALL = (*COMPONENTS, *FURTHER)
SIGNED = ("m1", "g1", "eta", "m3")  # the others are E abs(F) themselves


# ---------------------------------------------------------------- power series


def log_of(s):
    """ln s; not a number where the ball of s touches the cut."""
    c = s[0]
    return s * acb("nan") if c.imag.contains(0) and not c.real > 0 else s.log()


def root_of(s):
    c = s[0]
    return s * acb("nan") if c.imag.contains(0) and not c.real > 0 else s.sqrt()


def softplus(s, n):
    e = (-s).exp() if is_right(s[0]) else s.exp()
    rest = with_constant(log_of(1 + e), e[0].log1p(), n) if (1 + e[0].real) > 0 else e * acb("nan")
    return s + rest if is_right(s[0]) else rest


def arctangent(s, n):
    c = s[0]
    if c.real.contains(0) and not abs(c.imag) < 1:
        return s * acb("nan")
    return s.atan()


def inverse_sinh(s, n):
    """Odd; ln(x + sqrt(1 + x^2)) where that does not cancel."""
    if not is_right(s[0]):
        return -inverse_sinh(-s, n)
    return log_of(s + root_of(1 + s * s))


def square_plus(s, n):
    """(x + sqrt(x^2 + 4))/2."""
    r = root_of(s * s + 4)
    return (s + r) / 2 if is_right(s[0]) else quotient(acb_series([2], prec=n), r - s)


def log_cosh(s, n):
    t = s if is_right(s[0]) else -s
    return t + log_of(1 + (-2 * t).exp()) - ball(2).log()


def one_over(s, n):
    return quotient(acb_series([1], prec=n), 1 + s * s)


def constant(value, s):
    return s * 0 + ball(value)


def polynomial(*coefficients):
    """Lowest first, exact numbers."""

    def formula(s, n):
        total = s * 0
        for c in reversed(coefficients):
            total = total * s + ball(c)
        return total

    return formula


def exact(x):
    return Fraction(x)  # the double itself


# ---------------------------------------------------------------- activations


@dataclass(frozen=True)
class User:
    """An activation as pieces between breaks, and what is known of it by hand.

    breaks     where one piece ends and the next begins (exact doubles); `pieces` has one more;
    kinks      those of them where phi' jumps;
    smooth_at  those of them where nothing jumps by more than 1e-2000;
    slopes     limits of phi' at +inf and -inf; None where there is none;
    bound      abs(phi), abs(phi') <= bound (1 + abs(x))^2;
    anchors    further places near which it bends: first ends of panels;
    points     (sigma, mean) at which moments are given; `more` adds to them;
    shape      tv, curvature, curvature_sup by hand where they are not to be computed;
    zeros      (places) sign changes of phi and phi' by hand, for those that have infinitely many;
    log_slope  (sigma, mean) at which E ln abs(phi') is given;
    reach      2^reach beyond the anchors phi''^2 can be left out: 8 where phi'' <= exp(-abs(x)/10), 220 where it is
               at most 4/abs(x)^1.5, and bounded by it.
    """

    name: str
    pieces: tuple[Callable, ...]
    breaks: tuple[float, ...] = ()
    kinks: tuple[float, ...] = ()
    slopes: tuple = (1, 0)
    smooth_at: tuple[float, ...] = ()
    bound: int = 4
    anchors: tuple[float, ...] = (0.0,)
    points: tuple = POINTS
    more: tuple = ()
    shape: dict | None = None
    zeros: tuple = ()
    log_slope: tuple = ()
    reach: int = 8
    chart: bool = False  # integrate over u, x = u abs(u), the one piece being abs(x)^1.5

    def piece(self, x):
        """The formula for points beside x, which is no break."""
        return self.pieces[sum(1 for b in self.breaks if x > b)]

    def cuts(self):
        return sorted({*self.breaks, *self.anchors})


def relu_at(place):
    p = exact(place)
    name = {math.pi: "pi", 1e3: "1e3"}.get(place, f"{place:g}")
    return User(
        f"relu_at_{name}",
        (lambda s, n: s * 0, polynomial(-p, 1)),
        (place,),
        (place,),
        more=((1e-3, place), (0.5, place), (0.5, place + 0.1)),
        bound=2000,
    )


def ramp(name, left, right):
    a, b = exact(left), exact(right)
    return User(
        name,
        (lambda s, n: s * 0, polynomial(-a, 1), lambda s, n: constant(b - a, s)),
        (left, right),
        (left, right),
        (0, 0),
        more=((1e-3, left), (0.01, right)),
    )


def tanh_of(name, rate, **more):
    return User(name, (lambda s, n: hyperbolic_tangent(rate * s, n),), slopes=(0, 0), bound=rate, **more)


SELU_SCALE, SELU_ALPHA = exact(1.0507009873554805), exact(1.6732632423543772)
GELU_C, GELU_A = exact(0.7978845608028654), exact(0.044715)
CUBE = (Fraction(4, 3), 2, 1, Fraction(1, 6))  # (2 + x)^3/6
PERIODIC = tuple((s, m) for s, m in POINTS if s <= 30.0)
SINE_ZEROS = tuple(("half_pi", k) for k in range(-420, 421))
TENTH = exact(0.1)
LOG_POINTS = ((0.5, 0.0), (3.0, 0.5), (1.0, -2.0))


def users():
    identity = polynomial(0, 1)
    return (
        User("softplus", (softplus,), log_slope=LOG_POINTS),
        User("softplus_50", (lambda s, n: softplus(50 * s, n) / 50,), bound=50),
        User("elu", (exp_minus_one, identity), (0.0,), log_slope=LOG_POINTS),
        User("elu_2", (lambda s, n: 2 * exp_minus_one(s, n), identity), (0.0,), (0.0,)),
        User(
            "selu",
            (
                lambda s, n: ball(SELU_SCALE * SELU_ALPHA) * exp_minus_one(s, n),
                polynomial(0, SELU_SCALE),
            ),
            (0.0,),
            (0.0,),
            (SELU_SCALE, 0),
        ),
        User("celu_half", (lambda s, n: exp_minus_one(2 * s, n) / 2, identity), (0.0,)),
        User("erf", (lambda s, n: s.erf(),), slopes=(0, 0)),
        User("arctan", (arctangent,), slopes=(0, 0), reach=220, log_slope=LOG_POINTS),
        User(
            "softsign",
            (lambda s, n: quotient(s, 1 - s), lambda s, n: quotient(s, 1 + s)),
            (0.0,),
            slopes=(0, 0),
            reach=220,
            log_slope=LOG_POINTS,
        ),
        User("asinh", (inverse_sinh,), slopes=(0, 0), reach=220, log_slope=LOG_POINTS),
        User(
            "hardtanh",
            (lambda s, n: constant(-1, s), identity, lambda s, n: constant(1, s)),
            (-1.0, 1.0),
            (-1.0, 1.0),
            (0, 0),
        ),
        User("relu6", (lambda s, n: s * 0, identity, lambda s, n: constant(6, s)), (0.0, 6.0), (0.0, 6.0), (0, 0)),
        User(
            "hardswish",
            (lambda s, n: s * 0, polynomial(0, Fraction(1, 2), Fraction(1, 6)), identity),
            (-3.0, 3.0),
            (-3.0, 3.0),
        ),
        User(
            "hardsigmoid",
            (lambda s, n: s * 0, polynomial(Fraction(1, 2), Fraction(1, 6)), lambda s, n: constant(1, s)),
            (-3.0, 3.0),
            (-3.0, 3.0),
            (0, 0),
        ),
        User(
            "soft_threshold",
            (polynomial(-exact(-0.3), 1), lambda s, n: s * 0, polynomial(-exact(0.7), 1)),
            (-0.3, 0.7),
            (-0.3, 0.7),
            (1, 1),
            more=((1e-3, 0.7), (0.03, -0.3)),
        ),
        relu_at(0.37),
        relu_at(3.0),
        relu_at(1e3),
        relu_at(math.pi),
        ramp("ramp_tenth", 0.5, 0.6),
        ramp("ramp_thousandth", 0.5, 0.501),
        User("abs", (polynomial(0, -1), identity), (0.0,), (0.0,), (1, -1)),
        User(
            "x_plus_sin2",
            (lambda s, n: s + s.sin() ** 2,),
            slopes=(None, None),
            shape={"tv": INF, "curvature": INF, "curvature_sup": 2},
            points=tuple(p for p in POINTS if p[0] < 1000 or p[1] in (0.0, 10.0)),
            zeros=(("half_pi", 0),),
        ),
        User("gaussian", (lambda s, n: (-s * s).exp(),), slopes=(0, 0)),
        tanh_of("tanh_20", 20, log_slope=((0.03, 0.0), (1.0, 0.5))),
        tanh_of("tanh_200", 200),
        User(
            "signed_rational",
            (lambda s, n: one_over(s, n) - 1, lambda s, n: 1 - one_over(s, n)),  # x^2/(1 + x^2), tight far out
            (0.0,),
            slopes=(0, 0),
            reach=220,
        ),
        User(
            "signed_power",
            (),
            (0.0,),
            slopes=(INF, INF),
            shape={"tv": INF, "curvature": INF, "curvature_sup": INF},
            chart=True,
        ),
        User("root", (lambda s, n: root_of(1 + s * s),), slopes=(1, -1), reach=220, log_slope=LOG_POINTS),
        User(
            "b_spline",
            (
                lambda s, n: s * 0,
                polynomial(*CUBE),
                polynomial(Fraction(2, 3), 0, -1, -Fraction(1, 2)),
                polynomial(Fraction(2, 3), 0, -1, Fraction(1, 2)),
                polynomial(*(c * (-1) ** k for k, c in enumerate(CUBE))),
                lambda s, n: s * 0,
            ),
            (-2.0, -1.0, 0.0, 1.0, 2.0),
            slopes=(0, 0),
        ),
        User(
            "square",
            (polynomial(0, 0, 1),),
            slopes=(INF, -INF),
            shape={"tv": INF, "curvature": INF, "curvature_sup": 2},
        ),
        User("leaky_negative", (polynomial(0, exact(-0.3)), identity), (0.0,), (0.0,), (1, exact(-0.3))),
        User(
            "snake_half",
            (lambda s, n: s + 1 - s.cos(),),
            slopes=(None, None),
            shape={"tv": INF, "curvature": INF, "curvature_sup": 1},
            points=tuple(p for p in POINTS if p[0] < 1000 or p[1] == 0.0),
            zeros=(("half_pi", 0),),
        ),
        User("gelu_tanh", (lambda s, n: s * logistic(2 * ball(GELU_C) * (s + ball(GELU_A) * s * s * s)),)),
        User("squareplus", (square_plus,), reach=220),
        User(
            "bump_30",
            (lambda s, n: (-(s - 30) * (s - 30)).exp(),),
            slopes=(0, 0),
            anchors=(30.0,),
            points=tuple(p for p in POINTS if p[0] >= 1.0),
            more=((0.03, 30.0), (0.5, 29.0), (1.0, 30.0)),
        ),
        User(
            "logistic_50",
            (lambda s, n: logistic(s - 50),),
            slopes=(0, 0),
            anchors=(50.0,),
            more=((0.03, 50.0), (1.0, 48.0)),
        ),
        User("swish_10", (lambda s, n: s * logistic(10 * s),)),
        User(
            "two_tanh",
            (lambda s, n: hyperbolic_tangent(s / 10, n) + hyperbolic_tangent(10 * s, n) / 5,),
            slopes=(0, 0),
        ),
        User("log_cosh", (log_cosh,), slopes=(1, -1)),
        User("constant", (lambda s, n: constant(Fraction(3, 2), s),), slopes=(0, 0)),
        User("identity", (identity,), slopes=(1, 1)),
        User(
            "huber",
            (polynomial(-Fraction(1, 2), -1), polynomial(0, 0, Fraction(1, 2)), polynomial(-Fraction(1, 2), 1)),
            (-1.0, 1.0),
            slopes=(1, -1),
        ),
        User("welsch", (lambda s, n: -exp_minus_one(-s * s / 2, n),), slopes=(0, 0)),
        User("mish_box", (lambda s, n: s * tanh_of_softplus(s),)),
        User(
            "telu_box",
            (lambda s, n: s * hyperbolic_tangent(s.exp(), n), identity),  # from 8 on 1 - tanh(e^x) < 1e-2500
            (8.0,),
            smooth_at=(8.0,),
            log_slope=((1.0, 0.5),),
        ),
        User("gelu_box", (lambda s, n: s * normal_cdf(s),)),
        User("swish_box", (lambda s, n: s * logistic(s),), log_slope=LOG_POINTS),
        User("tanh_shrink", (lambda s, n: s - hyperbolic_tangent(s, n),), slopes=(1, 1)),
        User("log_sigmoid", (lambda s, n: -softplus(-s, n),), slopes=(0, 1)),
        User(
            "slight_kink",
            (polynomial(0, 1 - exact(2.0**-20)), polynomial(0, 1 + exact(2.0**-20))),
            (0.0,),
            (0.0,),
            (1 + exact(2.0**-20), 1 - exact(2.0**-20)),
        ),
        User(
            "sine",
            (lambda s, n: s.sin(),),
            slopes=(None, None),
            shape={"tv": INF, "curvature": INF, "curvature_sup": 1},
            points=PERIODIC,
            zeros=SINE_ZEROS,
        ),
        User(
            "tanh_with_bump",
            (lambda s, n: hyperbolic_tangent(s, n) + ball(TENTH) * (-((50 * (s - ball(exact(0.3)))) ** 2)).exp(),),
            slopes=(0, 0),
            anchors=(0.0, 0.3),
            bound=50,
        ),
        User(
            "kinked_tanh",
            (lambda s, n: hyperbolic_tangent(s, n) * ball(Fraction(1, 2)), lambda s, n: hyperbolic_tangent(s, n)),
            (0.0,),
            (0.0,),
            (0, 0),
        ),
        User(
            "two_sided_saturation",
            (lambda s, n: quotient(s, 1 - s / 4), lambda s, n: hyperbolic_tangent(2 * s, n)),
            (0.0,),
            (0.0,),
            (0, 0),
            reach=220,
        ),
    )


USERS = {one.name: one for one in users()}


# ---------------------------------------------------------------- evaluation


def jet(user, u, side_of, length):
    """Taylor coefficients of phi at the ball u, by the piece that belongs to the number side_of."""
    s = user.piece(side_of)(variable(u, length), length)
    return [s[k] for k in range(length)]


def point(user, u, middle):
    """(x, dx/du, phi, phi') at the ball u of a panel around `middle`."""
    if user.chart:
        side = 1 if middle > 0 else -1
        return side * u * u, side * 2 * u, side * (side * u) ** 3, acb(3) / 2 * (side * u)
    phi, slope = jet(user, u, middle, 2)
    return u, acb(1), phi, slope


@cache
def legendre(n, bits):
    with ctx.workprec(bits + 40):
        return [arb.legendre_p_root(n, k, weight=True) for k in range(n)]


RHO = 4


class Panels:
    """Values of one activation on panels, kept for all sigmas and means."""

    def __init__(self, user, bits):
        self.user, self.bits = user, bits
        self.count = bits // 4 + 18
        self.ellipse_at, self.nodes_at = {}, {}

    def ellipse(self, a, b):
        """Balls of x and dx/du, and bounds of abs(phi), abs(phi'), on a rectangle around the ellipse; None if not finite."""
        key = (a.mid().str(60, radius=False), b.mid().str(60, radius=False))
        if key not in self.ellipse_at:
            middle, half = (a + b) / 2, (b - a) / 2
            wide, high = half * (RHO + 1 / arb(RHO)) / 2, half * (RHO - 1 / arb(RHO)) / 2
            u = acb(arb(middle.mid(), wide.upper()), arb(0, high.upper()))
            x, jacobian, phi, slope = point(self.user, u, middle)
            finite = phi.is_finite() and slope.is_finite()
            self.ellipse_at[key] = (x, abs(jacobian).upper(), abs(phi).upper(), abs(slope).upper()) if finite else None
        return self.ellipse_at[key]

    def nodes(self, a, b):
        """(x, weight dx, phi, phi') at the nodes."""
        key = (a.mid().str(60, radius=False), b.mid().str(60, radius=False))
        if key not in self.nodes_at:
            middle, half = (a + b) / 2, (b - a) / 2
            rows = []
            for t, w in legendre(self.count, self.bits):
                x, jacobian, phi, slope = point(self.user, acb(middle + half * t), middle)
                rows.append((x.real, w * half * jacobian.real, phi.real, slope.real))
            self.nodes_at[key] = rows
        return self.nodes_at[key]


def integrands(phi, slope, deviation, z, names):
    """F by name; deviation = x - mean."""
    squared, slope2, product = phi * phi, slope * slope, phi * slope
    values = {
        "m1": phi,
        "g1": slope,
        "g2": slope2,
        "m2": squared,
        "eta": deviation * product,
        "g2z2": slope2 * z * z,
        "m3": squared * phi,
        "m4": squared * squared,
    }
    return [values[name] for name in names]


def scan(user, order):
    """Sign changes of the order-th derivative, as balls of 300 bits."""
    if user.chart:
        return []
    found = []
    cuts = user.cuts()
    edges = [-INF, *cuts, INF]
    steps = [2.0**k for k in range(-70, -20)] + [2.0 ** (k / 8) for k in range(-160, 24 * 8)]
    for left, right in itertools.pairwise(edges):
        points = {(left + right) / 2} if math.isfinite(left) and math.isfinite(right) else set()
        points |= {left + t for t in steps if left + t < right} if left > -INF else set()
        points |= {right - t for t in steps if right - t > left} if right < INF else set()
        ordered = [x for x in sorted(points) if left < x < right]
        before, sign_before = None, 0
        for x in ordered:
            value = _sure(user, arb(x), x, order)
            sign = 0 if value is None else 1 if value > 0 else -1
            if sign and sign_before and sign != sign_before:
                found.append(_bisect(user, arb(before), arb(x), x, order, sign_before))
            if sign:
                before, sign_before = x, sign
    return found


def _sure(user, x, side_of, order):
    """The derivative (up to a positive factor) at x with a sign, or None where it is 0."""
    for bits in (64, 300, 2000):
        with ctx.workprec(bits):
            value = jet(user, acb(x), side_of, order + 1)[order].real
            if not value.contains(0):
                return value
            if value.is_exact():
                return None
    return None


def _bisect(user, low, high, side_of, order, sign_low):
    with ctx.workprec(320):
        for _ in range(300):
            middle = ((low + high) / 2).mid()
            value = _sure(user, middle, side_of, order)
            if value is None:
                return middle
            if (value > 0) == (sign_low > 0):
                low = middle
            else:
                high = middle
        return ((low + high) / 2).mid()


@cache
def cut_points(name):
    """Ends of panels that every integral of the activation uses, ascending."""
    user = USERS[name]
    places = [arb(x) for x in user.cuts()]
    with ctx.workprec(320):
        if user.zeros:
            places += [(arb.pi() / 2 * k).mid() for _, k in user.zeros if k]
        else:
            places += scan(user, 0) + scan(user, 1)
    return sorted_balls(places)


def sorted_balls(places):
    result = []
    for x in sorted(places, key=lambda p: Fraction(int(p.man_exp()[0])) * Fraction(2) ** int(p.man_exp()[1])):
        if not result or not x == result[-1]:
            result.append(x)
    return result


# ---------------------------------------------------------------- expectations


def attempt(panels, names, sigma, mean, bits, reach):
    """Balls of E F and E abs(F) for each name."""
    user = panels.user
    sigma, mean = arb(sigma), arb(mean)
    tolerance = arb(2) ** (8 - bits)
    norm = 1 / (sigma * (2 * arb.pi()).sqrt())
    rate = -1 / (2 * sigma * sigma)
    low, high = (mean - reach * sigma).mid(), (mean + reach * sigma).mid()
    outermost = arb(2) ** 22
    cuts = cut_points(user.name)
    if user.chart:
        centre = abs(mean).sqrt().mid() * (1 if mean > 0 else -1)
        cuts = [arb(0)]
    else:
        centre = mean
    edges = sorted_balls([-outermost, *cuts, centre, outermost])
    # The mass first: what is small beside it can be judged.
    waiting = sorted(itertools.pairwise(edges), key=lambda e: -abs(float((e[0] + e[1]) / 2 - centre)))
    count = len(names)
    total, size, error = ([arb(0)] * count for _ in range(3))
    constant_of_rule = arb(64) / 15 * arb(RHO) ** (2 - 2 * panels.count) / (1 - arb(RHO) ** -2)
    while waiting:
        a, b = waiting.pop()
        xa, xb = (side_square(a), side_square(b)) if user.chart else (a, b)
        if xb <= low or xa >= high:
            continue
        middle, half = (a + b) / 2, (b - a) / 2
        around = panels.ellipse(a, b)
        bounds = None
        if around is not None:
            x, jacobian, phi, slope = around
            deviation = x - mean
            weight = (rate * deviation * deviation).exp()
            if weight.is_finite():
                g = abs(weight).upper() * jacobian * norm
                far = abs(deviation).upper()
                bounds = [
                    (constant_of_rule * half * g * f).upper() for f in integrands(phi, slope, far, far / sigma, names)
                ]
                x, jacobian, phi, slope = point(user, acb(middle), middle)
                d = x.real - mean
                g = (rate * d * d).exp() * abs(jacobian.real) * half * norm
                local = [abs(f) * g for f in integrands(phi.real, slope.real, d, d / sigma, names)]
        if bounds is None or not all(
            e <= tolerance * s or e <= tolerance * m or e.is_zero() for e, s, m in zip(bounds, size, local, strict=True)
        ):
            if not (b - a) > arb(2) ** -60:
                raise ArithmeticError(f"{user.name}: stuck at {a}")
            split = middle.mid()
            halves = [(a, split), (split, b)]
            if split > centre:
                halves.reverse()
            waiting += halves  # the half nearer to the centre is next
            continue
        sums = [arb(0)] * count
        for x, w, phi, slope in panels.nodes(a, b):
            d = x - mean
            g = (rate * d * d).exp() * w
            for k, f in enumerate(integrands(phi, slope, d, d / sigma, names)):
                sums[k] = sums[k] + f * g
        for k in range(count):
            part = sums[k] * norm
            total[k] = total[k] + part
            size[k] = size[k] + abs(part)
            error[k] = error[k] + bounds[k]
    lost = beyond(user, sigma, mean, arb(reach))
    balls = [t + arb(0, (e + lost).upper()) for t, e in zip(total, error, strict=True)]
    return balls, size


def side_square(u):
    return u * abs(u)


def beyond(user, sigma, mean, reach):
    """bound^4 sigma (1 + abs(mean) + sigma)^8 E[Z^10; abs(Z) > reach], the last <= 4 reach^9 pdf(reach)."""
    scale = arb(user.bound) ** 4 * (1 + sigma) * (1 + abs(mean) + sigma) ** 8
    return scale * 4 * reach**9 * (-reach * reach / 2).exp()


STORE = {}


def moments(user, names, sigma, mean):
    """Certified balls by name, and E abs(F)."""
    for bits, reach in ((192, 20), (256, 26), (512, 40), (1100, 60)):
        key = user.name, bits
        if key not in STORE:
            STORE[key] = Panels(user, bits)
        with ctx.workprec(bits + 60):
            values, sizes = attempt(STORE[key], names, sigma, mean, bits, reach)
        goal = arb(10) ** -CERTIFIED
        pairs = zip(values, sizes, strict=True)
        if all(v.rad() <= goal * s.lower() or abs(v) < NOTHING for v, s in pairs):
            return dict(zip(names, values, strict=True)), dict(zip(names, sizes, strict=True))
    raise ArithmeticError(f"{user.name} at sigma {sigma}, mean {mean}: {values}")


def text(value, size):
    """DIGITS digits of E abs(F): fewer of the value where it cancels; "0" where nothing is left."""
    if abs(value) < NOTHING or abs(value) <= arb(10) ** -(CERTIFIED - 2) * size:
        return "0"
    return strip(value.mid().str(DIGITS, radius=False))


# ---------------------------------------------------------------- E ln abs(phi')


def log_slope(user, sigma, mean):
    """Tanh-sinh between breaks, zeros of phi' and mean +- k sigma; two levels must agree to 1e-35."""
    with ctx.workprec(420):
        sigma, mean = arb(sigma), arb(mean)
        edges = sorted_balls(
            [*cut_points(user.name), *((mean + k * sigma).mid() for k in (-20, -8, -4, -1, 0, 1, 4, 8, 20))]
        )
        edges = [e for e in edges if abs(e - mean) <= 20 * sigma * (1 + arb(10) ** -30)]
        previous = None
        for level in range(4, 9):
            total = sum((_tanh_sinh(user, a, b, sigma, mean, level) for a, b in itertools.pairwise(edges)), arb(0))
            if previous is not None and abs(total - previous) < arb(10) ** -35:
                return total
            previous = total
    raise ArithmeticError(f"log slope of {user.name} at {sigma}, {mean}: {previous}, {total}")


def _tanh_sinh(user, a, b, sigma, mean, level):
    step = arb(2) ** -level
    half, middle = (b - a) / 2, (a + b) / 2
    total = arb(0)
    last = int(4.6 * 2**level)
    for k in range(-last, last + 1):
        t = step * k
        e = (arb.pi() / 2 * t.sinh()).exp()
        # Distances from the nearer end, without cancellation.
        x = b - 2 * half / (1 + e * e) if k > 0 else a + 2 * half * e * e / (1 + e * e)
        weight = half * arb.pi() / 2 * t.cosh() * 4 / (e + 1 / e) ** 2
        slope = jet(user, acb(x.mid()), middle, 2)[1].real
        if slope.contains(0):
            continue  # within 1e-100 of an end
        z = (x - mean) / sigma
        total += weight * abs(slope).log() * (-z * z / 2).exp()
    return total * step / (sigma * (2 * arb.pi()).sqrt())


# ---------------------------------------------------------------- what does not depend on sigma


def shape(user):
    """tv, curvature, curvature_sup as text; end slopes, breaks and kinks."""
    record = {
        "activation": user.name,
        "breaks": [repr(b) for b in user.breaks if b not in user.smooth_at],
        "kinks": [repr(k) for k in user.kinks],
    }
    for name, slope in zip(("alpha_plus", "alpha_minus"), user.slopes, strict=True):
        record[name] = "none" if slope is None else str(slope) if isinstance(slope, float) else number(ball(slope))
    if user.shape:
        return record | {name: "inf" if value == INF else str(value) for name, value in user.shape.items()}
    with ctx.workprec(400):
        record["tv"] = number(total_variation(user))
        if user.kinks:
            return record | {"curvature": "inf", "curvature_sup": "inf"}
        record["curvature"] = number(curvature(user))
        record["curvature_sup"] = number(steepest(user))
    return record


def number(value):
    if value.is_exact() and value.is_zero():
        return "0"
    assert value.rad() < arb(10) ** -(DIGITS + 2) * abs(value).lower(), value
    return strip(value.mid().str(DIGITS, radius=False))


def one_sided(user, x, order):
    """The order-th derivative on both sides of a break."""
    near = float(x)
    return [
        jet(user, acb(x), side, order + 1)[order].real * math.factorial(order)
        for side in (math.nextafter(near, -INF), math.nextafter(near, INF))
    ]


def total_variation(user):
    places = [(float(z), [jet(user, acb(z), float(z), 2)[1].real]) for z in scan(user, 2)]
    places += [(b, one_sided(user, arb(b), 1)) for b in user.breaks]
    # Anchors too: the scan takes no points there, so a zero at one is not among the sign changes; others do no harm.
    places += [(a, [jet(user, acb(a), a, 2)[1].real]) for a in user.anchors if a not in user.breaks]
    minus, plus = ball(user.slopes[1]), ball(user.slopes[0])
    chain = [minus, *(v for _, values in sorted(places, key=lambda p: p[0]) for v in values), plus]
    return sum((abs(b - a) for a, b in itertools.pairwise(chain)), arb(0))


def steepest(user):
    values = [abs(jet(user, acb(z), float(z), 3)[2].real) * 2 for z in scan(user, 3)]
    values += [abs(v) for b in user.breaks for v in one_sided(user, arb(b), 2)]
    # A maximum where phi''' is 0 at an anchor shows no sign change beside it.
    values += [abs(jet(user, acb(a), a, 3)[2].real) * 2 for a in user.anchors if a not in user.breaks]
    result = arb(0)
    for v in values:
        result = v if v > result else result
    return result


def curvature(user):
    """Integral of phi''^2 by certified panels out to 2^reach, beyond which it is below 1e-40 of it, as stated."""
    bits = 192
    count = bits // 4 + 6
    nodes = legendre(count, bits)
    cuts = [arb(c) for c in user.cuts()]
    far = [arb(2) ** k for k in range(user.reach + 1)]
    edges = sorted_balls([*cuts, *(cuts[-1] + f for f in far), *(cuts[0] - f for f in far)])
    rule = arb(64) / 15 * arb(RHO) ** (2 - 2 * count) / (1 - arb(RHO) ** -2)
    total, error = arb(0), arb(0)
    waiting = sorted(itertools.pairwise(edges), key=lambda e: -abs(float((e[0] + e[1]) / 2)))
    while waiting:
        a, b = waiting.pop()
        middle, half = (a + b) / 2, (b - a) / 2
        wide, high = half * (RHO + 1 / arb(RHO)) / 2, half * (RHO - 1 / arb(RHO)) / 2
        u = acb(arb(middle.mid(), wide.upper()), arb(0, high.upper()))
        bend = 2 * jet(user, u, middle, 3)[2]
        bound = (rule * half * abs(bend) ** 2).upper() if bend.is_finite() else None
        here = (2 * jet(user, acb(middle), middle, 3)[2].real) ** 2 * half
        if bound is None or not (bound <= arb(2) ** -160 * total or bound <= arb(2) ** -160 * here or bound.is_zero()):
            split = middle.mid()
            waiting += [(a, split), (split, b)] if split < 0 else [(split, b), (a, split)]
            continue
        for t, w in nodes:
            total += w * half * (2 * jet(user, acb(middle + half * t), middle, 3)[2].real) ** 2
        error += bound
    return total + arb(0, error.upper())


# ---------------------------------------------------------------- the file


def points_of(user):
    return (*user.points, *(p for p in user.more if p not in user.points))


def records(name):
    """All that the file says of one activation: (shape record, moment records)."""
    user = USERS[name]
    rows = []
    for sigma, mean in points_of(user):
        further = sigma in FURTHER_AT
        names = ALL if further else COMPONENTS
        values, sizes = moments(user, names, sigma, mean)
        row = {"activation": name, "sigma": repr(sigma), "mean": repr(mean)}
        row |= {key: text(values[key], sizes[key]) for key in names}
        # eta is cut at the mean and at sign changes of phi and phi', so these are E abs(F).
        row |= {f"abs_{key}": strip(sizes[key].mid().str(8, radius=False)) for key in names if key in SIGNED}
        if further:
            row["abs_g1"] = text(sizes["g1"], sizes["g1"])
        if (sigma, mean) in user.log_slope:
            row["log_slope"] = strip(log_slope(user, sigma, mean).mid().str(33, radius=False))
        rows.append(row)
    for key in [key for key in STORE if key[0] == name]:
        del STORE[key]
    return shape(user), rows


ABOUT = (
    "Activations such as users bring, defined in user_problems.py: what does not depend on sigma, and Gaussian "
    "components at x = mean + sigma Z. sigma, mean, breaks and kinks are exact doubles. Values have 35 digits, certified "
    "to 1e-41 of E abs(integrand); '0' is below 1e-39 of it, or below 1e-315. abs_NAME is E abs(integrand) to 8 digits (abs_g1, also a component, "
    "to 35 where m3 is given). alpha_plus, alpha_minus: 'none' where phi' has no limit."
)


def make(jobs, names=tuple(USERS)):
    if jobs == 1:
        parts = [records(name) for name in names]
    else:
        order = sorted(names, key=lambda n: -len(USERS[n].points) * (1 + 50 * (USERS[n].slopes[0] is None)))
        with multiprocessing.Pool(jobs) as pool:
            found = dict(zip(order, pool.map(records, order, chunksize=1), strict=True))
        parts = [found[name] for name in names]
    return {"about": ABOUT, "shapes": [p[0] for p in parts], "records": [row for p in parts for row in p[1]]}


def written(content):
    lines = [json.dumps(content["about"])]
    shapes = ",\n".join(json.dumps(row) for row in content["shapes"])
    rows = ",\n".join(json.dumps(row) for row in content["records"])
    return f'{{\n"about": {lines[0]},\n"shapes": [\n{shapes}\n],\n"records": [\n{rows}\n]\n}}\n'


def differences(old, new):
    for part in ("shapes", "records"):
        if len(old[part]) != len(new[part]):
            yield f"{part}: {len(old[part])} here, {len(new[part])} made"
        for a, b in zip(old[part], new[part], strict=False):
            for key in {*a, *b}:
                if a.get(key) != b.get(key) and not close(key, a, b):
                    yield f"{a.get('activation')} {a.get('sigma')} {a.get('mean')} {key}: {a.get(key)} != {b.get(key)}"


def close(key, a, b):
    """The same number up to the last digit given."""
    try:
        x, y = Fraction(a[key]), Fraction(b[key])
    except (KeyError, TypeError, ValueError):
        return False
    size = abs(Fraction(a.get(f"abs_{key}", "0")))
    digits = (
        7 if key.startswith("abs_") and (key != "abs_g1" or "m3" not in a) else 32 if key == "log_slope" else DIGITS - 1
    )
    return abs(x - y) <= max(abs(x), size) * Fraction(1, 10**digits)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--check", action="store_true", help="compare with the file instead of writing it")
    parser.add_argument("--only", nargs="+", choices=tuple(USERS), default=None, help="print some, write nothing")
    parser.add_argument("--jobs", type=int, default=multiprocessing.cpu_count())
    options = parser.parse_args()
    if options.only:
        print(written(make(1, options.only)))
        return 0
    content = make(options.jobs)
    if options.check:
        found = list(differences(json.loads(FILE.read_text()), content))
        print("\n".join(found) or f"{len(content['records'])} records agree")
        return 1 if found else 0
    FILE.write_text(written(content))
    print(f"{FILE.name}: {len(content['records'])} records of {len(content['shapes'])} activations")
    return 0


if __name__ == "__main__":
    sys.exit(main())
