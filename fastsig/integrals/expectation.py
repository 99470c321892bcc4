"""Expectations of any function of an activation and its derivatives."""

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any, Literal

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.activations.shape import shape
from fastsig.arguments import MOST_PLACES, brief, few, number
from fastsig.array_kinds import kind_of
from fastsig.arrays import FloatArray
from fastsig.integrals.adaptive import integrate
from fastsig.integrals.estimate import Estimate
from fastsig.integrals.functionals import UNKNOWN
from fastsig.integrals.methods import RULES, read_nodes
from fastsig.integrals.on_cuda import as_floats, check_inputs, goes_to_cuda
from fastsig.integrals.points import Points, read_points
from fastsig.integrals.sampled_expectation import sampled_expectation
from fastsig.integrals.sampling_options import SAMPLING_METHODS, read_sampling
from fastsig.targets.cpu import lib, text

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fastsig.integrals.on_cuda import Target
    from fastsig.sampling.key import RandomLike

Integrand = Callable[[FloatArray, FloatArray, FloatArray, FloatArray], Any]


def _read_rule(method: object, nodes: int | None) -> tuple[str, int]:
    known = ("auto", *RULES, *SAMPLING_METHODS)
    if not isinstance(method, str) or method not in known:
        raise ValueError(f"method must be one of {', '.join(map(repr, known))}; got {method!r}")
    rule = "adaptive" if method == "auto" else method
    return rule, read_nodes(rule, nodes)


