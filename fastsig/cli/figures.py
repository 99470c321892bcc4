"""The option ``-o FILE``: writing a figure, and what the errors say."""

import argparse
import os
from typing import TYPE_CHECKING

from fastsig.cli.usage import UsageError

if TYPE_CHECKING:
    from collections.abc import Callable

    from matplotlib.figure import Figure

ENDINGS = (".png", ".svg", ".pdf")


def add_output(parser: argparse.ArgumentParser, what: str) -> None:
    """Add -o."""
    parser.add_argument(
        "-o", "--output", metavar="FILE", help=f"write {what} to FILE ({', '.join(ENDINGS)}; extra 'plot')"
    )


def check_output(path: str | None, option: str = "--output", endings: tuple[str, ...] = ENDINGS) -> None:
    """Refuse what could not be written, before work starts."""
    if path is None:
        return
    if endings and os.path.splitext(path)[1].lower() not in endings:
        raise UsageError(f"{option} must end in one of {', '.join(endings)}; got {path!r}")
    folder = os.path.dirname(path) or "."
    if not os.path.isdir(folder):
        raise UsageError(f"{option}: there is no folder {folder!r}")
    if os.path.isdir(path):
        raise UsageError(f"{option}: {path!r} is a folder; give the name of a file")


def write_figure(draw: "Callable[[], Figure]", path: str) -> None:
    """Draw and save."""
    from fastsig.plot.canvas import save

    save(draw(), path)
