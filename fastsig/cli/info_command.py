"""``fastsig info``: versions, CPU level, targets."""

import argparse
from typing import Any

from fastsig.cli.tables import aligned
from fastsig.cli.usage import Outcome

DESCRIPTION = "Show what a report of a problem should say: versions, platform, CPU level and targets."
EPILOG = """\
The environment variable FASTSIG_CPU_LEVEL chooses another of the available CPU
levels; without it the best one is used."""
SCHEMA = "fastsig.info/1"
PACKAGES = ("numpy", "scipy", "numba", "cffi")
NO_CUDA = "not in this version: numbers are computed on the CPU"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")


def gather() -> dict[str, Any]:
    """Return the facts, without importing the packages."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from fastsig.targets.cpu import cpu_level, cpu_levels
    from fastsig.version import __version__

    versions: dict[str, str | None] = {"fastsig": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = None
    return {
        "schema": SCHEMA,
        "version": __version__,
        "versions": versions,
        "platform": platform.platform(),
        "cpu_level": cpu_level(),
        "cpu_levels": list(cpu_levels()),
        "targets": {
            "cpu": {"usable": True, "reason": None},
            "cuda": {"usable": False, "reason": NO_CUDA},
        },
    }


def run(options: argparse.Namespace) -> Outcome:
    """Return the facts as text."""
    facts = gather()
    if options.format == "json":
        import json

        return Outcome(json.dumps(facts, indent=1) + "\n")
    rows = [(name, version or "not installed") for name, version in facts["versions"].items()]
    rows.append(("platform", facts["platform"]))
    rows.append(("CPU level", f"{facts['cpu_level']} (available: {', '.join(facts['cpu_levels'])})"))
    for target, state in facts["targets"].items():
        rows.append((f"target {target}", "usable" if state["usable"] else state["reason"]))
    return Outcome(aligned(rows[0], rows[1:], left=range(2)) + "\n")
