"""Certified values of the Gaussian functionals that `moments` offers beyond those of gaussian_integral.py.

Each is a sum of sigma^j E[Z^k G(phi, phi', phi'')], and a derivative with respect to mean or sigma is that of F' or
Z F', the jumps of F at kinks included. Here they are written out as they stand and integrated by ``acb.integral``:

- over mu +- REACH sigma, cut at breaks, at mu, and at zeros of phi' where abs(phi') or its logarithm is asked for;
- beyond the core of gaussian_integral.py with the line in place of phi, which changes F by less than `BITS` tells.

What is left out goes into the radius. E ln abs(phi') alone is not certified: it is the tanh-sinh rule in 900 bits, at
two steps.
"""

import itertools

from cases import label
from definitions import ball, definition
from digits import text
from flint import acb, arb, ctx
from gaussian_integral import core, density
from zeros import zeros_of

BITS = 400
REACH = 32  # pdf(32) < 1e-220


def powers(n):
    """phi^n and its derivative."""
    return lambda f, d, s: f**n, lambda f, d, s: n * f ** (n - 1) * d


# name: (power of z, power of sigma, G, the function whose derivative it is, of (phi, phi')).
def table():
    def with_derivatives(name, k, value, slope, primitive=None):
        plain = {name: [(k, 0, value, None)]} if value else {}
        return plain | {f"{name}_mean": [(k, 0, slope, primitive)], f"{name}_sigma": [(k + 1, 0, slope, primitive)]}

    out = {}
    for name, n, k in (("m1", 1, 0), ("m2", 2, 0), ("m3", 3, 0), ("m4", 4, 0), ("m1z", 1, 1)):
        out |= with_derivatives(name, k, *powers(n))
    out |= with_derivatives("g1", 0, None, lambda f, d, s: s, lambda f, d: d)
    for name, k in (("g2", 0), ("g2z2", 2)):
        out |= with_derivatives(name, k, None, lambda f, d, s: 2 * d * s, lambda f, d: d * d)
    product, slope = (lambda f, d, s: f * d), (lambda f, d, s: d * d + f * s)
    out["eta_mean"] = [(1, 1, slope, lambda f, d: f * d)]
    out["eta_sigma"] = [(1, 0, product, None), (2, 1, slope, lambda f, d: f * d)]
    return out


TABLE = table()
SIGNED = {"abs_g1": (0, "d"), "abs_g1_mean": (0, "s"), "abs_g1_sigma": (1, "s")}
KNOWN = {"m1", "m2"}  # in moments.json, means.json
NAMES = [name for name in TABLE if name not in KNOWN] + list(SIGNED)


def sign_of_slope(phi, a, b):
    """+-1 on a piece without a zero of phi'; 0 where it vanishes identically."""
    d = phi.jet((a + b) / 2, 2, phi.piece((a + b) / 2))[1]
    return 1 if d > 0 else -1 if d < 0 else 0


def pieces(phi, mu, sigma, *, slopes):
    """Intervals (a, b, line or None) that cover mu +- REACH sigma."""
    low, high = (mu - REACH * sigma).mid(), (mu + REACH * sigma).mid()
    left, right = (arb.neg_inf(), arb.pos_inf()) if phi.polynomials else core(phi, BITS)
    marks = [mu.mid(), *map(ball, phi.breaks)]
    if slopes:
        marks += [z.mid() for z in zeros_of(phi, 1)]
    marks += [x for x in (left, right) if x.is_finite()]
    edges = [low, *sorted(x for x in marks if low < x < high), high]
    for a, b in itertools.pairwise(edges):
        if a < b:
            yield a, b, phi.lines[2:] if b <= left else phi.lines[:2] if a >= right else None


def left_out(phi, mu, sigma):
    """Above what lines, and what lies beyond REACH, can add to any of the functionals."""
    size = 1 + ball(phi.lipschitz) + abs(phi.jet(arb(0), 1)[0])
    largest = 64 * (size * (1 + abs(mu) + REACH * sigma)) ** 4 * arb(REACH) ** 3 * (1 + sigma + 1 / sigma)
    beyond = 64 * (size * (1 + abs(mu) + sigma)) ** 4 * (1 + sigma) * 2 * arb(REACH) ** 8 * density(arb(REACH))
    return arb(0, (largest * arb(2) ** -BITS + beyond).upper())


def integral(phi, f, mu, sigma, a, b, line):
    """Of f(z, phi, phi', phi'') times the density of z over a < x < b."""
    piece = phi.piece((a + b) / 2)

    def integrand(x, _):
        if line is None:
            value, slope, bend = phi.series(x, piece, 3)
        else:
            value, slope, bend = ball(line[0]) * x + ball(line[1]), acb(ball(line[0])), acb(0)
        z = (x - mu) / sigma
        return f(z, value, slope, 2 * bend) * (-z * z / 2).exp()

    # Cuts where the Gaussian is: a narrow one must not be overlooked.
    cuts = [a, *(c for c in (mu + k * sigma for k in (-6, -2, 2, 6)) if a < c < b), b]
    goal = {"rel_tol": arb(2) ** -165, "abs_tol": arb(2) ** -200}
    total = sum((acb.integral(integrand, acb(p), acb(q), **goal).real for p, q in itertools.pairwise(cuts)), arb(0))
    return total / (sigma * (2 * arb.pi()).sqrt())


