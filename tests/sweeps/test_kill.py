"""kill -9, Ctrl-C and SIGTERM: nothing that was finished is lost, nobody stays behind, the file is the same."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from fastsig.sweeps import Plan, run
from fastsig.sweeps.journal import Journal
from fastsig.sweeps.tasks import tasks_of

ACTIVATIONS = "arctan,erf,gelu,mish,relu,sigmoid,softplus,tanh"
METHODS = ",".join(["double", *(f"gauss_hermite:{n}" for n in range(20, 420, 20))])
PLAN = Plan.of(ACTIVATIONS, sigma="1e-3:1e3:60", components="m2", methods=METHODS)  # 176 tasks of some 10 ms
# One process that has imported everything, and forks one for each run.
NURSERY = """
import os, signal, sys, time
import pyarrow.parquet
import fastsig.sweeps.runner
from fastsig.sweeps import Plan, run

plan, path = Plan.from_json(sys.argv[1]), sys.argv[2]
for _ in sys.stdin:
    child = os.fork()
    if not child:
        print("child", os.getpid(), flush=True)

        def progress(journal):
            print(len(journal), flush=True)
            time.sleep(0.005)  # so that a fast machine does not finish all tasks before the eighth kill

        run(plan, path, progress=progress)
        signal.pause()  # until it is killed
    os.waitpid(child, 0)
    print("dead", flush=True)
"""


@pytest.fixture(scope="module")
def whole(tmp_path_factory):
    """The bytes of a run that nobody disturbed."""
    path = tmp_path_factory.mktemp("whole") / "sweep.parquet"
    assert run(PLAN, path)
    return path.read_bytes()


def test_twenty_kills_lose_nothing(tmp_path, whole):
    """Some tasks and milliseconds after the start, drawn at random: while opening, at work, while writing the file."""
    path = tmp_path / "sweep.parquet"
    tasks = len(tasks_of(PLAN))
    chance = random.Random(20)
    in_the_midst = before = 0
    with subprocess.Popen(
        [sys.executable, "-P", "-c", NURSERY, PLAN.to_json(), str(path)],
        stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, bufsize=1,
    ) as nursery:  # fmt: skip
        for _ in range(20):
            nursery.stdin.write("another\n")
            child = int(nursery.stdout.readline().removeprefix("child "))
            # It says what is in the journal: first what it found, then after each task.
            lines = min(chance.randrange(28), 1 + tasks - before)
            said = [int(nursery.stdout.readline()) for _ in range(lines)]
            time.sleep(chance.uniform(0.0, 0.03))
            os.kill(child, signal.SIGKILL)
            said += map(int, iter(lambda: nursery.stdout.readline().removesuffix("\n"), "dead"))
            with Journal(Path(f"{path}.journal"), PLAN) as journal:
                assert len(journal) >= max([before, *said])  # what was said to be there is
                assert sum(1 for _ in journal.finished()) == len(journal)
                in_the_midst += before < len(journal) < tasks
                before = len(journal)
        nursery.stdin.close()
    assert in_the_midst >= 8
    assert before == tasks  # the last ones came while the file was written
    assert run(PLAN, path)
    assert path.read_bytes() == whole


def command(path, *options):
    return [
        sys.executable, "-P", "-m", "fastsig", "validate", "--activations", ACTIVATIONS, "--sigma", "1e-3:1e3:60",
        "--components", "m2", "--methods", METHODS, "--out", str(path), *options,
    ]  # fmt: skip


def wait_for(condition, seconds=60):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end
        time.sleep(0.02)


def is_written(path):
    """Whether the journal has grown beyond its beginning."""
    log = Path(f"{path}.journal-wal")
    return log.exists() and log.stat().st_size > 100_000


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("options", [(), ("--workers", "2")])
def test_interrupted_and_resumed(tmp_path, whole, number, options):
    path = tmp_path / "sweep.parquet"
    started = subprocess.Popen(
        command(path, *options), stderr=subprocess.PIPE, stdout=subprocess.PIPE, text=True, start_new_session=True
    )
    wait_for(lambda: is_written(path) or started.poll() is not None)
    (os.killpg if number == signal.SIGINT else os.kill)(started.pid, number)  # a terminal sends Ctrl-C to all of them
    out, err = started.communicate(timeout=60)
    assert started.returncode == 130, err
    assert out == ""
    assert err.startswith("fastsig validate: error: interrupted: ")
    assert err.endswith(f" of {len(tasks_of(PLAN))} tasks are done; the same command goes on from there\n")
    assert len(err.splitlines()) == 1
    again = subprocess.run(command(path, *options), capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert again.stderr == ""
    assert path.read_bytes() == whole


def children_of(pid):
    found = []
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            stat = (entry / "stat").read_text()
        except OSError:
            continue
        if int(stat.rpartition(")")[2].split()[1]) == pid:
            found.append(int(entry.name))
    return found


def lives(pid):
    try:
        return "\nState:\tZ" not in Path(f"/proc/{pid}/status").read_text()
    except OSError:
        return False


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="needs /proc")
def test_workers_end_with_a_parent_that_was_killed(tmp_path):
    path = tmp_path / "sweep.parquet"
    started = subprocess.Popen(command(path, "--workers", "2"), stderr=subprocess.PIPE)
    wait_for(lambda: is_written(path) or started.poll() is not None)
    children = children_of(started.pid)
    assert len(children) >= 2
    started.kill()
    started.communicate()
    wait_for(lambda: not any(map(lives, children)), seconds=20)
