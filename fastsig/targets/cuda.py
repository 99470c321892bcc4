"""The CUDA target: the only module that knows numba.cuda.

One block is one warp, so that a barrier costs next to nothing; sums over lanes go through shared memory, which
numba's simulator has, too (it has no shuffles).
"""

import math
from collections.abc import Callable, Mapping
from functools import lru_cache
from importlib.metadata import PackageNotFoundError, version
from types import FunctionType
from typing import Any

from fastsig.errors import CudaUnavailableError
from fastsig.targets import warp
from fastsig.targets.dlpack import OF_NUMBA, Exported
from fastsig.targets.scalar import Done, as_written, compile_source, in_single, summary
from fastsig.targets.warp import DOUBLE, Device, Five

INSTALL = "pip install 'fastsig[cuda]'"
# More would let fewer than 32 warps run on a multiprocessor at once; tests prove that nothing spills.
MOST_REGISTERS = 64
FEWEST_WARPS = 128  # numba warns of fewer
LEGACY_DEFAULT_STREAM = 1  # its address in DLPack, where 0 is ambiguous

Source = Any  # a function; mypy has another type for each
Parts = Mapping[Source, Source]


def missing() -> str | None:
    """Return why CUDA cannot be used and what to do, or None; imports nothing where numba-cuda is not installed."""
    try:
        version("numba-cuda")
    except PackageNotFoundError:
        return f"numba-cuda is not installed: {INSTALL} (and an NVIDIA GPU is needed)"
    try:
        from numba import cuda
    except (ImportError, RuntimeError) as error:  # a library of the toolkit is missing
        return f"numba.cuda cannot be imported ({_summary(error)}): {INSTALL}"
    if cuda.is_available():
        return None
    return f"no usable GPU ({_summary(cuda.cuda_error())}): an NVIDIA GPU and its driver, 580 or later, are needed"


def _summary(error: object) -> str:
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return lines[0].rstrip(".") if lines else type(error).__name__


def require() -> None:
    """Raise CudaUnavailableError where CUDA cannot be used."""
    if reason := missing():
        raise CudaUnavailableError(f'target="cuda" cannot be used here: {reason}; target="cpu" needs nothing')


# What kernels ask of their lanes; `Device` becomes numba.cuda, or what the simulator puts in its place.


def _lane() -> int:
    return Device.threadIdx.x  # type: ignore[no-any-return]


def _warp() -> int:
    return Device.blockIdx.x  # type: ignore[no-any-return]


def _barrier() -> None:
    Device.syncthreads()


def _sums_over_lanes(a: float, b: float, c: float, d: float, e: float) -> Five:
    at = Device.shared.array(160, DOUBLE)
    i = Device.threadIdx.x
    at[i], at[i + 32], at[i + 64], at[i + 96], at[i + 128] = a, b, c, d, e
    Device.syncthreads()
    half = 16
    while half > 0:
        if i < half:
            for k in range(5):
                at[32 * k + i] += at[32 * k + i + half]
        Device.syncthreads()
        half //= 2
    return at[0], at[32], at[64], at[96], at[128]


def _product_error(x: float, y: float, product: float) -> float:
    error = Device.fma(x, y, -product)
    return error if math.isfinite(error) else 0.0


_PLACES: dict[Source, Source] = {
    warp.lane: _lane,
    warp.warp: _warp,
    warp.barrier: _barrier,
    warp.sums_over_lanes: _sums_over_lanes,
    warp.product_error: _product_error,
}


@lru_cache(maxsize=2)
def _device_functions(single: bool) -> Done:
    from numba import cuda, float32, float64

    device, constants = cuda.jit(device=True), in_single if single else as_written
    done: Done = {Device: cuda, DOUBLE: float64} | ({DOUBLE: float32, float: float32} if single else {})
    return done | {place: compile_source(source, device, done, constants) for place, source in _PLACES.items()}


@lru_cache(maxsize=64)
def _functions_with(parts: tuple[tuple[Source, Source], ...], single: bool) -> Done:
    """Return device functions with `parts` in their places; kernels of one activation share them, compiled once."""
    from numba import cuda

    done, constants = dict(_device_functions(single)), in_single if single else as_written
    for place, function in parts:
        done[place] = compile_source(function, cuda.jit(device=True), done, constants)
    return done


def _linked(source: Source, parts: Parts, single: bool) -> FunctionType:
    """Return the kernel with device functions in the places of what it calls."""
    from numba import cuda

    device = cuda.jit(device=True)
    linked: FunctionType = compile_source(
        source,
        lambda f: f if f.__name__ == source.__name__ else device(f),
        _functions_with(tuple(parts.items()), single),
        in_single if single else as_written,
    )
    return linked


class Kernel:
    """A kernel, compiled for the GPU in use when it is first launched.

    Parameters
    ----------
    source
        The kernel, a scalar source.
    parts
        What goes in the places of functions that stand for others; earlier ones also in later ones.
    single
        Whether to compute with 32 bits; then arguments have them, too.
    """

    def __init__(self, source: Source, parts: Parts, single: bool = False) -> None:
        from numba import config, cuda

        # The simulator knows no registers, and does not warn.
        options, self._fewest = ({}, 1) if config.ENABLE_CUDASIM else ({"max_registers": MOST_REGISTERS}, FEWEST_WARPS)
        self._compiled = cuda.jit(**options)(_linked(source, parts, single))

    def launch(self, warps: int, arguments: tuple[Any, ...], stream: Any = 0) -> None:
        """Start at least so many warps, each a block of 32 lanes; a kernel does nothing in those beyond its work."""
        self._compiled[max(warps, self._fewest), warp.LANES, stream](*arguments)


