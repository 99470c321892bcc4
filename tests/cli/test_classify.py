"""fastsig classify."""

import csv
import io
import json

import pytest

import fastsig
from fastsig.cli.main import main


def output(capsys, *arguments):
    assert main(arguments) == 0
    captured = capsys.readouterr()
    assert captured.err == ""
    return captured.out


def test_table_of_all(capsys):
    lines = output(capsys, "classify", "all").splitlines()
    assert [line.split()[0] for line in lines[1:]] == list(fastsig.activation_names())
    gelu = next(line for line in lines if line.startswith("gelu "))
    assert "linear" in gelu
    assert "C1, finite curvature" in gelu
    assert gelu.rstrip().endswith("-")


def test_one_is_shown_with_reasons(capsys):
    text = output(capsys, "classify", "leaky_relu:slope=0.2")
    assert text.startswith("leaky_relu:slope=0.2: ")
    for part in ("kinked", "phi' jumps at 0", "phi' in [0.2", "Lipschitz", "infinite      curvature"):
        assert part in text


def test_json_agrees_with_the_api(capsys):
    whole = json.loads(output(capsys, "classify", "relu", "swish:beta=2", "--format", "json"))
    assert (whole["schema"], whole["version"]) == ("fastsig.classify/1", fastsig.__version__)
    relu, swish = whole["results"]
    assert relu["regularity"]["verdict"] == "kinked"
    assert relu["well_posedness"]["curvature"]["numbers"]["curvature"]["value"] == "inf"
    assert swish["parameters"] == {"beta": 2.0}
    found = fastsig.classify(fastsig.activation("swish", beta=2))
    assert swish["monotonicity"]["numbers"]["inf"]["value"] == found.monotonicity.numbers["inf"].value
    assert swish["lipschitz"] == {"value": found.lipschitz.value, "error": found.lipschitz.error}


def test_csv(capsys):
    rows = list(csv.DictReader(io.StringIO(output(capsys, "classify", "tanh", "elu", "--format", "csv"))))
    assert [row["activation"] for row in rows] == ["tanh", "elu"]
    assert rows[1]["regularity"] == "C1, phi'' jumps"


@pytest.mark.parametrize("names", [("gelu",), ("gelu", "relu", "snake")])
@pytest.mark.parametrize("ending", ["png", "svg", "pdf"])
def test_figures_are_written(capsys, tmp_path, names, ending):
    path = tmp_path / f"figure.{ending}"
    output(capsys, "classify", *names, "-o", str(path))
    start = {"png": b"\x89PNG", "svg": b"<?xml", "pdf": b"%PDF"}[ending]
    assert path.read_bytes().startswith(start)


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("gelu", "-o", "x.doc"), "must end in one of"),
        (("gelu", "-o", "nowhere/x.png"), "there is no folder"),
        (("gleu",), "did you mean"),
        (("gelu", "--format", "xml"), "invalid choice"),
        ((), "required"),
    ],
)
def test_bad_usage(capsys, arguments, message):
    assert main(("classify", *arguments)) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert captured.err.count("\n") == 1


def test_without_matplotlib(capsys, tmp_path, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "matplotlib.figure", None)
    assert main(("classify", "gelu", "-o", str(tmp_path / "x.png"))) == 1
    assert "pip install 'fastsig[plot]'" in capsys.readouterr().err
