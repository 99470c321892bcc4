"""Gaussian functionals of an activation by name, as integrands.

A functional is a sum of terms sigma^j E[Z^k G(phi, phi', phi'')] at
x = mean + sigma Z. Derivatives with respect to mean and sigma follow from
d/d mean E F(x) = E F'(x) and d/d sigma E F(x) = E[Z F'(x)], where F' includes
the jumps of F: a jump at a place t adds sigma^j z^k pdf(z)/sigma times it,
z = (t - mean)/sigma.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.shape import shape
from fastsig.arrays import FloatArray
from fastsig.integrals.adaptive import integrate
from fastsig.integrals.log_slope import mean_log_slope
from fastsig.integrals.methods import RULES
from fastsig.rules.gauss_hermite import gauss_hermite
from fastsig.targets.cpu import lib

Function = Callable[[FloatArray, FloatArray, FloatArray], FloatArray]
Change = Callable[[FloatArray, FloatArray, FloatArray, FloatArray, FloatArray, FloatArray], FloatArray]


@dataclass(frozen=True)
class Term:
    """sigma^sigma_power E[Z^z_power value(phi, phi', phi'')].

    Attributes
    ----------
    value
        G.
    change
        By how much G is off if phi, phi', phi'' are: a bound of first order, from these and their errors.
    jump
        If G is the derivative of a function of (phi, phi'), the jump of that
        function where phi' goes from left to right; arguments phi, left, right.
    bends
        Whether G depends on phi''.
    """

    value: Function
    change: Change
    z_power: int = 0
    sigma_power: int = 0
    jump: Function | None = None
    bends: bool = False

    def times(self, z_power: int, sigma_power: int = 0) -> "Term":
        """Return the term with further powers."""
        return replace(self, z_power=self.z_power + z_power, sigma_power=self.sigma_power + sigma_power)


def _with_derivatives(name: str, term: Term, slope: Term) -> dict[str, tuple[Term, ...]]:
    """A functional and its derivatives: E F' with respect to mean, E[Z F'] with respect to sigma."""
    return {name: (term,), f"{name}_mean": (slope,), f"{name}_sigma": (slope.times(1),)}


def _power(n: int) -> tuple[Term, Term]:
    """phi^n and its derivative."""
    return (
        Term(lambda f, d, s: f**n, lambda f, d, s, ef, ed, es: n * np.abs(f) ** (n - 1) * ef),
        Term(
            lambda f, d, s: n * f ** (n - 1) * d,
            lambda f, d, s, ef, ed, es: (
                n * np.abs(f) ** (n - 1) * ed + (n * (n - 1) * np.abs(f) ** (n - 2) * np.abs(d) * ef if n > 1 else 0.0)
            ),
        ),
    )


def _functionals() -> dict[str, tuple[Term, ...]]:
    table: dict[str, tuple[Term, ...]] = {}
    for name, n in (("m1", 1), ("m2", 2), ("m3", 3), ("m4", 4)):
        table |= _with_derivatives(name, *_power(n))
    table |= _with_derivatives("m1z", *(term.times(1) for term in _power(1)))
    slope = Term(lambda f, d, s: d, lambda f, d, s, ef, ed, es: ed)
    bend = Term(
        lambda f, d, s: s,
        lambda f, d, s, ef, ed, es: es,
        jump=lambda f, left, right: right - left,
        bends=True,
    )
    table |= _with_derivatives("g1", slope, bend)
    square = Term(lambda f, d, s: d * d, lambda f, d, s, ef, ed, es: 2 * np.abs(d) * ed)
    square_bend = Term(
        lambda f, d, s: 2 * d * s,
        lambda f, d, s, ef, ed, es: 2 * (np.abs(s) * ed + np.abs(d) * es),
        jump=lambda f, left, right: right * right - left * left,
        bends=True,
    )
    table |= _with_derivatives("g2", square, square_bend)
    table |= _with_derivatives("g2z2", square.times(2), square_bend.times(2))
    size = Term(lambda f, d, s: np.abs(d), lambda f, d, s, ef, ed, es: ed)
    size_bend = Term(
        lambda f, d, s: np.sign(d) * s,
        lambda f, d, s, ef, ed, es: es,
        jump=lambda f, left, right: np.abs(right) - np.abs(left),
        bends=True,
    )
    table |= _with_derivatives("abs_g1", size, size_bend)
    # eta = E[sigma Z phi phi'] depends on sigma twice.
    product = Term(lambda f, d, s: f * d, lambda f, d, s, ef, ed, es: np.abs(d) * ef + np.abs(f) * ed)
    product_bend = Term(
        lambda f, d, s: d * d + f * s,
        lambda f, d, s, ef, ed, es: 2 * np.abs(d) * ed + np.abs(s) * ef + np.abs(f) * es,
        jump=lambda f, left, right: f * (right - left),
        bends=True,
    )
    table["eta"] = (product.times(1, 1),)
    table["eta_mean"] = (product_bend.times(1, 1),)
    table["eta_sigma"] = (product.times(1), product_bend.times(2, 1))
    return table


FUNCTIONALS = _functionals()
LOG_SLOPE = "log_slope"  # E ln abs(phi'): integrated by itself, as it is singular
NAMES = (*FUNCTIONALS, LOG_SLOPE)

LIMIT = 1e-12  # of E abs(integrand): a larger error is no success, unless all there is is 0
UNDERFLOW = 1e-290  # nothing is relative below
UNKNOWN = 1e250  # an error that is not known

_GAUSSIAN_MOMENT = (1.0, 0.0, 1.0, 0.0, 3.0)  # E Z^k


@dataclass(frozen=True)
class Functionals:
    """Values of several functionals at one point."""

    value: FloatArray
    error: FloatArray
    nfev: int
    status: int


def evaluate(
    phi: Activation, names: Sequence[str], sigma: float, mean: float, method: str = "adaptive", nodes: int = 0
) -> Functionals:
    """Integrate functionals at one point (sigma, mean) by one of `RULES`.

    The errors contain what the errors of phi, phi' and phi'' can do. The status is not 0
    where they are above `LIMIT`.
    """
    if LOG_SLOPE in names:
        return _with_log_slope(phi, names, sigma, mean, method, nodes)
    terms = [FUNCTIONALS[name] for name in names]
    if sigma == 0.0:
        return _at_point(phi, terms, mean)
    bends = any(term.bends for row in terms for term in row)
    exact = phi.exact_derivatives

    def integrand(z: FloatArray, x: FloatArray) -> FloatArray:
        found = [phi.batch_with_error(order, x) for order in range(3 if bends else 2)]
        f, d, s = (found[min(order, len(found) - 1)][0] for order in range(3))
        weights = [[sigma**t.sigma_power * z**t.z_power for t in row] for row in terms]
        rows = [
            sum(w * t.value(f, d, s) for w, t in zip(*pair, strict=True)) for pair in zip(weights, terms, strict=True)
        ]
        if not exact:
            errors = [found[min(order, len(found) - 1)][1] for order in range(3)]
            changes = [
                sum(np.abs(w) * t.change(f, d, s, *errors) for w, t in zip(*pair, strict=True))
                for pair in zip(weights, terms, strict=True)
            ]
            rows += np.nan_to_num(changes, nan=UNKNOWN, posinf=UNKNOWN).tolist()
        return np.stack(rows)

    known = shape(phi)
    breaks = [*known.breaks]
    if any(name.startswith("abs_") for name in names):
        breaks += phi.profile().stationary
    count = len(terms)
    rows = count * (1 if exact else 2)
    found = integrate(
        integrand,
        rows,
        sigma,
        mean,
        breaks=breaks,
        landmarks=known.landmarks,
        errors_follow=not exact,
        rule=RULES[method],
        nodes=nodes,
    )
    value, error, size, status = found.value, found.error, found.size, found.status
    for k, row in enumerate(terms):
        jumps, sizes = jumps_at_kinks(phi, row, known.kinks, sigma, mean)
        value[k] += jumps
        error[k] += 16 * np.finfo(float).eps * sizes
        size[k] += sizes
    if np.any((error > np.maximum(LIMIT * size, UNDERFLOW)) & (size > 0.0)):
        status = status or lib.FASTSIG_ERROR_NOT_CONVERGED
    return Functionals(value, error, found.nfev, status)


def _with_log_slope(
    phi: Activation, names: Sequence[str], sigma: float, mean: float, method: str, nodes: int
) -> Functionals:
    value, error, nfev, status = mean_log_slope(phi, sigma, mean, method, nodes)
    others = [name for name in names if name != LOG_SLOPE]
    if not others:
        return Functionals(np.array([value]), np.array([error]), nfev, status)
    rest = evaluate(phi, others, sigma, mean, method, nodes)
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
        result[k] = weights @ rows + jumps_at_kinks(phi, row, kinks, sigma, mean)[0]
    return result


def _at_point(phi: Activation, terms: Sequence[Sequence[Term]], mean: float) -> Functionals:
    x = np.array([mean])
    (f, ef), (d, ed), (s, es) = (phi.batch_with_error(order, x) for order in range(3))
    value, error = np.zeros(len(terms)), np.zeros(len(terms))
    rounding = 8 * np.finfo(float).eps
    for k, row in enumerate(terms):
        for term in row:
            if term.sigma_power == 0 and (moment := _GAUSSIAN_MOMENT[term.z_power]):
                value[k] += moment * term.value(f, d, s)[0]
                own = [e + rounding * np.abs(v) for e, v in ((ef, f), (ed, d), (es, s))]
                error[k] += moment * term.change(f, d, s, *own)[0] + rounding * abs(value[k])
    return Functionals(value, error, 1, 0)


def jumps_at_kinks(
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