@lru_cache(maxsize=64)
def _kernel(source: Source, parts: tuple[tuple[Source, Source], ...], single: bool) -> Kernel:
    return Kernel(source, dict(parts), single)


def kernel(source: Source, parts: Parts, single: bool = False) -> Kernel:
    """Return the kernel of a source with these parts, made once for the same functions."""
    return _kernel(source, tuple(parts.items()), single)


def why_not_compiled(function: Source, parts: Parts) -> str | None:
    """Return why numba cannot compile a scalar source of numbers for the GPU in use, in one line, or None."""
    from numba import config, cuda

    if config.ENABLE_CUDASIM:
        return None
    device = compile_source(function, cuda.jit(device=True), _functions_with(tuple(parts.items()), False))
    try:
        capability = cuda.get_current_device().compute_capability
        numbers = ", ".join(["float64"] * function.__code__.co_argcount)
        cuda.compile_ptx(device, f"float64({numbers})", device=True, cc=capability)
    except Exception as error:  # whatever numba makes of a user's function
        return summary(error)
    return None


def ptx(source: Source, parts: Parts, signature: str, capability: tuple[int, int], single: bool = False) -> str:
    """Return the PTX of a kernel, which needs no GPU.

    Parameters
    ----------
    source, parts, single
        As for `Kernel`.
    signature
        Types of the arguments in numba's words, such as "void(int64, float64[::1])".
    capability
        Compute capability, such as (9, 0).
    """
    from numba import cuda
    from numba.cuda import dispatcher

    class Device:
        compute_capability = capability

    asked, dispatcher.get_current_device = dispatcher.get_current_device, lambda: Device
    try:
        text, _ = cuda.compile_ptx(_linked(source, parts, single), signature, cc=capability)
    finally:
        dispatcher.get_current_device = asked
    return str(text)


def on_device(value: Any, stream: Any = 0) -> Any:
    """Return an array on the GPU: what is there already as it is, what is not as a copy."""
    from numba import cuda

    if hasattr(value, "__cuda_array_interface__"):
        return cuda.as_cuda_array(value)
    return cuda.to_device(value, stream=stream)


def on_host(array: Any, stream: Any = 0) -> Any:
    """Return a NumPy copy of an array of numba on the GPU, after what is queued on a stream."""
    found = array.copy_to_host(stream=stream)
    if stream:  # the copy is queued, too
        stream.synchronize()
    return found


def view(value: Any, stream: Any = 0) -> Any:
    """Return an array of numba in the same memory of one on the GPU, which has the CUDA array interface or DLPack."""
    from numba import config, cuda

    if hasattr(value, OF_NUMBA):
        return value
    if not hasattr(value, "__cuda_array_interface__"):
        value = Exported(value, int(stream) or LEGACY_DEFAULT_STREAM)
    if not config.ENABLE_CUDASIM:
        return cuda.as_cuda_array(value)
    import numpy as np
    from numba.cuda.simulator.cudadrv.devicearray import FakeCUDAArray  # the simulator does not know the interface

    class Memory:
        __array_interface__ = value.__cuda_array_interface__
        owner = value

    return FakeCUDAArray(np.asarray(Memory()))


def as_stream(value: Any) -> Any:
    """Return a stream of numba: None is the default one, CuPy's and torch's and addresses are wrapped.

    Raises
    ------
    TypeError
        What is no stream.
    """
    if value is None:
        return 0
    if hasattr(value, "async_done"):  # numba's
        return value
    address = getattr(value, "ptr", getattr(value, "cuda_stream", value))
    if type(address) is not int:
        raise TypeError(f"stream must be one of numba, CuPy or torch, or its address as an int; got {value!r}")
    from numba import cuda

    return cuda.external_stream(address)


def empty(size: int, single: bool = False) -> Any:
    """Return an array on the GPU, of 64-bit floats or, if `single`, of 32-bit ones."""
    import numpy as np
    from numba import cuda

    return cuda.device_array(size, np.float32 if single else np.float64)


def free_memory() -> int:
    """Return the free memory of the GPU, in bytes; the simulator has 1 GiB."""
    from numba import config, cuda

    return 1 << 30 if config.ENABLE_CUDASIM else int(cuda.current_context().get_memory_info().free)


def milliseconds(work: Callable[[], object]) -> float:
    """Return how long the GPU takes for what `work` starts, by events."""
    from numba import cuda

    start, end = cuda.event(), cuda.event()
    start.record()
    work()
    end.record()
    end.synchronize()
    return float(start.elapsed_time(end))


def device_name() -> str:
    """Return the name of the GPU in use."""
    from numba import config, cuda

    if config.ENABLE_CUDASIM:
        return "simulator"
    name = cuda.get_current_device().name
    return name.decode() if isinstance(name, bytes) else str(name)
