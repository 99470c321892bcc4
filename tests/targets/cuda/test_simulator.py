"""target="cuda" in numba's simulator, which runs each lane as a thread of Python: small cases, its own process."""

import json

import pytest

from tests.cuda_extra import needs_cuda_extra
from tests.subprocesses import output, run
from tests.targets.cuda.simulator import SIMULATOR

pytestmark = needs_cuda_extra

NAMES = ["gelu", "relu", "swish", "hardtanh"]
# Relative to E abs(integrand), which the source of the kernel tells by sizes=True.
PARITY = """
import json, sys
import numpy as np
import fastsig
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.cuda_moments import on_host
{mutation}
sigma, mean = np.array([1e-3, 0.5, 1.0, 30.0, 0.0, 2.0, 1e3]), np.array([0.3, 0.0, -1.0, 20.0, 1.0, 0.25, 0.0])
worst = {{}}
for name in json.loads(sys.argv[1]):
    found = fastsig.moments(name, sigma, mean=mean, target="cuda", copy=True)
    expected = fastsig.moments(name, sigma, mean=mean)
    size = on_host(fastsig.activation(name), sigma, mean, sizes=True)
    worst[name] = max(
        float(np.max(np.abs(found.values[c] - expected.values[c]) / np.maximum(np.abs(size[k]), 1e-290)))
        for k, c in enumerate(COMPONENTS)
    )
print(json.dumps(worst))
"""


def parity(mutation="", names=NAMES):
    return json.loads(output(PARITY.format(mutation=mutation), json.dumps(names), env=SIMULATOR))


def test_parity_with_the_cpu():
    worst = parity()
    assert set(worst) == set(NAMES)
    assert max(worst.values()) < 1e-13, worst


@pytest.mark.parametrize(
    "mutation",
    [
        # a row of the neighbour
        "from fastsig.targets import cuda; from fastsig.targets.warp import Device, warp\n"
        "def next_row(): return max(Device.blockIdx.x - 1, 0)\n"
        "cuda._PLACES[warp] = next_row",
        # a sum that leaves out the last lane
        "from fastsig.targets import cuda; from fastsig.targets.warp import sums_over_lanes\n"
        "source = cuda._sums_over_lanes\n"
        "def without_one(a, b, c, d, e):\n"
        "    f = 0.0 if Device.threadIdx.x == 31 else 1.0\n"
        "    return source(f * a, f * b, f * c, f * d, f * e)\n"
        "from fastsig.targets.warp import Device\n"
        "cuda._PLACES[sums_over_lanes] = without_one",
    ],
    ids=["off_by_one_row", "lost_lane"],
)
def test_a_mutated_kernel_is_convicted(mutation):
    result = run(PARITY.format(mutation=mutation), json.dumps(["gelu"]), env=SIMULATOR)
    assert result.returncode != 0 or json.loads(result.stdout)["gelu"] > 1e-13


SLOW = """
import time
from fastsig.integrals import moments_kernel, panel_sums
def slow(*given):
    time.sleep(0.02)
    return panel_sums.lay_panels(*given)
moments_kernel.lay_panels = slow
"""
WITHOUT_BARRIER = """
from fastsig.targets import cuda
from fastsig.targets.warp import barrier
def no_barrier(): pass
cuda._PLACES[barrier] = no_barrier
"""


def test_a_dropped_barrier_is_convicted():
    """Lanes that do not wait for the one that lays the panels; it is slow, so that they surely come too early."""
    assert parity(SLOW, ["gelu"])["gelu"] < 1e-13
    result = run(PARITY.format(mutation=SLOW + WITHOUT_BARRIER), json.dumps(["gelu"]), env=SIMULATOR)
    assert result.returncode != 0 or not json.loads(result.stdout)["gelu"] < 1e-13


def test_errors_cover_and_evaluations_are_counted():
    code = """
        import numpy as np
        import fastsig
        problem = {"phi": ["gelu", "tanh"], "sigma": [[0.5], [2.0]], "mean": [0.0, 1.0], "which": ["m2", "g2"]}
        found = fastsig.moments(**problem, target="cuda", copy=True)
        expected = fastsig.moments(**problem)
        assert found.m2.shape == (2, 2, 2)
        for name in ("m2", "g2"):
            error = found.error[name]
            assert np.all(np.abs(found.values[name] - expected.values[name]) <= error + expected.error[name])
            assert np.all(error < 1e-13)
        assert (found.method, found.error_kind, found.success) == ("gauss_legendre", "estimate", True)
        assert found.nfev % 32 == 0 and 8 * 64 <= found.nfev <= 8 * 512
        one = fastsig.moments("gelu", 1.0, target="cuda")
        print(float(one.m2))
    """
    assert float(output(code, env=SIMULATOR)) == pytest.approx(0.42522148257029, rel=1e-13)


