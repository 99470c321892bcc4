"""Fork, spawn and threads: equal to the bit; and the interpreter's lock is free while C is at work."""

import json
from pathlib import Path

import pytest

from tests.embedding.projects import PYTHON, copy, run
from tests.subprocesses import output


@pytest.mark.parametrize("way", ["threads", "os.fork", "fork", "spawn", "forkserver"])
def test_the_same_numbers(way: str, tmp_path: Path) -> None:
    project = copy("processes", tmp_path)
    same = json.loads(run(*PYTHON, "foreign.py", way, cwd=project, env={"NUMBA_NUM_THREADS": "2"}))
    assert same
    assert all(same.values()), same


LOCK = """
import sys, threading
import numpy as np
import fastsig
from fastsig.targets.cpu import ffi, lib
from fastsig.jit import gelu

def pointer(x):
    return ffi.from_buffer("double[]", x)

phi = fastsig.activation("gelu").native
x, y = np.full(100_000, 1.5), np.empty(100_000)
sigma, output = pointer(x), ffi.new("fastsig_moments_output *", {"value": pointer(y)})
calls = {
    "evaluation": lambda: lib.fastsig_evaluate(phi, 0, x.size, pointer(x), pointer(y)),
    "moments": lambda: lib.fastsig_moments(phi, 0, 0, 20_000, sigma, ffi.NULL, output),
    "rule": lambda: lib.fastsig_gauss_hermite(10_000, pointer(x), pointer(y)),
    "numba": lambda: gelu(x),
    "python": lambda: sum(range(10_000)),
}
call = calls[sys.argv[1]]
call()  # all is loaded and compiled before
started, seen = threading.Event(), []

def other():
    started.wait()
    seen.append(True)

thread = threading.Thread(target=other)
thread.start()
sys.setswitchinterval(1e6)  # from here on a thread gives up the lock only when it waits, or is in C without it
started.set()
for _ in range(3_000):
    call()
    if seen:
        break
print(bool(seen))
sys.setswitchinterval(0.005)
thread.join()
"""


@pytest.mark.parametrize(
    ("call", "released"),
    [("evaluation", True), ("moments", True), ("rule", True), ("numba", True), ("python", False)],
)
def test_the_lock_is_released(call: str, released: bool) -> None:
    """Another thread, which waits for the lock, gets it while C is at work; while Python is, it does not."""
    assert output(LOCK, call) == f"{released}\n"
