"""Arrays of other libraries: read as NumPy's, and results made into the same kind.

A library is known by the array namespace of its arrays (the Python array API
standard: JAX and others have ``__array_namespace__``); torch is its own
namespace. Arrays without one, but with ``__array__`` or ``__dlpack__``, are
read, and results are NumPy's. Nothing here imports a library.
"""

import sys
from collections.abc import Mapping
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

# DLPack's numbers of devices whose memory the CPU reads in place: CPU, CUDA host
# and managed memory, ROCm host memory (dlpack.h).
_CPU_DEVICES = (1, 3, 11, 13)


class ArrayKind(NamedTuple):
    """The library that made an array, and where it lives."""

    namespace: Any
    device: Any

    @property
    def name(self) -> str:
        """The library, for messages."""
        return str(self.namespace.__name__).partition(".")[0]

    def array(self, values: "FloatArray") -> Any:
        """Return values as an array of this kind (JAX in its 32-bit mode rounds them)."""
        return self.namespace.asarray(values, device=self.device)

    def arrays(self, values: "FloatArray", errors: "FloatArray") -> tuple[Any, Any]:
        """Return values and their errors as arrays of this kind; what rounding does is added to the errors."""
        import numpy as np

        converted = self.array(values)
        kept = np.asarray(converted)
        if kept.dtype == np.float64:
            return converted, self.array(errors)
        with np.errstate(over="ignore", invalid="ignore"):
            wider = errors + np.where(np.isfinite(kept), np.abs(kept - values), 0.0)
            wider = np.where(np.isfinite(values) & ~np.isfinite(kept), np.inf, wider)  # beyond the largest
            upwards = np.nextafter(wider.astype(kept.dtype), kept.dtype.type(np.inf))
        return converted, self.array(np.where(wider == 0.0, 0.0, upwards))

    def results(self, values: Mapping[str, Any], errors: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, Any]]:
        """Return values and errors by name as arrays of this kind, as in `arrays`."""
        pairs = {name: self.arrays(value, errors[name]) for name, value in values.items()}
        return {name: pair[0] for name, pair in pairs.items()}, {name: pair[1] for name, pair in pairs.items()}


def _is_torch(value: object) -> bool:
    torch = sys.modules.get("torch")
    return torch is not None and isinstance(value, torch.Tensor)


def kind_of(**inputs: Any) -> ArrayKind | None:
    """Return the kind that results get: that of the inputs that have one, None for NumPy.

    Parameters
    ----------
    **inputs
        Arguments of a function, by name.

    Raises
    ------
    TypeError
        If two inputs come from different libraries.
    """
    found: dict[str, ArrayKind] = {}
    for name, value in inputs.items():
        if type(value) is float or type(value).__module__ == "numpy":
            continue
        if _is_torch(value):
            found[name] = ArrayKind(sys.modules["torch"], value.device)
        elif hasattr(value, "__array_namespace__"):
            found[name] = ArrayKind(value.__array_namespace__(), getattr(value, "device", None))
    kinds = {kind.name: f"{name} of {kind.name}" for name, kind in found.items()}
    if len(kinds) > 1:
        raise TypeError(f"arrays must come from one library; got {' and '.join(kinds.values())}: convert one of them")
    return next(iter(found.values()), None)


def as_numpy(name: str, value: Any) -> Any:
    """Return what NumPy makes of an argument.

    Raises
    ------
    ValueError
        If an array lives on another device than the CPU, or is part of a torch
        graph: nothing is copied between devices or detached silently. If the rows
        of a list differ in length. If elements are masked.
    """
    import numpy as np

    if type(value) is np.ndarray:
        return value
    if np.ma.is_masked(value):
        raise ValueError(f"{name} has masked elements; give {name}.compressed(), or .filled() with a number")
    if _is_torch(value):
        if value.requires_grad:
            raise ValueError(f"{name} requires gradients, which fastsig does not pass on; give {name}.detach()")
        if value.device.type != "cpu":
            raise _elsewhere(name, value.device)
        if value.is_floating_point():
            value = value.double()  # NumPy has no bfloat16
        return value.numpy(force=True)  # resolves views that torch negates lazily; no copy otherwise
    if hasattr(value, "__dlpack_device__"):
        _check_device(name, value)
        if not hasattr(value, "__array__"):
            return np.from_dlpack(value)
    try:
        result = np.asarray(value)
    except ValueError:
        if not isinstance(value, (list, tuple)):
            raise
        raise ValueError(f"{name} must be an array of numbers: its rows must have the same length") from None
    # JAX's bfloat16 is an extension type of NumPy, of no kind that NumPy knows.
    return result.astype(np.float64) if result.dtype.kind == "V" and "float" in result.dtype.name else result


def _check_device(name: str, value: Any) -> None:
    try:
        kind, number = value.__dlpack_device__()
    except BufferError:  # JAX: spread over several devices
        raise _elsewhere(name, getattr(value, "device", "several")) from None
    if kind not in _CPU_DEVICES:
        raise _elsewhere(name, getattr(value, "device", f"{int(kind)}:{int(number)} of DLPack"))


def _elsewhere(name: str, device: object) -> ValueError:
    return ValueError(
        f"{name} is on the device {device}; fastsig computes on the CPU and copies nothing between devices by itself: "
        "move it first, with .cpu() in torch or jax.device_put(..., jax.devices('cpu')[0]) in JAX"
    )