def test_errors_cover_far_from_a_kink():
    """There the Gaussian multiplies a rounding of the offset by z^2."""
    code = """
        import numpy as np
        import fastsig
        for name, sigma, mean in (("softshrink", 0.02, 0.0), ("softshrink", 0.5 / 33.0, 0.0), ("relu", 1.0, -33.0)):
            found = fastsig.moments(name, sigma, mean=mean, target="cuda")
            expected = fastsig.moments(name, sigma, mean=mean)
            for c in ("g1", "g2", "m2"):
                assert abs(found[c] - expected[c]) <= found.error[c] + expected.error[c], (name, c)
                assert found.error[c] < 1e-12 * expected[c]
        print("covered")
    """
    assert output(code, env=SIMULATOR).strip() == "covered"


def test_signatures_are_those_of_the_cpu():
    code = """
        import numpy as np
        import fastsig
        for phi in ("gelu", ["gelu", "tanh"]):
            for sigma in (1.0, np.array([[0.5], [2.0]])):
                found = fastsig.signature(phi, sigma, mean=0.25, target="cuda", copy=True)
                expected = fastsig.signature(phi, sigma, mean=0.25)
                assert found.to_array().shape == expected.to_array().shape
                assert np.allclose(found.to_array(), expected.to_array(), rtol=1e-13, atol=1e-14)
                assert found.methods.tv == expected.methods.tv if isinstance(found.tv, float) else True
        print(found.method)
    """
    assert "gauss_legendre" in output(code, env=SIMULATOR)


def test_results_are_of_the_kind_of_host_arrays():
    code = """
        from types import SimpleNamespace
        import numpy as np
        import fastsig
        class Array:
            device = "cpu"
            def __init__(self, values):
                self.values = values
            def __array_namespace__(self):
                return library
            def __array__(self, dtype=None, copy=None):
                return self.values
        library = SimpleNamespace(__name__="library", asarray=lambda values, device: Array(values))
        for precision in ("double", "single"):
            given = dict(target="cuda", copy=True, which="m2", precision=precision)
            found = fastsig.moments("relu", Array(np.array([1.0, 2.0])), **given)
            assert type(found.m2) is type(found.error.m2) is Array
            assert np.all(np.abs(found.m2.values - [0.5, 2.0]) <= found.error.m2.values)
        print(found.m2.values.dtype)
    """
    assert output(code, env=SIMULATOR).strip() == "float32"


def test_chunks_do_not_show():
    code = """
        import numpy as np
        import fastsig
        from fastsig.integrals import cuda_moments
        phi, sigma = fastsig.activation("relu"), np.linspace(0.1, 3.0, 7)
        whole = cuda_moments.on_host(phi, sigma, np.zeros(1))
        launches = cuda_moments.on_host(phi, sigma, np.zeros(1), chunk=3)
        cuda_moments.free_memory = lambda: 2 * 64 * 2
        pieces = cuda_moments.on_host(phi, sigma, np.zeros(1))
        print(np.array_equal(whole, launches) and np.array_equal(whole, pieces))
    """
    assert output(code, env=SIMULATOR).strip() == "True"


def test_the_whole_range_of_sigma():
    """What is summed is of the size of the result; sigma whose inverse is too large have none."""
    code = """
        import numpy as np
        import fastsig
        sigma = [1e-310, 1e-200, 1e-160, 1e140]
        found = fastsig.moments("relu", sigma, target="cuda", copy=True)
        expected = fastsig.moments("relu", sigma)
        for name in ("m1", "g1", "m2"):
            near = np.abs(found[name] - expected[name]) <= found.error[name] + expected.error[name]
            assert near[1:].all(), name
        print(found.m1[0], found.error.g1[0], found.error.m1[1] < 1e-213, found.m2[3] > 1e279)
    """
    assert output(code, env=SIMULATOR).strip() == "nan nan True True"


def test_points_that_are_none_give_nan():
    """Points on the GPU cannot be checked beforehand."""
    code = """
        import numpy as np
        import fastsig
        from fastsig.integrals.cuda_moments import on_host
        sigma, mean = np.array([-1.0, np.nan, 1.0, 1.0, 1.0]), np.array([0.0, 0.0, np.inf, np.nan, 0.0])
        print(np.isnan(on_host(fastsig.activation("relu"), sigma, mean)[:5]).all(axis=0).tolist())
    """
    assert output(code, env=SIMULATOR).strip() == "[True, True, True, True, False]"
