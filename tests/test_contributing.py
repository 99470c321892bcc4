"""CONTRIBUTING.md tells how to add an activation: doing just that works.

The source tree is copied, the two files of the text are dropped in, and the result is built, installed
and used in a process of its own.
"""

import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
import sysconfig
from pathlib import Path

import mpmath
import pytest

from tests.subprocesses import run

ROOT = Path(__file__).parents[1]
NAME = "squareplus"
SIGMAS = (0.1, 1.0, 10.0)
POINTS = [-1e300, -1e160, -1e8, -40.0, -2.5, -1e-8, -0.0, 0.0, 1e-300, 0.3, 7.0, 1e8, 1e160, 1e300]

PROGRAM = """
import importlib, json, sys
import fastsig

name, sigmas, points = json.loads(sys.argv[1])
source = importlib.import_module(f"fastsig.activations.{name}")
phi = fastsig.activation(name)
s = fastsig.signature(name, sigmas)
print(json.dumps({
    "file": fastsig.__file__,
    "names": fastsig.activation_names(),
    "in C": [[f(x) for x in points] for f in (phi, phi.derivative, phi.second_derivative)],
    "in Python": [[f(x, 0.0) for x in points] for f in (source.value, source.derivative, source.second_derivative)],
    "infinity": [phi(float("inf")), phi(float("-inf")), phi.derivative(float("inf")), phi.derivative(float("-inf"))],
    "nan": [f(float("nan")) for f in (phi, phi.derivative, phi.second_derivative)],
    "moments": {c: getattr(s, c).tolist() for c in ("m1", "g1", "g2", "m2", "eta")},
    "errors": {c: s.error[c].tolist() for c in ("m1", "g1", "g2", "m2", "eta")},
    "success": s.success,
    "tv": [s.tv[0], s.error.tv[0]],
    "curvature": [s.curvature[0], s.error.curvature[0]],
    "slopes": phi.slopes,
}))
"""


def instructions() -> str:
    """The section of CONTRIBUTING.md about adding an activation."""
    text = (ROOT / "CONTRIBUTING.md").read_text()
    sections = re.split(r"^(?=#+ )", text, flags=re.MULTILINE)
    found = [s for s in sections if re.match(r"#+ .*add.*activation", s, flags=re.IGNORECASE)]
    assert len(found) == 1
    return found[0]


def block(language: str) -> str:
    found = re.findall(rf"^```{language}\n(.*?)^```$", instructions(), flags=re.MULTILINE | re.DOTALL)
    assert len(found) == 1
    return str(found[0])


