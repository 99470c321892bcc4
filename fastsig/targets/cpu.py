"""The CPU target: the C library, and compiled scalar sources."""

import os
from typing import TYPE_CHECKING, Any

from fastsig.errors import CpuLevelError

try:
    from fastsig.targets._native import ffi, lib
except ModuleNotFoundError as missing:
    if missing.name != "fastsig.targets._native":
        raise
    raise ImportError(
        "fastsig's compiled part is missing here: this is a source tree. Run from another folder to use an "
        "installed fastsig, or build in place with: pip install --no-build-isolation -e ."
    ) from None

if TYPE_CHECKING:
    from fastsig.arrays import FloatArray

__all__ = ["check", "cpu_level", "cpu_levels", "ffi", "lib", "nodes_and_weights", "text"]

_LEVELS = ("baseline", "x86-64-v3", "x86-64-v4")


def text(pointer: Any) -> str:
    """Return a C string as str."""
    result: str = ffi.string(pointer).decode()
    return result


def check(status: int, **context: object) -> None:
    """Raise the exception that a status code of the C library stands for.

    The context (name=value) is appended to the message.
    """
    if status == lib.FASTSIG_OK:
        return
    given = ", ".join(f"{name}={value!r}" for name, value in context.items())
    message = text(lib.fastsig_status_message(status)) + (f"; got {given}" if given else "")
    if status == lib.FASTSIG_ERROR_MEMORY:
        raise MemoryError(message)
    if status in (lib.FASTSIG_ERROR_NULL, lib.FASTSIG_ERROR_NOT_CONVERGED):
        raise ArithmeticError(message)
    raise ValueError(message)


def nodes_and_weights(rule: Any, n: int) -> "tuple[FloatArray, FloatArray]":
    """Return the n nodes and weights of a rule of the C library."""
    import numpy as np

    nodes, weights = np.empty(n), np.empty(n)
    check(rule(n, *(ffi.from_buffer("double[]", array) for array in (nodes, weights))), n=n)
    return nodes, weights


def cpu_level() -> str:
    """Return the CPU level whose kernels are in use."""
    return text(lib.fastsig_cpu_level())


def cpu_levels() -> tuple[str, ...]:
    """Return the CPU levels that this machine and build can use."""
    return tuple(level for level in _LEVELS if lib.fastsig_cpu_level_available(level.encode()))


if lib.fastsig_cpu_level_status() != lib.FASTSIG_OK:
    raise CpuLevelError(
        f"FASTSIG_CPU_LEVEL={os.environ.get('FASTSIG_CPU_LEVEL')!r} is not available here; "
        f"set it to one of {', '.join(cpu_levels())}, or unset it to use the best of them"
    )
