"""In functions that numba compiles: right numbers, cached across processes, wherever fastsig is installed."""

import ctypes
import json
import os
import pickle
import shutil
import stat
import sys
from pathlib import Path

import numba
import numpy as np
import pytest

import fastsig
import fastsig.jit
from fastsig.jit import Moments, leaky_relu, moments_swish
from tests.built_in_problems import BUILT_IN_PROBLEMS
from tests.embedding.projects import PYTHON, copy, run
from tests.subprocesses import output

POINTS = np.array([-40.0, -3.0, -1.0, -1e-8, -0.0, 0.3, 1.0, 2.5, 1e3])


def without_cache_settings(**env: str) -> dict[str, str]:
    return {"NUMBA_CACHE_DIR": "", **env}


def test_a_second_process_hits_the_cache(tmp_path: Path) -> None:
    project = copy("numba", tmp_path)
    first, second, third = (run(*PYTHON, "foreign.py", cwd=project, env=without_cache_settings()) for _ in range(3))
    *numbers, hits = first.splitlines()
    assert hits == "loaded from the cache: [0, 0, 0]"
    for again in (second, third):
        *same, hits = again.splitlines()
        assert hits == "loaded from the cache: [1, 1, 1]"
        assert same == numbers
    gelu = fastsig.activation("gelu")
    assert json.loads(numbers[0]) == gelu(np.array([-1.0, 0.5, 2.0])).tolist()
    q, error = 1.0, 0.0
    for _ in range(50):
        m = fastsig.moments(gelu, float(np.sqrt(2.0 * q)))
        q, error = m.m2, max(error, m.error.m2)
    assert numbers[1] == f"{q} {error}"
    assert numbers[2] == "1.0 0.01 0.2 1.0"
    files = sorted(project.joinpath("__pycache__").iterdir())
    run(*PYTHON, "foreign.py", cwd=project, env=without_cache_settings())
    assert sorted(project.joinpath("__pycache__").iterdir()) == files  # it does not grow


@pytest.mark.parametrize("name", fastsig.activation_names())
def test_all_functions_give_the_numbers_of_python(name: str) -> None:
    """Equal to the bit: both are the same code in C."""
    phi = fastsig.activation(name)
    for order, suffix in (("__call__", ""), ("derivative", "_derivative"), ("second_derivative", "_second_derivative")):
        function = getattr(fastsig.jit, name + suffix)
        expected = getattr(phi, order)(POINTS)
        assert np.array([function(x) for x in POINTS.tolist()]).tobytes() == expected.tobytes()
    compute = getattr(fastsig.jit, f"moments_{name}")
    for sigma, mean in ((0.5, 0.0), (3.0, -0.25)):
        expected, got = fastsig.moments(phi, sigma, mean=mean), compute(sigma, mean)
        assert got._asdict().items() >= expected.values.as_dict().items()
        assert got.error._asdict() == expected.error.as_dict()
        assert got.status == expected.status == 0


def test_parameters() -> None:
    @numba.njit
    def use(x, slope):
        return leaky_relu(x, slope), leaky_relu(x), leaky_relu(x, parameter=0.5), moments_swish(1.0, 0.5, slope).g2

    expected = fastsig.moments(fastsig.activation("swish", beta=0.25), 1.0, mean=0.5).g2
    assert use(-2.0, 0.25) == (-0.5, -0.02, -1.0, expected)
    assert np.isnan(use.py_func(1.0, 0.25)[0]) is np.False_
    assert np.isnan(leaky_relu(1.0, 11.0))  # slope in [-10, 10]
    with pytest.raises(ValueError, match="parameter in its range"):
        moments_swish(1.0, 0.0, -1.0)


def test_bad_points_raise_in_compiled_code() -> None:
    @numba.njit
    def use(sigma, mean):
        return moments_swish(sigma, mean).m1

    for sigma, mean in ((-1.0, 0.0), (np.nan, 0.0), (1.0, np.inf), (1e151, 0.0)):
        with pytest.raises(ValueError, match=r"sigma must be in \[0, 1e150\]"):
            use(sigma, mean)
    assert use(0.0, 0.0) == 0.0


def test_arrays_of_any_kind() -> None:
    gelu = fastsig.activation("gelu")
    cube = np.arange(24.0).reshape(2, 3, 4)
    for x in (cube, cube[::-1, :, 1::2], np.asfortranarray(cube), np.float32(cube), np.arange(5), np.empty((0, 2))):
        assert fastsig.jit.gelu(x).tolist() == gelu(x).tolist()
    assert fastsig.jit.gelu(2) == gelu(2.0)


