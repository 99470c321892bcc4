"""All zeros of phi, phi', phi'' or phi''' in ball arithmetic: isolated by bisection, none missed, then narrowed.

An interval is dropped when the ball of f over it excludes 0; it holds exactly one zero when the ball of f'
excludes 0 and f changes sign between its ends. Outside the definition's window f has no zero (the argument stands
beside each definition).
"""

import itertools
from functools import cache

from definitions import ball
from flint import arb, ctx


def sign(x):
    return 1 if x > 0 else -1 if x < 0 else 0


def isolate(f, low, high, depth=0):
    """Enclosures of all zeros of f in [low, high]; f(ball) -> (value, derivative) as balls."""
    value, slope = f(low.union(high))
    if sign(value):
        return []
    if sign(slope):
        ends = sign(f(low)[0]), sign(f(high)[0])
        if 0 not in ends:
            return [narrow(f, low, high)] if ends[0] != ends[1] else []
    if depth > 60:
        raise ArithmeticError(f"cannot decide whether there is a zero in [{low}, {high}]")
    # Not the midpoint: a zero at a round number should lie inside, not at an end.
    middle = (low + (high - low) * 29 / 64).mid()
    return isolate(f, low, middle, depth + 1) + isolate(f, middle, high, depth + 1)


def narrow(f, low, high):
    """Interval Newton on a bracket with f' != 0."""
    x = low.union(high)
    for _ in range(60):
        middle = x.mid()
        newer = middle - f(middle)[0] / f(x)[1]
        newer = newer.intersection(x) if newer.overlaps(x) else x
        if newer.rad() >= x.rad() * 0.9:
            break
        x = newer
    return arb(0) if x.contains(0) and f(arb(0))[0].is_zero() else x


@cache
def zeros_of(definition, order, bits=240):
    """Zeros of the derivative of that order inside the window, ascending, breaks apart."""
    with ctx.workprec(bits):
        if order in definition.zeros:
            return tuple(map(ball, definition.zeros[order]))
        low, high = ((ball(w) * ball(definition.scale)).mid() for w in definition.window)
        edges = sorted([low, *map(ball, definition.breaks), high])
        found = []
        for a, b in itertools.pairwise(edges):
            found += zeros_between(definition, order, definition.piece((a + b) / 2), a, b)
        return tuple(found)


def zeros_between(definition, order, piece, a, b):
    def f(x):
        jet = definition.jet(x, order + 2, piece)
        return jet[order], jet[order + 1]

    if not (a < b):
        return []
    # A one-sided f may vanish at the very kink, which is listed as a kink: start a hair inside, after a proof
    # (f' of one sign) that the hair hides nothing else.
    hair = (b - a) * arb(2) ** -40
    if f(a)[0].contains(0):
        a, end = (a + hair).mid(), a
        assert sign(f(a.union(end))[1])
    if f(b)[0].contains(0):
        b, end = (b - hair).mid(), b
        assert sign(f(b.union(end))[1])
    return isolate(f, a, b)
