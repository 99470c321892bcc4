"""Certified Gaussian expectations E F(x), x = mu + sigma Z, of the components of a signature.

The line is cut at kinks, at mu, at zeros of phi and phi' (so that every piece has one sign, which gives
E abs(F) besides) and at the edges of the *core*, outside of which phi is its asymptotic line up to `delta`:

- inside the core: ``acb.integral`` (adaptive Gauss-Legendre, errors bounded by balls on ellipses);
- outside: the line in place of phi, integrated in closed form (erfc); the error is at most delta E M(Z);
- beyond mu +- T sigma, where that is inside the core: nothing, the loss is at most E[M(Z); abs(Z) > T].

Where phi is a piecewise polynomial, every piece is in closed form, however far out; so it is where phi is made of
waves (trigonometric.py).

M(z) = m[0] + m[1] abs(z) + m[2] z^2 bounds abs(F) and follows from
abs(phi(x)) <= abs(phi(0)) + L abs(x), abs(phi') <= L.
All three errors are in the radius of the ball that is returned, and the work is repeated deeper until that
radius certifies the digits asked for.
"""

import itertools
from functools import cache

from definitions import ball
from digits import SMALLEST
from flint import acb, arb, ctx
from trigonometric import wave_piece
from zeros import zeros_of

COMPONENTS = ("m1", "g1", "g2", "m2", "eta", "g2z2")
SLOPE_FREE = ("m1", "m2")  # components that need no phi'


def infinity(side):
    return side * arb.pos_inf()


def integrand(component, phi, slope, x, mu, sigma):
    """F(x), for balls, series values and lines alike."""
    match component:
        case "m1":
            return phi
        case "g1":
            return slope
        case "g2":
            return slope * slope
        case "m2":
            return phi * phi
        case "eta":
            return (x - mu) * phi * slope
        case "g2z2":
            z = (x - mu) / sigma
            return slope * slope * z * z
    raise ValueError(component)


def majorant(component, definition, mu, sigma):
    """m with abs(F) <= m[0] + m[1] abs(z) + m[2] z^2; doubled, it bounds abs(F - F of the line)/delta, delta <= 1."""
    lip = ball(definition.lipschitz)
    a, b = abs(definition.jet(arb(0), 1)[0]) + 1 + lip * abs(mu), lip * sigma
    one = arb(1)
    return {
        "m1": (a, b, 0),
        "g1": (lip + one, 0, 0),
        "g2": ((lip + one) ** 2, 0, 0),
        "m2": (a * a, 2 * a * b, b * b),
        "eta": (0, sigma * (a + b) * (lip + one), sigma * b * (lip + one)),
        "g2z2": (0, 0, (lip + one) ** 2),
    }[component]


def density(z):
    return (-z * z / 2).exp() / (2 * arb.pi()).sqrt() if z.is_finite() else arb(0)


def upper_tail(z):
    if z.is_finite():
        return (z / arb(2).sqrt()).erfc() / 2
    return arb(0) if z > 0 else arb(1)


def truncated_moments(a, b):
    """Integrals of 1, z, z^2 times the normal density from a to b (either may be infinite)."""
    k0 = upper_tail(a) - upper_tail(b) if not a < 0 else upper_tail(-b) - upper_tail(-a)
    edge = [z * density(z) if z.is_finite() else arb(0) for z in (a, b)]
    return k0, density(a) - density(b), k0 + edge[0] - edge[1]


def polynomial_moments(a, b):
    """As `truncated_moments`, up to z^4: by parts, K_k = (k - 1) K_(k-2) + a^(k-1) pdf(a) - b^(k-1) pdf(b)."""
    moments = [*truncated_moments(a, b)]
    for k in (3, 4):
        edge = [z ** (k - 1) * density(z) if z.is_finite() else arb(0) for z in (a, b)]
        moments.append((k - 1) * moments[k - 2] + edge[0] - edge[1])
    return moments


def times(p, q):
    return [
        sum((p[i] * q[k - i] for i in range(len(p)) if 0 <= k - i < len(q)), arb(0)) for k in range(len(p) + len(q) - 1)
    ]


def polynomial_piece(component, coefficients, mu, sigma, a, b):
    """The component of a polynomial of degree 2 over a < x < b, as a polynomial in z."""
    c0, c1, c2 = map(ball, coefficients)
    phi = [c0 + (c1 + c2 * mu) * mu, (c1 + 2 * c2 * mu) * sigma, c2 * sigma * sigma]
    slope = [c1 + 2 * c2 * mu, 2 * c2 * sigma]
    za, zb = ((x - mu) / sigma if x.is_finite() else x for x in (a, b))
    polynomial = {
        "m1": phi,
        "g1": slope,
        "g2": times(slope, slope),
        "m2": times(phi, phi),
        "eta": [arb(0), *(sigma * c for c in times(phi, slope))],
        "g2z2": [arb(0), arb(0), *times(slope, slope)],
    }[component]
    return sum((c * k for c, k in zip(polynomial, polynomial_moments(za, zb), strict=False)), arb(0))


def line_piece(component, line, mu, sigma, a, b):
    """The component of the line alpha x + beta over a < x < b: F is a polynomial of degree 2 in z."""
    alpha, beta = map(ball, line)
    za, zb = ((x - mu) / sigma if x.is_finite() else x for x in (a, b))
    p, r = alpha * mu + beta, alpha * sigma  # the line is p + r z
    polynomial = {
        "m1": (p, r, 0),
        "g1": (alpha, 0, 0),
        "g2": (alpha**2, 0, 0),
        "m2": (p * p, 2 * p * r, r * r),
        "eta": (0, p * r, r * r),
        "g2z2": (0, 0, alpha**2),
    }[component]
    return sum((c * k for c, k in zip(polynomial, truncated_moments(za, zb), strict=False)), arb(0))


