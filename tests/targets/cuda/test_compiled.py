"""Every kernel is compiled without a GPU, and the assembler of CUDA says what it needs. Its own process.

64 registers a lane let 32 warps run on a multiprocessor; a stack, spills or `.local` would be memory traffic in the
innermost loop.
"""

import json
from concurrent.futures import ThreadPoolExecutor

import fastsig
from tests.cuda_extra import needs_cuda_extra, needs_formulas_too
from tests.subprocesses import output, run
from tests.targets.cuda.users import USERS

pytestmark = needs_cuda_extra

NAMES = [name for name in fastsig.activation_names() if name != "snake"]
OTHERS = [
    "floors",
    "snake",
    "normals",
    "dot",
    "errors",
    "single errors",
    "fill",
    "look",
    "scales",
    "dual errors",
]  # that know no activation
# Prints, for each kernel and architecture, registers; bytes of stack and spills; occurrences of local memory and calls,
# and of 64-bit floats in kernels of 32-bit ones.
COMPILE = """
import json, re, subprocess, sys, tempfile
from importlib.metadata import distribution
import fastsig
from fastsig.integrals.cuda_moments import parts_in_single
from fastsig.integrals import errors_kernel as e, floors_kernel as f, moments_kernel as m
from fastsig.integrals import pointwise_kernels as p, sampling_kernel as s
from fastsig.activations.scalar_sources import scalar_sources
from fastsig.integrals import expectation_kernel as x, snake_kernel as k
from fastsig.kernel.cuda_dual import parts_of_order
from fastsig.kernel import dual_kernel as d
from fastsig.sampling import normals_kernel as n
from fastsig.activations.exponentials import product_error
from fastsig.targets import warp
from fastsig.targets.cuda import MOST_REGISTERS, ptx
{mutation}
files = distribution("nvidia-cuda-nvcc").files
ptxas = next(str(f.locate()) for f in files if f.name == "ptxas")
{users}
kernels = {{"moments": (m.moments_kernel, m.SIGNATURE), "sampling": (s.sampling_kernel, s.SIGNATURE)}}
kernels["normals"] = (n.normals_kernel, n.SIGNATURE)
kernels |= {{"outer": (d.outer_kernel, d.OUTER_SIGNATURE), "dot": (d.dot_kernel, d.DOT_SIGNATURE)}}
kernels["outer slope"] = kernels["outer"]
kernels["errors"] = (e.errors_kernel, e.SIGNATURE)
kernels["snake"] = (k.snake_kernel, k.SIGNATURE)
kernels["floors"] = (f.floors_kernel, f.SIGNATURE)
kernels["single errors"] = (e.single_errors_kernel, e.SINGLE_SIGNATURE)
kernels["single"] = (m.moments_kernel, m.SIGNATURE.replace("float64", "float32"))
kernels |= {{"fill": (p.fill_kernel, p.FILL_SIGNATURE), "look": (p.look_kernel, p.LOOK_SIGNATURE)}}
kernels |= {{"scales": (d.scales_kernel, d.SCALES_SIGNATURE), "dual errors": (d.errors_kernel, d.ERRORS_SIGNATURE)}}
kernels["expectation"] = (x.expectation_kernel, x.SIGNATURE)
def outer(z, f, d, s): return abs(f - 0.3) * d * d + z * s
for kernel, name in json.loads(sys.argv[1]):
    source, signature = kernels[kernel]
    phi = users[name]() if name in users else fastsig.activation(name) if name else None
    parts = {{product_error: warp.product_error}} if phi is None else parts_of_order(phi, int(kernel == "outer slope"))
    if kernel == "single":
        parts = parts_in_single(phi)
    if kernel == "expectation":
        bend = scalar_sources(phi).second_derivative
        parts |= {{x.phi_bend: bend, x.integrand: outer, x.change: x.no_change}}
    for capability in ((8, 0), (9, 0)):
        text = ptx(source, parts, signature, capability, kernel == "single")
        with tempfile.NamedTemporaryFile("w", suffix=".ptx") as file:
            file.write(text)
            file.flush()
            arch = "-arch=sm_%d%d" % capability
            command = [ptxas, "-v", arch, "-maxrregcount=%d" % MOST_REGISTERS, file.name, "-o", "/dev/null"]
            said = subprocess.run(command, capture_output=True, text=True, check=True).stderr
        memory = [int(re.search(r"(\\d+) bytes " + of, said)[1]) for of in ("stack", "spill s", "spill l")]
        registers = int(re.search(r"Used (\\d+) registers", said)[1])
        local = len(re.findall(r"\\.local|\\.func", text))
        if kernel == "single":
            local += len(re.findall(r"\\.f64", text))
        print(json.dumps([[kernel, name], capability[0], registers, *memory, local]), flush=True)
"""


def needs(kernels, mutation=""):
    """What kernels need, one row for each and each architecture."""
    text = output(COMPILE.format(mutation=mutation, users=USERS), json.dumps(kernels), timeout=1800)
    return [json.loads(line) for line in text.splitlines()]


def check(kernels):
    rows = needs(kernels)
    assert [row[:2] for row in rows] == [[list(kernel), major] for kernel in kernels for major in (8, 9)]
    for kernel, major, registers, *memory in rows:
        assert registers <= 64, (kernel, major)
        assert memory == [0, 0, 0, 0], (kernel, major)


def test_kernels_fit():
    """In two processes: compiling takes seconds a kernel."""
    parts = [
        [(kernel, name) for name in names for kernel in ("moments", "single", "sampling", "outer", "outer slope")]
        for names in (NAMES[::2], NAMES[1::2])
    ]
    with ThreadPoolExecutor(2) as threads:
        list(threads.map(check, [[*((name, "") for name in OTHERS), *parts[0]], parts[1]]))


@needs_formulas_too
def test_kernels_of_users_fit_too():
    """Functions with sin, tan and the like keep a stack, as libdevice's do; powers and roots are fine."""
    users = [("moments", "njit"), ("moments", "scaled"), ("moments", "formula"), ("sampling", "formula")]
    check([*users, ("outer slope", "formula"), ("expectation", "relu"), ("expectation", "gelu")])


def test_a_kernel_with_a_local_array_is_convicted():
    """math.sin reduces large arguments in local memory; too few registers spill."""
    mutation = (
        "import math\nfrom fastsig.activations import relu\ndef value(x, p): return math.sin(x)\nrelu.value = value"
    )
    rows = needs([("moments", "relu"), ("sampling", "relu")], mutation)
    assert all(row[3:] != [0, 0, 0, 0] for row in rows)
    assert any(row[4] > 0 for row in needs([("moments", "gelu")], "MOST_REGISTERS = 32"))


def test_a_constant_of_64_bits_is_convicted():
    """It would widen what it meets: on most GPUs 64 bits take up to 64 times as long."""
    mutation = "from fastsig.targets import cuda\ncuda.in_single = cuda.as_written"
    assert all(row[-1] > 100 for row in needs([("single", "relu")], mutation))


def test_a_function_that_is_no_scalar_source_is_refused():
    code = COMPILE.format(
        users=USERS, mutation="from fastsig.activations import relu\nrelu.value = lambda x, p: open(x)"
    )
    assert "TypingError" in run(code, json.dumps([["moments", "relu"]])).stderr
