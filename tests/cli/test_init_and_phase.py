"""fastsig init, fastsig phase: the numbers are those of the API, in every format; pictures are written."""

import csv
import io
import json
import math

import pytest

import fastsig
from fastsig.cli.main import main
from fastsig.mean_field import VarianceMap, edge_of_chaos, gain, gain_table


@pytest.fixture
def run(capsys):
    def call(*arguments):
        assert main(arguments) == 0
        captured = capsys.readouterr()
        assert captured.err == ""
        return captured.out

    return call


def test_init_of_one(run):
    text = run("init", "gelu")
    point = edge_of_chaos("gelu", 1.0)
    for number in (*gain_table()["gelu"].values(), point.sigma_w, point.sigma_b, point.v_slope):
        assert f"{number:.15g}" in text
    assert "V'(q) = 1.06719 > 1: q = 1 repels" in text
    assert "no such point" in run("init", "sigmoid")
    assert "repels" not in run("init", "tanh")


def test_init_of_all(run):
    lines = run("init", "all").splitlines()
    names = fastsig.activation_names()
    assert tuple(line.split()[0] for line in lines[1 : len(names) + 1]) == names
    assert any(line.startswith("sigmoid: no such point") for line in lines)


def test_init_json_and_csv(run):
    whole = json.loads(run("init", "swish:beta=1.5", "sigmoid", "--q", "20", "--format", "json"))
    assert (whole["schema"], whole["q"]) == ("fastsig.init/1", 20.0)
    first, second = whole["results"]
    phi = fastsig.activation("swish", beta=1.5)
    assert first["gain"] == {kind: gain(phi, kind, q=20.0) for kind in ("forward", "backward", "variance")}
    assert first["parameters"] == {"beta": 1.5}
    assert first["sigma_w"] == edge_of_chaos(phi, 20.0).sigma_w
    assert (second["exists"], second["sigma_w"]) == (False, "nan")
    assert first["sigma_b_error"] == edge_of_chaos(phi, 20.0).error > 0.0
    assert second["sigma_b_error"] == "nan"
    rows = list(csv.DictReader(io.StringIO(run("init", "tanh", "sigmoid", "--format", "csv"))))
    assert float(rows[0]["forward"]) == gain("tanh")
    assert [row["exists"] for row in rows] == ["true", "false"]


def test_phase_table_json_and_csv(run):
    arguments = ("phase", "tanh", "--sigma-w", "0.5", "2", "--sigma-b", "0", "1/2", "--points", "3")
    table = run(*arguments).splitlines()
    assert len(table) == 3 + 9
    rows = json.loads(run(*arguments, "--format", "json"))["results"]
    by_csv = list(csv.DictReader(io.StringIO(run(*arguments, "--format", "csv"))))
    found = fastsig.mean_field.phase_diagram("tanh", [0.5, 1.25, 2.0], [0.0, 0.25, 0.5])
    for k, (row, line) in enumerate(zip(rows, by_csv, strict=True)):
        i, j = divmod(k, 3)
        assert (row["q"], row["chi"], row["phase"]) == (found.q[i, j], found.chi[i, j], found.phase[i, j])
        assert float(line["v_slope"]) == found.v_slope[i, j]
    rows = json.loads(run(*arguments, "--correlations", "--format", "json"))["results"]
    assert [row["c"] for row in rows[3:]] == pytest.approx(found.c.ravel()[3:].tolist(), abs=1e-15)
    assert rows[0]["c"] == "nan"  # sigma_b = 0, sigma_w = 0.5: variances vanish
    far = json.loads(run("phase", "relu", "--sigma-w", "1", "2", "--points", "2", "--format", "json"))["results"]
    assert far[-1]["q"] == "inf"


def test_phase_at_a_point(run):
    rows = json.loads(run("phase", "gelu", "--at", "1.5", "0.1", "--format", "json"))["results"]
    points = VarianceMap("gelu", 1.5, 0.1).fixed_points()
    assert [row["slope"] for row in rows] == [point.slope for point in points]
    assert [row["reached"] for row in rows] == ["from 1", "", ""]
    assert rows[-1]["q"] == "inf"
    assert "unstable" in run("phase", "gelu", "--at", "1.5", "0.1")


def test_stability(run):
    rows = json.loads(run("phase", "relu", "tanh", "--stability", "--points", "2", "--format", "json"))["results"]
    assert [row["activation"] for row in rows] == ["relu", "relu", "tanh", "tanh"]
    assert rows[0]["g2"] == 0.5


@pytest.mark.parametrize(
    "arguments", [("gelu", "--points", "24"), ("gelu", "--at", "1.5", "0.1"), ("relu", "tanh", "--stability")]
)
@pytest.mark.parametrize("ending", ["png", "svg"])
def test_pictures(run, tmp_path, arguments, ending):
    pytest.importorskip("matplotlib")
    path = tmp_path / f"picture.{ending}"
    assert run("phase", *arguments, "-o", str(path)) == f"wrote {path}\n"
    assert path.stat().st_size > 5000


def test_picture_and_numbers(run, tmp_path):
    pytest.importorskip("matplotlib")
    text = run("phase", "tanh", "--points", "3", "-o", str(tmp_path / "a.png"), "--format", "csv")
    assert len(text.splitlines()) == 10
    assert (tmp_path / "a.png").exists()


BAD = {
    "unknown": (["init", "gelo"], "did you mean 'gelu'?"),
    "q zero": (["init", "gelu", "--q", "0"], "--q must be a number in (0, 1e+100]; got 0.0"),
    "q text": (["init", "gelu", "--q", "one"], "--q must be a number"),
    "two names": (["phase", "gelu", "tanh"], "one activation at a time"),
    "all": (["phase", "all"], "one activation at a time"),
    "both": (["phase", "gelu", "--at", "1", "1", "--stability"], "give one of them"),
    "at and points": (["phase", "gelu", "--at", "1", "1", "--points", "3"], "--at is a single point"),
    "at and correlations": (["phase", "gelu", "--at", "1", "1", "--correlations"], "--at is a single point"),
    "stability and correlations": (["phase", "gelu", "--stability", "--correlations"], "not for --stability"),
    "ending": (["phase", "gelu", "-o", "x.gif"], "-o must end in .png, .svg or .pdf"),
    "folder": (["phase", "gelu", "-o", "no/such/x.png"], "does not exist"),
    "points": (["phase", "gelu", "--points", "1"], "--points must be a whole number from 2 to 2048"),
    "range": (["phase", "gelu", "--sigma-w", "2", "1"], "--sigma-w must go from a smaller to a larger number"),
    "negative": (["phase", "gelu", "--sigma-b", "-1", "1"], "--sigma-b must be a number in [0, 1e75]"),
    "nan": (["phase", "gelu", "--at", "nan", "1"], "--at (sigma_w) must be a number in [0, 1e75]; got 'nan'"),
}


@pytest.mark.parametrize("arguments", BAD.values(), ids=BAD)
def test_bad_usage(capsys, arguments):
    given, message = arguments
    assert main(given) == 2
    captured = capsys.readouterr()
    assert captured.out == ""
    assert message in captured.err
    assert captured.err.count("\n") == 1


def test_gain_needs_no_numpy():
    from tests.subprocesses import output

    code = "import sys, fastsig; fastsig.mean_field.gain('gelu'); fastsig.mean_field.edge_of_chaos('tanh', 1.0)"
    assert output(f"{code}\nprint([m for m in ('numpy', 'numba', 'scipy') if m in sys.modules])").strip() == "[]"
    assert math.isfinite(gain("gelu"))
