"""Gaussian means in two dimensions of any activation, by Gauss-Legendre panels split at kinks.

    E f(X) f(Y) U^a W^b,    X = s1 U,  Y = s2 (rho U + tau W),  tau = sqrt(1 - rho^2),

U and W independent standard normals, f = phi or phi', s1 >= s2. The outer integral is over u, the
inner one over w. Panels end where f has a break, in either integral. A break b of f(Y) is smoothed by
the inner integral: its mean, as a function of u, changes over a width of tau/abs(rho) around
b/(s2 rho), so outer panels are graded there; as tau -> 0 they close in on the kink that is left at abs(rho) = 1,
where the inner integral is one point.

Elsewhere a panel is as long as the Gaussian and f allow. The last Legendre coefficients
that the nodes of a panel tell give the error: a rule of n nodes integrates polynomials of degree 2n - 1,
so coefficients of f that fall like r^-k leave an error like the square of the last of them; relative to the size of f
its power 3/2 is taken. Where that is too much, all panels are halved.
"""

import math
from typing import NamedTuple

import numpy as np

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.definition import Activation
from fastsig.activations.scaled import Scaled
from fastsig.activations.shape import shape
from fastsig.arrays import FloatArray
from fastsig.kernel.panel_layout import inner_means, inner_panels, outer_edges
from fastsig.kernel.reach import reach_of_products
from fastsig.rules.gauss_legendre import gauss_legendre

NODES = 16
LEAST_REACH = 8.7  # in standard deviations
LONGEST = 2.0  # of a panel, in standard deviations
MOST_HALVINGS = 4
SHORTEST = 1e-6  # of a panel for the sake of phi, in standard deviations: beside a power of x
GOAL = 1e-13  # of the error of the rule, relative to the size of the integrand
# f(X) f(Y) times 1, U^2, U W and W^2.
MOMENTS = ((0, 0), (2, 0), (1, 1), (0, 2))


class Features(NamedTuple):
    """Where an activation is not smooth, and how long a panel may be in between."""

    breaks: FloatArray
    places: FloatArray  # ascending; between two of them
    lengths: FloatArray  # a panel in x may be this long: one more than places


def features(phi: Activation) -> Features:
    """Return what the panels need to know of an activation."""
    if "features" not in phi._cache:
        known = shape(phi)
        places = np.array(sorted({0.0, *known.landmarks, *known.breaks, *_far(phi, known.landmarks)}))
        lengths = np.concatenate([[math.inf], np.diff(places), [math.inf]])
        if isinstance(phi, BuiltIn):
            lengths *= 2.0  # landmarks are 1/2, 1, 2, ... times the scale on which it bends
        breaks = np.array(sorted({*known.breaks, *_singularities(phi)}), dtype=np.float64)
        phi._cache["features"] = Features(breaks, places, lengths)
    found: Features = phi._cache["features"]
    return found


def _singularities(phi: Activation) -> list[float]:
    """Places where phi is like a broken power: panels must end there, too."""
    if isinstance(phi, BuiltIn):
        return []
    if isinstance(phi, Scaled):
        return [(place - phi.b) / phi.a for place in _singularities(phi.base)]
    return [one.place for one in phi.profile().singularities]


def _far(phi: Activation, landmarks: tuple[float, ...]) -> list[float]:
    """Octaves beyond the last landmarks, as long as phi bends there: softsign does so like 1/x^3."""
    found = []
    for end in (min(landmarks, default=0.0), max(landmarks, default=0.0)):
        place = end
        while abs(place) < 1e12 and abs(phi.second_derivative(place)) * place * place > 1e-15 * abs(phi(place)):
            place *= 2.0
            found.append(place)
    return found


def _tails(nodes: FloatArray, weights: FloatArray) -> FloatArray:
    """Rows that give the last two Legendre coefficients of a function from its values at the nodes."""
    n = nodes.size
    basis = np.polynomial.legendre.legvander(nodes, n - 1)
    rows: FloatArray = np.stack([(k + 0.5) * basis[:, k] * weights for k in (n - 1, n - 2)])
    return rows


class PanelMeans(NamedTuple):
    """Means by panels: of f(X) f(Y) times each of `MOMENTS`, with one error for all."""

    values: FloatArray
    error: float
    size: float
    nfev: int


