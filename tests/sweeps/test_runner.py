"""Runs: stopped, resumed, spread; the file is the same in the end."""

import csv
import os
import signal
from concurrent.futures import Future, ProcessPoolExecutor, ThreadPoolExecutor

import pytest

from fastsig.errors import SweepError
from fastsig.sweeps import Plan, judge, read, run
from fastsig.sweeps.executors import processes
from fastsig.sweeps.tasks import tasks_of

PLAN = Plan.of(
    "relu,tanh,softsign", sigma="0.1,1", mean="0,1", methods="double,gauss_hermite:20,certified:20,monte_carlo:1e4"
)


@pytest.fixture(scope="module")
def serial(tmp_path_factory):
    """The bytes of a serial run."""
    path = tmp_path_factory.mktemp("serial") / "sweep.parquet"
    assert run(PLAN, path)
    return path.read_bytes()


def test_rows_and_times(tmp_path):
    path = tmp_path / "sweep.parquet"
    assert run(PLAN, path)
    found = read(path)
    assert found.plan == PLAN
    assert len(found.rows) == PLAN.rows
    assert [row.task for row in found.rows] == sorted(row.task for row in found.rows)
    assert {row.verdict for row in found.rows} == {"held", "not judged", "within", "no variance", "reference"}
    with open(f"{path}.timings.csv", newline="") as file:
        times = list(csv.DictReader(file))
    assert len(times) == len(tasks_of(PLAN))
    assert all(float(row["seconds"]) >= 0 for row in times)
    assert {file.name for file in tmp_path.iterdir()} == {
        "sweep.parquet", "sweep.parquet.journal", "sweep.parquet.timings.csv",
    }  # fmt: skip


def test_other_tools_read_the_file(tmp_path):
    import pandas as pd

    run(PLAN, tmp_path / "sweep.parquet")
    frame = pd.read_parquet(tmp_path / "sweep.parquet")
    double = frame[(frame.method == "double") & (frame.activation == "relu") & (frame["mean"] == 0)]
    assert (double.true_error <= double.error).all()
    assert (double[double.component == "m2"].value == double[double.component == "m2"].sigma ** 2 / 2).all()


def test_stopped_after_every_task_and_resumed(tmp_path, serial):
    path = tmp_path / "sweep.parquet"
    seen = []
    for _ in range(len(tasks_of(PLAN)) + 1):
        stops = iter([False, True])
        if run(PLAN, path, progress=lambda journal: seen.append(len(journal)), stop=lambda s=stops: next(s)):
            break
        assert not path.exists()
    assert path.read_bytes() == serial
    assert sorted(set(seen)) == list(range(len(tasks_of(PLAN)) + 1))


def test_a_finished_sweep_is_written_again_from_its_journal(tmp_path, serial, monkeypatch):
    path = tmp_path / "sweep.parquet"
    run(PLAN, path)
    path.unlink()
    monkeypatch.setattr("fastsig.sweeps.runner.work", lambda task: pytest.fail("this was done already"))
    assert run(PLAN, path)
    assert path.read_bytes() == serial


@pytest.mark.parametrize("in_flight", [1, 3, 100])
def test_threads(tmp_path, serial, in_flight):
    with ThreadPoolExecutor(3) as executor:
        assert run(PLAN, tmp_path / "sweep.parquet", executor=executor, in_flight=in_flight)
    assert (tmp_path / "sweep.parquet").read_bytes() == serial


def test_processes(tmp_path, serial):
    with processes(2) as (executor, number):
        assert number == 2
        assert run(PLAN, tmp_path / "sweep.parquet", executor=executor)
    assert (tmp_path / "sweep.parquet").read_bytes() == serial


def test_a_stop_keeps_what_is_in_flight(tmp_path, serial):
    path = tmp_path / "sweep.parquet"
    with ThreadPoolExecutor(2) as executor:
        asked = iter([False, False, True])
        assert not run(PLAN, path, executor=executor, in_flight=4, stop=lambda: next(asked, True))
        counts = []
        assert run(PLAN, path, executor=executor, progress=lambda journal: counts.append(len(journal)))
    assert counts[0] >= 1
    assert path.read_bytes() == serial


