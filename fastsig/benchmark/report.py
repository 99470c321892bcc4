"""Results as a document (JSON, schema fastsig.bench/1) and back."""

import math
from datetime import UTC, datetime
from typing import Any

from fastsig.benchmark.machine import describe
from fastsig.benchmark.measurement import Measurement, spread_of
from fastsig.benchmark.methods.all_methods import BASE
from fastsig.benchmark.problem import ACTIVATIONS, BATCH_SIGMA, COMPONENTS, TRUTH
from fastsig.benchmark.runner import Results

SCHEMA = "fastsig.bench/1"
Document = dict[str, Any]


def document(results: Results, *, command: str, quick: bool, load: tuple[float | None, float | None]) -> Document:
    """Return all that a run found, ready for JSON (an infinite error is the string "inf")."""
    described = describe()
    described["machine"]["load_before_and_after"] = list(load)
    base = results.measured.get(BASE)
    return {
        "schema": SCHEMA,
        "command": command,
        "date": datetime.now(UTC).isoformat(timespec="seconds"),
        "quick": quick,
        "interrupted": results.interrupted,
        **described,
        "batch": {
            "activations": list(ACTIVATIONS),
            "components": list(COMPONENTS),
            "sigma": {"low": 1e-3, "high": 1e3, "number": BATCH_SIGMA.size, "spacing": "logarithmic"},
            "mean": 0,
            "integrals": len(ACTIVATIONS) * len(COMPONENTS) * BATCH_SIGMA.size,
        },
        "truth": TRUTH,
        "methods": [_entry(found, base) for found in results.measured.values()],
        "missing": [{"name": name, "reason": reason} for name, reason in results.missing.items()],
    }


def _entry(found: Measurement, base: Measurement | None) -> Document:
    ratios = found.ratios(base) if base else []
    error = found.worst.error
    return {
        "name": found.name,
        "title": found.title,
        "version": found.version,
        "remark": found.remark,
        "components": list(found.components),
        "worst_error": error if math.isfinite(error) else "inf",
        "worst_at": {
            "activation": found.worst.activation,
            "component": found.worst.component,
            "sigma": found.worst.sigma,
        },
        "judged_integrals": found.judged,
        "integrals": found.integrals,
        "timed_integrals": found.timed,
        "extrapolated": found.extrapolated,
        "calls": found.calls,
        "rounds": found.rounds,
        "seconds": found.seconds,
        "wall_seconds": found.wall_seconds,
        "time": spread_of(found.seconds)._asdict() if found.seconds else None,
        "ratio": spread_of(ratios)._asdict() if ratios else None,
    }
