"""Every kernel is compiled without a GPU, and the assembler of CUDA says what it needs. Its own process.

64 registers a lane let 32 warps run on a multiprocessor; a stack, spills or `.local` would be memory traffic in the
innermost loop.
"""

import json

import pytest

import fastsig
from tests.cuda_extra import needs_cuda_extra
from tests.subprocesses import output, run

pytestmark = needs_cuda_extra

NAMES = [name for name in fastsig.activation_names() if name != "snake"]
COMPILE = """
import json, re, subprocess, sys, tempfile
from importlib.metadata import distribution
import fastsig
from fastsig.integrals.cuda_moments import parts_of
from fastsig.integrals.moments_kernel import SIGNATURE, moments_kernel
from fastsig.targets.cuda import MOST_REGISTERS, ptx
{mutation}
files = distribution("nvidia-cuda-nvcc").files
ptxas = next(str(f.locate()) for f in files if f.name == "ptxas")
for name in json.loads(sys.argv[1]):
    for capability in ((8, 0), (9, 0)):
        text = ptx(moments_kernel, parts_of(fastsig.activation(name)), SIGNATURE, capability)
        with tempfile.NamedTemporaryFile("w", suffix=".ptx") as file:
            file.write(text)
            file.flush()
            arch = "-arch=sm_%d%d" % capability
            command = [ptxas, "-v", arch, "-maxrregcount=%d" % MOST_REGISTERS, file.name, "-o", "/dev/null"]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
        memory = [int(re.search(r"(\\d+) bytes " + of, said)[1]) for of in ("stack", "spill s", "spill l")]
        registers = int(re.search(r"Used (\\d+) registers", said)[1])
        local = len(re.findall(r"\\.local|\\.func", text))
        print(json.dumps([name, capability[0], registers, *memory, local]), flush=True)
"""


def needs(names, mutation=""):
    """What the kernels of activations need, one row each."""
    text = output(COMPILE.format(mutation=mutation), json.dumps(names))
    return [json.loads(line) for line in text.splitlines()]


@pytest.mark.parametrize("names", [NAMES[i::7] for i in range(7)], ids=" ".join)
def test_kernels_fit(names):
    rows = needs(names)
    assert [row[:2] for row in rows] == [[name, major] for name in names for major in (8, 9)]
    for name, major, registers, *memory in rows:
        assert registers <= 64, (name, major)
        assert memory == [0, 0, 0, 0], (name, major)


def test_a_kernel_with_a_local_array_is_convicted():
    """math.sin reduces large arguments in local memory; too few registers spill."""
    mutation = (
        "import math\nfrom fastsig.activations import relu\ndef value(x, p): return math.sin(x)\nrelu.value = value"
    )
    assert any(memory != [0, 0, 0, 0] for *_, _, a, b, c, d in needs(["relu"], mutation) for memory in [[a, b, c, d]])
    assert any(row[4] > 0 for row in needs(["gelu"], "MOST_REGISTERS = 32"))


def test_a_function_that_is_no_scalar_source_is_refused():
    code = COMPILE.format(mutation="from fastsig.activations import relu\nrelu.value = lambda x, p: open(x)")
    assert "TypingError" in run(code, json.dumps(["relu"])).stderr
