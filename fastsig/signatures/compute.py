"""Computing integral signatures."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve_all
from fastsig.activations.shape import Shape, shape
from fastsig.array_kinds import kind_of
from fastsig.integrals.components import COMPONENTS, Components
from fastsig.integrals.dispatch import find
from fastsig.integrals.found import status_message
from fastsig.integrals.methods import CODES, Method, method_names, read_nodes
from fastsig.integrals.points import Points, read_points
from fastsig.integrals.workers import read_workers
from fastsig.signatures.definition import Signature

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fastsig.integrals.precise_shape import Precision

_OF_SHAPE = ("alpha_plus", "alpha_minus", "tv", "curvature", "curvature_sup")
_SHAPE_METHODS = {"alpha_plus": "exact", "alpha_minus": "exact", "tv": "zeros"}
_INFINITE_BY_OSCILLATION = ("tv", "curvature")


def signature(
    phi: ActivationLike | Sequence[ActivationLike],
    sigma: "ArrayLike" = 1.0,
    *,
    mean: "ArrayLike" = 0.0,
    method: Method = "auto",
    nodes: int | None = None,
    workers: int = 1,
    precision: "Precision" = "double",
    digits: int | None = None,
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
    method, nodes, workers
        How the Gaussian components are computed: see `fastsig.moments`.
    precision, digits
        Numbers of more than double precision: see there, too.

    Returns
    -------
    Signature
        The components with an error and a method each.

    Raises
    ------
    ValueError, TypeError, MemoryError, ImportError, DigitsNotReachedError
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
    if precision != "double" or digits is not None:
        from fastsig.integrals.many_digits import read_precision, refuse_options

        places = read_precision(precision, digits)
        if places:
            from fastsig.signatures.many_digits import signature_of_many_digits

            refuse_options(method, nodes)
            read_workers(workers)
            return signature_of_many_digits(phi, sigma, mean, precision, places)
    kind = None if type(sigma) is type(mean) is float else kind_of(sigma=sigma, mean=mean)
    activations, several = resolve_all(phi)
    points = read_points(sigma, mean, rows=2 * len(activations))
    count = read_nodes(method, nodes)
    threads = read_workers(workers)
    found = find(activations, several, COMPONENTS, points, method, count, workers=threads, errors=True)
    fixed = [_fixed(one) for one in activations]
    if several or points.shape is not None:
        values = _spread([f[0] for f in fixed], points, several)
        errors = _spread([f[1] for f in fixed], points, several)
        codes = _spread([f[2] for f in fixed], points, several)
        remarks = [f[3:] for f in fixed]
    else:
        values, errors, codes, code, text = fixed[0]
        remarks = [(code, text)]
    status = next((code for code in (found.status, *(remark[0] for remark in remarks)) if code), 0)
    said = dict.fromkeys(text for _, text in remarks if text != "ok")  # a slope without a limit, say
    message = status_message(status) if status or not said else "; ".join(said)
    values, errors = found.by_name("value") | values, found.by_name("error") | errors
    inputs = [_inputs(of_points, points, activations, several) for of_points in (points.sigma, points.mean)]
    if kind is not None:
        values, errors = kind.results(values, errors)
        inputs = [kind.array(given) for given in inputs]
    return Signature(
        **values,
        sigma=inputs[0],
        mean=inputs[1],
        activation=activations if several else activations[0],
        error=Components(errors),
        error_kind=found.error_kind,
        method=found.method,
        methods=Components({**found.by_name("method"), **codes}, method_names),
        nfev=found.nfev,
        status=status,
        message=message,
    )


Fixed = tuple[dict[str, float], dict[str, float], dict[str, int], int, str]


def _fixed(phi: Activation) -> Fixed:
    """Return what does not depend on sigma, once: values, errors, method codes; status and message."""
    if "fixed" not in phi._cache:
        s = shape(phi)
        phi._cache["fixed"] = (
            {name: getattr(s, name) for name in _OF_SHAPE},
            {name: getattr(s, f"{name}_error") for name in _OF_SHAPE},
            {name: CODES[_shape_method(name, s)] for name in _OF_SHAPE},
            s.status,
            s.message,
        )
    found: Fixed = phi._cache["fixed"]
    return found


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


def _spread(rows: Sequence[Mapping[str, Any]], points: Points, several: bool) -> dict[str, Any]:
    """Repeat one number an activation over the points, for each name."""
    import numpy as np

    shape_of_points = points.shape or ()
    if not several:
        return {name: np.full(shape_of_points, value) for name, value in rows[0].items()}
    each = (len(rows), *(1 for _ in shape_of_points))
    whole = (len(rows), *shape_of_points)
    return {
        name: np.broadcast_to(np.array([row[name] for row in rows]).reshape(each), whole).copy() for name in _OF_SHAPE
    }


def _inputs(values: Any, points: Points, activations: Sequence[Activation], several: bool) -> Any:
    """Give sigma or mean the shape of the results."""
    if not several and points.shape is None:
        return values
    import numpy as np

    shaped = np.asarray(values).reshape(points.shape or ())
    if several:
        return np.broadcast_to(shaped, (len(activations), *shaped.shape)).copy()
    return shaped if shaped.flags.writeable else shaped.copy()
