"""Run Python code in a fresh process."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path


def _on_one_core() -> None:
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})


def run(
    code: str,
    *arguments: str,
    options: tuple[str, ...] = (),
    env: dict[str, str] | None = None,
    cwd: Path | None = None,
    timeout: float = 120,
) -> subprocess.CompletedProcess[str]:
    """Result of the code; `env` is added to the environment, FASTSIG_CPU_LEVEL taken out of it.

    -P: the current folder may be a source tree, which must not hide the installed fastsig.
    """
    environment = {k: v for k, v in os.environ.items() if k != "FASTSIG_CPU_LEVEL"} | (env or {})
    # Numba's simulator runs a thread a lane, which take turns: on one core some hundred times as fast as on two.
    on_one_core = _on_one_core if "NUMBA_ENABLE_CUDASIM" in environment else None
    command = [sys.executable, "-P", *options, "-c", textwrap.dedent(code), *arguments]
    return subprocess.run(
        command, env=environment, cwd=cwd, capture_output=True, text=True, timeout=timeout, check=False,
        preexec_fn=on_one_core,
    )  # fmt: skip


def output(code: str, *arguments: str, **given: object) -> str:
    """What the code prints; it must succeed, and print no warning."""
    result = run(code, *arguments, **given)  # type: ignore[arg-type]
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return result.stdout
