"""``fastsig warmup``: compile the functions of fastsig.jit into numba's cache."""

import argparse
import sys

from fastsig.cli.usage import Outcome, UsageError

DESCRIPTION = """\
Compile the functions of fastsig.jit for numba and keep them in its cache, so that
later processes load them instead of compiling: in the image of a container, say."""
EPILOG = """\
The cache is next to the package, or where NUMBA_CACHE_DIR says. All of it takes
about a minute; what is there already is only loaded.

examples:
  fastsig warmup
  fastsig warmup gelu swish
  NUMBA_CACHE_DIR=/var/cache/numba fastsig warmup"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the options of this command."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="built-in activations; default: all")


def run(options: argparse.Namespace) -> Outcome:
    """Compile, with a line of progress on a terminal."""
    from fastsig.activations.registry import activation, activation_names

    try:
        names = [activation(name).name for name in options.names if name != "all"]
    except ValueError as error:
        raise UsageError(f"{error} ('fastsig list' shows all)") from None
    if not options.names or "all" in options.names:
        names = list(activation_names())
    names = list(dict.fromkeys(names))
    try:
        from fastsig.jit.warmup import warmup
    except ModuleNotFoundError as missing:
        return Outcome("", f"{missing.name} is not installed: pip install numba")
    compiled = loaded = 0
    folders: dict[str, None] = {}
    homeless = 0
    for number, one in enumerate(warmup(names), 1):
        compiled, loaded = compiled + one.compiled, loaded + one.loaded
        if one.folder is None:
            homeless += 1
        else:
            folders[one.folder] = None
        _progress(f"{number} of {4 * len(names)}: {one.name}")
    _progress("")
    if homeless:
        return Outcome("", "no folder for numba's cache can be written: set NUMBA_CACHE_DIR to one that can")
    return Outcome(f"{compiled} versions compiled, {loaded} loaded from the cache in {', '.join(folders)}\n")


def _progress(text: str) -> None:
    """Write over the line on stderr, if that is a terminal."""
    if sys.stderr.isatty():
        sys.stderr.write(f"\r\033[K{text}")
        sys.stderr.flush()
