"""fastsig lyapunov."""

import json

import pytest

from fastsig import lyapunov
from fastsig.cli.lyapunov_command import _table
from fastsig.cli.main import main


def run(capsys, *arguments, status=0):
    assert main(("lyapunov", *arguments)) == status
    return capsys.readouterr()


def test_table(capsys):
    text = run(capsys, "tanh", "--a", "3").out
    assert "contraction: abs(T(x) - x*) <= 0.51" in text
    assert "primitive: E(T x) <= E(x) - 0.5 (T x - x)^2 on R" in text
    assert text.count("attracting") == 2
    assert text.count("repelling") == 1


def test_negative_numbers_and_proofs(capsys):
    text = run(capsys, "relu", "--a", "-0.5", "--b", "-1e-3", "--prove").out
    assert text.count("proved: ") == 2


def test_intervals_of_fixed_points(capsys):
    text = run(capsys, "relu").out
    assert "contraction: refused, hypothesis" in text
    assert "fixed points fill [0, inf]" in text


def test_a_table_of_very_many_is_cut():
    points = lyapunov.fixed_points("snake", 1.0001)
    assert len(points) > 100
    text = _table("snake", points, {}, {"contraction": "no", "primitive": "no"}, {})
    assert f"and {len(points) - 20} more between these" in text
    assert f"{points[0].x:.15g}" in text
    assert f"{points[-1].x:.15g}" in text
    assert len(text.splitlines()) < 40


def test_json(capsys):
    found = json.loads(run(capsys, "sigmoid", "--a", "5", "--b", "-10", "--prove", "--format", "json").out)
    one = lyapunov.contraction("sigmoid", 5, -10)
    assert found["schema"] == "fastsig.lyapunov/1"
    assert found["contraction"]["rate"] == one.rate
    assert found["contraction"]["domain"] == list(one.domain)
    assert (found["a"], found["b"], found["undecided"]) == (5.0, -10.0, [])
    for field in ("rate_error", "fixed_point", "fixed_point_error", "entry_steps", "excess"):
        assert found["contraction"][field] == getattr(one, field)
    other = lyapunov.primitive("sigmoid", 5, -10)
    for field in ("smoothness", "smoothness_error", "descent", "converges", "reason", "excess"):
        assert found["primitive"][field] == getattr(other, field)
    assert found["primitive"]["domain"] == ["-inf", "inf"]
    assert found["primitive"]["proof"].startswith("proved: ")
    assert found["fixed_points"][0]["x"] == one.fixed_point
    open_ = json.loads(run(capsys, "gelu", "--format", "json").out)
    assert open_["undecided"] == [[lyapunov.fixed_points("gelu").undecided[0][0], "inf"]]
    assert not open_["complete"]
    refused = json.loads(run(capsys, "relu", "--format", "json").out)
    assert refused["contraction"]["margin"] == 0.0
    assert refused["fixed_intervals"] == [[0.0, "inf"]]


def test_refused_altogether(capsys, tmp_path):
    captured = run(capsys, "tanh", "--a", "-3", "-o", str(tmp_path / "x.png"), status=1)
    assert captured.out.count("refused") == 2
    assert "no figure was written" in captured.err
    assert not (tmp_path / "x.png").exists()


def test_figure(capsys, tmp_path):
    run(capsys, "tanh", "--a", "3", "-o", str(tmp_path / "x.png"))
    assert (tmp_path / "x.png").read_bytes().startswith(b"\x89PNG")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("all",), "takes one activation"),
        (("tanh", "--a", "0"), "not 0"),
        (("tanh", "--a", "x"), "must be a number"),
        (("tanh", "--b", "inf"), "finite"),
        (("tanh", "-o", "x.doc"), "must end in"),
    ],
)
def test_bad_usage(capsys, arguments, message):
    captured = run(capsys, *arguments, status=2)
    assert message in captured.err
    assert captured.err.count("\n") == 1
