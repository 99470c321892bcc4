"""The journal of a sweep: finished tasks in an SQLite file, one transaction each.

SQLite's write-ahead log is synced with every task, so what is in the journal survives kill -9 and power
cuts; the exclusive lock keeps a second process out and goes with the process that held it. Numbers are JSON
with a checksum, since SQLite checks its own pages but not what stands in them.
"""

import contextlib
import json
import sqlite3
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Self

from fastsig.errors import SweepError
from fastsig.sweeps.measured import Measured
from fastsig.sweeps.plan import Plan
from fastsig.sweeps.tasks import Done, Task, Versions, tasks_of
from fastsig.version import __version__

APPLICATION = 0x66736967  # "fsig", in the header of the file
BUSY = "another process is at work on it"
# Primary result codes of SQLite (https://www.sqlite.org/rescode.html) that say nothing of what stands in the file.
IN_USE = sqlite3.SQLITE_BUSY, sqlite3.SQLITE_LOCKED
OF_THE_DISK = (
    sqlite3.SQLITE_FULL, sqlite3.SQLITE_IOERR, sqlite3.SQLITE_READONLY, sqlite3.SQLITE_CANTOPEN,
    sqlite3.SQLITE_PERM, sqlite3.SQLITE_NOMEM,
)  # fmt: skip


class Journal:
    """Finished tasks of one plan; a context manager.

    Raises
    ------
    SweepError
        The file is damaged, no journal, in use, or of another plan; a disk is full.
    """

    def __init__(self, path: Path, plan: Plan) -> None:
        self.path, self.plan, self.tasks = path, plan, tasks_of(plan)
        self._seconds: dict[int, float] = {}
        self._connection = self._connect()
        try:
            with self._explained():
                self._prepare()
        except BaseException:
            self._connection.close()
            raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        with contextlib.suppress(sqlite3.Error):  # a full disk: the log stays, and is read the next time
            self._connection.close()

    def __len__(self) -> int:
        return len(self._seconds)

    @property
    def left(self) -> list[Task]:
        """The tasks that are not finished."""
        return [task for task in self.tasks if task.number not in self._seconds]

    @property
    def seconds(self) -> dict[int, float]:
        """How long each finished task took, by its number."""
        return self._seconds

    def add(self, done: Done) -> None:
        """Keep a finished task: it is on the disk when this returns."""
        text = json.dumps([done.measured, done.versions], separators=(",", ":"))
        row = done.number, text, _checksum(done.number, text, done.seconds, done.worker), done.seconds, done.worker
        with self._explained():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.execute("INSERT INTO task VALUES (?, ?, ?, ?, ?)", row)
                self._connection.execute("COMMIT")
            except BaseException:
                with contextlib.suppress(sqlite3.Error):  # SQLite has rolled back already where a disk is full
                    self._connection.execute("ROLLBACK")
                raise
        self._seconds[done.number] = done.seconds

    def finished(self) -> Iterator[Done]:
        """Finished tasks in order."""
        with self._explained():
            found = self._connection.execute("SELECT number, rows, checksum, seconds, worker FROM task ORDER BY number")
            for number, text, checksum, seconds, worker in found:
                if _checksum(number, text, seconds, worker) != checksum:
                    raise self._refused(f"task {number} is not as it was written")
                measured, versions = json.loads(text)
                yield Done(number, [Measured(*row) for row in measured], Versions(*versions), seconds, worker)

    def _connect(self) -> sqlite3.Connection:
        try:
            return sqlite3.connect(self.path, isolation_level=None, timeout=1.0)
        except sqlite3.Error as error:
            raise SweepError(f"the journal {self.path} cannot be opened: {error}") from None

    def _prepare(self) -> None:
        execute = self._connection.execute
        execute("PRAGMA locking_mode=EXCLUSIVE")  # before the log is first used: it then needs no shared memory
        kind = execute("PRAGMA application_id").fetchone()[0]
        if kind != APPLICATION and execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
            raise self._refused("it is an SQLite file, but no journal of fastsig")
        execute("PRAGMA journal_mode=WAL")
        execute("PRAGMA synchronous=FULL")
        execute("BEGIN IMMEDIATE")
        if kind == APPLICATION:
            self._check()
        else:
            execute(f"PRAGMA application_id={APPLICATION}")
            execute("CREATE TABLE sweep (plan TEXT, tasks TEXT, version TEXT)")
            execute(
                "CREATE TABLE task (number INTEGER PRIMARY KEY, rows TEXT, checksum TEXT, seconds REAL, worker TEXT)"
            )
            execute("INSERT INTO sweep VALUES (?, ?, ?)", (self.plan.to_json(), self._cut(), __version__))
        execute("COMMIT")

    def _check(self) -> None:
        state = self._connection.execute("PRAGMA quick_check(1)").fetchone()[0]
        if state != "ok":
            raise self._refused(state)
        found = self._connection.execute("SELECT plan, tasks, version FROM sweep").fetchall()
        if len(found) != 1:
            raise self._refused("it has no plan")
        text, cut, version = found[0]
        if text != self.plan.to_json():
            other = Plan.from_json(text)  # a ValueError: damaged
            raise self._refused(f"its plan differs in {', '.join(self.plan.differences(other))}", damaged=False)
        if cut != self._cut():
            raise self._refused(f"fastsig {version}, which began it, cut the plan into other tasks", damaged=False)
        self._seconds = {done.number: done.seconds for done in self.finished()}

    def _cut(self) -> str:
        return sha256(repr(self.tasks).encode()).hexdigest()

    def _refused(self, why: str, *, damaged: bool = True) -> SweepError:
        what = "damaged or no journal" if damaged else "of another sweep"
        why = " ".join(why.split())[:200]  # SQLite's reports have several lines
        return SweepError(
            f"the journal {self.path} is {what}: {why}. Move it away to begin anew, or write to another file (--out)"
        )

    @contextlib.contextmanager
    def _explained(self) -> Iterator[None]:
        """Turn errors of SQLite into ours."""
        try:
            yield
        except sqlite3.Error as error:
            code = getattr(error, "sqlite_errorcode", 0) & 0xFF
            if code in IN_USE:
                raise SweepError(f"the journal {self.path} is in use: {BUSY}; wait for it, or end it") from None
            if code in OF_THE_DISK:
                raise SweepError(
                    f"the journal {self.path} cannot be written or read: {error}. {len(self)} of {len(self.tasks)} "
                    "tasks are in it; when there is room again, the same command resumes"
                ) from None
            undecodable = "decode" in str(error)  # by Python's own hand: it would print what it could not decode
            raise self._refused("it holds bytes that are no text" if undecodable else str(error)) from None
        except (ValueError, TypeError) as error:
            raise self._refused(str(error)) from None


def _checksum(number: int, text: str, seconds: float, worker: str) -> str:
    return sha256(f"{number}\n{text}\n{seconds!r}\n{worker}".encode()).hexdigest()
