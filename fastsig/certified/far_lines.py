"""Lines that phi approaches: where it is one up to a tiny ball.

Panels are tried from the far end inwards. On each the balls of phi', and of phi at one end, bound the difference
from the line; a panel on which they are too wide is halved.
"""

from fractions import Fraction
from typing import Any

from fastsig.certified.definition import Definition
from fastsig.certified.flint import arb, arb_poly, ball_of, enclosure

MOST_PANELS, DEEPEST_PANEL = 50_000, 16  # how many are tried; how often one is halved
_PANEL = Fraction(3, 2)  # ratio of the ends of a panel


def line_at_end(
    definition: Definition, orders: int, number: int, low: Any, high: Any, side: int, bits: int
) -> tuple[Any, "list[Any] | None"]:
    """Return how far in from an end phi is a line up to 2^-bits; and phi, phi', phi'' there as polynomials with balls.

    Parameters
    ----------
    definition, number
        The activation, and the piece.
    orders : int
        1 to 3: how many of phi, phi', phi'' are needed.
    low, high, side
        The interval, and its end: 1 right, -1 left.
    bits : int
        Differences are below 2^-bits of the bounds of growth.
    """
    end = high if side > 0 else low
    known = definition.lines[0 if side > 0 else 1]
    if known is None:
        value, slope = definition.jet(end, 2, number)
        slope, offset = slope, value - slope * end
    else:
        slope, offset = ball_of(known.slope), ball_of(known.offset)
    small = [ball_of(growth.factor) * arb(2) ** -bits for growth in definition.growth]
    edge, errors = end, [arb(0)] * 3
    tried = 0
    inner: list[Any] = []  # inner ends of panels to try, the next one last
    while tried < MOST_PANELS:
        inner = inner or [(edge / ball_of(_PANEL)).mid()]
        nearer = inner[-1]
        if side * nearer <= 0 or not (low < nearer < high):
            break
        tried += 1
        panel = enclosure(nearer, edge)
        jet = definition.jet(panel, max(orders, 2), number)
        # By the mean value theorem: phi(panel) - line(panel) would be as wide as the panel.
        steep = jet[1] - slope
        at_edge = definition.jet(edge, 1, number)[0] - (slope * edge + offset)
        sizes = [abs(d).upper() for d in (at_edge + steep * (panel - edge), steep, *jet[2:3])]
        if all(size <= least for size, least in zip(sizes, small, strict=False)):
            errors = [e.max(size) for e, size in zip(errors, [*sizes, arb(0)], strict=False)]
            edge = inner.pop()
        elif len(inner) > DEEPEST_PANEL:
            break
        else:
            inner.append(((nearer + edge) / 2).mid())  # tanh(exp(x)) has no tight balls on wide panels
    if edge is end:
        return end, None
    about = [arb(0, e) for e in errors]
    return edge, [
        arb_poly([offset + about[0], slope]),
        arb_poly([slope + about[1]]),
        arb_poly([about[2]]),
    ]
