"""Rows as Parquet (extra `sweep`): the same rows give the same bytes."""

import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple, get_args, get_type_hints

from fastsig.errors import SweepError
from fastsig.sweeps.plan import Plan
from fastsig.sweeps.rows import Row

MISSING = "sweeps are written as Parquet, which needs pyarrow: pip install 'fastsig[sweep]'"
PLAN = b"fastsig.sweep"  # under this key the file holds its plan
LEVEL = 9  # of the compression, as part of the bytes


class Sweep(NamedTuple):
    """A plan and its rows."""

    plan: Plan
    rows: list[Row]


def require() -> None:
    """Raise ImportError, with what to install, where pyarrow is missing."""
    _pyarrow()


def require_sweep(path: str | os.PathLike[str]) -> None:
    """Raise SweepError unless a file is a sweep, which may be written again."""
    pyarrow, parquet = _pyarrow()
    try:
        known = PLAN in (parquet.read_schema(path).metadata or {})
    except pyarrow.ArrowInvalid:
        known = False
    if not known:
        raise SweepError(
            f"{os.fspath(path)} exists, and is no sweep that 'fastsig validate' wrote: move it away, or write to "
            "another file (--out)"
        )


def write(plan: Plan, rows: Sequence[Row], path: str | os.PathLike[str]) -> None:
    """Write rows to a file that appears when it is complete."""
    pyarrow, parquet = _pyarrow()
    columns = zip(*rows, strict=True) if rows else [()] * len(Row._fields)
    arrays = [
        pyarrow.array(column, type=_type(pyarrow, name)) for name, column in zip(Row._fields, columns, strict=True)
    ]
    table = pyarrow.table(arrays, names=list(Row._fields), metadata={PLAN: plan.to_json().encode()})
    unfinished = Path(f"{os.fspath(path)}.unfinished")
    try:
        parquet.write_table(table, unfinished, compression="zstd", compression_level=LEVEL)
        with open(unfinished, "rb") as file:
            os.fsync(file.fileno())
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)


def read(path: str | os.PathLike[str]) -> Sweep:
    """Read a sweep.

    Parameters
    ----------
    path : path
        A file that ``fastsig validate`` or `fastsig.sweeps.run` wrote.

    Returns
    -------
    Sweep
        `plan` and `rows`, a list of `Row`. pandas and others read the file, too.

    Raises
    ------
    ValueError
        If it is no such file.
    OSError
        If it cannot be read.
    ImportError
        Without pyarrow.
    """
    pyarrow, parquet = _pyarrow()
    try:
        with open(path, "rb") as file:
            # Without threads of its own: one that is left at the end of a process can end it with SIGABRT.
            table = parquet.ParquetFile(file, pre_buffer=False).read(use_threads=False)
        plan = Plan.from_json((table.schema.metadata or {})[PLAN].decode())
        return Sweep(plan, [Row(*row) for row in zip(*(table[name].to_pylist() for name in Row._fields), strict=True)])
    except (pyarrow.ArrowInvalid, KeyError, ValueError) as error:
        why = "it has no plan in it" if isinstance(error, KeyError) else str(error)
        raise ValueError(f"{os.fspath(path)} is no sweep that 'fastsig validate' wrote: {why}") from None


def _type(pyarrow: Any, name: str) -> Any:
    kind = _TYPES[name]
    return {int: pyarrow.int64(), float: pyarrow.float64(), str: pyarrow.string()}[kind]


_TYPES = {name: (get_args(hint) or (hint,))[0] for name, hint in get_type_hints(Row).items()}


def _pyarrow() -> tuple[Any, Any]:
    try:
        import pyarrow
        from pyarrow import parquet
    except ImportError:
        raise ImportError(MISSING) from None
    return pyarrow, parquet
