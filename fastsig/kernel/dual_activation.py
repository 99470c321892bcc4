"""Dual activations: E phi(X) phi(Y) and E phi'(X) phi'(Y) of two correlated Gaussians."""

import math
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import is_number
from fastsig.arrays import FloatArray
from fastsig.integrals.estimate import Estimate
from fastsig.integrals.gaussian_moments import moments
from fastsig.integrals.on_cuda import check_inputs, chosen
from fastsig.kernel.closed_forms import closed_form, has_closed_form
from fastsig.kernel.covariances import Covariances, read_covariances, read_number
from fastsig.kernel.hermite_table import FARTHEST, MANY, hermite_table
from fastsig.kernel.lattice import ACCURACY as LATTICE_ACCURACY
from fastsig.kernel.lattice import lattice
from fastsig.kernel.panels import panel_means

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fastsig.integrals.on_cuda import Target

ACCURACY = 1e-12  # relative to sqrt(K(x, x) K(y, y)): beyond it a result is not a success
_CHUNK = 10_000
_FIELDS = {"qx": "q1", "qy": "q2", "rho": "rho"}  # of `Covariances`


def dual(
    phi: ActivationLike,
    qx: "ArrayLike",
    qy: "ArrayLike",
    rho: "ArrayLike",
    *,
    target: "Target" = "cpu",
    copy: bool = False,
    stream: Any = None,
) -> Estimate:
    """Return the dual activation K = E phi(X) phi(Y).

    X and Y are centred Gaussians with variances qx and qy and correlation rho. It is what one layer of an
    infinitely wide network does to the covariance of two inputs (Cho and Saul, NeurIPS 2009; Daniely, Frostig
    and Singer, arXiv 1602.05897).

    Parameters
    ----------
    phi : Activation or str
        The activation.
    qx, qy : float or array_like
        Variances, in [0, 1e150]. A variance of 0 is the point mass at 0.
    rho : float or array_like
        Correlation, in [-1, 1], the ends included; all three broadcast.
    target : {"cpu", "cuda", "auto"}
        Where to compute, as in `fastsig.moments`; on a GPU, by panels.
    copy : bool, optional
        Let target="cuda" copy arrays of the host to the GPU and results back. Contiguous arrays of 64-bit floats
        that are there, of one shape, are read in place, and results stay there; the host waits for the number of
        panels and reads a few kilobytes. What is no covariance there gives NaN.
    stream : stream, optional
        What work at points on the GPU is queued on: a stream of numba, CuPy or torch, or its address.

    Returns
    -------
    Estimate
        Value and error, floats or arrays in the shape of the broadcast inputs. Errors are absolute, estimates
        that are meant to cover; the goal is 1e-12 of sqrt(K(x, x) K(y, y)), and `success` says whether it was reached.

    Raises
    ------
    ValueError
        A variance outside of [0, 1e150], a correlation outside of [-1, 1], shapes that do not broadcast, an unknown
        name.
    TypeError
        What is no real number.

    Examples
    --------
    >>> import math
    >>> import fastsig
    >>> k = fastsig.kernel.dual("relu", 1.0, 1.0, 0.5)  # Cho and Saul's arc-cosine kernel
    >>> abs(k.value - (math.sqrt(0.75) + 0.5 * (math.pi - math.acos(0.5))) / (2 * math.pi)) < 1e-15
    True
    >>> k = fastsig.kernel.dual("mish", 1.0, [1.0, 4.0], 1.0)
    >>> k.value.round(12).tolist()
    [0.452342192376, 0.927400038311]
    """
    return _dual(phi, 0, qx, qy, rho, target, copy, stream)


def dual_derivative(
    phi: ActivationLike,
    qx: "ArrayLike",
    qy: "ArrayLike",
    rho: "ArrayLike",
    *,
    target: "Target" = "cpu",
    copy: bool = False,
    stream: Any = None,
) -> Estimate:
    """Return the derivative dual E phi'(X) phi'(Y).

    The kernel of gradients (Jacot, Gabriel and Hongler, arXiv 1806.07572; Daniely, Frostig and Singer, arXiv
    1602.05897).

    d K/d rho = sqrt(qx qy) times it, K the dual activation. Parameters and result are those of `dual`, with
    errors relative to sqrt(E phi'(X)^2 E phi'(Y)^2). At a kink of phi the value of phi' does not matter, unless a
    variance is 0.

    Raises
    ------
    ValueError
        As for `dual`.
    TypeError
        As for `dual`.

    Examples
    --------
    >>> import fastsig
    >>> round(fastsig.kernel.dual_derivative("relu", 1.0, 2.0, 0.0).value, 12)
    0.25
    """
    return _dual(phi, 1, qx, qy, rho, target, copy, stream)


