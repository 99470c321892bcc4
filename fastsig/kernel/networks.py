"""Kernels of infinitely wide networks over depth: NNGP (its outputs at initialisation) and NTK (its training).

Layer l of a network of width n -> infinity has preactivations h = sigma_w W phi(h')/sqrt(n) + sigma_b b with standard
normal W and b (NTK parametrisation). Over random weights they are Gaussian with covariance

    K_0 = sigma_b^2 + sigma_w^2 x.y/d,    K_l = sigma_b^2 + sigma_w^2 E phi(X) phi(Y),  (X, Y) ~ N(0, K_{l-1}),

(Lee et al., arXiv 1711.00165; Matthews et al., arXiv 1804.11271), and gradients with respect to all weights and biases
have the inner products T_0 = K_0, T_l = K_l + sigma_w^2 T_{l-1} E phi'(X) phi'(Y) (Jacot, Gabriel and Hongler,
arXiv 1806.07572).
"""

from typing import TYPE_CHECKING, Any, NamedTuple, SupportsIndex

import numpy as np

from fastsig.activations.definition import Activation
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.arguments import array, check_memory, number, whole_number
from fastsig.arrays import FloatArray
from fastsig.integrals.estimate import Estimate
from fastsig.integrals.gaussian_moments import moments
from fastsig.kernel.covariances import LARGEST_VARIANCE, Covariances, IntArray
from fastsig.kernel.dual_activation import ACCURACY, means
from fastsig.kernel.moved_slopes import moved_slopes

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

MOST_LAYERS = 10_000


def nngp(
    phi: ActivationLike, depth: SupportsIndex, inputs: "ArrayLike", *, sigma_w: float = 1.0, sigma_b: float = 0.0
) -> Estimate:
    """Return the covariance of the preactivations of an infinitely wide network, layer by layer (NNGP).

    The recursion of Lee et al. (arXiv 1711.00165) and Matthews et al. (arXiv 1804.11271).

    Parameters
    ----------
    phi : Activation or str
        The activation of all hidden layers.
    depth : int
        Number of hidden layers, 0 to 10000.
    inputs : array_like, shape (m, d)
        The inputs, one a row.
    sigma_w, sigma_b : float
        Standard deviations of weights (times the square root of the number of inputs of a neuron) and of biases.

    Returns
    -------
    Estimate
        `value` has shape (depth + 1, m, m): K_l after l hidden layers; `error` likewise, the errors of the
        layers before carried along to first order.

    Raises
    ------
    ValueError
        If variances leave [0, 1e150]: the network blows up. Also for inputs that are not finite or not of shape (m, d).

    Examples
    --------
    >>> import fastsig
    >>> k = fastsig.kernel.nngp("relu", 2, [[1.0, 0.0], [0.0, 1.0]], sigma_w=2**0.5)
    >>> k.value[:, 0, 0].round(12)  # sigma_w = sqrt 2 keeps the variance of relu, |x|^2/d twice
    array([1., 1., 1.])
    >>> k.value[:, 0, 1].round(6)  # and inputs come closer
    array([0.      , 0.31831 , 0.493731])
    """
    return _recursion(phi, depth, inputs, sigma_w, sigma_b, tangent=False)[0]


def ntk(
    phi: ActivationLike, depth: SupportsIndex, inputs: "ArrayLike", *, sigma_w: float = 1.0, sigma_b: float = 0.0
) -> Estimate:
    """Return the neural tangent kernel of an infinitely wide network, layer by layer.

    The recursion of Jacot, Gabriel and Hongler (arXiv 1806.07572), with the gradients with respect to all weights and
    biases. Where phi' jumps it is as sensitive to a correlation near 1 as the square root of its rounding: the errors
    of nearly equal inputs, and of collinear ones, say so (about 1e-8). Equal inputs are one input.

    Parameters
    ----------
    phi, depth, inputs, sigma_w, sigma_b
        As in `nngp`.

    Returns
    -------
    Estimate
        As that of `nngp`: `value[l]` is the kernel of a network with l hidden layers.

    Raises
    ------
    ValueError
        If variances leave [0, 1e150]: the network blows up. Also for inputs that are not finite or not of shape (m, d).

    Examples
    --------
    >>> import fastsig
    >>> t = fastsig.kernel.ntk("relu", 2, [[1.0, 0.0]], sigma_w=2**0.5)
    >>> t.value[:, 0, 0].round(12)  # one more a layer
    array([1., 2., 3.])
    """
    return _recursion(phi, depth, inputs, sigma_w, sigma_b, tangent=True)[1]


class _Layer(NamedTuple):
    """Variances by input, covariances by pair, the tangent kernel, and their errors."""

    covariance: FloatArray
    error: FloatArray
    tangent: FloatArray
    tangent_error: FloatArray


