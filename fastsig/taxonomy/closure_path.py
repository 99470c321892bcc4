"""Families of activations on their way to a limit: what converges, and what does not.

Helly: where phi(0), the slopes and TV(phi') stay bounded, a subsequence of phi converges locally uniformly, phi' almost
everywhere, and every Gaussian component with them. TV and curvature are only lower semicontinuous: in the limit they
can be smaller, and end slopes need not converge at all.
"""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, activation, resolve
from fastsig.activations.shape import Shape, shape
from fastsig.arguments import brief, few, in_range, number

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

LIMITS = {"softplus": "relu", "swish": "relu", "leaky_relu": "relu"}  # beta -> inf, beta -> inf, slope -> 0
STEADY = 0.05  # relative change of TV over the last half of the values
MOST = 1000

Family = str | Callable[[float], ActivationLike]
Limit = ActivationLike | Callable[[Any], Any]


@dataclass(frozen=True, slots=True)
class Closure:
    """What `fastsig.closure` found along a family; tuples have one entry a value.

    Attributes
    ----------
    values : tuple of float
        The parameters.
    names : tuple of str
        What the members are called.
    distance, distance_error : tuple of float
        sqrt(E (phi_n(x) - phi(x))^2), x = mean + sigma Z, with absolute errors.
    slope_distance, slope_distance_error : tuple of float or None
        The same of phi'; None where the limit is no activation.
    tv, curvature, alpha_plus, alpha_minus : tuple of float
        Along the way.
    limit_tv, limit_curvature, limit_alpha_plus, limit_alpha_minus : float
        Of the limit; NaN where it is no activation.
    tv_bounded : bool or None
        Whether TV seems to stay bounded; None where the values do not tell.
    message : str
        What the numbers show.
    """

    values: tuple[float, ...]
    names: tuple[str, ...]
    distance: tuple[float, ...]
    distance_error: tuple[float, ...]
    slope_distance: tuple[float, ...] | None
    slope_distance_error: tuple[float, ...] | None
    tv: tuple[float, ...]
    curvature: tuple[float, ...]
    alpha_plus: tuple[float, ...]
    alpha_minus: tuple[float, ...]
    limit_tv: float
    limit_curvature: float
    limit_alpha_plus: float
    limit_alpha_minus: float
    tv_bounded: bool | None
    message: str


def closure(
    family: Family, values: Sequence[float], *, limit: Limit | None = None, sigma: float = 1.0, mean: float = 0.0
) -> Closure:
    """Follow a family of activations to its limit.

    Parameters
    ----------
    family : str or callable
        A built-in with a parameter ("softplus", "swish", "leaky_relu"), or a function of the parameter that returns
        an activation.
    values : sequence of float
        The parameters, in the order of the way.
    limit : Activation, str or callable, optional
        The limit. A callable is a function of an array, where the limit is no activation because it jumps
        (`numpy.sign`): then there is no distance of slopes. Default: relu for the three named families.
    sigma, mean : float, optional
        The Gaussian with which distances are measured.

    Returns
    -------
    Closure

    Raises
    ------
    ValueError
        No limit is given, and none is known; or there are no values.

    Notes
    -----
    Helly's theorem is behind it (bounded variation of phi', arXiv 2510.08456); the example shows that TV is lower
    semicontinuous only.

    Examples
    --------
    >>> import fastsig
    >>> way = fastsig.closure("swish", [1, 10, 100])
    >>> [f"{d:.3g}" for d in way.distance], [round(tv, 5) for tv in way.tv], way.limit_tv
    (['0.209', '0.0111', '0.000355'], [1.39936, 1.39936, 1.39936], 1.0)
    >>> print(way.message)
    TV stays at 1.39936, the limit has 1: lower semicontinuous, not continuous
    """
    places = tuple(number("a value", value) for value in few("values", values, MOST, "(1.0, 10.0, 100.0)"))
    if not places:
        raise ValueError("values must not be empty: give the parameters along the way, as in (1.0, 10.0, 100.0)")
    members = [_member(family, value) for value in places]
    end = _limit(family, limit)
    scale, centre = in_range("sigma", number("sigma", sigma)), in_range("mean", number("mean", mean))
    apart = [_distances(member, end, scale, centre) for member in members]
    shapes = [shape(member) for member in members]
    last = shape(end) if isinstance(end, Activation) else None
    slopes = last is not None
    bounded = _bounded([one.tv for one in shapes])
    nan = math.nan
    return Closure(
        values=places,
        names=tuple(member.name for member in members),
        distance=tuple(one[0] for one in apart),
        distance_error=tuple(one[1] for one in apart),
        slope_distance=tuple(one[2] for one in apart) if slopes else None,
        slope_distance_error=tuple(one[3] for one in apart) if slopes else None,
        tv=tuple(one.tv for one in shapes),
        curvature=tuple(one.curvature for one in shapes),
        alpha_plus=tuple(one.alpha_plus for one in shapes),
        alpha_minus=tuple(one.alpha_minus for one in shapes),
        limit_tv=last.tv if last else nan,
        limit_curvature=last.curvature if last else nan,
        limit_alpha_plus=last.alpha_plus if last else nan,
        limit_alpha_minus=last.alpha_minus if last else nan,
        tv_bounded=bounded,
        message=_message(shapes, last, bounded),
    )


