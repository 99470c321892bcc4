"""Run Python code in a fresh process."""

import os
import subprocess
import sys
import textwrap
from pathlib import Path


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
    command = [sys.executable, "-P", *options, "-c", textwrap.dedent(code), *arguments]
    return subprocess.run(
        command, env=environment, cwd=cwd, capture_output=True, text=True, timeout=timeout, check=False
    )


def output(code: str, *arguments: str, **given: object) -> str:
    """What the code prints; it must succeed, and print no warning."""
    result = run(code, *arguments, **given)  # type: ignore[arg-type]
    assert result.returncode == 0, result.stderr
    assert result.stderr == ""
    return result.stdout
