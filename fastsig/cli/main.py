"""The command ``fastsig``: parser, and what exit codes mean.

0 success; 1 failure (results that were not reached with the accuracy aimed at
are printed all the same); 2 bad usage. Errors are one line on stderr.
"""

import os
import sys
from collections.abc import Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Any

from fastsig.cli.usage import (
    BAD_USAGE,
    FAILURE,
    INTERRUPTED,
    SUCCESS,
    Formatter,
    OneLineParser,
    Outcome,
    UsageError,
    one_line,
)

if TYPE_CHECKING:
    import argparse

# By name, with one line of help. The module of a command is imported when it is asked for.
COMMANDS = {
    "signature": "the nine components of the integral signature",
    "classify": "growth, regularity, monotonicity and other classes",
    "init": "gains, and initialisation on the edge of chaos",
    "phase": "phases of wide networks over (sigma_w, sigma_b), as numbers or a picture",
    "kernel": "kernels of wide layers and their eigenvalues, as numbers or a picture",
    "lyapunov": "stability certificates of x -> phi(a x + b)",
    "eafo": "entropy of outputs: worst activation, correction, optimisation",
    "list": "names, formulas and parameters of the built-in activations",
    "validate": "methods against the truth at many points: sweeps that survive",
    "report": "figures and a page of a sweep",
    "bench": "errors and times beside those of other libraries",
    "info": "versions, CPU level and targets of this installation; compiler flags",
    "warmup": "compile the functions for numba before they are needed",
}

DESCRIPTION = """\
Gaussian functionals and integral signatures of activation functions, in double
precision, each number with an error."""

EPILOG = """\
examples:
  fastsig signature all
  fastsig signature gelu leaky_relu:slope=0.2 --sigma 0.5 1 2
  fastsig signature swish --sigma 1 --mean 0.5 --format json
  fastsig list

'fastsig COMMAND --help' explains a command. Exit status: 0 success, 1 failure,
2 bad usage."""


def parser(arguments: Sequence[str]) -> OneLineParser:
    """Return a parser for these arguments: it knows the options of the commands named in them."""
    top = OneLineParser(
        prog="fastsig", description=DESCRIPTION, epilog=EPILOG, formatter_class=Formatter, allow_abbrev=False
    )
    top.add_argument("--version", action="store_true", help="print the version and exit")
    commands = top.add_subparsers(dest="command", metavar="COMMAND", title="commands")
    for name, summary in COMMANDS.items():
        command = commands.add_parser(name, help=summary, formatter_class=Formatter, allow_abbrev=False)
        if name in arguments:
            module = _module(name)
            command.description, command.epilog = module.DESCRIPTION, module.EPILOG
            module.add_arguments(command)
    return top


def _module(command: str) -> Any:
    return import_module(f"fastsig.cli.{command}_command")


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status.

    Parameters
    ----------
    arguments : sequence of str, optional
        What follows the word ``fastsig``; the arguments of this process if not given.

    Returns
    -------
    int
        0 success, 1 failure, 2 bad usage, 130 interrupted.

    Examples
    --------
    >>> from fastsig.cli.main import main
    >>> main(["signature", "relu", "--digits", "3", "--format", "csv"])  # doctest: +ELLIPSIS
    activation,parameters,sigma,mean,m1,...
    relu,,1,0,0.399,...
    0
    """
    name = "fastsig"
    try:
        given = _mark_negative_numbers(sys.argv[1:] if arguments is None else arguments)
        options, left_over = parser(given).parse_known_args(given)
        if options.command:
            name = f"fastsig {options.command}"
        if left_over:
            raise UsageError(_not_understood(name, left_over))
        outcome = _run(options)
        sys.stdout.write(outcome.text)
        sys.stdout.flush()
    except SystemExit as stop:  # --help, or an error that argparse found
        return stop.code if isinstance(stop.code, int) else FAILURE
    except UsageError as error:
        return _complain(name, error, BAD_USAGE)
    except BrokenPipeError:
        return _reader_left()
    except KeyboardInterrupt:
        return INTERRUPTED
    except ImportError as error:  # among others FASTSIG_CPU_LEVEL, see fastsig/errors.py
        return _complain(name, error, BAD_USAGE if "FASTSIG_CPU_LEVEL" in str(error) else FAILURE)
    except OSError as error:
        return _complain(name, f"cannot write the output: {error.strerror or error}", FAILURE)
    except (MemoryError, ArithmeticError) as error:
        return _complain(name, error, FAILURE)
    if outcome.complaint:
        return _complain(name, outcome.complaint, INTERRUPTED if outcome.interrupted else FAILURE)
    return SUCCESS


def _run(options: "argparse.Namespace") -> Outcome:
    if options.version:
        from fastsig.version import __version__

        return Outcome(f"fastsig {__version__}\n")
    if not options.command:
        raise UsageError(f"no command given; there are {', '.join(COMMANDS)}: try 'fastsig signature all'")
    outcome: Outcome = _module(options.command).run(options)
    return outcome


def _not_understood(name: str, arguments: list[str]) -> str:
    shown = " ".join(arguments)
    if name == "fastsig signature" and not any(one.startswith("-") for one in arguments):
        return f"not understood: {shown}; put all names together, before the options"
    return f"not understood: {shown}; '{name} --help' shows what is, options are written in full"


def _mark_negative_numbers(arguments: Sequence[str]) -> list[str]:
    """Put a blank before negative numbers: argparse takes -1e-3 for an option, but not what has a blank."""
    return [f" {one}" if one[:1] == "-" and _begins_like_number(one[1:]) else one for one in arguments]


def _begins_like_number(text: str) -> bool:
    return text[:1].isdigit() or text[:1] == "." or text.lower() in ("inf", "infinity", "nan")


def _complain(name: str, error: object, status: int) -> int:
    print(f"{name}: error: {one_line(error)}", file=sys.stderr)
    return status


def _reader_left() -> int:
    """Stay silent when the reader of a pipe has seen enough (fastsig list | head -1)."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())  # the flush at exit goes there
    return SUCCESS
