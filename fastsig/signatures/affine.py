"""The affine law of the signature: c phi(a x + b) + d from phi itself."""

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from fastsig.activations.registry import ActivationLike, resolve
from fastsig.activations.shape import shape
from fastsig.arguments import in_range, is_number, number
from fastsig.array_kinds import kind_of
from fastsig.integrals.components import Components
from fastsig.integrals.gaussian_moments import moments
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
        Of `phi.scaled(a, b, c, d)`, without integrating that function.

    Examples
    --------
    >>> import fastsig
    >>> law = fastsig.affine_law("tanh", 1.0, 0.5, 0.0, 0.5, 0.5)  # the sigmoid
    >>> abs(law.g2 - fastsig.signature("sigmoid", 1.0).g2) < 1e-16
    True
    """
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
    scale, centre = abs(a) * inputs[0], a * inputs[1] + b
    s = signature(base, scale, mean=centre)
    further = moments(base, scale, mean=centre, which="m1_sigma")
    cross = scale * further["m1_sigma"]  # E[(y - E y) phi'(y)]
    known, e = shape(psi), s.error
    values = {
        "m1": c * s.m1 + d,
        "g1": c * a * s.g1,
        "g2": (c * a) ** 2 * s.g2,
        "m2": c * c * s.m2 + 2 * c * d * s.m1 + d * d,
        "eta": c * c * s.eta + c * d * cross,
    }
    cross_error = scale * further.error["m1_sigma"]
    errors = {
        "m1": abs(c) * e.m1 + _ROUNDING * (abs(c * s.m1) + abs(d)),
        "g1": abs(c * a) * e.g1 + _ROUNDING * abs(values["g1"]),
        "g2": (c * a) ** 2 * e.g2 + _ROUNDING * values["g2"],
        "m2": c * c * e.m2 + abs(2 * c * d) * e.m1 + _ROUNDING * (c * c * s.m2 + abs(2 * c * d * s.m1) + d * d),
        "eta": c * c * e.eta + abs(c * d) * cross_error + _ROUNDING * (abs(c * c * s.eta) + abs(c * d * cross)),
    }
    for name in ("alpha_plus", "alpha_minus", "tv", "curvature", "curvature_sup"):
        zero = 0.0 * s.m1
        values[name] = getattr(known, name) + zero
        errors[name] = getattr(known, f"{name}_error", 0.0) + zero
    points = inputs[0] + 0.0 * s.sigma, inputs[1] + 0.0 * s.mean
    if kind is not None:
        values, errors = kind.results(values, errors)
        points = kind.array(points[0]), kind.array(points[1])
    return replace(
        s,
        **values,
        sigma=points[0],
        mean=points[1],
        activation=psi,
        error=Components(errors),
        error_kind="estimate" if further.error_kind == "estimate" else s.error_kind,
        nfev=s.nfev + further.nfev,
    )
