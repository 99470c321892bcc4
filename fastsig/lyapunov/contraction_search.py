"""Finding a domain on which T contracts."""

import math
from collections.abc import Sequence
from typing import Any

from fastsig.activations.registry import ActivationLike
from fastsig.lyapunov.contraction_certificate import Contraction
from fastsig.lyapunov.domain import around, check_invariance, images_of_the_line
from fastsig.lyapunov.fixed_point import FixedPoint
from fastsig.lyapunov.fixed_point_search import search
from fastsig.lyapunov.hypothesis import HypothesisError
from fastsig.lyapunov.recursion import Recursion, read_interval, read_recursion
from fastsig.taxonomy.ranges import LINE, Interval, Range

HYPOTHESIS = "sup abs(a phi') < 1"


def contraction(
    phi: ActivationLike, a: Any = 1.0, b: Any = 0.0, *, interval: Sequence[Any] | None = None
) -> Contraction:
    """Certify that T(x) = phi(a x + b) is a contraction.

    If k = sup abs(a phi') < 1, T has one fixed point x*, and V(x) = (x - x*)^2 falls:
    V(T x) - V(x) <= -(1 - k^2) V(x).

    Parameters
    ----------
    phi : Activation or str
        The activation.
    a, b : float
        Weight, not 0, and bias.
    interval : (low, high), optional
        A closed interval that T maps into itself. Default: the whole line; where T does not contract that, the image
        T^n(R) that it does, else the largest interval found around an attracting fixed point.

    Returns
    -------
    Contraction
        The certificate: its `statement`, constants and domain, `energy`, `verify` and `prove`.

    Raises
    ------
    HypothesisError
        A ValueError: k < 1 holds on no domain that was found, or T does not map `interval` into itself. It names the
        hypothesis and the margin. k = 1 to rounding is refused, too.

    Notes
    -----
    The mean value theorem and Banach's fixed point theorem; the Lyapunov reading is that of arXiv 2510.08456, the
    search for an interval is ours.

    Examples
    --------
    >>> from fastsig import lyapunov
    >>> print(lyapunov.contraction("tanh", 0.5, 0.3).rate)
    0.5
    >>> found = lyapunov.contraction("tanh", 3, interval=(0.5, 1))
    >>> round(found.fixed_point, 12), found.rate < 0.55, found.verify().success
    (0.994901528453, True, True)
    >>> lyapunov.contraction("tanh", 1)  # doctest: +IGNORE_EXCEPTION_DETAIL
    Traceback (most recent call last):
    fastsig.lyapunov.hypothesis.HypothesisError: ...
    """
    recursion = read_recursion(phi, a, b)
    if interval is not None:
        domain = read_interval(interval)
        return _on(recursion, domain, check_invariance(recursion, domain), None)
    try:
        return _on(recursion, LINE, 0.0, 0)
    except HypothesisError as error:
        refusal = error
    for n, image in images_of_the_line(recursion):
        if _rate(recursion.slopes(image))[2]:
            return _on(recursion, image, 0.0, n)
    found = []
    for point in search(recursion):
        steep = max(abs(point.multiplier_left), abs(point.multiplier_right)) + point.multiplier_error
        if steep < 1.0:
            level = 0.5 * (1.0 + steep)

            def acceptable(slopes: Range, level: float = level) -> bool:
                return _rate(slopes)[0] <= level and _rate(slopes)[2]

            invariant = around(recursion, point.x, acceptable)
            if invariant is not None:
                found.append(invariant)
    if not found:
        raise HypothesisError(refusal.hypothesis, refusal.margin, refusal.margin_error, _advice(recursion)) from None
    return _on(recursion, max(found, key=lambda ends: ends[1] - ends[0]), 0.0, None)


def _rate(slopes: Range) -> tuple[float, float, bool]:
    """Return k, its error, and whether k < 1 beyond that."""
    size = max(abs(slopes.low) + slopes.low_error, abs(slopes.high) + slopes.high_error)
    k = max(abs(slopes.low), abs(slopes.high))
    error = size - k if math.isfinite(size) else 0.0
    return k, error, slopes.complete and size < 1.0


def _on(recursion: Recursion, domain: Interval, excess: float, entry_steps: int | None) -> Contraction:
    """Return the certificate for a domain, which T maps into itself if it is widened by the excess."""
    slopes = recursion.slopes((domain[0] - excess, domain[1] + excess))
    k, error, holds = _rate(slopes)
    if not holds:
        advice = "" if slopes.complete else "phi' has no known limit, give interval="
        raise HypothesisError(HYPOTHESIS, 1.0 - k if slopes.complete else math.nan, error, advice)
    point = _fixed_point(recursion, domain)
    return Contraction(
        recursion.phi, recursion.a, recursion.b, domain, k, error, point.x, point.error, entry_steps, excess
    )


def _fixed_point(recursion: Recursion, domain: Interval) -> FixedPoint:
    """Return the only fixed point in the domain."""
    for point in search(recursion):
        if domain[0] - point.error <= point.x <= domain[1] + point.error:
            return point
    raise HypothesisError("the fixed point can be located", math.nan, 0.0, "it lies too far out for doubles")


def _advice(recursion: Recursion) -> str:
    points = search(recursion)
    if not points.complete and not len(points):
        return points.message
    if not len(points) and not points.intervals:
        return "T has no fixed point"
    if not len(points):
        return "fixed points fill an interval, on which T is the identity"
    steepest = [f"{point.multiplier:.6g}" for point in points]
    return f"no fixed point attracts by its slope (multipliers {', '.join(steepest[:6])})"
