"""Expectations of users' functions with target="cuda": in numba's simulator, and what is refused."""

import numpy as np
import pytest

import fastsig
from fastsig.errors import CudaUnavailableError
from fastsig.targets import cuda
from tests.cuda_extra import needs_cuda_extra, needs_formulas_too
from tests.subprocesses import output
from tests.targets.cuda.simulator import SIMULATOR
from tests.targets.cuda.users import USERS


@needs_cuda_extra
@needs_formulas_too
def test_expectations_are_those_of_the_cpu():
    """Within the errors of both; at a point mass F still depends on z."""
    code = (
        USERS
        + """
@numba.njit
def product(z, f, d, s):
    return z * f
def bent(z, f, d, s):
    return abs(f - 0.25) + d * s
def check(function, phi, sigma, mean, **options):
    found = fastsig.expectation(function, phi, sigma, mean=mean, target="cuda", copy=True, **options)
    expected = fastsig.expectation(getattr(function, "py_func", function), phi, sigma, mean=mean, **options)
    assert found.success and (found.method, found.error_kind) == ("gauss_legendre", "estimate")
    assert np.all(np.abs(found.value - expected.value) <= found.error + expected.error)
    assert np.all(found.error <= 1e-12)
    return found
assert check(product, "gelu", np.array([[0.5], [0.0]]), 0.25).value.shape == (2, 1)
assert isinstance(check(bent, "relu", 1.0, 0.0, breaks=[0.25]).value, float)
root = fastsig.expectation(product, users["root"](), 0.01, target="cuda")  # E z f = 0
assert abs(root.value) <= root.error and not root.success and "phi itself" in root.message
print(fastsig.expectation(product, "gelu", 1.0, target="cuda").nfev % 32)
"""
    )
    assert output(code, env=SIMULATOR, timeout=400) == "0\n"


@needs_cuda_extra
def test_what_is_not_smooth_is_no_success():
    code = """
import fastsig
def bent(z, f, d, s):
    return abs(f - 0.25)
found = fastsig.expectation(bent, "identity", 1.0, target="cuda")
expected = fastsig.expectation(bent, "identity", 1.0, breaks=[0.25]).value
assert abs(found.value - expected) <= found.error < 1e-2
print(found.success, "give breaks=" in found.message)
"""
    assert output(code, env=SIMULATOR, timeout=400) == "False True\n"


@needs_cuda_extra
@needs_formulas_too
def test_functions_that_cannot_go_there_are_refused():
    code = (
        USERS
        + """
import pytest
def bend(z, f, d, s):
    return s
refused = [
    (len, "gelu", "takes a Python function of four numbers"),
    (lambda z, f: z * f, "gelu", "cannot compile the function: .*; it is called with four numbers"),
    (lambda z, f, d, s: open(f), "gelu", "cannot compile the function: Untyped global name 'open'"),
    (lambda z, f, d, s: f - np.mean(f), "gelu", "write it for numbers"),
    (lambda z, f, d, s: 1e400 if f > 0.0 else 0.0, "gelu", "the function must be finite; its mean at sigma = 1.0"),
    (bend, users["njit"](), "give second_derivative="),
]
for function, phi, message in refused:
    with pytest.raises(ValueError, match=message) as caught:
        fastsig.expectation(function, phi, 1.0, target="cuda")
    assert "\\n" not in str(caught.value)
print("refused")
"""
    )
    assert output(code, env=SIMULATOR, timeout=400) == "refused\n"


@needs_cuda_extra
def test_a_mutated_kernel_is_convicted():
    """A Gaussian that is a little too narrow."""
    code = """
import fastsig
from fastsig.integrals import panel_sums, expectation_kernel as k
def shifted(offset, inverse, low):
    return panel_sums.density(offset * 1.0000001, inverse, low)
k.density = shifted
def square(z, f, d, s):
    return f * f
found = fastsig.expectation(square, "relu", 1.0, target="cuda")
print(abs(found.value - 0.5) > 100 * found.error)
"""
    assert output(code, env=SIMULATOR, timeout=400) == "True\n"


def square(z, f, d, s):
    return f * f


def test_what_it_does_not_do_is_refused(monkeypatch):
    for options, message in (
        ({"target": "gpu"}, "target must be one of"),
        ({"method": "tanh_sinh"}, 'target="cuda" takes method="auto"'),
        ({"method": "monte_carlo"}, 'takes method="auto", no sampling'),
    ):
        with pytest.raises(ValueError, match=message):
            fastsig.expectation(square, "gelu", 1.0, **({"target": "cuda"} | options))
    with pytest.raises(ValueError, match=r"numpy\.ufunc"):
        fastsig.expectation(square, fastsig.Activation(np.tanh), 1.0, target="cuda")
    monkeypatch.setattr(cuda, "missing", lambda: "no usable GPU")
    with pytest.raises(CudaUnavailableError, match="no usable GPU"):
        fastsig.expectation(square, "gelu", 1.0, target="cuda")
    monkeypatch.setattr(cuda, "missing", lambda: None)
    with pytest.raises(ValueError, match="give copy=True"):
        fastsig.expectation(square, "gelu", [1.0], target="cuda")
    assert fastsig.expectation(square, "relu", 1.0, target="auto").value == pytest.approx(0.5, rel=1e-14)
