"""Arrays on the GPU that have DLPack only. Stand-ins have memory of the host and say that it is a GPU's."""

import ctypes
import gc
import inspect

import numpy as np
import pytest

import fastsig
from fastsig.targets.dlpack import is_on_gpu
from tests.cuda_extra import needs_cuda_extra
from tests.subprocesses import output
from tests.targets.cuda.simulator import SIMULATOR


class OnGpu:
    """Has DLPack only."""

    def __init__(self, array, place=(2, 0)):
        self.array, self.place, self.streams = array, place, []

    def __dlpack_device__(self):
        return self.place

    def __dlpack__(self, stream=None, **options):
        self.streams.append(stream)
        return self.array.__dlpack__(**options)


class Tensor(ctypes.Structure):
    """DLManagedTensor of dlpack.h: DLTensor, then what belongs to its owner."""

    _fields_ = (
        ("data", ctypes.c_void_p),
        ("device_type", ctypes.c_int32),
        ("device_id", ctypes.c_int32),
        ("ndim", ctypes.c_int32),
        ("code", ctypes.c_uint8),
        ("bits", ctypes.c_uint8),
        ("lanes", ctypes.c_uint16),
        ("shape", ctypes.POINTER(ctypes.c_int64)),
        ("strides", ctypes.POINTER(ctypes.c_int64)),
        ("byte_offset", ctypes.c_uint64),
        ("manager", ctypes.c_void_p),
        ("deleter", ctypes.c_void_p),
    )


class Exporter:
    """Exports eight bytes after the beginning of an array, and counts how often its deleter is called."""

    def __init__(self, array):
        self.deleted = []
        self._array, self._shape = array, (ctypes.c_int64 * 1)(array.size - 1)
        self._deleter = ctypes.CFUNCTYPE(None, ctypes.c_void_p)(self.deleted.append)
        address = ctypes.cast(self._deleter, ctypes.c_void_p)
        self._tensor = Tensor(array.ctypes.data, 2, 0, 1, 2, 64, 1, self._shape, None, 8, None, address)

    def __dlpack_device__(self):
        return 2, 0

    def __dlpack__(self, *, stream):
        new = ctypes.pythonapi.PyCapsule_New
        new.restype, new.argtypes = ctypes.py_object, (ctypes.c_void_p, ctypes.c_char_p, ctypes.c_void_p)
        return new(ctypes.addressof(self._tensor), b"dltensor", None)


@needs_cuda_extra
def test_memory_is_taken_over_and_given_back_once():
    from fastsig.targets.dlpack import Exported

    array = np.arange(5.0)
    exporter = Exporter(array)
    exported = Exported(exporter, 1)
    interface = exported.__cuda_array_interface__
    assert interface["data"][0] == array.ctypes.data + 8
    assert (interface["shape"], interface["strides"], interface["typestr"]) == ((4,), None, "<f8")
    assert exporter.deleted == []
    del exported
    gc.collect()
    assert len(exporter.deleted) == 1


@needs_cuda_extra
def test_the_interface_says_what_dlpack_says():
    from fastsig.targets.dlpack import Exported

    given = OnGpu(np.ones((2, 6), np.float32)[:, ::2])
    interface = Exported(given, 5).__cuda_array_interface__
    assert interface["data"][0] == given.array.ctypes.data
    assert (interface["shape"], interface["strides"], interface["typestr"]) == ((2, 3), (24, 8), "<f4")
    assert given.streams == [5]  # the exporter has to know who will read


@needs_cuda_extra
def test_points_are_read_in_place():
    code = f"""{inspect.getsource(OnGpu)}
import numpy as np
import pytest
import fastsig
from fastsig.targets.cuda import on_host
points = OnGpu(np.array([0.5, 2.0]))
found = fastsig.moments("relu", points, target="auto", which="m2")
assert type(found.m2).__name__ == "FakeCUDAArray" and points.streams == [1]  # the default stream
np.testing.assert_allclose(on_host(found.m2), [0.125, 2.0], rtol=1e-13)
points.array[0] = 1.0
assert on_host(found.error.m2)[0] > 0.3
for wrong, kind, message in (
    (OnGpu(np.ones(2, np.float32)), TypeError, "elements of float64 on the GPU; got float32"),
    (OnGpu(np.ones(4)[::2]), ValueError, "contiguous"),
    (OnGpu(np.ones(2), (10, 0)), ValueError, "sigma must be on the GPU"),
    (OnGpu(np.ones(2), (1, 0)), ValueError, "sigma must be on the GPU"),
):
    with pytest.raises(kind, match=message):
        fastsig.moments("relu", wrong, mean=OnGpu(np.zeros(2)), target="cuda")
print(fastsig.moments("relu", OnGpu(np.ones(2), (1, 0)), target="auto", which="m2").m2.tolist())
"""
    assert output(code, env=SIMULATOR, timeout=400).strip() == "[0.5, 0.5]"


def test_who_is_on_a_gpu():
    """Only CUDA's own memory: 1 is the CPU's, 10 that of ROCm; 13, managed memory, the CPU reads, too."""
    assert [is_on_gpu(OnGpu(np.ones(1), (kind, 0))) for kind in (1, 2, 10, 13)] == [False, True, False, False]

    class Spread:
        def __dlpack_device__(self):
            raise BufferError("several devices")

    assert not any(map(is_on_gpu, (Spread(), np.ones(1), 1.0)))
    with pytest.raises(ValueError, match="is on the device 2:0 of DLPack"):
        fastsig.moments("gelu", OnGpu(np.ones(2)))
