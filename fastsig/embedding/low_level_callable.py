"""Built-in activations as callbacks that SciPy calls without Python."""

from typing import TYPE_CHECKING, Any

from fastsig.activations.built_in import BuiltIn
from fastsig.activations.registry import ActivationLike, resolve
from fastsig.targets.cpu import ffi, lib

if TYPE_CHECKING:
    from scipy import LowLevelCallable

ORDERS = ("value", "derivative", "second_derivative")


def low_level_callable(phi: ActivationLike, order: str = "value") -> "LowLevelCallable":
    """Return phi, phi' or phi'' as a `scipy.LowLevelCallable`.

    Its signature is ``double (double, void *)``, which scipy.integrate and
    scipy.ndimage call in C, without the interpreter and its lock. Parameters of
    the activation travel in the user data.

    Parameters
    ----------
    phi : Activation or str
        A built-in activation.
    order : {"value", "derivative", "second_derivative"}, optional
        Which function.

    Returns
    -------
    scipy.LowLevelCallable
        It keeps alive what it needs. `fastsig.Activation` accepts it, too.

    Raises
    ------
    TypeError
        If `phi` is no built-in.
    ValueError
        If `order` is none of the three.

    Examples
    --------
    >>> from scipy.integrate import quad
    >>> import fastsig
    >>> slope = fastsig.low_level_callable(fastsig.activation("swish", beta=2), "derivative")
    >>> value, error = quad(slope, 0.0, 1.0)
    >>> abs(value - fastsig.activation("swish", beta=2)(1.0)) < 1e-15  # swish(0) = 0
    True
    """
    built_in = resolve(phi)
    if not isinstance(built_in, BuiltIn):
        raise TypeError(
            f"only built-in activations have C functions; got {built_in!r}. "
            "Compile your own function with numba.cfunc and give its .ctypes to scipy.LowLevelCallable"
        )
    if order not in ORDERS:
        raise ValueError(f"order must be one of {', '.join(map(repr, ORDERS))}; got {order!r}")
    from scipy import LowLevelCallable

    native = built_in.native
    # The cast owns nothing; its destructor holds on to what it points to.
    user_data: Any = ffi.gc(ffi.cast("void *", native), lambda _, owner=native: None)
    return LowLevelCallable(lib.fastsig_activation_callback(ORDERS.index(order)), user_data)
