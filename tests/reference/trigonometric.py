"""Gaussian integrals of sums of polynomials times waves, in closed form and in ball arithmetic.

On a piece from a to b, with x = mu + sigma z and theta = k w sigma, completing the square gives

    exp(i k w x) pdf(z) = exp(i k w mu - theta^2/2) pdf(z - i theta),

so that a power of x times a wave has the truncated moments of a normal variable at complex ends. Nothing is cancelled
or grouped by hand: the balls say how many digits are left.
"""

from definitions import ball
from flint import acb, arb


class Waves:
    """The sum of p_k(x) exp(i k w x): polynomials p_k by k."""

    def __init__(self, frequency, polynomials):
        self.frequency = frequency
        self.polynomials = polynomials

    def __mul__(self, other):
        if not isinstance(other, Waves):
            return Waves(self.frequency, {k: [c * other for c in p] for k, p in self.polynomials.items()})
        out = {}
        for k, p in self.polynomials.items():
            for m, q in other.polynomials.items():
                into = out.setdefault(k + m, [])
                into.extend([acb(0)] * (len(p) + len(q) - 1 - len(into)))
                for i, c in enumerate(p):
                    for j, d in enumerate(q):
                        into[i + j] += c * d
        return Waves(self.frequency, out)

    def __truediv__(self, number):
        return self * (1 / number)

    def derivative(self):
        out = {}
        for k, p in self.polynomials.items():
            rise = acb(0, k * self.frequency)
            above = [*(j * c for j, c in enumerate(p) if j), acb(0)]
            out[k] = [d + rise * c for c, d in zip(p, above, strict=True)]
        return Waves(self.frequency, out)

    def at(self, x):
        return sum(
            (sum((c * x**j for j, c in enumerate(p)), acb(0)) * acb(0, k * self.frequency * x).exp())
            for k, p in self.polynomials.items()
        )


class Place(Waves):
    """x itself, from which a number can be subtracted."""

    def __init__(self, frequency):
        super().__init__(frequency, {0: [acb(0), acb(1)]})

    def __sub__(self, number):
        return Waves(self.frequency, {0: [acb(-number), acb(1)]})


def waves_of(definition):
    """phi as waves, checked against its formula at a place."""
    frequency, polynomials = definition.waves
    phi = Waves(ball(frequency), {k: [acb(ball(c)) for c in p] for k, p in polynomials.items()})
    x = arb(7) / 5
    assert phi.at(x).overlaps(acb(definition.jet(x, 1)[0]))
    return phi


def tail(z):
    return (z / arb(2).sqrt()).erfc() / 2


def moments_between(a, b, theta, count):
    """Integrals of u^j pdf(u) over u = z - i theta, a < z < b (either may be infinite), j < count."""
    ends = [acb(z, -theta) if z.is_finite() else None for z in (a, b)]
    low, high = ends
    if low is not None and (high is None or low.real > 0):
        first = tail(low) - (tail(high) if high is not None else 0)
    else:
        first = (tail(-high) if high is not None else 1) - (tail(-low) if low is not None else 0)
    density = [acb(0) if u is None else (-u * u / 2).exp() / (2 * arb.pi()).sqrt() for u in ends]
    out = [acb(first), density[0] - density[1]]
    for j in range(2, count):
        edge = [acb(0) if u is None else u ** (j - 1) * d for u, d in zip(ends, density, strict=True)]
        out.append((j - 1) * out[j - 2] + edge[0] - edge[1])
    return out


def wave_piece(component, integrand, definition, mu, sigma, a, b):
    """The component over a < x < b."""
    phi = waves_of(definition)
    whole = integrand(component, phi, phi.derivative(), Place(phi.frequency), mu, sigma)
    za, zb = ((x - mu) / sigma if x.is_finite() else x for x in (a, b))
    total = acb(0)
    for k, p in whole.polynomials.items():
        theta = k * phi.frequency * sigma
        moments = moments_between(za, zb, theta, max(len(p), 2))
        # x = shift + sigma u: Horner in powers of u.
        shift, in_u = acb(mu, sigma * theta), [acb(0)]
        for c in reversed(p):
            in_u = [shift * d + sigma * e for d, e in zip([*in_u, acb(0)], [acb(0), *in_u], strict=True)]
            in_u[0] += c
        size = (acb(0, k * phi.frequency * mu) - theta * theta / 2).exp()
        total += size * sum((c * m for c, m in zip(in_u, moments, strict=False)), acb(0))
    return total.real