def expectation(
    function: Integrand,
    phi: ActivationLike,
    sigma: "ArrayLike",
    *,
    mean: "ArrayLike" = 0.0,
    breaks: Sequence[float] = (),
    method: Literal["auto", "adaptive", "gauss_legendre", "tanh_sinh", "monte_carlo", "sobol"] = "auto",
    nodes: int | None = None,
    samples: int | None = None,
    rng: "RandomLike" = None,
    antithetic: bool = False,
    control_variates: int = 0,
    replications: int | None = None,
    target: "Target" = "cpu",
    copy: bool = False,
) -> Estimate:
    """Return E F(Z, phi(x), phi'(x), phi''(x)) at x = mean + sigma Z, Z standard normal.

    Parameters
    ----------
    function : callable
        F(z, phi, dphi, d2phi): takes four float64 arrays of one length, returns
        an array of that length. Jumps of phi' do not show in d2phi.
    phi : Activation or str
        The activation.
    sigma, mean : float or array_like
        Scale, in [0, 1e150], and mean of the input; broadcast.
    breaks : sequence of float, optional
        Places in x where F is not smooth although phi is.
    method : {"auto", "adaptive", "gauss_legendre", "tanh_sinh", "monte_carlo", "sobol"}, optional
        "auto" is adaptive Gauss-Kronrod. "tanh_sinh" is for integrands with integrable
        singularities at `breaks`, such as logarithms; "gauss_legendre" is the fixed
        rule on the pieces with which "adaptive" starts; "monte_carlo" and "sobol" are means over
        samples, which know no breaks.
    nodes : int, optional
        Nodes of "gauss_legendre" on each piece, 1 to 10000 (default 40).
    samples, rng, antithetic, control_variates, replications
        Options of "monte_carlo" and "sobol": see `fastsig.moments`.
    target : {"cpu", "cuda", "auto"}
        Where to compute, as in `fastsig.moments`. On a GPU F is compiled, and called with four numbers: a Python
        function that numba takes, or an njit one. There is one rule, and method is "auto".
    copy : bool, optional
        Let target="cuda" copy arrays of the host to the GPU and results back; and points that are on the GPU to the
        host, where it looks at them. Results are where the points were.

    Returns
    -------
    Estimate
        Value and error, floats or arrays in the shape of the broadcast inputs.
        The error is an estimate that is meant to cover; of means over samples the standard error.

    Raises
    ------
    ValueError
        If F is not finite somewhere, or returns the wrong shape; what the GPU does not do.
    CudaUnavailableError
        target="cuda" without numba-cuda or a GPU.
    Exception
        Whatever F raises.

    Examples
    --------
    >>> import fastsig
    >>> e = fastsig.expectation(lambda z, f, d, s: z * f, "gelu", 1.0)  # Stein: sigma g1
    >>> round(e.value, 12)
    0.5

    A logarithm, E ln abs(Z) = -(gamma + ln 2)/2:

    >>> from math import log
    >>> import numpy as np
    >>> e = fastsig.expectation(
    ...     lambda z, f, d, s: np.log(abs(f)), "identity", 1.0, breaks=(0.0,), method="tanh_sinh"
    ... )
    >>> abs(e.value + (np.euler_gamma + log(2)) / 2) < 1e-14
    True
    """
    on_gpu, there = target != "cpu" and goes_to_cuda(target, method, sigma=sigma, mean=mean), None
    if on_gpu and method != "auto":
        raise ValueError('expectation with target="cuda" takes method="auto", no sampling; moments samples there')
    if on_gpu and check_inputs([resolve(phi)], copy, "expectation looks at points", sigma=sigma, mean=mean):
        from fastsig.integrals.device_inputs import DeviceInputs

        there = DeviceInputs(None, **as_floats(sigma=sigma, mean=mean))
        sigma, mean = there.on_host()
    kind = kind_of(sigma=sigma, mean=mean)
    rule, count = _read_rule(method, nodes)
    plan = read_sampling(method, samples, rng, antithetic, control_variates, replications)
    activation = resolve(phi)
    points = read_points(sigma, mean)
    known = shape(activation)
    exact = activation.exact_derivatives
    rows = 1 if exact else 2
    extra = [number("a break", place) for place in few("breaks", breaks, MOST_PLACES, "(0.0, 1.5)")]
    if not all(abs(place) < float("inf") for place in extra):
        raise ValueError(f"breaks must be finite; got {brief(breaks)}")

    if on_gpu:
        return _on_cuda(function, activation, points, extra, there or kind)

    def outer(z: FloatArray, *values: FloatArray) -> FloatArray:
        result = np.asarray(function(z, *values))
        if result.dtype.kind not in "iufb":
            raise TypeError(f"the function must return real numbers; got {result.dtype}")
        if result.shape not in ((), z.shape):
            raise ValueError(f"the function must return an array of shape {z.shape}; got {result.shape}")
        return np.broadcast_to(result, z.shape).astype(np.float64)

    if plan is not None:
        found_by_samples = sampled_expectation(outer, activation, points, plan)
        if kind is None:
            return found_by_samples
        both: Any = kind.arrays(found_by_samples.value, np.asarray(found_by_samples.error))
        return replace(found_by_samples, value=both[0], error=both[1])

    def integrand(z: FloatArray, x: FloatArray) -> FloatArray:
        if exact:
            return outer(z, *(activation.batch(order, x) for order in range(3)))
        values, errors = zip(*(activation.batch_with_error(order, x) for order in range(3)), strict=True)
        result = outer(z, *values)
        change = np.zeros_like(result)
        for k in range(3):  # what the errors of phi, phi' and phi'' do
            moved = [
                value + error if k == i else value for i, (value, error) in enumerate(zip(values, errors, strict=True))
            ]
            change += np.abs(outer(z, *moved) - result)
        return np.stack([result, np.nan_to_num(change, nan=UNKNOWN, posinf=UNKNOWN)])

    values, errors, nfev, status = [], [], 0, 0
    for scale, centre in points.pairs():
        if scale == 0.0:  # phi is constant, but F may still depend on z

            def at_point(z: FloatArray, x: FloatArray, centre: float = centre) -> FloatArray:
                return integrand(z, np.full_like(z, centre))

            found = integrate(at_point, rows, 1.0, centre, errors_follow=not exact, rule=RULES[rule], nodes=count)
        else:
            found = integrate(
                integrand,
                rows,
                scale,
                centre,
                breaks=[*known.breaks, *extra],
                landmarks=known.landmarks,
                errors_follow=not exact,
                rule=RULES[rule],
                nodes=count,
            )
        values.append(float(found.value[0]))
        errors.append(float(found.error[0]))
        nfev += found.nfev
        status = status or found.status
    value: Any = values[0] if points.shape is None else np.array(values).reshape(points.shape)
    error: Any = errors[0] if points.shape is None else np.array(errors).reshape(points.shape)
    if kind is not None:
        value, error = kind.arrays(value, error)
    return Estimate(value, error, "estimate", rule, nfev, status, text(lib.fastsig_status_message(status)))


def _on_cuda(function: Any, phi: Activation, points: Points, breaks: list[float], kind: Any) -> Estimate:
    """Compute on the GPU; results become arrays of a kind."""
    from fastsig.integrals.cuda_expectation import expectation_on_cuda

    found = expectation_on_cuda(function, phi, points, breaks)
    if kind is None:
        return found
    values, errors = kind.results({"": np.asarray(found.value)}, {"": np.asarray(found.error)})
    return replace(found, value=values[""], error=errors[""])
