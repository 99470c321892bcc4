"""Users' activations with target="cuda": in numba's simulator, compiled without a GPU, and what is refused."""

import ctypes
import json
import math

import numpy as np
import pytest

import fastsig
from tests.cuda_extra import needs_cuda_extra, needs_formulas_too
from tests.subprocesses import output
from tests.targets.cuda.simulator import SIMULATOR
from tests.targets.cuda.users import USERS

pytestmark = needs_formulas_too

MOMENTS = (
    USERS
    + """
from fastsig.integrals.components import COMPONENTS
{mutation}
sigma, mean = np.array([0.01, 1.0]), np.array([0.3, -1.0])
worst = 0.0
for name in json.loads(sys.argv[1]):
    phi = users[name]()
    found = fastsig.moments(phi, sigma, mean=mean, target="cuda", copy=True)
    expected = fastsig.moments(phi, sigma, mean=mean)
    for c in COMPONENTS:
        difference = np.abs(found.values[c] - expected.values[c])
        worst = max(worst, float(np.max(difference / (found.error[c] + expected.error[c] + 1e-280))))
print(worst)
"""
)


def worst(names, mutation=""):
    return float(output(MOMENTS.replace("{mutation}", mutation), json.dumps(names), env=SIMULATOR, timeout=400))


@needs_cuda_extra
def test_moments_are_those_of_the_cpu():
    """In units of the errors stated."""
    assert worst(["njit", "python", "scaled", "formula", "root"]) <= 1.0


@needs_cuda_extra
def test_a_wrong_derivative_of_a_formula_is_convicted():
    """The check against phi is switched off; then the kernel's numbers are off by more than their errors."""
    mutation = (
        "from fastsig.activations.formulas import scalar_operations\n"
        "tanh = lambda u: math.tanh(u) * (1.0 + 1e-10)\n"
        "scalar_operations.tanh = tanh\n"
        "from fastsig.integrals import cuda_moments\n"
        "cuda_moments.floors = lambda phi: (0.0, 0.0)\n"
    )
    assert worst(["formula"], mutation) > 10.0


@needs_cuda_extra
def test_two_activations_of_one_name_have_two_kernels():
    code = (
        USERS
        + """
def make(factor):
    def phi(x):
        return factor * x
    def slope(x):
        return factor
    return fastsig.Activation(phi, slope)
one, other = make(2.0), make(3.0)
assert one.name == other.name
print([float(fastsig.moments(phi, 1.0, target="cuda").g1) for phi in (one, other, one)])
"""
    )
    assert output(code, env=SIMULATOR) == "[2.0, 3.0, 2.0]\n"


@needs_cuda_extra
def test_equal_ones_share_a_kernel():
    code = (
        USERS
        + """
from fastsig.integrals.cuda_moments import parts_of
from fastsig.integrals.moments_kernel import moments_kernel
from fastsig.targets.cuda import kernel
for name in ("njit", "formula", "scaled"):
    one, other = (kernel(moments_kernel, parts_of(users[name]())) for _ in range(2))
    assert one is other, name
print("shared")
"""
    )
    assert output(code, env=SIMULATOR) == "shared\n"


@needs_cuda_extra
def test_monte_carlo_takes_the_samples_of_the_cpu():
    code = (
        USERS
        + """
at = dict(sigma=np.array([0.7, 0.0]), mean=np.array([0.3, 0.5]), method="monte_carlo", samples=70, rng=7)
for name in ("scaled", "root"):
    phi = users[name]()
    found, expected = fastsig.moments(phi, **at, target="cuda", copy=True), fastsig.moments(phi, **at)
    for c in expected.values:
        np.testing.assert_allclose(found.values[c], expected.values[c], rtol=2e-14, atol=1e-15)
        np.testing.assert_allclose(found.error[c], expected.error[c], rtol=1e-9, atol=2e-14)
print(found.nfev == expected.nfev)
"""
    )
    assert output(code, env=SIMULATOR) == "True\n"


