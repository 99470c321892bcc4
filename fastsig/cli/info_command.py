"""``fastsig info``: versions, CPU level, targets."""

import argparse
from typing import Any

from fastsig.cli.tables import aligned
from fastsig.cli.usage import Outcome

DESCRIPTION = """\
Show what a report of a problem should say: versions, platform, CPU level and
targets; or the flags with which a compiler finds the C library."""
EPILOG = """\
The environment variable FASTSIG_CPU_LEVEL chooses another of the available CPU
levels; without it the best one is used.

examples:
  cc program.c $(fastsig info --cflags --libs)
  cmake -S . -B build -Dfastsig_DIR="$(fastsig info --cmake-dir)\""""
SCHEMA = "fastsig.info/1"
PACKAGES = ("numpy", "scipy", "numba", "cffi")
NO_NUMBA = "numba is not installed: pip install numba"


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--format", choices=("table", "json"), default="table", help="default: table")
    parser.add_argument("--cflags", action="store_true", help="print only what a C compiler needs")
    parser.add_argument("--libs", action="store_true", help="print only what a linker needs")
    parser.add_argument("--cmake-dir", action="store_true", help="print only the folder for CMake's fastsig_DIR")


def gather() -> dict[str, Any]:
    """Return the facts, without importing the packages (but numba-cuda, if it is installed)."""
    import platform
    from importlib.metadata import PackageNotFoundError, version

    from fastsig.embedding.installation import cmake_dir, get_include, get_library_dir, get_shared_library
    from fastsig.targets import cuda
    from fastsig.targets.cpu import cpu_level, cpu_levels
    from fastsig.version import __version__

    versions: dict[str, str | None] = {"fastsig": __version__, "python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = version(package)
        except PackageNotFoundError:
            versions[package] = None
    no_cuda = cuda.missing()
    return {
        "schema": SCHEMA,
        "version": __version__,
        "versions": versions,
        "platform": platform.platform(),
        "cpu_level": cpu_level(),
        "cpu_levels": list(cpu_levels()),
        "targets": {
            "cpu": {"usable": True, "reason": None},
            "numba": {"usable": versions["numba"] is not None, "reason": None if versions["numba"] else NO_NUMBA},
            "cuda": {"usable": no_cuda is None, "reason": no_cuda},
        },
        "installed": {
            "include": get_include(),
            "library": get_library_dir(),
            "shared_library": get_shared_library(),
            "cmake": cmake_dir(),
        },
    }


def flags(options: argparse.Namespace) -> str:
    """Return the flags asked for, on one line; empty if none are."""
    from fastsig.embedding.installation import cmake_dir, compiler_flags, linker_flags

    wanted = (options.cflags, compiler_flags), (options.libs, linker_flags), (options.cmake_dir, cmake_dir)
    return " ".join(text() for asked, text in wanted if asked)


def run(options: argparse.Namespace) -> Outcome:
    """Return the facts as text."""
    if line := flags(options):
        return Outcome(line + "\n")
    facts = gather()
    if options.format == "json":
        import json

        return Outcome(json.dumps(facts, indent=1) + "\n")
    rows = [(name, version or "not installed") for name, version in facts["versions"].items()]
    rows.append(("platform", facts["platform"]))
    rows.append(("CPU level", f"{facts['cpu_level']} (available: {', '.join(facts['cpu_levels'])})"))
    for target, state in facts["targets"].items():
        rows.append((f"target {target}", "usable" if state["usable"] else state["reason"]))
    rows += [(place.replace("_", " "), path) for place, path in facts["installed"].items()]
    return Outcome(aligned(rows[0], rows[1:], left=range(2)) + "\n")