def core_piece(component, definition, mu, sigma, a, b, tolerance):
    piece = definition.piece((a + b) / 2)
    norm = 1 / (sigma * (2 * arb.pi()).sqrt())
    rate = -1 / (2 * sigma * sigma)
    length = 1 if component in SLOPE_FREE else 2

    def f(x, _):
        phi, *slope = definition.series(x, piece, length)
        weight = (rate * (x - mu) * (x - mu)).exp()
        return integrand(component, phi, slope[0] if slope else None, x, mu, sigma) * weight

    goal = {"abs_tol": tolerance / norm.mid(), "rel_tol": arb(2) ** (20 - ctx.prec)}
    return acb.integral(f, acb(a), acb(b), **goal).real * norm


@cache
def core(definition, bits):
    """Edges (left, right) outside of which phi, phi' and phi'' are those of the lines up to 2^-bits."""
    if definition.tail is None:
        return -arb.pos_inf(), arb.pos_inf()
    edges = []
    for side in (-1, 1):
        x = arb(0) if definition.tail(arb(6), side).is_zero() else 6 * ball(definition.scale)
        while not definition.tail(x, side) <= arb(2) ** -bits:
            x += ball(definition.scale) / 2
        edges.append(side * x.mid())
    return tuple(edges)


def attempt(component, definition, mu, sigma, bits):
    """Balls for E F and E abs(F); `bits` is how far below the majorant the errors are pushed."""
    m = majorant(component, definition, mu, sigma)
    size = sum(m, arb(0))
    delta = arb(2) ** -bits
    reach = (2 * arb(bits) * arb(2).log()).sqrt() + 2
    if definition.polynomials or definition.waves:
        return closed_form(component, definition, mu, sigma)
    left, right = core(definition, bits)
    low, high = (mu - reach * sigma).mid(), (mu + reach * sigma).mid()

    ends = [x for x in (left, right) if x.is_finite()]
    edges = [infinity(-1), *sorted([*ends, max(low, left), min(high, right), *cuts(definition, mu)]), infinity(1)]
    lines_only = left == right == 0  # then every piece is exact, however far out
    total, magnitude, error = arb(0), arb(0), arb(0)
    for a, b in itertools.pairwise(edges):
        if not a < b or ((b <= low or a >= high) and not lines_only):
            continue
        if b <= left or a >= right:
            line = definition.lines[:2] if a >= right else definition.lines[2:]
            piece = line_piece(component, line, mu, sigma, a, b)
        else:
            piece = core_piece(component, definition, mu, sigma, a, b, (delta * size).mid())
        total, magnitude = total + piece, magnitude + abs(piece)

    if not lines_only:
        outside = truncated_moments(reach - 1, infinity(1))  # one less: low and high are rounded
        error = sum(2 * c * k for c, k in zip(m, outside, strict=False)) + 2 * delta * size
    ball_error = arb(0, error.upper())
    return total + ball_error, magnitude + ball_error


def cuts(definition, mu):
    zeros = [x.mid() for order in (0, 1) for x in zeros_of(definition, order)]
    return [mu.mid(), *zeros, *map(ball, definition.breaks)]


def between(a, b):
    """A point of the open interval."""
    if a.is_finite() and b.is_finite():
        return (a + b) / 2
    return a + 1 if a.is_finite() else b - 1


def closed_form(component, definition, mu, sigma):
    edges = [infinity(-1), *sorted({mu.mid(), arb(0)} if definition.waves else cuts(definition, mu)), infinity(1)]
    pieces = []
    for a, b in itertools.pairwise(edges):
        if a < b and definition.waves:
            pieces.append(wave_piece(component, integrand, definition, mu, sigma, a, b))
        elif a < b:
            coefficients = definition.polynomials[definition.piece(between(a, b))]
            pieces.append(polynomial_piece(component, coefficients, mu, sigma, a, b))
    return sum(pieces, arb(0)), sum(map(abs, pieces), arb(0))


def expectation(component, definition, sigma, mu=0, digits=41):
    """(E F, E abs(F)) as balls, the first of relative radius < 10^-digits (or 0, by the definition's `vanishes`)."""
    if definition.vanishes(component, mu, sigma):
        value, magnitude = attempt_at(component, definition, mu, sigma, 180)
        assert value.contains(0)
        return arb(0), magnitude
    bits = 180
    while bits < 12000:
        value, magnitude = attempt_at(component, definition, mu, sigma, bits)
        if value.is_exact() or value.rad() < abs(value).lower() * arb(10) ** -digits:
            return value, magnitude
        if definition.polynomials and abs(value) < arb(10) ** SMALLEST:  # erfc gives no digits that far out
            return value, magnitude
        bits = bits * 4 // 3 if value.rel_accuracy_bits() > 60 else bits * 2
    raise ArithmeticError(f"{definition.name}: {component} at sigma {sigma}, mean {mu}: {value}")


def attempt_at(component, definition, mu, sigma, bits):
    with ctx.workprec(min(bits, 320)):
        return attempt(component, definition, ball(mu), ball(sigma), bits)
