"""Computing integral signatures."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, NamedTuple

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve_all
from fastsig.activations.shape import Shape, shape
from fastsig.array_kinds import kind_of
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.dispatch import find
from fastsig.integrals.found import Built, Field, Found, OfKind, status_message
from fastsig.integrals.methods import CODES, Method, read_nodes
from fastsig.integrals.points import Points, read_points
from fastsig.integrals.sampling_options import read_sampling
from fastsig.integrals.workers import read_workers
from fastsig.signatures.definition import Signature

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fastsig.integrals.on_cuda import Target
    from fastsig.integrals.precise_shape import Precision
    from fastsig.sampling.key import RandomLike

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
    target: "Target" = "cpu",
    copy: bool = False,
    precision: "Precision" = "double",
    digits: int | None = None,
    samples: int | None = None,
    rng: "RandomLike" = None,
    antithetic: bool = False,
    control_variates: int = 0,
    replications: int | None = None,
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
    method, nodes, workers, target, copy
        How and where the Gaussian components are computed: see `fastsig.moments`. (Those without
        sigma come from the CPU, once an activation.)
    precision, digits
        Numbers of more than double precision: see there, too.
    samples, rng, antithetic, control_variates, replications
        Options of methods "monte_carlo" and "sobol": see there, too.

    Returns
    -------
    Signature
        The components with an error and a method each.

    Raises
    ------
    ValueError, TypeError, MemoryError, ImportError, CudaUnavailableError, DigitsNotReachedError
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
    plan = read_sampling(method, samples, rng, antithetic, control_variates, replications)
    on_gpu = target != "cpu" and _on_gpu(target, method, precision, digits, sigma, mean)
    if precision != "double" or digits is not None:
        from fastsig.integrals.many_digits import read_precision, refuse_options

        places = read_precision(precision, digits)
        if places:
            from fastsig.signatures.many_digits import signature_of_many_digits

            refuse_options(method, nodes)
            read_workers(workers)
            return signature_of_many_digits(phi, sigma, mean, precision, places)
    activations, several = resolve_all(phi)
    if on_gpu:
        from fastsig.integrals.on_cuda import check_host_inputs, find_on_cuda

        check_host_inputs(activations, copy, of_moments=plan is None, sigma=sigma, mean=mean)
    kind = None if type(sigma) is type(mean) is float else kind_of(sigma=sigma, mean=mean)
    points = read_points(sigma, mean, rows=2 * len(activations))
    count = read_nodes(method, nodes)
    threads = read_workers(workers)
    if on_gpu:
        means: Found = find_on_cuda(activations, several, COMPONENTS, sigma, mean, plan, copy=copy)
    elif plan is None:
        means = find(activations, several, COMPONENTS, points, method, count, workers=threads)
    else:
        from fastsig.integrals.monte_carlo import find_by_sampling

        means = find_by_sampling(activations, several, COMPONENTS, points, plan, threads)
    found: Found = WithShape(means, activations, several, points)
    which = activations if several else activations[0]
    if points.shape is None and not several:
        return Signature(found, which, points.sigma, points.mean)
    inputs = [_inputs(given, points, len(activations) if several else None) for given in (points.sigma, points.mean)]
    if kind is not None:
        found, inputs = OfKind(found, kind), [kind.array(given) for given in inputs]
    return Signature(found, which, *inputs)


def _on_gpu(target: str, method: object, precision: object, digits: object, sigma: object, mean: object) -> bool:
    from fastsig.integrals.on_cuda import goes_to_cuda

    return goes_to_cuda(target, method, precision, digits, sigma=sigma, mean=mean)


class WithShape(Built):
    """The Gaussian components that were found, and what an activation has without sigma and mean."""

    __slots__ = ("_fixed", "_points", "_several")

    def __init__(self, found: Found, activations: Sequence[Activation], several: bool, points: Points) -> None:
        super().__init__(found)
        self._fixed, self._several, self._points = [_fixed(phi) for phi in activations], several, points
        for one in self._fixed:
            if one.status and not self.status:
                self.status, self.message = one.status, status_message(one.status)
        if not self.status and any(one.message != "ok" for one in self._fixed):  # a slope without a limit, say
            self.message = "; ".join(dict.fromkeys(one.message for one in self._fixed if one.message != "ok"))

    def by_name(self, field: Field) -> dict[str, Any]:
        """Return values, errors or method codes by name."""
        rows = [one.by_name[field] for one in self._fixed]
        spread = self._several or self._points.shape is not None
        return self._found.by_name(field) | (_spread(rows, self._points, self._several) if spread else rows[0])


class Fixed(NamedTuple):
    """What does not depend on sigma."""

    by_name: dict[str, dict[str, Any]]  # values, errors, method codes
    status: int
    message: str


def _fixed(phi: Activation) -> Fixed:
    """Return what does not depend on sigma, computed once."""
    found: Fixed | None = phi._cache.get("fixed")
    if found is None:
        s = shape(phi)
        fields = {
            "value": {name: getattr(s, name) for name in _OF_SHAPE},
            "error": {name: getattr(s, f"{name}_error") for name in _OF_SHAPE},
            "method": {name: CODES[_shape_method(name, s)] for name in _OF_SHAPE},
        }
        found = phi._cache["fixed"] = Fixed(fields, s.status, s.message)
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


def _inputs(values: Any, points: Points, rows: int | None) -> Any:
    """Give sigma or mean the shape of the results; a copy, as the caller's array may change."""
    import numpy as np

    shaped = np.asarray(values).reshape(points.shape or ())
    return shaped.copy() if rows is None else np.broadcast_to(shaped, (rows, *shaped.shape)).copy()
