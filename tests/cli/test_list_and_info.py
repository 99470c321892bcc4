"""fastsig list, fastsig info, --version, --help."""

import csv
import io
import json
import platform
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import fastsig
from fastsig.cli.main import main


def output(capsys, *arguments):
    assert main(arguments) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_list_json_agrees_with_the_api(capsys):
    listed = json.loads(output(capsys, "list", "--format", "json"))
    assert (listed["schema"], listed["version"]) == ("fastsig.list/1", fastsig.__version__)
    assert tuple(one["activation"] for one in listed["activations"]) == fastsig.activation_names()
    for one in listed["activations"]:
        phi = fastsig.activation(one["activation"])
        assert one["formula"] == phi.formula
        assert all(fastsig.activation(alias) == phi for alias in one["aliases"])
        assert {p["name"]: p["default"] for p in one["parameters"]} == {k: float(v) for k, v in phi.parameters.items()}
        for p in one["parameters"]:
            fastsig.activation(one["activation"], **{p["name"]: p["high"]})
            if p["low_included"]:
                fastsig.activation(one["activation"], **{p["name"]: p["low"]})


def test_list_table_and_csv(capsys):
    table = output(capsys, "list").splitlines()
    assert [line.split()[0] for line in table[1:]] == list(fastsig.activation_names())
    assert "beta = 1 in (0, 100]" in next(line for line in table if line.startswith("swish"))
    rows = list(csv.DictReader(io.StringIO(output(capsys, "list", "--format", "csv"))))
    assert [row["formula"] for row in rows] == [fastsig.activation(n).formula for n in fastsig.activation_names()]


def test_info(capsys):
    facts = json.loads(output(capsys, "info", "--format", "json"))
    assert facts["schema"] == "fastsig.info/1"
    assert facts["versions"]["fastsig"] == fastsig.__version__
    assert facts["versions"]["python"] == platform.python_version()
    assert facts["versions"]["numpy"] == version("numpy")
    assert facts["cpu_level"] in facts["cpu_levels"]
    assert facts["targets"]["cpu"] == {"usable": True, "reason": None}
    assert facts["targets"]["cuda"]["usable"] is False
    assert facts["targets"]["cuda"]["reason"]
    assert facts["targets"]["numba"] == {"usable": True, "reason": None}
    assert facts["installed"] == {
        "include": fastsig.get_include(),
        "library": fastsig.get_library_dir(),
        "shared_library": fastsig.get_shared_library(),
        "cmake": str(Path(fastsig.get_library_dir(), "cmake", "fastsig")),
    }
    table = output(capsys, "info")
    for text in (fastsig.__version__, facts["platform"], facts["cpu_level"], facts["targets"]["cuda"]["reason"]):
        assert text in table


def test_info_says_why_a_target_is_unavailable(capsys, monkeypatch):
    def without_numba(name):
        if name == "numba":
            raise PackageNotFoundError(name)
        return version(name)

    monkeypatch.setattr("importlib.metadata.version", without_numba)
    facts = json.loads(output(capsys, "info", "--format", "json"))
    assert facts["versions"]["numba"] is None
    assert facts["targets"]["numba"] == {"usable": False, "reason": "numba is not installed: pip install numba"}
    assert "numba is not installed" in output(capsys, "info")


def test_info_flags_are_one_line(capsys):
    include, library = fastsig.get_include(), fastsig.get_library_dir()
    assert output(capsys, "info", "--cflags") == f"-I{include}\n"
    assert output(capsys, "info", "--libs", "--cflags") == f"-I{include} -L{library} -lfastsig -lm\n"
    assert output(capsys, "info", "--cmake-dir") == f"{library}/cmake/fastsig\n"


def test_version(capsys):
    assert output(capsys, "--version") == f"fastsig {fastsig.__version__}\n"


def test_help_names_the_commands_that_exist(capsys):
    text = output(capsys, "--help")
    for command in ("signature", "list", "info", "warmup"):
        assert f"\n    {command}" in text
        assert "fastsig " + command in output(capsys, command, "--help")
