"""Nodes of the trapezoid rule at any mean (csrc/src/trapezoid.h), and the check of its two grids.

`check` sums each built-in that goes this way on the grids of csrc/src/trapezoid.c, whose constants
are repeated here, and on denser and wider ones, at points that spread over all of (sigma, mean).
"""

import math
import random
from collections.abc import Callable
from dataclasses import dataclass

from c_source import c_array, nearest_double
from definitions import ACTIVATIONS, Series, value_and_slope
from flint import arb, ctx

STRETCH = 2.2
STEP = 0.0625
NODES = 512  # k = -256 .. 255: up to 9.2e6, for sigma up to 9.7e5
RULE_ERROR = 1e-16  # of E abs(integrand)
CHECK_BITS = 160  # cancellation in tails: 1 - tanh and the like down to exp(-100)


@dataclass(frozen=True)
class Law:
    """The fields of struct trapezoid_law, in units of x times the stretch."""

    phi: Callable[[Series], Series]
    pole: float
    span: float = 0.0
    rate: float = 0.0
    gaussian: float = 0.0


def gelu(x: Series) -> Series:
    return x * (-x / arb(2).sqrt()).erfc() / 2


def softplus(x: Series) -> Series:
    return (1 + x.exp()).log()


def lisht(x: Series) -> Series:
    return x * ACTIVATIONS["tanh"](x)


def arctan(x: Series) -> Series:
    return x.atan()


def tanhshrink(x: Series) -> Series:
    return x - ACTIVATIONS["tanh"](x)


LAWS = {
    "arctan": Law(arctan, 1.0, rate=2.0),
    "tanh": Law(ACTIVATIONS["tanh"], 1.57, span=4.0, rate=4.0),
    "telu": Law(ACTIVATIONS["telu"], 1.57, span=4.0, rate=4.0),
    "lisht": Law(lisht, 1.57, span=4.0, rate=4.0),
    "tanhshrink": Law(tanhshrink, 1.57, span=4.0, rate=4.0),
    "sigmoid": Law(ACTIVATIONS["sigmoid"], 2.35, rate=2.0),
    "swish": Law(ACTIVATIONS["swish"], 2.35, rate=2.0),
    "mish": Law(ACTIVATIONS["mish"], 2.35, rate=2.0),
    "softplus": Law(softplus, 2.35, rate=2.0),
    "gelu": Law(gelu, math.inf, gaussian=2.0),
}

Sums = tuple[list[arb], list[arb]]


def reach(law: Law, sigma: float, mean: float, sigmas: float) -> tuple[float, float]:
    """How far the integrands live from the mean: towards 0, and away from it."""
    m, q, far = abs(mean), sigma * sigma, sigmas * sigma
    shift = law.rate * q + law.gaussian * q * m / (1 + law.gaussian * q)
    return min(shift + far, math.hypot(m, far)), far


def longest_step(law: Law, sigma: float, mean: float) -> float:
    q = sigma * sigma
    step = 0.6 * sigma / math.sqrt(1 + law.gaussian * q)
    if law.pole < 2 * math.pi / 0.6 * sigma:
        unseen = max(0.0, abs(mean) - law.rate * q - law.span)
        depth = 53.0 + (law.pole**2 - unseen**2) / (2 * q)
        if depth > 0:
            step = min(step, 2 * math.pi * law.pole / depth)
    return step


def sums(law: Law, sigma: float, mean: float, nodes: list[tuple[arb, arb]]) -> Sums:
    """Sums of the five integrands and of their absolute values over nodes with their spacings."""
    total, size = [arb(0)] * 5, [arb(0)] * 5
    rate = 1 / (2 * arb(sigma) ** 2)
    for x, spacing in nodes:
        offset = x - mean
        weight = spacing * (-offset * offset * rate).exp()
        f, d = value_and_slope(law.phi, x)
        terms = [t * weight for t in (f, d, d * d, f * f, offset * f * d)]
        total = [a + t for a, t in zip(total, terms, strict=True)]
        size = [a + abs(t) for a, t in zip(size, terms, strict=True)]
    return total, size


def equal(law: Law, sigma: float, mean: float, density: float, sigmas: float) -> Sums:
    near, far = reach(law, sigma, mean, sigmas)
    below, above = (near, far) if mean > 0 else (far, near)
    step = longest_step(law, sigma, mean) / density
    indices = range(-math.floor(below / step), math.floor(above / step) + 1)
    return sums(law, sigma, mean, [(mean + arb(step) * k, arb(step)) for k in indices])


def growing(law: Law, sigma: float, mean: float, density: float, sigmas: float) -> Sums:
    near, far = math.hypot(mean, sigmas * sigma), sigmas * sigma
    low, high = (mean - near, mean + far) if mean > 0 else (mean - far, mean + near)
    step = STEP / density
    first, last = (math.floor(math.asinh(x / STRETCH) / step) for x in (low, high))
    nodes = [node_and_spacing(arb(step) * k, arb(step)) for k in range(first, last + 2)]
    return sums(law, sigma, mean, nodes)


def node_and_spacing(u: arb, step: arb) -> tuple[arb, arb]:
    return STRETCH * u.sinh(), STRETCH * step * u.cosh()


def check(points: int = 40) -> None:
    """Assert the error of both grids."""
    chosen, bits = random.Random(20261122), ctx.prec
    ctx.prec = CHECK_BITS
    for name, law in LAWS.items():
        for _ in range(points):
            sigma, ratio = 10 ** chosen.uniform(-2, 3), chosen.uniform(-6, 6)
            near = sigma >= 0.8
            mean = ratio * min(sigma, 10.0) if near else chosen.choice([-1, 1]) * 10 ** chosen.uniform(-2, 1.5)
            grid = growing if near else equal
            coarse, _ = grid(law, sigma, mean, 1.0, 9.4)
            fine, size = grid(law, sigma, mean, 2.7, 11.0)
            for a, b, whole in zip(coarse, fine, size, strict=True):
                if not abs(a - b) < RULE_ERROR * whole:
                    raise ArithmeticError(f"{name} at sigma {sigma}, mean {mean}: {a.str(20)}, {b.str(20)}")
    ctx.prec = bits


def header() -> str:
    check()
    nodes = [node_and_spacing(arb(STEP) * k, arb(STEP)) for k in range(-NODES // 2, NODES // 2)]
    node = c_array("trapezoid_node", (nearest_double(x) if not x.contains(0) else 0.0 for x, _ in nodes), aligned=True)
    spacing = c_array("trapezoid_spacing", (nearest_double(s) for _, s in nodes), aligned=True)
    return (
        f"/* Nodes c sinh(k h), c = {STRETCH}, h = {STEP}, and their spacings c h cosh(k h). */\n"
        f"#define TRAPEZOID_NODES {NODES}\n{node}{spacing}"
    )
