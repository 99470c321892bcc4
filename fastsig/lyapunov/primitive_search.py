"""Finding a domain on which the energy E(x) = x^2/2 - F(a x + b)/a falls."""

import math
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from fastsig.activations.registry import ActivationLike
from fastsig.lyapunov.boundedness import boundedness
from fastsig.lyapunov.domain import around, check_invariance, images_of_the_line, text
from fastsig.lyapunov.fixed_point_search import search
from fastsig.lyapunov.hypothesis import HypothesisError
from fastsig.lyapunov.primitive_certificate import PrimitiveDescent
from fastsig.lyapunov.recursion import Recursion, read_interval, read_recursion
from fastsig.taxonomy.ranges import LINE, Interval, Range

HYPOTHESIS = "inf a phi' > -1"


def primitive(
    phi: ActivationLike, a: Any = 1.0, b: Any = 0.0, *, interval: Sequence[Any] | None = None
) -> PrimitiveDescent:
    """Certify that an energy falls along T(x) = phi(a x + b).

    With F an antiderivative of phi, E(x) = x^2/2 - F(a x + b)/a has E'(x) = x - T(x), so that T is gradient descent
    on E. If inf a phi' > -1, then E(T x) <= E(x) - (1 - L/2) (T x - x)^2 with L = 1 - inf a phi' < 2: E falls off
    fixed points, there are no cycles, and every bounded orbit converges. T may have several fixed points.

    Parameters
    ----------
    phi : Activation or str
        The activation.
    a, b : float
        Weight, not 0, and bias.
    interval : (low, high), optional
        A closed interval that T maps into itself. Default: the whole line; where the hypothesis fails there, the image
        T^n(R) on which it holds, else the largest interval found around a fixed point.

    Returns
    -------
    PrimitiveDescent
        The certificate: its `statement`, constants and domain, `energy`, `verify` and `prove`. `converges` says
        whether convergence is claimed; phi = 2x falls, and diverges.

    Raises
    ------
    HypothesisError
        A ValueError: the hypothesis holds on no domain that was found, or T does not map `interval` into itself.

    Notes
    -----
    The descent lemma for E, with E'' = 1 - a phi' <= L. The idea of an antiderivative as Lyapunov function is that
    of arXiv 2510.08456; constants and conditions are ours, as its abstract has none.

    Examples
    --------
    >>> from fastsig import lyapunov
    >>> found = lyapunov.primitive("tanh", 3)
    >>> found.smoothness, found.descent > 0.49, found.converges, len(found.fixed_points)
    (1.0, True, True, 3)
    >>> print(lyapunov.primitive("identity", 2).statement)
    E(T x) <= E(x) - 1.499999999 (T x - x)^2 on R for T(x) = identity(2 x): no cycles, and convergence is not claimed \
(E falls for ever at -inf: slope of T 2 > 1; E falls for ever at +inf: slope of T 2 > 1)
    """
    recursion = read_recursion(phi, a, b)
    if interval is not None:
        domain = read_interval(interval)
        return _on(recursion, domain, check_invariance(recursion, domain))
    try:
        return _on(recursion, LINE, 0.0)
    except HypothesisError as error:
        refusal = error
    for _, image in images_of_the_line(recursion):
        if _lowest(recursion.slopes(image))[2]:
            return _on(recursion, image, 0.0)
    found = []
    for point in search(recursion):
        least = min(point.multiplier_left, point.multiplier_right) - point.multiplier_error
        if least > -1.0:
            level = 0.5 * (min(least, 0.0) - 1.0)

            def acceptable(slopes: Range, level: float = level) -> bool:
                return slopes.low >= level and _lowest(slopes)[2]

            invariant = around(recursion, point.x, acceptable)
            if invariant is not None:
                found.append(invariant)
    if not found:
        least_slopes = [f"{min(p.multiplier_left, p.multiplier_right):.6g}" for p in search(recursion)]
        advice = f"slopes of T at its fixed points: {', '.join(least_slopes[:6])}" if least_slopes else ""
        raise HypothesisError(refusal.hypothesis, refusal.margin, refusal.margin_error, advice) from None
    return _on(recursion, max(found, key=lambda ends: ends[1] - ends[0]), 0.0)


def _lowest(slopes: Range) -> tuple[float, float, bool]:
    """Return inf T', its error, and whether it is > -1 beyond that."""
    return slopes.low, slopes.low_error, slopes.complete and slopes.low - slopes.low_error > -1.0


def _on(recursion: Recursion, domain: Interval, excess: float) -> PrimitiveDescent:
    """Return the certificate for a domain, which T maps into itself if it is widened by the excess."""
    slopes = recursion.slopes((domain[0] - excess, domain[1] + excess))
    low, error, holds = _lowest(slopes)
    if not holds:
        complete = slopes.complete
        advice = "" if complete else "phi' has no known limit, give interval="
        raise HypothesisError(HYPOTHESIS, 1.0 + low if complete else math.nan, error, advice)
    if domain == LINE:
        bounded = boundedness(recursion)
        converges, reason = bounded.holds, bounded.reason
    else:
        converges, reason = True, f"orbits stay in {text(domain)}"
    smoothness = 1.0 - low
    error += 0.0 if Fraction(smoothness) == 1 - Fraction(low) else 2.0**-53 * max(1.0, smoothness)
    return PrimitiveDescent(
        recursion.phi, recursion.a, recursion.b, domain, smoothness, error, converges, reason, excess
    )
