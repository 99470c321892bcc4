"""mpmath and Arb (python-flint): answers of 30 digits, of which the first 17 count here."""

from collections.abc import Callable
from itertools import pairwise
from typing import Any

import numpy as np

from fastsig.arrays import FloatArray
from fastsig.benchmark.formulas import Arithmetic, Function, formulas, integrand
from fastsig.benchmark.method import Method, Run
from fastsig.benchmark.methods.scalar_formulas import if_positive
from fastsig.benchmark.problem import ACTIVATIONS, COMPONENTS

DIGITS = 30
BITS = 113
REACH = 13.0  # in sigma: erfc(13/sqrt 2) is 6e-39
INNER = (1.0, 4.0, 16.0, 64.0)  # where the activations bend, in x


def edges(sigma: float) -> list[float]:
    """Return the ends of the pieces to integrate over on x >= 0."""
    reach = REACH * sigma
    return [0.0, *(x for x in INNER if x < 0.5 * reach), reach]


def prepare_mpmath(sigma: FloatArray) -> Run:
    """Tanh-sinh quadrature of pieces, at 30 digits."""
    import mpmath

    mp = mpmath.mp.clone()
    mp.dps = DIGITS
    arithmetic = Arithmetic(
        mp.exp, mp.tanh, mp.erf, lambda x: 1 / (1 + mp.exp(-x)), abs, max, min, if_positive,
        mp.sqrt(2), mp.sqrt(2 * mp.pi), mp.mpf(1) / 100,
    )  # fmt: skip
    functions = formulas(arithmetic)

    def mean(f: Function, s: float) -> float:
        def weighted(x: Any) -> Any:
            return f(x) * mp.exp(-((x / s) ** 2) / 2)

        right = edges(s)
        left = [-x for x in reversed(right)]
        return float((mp.quad(weighted, left) + mp.quad(weighted, right)) / (arithmetic.sqrt_two_pi * s))

    return lambda: _each(lambda name, c, s: mean(integrand(*functions[name], c), s), sigma)


def prepare_arb(sigma: FloatArray) -> Run:
    """Arb's adaptive integration of analytic functions in ball arithmetic, 113 bits."""
    import flint

    acb = flint.acb

    def mean(name: str, component: str, s: float) -> float:
        total, variance = acb(0), 2 * acb(s) ** 2
        ends = edges(s)
        for sign in (-1, 1):
            for a, b in pairwise(ends):
                f = integrand(*_analytic(flint, sign, a)[name], component)

                def weighted(x: Any, _: bool, f: Function = f) -> Any:
                    return f(x) * (-x * x / variance).exp()

                total += acb.integral(weighted, sign * a, sign * b) * sign
        return float((total / (s * (2 * acb.pi()).sqrt())).real.mid())

    def run() -> FloatArray:
        before, flint.ctx.prec = flint.ctx.prec, BITS
        try:
            return _each(mean, sigma)
        finally:
            flint.ctx.prec = before

    return run


def _analytic(flint: Any, sign: int, start: float) -> dict[str, tuple[Function, Function]]:
    """Return phi and phi' as they are on one side of 0 and from abs(x) = start on, without branches."""
    acb = flint.acb

    def expit(x: Any) -> Any:
        # Two forms of one analytic function; exp of large balls must be small, not large.
        w = x.exp() if x.real.mid() < 0 else (-x).exp()
        return w / (1 + w) if x.real.mid() < 0 else 1 / (1 + w)

    return formulas(
        Arithmetic(
            exp=acb.exp,
            tanh=acb.tanh,
            erf=acb.erf,
            expit=expit,
            absolute=lambda x: sign * x,
            maximum=lambda x, _: x if sign > 0 else 0 * x,
            # tanh(exp(x)) has poles at a distance of pi/2 everywhere, and is 1 long before x = 6.
            minimum=lambda x, _: acb(6) if sign * start >= 16 else x,
            if_positive=lambda _, yes, no: acb(yes if sign > 0 else no),
            sqrt2=acb(2).sqrt(),
            sqrt_two_pi=(2 * acb.pi()).sqrt(),
            hundredth=acb(1) / 100,
        )
    )


def _each(mean: Callable[[str, str, float], float], sigma: FloatArray) -> FloatArray:
    return np.array([[[mean(a, c, s) for s in sigma.tolist()] for c in COMPONENTS] for a in ACTIVATIONS])


METHODS = (
    Method(
        "mpmath",
        "mpmath quad, 30 digits",
        prepare_mpmath,
        1e-15,
        {"mpmath": "mpmath"},
        sigmas=2,
        certified_step=16,
        remark="read as doubles",
    ),
    Method(
        "arb",
        "Arb integral, 113 bits",
        prepare_arb,
        1e-15,
        {"flint": "python-flint"},
        sigmas=10,
        certified_step=4,
        remark="python-flint; certified there, read as doubles",
    ),
)
