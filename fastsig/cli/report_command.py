"""``fastsig report``: figures and a page of a sweep."""

import argparse
from pathlib import Path

from fastsig.cli.usage import Outcome, UsageError

DESCRIPTION = """\
Show what a sweep found: the verdict as text, and one HTML page with figures (errors over
activation and sigma, errors against the number of nodes, z-scores) that needs nothing else."""
EPILOG = """\
examples:
  fastsig report sweep.parquet
  fastsig report sweep.parquet --html page.html --figures folder

The page goes to sweep.html unless --html says otherwise; --figures writes the figures as PNG
files, too. Exit status 1 means that stated errors did not hold."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("file", metavar="FILE", help="what 'fastsig validate' wrote")
    parser.add_argument("--html", metavar="FILE.html", help="the page (default: FILE with the ending .html)")
    parser.add_argument("--figures", metavar="FOLDER", help="write the figures to this folder as well")


def run(options: argparse.Namespace) -> Outcome:
    """Write the page and return the verdict."""
    from fastsig.cli.sweep_text import as_text
    from fastsig.sweeps.page import figures_of, page
    from fastsig.sweeps.parquet import read
    from fastsig.sweeps.timings import seconds_by_method
    from fastsig.sweeps.verdict import judge

    html = Path(options.html) if options.html else Path(options.file).with_suffix(".html")
    _check(options, html)
    try:
        sweep = read(options.file)
    except ValueError as error:
        raise UsageError(str(error)) from None
    except OSError as error:
        raise UsageError(f"{options.file!r} cannot be read: {error.strerror or error}") from None
    verdict = judge(sweep.rows)
    figures = figures_of(sweep.rows)
    html.write_text(page(sweep, verdict, figures, seconds_by_method(options.file)), encoding="utf-8")
    written = [html]
    for name, png in figures.items() if options.figures else ():
        written.append(Path(options.figures) / f"{name}.png")
        written[-1].write_bytes(png)
    text = as_text(sweep.plan, verdict) + "".join(f"wrote {path}\n" for path in written)
    return Outcome(text, None if verdict.passed else "stated errors did not hold; see above")


def _check(options: argparse.Namespace, html: Path) -> None:
    if html == Path(options.file):
        raise UsageError(f"--html would overwrite the sweep {options.file!r}; give another name")
    if not html.absolute().parent.is_dir() or html.is_dir():
        raise UsageError(f"--html: {str(html)!r} is a folder, or lies in one that does not exist")
    if options.figures and not Path(options.figures).is_dir():
        raise UsageError(f"--figures: the folder {options.figures!r} does not exist; make it first")
