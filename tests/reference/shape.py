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
        [(float(z.mid()), z, (1 if z > 0 else -1,)) for z in zeros_of(phi, 2)]
        + [(float(k), ball(k), (-1, 1)) for k in phi.kinks],
        key=lambda mark: mark[0],
    )
    slopes = [left, *(phi.jet(z, 2, side)[1] for _, z, sides in marks for side in sides), right]
    return sum((abs(b - a) for a, b in itertools.pairwise(slopes)), arb(0))


def curvature(phi):
    """Integral of phi''^2: over the core; outside abs(phi'') <= delta exp(-distance/(2 scale)): delta^2 scale each."""
    left, right = core(phi, BITS // 2)
    if left == right == 0:
        return arb(0)

    def f(x, _):
        second = 2 * phi.series(x, 1, 3)[2]
        return second * second

    inside = acb.integral(f, acb(left), acb(right), rel_tol=arb(2) ** (20 - BITS), abs_tol=arb(2) ** -BITS).real
    return inside + arb(0, (2 * arb(2) ** (-BITS // 2 * 2) * ball(phi.scale)).upper())


def curvature_sup(phi):
    """abs(phi'') at the zeros of phi''' inside the window; outside it is below the bound at the window's edge."""
    sizes = [abs(phi.jet(z, 3, 1)[2]) for z in zeros_of(phi, 3)]
    if not sizes:
        return arb(0)
    best = sizes[0]
    for size in sizes[1:]:
        best = best.max(size)
    for edge in phi.window:
        assert phi.tail(abs(edge) * ball(phi.scale), 1 if edge > 0 else -1) < best
    return best


def shape_record(case):
    name, parameter = case
    phi = definition(name, parameter)
    with ctx.workprec(BITS):
        record = label(name, parameter) | {"tv": text(total_variation(phi))}
        record["curvature"] = "inf" if phi.kinks else text(curvature(phi))
        record["curvature_sup"] = "inf" if phi.kinks else text(curvature_sup(phi))
        record["zeros_of_derivative"] = [text(z) for z in zeros_of(phi, 1)]
        record["zeros_of_second_derivative"] = [text(z) for z in zeros_of(phi, 2)]
        record["alpha_plus"], record["alpha_minus"] = text(ball(phi.lines[0])), text(ball(phi.lines[2]))
        record["kinks"] = [str(k) for k in phi.kinks]
    return record
