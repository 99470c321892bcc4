"""What users bring as a function, made into one batch function of float64 arrays.

Accepted: Python callables of a float or of an array, numba functions and
cfuncs, `scipy.LowLevelCallable`, cffi and ctypes function pointers.
"""

from collections.abc import Callable
from typing import Any

import numpy as np

from fastsig.activations.elementwise import elementwise
from fastsig.arrays import FloatArray
from fastsig.targets.cpu import check, ffi, lib

Batch = Callable[[FloatArray], FloatArray]

# Signatures of scipy.LowLevelCallable, without spaces.
_SIGNATURES = {
    "double(double)": lib.FASTSIG_SIGNATURE_D_D,
    "double(double,void*)": lib.FASTSIG_SIGNATURE_D_DP,
    "double(int,double*)": lib.FASTSIG_SIGNATURE_D_ID,
    "double(int,double*,void*)": lib.FASTSIG_SIGNATURE_D_IDP,
}
_PROBE = np.array([-0.71, 0.37, 1.19])


def as_batch(function: Any, role: str) -> Batch:
    """Return a batch function for whatever a user gave.

    The result takes a float64 array, which it may not change, and returns a new
    float64 array of the same shape.

    Parameters
    ----------
    function
        What the user gave.
    role : str
        What it is for ("value", "derivative"), for messages.

    Raises
    ------
    TypeError
        If it is none of the accepted kinds, or returns no real numbers.
    ValueError
        If it returns the wrong shape, does not act on each element by itself, or is a null pointer.
    Exception
        Whatever the function itself raises at ordinary points.
    """
    pointer = _as_pointer(function)
    if pointer is not None:
        if pointer[0] == ffi.NULL:
            raise ValueError(f"{role} is a null pointer, no function; load the library that has it first")
        return _pointer_batch(function, *pointer)
    if not callable(function):
        raise TypeError(
            f"{role} must be a function of a float or an array, a numba function, a LowLevelCallable or a C "
            f"function pointer; got {function!r}"
        )
    return (
        elementwise(_array_batch(function, role), role)
        if _takes_arrays(function, role)
        else _scalar_batch(function, role)
    )


def _real(result: Any, shape: tuple[int, ...], role: str) -> FloatArray:
    values = np.asarray(result)
    if values.dtype.kind not in "iufb":
        raise TypeError(f"{role} must return real numbers; got {values.dtype} ({result!r:.80})")
    if values.shape != shape:
        raise ValueError(f"{role} must return an array of the shape of its input, {shape}; got shape {values.shape}")
    return values.astype(np.float64)


def _takes_arrays(function: Callable[..., Any], role: str) -> bool:
    """Whether a callable maps arrays; scalar code raises or returns one number."""
    try:
        with np.errstate(all="ignore"):
            result = np.asarray(function(_PROBE.copy()))
    except (TypeError, ValueError, AttributeError, IndexError):
        return False
    except Exception as error:
        if type(error).__module__.startswith("numba"):  # it does not compile for arrays
            return False
        raise
    if result.ndim == 0:
        return False
    _real(result, _PROBE.shape, role)
    return True


def _array_batch(function: Callable[..., Any], role: str) -> Batch:
    def batch(x: FloatArray) -> FloatArray:
        return _real(function(x.copy()), x.shape, role)

    return batch


def _scalar_batch(function: Callable[..., Any], role: str) -> Batch:
    def batch(x: FloatArray) -> FloatArray:
        result = np.empty(x.shape)
        flat = result.reshape(-1)
        for i, point in enumerate(x.ravel().tolist()):
            value = function(point)
            if type(value) is not float:
                value = _real(value, (), role)[()]
            flat[i] = value
        return result

    batch(_PROBE[:1])  # the function's own exception comes out here
    return batch


def _as_pointer(function: Any) -> tuple[Any, int, Any] | None:
    """Address, signature and user data of a C function, or None."""
    kind = type(function)
    if kind.__name__ == "LowLevelCallable" and kind.__module__.startswith("scipy."):
        return _low_level(function)
    if isinstance(function, ffi.CData):
        if ffi.typeof(function).kind != "function":
            raise TypeError(f"a cffi object must be a function pointer double (*)(double); got {function!r}")
        return ffi.cast("void *", function), _signature(ffi.typeof(function).cname.replace("(*)", "")), ffi.NULL
    if kind.__module__ == "numba.core.ccallback":  # numba.cfunc
        return ffi.cast("void *", function.address), _numba_signature(function), ffi.NULL
    import ctypes

    if isinstance(function, ctypes._CFuncPtr):  # type: ignore[attr-defined]
        if function.restype is not ctypes.c_double or list(function.argtypes or []) != [ctypes.c_double]:
            raise TypeError("a ctypes function needs restype = c_double and argtypes = [c_double]")
        address = ctypes.cast(function, ctypes.c_void_p).value
        return ffi.cast("void *", address), lib.FASTSIG_SIGNATURE_D_D, ffi.NULL
    return None


def _signature(text: str) -> int:
    plain = "".join(text.split())
    if plain not in _SIGNATURES:
        raise TypeError(f"a C function must have one of the signatures {', '.join(_SIGNATURES)}; got {text!r}")
    return int(_SIGNATURES[plain])


def _numba_signature(function: Any) -> int:
    names = [str(a) for a in function._sig.args]
    if str(function._sig.return_type) != "float64" or names != ["float64"]:
        raise TypeError(f"a cfunc must have the signature float64(float64); got {function._sig}")
    return int(lib.FASTSIG_SIGNATURE_D_D)


def _low_level(function: Any) -> tuple[Any, int, Any]:
    import ctypes

    capsule = tuple.__getitem__(function, 0)
    api = ctypes.pythonapi
    api.PyCapsule_GetName.restype = ctypes.c_char_p
    api.PyCapsule_GetName.argtypes = [ctypes.py_object]
    api.PyCapsule_GetPointer.restype = api.PyCapsule_GetContext.restype = ctypes.c_void_p
    api.PyCapsule_GetPointer.argtypes = [ctypes.py_object, ctypes.c_char_p]
    api.PyCapsule_GetContext.argtypes = [ctypes.py_object]
    name = api.PyCapsule_GetName(capsule)
    address = api.PyCapsule_GetPointer(capsule, name)
    data = api.PyCapsule_GetContext(capsule)
    return ffi.cast("void *", address), _signature(function.signature), ffi.cast("void *", data or 0)


def _pointer_batch(owner: Any, address: Any, signature: int, data: Any) -> Batch:
    def batch(x: FloatArray) -> FloatArray:
        points = np.ascontiguousarray(x)
        result = np.empty(points.shape)
        buffers = ffi.from_buffer("double[]", points), ffi.from_buffer("double[]", result)
        check(lib.fastsig_apply(address, signature, data, points.size, *buffers))
        return result

    batch.owner = owner  # type: ignore[attr-defined]  # keeps the function alive
    return batch
