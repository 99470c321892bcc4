"""Dask: a real cluster of processes of this machine, one of which is killed."""

import subprocess
import sys

import pytest

from fastsig.sweeps import Plan, read, run
from tests.subprocesses import output
from tests.subprocesses import run as run_code

pytest.importorskip("distributed", reason="the extra `distributed` is not installed")

PLAN = Plan.of(
    "arctan,asinh,erf,gelu,lisht,mish,sigmoid,softplus,swish,tanh,tanhshrink,telu",
    sigma="1e-2:1e2:20",
    methods="double,gauss_hermite:200,monte_carlo:1e5",
)  # 48 tasks, some of 0.1 s


KILLED = """
import os, signal, sys
from pathlib import Path
from distributed import Client, LocalCluster
from fastsig.sweeps import Plan, run
from fastsig.sweeps.executors import dask

if __name__ == "__main__":
    plan, path = Plan.from_json(Path(sys.argv[1]).read_text()), sys.argv[2]
    with LocalCluster(n_workers=3, threads_per_worker=1, dashboard_address=None) as cluster:
        with Client(cluster) as client:
            workers = client.run(os.getpid)
        assert len(set(workers.values())) == 3
        killed = []

        def progress(journal):
            if not killed and len(journal) >= len(journal.tasks) // 4:
                killed.append(min(workers.values()))
                os.kill(killed[0], signal.SIGKILL)

        with dask(cluster.scheduler_address) as (executor, number):
            assert number == 3
            assert run(plan, path, executor=executor, in_flight=12, progress=progress)
        print(len(killed))
"""

CLUSTER = """
import sys
from distributed import LocalCluster

if __name__ == "__main__":
    with LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster:
        print(cluster.scheduler_address, flush=True)
        sys.stdin.readline()
"""


def test_a_killed_worker_loses_nothing_and_nothing_counts_twice(tmp_path):
    serial, spread = tmp_path / "serial.parquet", tmp_path / "spread.parquet"
    (tmp_path / "plan.json").write_text(PLAN.to_json())
    (tmp_path / "script.py").write_text(KILLED)  # a file: its processes import it
    found = subprocess.run(
        [sys.executable, "-P", tmp_path / "script.py", tmp_path / "plan.json", spread],
        capture_output=True, text=True, check=False, timeout=300,
    )  # fmt: skip
    assert found.returncode == 0, found.stderr
    assert found.stdout == "1\n"
    assert run(PLAN, serial)
    assert len(read(spread).rows) == PLAN.rows
    assert spread.read_bytes() == serial.read_bytes()


def test_the_command_line_on_a_scheduler(tmp_path):
    plan = ["--activations", "relu,tanh", "--sigma", "0.1:10:5", "--methods", "double,gauss_hermite:50"]
    (tmp_path / "cluster.py").write_text(CLUSTER)
    cluster = subprocess.Popen(
        [sys.executable, "-P", tmp_path / "cluster.py"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )
    try:
        address = cluster.stdout.readline().strip()
        validate = [sys.executable, "-P", "-m", "fastsig", "validate", *plan]
        for name, more in (("spread", ["--scheduler", address]), ("serial", [])):
            done = subprocess.run(
                [*validate, "--out", tmp_path / name, *more], capture_output=True, text=True, check=False, timeout=120
            )
            assert (done.returncode, done.stderr) == (0, "")
            assert "verdict: passed" in done.stdout
        assert (tmp_path / "spread").read_bytes() == (tmp_path / "serial").read_bytes()
    finally:
        cluster.communicate("\n", timeout=60)


def test_no_scheduler(tmp_path):
    found = run_code(
        "import sys; from fastsig.cli.main import main; sys.exit(main(sys.argv[1:]))",
        "validate", "--out", str(tmp_path / "x"), "--scheduler", "tcp://127.0.0.1:9",
    )  # fmt: skip
    assert found.returncode == 1
    assert found.stderr.startswith("fastsig validate: error: no Dask scheduler answers at tcp://127.0.0.1:9")
    assert len(found.stderr.splitlines()) == 1


def test_without_the_extra():
    assert "pip install 'fastsig[distributed]'" in output(
        """
        import sys
        sys.modules["distributed"] = None
        from fastsig.sweeps.executors import dask
        try:
            dask("tcp://127.0.0.1:1").__enter__()
        except ImportError as error:
            print(error)
        """
    )