def _member(family: Family, value: float) -> Activation:
    if not isinstance(family, str):
        if not callable(family):
            raise TypeError(
                f"family must be the name of a built-in with a parameter, or a function; got {brief(family)}"
            )
        return resolve(family(value))
    parameters = tuple(activation(family).parameters)
    if not parameters:
        raise ValueError(
            f"{family} has no parameter; give a function of one, as in "
            f"closure(lambda beta: fastsig.activation({family!r}).scaled(a=beta), ...)"
        )
    return activation(family, **{parameters[0]: value})


def _limit(family: Family, limit: Limit | None) -> "Activation | Callable[[Any], Any]":
    if limit is None:
        if not isinstance(family, str) or activation(family).name not in LIMITS:
            raise ValueError(f"give limit=, an activation or a function of an array; known are those of {LIMITS}")
        limit = LIMITS[activation(family).name]
    if isinstance(limit, (Activation, str)):
        return resolve(limit)
    if callable(limit):
        return limit
    raise TypeError(f"limit must be an activation, the name of one, or a function of an array; got {brief(limit)}")


def _distances(
    member: Activation, end: "Activation | Callable[[Any], Any]", sigma: float, mean: float
) -> tuple[float, float, float, float]:
    """Return the distance of phi and its error, and the same of phi'."""
    import numpy as np

    from fastsig.integrals.adaptive import integrate

    known = [shape(one) for one in (member, end) if isinstance(one, Activation)]
    orders = (0, 1) if isinstance(end, Activation) else (0,)

    def integrand(z: "FloatArray", x: "FloatArray") -> "FloatArray":
        squares, errors = [], []
        for order in orders:
            value, error = member.batch_with_error(order, x)
            if isinstance(end, Activation):
                other, other_error = end.batch_with_error(order, x)
            else:
                other, other_error = np.asarray(end(x), dtype=np.float64), np.zeros_like(x)
            gap, wrong = value - other, error + other_error + 2.0**-51 * (np.abs(value) + np.abs(other))
            squares.append(gap * gap)
            errors.append((2.0 * np.abs(gap) + wrong) * wrong)
        return np.stack([*squares, *errors])

    breaks = sorted({place for one in known for place in one.breaks} | {0.0})  # 0: where a limit would jump
    marks = sorted({place for one in known for place in one.landmarks})
    if sigma == 0.0:
        rows = integrand(np.zeros(1), np.full(1, mean))[:, 0]
        squares, errors = rows[: len(orders)], rows[len(orders) :]
    else:
        found = integrate(integrand, 2 * len(orders), sigma, mean, breaks=breaks, landmarks=marks, errors_follow=True)
        squares, errors = found.value, found.error
    result: list[float] = []
    for square, error in zip(squares.tolist(), errors.tolist(), strict=True):
        root = math.sqrt(max(square, 0.0))
        result += [root, max(root - math.sqrt(max(square - error, 0.0)), math.sqrt(max(square + error, 0.0)) - root)]
    result += [math.nan] * (4 - len(result))
    return result[0], result[1], result[2], result[3]


def _bounded(tv: list[float]) -> bool | None:
    """Whether TV stays bounded: it hardly moves over the last half of the values, or its steps shrink.

    It does not if it rises at each step there and has doubled.
    """
    if any(math.isinf(one) for one in tv):
        return False
    half = tv[len(tv) // 2 - 1 :] if len(tv) > 3 else tv
    if len(half) < 2:
        return None
    if max(half) <= (1.0 + STEADY) * min(half):
        return True
    steps = [abs(after - before) for before, after in pairwise(tv)]
    if len(steps) > 2 and all(after <= 0.6 * before for before, after in pairwise(steps)):
        return True
    rises = all(after > before for before, after in pairwise(half))
    return False if rises and half[-1] >= 2.0 * half[0] else None


def _message(shapes: list[Shape], last: Shape | None, bounded: bool | None) -> str:
    here = shapes[-1].tv
    if bounded is None:
        return "whether TV stays bounded cannot be told from these values; give more of them"
    if not bounded:
        return f"TV rises from {shapes[0].tv:.6g} to {here:.6g}: the family leaves the class"
    if last is None:
        return f"TV stays at {here:.6g}"
    if here > (1.0 + STEADY) * last.tv + STEADY:
        return f"TV stays at {here:.6g}, the limit has {last.tv:.6g}: lower semicontinuous, not continuous"
    parts = [f"TV {here:.6g} tends to that of the limit, {last.tv:.6g}"]
    for name in ("alpha_plus", "alpha_minus"):
        if abs(getattr(shapes[-1], name) - getattr(last, name)) > STEADY:
            parts.append(f"{name} stays at {getattr(shapes[-1], name):.6g}, not {getattr(last, name):.6g}")
    return "; ".join(parts)
