"""Threads and processes: the same answers, whoever asks at the same time."""

import json
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest

import fastsig
from tests.subprocesses import output

NAMES = list(fastsig.activation_names())
SIGMA = np.logspace(-6, 6, 400)


def everything(i: int) -> list[bytes]:
    phi = fastsig.activation(NAMES[i % len(NAMES)])
    shape = [fastsig.total_variation(phi).value, fastsig.curvature(phi).value]
    return [
        fastsig.signature(phi, SIGMA).to_array().tobytes(),
        fastsig.moments(phi, SIGMA[:40], mean=0.5).eta.tobytes(),
        fastsig.moments(phi, SIGMA[:40], method="gauss_hermite", nodes=40 + i % 3).g2.tobytes(),
        phi.derivative(SIGMA).tobytes(),
        np.concatenate(fastsig.gauss_hermite(200 + i % 5)).tobytes(),
        np.array(shape).tobytes(),
    ]


def test_threads_get_what_one_thread_gets() -> None:
    tasks = list(range(3 * len(NAMES))) * 2
    expected = [everything(i) for i in tasks]
    start = threading.Barrier(8)

    def run(i: int) -> list[bytes]:
        if i < 8:
            start.wait(timeout=30)  # all at once
        return everything(i)

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(run, tasks[:8])) + list(pool.map(everything, tasks[8:]))
    assert got == expected


def test_first_use_from_many_threads() -> None:
    """Lazy loading and cached shapes are filled by whoever comes first."""
    code = """
    import threading, fastsig
    start, results = threading.Barrier(16), []

    def run():
        start.wait()
        results.append((fastsig.signature("mish", 2.0).to_array().tolist(), fastsig.activation_names()))

    threads = [threading.Thread(target=run) for _ in range(16)]
    [t.start() for t in threads]
    [t.join() for t in threads]
    print(len(results), all(r == results[0] for r in results))
    """
    assert output(code).split() == ["16", "True"]


@pytest.mark.parametrize("method", ["fork", "spawn"])
def test_processes_get_what_one_process_gets(method: str, tmp_path: Path) -> None:
    script = tmp_path / "children.py"
    script.write_text(
        "import functools, json, multiprocessing, warnings\n"
        "import fastsig\n"
        "if __name__ == '__main__':\n"
        "    warnings.simplefilter('ignore', DeprecationWarning)\n"
        "    phis = [fastsig.activation(name) for name in fastsig.activation_names()]\n"
        "    task = functools.partial(fastsig.signature, sigma=[0.01, 0.7, 40.0], mean=0.0)\n"
        "    here = [task(phi) for phi in phis]\n"
        f"    with multiprocessing.get_context({method!r}).Pool(2) as pool:\n"
        "        there = pool.map(task, phis)\n"
        "    print(json.dumps([here == there, len(there)]))\n"
    )
    code = f"import runpy; runpy.run_path({str(script)!r}, run_name='__main__')"
    if method == "spawn":  # a child of spawn reads the main script again
        code = f"import subprocess, sys; sys.exit(subprocess.run([sys.executable, '-P', {str(script)!r}]).returncode)"
    assert json.loads(output(code)) == [True, len(NAMES)]


def test_certified_answers_do_not_depend_on_threads():
    """The working precision of python-flint belongs to the process: threads must not change it for each other."""
    pytest.importorskip("flint")
    cases = [(name, digits) for name in ("relu", "tanh", "softsign", "gelu") for digits in (20, 60)]

    def answer(case):
        found = fastsig.moments(case[0], [0.3, 1.7], which="m2", precision="certified", digits=case[1]).m2
        return [(ball.midpoint, ball.radius) for ball in found]

    alone = [answer(case) for case in cases]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(answer, cases * 3)) == alone * 3
