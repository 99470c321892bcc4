"""The affine law of the signature: c phi(a x + b) + d from phi itself."""

import math
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.activations.scaled import Scaled
from fastsig.activations.shape import shape
from fastsig.arguments import LARGEST, in_range, is_number, number
from fastsig.array_kinds import kind_of
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.found import Stored
from fastsig.integrals.gaussian_moments import moments
from fastsig.integrals.result import Moments
from fastsig.signatures.compute import signature
from fastsig.signatures.definition import Signature

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

_ROUNDING = 8 * 2.0**-52


def affine_law(
    phi: ActivationLike,
    sigma: "ArrayLike",
    a: float,
    b: float,
    c: float,
    d: float,
    *,
    mean: "ArrayLike" = 0.0,
) -> Signature:
    """Return the signature of psi(x) = c phi(a x + b) + d, by that of phi.

    With s = abs(a) sigma and the numbers of phi at mean a mean + b:
    m1 -> c m1 + d, g1 -> c a g1, g2 -> c^2 a^2 g2, m2 -> c^2 m2 + 2 c d m1 + d^2,
    eta -> c^2 eta + c d E[(x - mean) phi'], slopes -> c a alpha (swapped when
    a < 0), TV -> abs(c a) TV, C -> c^2 abs(a)^3 C (arXiv 2510.08456; the laws of
    eta and C follow from our definitions of them).

    Parameters
    ----------
    phi : Activation or str
        The activation.
    sigma : float or array_like
        Scale of the input of psi.
    a, b, c, d : float
        Finite; a and c not 0.
    mean : float or array_like, optional
        Mean of the input of psi.

    Returns
    -------
    Signature
        Of `phi.scaled(a, b, c, d)`, without integrating that function. The errors
        contain what the rounding of a mean + b and of abs(a) sigma does.

    Raises
    ------
    ValueError
        Coefficients that are not finite, or 0 where they may not be; a mean + b or
        abs(a) sigma beyond 1e150; a component out of the range of double precision.

    Examples
    --------
    >>> import fastsig
    >>> law = fastsig.affine_law("tanh", 1.0, 0.5, 0.0, 0.5, 0.5)  # the sigmoid
    >>> abs(law.g2 - fastsig.signature("sigmoid", 1.0).g2) < 1e-16
    True
    """
    import numpy as np

    base = resolve(phi)
    psi = base.scaled(a, b, c, d)
    a, b, c, d = psi.a, psi.b, psi.c, psi.d
    kind = kind_of(sigma=sigma, mean=mean)
    inputs: list[Any] = []
    for name, value in (("sigma", sigma), ("mean", mean)):
        if is_number(value):
            inputs.append(in_range(name, number(name, value)))
        else:
            from fastsig.arguments import array, array_in_range

            inputs.append(array_in_range(name, array(name, value)))
    scale, scale_error = _rounded("abs(a) sigma", abs(a), inputs[0], 0.0)
    centre, centre_error = _rounded("a mean + b", a, inputs[1], b)
    s = signature(base, scale, mean=centre)
    further = moments(base, scale, mean=centre, which="m1_sigma")
    with np.errstate(over="ignore", invalid="ignore"):  # told by _check_finite
        cross = scale * further["m1_sigma"]  # E[(y - E y) phi'(y)]
        known, e = shape(psi), s.error
        values = {
            "m1": c * s.m1 + d,
            "g1": c * (a * s.g1),
            "g2": (c * a) * (c * a * s.g2),
            "m2": c * (c * s.m2) + 2 * d * (c * s.m1) + d * d,
            "eta": c * (c * s.eta) + d * (c * cross),
        }
        cross_error = scale * further.error["m1_sigma"]
        errors = {
            "m1": abs(c) * e.m1 + _ROUNDING * (abs(c * s.m1) + abs(d)),
            "g1": abs(c * a) * e.g1 + _ROUNDING * abs(values["g1"]),
            "g2": abs(c * a) * (abs(c * a) * e.g2) + _ROUNDING * values["g2"],
            "m2": abs(c) * (abs(c) * e.m2 + abs(2 * d) * e.m1)
            + _ROUNDING * (c * (c * s.m2) + abs(2 * d * (c * s.m1)) + d * d),
            "eta": abs(c) * (abs(c) * e.eta + abs(d) * cross_error)
            + _ROUNDING * (abs(c * (c * s.eta)) + abs(d * (c * cross))),
        }
        for name in ("alpha_plus", "alpha_minus", "tv", "curvature", "curvature_sup"):
            zero = 0.0 * s.m1
            values[name] = getattr(known, name) + zero
            errors[name] = getattr(known, f"{name}_error", 0.0) + zero
    _check_finite(psi, s, values)
    nfev = s.nfev + further.nfev
    if _any(scale_error) or _any(centre_error):
        slopes = _slopes(base.scaled(c=c, d=d), scale, centre)
        for name, power in (("m1", 0), ("g1", 1), ("g2", 2), ("m2", 0), ("eta", 0)):
            drift = abs(slopes[f"{name}_mean"]) * centre_error + abs(slopes[f"{name}_sigma"]) * scale_error
            errors[name] = errors[name] + 2 * abs(a) ** power * drift
        nfev += slopes.nfev
    points = inputs[0] + 0.0 * s.sigma, inputs[1] + 0.0 * s.mean
    if kind is not None:
        values, errors = kind.results(values, errors)
        points = kind.array(points[0]), kind.array(points[1])
    fields = {"value": values, "error": errors, "method": s.methods.raw()}
    kind_of_error = "estimate" if further.error_kind == "estimate" else s.error_kind
    found = Stored(fields, s.method, kind_of_error, nfev, s.status, s.message)
    return Signature(found, psi, *points)


