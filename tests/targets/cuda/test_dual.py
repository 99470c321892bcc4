"""Dual activations with target="cuda" in numba's simulator: one point each, as every node is a warp."""

import json

import numpy as np
import pytest

import fastsig
from fastsig.errors import CudaUnavailableError
from fastsig.targets import cuda
from tests.cuda_extra import needs_cuda_extra
from tests.subprocesses import output
from tests.targets.cuda.simulator import ON_GPU, SIMULATOR

# Relative to sqrt(K(x, x) K(y, y)).
PARITY = """
import json, sys
import numpy as np
import fastsig
from fastsig.kernel import cuda_dual
from fastsig.kernel.dual_activation import _size
from fastsig.targets.cuda import on_device, on_host
{mutation}
name, order = json.loads(sys.argv[1])
s1, s2, rho = np.array([0.3]), np.array([0.1]), np.array([0.5])
phi, function = fastsig.activation(name), (fastsig.kernel.dual, fastsig.kernel.dual_derivative)[order]
found, nfev = cuda_dual._dual(phi, order, *map(on_device, (s1, s2, rho)), 1, 0)
assert nfev % 32 == 0 and nfev > 32 * 64  # at least two panels, outer and inner ones
found = on_host(found)
size = np.maximum(_size(phi, order, s1, s2), 1e-290)
print(float(np.max(np.abs(found - function(phi, s1**2, s2**2, rho).value) / size)))
"""


def parity(name, order, mutation=""):
    return float(output(PARITY.format(mutation=mutation), json.dumps([name, order]), env=SIMULATOR, timeout=400))


@needs_cuda_extra
@pytest.mark.parametrize(("name", "order"), [("relu", 0), ("sigmoid", 1)])
def test_parity_with_the_cpu(name, order):
    assert parity(name, order) < 1e-13


@needs_cuda_extra
def test_a_mutated_kernel_is_convicted():
    """A Gaussian that is a little too narrow."""
    mutation = (
        "from fastsig.kernel import dual_kernel\nfrom fastsig.integrals import panel_sums\n"
        "def narrow(offset, inverse, low): return panel_sums.density(offset * 1.0000001, inverse, low)\n"
        "dual_kernel.density = narrow"
    )
    assert parity("relu", 0, mutation) > 1e-13


@needs_cuda_extra
def test_results_have_errors_and_shapes():
    """At a point mass, which has one node."""
    code = """
        import fastsig
        at_zero = fastsig.kernel.dual("sigmoid", [[0.0]], 0.0, 0.0, target="cuda", copy=True)
        assert (at_zero.method, at_zero.error_kind, at_zero.success) == ("panels", "estimate", True)
        assert at_zero.error.shape == (1, 1) and 0.0 < at_zero.error[0, 0] < 1e-14
        print(at_zero.value.tolist())
    """
    assert output(code, env=SIMULATOR, timeout=400).strip() == "[[0.25]]"


@needs_cuda_extra
def test_scales_are_ordered_and_what_is_no_covariance_is_nan():
    """Covariances on the GPU cannot be checked beforehand; a number stands for all points."""
    code = """
        import numpy as np
        from fastsig.kernel.dual_kernel import scales_kernel
        from fastsig.targets.cuda import Kernel, empty, on_device, on_host
        qx = np.array([4.0, 1.0, -1.0, np.nan, 0.0, 1e151, 1.0, 9.0])
        rho = np.array([0.5, -1.0, 0.0, 0.0, 1.0, 0.0, 1.5, np.nan])
        out = [empty(8) for _ in range(3)]
        Kernel(scales_kernel, {}).launch(1, (8, *map(on_device, (qx, np.array([2.25]), rho)), *out))
        print([on_host(one).tolist() for one in out[:2]])
    """
    nan = float("nan")
    expected = [[2.0, 1.5, nan, nan, 1.5, nan, nan, nan], [1.5, 1.0, nan, nan, 0.0, nan, nan, nan]]
    assert output(code, env=SIMULATOR).strip() == repr(expected)


@needs_cuda_extra
def test_covariances_on_the_gpu_are_read_in_place_and_results_stay():
    """At point masses, which have one node, and at what is no covariance."""
    code = f"""{ON_GPU}
qx, rho = np.array([0.0, -1.0, 0.0]), np.array([0.5, 0.5, 2.0])
found = fastsig.kernel.dual("sigmoid", OnGpu(qx), 0.0, OnGpu(rho), target="auto")
assert is_on_gpu(found.value) and is_on_gpu(found.error) and (found.method, found.success) == ("panels", False)
assert found.message == "2 of 3 numbers missed the goal of 1e-12" and found.nfev >= 6
error = on_host(found.error)
assert 0.0 < error[0] < 1e-14 and np.isnan(error[1:]).all()
print(on_host(found.value).tolist())
for wrong in ({{"copy": True, "stream": 7}}, {{"stream": "fast"}}):
    try:
        fastsig.kernel.dual("sigmoid", OnGpu(qx) if len(wrong) == 1 else qx, 0.0, 0.5, target="cuda", **wrong)
    except (TypeError, ValueError) as error:
        print(error)
"""
    lines = output(code, env=SIMULATOR, timeout=400).splitlines()
    assert lines[0] == "[0.25, nan, nan]"
    assert lines[1] == "stream= goes with points that are on the GPU"
    assert lines[2].startswith("stream must be one of numba, CuPy or torch")


def test_what_cannot_go_there_is_refused(monkeypatch):
    with pytest.raises(ValueError, match=r'target="cuda" needs functions of one number: .* numpy\.ufunc'):
        fastsig.kernel.dual(fastsig.Activation(np.tanh), 1.0, 1.0, 0.5, target="cuda")
    with pytest.raises(ValueError, match="target must be one of"):
        fastsig.kernel.dual("tanh", 1.0, 1.0, 0.5, target="gpu")
    monkeypatch.setattr(cuda, "missing", lambda: "no usable GPU")
    with pytest.raises(CudaUnavailableError, match="no usable GPU"):
        fastsig.kernel.dual_derivative("tanh", 1.0, 1.0, 0.5, target="cuda")
