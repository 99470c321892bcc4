"""Points that are on the GPU: read in place, results stay there. The simulator's GPU has the memory of the host."""

import numpy as np
import pytest

import fastsig
from fastsig.targets import cuda
from tests.cuda_extra import needs_cuda_extra
from tests.subprocesses import output
from tests.targets.cuda.simulator import ON_GPU, SIMULATOR


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
several = fastsig.moments(["gelu", "relu"], OnGpu(sigma), mean=0.25, target="auto")
for name in ("m1", "eta"):
    assert np.array_equal(on_host(several[name])[0], on_host(found[name])) and several[name].shape == (2, 2, 2)
assert np.array_equal(on_host(several.error.m2)[0], on_host(found.error.m2))
sigma[0, 0] = 3.0  # the memory of the caller, which was not copied: errors are computed when they are asked for
again = fastsig.moments("gelu", OnGpu(sigma), mean=OnGpu(np.zeros((2, 2))), target="auto", which="m2")
sigma[0, 0] = 1.0
assert again.error.m2.copy_to_host()[0, 0] > 1.0
print(several.methods.m1.shape)
"""
    assert output(code, env=SIMULATOR, timeout=400).strip() == "(2, 2, 2)"


@needs_cuda_extra
def test_signatures_stay_there():
    code = f"""{ON_GPU}
sigma = np.array([[0.5, 2.0]])
for phi in ("gelu", ["gelu", "relu"]):
    found, expected = (fastsig.signature(phi, at, mean=0.25, target="auto") for at in (OnGpu(sigma), sigma))
    nine = found.to_array()
    assert is_on_gpu(nine) and nine.shape == expected.to_array().shape
    np.testing.assert_allclose(on_host(nine), expected.to_array(), rtol=1e-13, atol=1e-15)
    assert found.methods.tv.tolist() == expected.methods.tv.tolist()
    for name in ("m1", "g2", "eta", "tv", "curvature_sup"):
        assert is_on_gpu(getattr(found, name)) and is_on_gpu(found.error[name])
        error = on_host(found.error[name])
        assert error.shape == expected.error[name].shape and np.all(error < 1e-13), name
    with pytest.raises(ValueError, match="numbers are on a GPU"):
        next(found.rows())
    assert repr(found).endswith("on a GPU") and found.nfev % 32 == 0
    assert found.sigma.array is sigma and found.mean == 0.25
print(found.nfev)
"""
    assert int(output(code, env=SIMULATOR, timeout=400)) >= 2 * 2 * 64


@needs_cuda_extra
def test_monte_carlo_copies_points_where_it_may():
    """Its pilots are made on the host; results go back to where the points are."""
    code = f"""{ON_GPU}
sigma, plan = np.array([[0.5], [2.0]]), dict(method="monte_carlo", samples=50, rng=3)
with pytest.raises(ValueError, match="sigma is on the GPU, but the pilots of Monte Carlo look at points on the host"):
    fastsig.moments("relu", OnGpu(sigma), target="auto", **plan)
found = fastsig.moments("relu", OnGpu(sigma), mean=0.5, target="auto", copy=True, **plan)
expected = fastsig.moments("relu", sigma, mean=0.5, target="cuda", copy=True, **plan)
for name in ("m2", "g1"):
    for field in ("values", "error"):
        there, here = (getattr(one, field)[name] for one in (found, expected))
        assert is_on_gpu(there) and np.array_equal(on_host(there), here)
print(found.method, found.error_kind, found.nfev == expected.nfev)
"""
    assert output(code, env=SIMULATOR, timeout=400).strip() == "monte_carlo standard_error True"


@needs_cuda_extra
def test_all_work_is_queued_on_the_stream_given():
    """Copies of constants and reading back, too: streams that do not wait for the default one are common."""
    code = f"""{ON_GPU}
from numba import cuda
from numba.cuda.simulator.cudadrv.devicearray import FakeCUDAArray
from fastsig.integrals import device_inputs
from fastsig.targets import cuda as target
class Stream:
    waits = 0
    def synchronize(self):
        Stream.waits += 1
given, used = Stream(), []
device_inputs.as_stream = lambda stream: given
launch, to_device, to_host = target.Kernel.launch, cuda.to_device, FakeCUDAArray.copy_to_host
target.Kernel.launch = lambda self, warps, arguments, stream=0: (used.append(stream), launch(self, warps, arguments))[1]
cuda.to_device = lambda array, stream=0: (used.append(stream), to_device(array))[1]
FakeCUDAArray.copy_to_host = lambda self, stream=0: (used.append(stream), to_host(self))[1]
found = fastsig.signature("relu", OnGpu(np.ones(1)), target="auto", stream=7)
found.error.m1, found.error.tv, found.nfev
count, waits = len(used), Stream.waits
assert waits == 2
fastsig.kernel.dual("relu", OnGpu(np.zeros(1)), 0.0, 0.0, target="auto", stream=7)
assert len(used) > count > 10 and Stream.waits > waits
print({{*used}} == {{given}})
"""
    assert output(code, env=SIMULATOR, timeout=400).strip() == "True"


@needs_cuda_extra
def test_nothing_is_converted():
    code = f"""{ON_GPU}
ones = np.ones(3)
refused = [
    (TypeError, "elements of float64 on the GPU; got float32", OnGpu(ones.astype(np.float32)), 0.0, "gelu", None),
    (ValueError, "contiguous", OnGpu(np.ones(6)[::2]), 0.0, "gelu", None),
    (ValueError, "one shape", OnGpu(ones), OnGpu(np.ones(2)), "gelu", None),
    (ValueError, "mean must be on the GPU", OnGpu(ones), np.ones(3), "gelu", None),
    (ValueError, "mean must be a number in", OnGpu(ones), 1e151, "gelu", None),
    (TypeError, "stream must be", OnGpu(ones), 0.0, "gelu", "fast"),
    (ValueError, "stream= goes with points that are on the GPU", 1.0, 0.0, "gelu", 7),
]
for function in (fastsig.moments, fastsig.signature):
    for kind, message, sigma, mean, phi, stream in refused:
        with pytest.raises(kind, match=message):
            function(phi, sigma, mean=mean, target="cuda", stream=stream)
for qx, message in ((OnGpu(np.ones(6)[::2]), "qx must be contiguous"), (np.ones(3), "qx must be on the GPU")):
    with pytest.raises(ValueError, match=message):
        fastsig.kernel.dual("gelu", qx, OnGpu(ones), 0.5, target="cuda")
with pytest.raises(ValueError, match=r"rho must be in \\[-1, 1\\]"):
    fastsig.kernel.dual("gelu", OnGpu(ones), 1.0, 1.5, target="cuda")
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


def test_a_stream_without_a_gpu_is_refused():
    for function in (fastsig.moments, fastsig.signature):
        with pytest.raises(ValueError, match='stream= goes with target="cuda"'):
            function("gelu", np.ones(2), stream=7)
    with pytest.raises(ValueError, match="stream= goes with points that are on the GPU"):
        fastsig.kernel.dual("gelu", 1.0, 1.0, 0.5, stream=7)