class Dying(ThreadPoolExecutor):
    """An executor that loses its third task."""

    submitted = 0

    def submit(self, function, /, *arguments):
        self.submitted += 1
        if self.submitted != 3:
            return super().submit(function, *arguments)
        lost = Future()
        lost.set_exception(RuntimeError("the worker is gone"))
        return lost


def test_a_lost_task_ends_the_run_and_nothing_else(tmp_path, serial):
    path = tmp_path / "sweep.parquet"
    with (
        Dying(1) as executor,
        pytest.raises(SweepError, match=r"was lost: RuntimeError: the worker is gone\. .* resumes"),
    ):
        run(PLAN, path, executor=executor, in_flight=3)
    assert run(PLAN, path)
    assert path.read_bytes() == serial


def _kill_yourself() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_process_of_a_pool(tmp_path, serial):
    path = tmp_path / "sweep.parquet"
    with processes(2) as (executor, _):
        executor.submit(_kill_yourself)
        with pytest.raises(SweepError, match="BrokenProcessPool"):
            run(PLAN, path, executor=executor)
    assert run(PLAN, path)
    assert path.read_bytes() == serial


def test_an_executor_of_any_kind_will_do(tmp_path, serial):
    import multiprocessing

    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as executor:
        assert run(PLAN, tmp_path / "sweep.parquet", executor=executor)
    assert (tmp_path / "sweep.parquet").read_bytes() == serial


def test_streams_do_not_depend_on_tasks():
    """What a method of sampling gets as its seed: of the cell alone."""
    from fastsig.sweeps.streams import stream

    seeds = {
        stream(seed, phi, m, s, mu)
        for seed in (0, 1)
        for phi in "ab"
        for m in "cd"
        for s in (1.0, 2.0)
        for mu in (0.0, 1.0)
    }
    assert len(seeds) == 32
    assert stream(5, "gelu", "monte_carlo:10", 1.0, 0.0) == 139067822429459680313412958889998380873


def test_no_rows_of_damaged_files(tmp_path):
    path = tmp_path / "sweep.parquet"
    run(PLAN, path)
    for content in (b"", b"PAR1", path.read_bytes()[:-20], path.read_bytes()[:2000]):
        path.write_bytes(content)
        with pytest.raises(ValueError, match="is no sweep that 'fastsig validate' wrote"):
            read(path)


def test_parquet_of_others(tmp_path):
    import pandas as pd

    pd.DataFrame({"a": [1]}).to_parquet(tmp_path / "a.parquet")
    with pytest.raises(ValueError, match="it has no plan in it"):
        read(tmp_path / "a.parquet")
    with pytest.raises(FileNotFoundError):
        read(tmp_path / "b.parquet")


def test_the_file_cannot_be_written(tmp_path):
    """Everything but the file stays, and the next run writes it."""
    path = tmp_path / "sweep.parquet"
    path.mkdir()
    with pytest.raises(OSError, match="directory"):
        run(PLAN, path)
    assert [entry.name for entry in tmp_path.iterdir() if "unfinished" in entry.name] == []
    path.rmdir()
    assert run(PLAN, path)


def test_a_file_that_is_no_sweep_is_not_overwritten(tmp_path):
    path = tmp_path / "precious.parquet"
    path.write_text("hello")
    with pytest.raises(SweepError, match="is no sweep that 'fastsig validate' wrote: move it away"):
        run(Plan.of("relu", sigma="1"), path)
    assert path.read_text() == "hello"


def test_nothing_judged_is_not_passed(tmp_path):
    plan = Plan.of("relu", sigma="1,2", methods="gauss_hermite:10")
    assert run(plan, tmp_path / "sweep.parquet")
    found = judge(read(tmp_path / "sweep.parquet").rows)
    assert found.judged == 0
    assert found.in_words.startswith("nothing was judged")