def _dual(
    phi: ActivationLike,
    order: int,
    qx: "ArrayLike",
    qy: "ArrayLike",
    rho: "ArrayLike",
    target: str,
    copy: bool,
    stream: Any,
) -> Estimate:
    activation = resolve(phi)
    given: dict[str, Any] = {"qx": qx, "qy": qy, "rho": rho}
    on_gpu = target != "cpu" and chosen(target, **given) == "cuda"
    there = on_gpu and check_inputs([activation], copy, **given)
    if stream is not None and not there:
        raise ValueError("stream= goes with points that are on the GPU")
    if there:
        return _dual_on_device(activation, order, given, stream)
    at = read_covariances(qx, qy, rho)
    found = (means_on_cuda if on_gpu else means)(activation, order, at)
    values, errors = at.arranged(found.value), at.arranged(found.error)
    if at.kind is not None:
        values, errors = at.kind.arrays(np.asarray(values), np.asarray(errors))
    return Estimate(values, errors, "estimate", found.method, found.nfev, *_outcome(found.missed, at.rho.size))


def _outcome(missed: int, count: int) -> tuple[int, str]:
    """Return status and message."""
    return int(missed > 0), f"{missed} of {count} numbers missed the goal of {ACCURACY:g}" if missed else "ok"


def _dual_on_device(phi: Activation, order: int, given: "dict[str, Any]", stream: Any) -> Estimate:
    """At points on the GPU, where the results stay."""
    from fastsig.integrals.device_inputs import DeviceInputs
    from fastsig.kernel import cuda_dual

    inputs: dict[str, Any] = {name: read_number(name, x) if is_number(x) else x for name, x in given.items()}
    at = DeviceInputs(stream, **inputs)
    found = cuda_dual.means_on_cuda(phi, order, at, ACCURACY)
    value, error = at.result([found.value]), at.result([found.error])
    return Estimate(value, error, "estimate", "panels", found.nfev, *_outcome(found.missed, at.size))


class Means(NamedTuple):
    """Means of f(X) f(Y) at many points."""

    value: FloatArray
    error: FloatArray
    missed: int  # how many missed the goal
    nfev: int
    method: str


def means(phi: Activation, order: int, at: Covariances) -> Means:
    """Compute E f(X) f(Y), f = phi (order 0) or phi' (1): in closed form, else by a lattice, else by panels."""
    count = at.rho.size
    value, error = np.zeros(count), np.zeros(count)
    missed = np.zeros(count, dtype=bool)
    left: NDArray[np.bool_] = np.ones(count, dtype=bool)
    methods, nfev = [], 0
    if has_closed_form(phi, order):
        # A point mass on a kink: what phi' is there is up to its formula.
        left = (at.q2 == 0.0) & (order > 0)
        value, error = closed_form(phi, order, at)
        methods += ["closed_form"] if not left.all() else []
    elif (found := lattice(phi, order)) is not None:
        s1, s2 = np.sqrt(at.q1), np.sqrt(at.q2)
        left = ~found.serves(s1, s2)
        quick = ~left & (np.abs(at.rho) <= FARTHEST)
        table = hermite_table(phi, order) if quick.sum() >= MANY else None
        quick &= np.zeros_like(quick) if table is None else table.serves(s1) & table.serves(s2)
        for name, served in (("hermite", np.flatnonzero(quick)), ("lattice", np.flatnonzero(~left & ~quick))):
            for start in range(0, served.size, _CHUNK):  # in between, Ctrl-C is heard
                part = served[start : start + _CHUNK]
                if table is not None and name == "hermite":
                    value[part] = table.sums(s1[part], s2[part], at.rho[part])
                else:
                    value[part], used = found.sums(s1[part], s2[part], at.rho[part])
                    nfev += used
                error[part] = LATTICE_ACCURACY * _size(phi, order, s1[part], s2[part])
            methods += [name] if served.size else []
    for i in np.flatnonzero(left).tolist():
        one = panel_means(phi, order, math.sqrt(at.q1[i]), math.sqrt(at.q2[i]), float(at.rho[i]))
        value[i], error[i], missed[i] = one.values[0], one.error, not one.error <= ACCURACY * one.size
        nfev += one.nfev
    methods += ["panels"] if left.any() else []
    return Means(value, error, int(missed.sum()), nfev, "+".join(methods))


def means_on_cuda(phi: Activation, order: int, at: Covariances) -> Means:
    """Compute E f(X) f(Y) on the GPU, and copy there and back."""
    from fastsig.integrals.device_inputs import DeviceInputs
    from fastsig.kernel import cuda_dual
    from fastsig.targets.cuda import on_device, on_host

    inputs = DeviceInputs(None, **{name: on_device(getattr(at, field)) for name, field in _FIELDS.items()})
    found = cuda_dual.means_on_cuda(phi, order, inputs, ACCURACY)
    return Means(on_host(found.value), on_host(found.error), found.missed, found.nfev, "panels")


def _size(phi: Activation, order: int, s1: FloatArray, s2: FloatArray) -> FloatArray:
    """sqrt(E f(X)^2 E f(Y)^2)."""
    name = ("m2", "g2")[order]
    squares = [np.asarray(moments(phi, s, which=(name,))[name]) for s in (s1, s2)]
    result: FloatArray = np.sqrt(squares[0]) * np.sqrt(squares[1])
    return result