def _recursion(
    phi: ActivationLike, depth: SupportsIndex, inputs: Any, sigma_w: float, sigma_b: float, *, tangent: bool
) -> tuple[Estimate, Estimate]:
    activation = resolve(phi)
    layers = whole_number("depth", depth, 0, MOST_LAYERS)
    x = array("inputs", inputs)
    if x.ndim != 2 or 0 in x.shape or not np.isfinite(x).all():
        raise ValueError(f"inputs must be finite numbers in an array of shape (m, d); got shape {x.shape}")
    check_memory((layers + 1, x.shape[0], x.shape[0]), 4 * 8)
    # Equal inputs are one input: their correlation is 1 without rounding, to which slopes at kinks are sensitive.
    x, same = np.unique(x + 0.0, axis=0, return_inverse=True)
    w2, b2 = (_square("sigma_w", sigma_w), _square("sigma_b", sigma_b))
    m = x.shape[0]
    rows, columns = (index.astype(np.int64) for index in np.triu_indices(m))
    first = b2 + w2 * (x @ x.T)[rows, columns] / x.shape[1]
    rounding = (x.shape[1] + 8) * 2.0**-53
    norms = np.sqrt(np.einsum("ij,ij->i", x, x))
    first_error = rounding * (b2 + w2 * norms[rows] * norms[columns] / x.shape[1])
    now = _Layer(first, first_error, first, first_error)
    diagonal = np.flatnonzero(rows == columns).astype(np.int64)
    found, methods, nfev, missed = [now], set[str](), 0, 0
    for layer in range(layers):
        now, method, used, bad = _next(activation, now, rows, columns, diagonal, w2, b2, tangent, layer)
        found.append(now)
        methods.add(method)
        nfev, missed = nfev + used, missed + bad

    def whole(field: str) -> FloatArray:
        result = np.empty((layers + 1, m, m))
        for layer, one in enumerate(found):
            result[layer, rows, columns] = result[layer, columns, rows] = getattr(one, field)
        return result[:, same.ravel()[:, None], same.ravel()]

    status = int(missed > 0)
    message = f"{missed} means missed the goal of {ACCURACY:g}" if missed else "ok"
    rest: Any = ("estimate", "+".join(sorted(methods)), nfev, status, message)
    return (
        Estimate(whole("covariance"), whole("error"), *rest),
        Estimate(whole("tangent"), whole("tangent_error"), *rest),
    )


def _square(name: str, value: float) -> float:
    read = number(name, value)
    if not 0.0 <= read <= 1e70:
        raise ValueError(f"{name} must be in [0, 1e70]; got {value!r}")
    return read * read


def _next(
    phi: Activation,
    now: _Layer,
    rows: IntArray,
    columns: IntArray,
    diagonal: IntArray,
    w2: float,
    b2: float,
    tangent: bool,
    layer: int,
) -> tuple[_Layer, str, int, int]:
    """Go one layer deeper: the layer, methods, numbers of evaluations and of means that missed their goal."""
    q, q_error = now.covariance[diagonal], now.error[diagonal]
    if not (q.max() <= LARGEST_VARIANCE and np.isfinite(now.tangent).all()):
        raise ValueError(
            f"variances exceed {LARGEST_VARIANCE:g} after {layer} hidden layers: take fewer or smaller weights"
        )
    qx, qy = q[rows], q[columns]
    product = np.sqrt(qx) * np.sqrt(qy)
    rho = np.clip(np.divide(now.covariance, product, out=np.zeros_like(product), where=product > 0.0), -1.0, 1.0)
    rho[diagonal] = 1.0
    at = Covariances(np.maximum(qx, qy), np.minimum(qx, qy), rho, rho.shape, None)
    values, slopes = means(phi, 0, at), means(phi, 1, at)
    # dK/dc = E phi' phi'; dK/dq at fixed rho is at most sqrt(E phi'(X)^2 U^2 E phi(Y)^2/q)/2, to first order; on the
    # diagonal it is eta/q.
    s = np.sqrt(q)
    sizes = moments(phi, s, which=("m2", "g2", "g2z2", "eta"))
    steep = np.sqrt(np.divide(sizes.g2z2, q, out=np.zeros_like(q), where=q > 0.0))
    relative = np.divide(q_error, q, out=np.zeros_like(q), where=q > 0.0)
    root, both = np.sqrt(sizes.m2), 0.5 * (relative[rows] + relative[columns])
    # In units of sqrt(qx qy), with what rounding does to rho; where the inputs are the same, rho is 1.
    rho_error = np.divide(now.error, product, out=np.zeros_like(product), where=product > 0.0)
    rho_error += np.abs(rho) * (both + 4 * 2.0**-53)
    rho_error[diagonal] = 0.0
    rms = np.sqrt(sizes.g2)
    steepest = rms[rows] * rms[columns]
    slope_error = slopes.error + moved_slopes(phi, s, rms, relative, rho, rho_error, rows, columns)
    with np.errstate(invalid="ignore"):
        largest = np.where(rho_error > 0.0, np.fmin(np.abs(slopes.value) + slope_error, steepest), 0.0)
    moved = product * rho_error * largest
    moved += 0.5 * (steep * q_error)[rows] * root[columns] + 0.5 * (steep * q_error)[columns] * root[rows]
    moved[diagonal] = np.abs(sizes.eta) * relative
    covariance = b2 + w2 * values.value
    error = w2 * (values.error + moved) + 4 * 2.0**-53 * np.abs(covariance)
    theta, theta_error = covariance, error
    if tangent:
        theta = covariance + w2 * now.tangent * slopes.value
        grown = np.multiply(np.abs(now.tangent), slope_error, out=np.zeros_like(theta), where=now.tangent != 0.0)
        theta_error = error + w2 * ((np.abs(slopes.value) + slope_error) * now.tangent_error + grown)
        theta_error += 4 * 2.0**-53 * np.abs(theta)
    missed = values.missed + slopes.missed
    method = "+".join(sorted({*values.method.split("+"), *slopes.method.split("+")}))
    return _Layer(covariance, error, theta, theta_error), method, values.nfev + slopes.nfev, missed
