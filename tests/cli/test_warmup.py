"""fastsig warmup: what it compiles is loaded by later processes."""

import os
import subprocess
import sys
from pathlib import Path

COMMAND = (sys.executable, "-P", "-m", "fastsig", "warmup")
USE = """
import numpy as np
from fastsig.jit import gelu_derivative, moments_leaky_relu
gelu_derivative(0.5), gelu_derivative(np.ones(3)), moments_leaky_relu(1.0, 0.0, 0.5), moments_leaky_relu(2.0)
print([(sum(f.stats.cache_hits.values()), sum(f.stats.cache_misses.values())) for f in (gelu_derivative, moments_leaky_relu)])
"""  # noqa: E501


def process(*command: str, folder: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "NUMBA_CACHE_DIR": str(folder)}
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=300, check=False)


def test_later_processes_load_what_was_compiled(tmp_path: Path) -> None:
    first = process(*COMMAND, "gelu", "leaky_relu", "gelu", folder=tmp_path)
    assert (first.returncode, first.stderr) == (0, "")  # no progress where there is no terminal
    # gelu: three functions of a float and of an array, moments with one and two arguments; leaky_relu: also its slope.
    assert first.stdout.startswith("23 versions compiled, 0 loaded from the cache in " + str(tmp_path))
    again = process(*COMMAND, "gelu", "leaky_relu", folder=tmp_path)
    assert again.stdout.startswith("0 versions compiled, 23 loaded")
    assert process(sys.executable, "-P", "-c", USE, folder=tmp_path).stdout == "[(2, 0), (2, 0)]\n"


def test_a_cache_that_cannot_be_written(monkeypatch, capsys) -> None:
    from fastsig.cli.main import main
    from fastsig.jit import warmup

    monkeypatch.setattr(warmup, "warmup", lambda names: iter([warmup.Warmed("relu", 0, 0, None)]))
    assert main(["warmup", "relu"]) == 1
    captured = capsys.readouterr()
    assert captured.out == ""
    assert captured.err == (
        "fastsig warmup: error: no folder for numba's cache can be written: set NUMBA_CACHE_DIR to one that can\n"
    )