def panel_means(phi: Activation, order: int, s1: float, s2: float, rho: float) -> PanelMeans:
    """Compute E f(X) f(Y) U^a W^b for `MOMENTS`, f the derivative of phi of the given order.

    Parameters
    ----------
    phi, order
        f is phi, phi' or phi'' for order 0, 1, 2.
    s1, s2 : float
        Standard deviations of X and Y, s1 >= s2 >= 0.
    rho : float
        Their correlation.

    Notes
    -----
    Panels are halved, at most four times, until the error of the rule is below 1e-13 of the size,
    sqrt(E f(X)^2 E f(Y)^2). Rounding is counted as 2e-15 of that; errors of f that are known and what lies beyond
    the reach are added.
    """
    nfev, before = 0, math.inf
    best: PanelMeans | None = None
    shortest = SHORTEST * s1 if _singularities(phi) else 0.0
    reach = reach_of_products(phi, order, s1, s2, features(phi).places, least=LEAST_REACH)
    halving, passed_over = 0, False
    while halving <= MOST_HALVINGS:
        found = _at(phi, order, s1, s2, rho, reach.radius, 2.0**halving, shortest)
        if (
            found is None and best is None
        ):  # no room for so many: narrow features are passed over, and the error says so
            shortest, passed_over = max(10.0 * shortest, SHORTEST * s1), True
            continue
        if found is None:
            break
        halving += 1
        values, size, rule, doubt, used = found
        nfev += used
        size = max(size, reach.size)  # panels may miss a narrow peak of f(Y)^2 that f(X) f(Y) does not have
        if rule > 1e-12 * size:
            rule *= 10.0  # coefficients that do not yet fall say less
        error = rule + doubt + reach.beyond + (1.0 if passed_over else 2e-15) * size
        if best is None or rule < before:
            best, before = PanelMeans(values, error, size, nfev), rule
        if rule <= GOAL * size:
            break
    assert best is not None
    return best._replace(nfev=nfev)


_ROOM = 1 << 17  # inner panels


def _at(
    phi: Activation, order: int, s1: float, s2: float, rho: float, radius: float, fine: float, shortest: float
) -> tuple[FloatArray, float, float, float, int] | None:
    """Compute with panels of a given fineness: values, size, rule's error, what errors of phi do, evaluations."""
    known = features(phi)
    known, longest = known._replace(lengths=np.maximum(known.lengths / fine, shortest)), LONGEST / fine
    tau = math.sqrt((1.0 - rho) * (1.0 + rho))
    node, weight = gauss_legendre(NODES)
    tails = _tails(node, weight)
    edges = np.empty(4096)
    room = _ROOM if fine > 1.0 else _ROOM // 4
    number = outer_edges(radius, s1, s2, rho, tau, *known, longest, edges)
    if number < 0:
        return None
    half = 0.5 * np.diff(edges[: number + 1])
    u = (edges[:number, None] + half[:, None] * (1.0 + node)).ravel()
    owner = np.empty(room, dtype=np.int64)
    left, width = np.empty(room), np.empty(room)
    y, w = np.empty(room * NODES), np.empty(room * NODES)
    count = np.empty(u.size, dtype=np.int64)
    total = inner_panels(radius, u, s2, rho, tau, *known, longest, node, count, owner, left, width, y, w)
    if total < 0:
        return None if fine > 1.0 else _at(phi, order, s1, s2, rho, radius, fine * (1.0 + 1e-9), shortest)
    inside, inside_error = phi.batch_with_error(order, y[: total * NODES])
    outside, outside_error = phi.batch_with_error(order, s1 * u)
    inner, doubt = np.zeros((u.size, 4)), np.zeros(u.size)
    inner_means(total, owner, width, w, inside, weight, tails, inner, doubt)
    density = np.exp(-0.5 * u * u) / math.sqrt(2.0 * math.pi)
    measure = (half[:, None] * weight).ravel() * density
    spread = np.sqrt(inner[:, 3])
    size = math.sqrt(float(measure @ outside**2)) * math.sqrt(float(measure @ inner[:, 3]))
    # Errors of f, one factor at a time.
    carried = 0.0
    if inside_error.any() or outside_error.any():
        unknown, spare = np.zeros((u.size, 4)), np.zeros(u.size)
        inner_means(total, owner, width, w, inside_error, weight, tails, unknown, spare)
        carried = float(measure @ (np.abs(outside) * unknown[:, 0] + outside_error * spread))
    products = outside[:, None] * np.stack([inner[:, b] * u**a for a, b in MOMENTS], axis=1)
    values = measure @ products
    # Power 3/2 of the last coefficients, relative to the largest that there could be.
    inner_scale = spread + doubt
    inner_rule = np.divide(doubt**1.5, inner_scale**0.5, out=np.zeros_like(doubt), where=inner_scale > 0.0)
    rule = float(measure @ (np.abs(outside) * inner_rule))
    by_panel = (products[:, 0] * density).reshape(number, NODES)
    last = half * np.abs(by_panel @ tails.T).sum(axis=1)
    largest = half * np.abs(by_panel).max(axis=1) + last
    rule += float(np.divide(last**1.5, largest**0.5, out=np.zeros_like(last), where=largest > 0.0).sum())
    return values, size, rule, carried, total * NODES + u.size
