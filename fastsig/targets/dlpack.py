"""Arrays on a GPU: how they are known, and those that have DLPack only.

NVIDIA's cuda.core reads these, which numba-cuda brings.
"""

from typing import Any

CUDA = 2  # DLPack's number of the memory of NVIDIA GPUs (dlpack.h)
OF_NUMBA = "__cuda_ndarray__"  # arrays of numba have it, in the simulator, too


def is_on_gpu(value: Any) -> bool:
    """Whether an array is in the memory of an NVIDIA GPU; imports nothing."""
    return hasattr(value, OF_NUMBA) or hasattr(value, "__cuda_array_interface__") or is_on_cuda(value)


def is_on_cuda(value: Any) -> bool:
    """Whether an array says by DLPack that it is in the memory of one NVIDIA GPU."""
    if not hasattr(value, "__dlpack_device__"):
        return False
    try:
        kind, _ = value.__dlpack_device__()
    except BufferError:  # JAX: spread over several devices
        return False
    return int(kind) == CUDA


class Exported:
    """Memory that an array exports by DLPack, with the CUDA array interface; kept as long as this object is.

    Parameters
    ----------
    value
        The array.
    stream
        Address of the stream that will read it; the exporter makes it wait for its own work.
    """

    def __init__(self, value: Any, stream: int) -> None:
        from cuda.core.utils import StridedMemoryView

        self._view = StridedMemoryView.from_dlpack(value, stream_ptr=stream)

    @property
    def __cuda_array_interface__(self) -> dict[str, Any]:
        view = self._view
        strides = view.strides and tuple(view.dtype.itemsize * step for step in view.strides)
        place = {"data": (view.ptr, view.readonly), "shape": tuple(view.shape), "strides": strides}
        return place | {"typestr": view.dtype.str, "version": 3}
