"""Bad usage and outcomes: what a command hands back, and one-line errors."""

import argparse
import os
import sys
from typing import Any, NamedTuple, NoReturn

SUCCESS, FAILURE, BAD_USAGE, INTERRUPTED = 0, 1, 2, 130


class UsageError(Exception):
    """What was given is not allowed; the message is one line and says what to do."""


class Outcome(NamedTuple):
    """What a command prints; with a complaint it has failed, or was interrupted."""

    text: str
    complaint: str | None = None
    interrupted: bool = False


def one_line(message: object) -> str:
    """Return a message without line breaks."""
    return " ".join(str(message).split())


class Formatter(argparse.RawDescriptionHelpFormatter):
    """Help in the width of the terminal, which argparse itself finds by importing shutil (5 ms at every start)."""

    def __init__(self, prog: str, **options: Any) -> None:
        options.setdefault("width", min(_terminal_width() - 2, 100))
        super().__init__(prog, **options)


def _terminal_width() -> int:
    try:
        return int(os.environ.get("COLUMNS", "")) or 80
    except ValueError:
        pass
    try:
        return os.get_terminal_size().columns or 80
    except OSError:
        return 80


class OneLineParser(argparse.ArgumentParser):
    """A parser whose errors are one line on stderr, without the usage."""

    def error(self, message: str) -> NoReturn:
        """Print the error and exit with status 2."""
        message = message.removeprefix("argument ")  # argparse: "argument --sigma: ..."
        if message.endswith("required: NAME") and any(
            "--sigma" in action.option_strings and action.nargs == "+" for action in self._actions
        ):
            message += " (before --sigma, which takes all that follows it)"
        print(f"{self.prog}: error: {one_line(message)}; see '{self.prog} --help'", file=sys.stderr)
        sys.exit(BAD_USAGE)
