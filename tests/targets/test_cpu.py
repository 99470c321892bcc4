"""CPU levels: every one that this machine has gives the same answers, and a wrong name is refused."""

import json
import math
from functools import cache
from pathlib import Path

import mpmath
import numpy as np
import pytest

import fastsig
from fastsig.targets.cpu import check, cpu_level, cpu_levels, lib
from tests.reference_values import COMPONENTS, Record, error, label, parameters, records, size
from tests.subprocesses import output, run

LAWS = ("gelu", "mish", "sigmoid", "swish", "tanh", "telu", "lisht", "softplus", "logsigmoid", "arctan", "tanhshrink")
RECORDS = (
    *records("moments"),
    *records("parameters"),
    *(r for r in records("means") if r["activation"] in LAWS and float(r["sigma"]) > 0 and abs(float(r["mean"])) < 10),
)
# Between them: sigmas that no file has, for the activations whose moments go through the kernels.
DENSE = [
    (name, {}, float(sigma), 0.0)
    for name in ("mish", "sigmoid", "swish", "tanh", "telu")
    for sigma in np.logspace(-2, 6, 401)
]
ULPS_BETWEEN_LEVELS = 2  # promised; only fused multiply-adds tell the levels apart

PROGRAM = """
import json, sys
import fastsig
from fastsig.targets.cpu import cpu_level, ffi, lib

records = json.load(open(sys.argv[1]))
rows = []
for name, parameters, sigma, mean in records:
    result = fastsig.moments(fastsig.activation(name, **parameters), sigma, mean=mean)
    rows.append([list(result.values.as_dict().values()), list(result.error.as_dict().values())])
x = [-0.01618 * k for k in range(44000)] + [-708.0, -708.1, -745.0, -1e300, 0.0, -5e-324]
given, result = ffi.new("double[]", x), ffi.new("double[]", len(x))
lib.fastsig_exp_nonpositive(len(x), given, result)
print(json.dumps([cpu_level(), rows, x, list(result)]))
"""


@cache
def at_level(level: str, folder: Path) -> tuple[list, list, list]:
    wanted = [(r["activation"], parameters(r), float(r["sigma"]), float(r["mean"])) for r in RECORDS]
    file = folder / "records.json"
    file.write_text(json.dumps(wanted + DENSE))
    used, rows, x, exponentials = json.loads(output(PROGRAM, str(file), env={"FASTSIG_CPU_LEVEL": level}))
    assert used == level
    return rows, x, exponentials


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("levels")


LEVELS = pytest.mark.parametrize("level", cpu_levels())


def promise(record: Record) -> float:
    if "abs_m1" in record:
        return 2e-15 if float(record["mean"]) == 0.0 else 4e-15
    return 1e-15 if 1e-3 <= float(record["sigma"]) <= 1e3 else 1e-14


def test_levels_that_are_known() -> None:
    assert cpu_levels()[0] == "baseline"
    assert set(cpu_levels()) <= {"baseline", "x86-64-v3", "x86-64-v4"}
    assert cpu_level() in cpu_levels()


@LEVELS
def test_accuracy_and_honesty_at_every_level(level: str, folder: Path) -> None:
    rows, _, _ = at_level(level, folder)
    failures = []
    for record, (values, errors) in zip(RECORDS, rows[: len(RECORDS)], strict=True):
        for component, got, bound in zip(COMPONENTS, values, errors, strict=True):
            off = error(got, record, component)
            if not off <= bound or not off <= promise(record) * float(size(record, component)):
                failures.append(
                    f"{label(record)} {component} sigma={record['sigma']}: {float(off):.2e}, error {bound:.2e}"
                )
    assert not failures


