"""Dual activations with target="cuda" in numba's simulator: one point each, as every node is a warp."""

import json

import numpy as np
import pytest

import fastsig
from fastsig.errors import CudaUnavailableError
from fastsig.targets import cuda
from tests.cuda_extra import needs_cuda_extra
from tests.subprocesses import output

SIMULATOR = {"NUMBA_ENABLE_CUDASIM": "1"}
# Relative to sqrt(K(x, x) K(y, y)).
PARITY = """
import json, sys
import numpy as np
import fastsig
from fastsig.kernel.dual_activation import _size
from fastsig.kernel.cuda_dual import dual_on_cuda
{mutation}
name, order = json.loads(sys.argv[1])
s1, s2, rho = np.array([0.3]), np.array([0.1]), np.array([0.5])
phi, function = fastsig.activation(name), (fastsig.kernel.dual, fastsig.kernel.dual_derivative)[order]
found, nfev = dual_on_cuda(phi, order, s1, s2, rho)
assert nfev > 0
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


def test_what_cannot_go_there_is_refused(monkeypatch):
    with pytest.raises(ValueError, match=r'target="cuda" needs functions of one number: .* numpy\.ufunc'):
        fastsig.kernel.dual(fastsig.Activation(np.tanh), 1.0, 1.0, 0.5, target="cuda")
    with pytest.raises(ValueError, match="target must be one of"):
        fastsig.kernel.dual("tanh", 1.0, 1.0, 0.5, target="gpu")
    monkeypatch.setattr(cuda, "missing", lambda: "no usable GPU")
    with pytest.raises(CudaUnavailableError, match="no usable GPU"):
        fastsig.kernel.dual_derivative("tanh", 1.0, 1.0, 0.5, target="cuda")
