"""Phase diagrams whose moments come from the GPU: numba's simulator, one place of the grid."""

import pytest

import fastsig
from fastsig.errors import CudaUnavailableError
from fastsig.targets import cuda
from tests.cuda_extra import needs_cuda_extra
from tests.subprocesses import output


@needs_cuda_extra
def test_parity_with_the_cpu():
    """A coarser grid, on which crossings are bracketed, as the simulator is slow: the crossing is the same."""
    code = """
        import importlib
        import numpy as np
        import fastsig
        importlib.import_module("fastsig.mean_field.grid_limits").CELLS = 2
        at = ("tanh", [0.9], [0.5])
        expected, asked, real = fastsig.mean_field.phase_diagram(*at), [], fastsig.moments
        functions = importlib.import_module("fastsig.mean_field.variance_functions")
        functions.moments = lambda *given, **named: asked.append(named["target"]) or real(*given, **named)
        class OnGpu:
            def __init__(self, array):
                self.__cuda_array_interface__ = (array.__array_interface__ | {"owner": array})
        at = ("tanh", OnGpu(np.array([0.9])), [0.5])  # axes on the GPU are copied, too
        found = fastsig.mean_field.phase_diagram(*at, target="auto", copy=True)
        try:
            fastsig.mean_field.phase_diagram(*at, target="auto")
        except ValueError as error:
            assert "sigma_w is on the GPU, but the steps look at axes on the host; give copy=True" in str(error)
        assert set(asked) == {"cuda"}
        assert found.phase.tolist() == expected.phase.tolist()
        print(abs(found.q / expected.q - 1)[0, 0] < 1e-13, abs(found.chi / expected.chi - 1)[0, 0] < 1e-13)
    """
    assert output(code, env={"NUMBA_ENABLE_CUDASIM": "1"}, timeout=400).strip() == "True True"


def test_without_a_gpu_it_says_so(monkeypatch):
    with pytest.raises(ValueError, match="target must be one of"):
        fastsig.mean_field.phase_diagram("tanh", [1.0], [0.1], target="gpu")
    monkeypatch.setattr(cuda, "missing", lambda: "no usable GPU")
    with pytest.raises(CudaUnavailableError, match="no usable GPU"):
        fastsig.mean_field.phase_diagram("tanh", [1.0], [0.1], target="cuda", copy=True)