@LEVELS
def test_levels_agree_within_two_ulp(level: str, folder: Path) -> None:
    """Of E abs(integrand), where the files have it, as the integral may cancel.

    Or of what the error says: next to a zero of phi', its terms cancel before any integration. An error by the
    trapezoid rule counts 40 roundings or more of them, so a 30th part of it is more than half an ulp.
    """
    first, mine = at_level("baseline", folder)[0], at_level(level, folder)[0]
    cases = [f"{label(r)} sigma={r['sigma']}" for r in RECORDS] + [
        f"{name} sigma={sigma!r}" for name, _, sigma, _ in DENSE
    ]
    sizes = [[float(size(r, c)) if "abs_m1" in r else 0.0 for c in COMPONENTS] for r in RECORDS]
    sizes += [[0.0] * len(COMPONENTS) for _ in DENSE]
    failures = []
    for case, (a_row, errors), (b_row, _), size_row in zip(cases, first, mine, sizes, strict=True):
        for component, a, b, whole, bound in zip(COMPONENTS, a_row, b_row, size_row, errors, strict=True):
            ulp = max(math.ulp(max(abs(a), abs(b), whole)), bound / 30 if whole else 0.0)
            if not abs(a - b) <= ULPS_BETWEEN_LEVELS * ulp:
                failures.append(f"{component} of {case}: {abs(a - b) / ulp:g} ulp apart")
    assert not failures


@LEVELS
def test_exponential_is_within_one_ulp(level: str, folder: Path) -> None:
    _, x, got = at_level(level, folder)
    assert got[x.index(0.0)] == 1.0
    assert got[x.index(-5e-324)] == 1.0
    for point, value in zip(x, got, strict=True):
        assert value == 0.0 if point < -708.0 else value > 0.0
    for point, value in zip(x[::29], got[::29], strict=True):
        exact = mpmath.exp(point)
        assert abs(value - exact) <= (math.ulp(float(exact)) if point >= -708.0 else exact)


def test_one_level_is_used_without_a_request() -> None:
    used = output("from fastsig.targets.cpu import cpu_level; print(cpu_level())").strip()
    assert used == cpu_levels()[-1]  # the best
    empty = output(
        "from fastsig.targets.cpu import cpu_level; print(cpu_level())", env={"FASTSIG_CPU_LEVEL": ""}
    ).strip()
    assert empty == used


@pytest.mark.parametrize("name", ["avx1024", "BASELINE", "x86-64-v2", "x86-64-v3 "])
def test_a_bad_level_is_refused_on_use(name: str) -> None:
    code = """
    import fastsig
    print("imported")
    try:
        fastsig.signature("relu")
    except fastsig.FastsigError as error:
        print(type(error).__name__, isinstance(error, ImportError), isinstance(error, fastsig.CpuLevelError))
        print(error)
    """
    result = run(code, env={"FASTSIG_CPU_LEVEL": name})
    assert result.returncode == 0, result.stderr
    lines = result.stdout.splitlines()
    assert lines[:2] == ["imported", "CpuLevelError True True"]
    for word in (repr(name), "FASTSIG_CPU_LEVEL", *cpu_levels(), "unset"):
        assert word in lines[2]
    again = run("import fastsig; fastsig.moments('relu', 1.0)", env={"FASTSIG_CPU_LEVEL": name})
    assert again.returncode != 0
    assert "CpuLevelError" in again.stderr


def test_every_status_code_has_an_exception() -> None:
    check(lib.FASTSIG_OK)
    codes = {name: getattr(lib, name) for name in dir(lib) if name.startswith("FASTSIG_ERROR_")}
    assert sorted(codes.values()) == list(range(1, len(codes) + 1))
    assert len(codes) >= 11
    messages = set()
    for code in codes.values():
        with pytest.raises((ValueError, ArithmeticError, MemoryError)) as caught:
            check(code, sigma=3)
        messages.add(str(caught.value))
        assert str(caught.value).endswith("; got sigma=3")
    assert len(messages) == len(codes)
    with pytest.raises(MemoryError):
        check(lib.FASTSIG_ERROR_MEMORY)


def test_the_library_is_the_one_the_header_describes() -> None:
    assert len(COMPONENTS) == lib.FASTSIG_COMPONENTS
    assert lib.FASTSIG_MAX_NODES == 10000
    assert fastsig.__version__.count(".") == 2
