"""Total variation, curvature, zeros and slopes: what is read off phi' and phi'' without a Gaussian."""

import itertools

from cases import label
from definitions import ball, definition
from digits import text
from flint import acb, arb, ctx
from gaussian_integral import core
from zeros import zeros_of

BITS = 240


def total_variation(phi):
    """phi' is monotone between the points listed, so its variation is the sum of its steps."""
    left, right = ball(phi.lines[2]), ball(phi.lines[0])
    marks = sorted(
        [(float(z.mid()), z, (phi.piece(z),)) for z in zeros_of(phi, 2)]
        + [(float(b), ball(b), (k, k + 1)) for k, b in enumerate(phi.breaks)],
        key=lambda mark: mark[0],
    )
    slopes = [left, *(phi.jet(z, 2, piece)[1] for _, z, pieces in marks for piece in pieces), right]
    return sum((abs(b - a) for a, b in itertools.pairwise(slopes)), arb(0))


def curvature(phi):
    """Integral of phi''^2: over the core; outside abs(phi'') <= delta exp(-distance/(2 scale)): delta^2 scale each."""
    if phi.curvature:
        return phi.curvature()
    left, right = core(phi, BITS // 2)
    if left == right:
        return arb(0)
    edges = [left, *(ball(b) for b in phi.breaks if left < ball(b) < right), right]
    inside = sum((bend_squared(phi, a, b) for a, b in itertools.pairwise(edges)), arb(0))
    return inside + arb(0, (2 * arb(2) ** (-BITS // 2 * 2) * ball(phi.scale)).upper())


def bend_squared(phi, a, b):
    piece = phi.piece((a + b) / 2)

    def f(x, _):
        second = 2 * phi.series(x, piece, 3)[2]
        return second * second

    return acb.integral(f, acb(a), acb(b), rel_tol=arb(2) ** (20 - BITS), abs_tol=arb(2) ** -BITS).real


def curvature_sup(phi):
    """abs(phi'') at the zeros of phi''' inside the window and at breaks; outside it is below the bound at its edge."""
    sizes = [abs(phi.jet(z, 3)[2]) for z in zeros_of(phi, 3)]
    sizes += [abs(phi.jet(ball(b), 3, k + side)[2]) for k, b in enumerate(phi.breaks) for side in (0, 1)]
    if not sizes:
        return arb(0)
    best = sizes[0]
    for size in sizes[1:]:
        best = best.max(size)
    for edge in phi.window:
        assert phi.tail is None or phi.tail(abs(edge) * ball(phi.scale), 1 if edge > 0 else -1) < best
    return best


def of_waves(phi):
    """phi' is periodic and not constant, so nothing has a limit; phi'' = w cos wx is largest at 0."""
    frequency, polynomials = phi.waves
    assert polynomials == {0: (1 / frequency, 1), 1: (-1 / (2 * frequency),), -1: (-1 / (2 * frequency),)}
    endless = {"tv": "inf", "curvature": "inf", "curvature_sup": text(phi.jet(arb(0), 3)[2])}
    none = {"zeros_of_derivative": [], "zeros_of_second_derivative": [], "alpha_plus": "none", "alpha_minus": "none"}
    return endless | none | {"kinks": []}


def shape_record(case):
    name, parameter = case
    phi = definition(name, parameter)
    with ctx.workprec(BITS):
        if phi.waves:
            return label(name, parameter) | of_waves(phi)
        record = label(name, parameter) | {"tv": text(total_variation(phi))}
        record["curvature"] = "inf" if phi.kinks else text(curvature(phi))
        record["curvature_sup"] = "inf" if phi.kinks else text(curvature_sup(phi))
        record["zeros_of_derivative"] = [text(z) for z in zeros_of(phi, 1)]
        record["zeros_of_second_derivative"] = [text(z) for z in zeros_of(phi, 2)]
        record["alpha_plus"], record["alpha_minus"] = text(ball(phi.lines[0])), text(ball(phi.lines[2]))
        record["kinks"] = [text(ball(k)) for k in phi.kinks]
    return record
