"""The reference values are the ones that were made: checksums, counts, spread."""

import hashlib
import json

import pytest

from tests.reference_values import FOLDER, exact, records

SUMS = dict(reversed(line.split()) for line in (FOLDER / "SHA256SUMS").read_text().splitlines())


@pytest.mark.parametrize("name", sorted(SUMS))
def test_checksum(name: str) -> None:
    assert hashlib.sha256((FOLDER / name).read_bytes()).hexdigest() == SUMS[name]


def test_every_value_file_is_listed() -> None:
    assert {f"{name}.json" for name in ("moments", "parameters", "means", "shape", "values")} <= set(SUMS)


def test_spread() -> None:
    sigma = sorted({float(record["sigma"]) for record in records("moments")})
    assert (sigma[0], sigma[-1]) == (1e-6, 1e6)
    assert {0.0625, 0.125, 0.25, 0.5, 1.0} <= set(sigma)
    assert len(sigma) >= 90
    assert len({record["activation"] for record in records("moments")}) >= 9
    assert len(records("means")) >= 600
    assert len(records("values")) >= 1300


def test_they_agree_with_numbers_written_down_elsewhere() -> None:
    """A file of zeros with the right checksum would prove nothing."""
    by_key = {(r["activation"], r["sigma"]): r for r in records("moments")}
    relu, tanh = by_key["relu", "1.0"], by_key["tanh", "1.0"]
    assert exact(relu["m1"]) * exact(relu["m1"]) == pytest.approx(0.15915494309189535, rel=1e-15)  # 1/(2 pi)
    assert exact(relu["m2"]) == exact(relu["eta"]) == exact("0.5")
    assert float(exact(tanh["g1"])) + float(exact(tanh["m2"])) == pytest.approx(1.0, rel=1e-15)
    assert json.loads((FOLDER / "shape.json").read_text())["records"][2]["tv"] == "2"