def _rounded(name: str, factor: float, x: Any, shift: float) -> tuple[Any, Any]:
    """Round factor x + shift once; also return how far that is from the exact number (x: a number or an array)."""
    if not isinstance(x, float):
        import numpy as np

        pairs = [_rounded(name, factor, one, shift) for one in x.ravel().tolist()]
        flat = np.array(pairs, dtype=np.float64).reshape(-1, 2).T
        return flat[0].reshape(x.shape), flat[1].reshape(x.shape)
    exact = Fraction(factor) * Fraction(x) + Fraction(shift)
    if not abs(exact) <= LARGEST:
        raise ValueError(f"{name} must be in [{-LARGEST:g}, {LARGEST:g}]; it is {_decimal(exact)} for {x!r}")
    nearest = float(exact)
    return nearest, float(abs(exact - Fraction(nearest)))


def _decimal(number: Fraction) -> str:
    """A number that may be out of the range of double precision, for messages."""
    from decimal import Context

    return f"{Context(prec=6).divide(number.numerator, number.denominator):g}"


def _any(errors: Any) -> bool:
    return bool(errors) if isinstance(errors, float) else bool(errors.any())


def _slopes(chi: Activation, scale: Any, centre: Any) -> Moments:
    """Derivatives of the components of c phi + d with respect to mean and sigma: what a rounding of those does."""
    names = [f"{name}_{argument}" for name in COMPONENTS for argument in ("mean", "sigma")]
    return moments(chi, scale, mean=centre, which=names)


def _check_finite(psi: Scaled, base: Signature, values: dict[str, Any]) -> None:
    """Raise if a component overflows that is finite for phi."""
    for name, value in values.items():
        before = getattr(base, name)
        if isinstance(value, float):
            overflows = math.isfinite(before) and not math.isfinite(value)
        else:
            import numpy as np

            overflows = bool(np.any(np.isfinite(before) & ~np.isfinite(value)))
        if overflows:
            raise ValueError(
                f"{name} of {psi} is out of the range of double precision; choose a smaller c, d or sigma "
                f"(a = {psi.a:g}, b = {psi.b:g}, c = {psi.c:g}, d = {psi.d:g})"
            )
