"""Double-double against ball arithmetic (python-flint) and mpmath at the same integrals, all of them checked.

    python benchmarks/double_double.py [--rounds N]

One task is the five Gaussian components of an activation at one point: one call here, five integrals elsewhere,
`acb.integral` at 113 bits and `mpmath.quad` at 30 digits, each over mean +- 13 sigma with a cut at the mean. Sides take
turns; the smallest time of each counts. No closed form is involved. A wrong digit ends the script.
"""

import argparse
import itertools
import statistics
import time
from fractions import Fraction

import flint
import mpmath
from flint import acb, arb

from fastsig.double_double.functionals import moments_pairs
from fastsig.targets.cpu import cpu_level

NAMES = ("m1", "g1", "g2", "m2", "eta")
REACH = 13
TOLERANCE = 1e-27  # of E abs(integrand); the others' 30 digits are relative to other sizes


def tanh(x):
    t = x.tanh()
    return t, 1 - t * t


def sigmoid(x):
    s = 1 / (1 + (-x).exp())
    return s, s * (1 - s)


def swish(x):
    s = 1 / (1 + (-x).exp())
    return x * s, s + x * s * (1 - s)


def softplus(x):
    e = (-x).exp()
    return x + (1 + e).log(), 1 / (1 + e)


def gelu(x):
    two = type(x)(2)
    cdf = (1 + (x / two.sqrt()).erf()) / 2
    return x * cdf, cdf + x * (-x * x / 2).exp() / (2 * PI[type(x)]).sqrt()


def mish(x):
    e = x.exp()
    d = 2 + 2 * e + e * e
    return x * (e * (e + 2) / d), e * (e + 2) / d + x * 4 * e * (1 + e) / (d * d)


def arctan(x):
    return x.atan(), 1 / (1 + x * x)


class Real:
    """An mpmath number with the methods of flint's."""

    def __init__(self, value):
        self.value = mpmath.mpf(value)

    def __neg__(self):
        return Real(-self.value)


def _method(name, function):
    setattr(Real, name, lambda self: Real(function(self.value)))


def _operator(name, function):
    def left(self, other):
        return Real(function(self.value, getattr(other, "value", other)))

    def right(self, other):
        return Real(function(getattr(other, "value", other), self.value))

    setattr(Real, f"__{name}__", left)
    setattr(Real, f"__r{name}__", right)


for _name in ("tanh", "exp", "log", "sqrt", "erf", "atan"):
    _method(_name, getattr(mpmath, _name))
for _name, _f in {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "truediv": lambda a, b: a / b,
}.items():
    _operator(_name, _f)

PI = {}


def integrand(name, phi, x, z, sigma):
    f, d = phi(x)
    return {"m1": f, "g1": d, "g2": d * d, "m2": f * f, "eta": sigma * z * f * d}[name]


def by_flint(phi, sigma, mean):
    flint.ctx.prec = 113
    s, m = arb(sigma), arb(mean)
    norm = 1 / (s * (2 * arb.pi()).sqrt())
    out = {}
    for name in NAMES:

        def f(x, _, name=name):
            z = (x - m) / s
            return integrand(name, phi, x, z, s) * (-z * z / 2).exp()

        ends = [m - REACH * s, m, m + REACH * s]
        out[name] = sum(acb.integral(f, acb(a), acb(b)).real for a, b in itertools.pairwise(ends)) * norm
    return {name: value.mid().str(34, radius=False) for name, value in out.items()}


def by_mpmath(phi, sigma, mean):
    mpmath.mp.dps = 30
    s, m = mpmath.mpf(sigma), mpmath.mpf(mean)
    out = {}
    for name in NAMES:

        def f(x, name=name):
            z = (x - m) / s
            return integrand(name, phi, Real(x), z, s).value * mpmath.exp(-z * z / 2)

        # Cuts at the origin and around: a rule of fixed levels must see the bend.
        cuts = sorted({m - REACH * s, m, m + REACH * s, *(c for c in (-8, 0, 8) if abs(c - m) < REACH * s)})
        out[name] = mpmath.quad(f, cuts) / (s * mpmath.sqrt(2 * mpmath.pi))
    return {name: mpmath.nstr(value, 34) for name, value in out.items()}


def by_fastsig(phi, sigma, mean):
    return moments_pairs(phi.__name__, {}, [(sigma, 0.0)], [(mean, 0.0)], NAMES)


def seconds(function, *arguments):
    start = time.perf_counter()
    result = function(*arguments)
    return time.perf_counter() - start, result


def check(mine, theirs, who, where):
    for name in NAMES:
        off = abs(Fraction(mine.hi[name][0]) + Fraction(mine.lo[name][0]) - Fraction(theirs[name]))
        if off > TOLERANCE * (mine.size[name][0] or 1.0):  # 0 by symmetry: absolute
            raise SystemExit(f"{where} {name}: differs from {who} by {float(off):.1e}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--rounds", type=int, default=3)
    rounds = parser.parse_args().rounds
    mpmath.mp.dps = 30
    flint.ctx.prec = 140
    PI[acb], PI[arb], PI[Real] = acb(arb.pi()), arb.pi(), Real(mpmath.pi)
    print(f"CPU level {cpu_level()}; python-flint {flint.__version__}, mpmath {mpmath.__version__}; {rounds} rounds")
    print(f"{'':22s}{'here':>10s}{'acb.integral':>20s}{'mpmath.quad':>20s}")
    ratios = {True: [], False: []}
    for phi in (tanh, sigmoid, swish, softplus, gelu, mish, arctan):
        for sigma, mean in ((0.1, 0.0), (1.0, 0.0), (20.0, 0.0), (1.0, 0.5), (20.0, 3.0)):
            times = {by: [] for by in (by_fastsig, by_flint, by_mpmath)}
            results = {}
            for _ in range(rounds):
                for by, taken in times.items():
                    for _ in range(10 if by is by_fastsig else 1):
                        elapsed, results[by] = seconds(by, phi, sigma, mean)
                        taken.append(elapsed)
            where = f"{phi.__name__} {sigma:g} {mean:g}"
            check(results[by_fastsig], results[by_flint], "acb.integral", where)
            check(results[by_fastsig], results[by_mpmath], "mpmath.quad", where)
            mine, ball, mp = (min(taken) for taken in times.values())
            ratios[mean == 0.0].append((ball / mine, mp / mine))
            row = f"{where:22s}{mine * 1e6:7.0f} us{ball * 1e3:10.1f} ms {ball / mine:5.0f}x"
            print(f"{row}{mp * 1e3:10.0f} ms {mp / mine:5.0f}x", flush=True)
    for centred, pairs in ratios.items():
        for who, column in zip(("acb.integral", "mpmath.quad"), zip(*pairs, strict=True), strict=True):
            ends = f"{min(column):.0f} to {max(column):.0f} times as long, median {statistics.median(column):.0f}"
            print(f"mean {'0' if centred else 'not 0'}: {who} takes {ends}")


if __name__ == "__main__":
    main()
