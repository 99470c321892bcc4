"""Without CUDA: one clear error, nothing imported, and no silent change of the target."""

from importlib.metadata import PackageNotFoundError

import numpy as np
import pytest

import fastsig
from fastsig.errors import CudaUnavailableError
from fastsig.targets import cuda
from tests.subprocesses import output


@pytest.fixture
def without_package(monkeypatch):
    def version(name):
        raise PackageNotFoundError(name)

    monkeypatch.setattr(cuda, "version", version)


def test_the_error_says_what_to_install(without_package):
    with pytest.raises(CudaUnavailableError, match=r"numba-cuda is not installed: pip install 'fastsig\[cuda\]'"):
        fastsig.moments("gelu", [1.0, 2.0], target="cuda", copy=True)


def test_info_says_why(without_package, capsys):
    from fastsig.cli.main import main

    assert main(["info"]) == 0
    assert "numba-cuda is not installed" in capsys.readouterr().out


def test_nothing_of_cuda_is_imported():
    code = """
        import sys
        import fastsig
        fastsig.moments("gelu", [1.0, 2.0], target="auto")
        print([name for name in sys.modules if name.split(".")[0] in ("numba", "numba_cuda")])
    """
    assert output(code).strip() == "[]"


def test_auto_follows_the_data():
    on_cpu = fastsig.moments("gelu", [1.0, 2.0], target="auto")
    assert np.array_equal(on_cpu.m2, fastsig.moments("gelu", [1.0, 2.0]).m2)

    class OnGpu:
        __cuda_array_interface__ = None

    with pytest.raises((CudaUnavailableError, ValueError), match=r"cannot be used here|is on a GPU"):
        fastsig.moments("gelu", OnGpu(), target="auto")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"target": "gpu"}, "target must be one of 'cpu', 'cuda', 'auto'; got 'gpu'"),
        ({"target": "cuda", "method": "adaptive"}, 'target="cuda" takes method="auto"'),
        (
            {"target": "cuda", "method": "sobol"},
            'target="cuda" does not take method="sobol", whose samples have weights',
        ),
        ({"target": "cuda", "precision": "double_double"}, 'target="cuda" takes method="auto"'),
        ({"target": "cuda", "which": ["m1", "log_slope"]}, "got 'log_slope' in which"),
        ({"target": "cuda", "samples": 1000}, "samples= goes with method='monte_carlo' or 'sobol' only"),
    ],
)
def test_what_it_does_not_do_is_refused(arguments, message):
    with pytest.raises(ValueError, match=message):
        fastsig.moments("gelu", [1.0], **arguments)


@pytest.mark.parametrize("options", [{"target": "gpu"}, {"target": "cuda", "method": "table"}])
def test_signatures_refuse_it_too(options):
    with pytest.raises(ValueError, match="target"):
        fastsig.signature("gelu", [1.0], **options)


def test_signatures_say_what_to_install(without_package):
    with pytest.raises(CudaUnavailableError, match="numba-cuda is not installed"):
        fastsig.signature("gelu", [1.0, 2.0], target="cuda", copy=True)


def test_activations_without_a_kernel_are_refused():
    with pytest.raises(ValueError, match="oscillates for ever"):
        fastsig.expectation(lambda z, f, d, s: f, "snake", 1.0, target="cuda")
    with pytest.raises(ValueError, match=r'target="cuda" needs functions of one number: .* numpy\.ufunc'):
        fastsig.moments(fastsig.Activation(np.tanh), 1.0, target="cuda")
