"""The machine and the versions that a benchmark belongs to."""

import os
import platform
from pathlib import Path
from typing import Any


def cpu_model() -> str:
    """Return the name of the processor."""
    try:
        for line in Path("/proc/cpuinfo").read_text().splitlines():
            if line.startswith("model name"):
                return line.partition(":")[2].strip()
    except OSError:
        pass
    return platform.processor() or platform.machine()


def load() -> float | None:
    """Return how many processes wanted to run during the last minute, where the system knows it."""
    return round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None


def describe() -> dict[str, Any]:
    """Return processor, cores, system and versions."""
    import numpy
    import scipy

    from fastsig.targets.cpu import cpu_level
    from fastsig.version import __version__

    return {
        "machine": {
            "cpu": cpu_model(),
            "cores": os.cpu_count(),
            "cores_used": 1 if hasattr(os, "sched_setaffinity") else None,
            "system": platform.platform(),
        },
        "cpu_level": cpu_level(),
        "versions": {
            "fastsig": __version__,
            "python": platform.python_version(),
            "numpy": numpy.__version__,
            "scipy": scipy.__version__,
        },
    }
