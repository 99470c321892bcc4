"""Integrals over an interval by ``acb.integral``, which can be interrupted."""

from collections.abc import Callable
from typing import Any

from fastsig.certified.flint import acb, arb, ctx, enclosure
from fastsig.certified.interrupts import interrupted, stop_if_interrupted

EVALUATIONS = 200_000


def integrate(integrand: Callable[[Any], Any], a: Any, b: Any, *, absolute: Any) -> Any:
    """Integrate a function that is real on the real line from a to b (balls), to an absolute tolerance.

    `integrand` maps a complex ball to one, NaN where it may not be analytic. Where an end is no exact number, the
    integral goes to its midpoint, and what that can cost is added.
    """
    raised: list[BaseException] = []

    def guarded(x: Any, _: bool) -> Any:
        if raised or interrupted():
            return acb("nan")
        try:
            return integrand(x)
        except BaseException as error:  # python-flint swallows KeyboardInterrupt
            raised.append(error)
            return acb("nan")

    try:
        total = acb.integral(
            guarded,
            acb(a.mid()),
            acb(b.mid()),
            rel_tol=arb(2) ** (10 - ctx.prec),
            abs_tol=absolute.mid(),
            eval_limit=EVALUATIONS,
        ).real
    except SystemError:  # an interrupt between two evaluations
        raise KeyboardInterrupt from None
    stop_if_interrupted()
    if raised:
        raise raised[0]
    for end in (a, b):
        if not end.is_exact():
            height = abs(integrand(acb(enclosure(end.lower(), end.upper()))).real).upper()
            total += arb(0, (height * end.rad()).upper())
    return total