@needs_cuda_extra
def test_dual_activations_and_their_errors():
    """One point each."""
    code = (
        USERS
        + """
found = fastsig.kernel.dual(users["line"](), 0.25, 0.16, 0.5, target="cuda")
assert abs(found.value - 1.025) < 1e-14 <= found.error + 1e-14, found  # 1 + cov/4
mass = fastsig.kernel.dual(users["root"](), 0.0, 0.0, 0.0, target="cuda")
assert abs(mass.value) <= mass.error < 1e-25
print(mass.method)
"""
    )
    assert output(code, env=SIMULATOR, timeout=400) == "panels\n"


@needs_cuda_extra
def test_signatures_and_points_on_the_gpu():
    code = (
        USERS
        + """
points = np.array([0.5, 0.01])
class OnGpu:
    __cuda_array_interface__ = points.__array_interface__
phi = users["root"]()
found, expected = fastsig.moments(phi, OnGpu(), target="cuda"), fastsig.moments(phi, [0.5, 0.01])
host = fastsig.moments(phi, [0.5, 0.01], target="cuda", copy=True)
for c in expected.values:
    error = found.error[c].copy_to_host()
    assert np.all(np.abs(found[c].copy_to_host() - expected[c]) <= error + expected.error[c]), c
    np.testing.assert_allclose(error, host.error[c], rtol=1e-12)
signature = fastsig.signature(phi, 0.5, target="cuda")
print(signature.alpha_plus, abs(signature.m2 - expected.m2[0]) < 1e-14)
"""
    )
    assert output(code, env=SIMULATOR, timeout=400) == "1.0 True\n"


@needs_cuda_extra
def test_what_numba_cannot_compile_is_refused_with_its_reason():
    """Without a GPU: the device is a stub, as in `fastsig.targets.cuda.ptx`."""
    code = """
import numpy as np, pytest
import fastsig
from numba import cuda
from fastsig.targets import cuda as target
target.require = lambda: None
class Device:
    compute_capability = (9, 0)
cuda.get_current_device = cuda.dispatcher.get_current_device = lambda: Device
def of_arrays(x):
    return np.where(x > 0.0, x, 0.0)
def step(x):
    return 1.0 if x > 0.0 else 0.0
def opened(x):
    return x if x < 1e300 else open(x)
def one(x):
    return 1.0
def itself(x):
    return itself(x - 1.0) if x > 1e300 else x
cases = [
    (of_arrays, step, r'target="cuda" cannot compile .*of_arrays.*: No implementation of function'),
    (opened, one, "the value of .*opened.* cannot be compiled: Untyped global name 'open'"),
    (itself, one, "itself calls itself"),
]
for value, slope, reason in cases:
    phi = fastsig.Activation(value, slope, kinks=[0.0] if slope is step else [])
    with pytest.raises(ValueError, match=reason) as caught:
        fastsig.moments(phi, 1.0, target="cuda")
    assert "\\n" not in str(caught.value), str(caught.value)
print("refused")
"""
    assert output(code, timeout=400) == "refused\n"


ctypes_function = ctypes.CFUNCTYPE(ctypes.c_double, ctypes.c_double)(lambda x: 2.0 * x)


@pytest.mark.parametrize(
    ("make", "reason"),
    [
        (lambda: fastsig.Activation(np.tanh), "the value of .* is a numpy.ufunc"),
        (lambda: fastsig.Activation(ctypes_function), "the value of .* of which no function of one number"),
        (lambda: fastsig.Activation(lambda x: np.tanh(x)), "found by automatic differentiation of arrays.*give deriv"),
        (lambda: fastsig.Activation(math.tanh, np.cos), None),
        (lambda: fastsig.activation("snake").scaled(2.0), "oscillates for ever"),
        (lambda: fastsig.Activation.from_expression("sin(x)"), "oscillates for ever"),
    ],
    ids=["ufunc", "C", "no derivative", "not the derivative", "snake", "sine"],
)
def test_the_reason_is_told_before_a_gpu_is_looked_for(make, reason):
    if reason is None:
        with pytest.raises(ValueError, match="derivative"):
            make()
        return
    with pytest.raises(ValueError, match=reason):
        fastsig.moments(make(), 1.0, target="cuda")
