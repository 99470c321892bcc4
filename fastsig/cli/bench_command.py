"""``fastsig bench``: fastsig against other ways to the same integrals."""

import argparse
import sys
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from fastsig.cli.usage import Outcome, UsageError

if TYPE_CHECKING:
    from fastsig.benchmark.method import Method
    from fastsig.benchmark.report import Document

DESCRIPTION = """\
Compute the same 36,000 Gaussian integrals (9 activations x 1000 sigma x m1, g1, g2,
m2, mean 0) with fastsig and with other methods, on one core, and print the worst
error of each beside its time. Errors are against certified values. Slow methods
compute a part of the integrals, and their time is scaled up and marked."""
EPILOG = """\
examples:
  fastsig bench
  fastsig bench --methods numpy_panels scipy_quad --repeat 3
  fastsig bench --json bench.json --figure error_against_time.png
  fastsig bench --load bench.json --markdown

Libraries that are not installed are listed with what to install. All methods run
once in each round, so that ratios survive a busy machine; ctrl-C prints what is
done so far and exits with status 130. JSON has the schema fastsig.bench/1."""
REPEAT, MOST_REPEATS = 7, 1000


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("--methods", nargs="+", metavar="NAME", help="some methods, beside fastsig (default: all)")
    parser.add_argument("--list", action="store_true", help="print the names of the methods and exit")
    parser.add_argument("--repeat", metavar="N", help=f"rounds, 1 to {MOST_REPEATS} (default {REPEAT}, with --quick 1)")
    parser.add_argument("--quick", action="store_true", help="few integrals: to see that all works, not how fast")
    parser.add_argument("--markdown", action="store_true", help="print Markdown, as it stands in the README")
    parser.add_argument("--json", metavar="FILE", help="write the results to this file as well")
    parser.add_argument("--figure", metavar="FILE.png", help="draw error against time (needs matplotlib)")
    parser.add_argument("--load", metavar="FILE", help="show the results of this JSON file instead of running")


def run(options: argparse.Namespace) -> Outcome:
    """Run or load a benchmark and return its table."""
    from fastsig.benchmark.methods.all_methods import METHODS
    from fastsig.benchmark.table import as_markdown, as_text

    if options.list:
        width = max(map(len, METHODS))
        return Outcome("".join(f"{name.ljust(width)}  {method.title}\n" for name, method in METHODS.items()))
    methods, repeat = _methods(options.methods), _repeat(options)
    _check_files(options)
    found = _load(options.load) if options.load else _measured(options, methods, repeat)
    text = as_markdown(found) if options.markdown else as_text(found)
    try:
        _write(options, found)
    except OSError as error:  # minutes of work are shown all the same
        return Outcome(text, f"cannot write {error.filename}: {error.strerror}")
    if found["interrupted"] and not options.load:
        return Outcome(text, "interrupted: this is what was done so far", interrupted=True)
    return Outcome(text)


def _write(options: argparse.Namespace, found: "Document") -> None:
    if options.json:
        import json

        Path(options.json).write_text(json.dumps(found, indent=1) + "\n")
    if options.figure:
        from fastsig.benchmark.figure import draw

        draw(found, options.figure)


def _methods(names: list[str] | None) -> "list[Method]":
    from fastsig.benchmark.methods.all_methods import BASE, METHODS

    if names is None:
        return list(METHODS.values())
    for name in names:
        if name not in METHODS:
            raise UsageError(f"no method {name!r}; there are {', '.join(METHODS)}")
    return [METHODS[name] for name in METHODS if name in names or name == BASE]


def _repeat(options: argparse.Namespace) -> int:
    if options.repeat is None:
        return 1 if options.quick else REPEAT
    text: str = options.repeat
    if not (text.isascii() and text.isdigit() and 1 <= int(text) <= MOST_REPEATS):
        raise UsageError(f"--repeat must be a whole number from 1 to {MOST_REPEATS}; got {text!r}")
    return int(text)


def _check_files(options: argparse.Namespace) -> None:
    """Refuse before the work what would fail after it."""
    for option, name in (("--json", options.json), ("--figure", options.figure)):
        if name is not None and not Path(name).absolute().parent.is_dir():
            raise UsageError(f"{option}: the folder of {name!r} does not exist; make it first")
    if options.figure is None:
        return
    if Path(options.figure).suffix not in (".png", ".svg", ".pdf"):
        raise UsageError(f"--figure must end in .png, .svg or .pdf; got {options.figure!r}")
    if find_spec("matplotlib") is None:
        from fastsig.benchmark.figure import MISSING

        raise UsageError(f"--figure: {MISSING}")


def _measured(options: argparse.Namespace, methods: "list[Method]", repeat: int) -> "Document":
    from fastsig.benchmark.machine import load
    from fastsig.benchmark.report import document
    from fastsig.benchmark.runner import measure

    before = load()
    results = measure(methods, repeat=repeat, quick=options.quick, progress=_progress)
    _clear_progress()
    return document(results, command=_command(options), quick=options.quick, load=(before, load()))


def _command(options: argparse.Namespace) -> str:
    parts = ["fastsig bench"]
    if options.methods:
        parts.append(f"--methods {' '.join(options.methods)}")
    if options.repeat:
        parts.append(f"--repeat {options.repeat}")
    if options.quick:
        parts.append("--quick")
    return " ".join(parts)


def _load(name: str) -> "Document":
    import json

    from fastsig.benchmark.report import SCHEMA

    try:
        found: Document = json.loads(Path(name).read_text())
        if found["schema"] == SCHEMA:
            return found
        problem = f"its schema is {found['schema']!r}"
    except OSError as error:
        problem = error.strerror or str(error)
    except (ValueError, KeyError, TypeError):
        problem = "it is no such document"
    raise UsageError(f"--load needs a JSON file that 'fastsig bench --json' wrote ({SCHEMA}); {name!r}: {problem}")


WIDTH = 20


def _progress(done: int, steps: int, what: str) -> None:
    """Draw a bar, on a terminal only."""
    if sys.stderr.isatty():
        full = WIDTH * done // max(steps, 1)
        sys.stderr.write(f"\r\033[K[{'#' * full}{'.' * (WIDTH - full)}] {what}")
        sys.stderr.flush()


def _clear_progress() -> None:
    if sys.stderr.isatty():
        sys.stderr.write("\r\033[K")
        sys.stderr.flush()
