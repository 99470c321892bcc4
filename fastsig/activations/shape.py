"""What can be read off phi' without a Gaussian, computed once an activation."""

import math
import sys
from typing import NamedTuple

from fastsig.activations.affine_change import times
from fastsig.activations.built_in import BuiltIn
from fastsig.activations.definition import Activation
from fastsig.activations.scaled import Scaled
from fastsig.targets.cpu import check, ffi, lib, text


class Shape(NamedTuple):
    """End slopes, total variation and curvature of an activation.

    Attributes
    ----------
    alpha_plus, alpha_minus : float
        Limits of phi' at +inf and -inf, exact; NaN where there is none.
    tv, curvature, curvature_sup : float
        Total variation of phi', integral of phi''^2, sup of abs(phi'').
    tv_error, curvature_error, curvature_sup_error : float
        Their absolute errors.
    kinks : tuple of float
        Where phi' jumps.
    breaks : tuple of float
        Where phi' or phi'' jumps.
    inflections : tuple of float
        Where phi'' changes sign, breaks apart; of a built-in with infinitely many, none.
    landmarks : tuple of float
        Places near which phi varies fast.
    status : int
        0, or a status code of the C library.
    message : str
        Its meaning, or what the numbers leave open.
    alpha_plus_error, alpha_minus_error : float
        Absolute errors of the slopes; 0 where they are known.
    error_kind : {"bound", "estimate"}
        A bound is never exceeded by the true error.
    """

    alpha_plus: float
    alpha_minus: float
    tv: float
    tv_error: float
    curvature: float
    curvature_error: float
    curvature_sup: float
    curvature_sup_error: float
    kinks: tuple[float, ...]
    breaks: tuple[float, ...]
    inflections: tuple[float, ...]
    landmarks: tuple[float, ...]
    status: int
    message: str
    alpha_plus_error: float = 0.0
    alpha_minus_error: float = 0.0
    error_kind: str = "bound"

    @property
    def surely_oscillates(self) -> bool:
        """Whether phi' is known, not just observed, to have no limit: tv and curvature are then infinite."""
        return self.error_kind == "bound" and (math.isnan(self.alpha_plus) or math.isnan(self.alpha_minus))


# Where a function that bends on the scale 1 varies: first panels of quadrature.
_HALF = (0.5, 1.0, 2.0, 4.0, 8.0, 16.0, 30.0, 60.0)
_BENDS = (*(-x for x in reversed(_HALF)), 0.0, *_HALF)


def shape(phi: Activation) -> Shape:
    """Compute the shape of an activation, once.

    That of a built-in comes from C (csrc/src/shape.c), that of a scaled
    activation from its base by the affine laws, any other one from its profile.
    """
    cache = phi._cache
    if "shape" not in cache:
        if isinstance(phi, BuiltIn):
            cache["shape"] = _of_built_in(phi)
        elif isinstance(phi, Scaled):
            cache["shape"] = _of_scaled(phi)
        else:
            cache["shape"] = _of_profile(phi)
    found: Shape = cache["shape"]
    return found


def _of_built_in(phi: BuiltIn) -> Shape:
    result = ffi.new("fastsig_shape_result *")
    status = lib.fastsig_shape(phi.native, result)
    if status != lib.FASTSIG_ERROR_NOT_CONVERGED:
        check(status, activation=phi)
    return Shape(
        result.alpha_plus,
        result.alpha_minus,
        result.tv,
        result.tv_error,
        result.curvature,
        result.curvature_error,
        result.curvature_sup,
        result.curvature_sup_error,
        tuple(result.kink[0 : result.kinks]),
        tuple(result.place[0 : result.breaks]),
        tuple(result.zero[0 : result.zeros]),
        tuple(result.scale * multiple for multiple in _BENDS),
        status,
        _message(status, result.alpha_plus, result.alpha_minus),
    )


def _message(status: int, plus: float, minus: float) -> str:
    """What the status means; if that is "ok", at which ends phi' has no limit."""
    without = [end for end, slope in (("+inf", plus), ("-inf", minus)) if math.isnan(slope)]
    if status or not without:
        return text(lib.fastsig_status_message(status))
    return "; ".join(f"phi' has no limit at {end}: it oscillates" for end in without)


def _of_scaled(phi: Scaled) -> Shape:
    base, change = shape(phi.base), phi.change
    factors = {
        "tv": change.variation_factor,
        "curvature": change.curvature_factor,
        "curvature_sup": change.bend_factor,
    }
    numbers: dict[str, float] = {}
    for name, factor in factors.items():
        value = times(factor, getattr(base, name))
        numbers[name] = value
        rounding = 4 * sys.float_info.epsilon * value if math.isfinite(value) else 0.0
        numbers[f"{name}_error"] = times(factor, getattr(base, f"{name}_error")) + rounding
    places = {
        name: tuple(sorted(map(change.place, getattr(base, name))))
        for name in ("kinks", "breaks", "inflections", "landmarks")
    }
    plus, minus = phi.slopes
    errors = [times(change.variation_factor, e) for e in (base.alpha_plus_error, base.alpha_minus_error)]
    if change.turns:
        errors.reverse()
    numbers["alpha_plus_error"], numbers["alpha_minus_error"] = errors
    return base._replace(alpha_plus=plus, alpha_minus=minus, **numbers, **places)  # type: ignore[arg-type]


def _of_profile(phi: Activation) -> Shape:
    found = phi.profile()
    return Shape(
        found.alpha_plus,
        found.alpha_minus,
        found.tv,
        found.tv_error,
        found.curvature,
        found.curvature_error,
        found.curvature_sup,
        found.curvature_sup_error,
        tuple(found.kinks),
        tuple(found_break.place for found_break in found.breaks),
        tuple(found.inflections),
        tuple(found.landmarks),
        0,
        found.message,
        found.plus.slope_error,
        found.minus.slope_error,
        "estimate",
    )
