"""Write fastsig/benchmark/certified.json from tests/reference/moments.json: python benchmarks/make_certified.py.

Of the certified sigma in [1e-3, 1e3] those at least 5 % apart, rounded to 20 digits: enough to judge doubles
by, and small enough for the package. `contents` is what a test compares the file with.
"""

import json
from decimal import Context, Decimal
from pathlib import Path

from fastsig.benchmark.problem import ACTIVATIONS, COMPONENTS

ROOT = Path(__file__).resolve().parents[1]
FILE = ROOT / "fastsig" / "benchmark" / "certified.json"
TWENTY = Context(prec=20)
ABOUT = (
    "Gaussian moments at mean 0, default parameters, certified by ball arithmetic (Arb) and rounded to 20 digits; "
    "made by benchmarks/make_certified.py from tests/reference/moments.json. sigma are exact doubles."
)


def contents():
    records = json.loads((ROOT / "tests" / "reference" / "moments.json").read_text())["records"]
    by_key = {(r["activation"], r["sigma"]): r for r in records}
    kept = []
    for sigma in sorted({r["sigma"] for r in records}, key=float):
        if 1e-3 <= float(sigma) <= 1e3 and (not kept or float(sigma) >= 1.05 * float(kept[-1])):
            kept.append(sigma)
    values = {
        name: {c: [str(Decimal(by_key[name, sigma][c]).normalize(TWENTY)) for sigma in kept] for c in COMPONENTS}
        for name in ACTIVATIONS
    }
    return {"about": ABOUT, "sigma": kept, "values": values}


if __name__ == "__main__":
    FILE.write_text(json.dumps(contents(), separators=(",", ":")).replace('],"', '],\n"') + "\n")
