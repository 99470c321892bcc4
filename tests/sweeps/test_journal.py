"""The journal: resumed, refused where it must be, and what a full disk does."""

import random
import re
import resource
import sqlite3
import subprocess
import sys
from pathlib import Path

import pytest

from fastsig.errors import SweepError
from fastsig.sweeps import Plan, run
from fastsig.sweeps.journal import Journal
from fastsig.sweeps.tasks import tasks_of, work

PLAN = Plan.of("relu,tanh,gelu", sigma="0.1:10:5", methods="double,gauss_hermite:20,gauss_hermite:30")


@pytest.fixture
def path(tmp_path):
    return tmp_path / "sweep.parquet.journal"


def begun(path, number=4):
    """A journal with some tasks in it."""
    done = [work(task) for task in tasks_of(PLAN)[:number]]
    with Journal(path, PLAN) as journal:
        for one in done:
            journal.add(one)
    return done


def test_what_was_added_is_there_again(path):
    done = begun(path)
    with Journal(path, PLAN) as journal:
        assert list(journal.finished()) == done
        assert len(journal) == 4
        assert [task.number for task in journal.left] == list(range(4, len(journal.tasks)))


def test_a_task_counts_once(path):
    done = begun(path)
    with Journal(path, PLAN) as journal:
        with pytest.raises(SweepError, match="UNIQUE"):
            journal.add(done[0])
        assert list(journal.finished()) == done


def test_the_journal_of_another_plan(path):
    begun(path)
    before = path.read_bytes()
    other = Plan.of("relu,tanh,gelu", sigma="0.1:10:6", methods="double,gauss_hermite:20,gauss_hermite:30", seed=3)
    with pytest.raises(SweepError, match=r"of another sweep: its plan differs in sigma, seed\. Move it away"):
        Journal(path, other)
    assert path.read_bytes() == before


def test_another_cut(path, monkeypatch):
    from fastsig.sweeps import tasks

    begun(path)
    monkeypatch.setattr(tasks, "points_of_a_task", lambda method: 2)
    with pytest.raises(SweepError, match="cut the plan into other tasks"):
        Journal(path, PLAN)


def test_in_use(path):
    begun(path)
    with Journal(path, PLAN), pytest.raises(SweepError, match="in use: another process"):
        Journal(path, PLAN)


@pytest.mark.parametrize("content", [b"rows, rows, rows" * 100, b"PAR1" + bytes(200)])
def test_what_is_no_journal(path, content):
    path.write_bytes(content)
    with pytest.raises(SweepError, match="damaged or no journal: file is not a database"):
        Journal(path, PLAN)
    assert path.read_bytes() == content


def test_another_sqlite_file(path):
    connection = sqlite3.connect(path)
    connection.execute("CREATE TABLE cats (name TEXT)")
    connection.close()
    with pytest.raises(SweepError, match="an SQLite file, but no journal of fastsig"):
        Journal(path, PLAN)


def refused_or_whole(path, done):
    """Whether the journal is refused as damaged; if it is not, nothing may be missing."""
    try:
        with Journal(path, PLAN) as journal:
            assert list(journal.finished()) == done
    except SweepError as error:
        return "damaged or no journal" in str(error)
    return False


def test_every_page_that_is_lost_is_noticed(path):
    """Other bytes in place of any one page: refused, but for a page that is not in use."""
    done = begun(path)
    whole = path.read_bytes()
    places = range(0, len(whole), 4096)
    refused = 0
    for first in places:
        path.write_bytes(whole[:first] + b"\x55" * 4096 + whole[first + 4096 :])
        refused += refused_or_whole(path, done)
    assert refused >= len(places) - 1
    path.write_bytes(whole[: len(whole) // 2])
    assert refused_or_whole(path, done)


def test_changed_bytes_are_noticed(path):
    """What is read is what was written, or the journal is refused: as damaged, not for want of room on a disk."""
    done = begun(path)
    whole = path.read_bytes()
    used = [place for place, byte in enumerate(whole) if byte]
    chance = random.Random(5)
    messages = []
    for changed in (1, 1, 4, 64) * 50:
        content = bytearray(whole)
        for _ in range(changed):
            content[chance.choice(used)] = chance.randrange(256)
        path.write_bytes(content)
        for end in ("-wal", "-shm"):
            Path(f"{path}{end}").unlink(missing_ok=True)
        try:
            with Journal(path, PLAN) as journal:
                assert list(journal.finished()) == done
        except SweepError as error:
            messages.append(str(error))
    assert len(messages) > 100
    expected = re.compile("damaged or no journal: [^\n]+ Move it away|cut the plan into other tasks")
    assert [message for message in messages if not expected.search(message)] == []


def test_a_changed_digit_is_noticed(path):
    """SQLite checks its pages, not what stands in them; the checksums do."""
    begun(path)
    connection = sqlite3.connect(path)
    connection.execute("UPDATE task SET rows = replace(rows, '0.39', '0.38')")
    assert connection.total_changes
    connection.commit()
    connection.close()
    with pytest.raises(SweepError, match="task 0 is not as it was written"):
        Journal(path, PLAN)


def test_a_full_database(path):
    """SQLite's own limit of pages: what it says is what it says of a full disk."""
    tasks = tasks_of(PLAN)
    with Journal(path, PLAN) as journal:
        pages = journal._connection.execute("PRAGMA page_count").fetchone()[0]
        journal._connection.execute(f"PRAGMA max_page_count={pages + 2}")
        with pytest.raises(SweepError, match="disk is full") as caught:
            all(journal.add(work(task)) is None for task in tasks)
        kept = list(journal.finished())
        assert 0 < len(kept) == len(journal) < len(tasks)
    assert f"{len(kept)} of {len(tasks)} tasks are in it; when there is room again, the same command" in str(
        caught.value
    )
    with Journal(path, PLAN) as journal:
        assert list(journal.finished()) == kept
        for task in journal.left:
            journal.add(work(task))


ARGUMENTS = [
    "--activations",
    "relu,tanh,gelu",
    "--sigma",
    "0.1:10:5",
    "--methods",
    "double,gauss_hermite:20,gauss_hermite:30",
]


def test_a_file_that_may_not_grow(tmp_path):
    """A real limit of the system, in a process of its own; the same command goes on when it is lifted."""
    command = [sys.executable, "-P", "-m", "fastsig", "validate", *ARGUMENTS, "--out", str(tmp_path / "sweep.parquet")]
    limit = 60_000

    def at_most() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    found = subprocess.run(command, capture_output=True, text=True, preexec_fn=at_most, check=False)
    assert found.returncode == 1, found.stderr
    assert "fastsig validate: error: the journal" in found.stderr
    assert "cannot be written" in found.stderr
    assert len(found.stderr.splitlines()) == 1
    assert not (tmp_path / "sweep.parquet").exists()
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    assert found.returncode == 0, found.stderr
    run(PLAN, tmp_path / "whole.parquet")
    assert (tmp_path / "sweep.parquet").read_bytes() == (tmp_path / "whole.parquet").read_bytes()
