"""precision="single" in numba's simulator, which computes with NumPy's 32-bit floats: small cases."""

import json

import pytest

import fastsig
from tests.cuda_extra import needs_cuda_extra
from tests.subprocesses import output
from tests.targets.cuda.simulator import ON_GPU, SIMULATOR

# Prints the worst difference from the CPU relative to E abs(integrand), and relative to the errors that are given.
COMPARE = """
import json, sys
import numpy as np
import fastsig
from fastsig.integrals.components import COMPONENTS
from fastsig.integrals.cuda_moments import on_host
{mutation}
name = sys.argv[1]
# The last sigma is below the spacing of 32-bit numbers around the mean.
sigma, mean = np.array([1e-3, 0.7, 30.0, 0.0, 1e-5]), np.array([0.3, -1.0, 0.0, 0.6, 1000.0])
found = fastsig.moments(name, sigma, mean=mean, target="cuda", copy=True, precision="single")
expected = fastsig.moments(name, sigma, mean=mean)
size = np.abs(on_host(fastsig.activation(name), sigma, mean, sizes=True))
assert {{found[c].dtype for c in COMPONENTS}} | {{found.error[c].dtype for c in COMPONENTS}} == {{np.dtype(np.float32)}}
difference = [np.abs(found[c].astype(float) - expected[c]) for c in COMPONENTS]
allowed = [found.error[c].astype(float) + expected.error[c] for c in COMPONENTS]
assert (found.error_kind, found.method) == ("estimate", "gauss_legendre")
print(json.dumps([float(np.max(one / np.maximum(two, 1e-290))) for one, two in
    ((difference, size[:5]), (difference, allowed), (allowed, size[:5]))]))
"""
# Points are rounded, too: 6e-8 of a mean or sigma are up to so much of E abs(integrand), which phi multiplies.
NEAR = 4e-6


def compared(name, mutation=""):
    """Worst difference and what was said of it, both of E abs(integrand), and whether errors cover."""
    difference, uncovered, said = json.loads(output(COMPARE.format(mutation=mutation), name, env=SIMULATOR))
    return difference, said, uncovered <= 1.0


@needs_cuda_extra
@pytest.mark.parametrize("name", ["relu", "tanh"])
def test_near_the_cpu_and_errors_cover(name):
    difference, said, covered = compared(name)
    assert 1e-9 < difference < NEAR
    assert said < 2.0 * NEAR
    assert covered


@needs_cuda_extra
def test_a_kernel_that_is_wrong_shows_in_its_errors():
    """A Gaussian that is too narrow, and only in 32 bits."""
    mutation = (
        "from fastsig.activations import exponentials\\n"
        "from fastsig.integrals import panel_sums\\n"
        "source = panel_sums.density\\n"
        "def narrow(offset, inverse, low): return source(offset * (1.001 if type(offset) is np.float32 else 1.0), "
        "inverse, low)\\n"
        "panel_sums.density = narrow"
    ).replace("\\n", "\n")
    difference, said, covered = compared("relu", mutation)
    assert difference > 1e-4
    assert said > 1e-4
    assert covered


@needs_cuda_extra
def test_arrays_of_32_bits_are_read_in_place():
    code = f"""{ON_GPU}
sigma = np.array([0.5, 2.0], np.float32)
for phi in ("relu", ["relu", "relu"]):
    found = fastsig.moments(phi, OnGpu(sigma), target="auto", precision="single", which=["m2"])
    m2, error = on_host(found.m2), on_host(found.error.m2)
    assert is_on_gpu(found.m2) and m2.dtype == error.dtype == np.float32
    assert np.all(np.abs(m2 - [0.125, 2.0]) <= error) and np.all(error < 4e-6) and np.all(error > 0.0)
wider = fastsig.moments("relu", OnGpu(sigma.astype(float)), target="auto", precision="single", which=["m2"])
assert np.array_equal(on_host(wider.m2), m2[0]) and wider.m2.dtype == np.float32
with pytest.raises(TypeError, match="elements of float32 or float64 on the GPU; got int64"):
    fastsig.moments("relu", OnGpu(np.ones(2, np.int64)), target="auto", precision="single")
with pytest.raises(ValueError, match='Monte Carlo has precision="double"'):
    fastsig.moments("relu", 1.0, target="cuda", precision="single", method="monte_carlo")
print(m2.shape)
"""
    assert output(code, env=SIMULATOR, timeout=400).strip() == "(2, 2)"


@needs_cuda_extra
def test_points_out_of_its_range():
    """Errors know what 32 bits cannot say, and no index leaves its array."""
    code = """
        import warnings
        import numpy as np
        import fastsig
        warnings.simplefilter("ignore")  # of overflow, which GPUs do not tell
        at = dict(sigma=[1e-200, 1e-35, 1e-25, 1e14, 1e16, 1e100], mean=[0.0, 0.0, 1e12, -1e15, 0.0, 0.0])
        found = fastsig.moments("relu", **at, target="cuda", copy=True, precision="single")
        expected = fastsig.moments("relu", **at)
        for name in ("m1", "g1"):
            difference = np.abs(found[name].astype(float) - expected[name])
            covered = difference <= found.error[name].astype(float) + expected.error[name]
            assert covered[[0, 2, 3]].all() and np.isnan(found.error[name][[1, 4, 5]]).all(), name
        print(found.error.m1[2] < 1e6, found.error.m1[3] < 1e-14)
    """
    assert output(code, env=SIMULATOR, timeout=400).strip() == "True True"


def test_it_is_refused_elsewhere():
    for target in ("cpu", "auto"):
        with pytest.raises(ValueError, match='precision="single" goes with target="cuda"'):
            fastsig.moments("relu", [1.0, 2.0], precision="single", target=target)
    with pytest.raises(ValueError, match='takes method="auto" or "monte_carlo" and precision="double"'):
        fastsig.signature("relu", [1.0], precision="single", target="cuda")
    with pytest.raises(ValueError, match="precision must be one of 'double', "):
        fastsig.signature("relu", [1.0], precision="single")
