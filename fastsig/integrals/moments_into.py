"""The five Gaussian components in the shortest way: no result object, few checks."""

from typing import TYPE_CHECKING, Any

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.integrals.batch import Batch
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.points import read_points
from fastsig.targets.cpu import check, ffi, lib

if TYPE_CHECKING:
    from numpy.typing import ArrayLike

    from fastsig.arrays import FloatArray

_FIVE = ffi.typeof("double[5]")
_natives: dict[str, Any] = {}  # structs of the C library by name


def moments_into(phi: ActivationLike, sigma: "ArrayLike", mean: "ArrayLike", out: "FloatArray") -> None:
    """Write m1, g1, g2, m2, eta of a built-in activation to an array of the caller's.

    The numbers are those of `fastsig.moments`, without their errors.

    Parameters
    ----------
    phi : str or Activation
        A built-in activation.
    sigma, mean : float or ndarray
        As for `fastsig.moments`; sigma in [0, 1e150].
    out : ndarray
        A C-contiguous float64 array that can be written to: of shape (5,), or
        (5, n) for n points. For floats anything that offers a writable buffer of 5
        doubles will do (an array.array, say), and neither its type nor more than its
        length in bytes is checked.

    Raises
    ------
    ValueError
        Unknown name; sigma or mean out of range; out of another size.
    TypeError
        phi is no built-in; out cannot be written to.
    ArithmeticError
        The accuracy was missed; the numbers that were reached are in `out`.

    Examples
    --------
    >>> import numpy as np
    >>> from fastsig.low_level import moments_into
    >>> out = np.empty(5)
    >>> moments_into("tanh", 2.0, 0.0, out)
    >>> float(out[0])
    0.0
    """
    native = _natives.get(phi) if type(phi) is str else phi.native if type(phi) is BuiltIn else None
    if native is None:
        native = _resolve(phi)
    if type(sigma) is float and type(mean) is float:
        status = lib.fastsig_moments_into(native, sigma, mean, ffi.from_buffer(_FIVE, out, True))
        if status:
            check(status, sigma=sigma, mean=mean)
        return
    _several(resolve(phi), sigma, mean, out)


def _resolve(phi: Any) -> Any:
    found = resolve(phi)
    if not isinstance(found, BuiltIn):
        raise TypeError(f"moments_into is for built-in activations; got {found!r}. Use fastsig.moments")
    if isinstance(phi, str):
        _natives[phi] = found.native
    return found.native


def _several(phi: Any, sigma: "ArrayLike", mean: "ArrayLike", out: "FloatArray") -> None:
    from fastsig.integrals.output import Output

    points = read_points(sigma, mean).as_arrays()
    shape = points.shape or ()
    direct = Output(out, COMPONENTS, None, shape, {"sigma": sigma, "mean": mean}).direct
    if direct is None:
        raise ValueError("out must be C-contiguous; fastsig.moments takes strided arrays, too")
    batch = Batch((phi,), COMPONENTS, points, lib.FASTSIG_METHOD_AUTO, 0, 1)
    _, status, _ = batch.run(direct.reshape(batch.shape))
    check(status)
