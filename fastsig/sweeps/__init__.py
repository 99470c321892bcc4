"""Validation sweeps: methods against the truth at many points, on one machine or many, stopped and resumed.

A `Plan` says what is computed; `run` does it and writes Parquet, `read` reads that, `judge` says whether
the stated errors hold. ``fastsig validate`` and ``fastsig report`` do the same from the command line.
"""

from importlib import import_module
from typing import Any

_HOME = {
    "Plan": "plan",
    "Row": "rows",
    "Verdict": "verdict",
    "judge": "verdict",
    "read": "parquet",
    "run": "runner",
}

__all__ = sorted(_HOME)


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module 'fastsig.sweeps' has no attribute {name!r}")
    value = getattr(import_module(f"fastsig.sweeps.{_HOME[name]}"), name)
    globals()[name] = value
    return value


def __dir__() -> list[str]:
    return __all__
