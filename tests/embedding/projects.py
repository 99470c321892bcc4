"""Foreign projects: copied into an empty folder, built and run there against the fastsig that is installed."""

import os
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

HERE = Path(__file__).parent
# -P: not the folder that the tests are started in, which may be a source tree.
PYTHON = (sys.executable, "-P")


def copy(name: str, folder: Path) -> Path:
    """A copy of the project in the folder."""
    target = folder / name
    shutil.copytree(HERE / name, target, ignore=shutil.ignore_patterns("__pycache__"))
    return target


def tool(name: str) -> str:
    """A program of this environment, else of the system."""
    scripts = sysconfig.get_path("scripts")
    found = shutil.which(name, path=os.pathsep.join([scripts, os.environ["PATH"]]))
    assert found, f"{name} is not installed (it comes with the extra 'test')"
    return found


def run(*command: object, cwd: Path, env: dict[str, str] | None = None, **options: object) -> str:
    """What a command prints; it must succeed."""
    environment = {k: v for k, v in os.environ.items() if k != "FASTSIG_CPU_LEVEL"} | (env or {})
    words = [str(one) for one in command]
    done = subprocess.run(  # type: ignore[call-overload]
        words, cwd=cwd, env=environment, capture_output=True, text=True, timeout=300, check=False, **options
    )
    assert done.returncode == 0, f"{' '.join(words)}\n{done.stdout}\n{done.stderr}"
    return str(done.stdout)
