"""How long a single answer takes: one call from Python, one process from start to exit."""

import array
import subprocess
import sys
import sysconfig
from pathlib import Path

import fastsig
from fastsig.low_level import moments_into

PROGRAM = Path(sysconfig.get_path("scripts")) / "fastsig"


def test_moments_into_call(benchmark):
    out = array.array("d", [0.0] * 5)
    benchmark(moments_into, "gelu", 1.0, 0.0, out)
    assert abs(out[3] - 0.42522148257029874) < 1e-15


def test_moments_call(benchmark):
    gelu = fastsig.activation("gelu")
    assert abs(benchmark(fastsig.moments, gelu, 1.0).m2 - 0.42522148257029874) < 1e-15


def test_signature_call(benchmark):
    gelu = fastsig.activation("gelu")
    assert abs(benchmark(fastsig.signature, gelu, 1.0).m2 - 0.42522148257029874) < 1e-15


def run(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def test_process_bare_python(benchmark):
    assert benchmark(run, sys.executable, "-c", "print(1)") == "1\n"


def test_process_scalar_answer(benchmark):
    assert "0.42522" in benchmark(run, str(PROGRAM), "signature", "gelu", "--sigma", "1")


def test_process_array_answer(benchmark):
    code = "import fastsig; print(fastsig.moments('gelu', [1.0, 2.0]).m2[0])"
    assert benchmark(run, sys.executable, "-P", "-c", code).startswith("0.42522148257")