def test_without_numba() -> None:
    """NUMBA_DISABLE_JIT, for debuggers and coverage: the same numbers."""
    code = """
    import numpy as np
    from fastsig.jit import gelu, leaky_relu, moments_gelu
    print(gelu(1.0), gelu(np.ones((1, 2))).tolist(), leaky_relu(-1.0, 0.2), tuple(moments_gelu(2.0)))
    """
    plain = output(code, env={"NUMBA_DISABLE_JIT": "1"})
    assert plain.replace("np.float64", "").replace("(", "").replace(")", "") == output(code).replace("(", "").replace(
        ")", ""
    )


def test_names() -> None:
    assert {f"{n}{s}" for n in fastsig.activation_names() for s in ("", "_derivative", "_second_derivative")} < set(
        dir(fastsig.jit)
    )
    assert fastsig.jit.silu is fastsig.jit.swish
    assert fastsig.jit.moments_silu is fastsig.jit.moments_swish
    with pytest.raises(AttributeError, match="did you mean moments_gelu"):
        _ = fastsig.jit.moment_gelu
    assert {p.name for p in BUILT_IN_PROBLEMS} <= {n.removeprefix("moments_") for n in dir(fastsig.jit)}
    assert Moments._fields[:5] == ("m1", "g1", "g2", "m2", "eta")


def test_compiled_functions_travel_to_processes_that_have_not_imported_fastsig(tmp_path: Path) -> None:
    file = tmp_path / "gelu.pickle"
    file.write_bytes(pickle.dumps(fastsig.jit.gelu))
    code = "import pickle, sys; print(pickle.load(open(sys.argv[1], 'rb'))(1.0))"
    assert float(output(code, str(file))) == fastsig.activation("gelu")(1.0)


def read_only_install(folder: Path) -> Path:
    """A copy of the installed package into which nobody can write."""
    package = folder / "read_only" / "fastsig"
    for source in dict.fromkeys((Path(fastsig.__file__).parent, Path(fastsig.get_include()).parent)):
        shutil.copytree(source, package, dirs_exist_ok=True, ignore=shutil.ignore_patterns("__pycache__"))
    for path in (package, *package.rglob("*")):
        path.chmod(path.stat().st_mode & ~(stat.S_IWUSR | stat.S_IWGRP | stat.S_IWOTH))
    return package.parent


def mortal() -> None:
    """Take from root the right to write everywhere (CAP_DAC_OVERRIDE), before a program starts."""
    PR_CAPBSET_DROP, CAP_DAC_OVERRIDE = 24, 1  # noqa: N806
    if os.geteuid() == 0:
        ctypes.CDLL(None).prctl(PR_CAPBSET_DROP, CAP_DAC_OVERRIDE, 0, 0, 0)


READ_ONLY = """
import sys
import fastsig.jit
from fastsig.jit import gelu
assert fastsig.__file__.startswith(sys.argv[1]), fastsig.__file__
try:
    open(fastsig.__file__.replace("__init__", "new"), "w")
    raise SystemExit("not read-only")
except PermissionError:
    pass
print(gelu(1.0), sum(gelu.stats.cache_hits.values()))
"""


def test_a_read_only_install(tmp_path: Path) -> None:
    root = read_only_install(tmp_path)

    def use(**env: str) -> list[str]:
        # -S: an editable install would come before PYTHONPATH.
        env["PYTHONPATH"] = os.pathsep.join([str(root), *filter(os.path.isdir, sys.path)])
        command = *PYTHON, "-S", "-c", READ_ONLY, root
        return run(*command, env=without_cache_settings(**env), preexec_fn=mortal, cwd=tmp_path).split()

    value, nowhere = str(fastsig.activation("gelu")(1.0)), str(root / "fastsig")
    chosen = {"NUMBA_CACHE_DIR": str(tmp_path / "cache")}
    assert [use(**chosen), use(**chosen)] == [[value, "0"], [value, "1"]]
    home = {"HOME": str(tmp_path), "XDG_CACHE_HOME": str(tmp_path / "user")}  # numba's folder for each user
    assert [use(**home), use(**home)] == [[value, "0"], [value, "1"]]
    homeless = {"HOME": nowhere, "XDG_CACHE_HOME": nowhere}  # compiled anew in each process
    assert [use(**homeless), use(**homeless)] == [[value, "0"], [value, "0"]]
    assert not list(root.rglob("*.nbi"))
