"""From Cython, through the declarations that ship."""

import json
from pathlib import Path

import numpy as np
import pytest

import fastsig
from tests.embedding.projects import PYTHON, copy, run
from tests.targets.test_cython_declarations import names_in_header

USE = """
import json, sys
import numpy as np
from foreign import mean_over

x = np.linspace(-3.0, 3.0, 1001)
try:
    mean_over(b"gelo", x)
except ValueError as error:
    refusal = str(error)
print(json.dumps([mean_over(b"gelu", x), refusal]))
"""


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    project = copy("cython", tmp_path_factory.mktemp("cython"))
    run(*PYTHON, "setup.py", "build_ext", "--inplace", cwd=project)
    return project


def test_an_extension_of_cython(built: Path) -> None:
    value, refusal = json.loads(run(*PYTHON, "-c", USE, cwd=built, env={"PYTHONPATH": str(built)}))
    total = 0.0
    for one in fastsig.activation("gelu")(np.linspace(-3.0, 3.0, 1001)).tolist():
        total += one
    assert value == total / 1001  # the same function, added in the same order: equal to the bit
    assert "activation" in refusal


def test_everything_in_the_header_can_be_cimported(tmp_path: Path) -> None:
    """Cython and the C compiler accept all declarations, and function pointers may be called without the lock."""
    project = copy("cython", tmp_path)
    functions, others = names_in_header()
    (project / "foreign.pyx").write_text(
        f"from fastsig cimport {', '.join(functions + others)}\n"
        f"FUNCTIONS = [{', '.join(f'<size_t>{name}' for name in functions)}]\n"
        "def call(double x):\n"
        "    cdef fastsig_functions f\n"
        "    cdef fastsig_shape_result s\n"
        "    s.place[FASTSIG_MAX_KINKS - 1] = 0.0\n"
        "    fastsig_activation_functions(0, &f)\n"
        "    with nogil:\n"
        "        x = f.value(x, 0.0)\n"
        "    return x\n"
    )
    run(*PYTHON, "setup.py", "build_ext", "--inplace", cwd=project)
    code = "import foreign; print(len(foreign.FUNCTIONS), foreign.call(1.0))"
    count, value = run(*PYTHON, "-c", code, cwd=project, env={"PYTHONPATH": str(project)}).split()
    assert int(count) == len(functions) >= 24
    assert float(value) == fastsig.activation(fastsig.activation_names()[0])(1.0)
