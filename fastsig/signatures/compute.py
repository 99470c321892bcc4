"""Computing integral signatures."""

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve_all
from fastsig.activations.shape import Shape, shape
from fastsig.integrals.components import COMPONENTS, Components
from fastsig.integrals.dispatch import arrange, compute, first_failure
from fastsig.integrals.methods import CODES, Method, distinct_methods, error_kind, method_names, read_nodes
from fastsig.integrals.points import Points, read_points
from fastsig.signatures.definition import Signature
from fastsig.targets.cpu import lib, text

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

FIELDS = ("value", "error", "method")
_SHAPE_METHODS = {"alpha_plus": "exact", "alpha_minus": "exact", "tv": "zeros"}
_INFINITE_BY_OSCILLATION = ("tv", "curvature")


def signature(
    phi: ActivationLike | Sequence[ActivationLike],
    sigma: "ArrayLike" = 1.0,
    *,
    mean: "ArrayLike" = 0.0,
    method: Method = "auto",
    nodes: int | None = None,
) -> Signature:
    """Compute the nine-dimensional integral signature of an activation.

    Parameters
    ----------
    phi : Activation, str, or a list of them
        The activation; a list adds a first axis to the results.
    sigma : float or array_like, optional
        Scale of the input x = mean + sigma Z, in [0, 1e150]; 0 is the point
        mass at `mean`. Accuracy is promised for 1e-6 to 1e6.
    mean : float or array_like, optional
        Mean of the input, broadcast against `sigma`.
    method, nodes
        How the Gaussian components are computed: see `fastsig.moments`.

    Returns
    -------
    Signature
        The components with an error and a method each.

    Raises
    ------
    ValueError, TypeError, MemoryError
        As `fastsig.moments`.

    Notes
    -----
    The signature is that of arXiv 2510.08456; `Signature` gives the
    definitions, and says which of them are ours where the abstract is silent.

    Examples
    --------
    >>> import fastsig
    >>> s = fastsig.signature("tanh", 2.0)
    >>> s.m1, s.tv, s.alpha_plus
    (0.0, 2.0, 0.0)
    >>> s.error.g2 < 1e-14
    True
    """
    activations, several = resolve_all(phi)
    points = read_points(sigma, mean, rows=2 * len(activations))
    count = read_nodes(method, nodes)
    computed = [compute(one, COMPONENTS, points, method, count) for one in activations]
    shapes = [shape(one) for one in activations]

    single = points.shape is None
    used = distinct_methods([row for c in computed for row in c.method], single=single)
    gaussian, errors, codes = (arrange(computed, field, COMPONENTS, points, several).raw() for field in FIELDS)
    for name in ("alpha_plus", "alpha_minus", "tv", "curvature", "curvature_sup"):
        gaussian[name] = _spread([getattr(s, name) for s in shapes], points, several)
        errors[name] = _spread([getattr(s, f"{name}_error", 0.0) for s in shapes], points, several)
        codes[name] = _spread([CODES[_shape_method(name, s)] for s in shapes], points, several)

    failures = [first_failure(c.status) for c in computed] + [s.status for s in shapes]
    status = next((code for code in failures if code), 0)
    return Signature(
        **gaussian,
        sigma=_inputs(points.sigma, points, activations, several),
        mean=_inputs(points.mean, points, activations, several),
        activation=activations if several else activations[0],
        error=Components(errors),
        error_kind=error_kind(used, activations),
        method=used,
        methods=Components(codes, method_names),
        nfev=sum(c.nfev for c in computed),
        status=status,
        message=text(lib.fastsig_status_message(status)) if status else _remarks(shapes),
    )


def _remarks(shapes: Sequence[Shape]) -> str:
    """Return what the shapes leave open (a slope without a limit, say), or "ok"."""
    return "; ".join(dict.fromkeys(s.message for s in shapes if s.message != "ok")) or "ok"


def _shape_method(name: str, found: Shape) -> str:
    if found.error_kind == "estimate":
        return "profile"
    if found.surely_oscillates and name in _INFINITE_BY_OSCILLATION:
        return "exact"
    if name in _SHAPE_METHODS:
        return _SHAPE_METHODS[name]
    if found.kinks:
        return "kink"
    if name == "curvature":
        return "double_exponential" if found.breaks else "trapezoid"
    return "maximum"


def _spread(values: Sequence[Any], points: Points, several: bool) -> Any:
    """Repeat one number an activation over the points."""
    if not several and points.shape is None:
        return values[0]
    import numpy as np

    if not several:
        return np.full(points.shape or (), values[0])
    per_activation = np.array(values).reshape(len(values), *(1 for _ in points.shape or ()))
    return np.broadcast_to(per_activation, (len(values), *(points.shape or ()))).copy()


def _inputs(values: Any, points: Points, activations: Sequence[Activation], several: bool) -> Any:
    """Give sigma or mean the shape of the results."""
    if not several and points.shape is None:
        return values
    import numpy as np

    shaped = np.asarray(values).reshape(points.shape or ())
    return np.broadcast_to(shaped, (len(activations), *shaped.shape)).copy() if several else shaped
