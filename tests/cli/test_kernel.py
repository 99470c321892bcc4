"""fastsig kernel: the numbers are those of the API, in every format; the picture is written."""

import csv
import io
import json

import numpy as np
import pytest

from fastsig.cli.main import main
from fastsig.kernel import dual, dual_derivative, sphere_eigenvalues


def run(capsys, *arguments, status=0):
    assert main(("kernel", *arguments)) == status
    return capsys.readouterr()


def test_json_has_both(capsys):
    text = run(capsys, "relu", "mish", "--sigma", "1/2", "--points", "3", "--degrees", "4", "--format", "json").out
    found = json.loads(text)
    assert (found["schema"], found["sigma"], found["dimension"]) == ("fastsig.kernel/1", 0.5, 10)
    for name in ("relu", "mish"):
        rows = [row for row in found["kernel"] if row["activation"] == name]
        k, slope = (f(name, 0.25, 0.25, [-1.0, 0.0, 1.0]) for f in (dual, dual_derivative))
        assert [row["rho"] for row in rows] == [-1.0, 0.0, 1.0]
        assert [row["kernel"] for row in rows] == k.value.tolist()
        assert [row["kernel_error"] for row in rows] == k.error.tolist()
        assert [row["slope_kernel"] for row in rows] == slope.value.tolist()
        rows = [row for row in found["eigenvalues"] if row["activation"] == name]
        s = sphere_eigenvalues(name, 4, dimension=10, sigma=0.5)
        assert [row["eigenvalue"] for row in rows] == s.value.tolist()
        assert [row["multiplicity"] for row in rows] == list(s.multiplicity)


def test_table_and_csv(capsys):
    text = run(capsys, "leaky_relu:slope=0.2").out
    assert "leaky_relu:slope=0.2" in text
    assert text.count("\n") == 2 + 1 + 5
    rows = list(csv.DictReader(io.StringIO(run(capsys, "relu", "--points", "2", "--format", "csv").out)))
    assert [float(row["kernel"]) for row in rows] == dual("relu", 1.0, 1.0, [-1.0, 1.0]).value.tolist()
    text = run(capsys, "relu", "--eigenvalues", "--degrees", "3", "--dimension", "3", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(text)))
    values = sphere_eigenvalues("relu", 3, dimension=3).value.tolist()
    assert [float(row["eigenvalue"]) for row in rows] == values
    assert values[0] == pytest.approx(3 / 16)
    assert "multiplicity" in run(capsys, "relu", "--eigenvalues").out


@pytest.mark.parametrize("ending", ["png", "svg"])
def test_picture(capsys, tmp_path, ending):
    path = tmp_path / f"kernel.{ending}"
    assert run(capsys, "relu", "gelu", "-o", str(path)).out == f"wrote {path}\n"
    assert path.read_bytes()[:4] in (b"\x89PNG", b"<?xm")


def test_what_is_drawn():
    from fastsig.plot.kernel_figure import draw_kernels

    rho = np.linspace(-1.0, 1.0, 9)
    kernels = {name: dual(name, 1.0, 1.0, rho) for name in ("relu", "tanh")}
    spectra = {name: sphere_eigenvalues(name, 12, dimension=5) for name in kernels}
    left, right = draw_kernels(rho, kernels, spectra).axes
    _, relu, tanh = left.get_lines()
    assert np.array_equal(relu.get_ydata(), kernels["relu"].value / 0.5)
    assert tanh.get_ydata()[0] == pytest.approx(-1.0)  # odd
    assert [text.get_text() for text in left.get_legend().get_texts()] == ["relu", "tanh"]
    assert right.get_lines()[1].get_ydata().tolist() == spectra["relu"].value[2::2].tolist()
    assert len({(line.get_color(), line.get_linestyle()) for line in left.get_lines()}) == 3


def test_without_a_name(capsys):
    assert main(("kernel",)) == 2
    error = capsys.readouterr().err
    assert "NAME" in error
    assert "--sigma" not in error


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--points", "1"], "--points must be a whole number from 2 to 2001; got '1'"),
        (["--degrees", "0"], "--degrees must be a whole number from 1 to 1000; got '0'"),
        (["--dimension", "1"], "--dimension must be a whole number from 2 to 10000; got '1'"),
        (["--sigma", "-1"], "--sigma must be a number in [0, 1e75]; got '-1'"),
        (["--sigma", "nan"], "--sigma must be a number in [0, 1e75]; got 'nan'"),
        (["-o", "x.gif"], "must end in one of .png, .svg, .pdf"),
        (["-o", "no/such/x.png"], "there is no folder"),
    ],
)
def test_refusals(capsys, arguments, said):
    error = run(capsys, "gelu", *arguments, status=2).err
    assert said in error
    assert error.count("\n") == 1
