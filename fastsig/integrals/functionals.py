"""Gaussian functionals of an activation by name, as integrands.

A functional is a sum of terms sigma^j E[Z^k G(phi, phi', phi'')] at
x = mean + sigma Z. Derivatives with respect to mean and sigma follow from
d/d mean E F(x) = E F'(x) and d/d sigma E F(x) = E[Z F'(x)], where F' includes
the jumps of F: a jump at a place t adds sigma^j z^k pdf(z)/sigma times it,
z = (t - mean)/sigma.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.shape import shape
from fastsig.arrays import FloatArray
from fastsig.integrals.adaptive import integrate
from fastsig.integrals.log_slope import mean_log_slope
from fastsig.rules.gauss_hermite import gauss_hermite

Function = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True)
class Term:
    """sigma^sigma_power E[Z^z_power value(phi, phi', phi'')].

    Attributes
    ----------
    value
        G.
    by_slope, by_bend
        abs of the partial derivatives of G with respect to phi' and phi'': what an
        error in those does. None where G does not depend on them.
    jump
        If G is the derivative of a function of (phi, phi'), the jump of that
        function where phi' goes from left to right; arguments phi, left, right.
    """

    value: Function
    z_power: int = 0
    sigma_power: int = 0
    by_slope: Function | None = None
    by_bend: Function | None = None
    jump: Function | None = None


def _derivative(value: Function, by_slope: Function, by_bend: Function, jump: Function, power: int = 0) -> list[Term]:
    """Terms of the derivatives of E[Z^power F] with respect to mean and sigma."""
    return [Term(value, k, 0, by_slope, by_bend, jump) for k in (power, power + 1)]


def _one(f: FloatArray, d: FloatArray, s: FloatArray) -> FloatArray:
    return np.ones_like(f)


def _power(n: int) -> tuple[Term, Term, Term]:
    """E phi^n and its derivatives with respect to mean and sigma."""

    def slope(f: FloatArray, d: FloatArray, s: FloatArray) -> FloatArray:
        return n * f ** (n - 1) * d

    def by_slope(f: FloatArray, d: FloatArray, s: FloatArray) -> FloatArray:
        return np.abs(n * f ** (n - 1))

    return Term(lambda f, d, s: f**n), Term(slope, 0, 0, by_slope), Term(slope, 1, 0, by_slope)


def _functionals() -> dict[str, tuple[Term, ...]]:
    table: dict[str, tuple[Term, ...]] = {}
    for name, n in (("m1", 1), ("m2", 2), ("m3", 3), ("m4", 4)):
        table[name], table[f"{name}_mean"], table[f"{name}_sigma"] = ((term,) for term in _power(n))
    table["m1z"] = (Term(lambda f, d, s: f, 1),)
    table["g1"] = (Term(lambda f, d, s: d, by_slope=_one),)
    bend = _derivative(lambda f, d, s: s, lambda f, d, s: 0 * d, _one, lambda f, left, right: right - left)
    table["g1_mean"], table["g1_sigma"] = ((term,) for term in bend)
    for name, z_power in (("g2", 0), ("g2z2", 2)):
        table[name] = (Term(lambda f, d, s: d * d, z_power, by_slope=lambda f, d, s: 2 * np.abs(d)),)
        square = _derivative(
            lambda f, d, s: 2 * d * s,
            lambda f, d, s: 2 * np.abs(s),
            lambda f, d, s: 2 * np.abs(d),
            lambda f, left, right: right * right - left * left,
            z_power,
        )
        table[f"{name}_mean"], table[f"{name}_sigma"] = ((term,) for term in square)
    table["abs_g1"] = (Term(lambda f, d, s: np.abs(d), by_slope=_one),)
    size = _derivative(
        lambda f, d, s: np.sign(d) * s,
        lambda f, d, s: 0 * d,
        _one,
        lambda f, left, right: np.abs(right) - np.abs(left),
    )
    table["abs_g1_mean"], table["abs_g1_sigma"] = ((term,) for term in size)

    product = Term(lambda f, d, s: f * d, 1, 1, by_slope=lambda f, d, s: np.abs(f))
    product_slope = Term(
        lambda f, d, s: d * d + f * s,
        1,
        1,
        lambda f, d, s: 2 * np.abs(d),
        lambda f, d, s: np.abs(f),
        lambda f, left, right: f * (right - left),
    )
    table["eta"] = (product,)
    table["eta_mean"] = (product_slope,)
    explicit = Term(product.value, 1, 0, product.by_slope)
    moving = Term(product_slope.value, 2, 1, product_slope.by_slope, product_slope.by_bend, product_slope.jump)
    table["eta_sigma"] = (explicit, moving)
    return table


FUNCTIONALS = _functionals()
LOG_SLOPE = "log_slope"  # E ln abs(phi'): integrated by itself, as it is singular
NAMES = (*FUNCTIONALS, LOG_SLOPE)

_GAUSSIAN_MOMENT = (1.0, 0.0, 1.0, 0.0, 3.0)  # E Z^k


@dataclass(frozen=True)
class Functionals:
    """Values of several functionals at one point."""

    value: FloatArray
    error: FloatArray
    nfev: int
    status: int


def evaluate(phi: Activation, names: Sequence[str], sigma: float, mean: float) -> Functionals:
    """Integrate functionals at one point (sigma, mean) by the adaptive rule.

    The errors contain what the errors of phi' and phi'' can do, if those come
    from a fit.
    """
    if LOG_SLOPE in names:
        return _with_log_slope(phi, names, sigma, mean)
    terms = [FUNCTIONALS[name] for name in names]
    if sigma == 0.0:
        return _at_point(phi, terms, mean)
    needs_bend = any(term.by_bend for row in terms for term in row)
    fitted = not phi.exact_derivatives

    def integrand(z: FloatArray, x: FloatArray) -> FloatArray:
        f = phi.batch(0, x)
        d, from_slope = phi.batch_with_error(1, x)
        s, from_bend = phi.batch_with_error(2, x) if needs_bend else (d, 0.0 * d)
        rows = [sum(sigma**t.sigma_power * z**t.z_power * t.value(f, d, s) for t in row) for row in terms]
        if fitted:
            rows += [_sensitivity(row, f, d, s, z, sigma, from_slope, from_bend) for row in terms]
        return np.stack(rows)

    known = shape(phi)
    breaks = [*known.breaks]
    if any(name.startswith("abs_") for name in names):
        breaks += phi.profile().stationary
    count = len(terms)
    found = integrate(integrand, count * (2 if fitted else 1), sigma, mean, breaks=breaks, landmarks=known.landmarks)
    value, error = found.value[:count], found.error[:count] + (found.value[count:] if fitted else 0.0)
    for k, row in enumerate(terms):
        jumps, sizes = _jumps(phi, row, known.kinks, sigma, mean)
        value[k] += jumps
        error[k] += 16 * np.finfo(float).eps * sizes
    return Functionals(value, error, found.nfev, found.status)


def _with_log_slope(phi: Activation, names: Sequence[str], sigma: float, mean: float) -> Functionals:
    value, error, nfev, status = mean_log_slope(phi, sigma, mean)
    others = [name for name in names if name != LOG_SLOPE]
    if not others:
        return Functionals(np.array([value]), np.array([error]), nfev, status)
    rest = evaluate(phi, others, sigma, mean)
    at = names.index(LOG_SLOPE)
    return Functionals(
        np.insert(rest.value, at, value), np.insert(rest.error, at, error), rest.nfev + nfev, rest.status or status
    )


def at_nodes(phi: Activation, names: Sequence[str], sigma: float, mean: float, nodes: int) -> FloatArray:
    """Sum functionals over the Gauss-Hermite rule; jumps at kinks are added, as in `evaluate`."""
    z, weights = gauss_hermite(nodes)
    x = mean + sigma * z
    f, d, s = (phi.batch(order, x) for order in range(3))
    kinks = shape(phi).kinks if sigma > 0.0 else ()
    result = np.empty(len(names))
    for k, name in enumerate(names):
        if name == LOG_SLOPE:
            result[k] = weights @ phi.log_slope(x)
            continue
        row = FUNCTIONALS[name]
        rows = sum(sigma**t.sigma_power * z**t.z_power * t.value(f, d, s) for t in row)
        result[k] = weights @ rows + _jumps(phi, row, kinks, sigma, mean)[0]
    return result


def _sensitivity(
    row: Sequence[Term],
    f: FloatArray,
    d: FloatArray,
    s: FloatArray,
    z: FloatArray,
    sigma: float,
    from_slope: FloatArray,
    from_bend: FloatArray,
) -> FloatArray:
    """What errors of phi' and phi'' of the given sizes can do to an integrand."""
    total = np.zeros_like(f)
    for term in row:
        weight = sigma**term.sigma_power * np.abs(z) ** term.z_power
        if term.by_slope:
            total += weight * from_slope * term.by_slope(f, d, s)
        if term.by_bend:
            total += weight * from_bend * term.by_bend(f, d, s)
    return total


def _at_point(phi: Activation, terms: Sequence[Sequence[Term]], mean: float) -> Functionals:
    x = np.array([mean])
    f = phi.batch(0, x)
    (d, from_slope), (s, from_bend) = (phi.batch_with_error(order, x) for order in (1, 2))
    value, error = np.zeros(len(terms)), np.zeros(len(terms))
    rounding = 8 * np.finfo(float).eps
    for k, row in enumerate(terms):
        for term in row:
            if term.sigma_power == 0 and (moment := _GAUSSIAN_MOMENT[term.z_power]):
                value[k] += moment * term.value(f, d, s)[0]
                by_slope = term.by_slope(f, d, s)[0] if term.by_slope else 0.0
                by_bend = term.by_bend(f, d, s)[0] if term.by_bend else 0.0
                size = max(abs(value[k]), by_slope, by_bend)
                error[k] += moment * (by_slope * from_slope[0] + by_bend * from_bend[0] + rounding * size)
    return Functionals(value, error, 1, 0)


def _jumps(
    phi: Activation, row: Sequence[Term], kinks: Sequence[float], sigma: float, mean: float
) -> tuple[float, float]:
    """Contributions of the jumps at kinks, and the sum of their sizes."""
    total = size = 0.0
    for place in kinks if any(term.jump for term in row) else ():
        sides = np.nextafter(place, [-np.inf, np.inf])
        f = phi.batch(0, np.array([place]))
        left, right = np.split(phi.batch(1, sides), 2)
        z = (place - mean) / sigma
        density = math.exp(-0.5 * z * z) / (math.sqrt(2 * math.pi) * sigma) if abs(z) < 40 else 0.0
        for term in row:
            if term.jump:
                jump = float(term.jump(f, left, right)[0])
                part = sigma**term.sigma_power * z**term.z_power * density * jump
                total += part
                size += abs(part) * (1 + z * z)
    return total, size
