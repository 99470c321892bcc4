"""Arrays of other libraries: the same numbers, in the kind that came in; nothing is copied silently."""

from pathlib import Path
from types import ModuleType

import numpy as np
import pytest

import fastsig
from tests.embedding.projects import PYTHON, copy, run

SIGMA = np.array([0.5, 1.0, 2.0])
COMPONENTS = ("m1", "g1", "g2", "m2", "eta")


class Little:
    """The arrays of a small library that follows the array API standard, in double or single precision."""

    def __init__(self, values, device="here", dtype=None):
        self.values, self.device = np.asarray(values, dtype=dtype), device

    def __array_namespace__(self, api_version=None):
        return SINGLE if self.values.dtype == np.float32 else DOUBLE

    def __array__(self, dtype=None, copy=None):
        return np.asarray(self.values, dtype=dtype)

    def __dlpack_device__(self):
        if self.device == "both":
            raise BufferError
        return (2, 0) if self.device == "gpu" else (1, 0)

    @property
    def shape(self):
        return self.values.shape


def library(name: str, dtype: type) -> ModuleType:
    module = ModuleType(name)
    module.asarray = lambda values, device=None: Little(values, device, dtype)  # type: ignore[attr-defined]
    return module


DOUBLE, SINGLE = library("double_little.numpy", np.float64), library("single_little.numpy", np.float32)


@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_the_kind_that_came_in_comes_out(dtype: type) -> None:
    """float32 holds 0.5, 1 and 2; the results are those at these points, rounded if need be, and the errors say so."""
    given, names = Little(SIGMA, "there", dtype), ["gelu", "relu"]
    for function in (fastsig.moments, fastsig.signature):
        expected, got = function(names, SIGMA), function(names, given)
        for name in COMPONENTS if function is fastsig.moments else (*COMPONENTS, "tv", "curvature", "alpha_minus"):
            exact, exact_error = getattr(expected, name), expected.error[name]
            value, error = getattr(got, name), got.error[name]
            for one in (value, error):
                assert type(one) is Little
                assert (one.values.dtype, one.device, one.shape) == (dtype, "there", exact.shape)
            if dtype is np.float64:
                assert value.values.tobytes() == exact.tobytes()
                assert error.values.tobytes() == exact_error.tobytes()
                continue
            finite = np.isfinite(exact)
            assert value.values[~finite].tolist() == exact[~finite].tolist()
            off = np.abs(value.values[finite].astype(float) - exact[finite])
            assert np.all(error.values.astype(float)[finite] >= off + exact_error[finite] * (1 - 1e-7))
            assert np.all(error.values[finite] <= np.float32(6e-8) * np.abs(exact[finite]) + 1e-14)
        assert isinstance(got.methods.m1, np.ndarray)  # words have no other array
    s = fastsig.signature("gelu", given, mean=0.5)
    assert {type(one) for one in (s.sigma, s.mean, s.to_array())} == {Little}
    assert s == fastsig.signature("gelu", given, mean=0.5)
    assert "shape (3,)" in repr(s)
    assert s._repr_html_().count("<tr>") == 4
    assert s.to_dataframe().sigma.tolist() == SIGMA.tolist()


def test_other_functions() -> None:
    given, phi = Little(SIGMA), fastsig.activation("gelu")
    for function in (phi, phi.derivative, phi.second_derivative, phi.scaled(2.0)):
        assert type(function(given)) is Little
        assert function(given).values.tolist() == function(SIGMA).tolist()
    assert phi(Little(1.0)).shape == ()
    law, expected = (fastsig.affine_law(phi, sigma, 2.0, 0.5, -1.0, 3.0) for sigma in (given, SIGMA))
    assert {type(one) for one in (law.m2, law.error.m2, law.sigma, law.mean)} == {Little}
    assert law.m2.values.tolist() == expected.m2.tolist()
    mean = fastsig.expectation(lambda z, f, d, s: f, phi, given)
    assert (type(mean.value), type(mean.error)) == (Little, Little)
    assert fastsig.total_variation_of_samples(given, given) == fastsig.total_variation_of_samples(SIGMA, SIGMA)


def test_refusals() -> None:
    for device in ("gpu", "both"):
        with pytest.raises(
            ValueError, match=rf"mean is on the device {device}; fastsig computes on the CPU.*move it first"
        ):
            fastsig.moments("gelu", 1.0, mean=Little(SIGMA, device))
    with pytest.raises(TypeError, match="sigma of double_little and mean of single_little: convert one"):
        fastsig.moments("gelu", Little(SIGMA), mean=Little(SIGMA, dtype=np.float32))
    with pytest.raises(TypeError, match="got complex128"):
        fastsig.moments("gelu", Little([1j]))
    with pytest.raises(ValueError, match="at index 1"):
        fastsig.moments("gelu", Little([1.0, -1.0]))


def test_dlpack_alone_gives_numpy(tmp_path: Path) -> None:
    expected = fastsig.moments("gelu", SIGMA)
    words = run(*PYTHON, "with_dlpack.py", cwd=copy("arrays", tmp_path))
    assert words == f"ndarray float64 {expected.m2.tolist()} {expected.error.m2.tolist()}\n"


def test_what_has_an_array_method_gives_numpy() -> None:
    import pandas as pd

    expected = fastsig.moments("gelu", SIGMA).m2.tolist()
    for given in (pd.Series(SIGMA), memoryview(SIGMA), SIGMA.tolist()):
        result = fastsig.moments("gelu", given).m2
        assert type(result) is np.ndarray
        assert result.tolist() == expected


@pytest.mark.parametrize("name", ["torch", "jax"])
def test_the_real_ones(name: str, tmp_path: Path) -> None:
    pytest.importorskip(name)
    expected = fastsig.moments("gelu", SIGMA)
    words = run(*PYTHON, f"with_{name}.py", cwd=copy("arrays", tmp_path))
    kind, dtype, numbers = words.split(maxsplit=2)
    assert (kind, dtype.removeprefix("torch.")) == ({"torch": "Tensor", "jax": "ArrayImpl"}[name], "float64")
    assert numbers == f"{expected.m2.tolist()} {expected.error.m2.tolist()}\n"


def test_torch_refusals() -> None:
    torch = pytest.importorskip("torch")
    with pytest.raises(ValueError, match=r"sigma requires gradients.*sigma\.detach\(\)"):
        fastsig.moments("gelu", torch.ones(2, requires_grad=True))
    with pytest.raises(ValueError, match="sigma is on the device meta"):
        fastsig.moments("gelu", torch.ones(2, device="meta"))
    assert fastsig.activation("gelu")(torch.ones(1, dtype=torch.bfloat16)).dtype == torch.float64


def test_jax_in_single_precision() -> None:
    """What rounding to float32 does is in the errors."""
    jax = pytest.importorskip("jax")
    m, expected = fastsig.moments("gelu", jax.numpy.asarray(SIGMA)), fastsig.moments("gelu", SIGMA)
    if m.m2.dtype == np.float32:
        assert np.all(np.abs(np.asarray(m.m2, float) - expected.m2) <= np.asarray(m.error.m2, float))