def source_files() -> list[Path]:
    """Files of the source tree: those of git and new ones, or without git all but what builds leave behind."""
    try:
        listed = subprocess.run(
            ["git", "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
            cwd=ROOT, capture_output=True, text=True, check=True,
        ).stdout.split("\0")  # fmt: skip
    except (OSError, subprocess.CalledProcessError):
        listed = []
    if "pyproject.toml" in listed:
        return [ROOT / name for name in listed if name and (ROOT / name).is_file()]
    left_behind = {"build", "dist", ".venv", "venv", "__pycache__"}
    return [
        path
        for path in ROOT.rglob("*")
        if path.is_file() and not any(p in left_behind or p.startswith(".") for p in path.relative_to(ROOT).parts[:-1])
    ]


@pytest.fixture(scope="module")
def installed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with fastsig and squareplus in it."""
    folder = tmp_path_factory.mktemp("newcomer")
    tree = folder / "tree"
    for path in source_files():
        copy = tree / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy)
    before = {path.relative_to(tree) for path in tree.rglob("*")}
    (tree / "csrc" / "activations" / f"{NAME}.c").write_text(block("c"))
    (tree / "fastsig" / "activations" / f"{NAME}.py").write_text(block("python"))
    assert len({path.relative_to(tree) for path in tree.rglob("*")} - before) == 2  # and nothing else is touched
    pip("wheel", "--no-build-isolation", "--wheel-dir", str(folder / "wheels"), str(tree))
    (wheel,) = (folder / "wheels").glob("fastsig-*.whl")
    pip("install", "--target", str(folder / "installed"), str(wheel))
    return folder / "installed"


def pip(command: str, *arguments: str) -> None:
    options = ["--no-deps", "--no-index", "--quiet", "--disable-pip-version-check"]
    result = subprocess.run(
        [sys.executable, "-m", "pip", command, *options, *arguments], capture_output=True, text=True, check=False
    )
    assert result.returncode == 0, result.stdout + result.stderr


def isolated(installed: Path) -> dict[str, object]:
    """How to run Python so that this fastsig is found, and no editable install gets in between."""
    packages = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib"), numpy_folder()}
    path = os.pathsep.join([str(installed), *sorted(packages)])
    return {"options": ("-S",), "env": {"PYTHONPATH": path, "PYTHONSAFEPATH": "1"}, "cwd": installed}


def numpy_folder() -> str:
    spec = importlib.util.find_spec("numpy")
    assert spec is not None
    assert spec.origin is not None
    return str(Path(spec.origin).parents[1])


@pytest.fixture(scope="module")
def answers(installed: Path) -> dict:
    result = run(PROGRAM, json.dumps([NAME, SIGMAS, POINTS]), **isolated(installed))
    assert result.returncode == 0, result.stderr
    answers = json.loads(result.stdout)
    assert Path(answers["file"]).is_relative_to(installed)
    return answers


def exact_terms(x: float) -> tuple[mpmath.mpf, mpmath.mpf, mpmath.mpf]:
    x = mpmath.mpf(x)
    root = mpmath.sqrt(x * x + 4)
    return (x + root) / 2, (1 + x / root) / 2, 2 / root**3


def test_it_is_one_of_the_built_ins(answers: dict) -> None:
    assert NAME in answers["names"]
    assert len(answers["names"]) >= 10
    assert answers["names"] == sorted(answers["names"])


def test_c_and_python_agree_with_mpmath(answers: dict) -> None:
    for order in range(3):
        for x, in_c, in_python in zip(POINTS, answers["in C"][order], answers["in Python"][order], strict=True):
            with mpmath.workdps(700):  # 1e300 squared and 4 in one sum
                true = exact_terms(x)[order]
                # No term of the two forms cancels: 4 ulp of the result itself.
                ulp = max(abs(true) * mpmath.mpf(2) ** -52, mpmath.mpf(2) ** -1074)
                assert abs(in_c - true) <= 4 * ulp, (order, x)
                assert abs(in_python - true) <= 4 * ulp, (order, x)
    assert answers["infinity"] == [float("inf"), 0.0, 1.0, 0.0]
    assert all(value != value for value in answers["nan"])


def test_its_signature_is_right(answers: dict) -> None:
    assert answers["success"]
    assert answers["slopes"] == [1.0, 0.0]
    with mpmath.workdps(25):
        for i, sigma in enumerate(SIGMAS):

            def mean_of(f, sigma: float = sigma) -> mpmath.mpf:
                edges = [k * sigma for k in (-12, -6, -3, -1, 0, 1, 3, 6, 12)]
                edges = sorted({*edges, *(k for k in (-4, -1, 1, 4) if abs(k) < 12 * sigma)})
                return mpmath.quad(lambda x: f(x) * mpmath.npdf(x, 0, sigma), edges)

            true = {
                "m1": mean_of(lambda x: exact_terms(x)[0]),
                "g1": mean_of(lambda x: exact_terms(x)[1]),
                "g2": mean_of(lambda x: exact_terms(x)[1] ** 2),
                "m2": mean_of(lambda x: exact_terms(x)[0] ** 2),
                "eta": mean_of(lambda x: x * exact_terms(x)[0] * exact_terms(x)[1]),
            }
            for name, value in true.items():
                off = abs(answers["moments"][name][i] - value)
                assert off <= 1e-13 * abs(value), (name, sigma)
                assert off <= answers["errors"][name][i], (name, sigma)
                assert answers["errors"][name][i] <= 1e-12 * abs(value), (name, sigma)
        tv, tv_error = answers["tv"]
        assert abs(tv - 1.0) <= min(1e-14, tv_error + 1e-16)
        curvature, curvature_error = answers["curvature"]
        true_curvature = mpmath.quad(lambda x: exact_terms(x)[2] ** 2, [-mpmath.inf, -4, 0, 4, mpmath.inf])
        assert abs(curvature - true_curvature) <= min(1e-14 * true_curvature, curvature_error)


def test_the_command_line_knows_it(installed: Path) -> None:
    code = "import runpy, sys; sys.argv = ['fastsig', *sys.argv[1:]]; runpy.run_module('fastsig', run_name='__main__')"
    listed = run(code, "list", **isolated(installed))
    assert listed.returncode == 0, listed.stderr
    assert NAME in listed.stdout
    shown = run(code, "signature", NAME, "--sigma", "1", "--format", "json", **isolated(installed))
    assert shown.returncode == 0, shown.stderr
    assert NAME in shown.stdout
