"""From ctypes and cffi: by the shared library, and by a compiled module with the static one."""

from pathlib import Path

import pytest

import fastsig
from tests.embedding.projects import PYTHON, copy, run


@pytest.mark.parametrize("script", ["with_ctypes.py", "with_cffi_dlopen.py"])
def test_the_shared_library(script: str, tmp_path: Path) -> None:
    value = run(*PYTHON, script, cwd=copy("cffi_ctypes", tmp_path))
    assert float(value) == fastsig.activation("gelu")(1.0)


def test_a_module_compiled_by_cffi(tmp_path: Path) -> None:
    project = copy("cffi_ctypes", tmp_path)
    run(*PYTHON, "build_with_cffi.py", cwd=project)
    value = run(
        *PYTHON, "-c", "from foreign import lib; print(lib.gelu_of(1.0))", cwd=project, env={"PYTHONPATH": str(project)}
    )
    assert float(value) == fastsig.activation("gelu")(1.0)
