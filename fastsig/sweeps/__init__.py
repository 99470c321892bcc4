"""Validation sweeps: methods against the truth at many points, on one machine or many, stopped and resumed.

A `Plan` says what is computed; `run` does it and writes Parquet, `read` reads that, `judge` says whether
the stated errors hold. ``fastsig validate`` and ``fastsig report`` do the same from the command line.
"""

from fastsig.lazy_names import lazy_names

__getattr__, __dir__, __all__ = lazy_names(
    __name__,
    {
        "Plan": "plan",
        "Row": "rows",
        "Verdict": "verdict",
        "judge": "verdict",
        "read": "parquet",
        "run": "runner",
    },
)
