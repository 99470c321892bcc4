"""Points that are on the GPU: read in place, results stay there. The simulator's GPU has the memory of the host."""

import numpy as np
import pytest

import fastsig
from fastsig.targets import cuda
from tests.cuda_extra import needs_cuda_extra
from tests.subprocesses import output

SIMULATOR = {"NUMBA_ENABLE_CUDASIM": "1"}
ON_GPU = """
import numpy as np
import fastsig
class OnGpu:
    def __init__(self, array):
        self.array = array
    @property
    def __cuda_array_interface__(self):
        return self.array.__array_interface__
"""


class OnGpu:
    @property
    def __cuda_array_interface__(self):
        return {"shape": (2,), "typestr": "<f8", "data": (0, False), "version": 3}


@needs_cuda_extra
def test_points_are_read_in_place_and_results_stay():
    code = f"""{ON_GPU}
sigma = np.array([[0.5, 1.0], [2.0, 0.0]])
expected = fastsig.moments("gelu", sigma, mean=0.25)
for target in ("auto", "cuda"):
    found = fastsig.moments("gelu", OnGpu(sigma), mean=0.25, target=target)
    assert type(found.m2).__name__ == "FakeCUDAArray" and found.m2.shape == (2, 2)
    for name in ("m1", "g1", "g2", "m2", "eta"):
        value, error = found[name].copy_to_host(), found.error[name].copy_to_host()
        assert np.all(np.abs(value - expected[name]) <= error + expected.error[name]), name
        assert np.all(error < 1e-13)
assert (found.method, found.error_kind, found.nfev % 32) == ("gauss_legendre", "estimate", 1)
sigma[0, 0] = 3.0  # the memory of the caller, which was not copied: errors are computed when they are asked for
again = fastsig.moments("gelu", OnGpu(sigma), mean=OnGpu(np.zeros((2, 2))), target="auto", which="m2")
sigma[0, 0] = 1.0
print(again.error.m2.copy_to_host()[0, 0] > 1.0)
"""
    assert output(code, env=SIMULATOR, timeout=400).strip() == "True"


@needs_cuda_extra
def test_nothing_is_converted():
    code = f"""{ON_GPU}
import pytest
ones = np.ones(3)
refused = [
    (TypeError, "64-bit floats", OnGpu(ones.astype(np.float32)), 0.0, "gelu", None),
    (ValueError, "contiguous", OnGpu(np.ones(6)[::2]), 0.0, "gelu", None),
    (ValueError, "one shape", OnGpu(ones), OnGpu(np.ones(2)), "gelu", None),
    (ValueError, "mean must be on the GPU", OnGpu(ones), np.ones(3), "gelu", None),
    (ValueError, "one activation", OnGpu(ones), 0.0, ["gelu", "tanh"], None),
    (TypeError, "stream must be", OnGpu(ones), 0.0, "gelu", "fast"),
    (ValueError, "stream= goes with points that are on the GPU", 1.0, 0.0, "gelu", 7),
]
for kind, message, sigma, mean, phi, stream in refused:
    with pytest.raises(kind, match=message):
        fastsig.moments(phi, sigma, mean=mean, target="cuda", stream=stream)
with pytest.raises(ValueError, match="only moments"):
    fastsig.moments("gelu", OnGpu(ones), target="cuda", method="monte_carlo")
print("refused")
"""
    assert output(code, env=SIMULATOR, timeout=400).strip() == "refused"


def test_streams_of_other_libraries_are_wrapped(monkeypatch):
    """By their addresses, which CuPy and torch call differently."""
    numba = pytest.importorskip("numba")

    class Cuda:
        external_stream = staticmethod(lambda address: ("wrapped", address))

    monkeypatch.setattr(numba, "cuda", Cuda, raising=False)
    cupy, torch = type("Stream", (), {"ptr": 7}), type("Stream", (), {"cuda_stream": 8})
    assert [cuda.as_stream(one) for one in (None, cupy(), torch(), 9)] == [0, *(("wrapped", k) for k in (7, 8, 9))]
    own = type("Stream", (), {"async_done": None})()
    assert cuda.as_stream(own) is own


def test_other_functions_refuse_them(monkeypatch):
    monkeypatch.setattr(cuda, "missing", lambda: None)
    for function in (fastsig.signature, lambda *given, **named: fastsig.kernel.dual(*given, 1.0, 0.5, **named)):
        with pytest.raises(ValueError, match="is on a GPU, from where only moments"):
            function("gelu", OnGpu(), target="cuda")
    with pytest.raises(ValueError, match='stream= goes with target="cuda"'):
        fastsig.moments("gelu", np.ones(2), stream=7)