def jumps(phi, mu, sigma, k, j, primitive, size):
    """sigma^j z^k pdf(z)/sigma times the jump of the primitive at each kink."""
    total = arb(0)
    for number, place in enumerate(phi.breaks):
        x = ball(place)
        (f, d), (_, e) = phi.jet(x, 2, number), phi.jet(x, 2, number + 1)
        z = (x - mu) / sigma
        total += sigma**j * z**k * density(z) / sigma * (primitive(f, size(e)) - primitive(f, size(d)))
    return total


def value_of(name, phi, mu, sigma):
    total = left_out(phi, mu, sigma)
    if name in SIGNED:
        k, what = SIGNED[name]
        for a, b, line in pieces(phi, mu, sigma, slopes=True):
            sign = sign_of_slope(phi, a, b)
            if sign:
                part = integral(phi, lambda z, f, d, s: z**k * (d if what == "d" else s), mu, sigma, a, b, line)
                total += sign * part
        return total + (jumps(phi, mu, sigma, k, 0, lambda f, d: d, abs) if what == "s" else 0)
    for k, j, g, primitive in TABLE[name]:
        for a, b, line in pieces(phi, mu, sigma, slopes=False):
            total += sigma**j * integral(phi, lambda z, f, d, s: z**k * g(f, d, s), mu, sigma, a, b, line)
        if primitive:
            total += jumps(phi, mu, sigma, k, j, primitive, lambda d: d)
    return total


def double_exponential(f, a, b, steps):
    """The tanh-sinh rule from a to b, with `steps` steps a unit; f may have logarithmic singularities at the ends."""
    total = arb(0)
    for k in range(-5 * steps, 5 * steps + 1):
        t = arb(k) / steps
        q = (arb.pi() * t.sinh()).exp()
        x = a + (b - a) * q / (1 + q) if k < 0 else b - (b - a) / (1 + q)
        total += f(x) * arb.pi() * t.cosh() * q / (1 + q) ** 2
    return total * (b - a) / steps


def log_slope(phi, mu, sigma):
    """E ln abs(phi'), not certified: two steps of a rule that agree to 43 digits; None if they do not."""
    low, high = (mu - 16 * sigma).mid(), (mu + 16 * sigma).mid()
    marks = [*((mu + k * sigma).mid() for k in (-4, 0, 4)), *map(ball, phi.breaks)]
    marks += [z.mid() for z in zeros_of(phi, 1)] + [k * ball(phi.scale) for k in (-30, -8, -2, 2, 8, 30)]
    edges = [low, *sorted(x for x in marks if low < x < high), high]

    def f(x):
        z = (x - mu) / sigma
        return abs(phi.jet(x.mid(), 2)[1]).log().mid() * density(z)

    def by(steps):
        return sum((double_exponential(f, a, b, steps) for a, b in itertools.pairwise(edges) if a < b), arb(0)) / sigma

    coarse, fine = by(72), by(108)
    if not abs(coarse - fine) < arb(10) ** -43 * (abs(fine) + 1):
        return None
    return arb(fine.mid(), (abs(fine) * arb(10) ** -43).upper())


def flat(phi):
    """Whether phi' vanishes on a piece."""
    edges = sorted(map(ball, phi.breaks))
    beside = arb(9) / 7  # no zero of any phi'
    inside = [(a + b) / 2 for a, b in itertools.pairwise(edges)]
    inside += [edges[0] - beside, edges[-1] + beside] if edges else [beside]
    return any(sign_of_slope(phi, x, x) == 0 for x in inside)


def functional_record(case):
    name, parameter, mean, sigma = case
    phi = definition(name, parameter)
    record = label(name, parameter) | {"mean": repr(mean), "sigma": repr(sigma)}
    with ctx.workprec(256):
        mu, s = ball(mean), ball(sigma)
        for functional in NAMES:
            value = value_of(functional, phi, mu, s)
            if value.rad() < abs(value).lower() * arb(10) ** -41:  # else it vanishes, or nearly does
                record[functional] = text(value)
        if not phi.waves and phi.tail is not None and 0.5 <= sigma <= 1:
            with ctx.workprec(900):  # next to a zero of phi' nearly all digits cancel
                log = None if flat(phi) else log_slope(phi, mu, s)
                if log is not None or flat(phi):
                    record["log_slope"] = "-inf" if log is None else text(log)
    return record
