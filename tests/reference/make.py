"""Make, check or compare the reference values: see README.md in this folder.

python tests/reference/make.py [--check] [--only NAME] [--jobs N]
python tests/reference/make.py --compare FILE
"""

import argparse
import hashlib
import json
import sys
import time
from decimal import Decimal, InvalidOperation, localcontext
from multiprocessing import Pool
from pathlib import Path

import flint
from tables import contents

FOLDER = Path(__file__).resolve().parent
AGREEMENT = Decimal("2e-39")  # two certified roundings to 40 digits may differ by one unit


def generate(name, jobs):
    about, definitions, make, cases = contents()[name]
    started = time.perf_counter()
    with Pool(jobs) as pool:
        records = pool.map(make, cases, chunksize=4)
    print(f"{name}: {len(records)} records, {time.perf_counter() - started:.1f} s, {jobs} processes")
    versions = f"python-flint {flint.__version__}, FLINT {flint.__FLINT_VERSION__}"
    return {"about": about + versions + ".", "definitions": definitions, "records": records}


def dump(document):
    """JSON with one record a line."""
    head = {key: value for key, value in document.items() if key != "records"}
    lines = ",\n".join(json.dumps(record) for record in document["records"])
    return json.dumps(head, indent=0)[:-2] + ',\n"records": [\n' + lines + "\n]\n}\n"


def path_of(name):
    return FOLDER / f"{name}.json"


def write_sums():
    lines = [
        f"{hashlib.sha256(path_of(name).read_bytes()).hexdigest()}  {name}.json\n"
        for name in sorted(contents())
        if path_of(name).exists()
    ]
    (FOLDER / "SHA256SUMS").write_text("".join(lines))


def sums_agree():
    good = True
    for line in (FOLDER / "SHA256SUMS").read_text().splitlines():
        digest, file = line.split()
        if hashlib.sha256((FOLDER / file).read_bytes()).hexdigest() != digest:
            print(f"{file}: does not have the SHA-256 sum of SHA256SUMS", file=sys.stderr)
            good = False
    return good


def same(a, b):
    if a == b:
        return True
    if isinstance(a, list) and isinstance(b, list):
        return len(a) == len(b) and all(map(same, a, b))
    with localcontext() as context:
        context.prec, context.Emax, context.Emin = 60, 10**12, -(10**12)
        try:
            a, b = Decimal(a), Decimal(b)
            return a.is_finite() and b.is_finite() and abs(a - b) <= AGREEMENT * abs(b)
        except (InvalidOperation, TypeError, ValueError):
            return False


def differences(fresh, kept):
    """Records that differ by more than a unit in the 40th digit (8th or 6th of the rough ones: text must agree)."""
    if len(fresh) != len(kept):
        return [f"{len(fresh)} records made, {len(kept)} kept"]
    return [
        f"made {f}\nkept {k}"
        for f, k in zip(fresh, kept, strict=False)
        if f.keys() != k.keys() or not all(same(f[key], k[key]) for key in f)
    ]


def check(name, jobs):
    kept = json.loads(path_of(name).read_text())["records"]
    found = differences(generate(name, jobs)["records"], kept)
    for line in found[:5]:
        print(f"{name}: {line}", file=sys.stderr)
    return not found


def main():
    parser = argparse.ArgumentParser(description="Make, check or compare the reference values.")
    parser.add_argument("--check", action="store_true", help="make again and compare with the files here")
    parser.add_argument("--only", choices=sorted(contents()), help="one file instead of all")
    parser.add_argument("--jobs", type=int, default=1, help="processes (1)")
    parser.add_argument("--compare", metavar="FILE", help="recompute the moments and constants of another file")
    options = parser.parse_args()
    if options.compare:
        from compare import compare

        return compare(options.compare, options.jobs)
    names = [options.only] if options.only else list(contents())
    if options.check:
        return 0 if all([sums_agree(), *[check(name, options.jobs) for name in names]]) else 1
    for name in names:
        path_of(name).write_text(dump(generate(name, options.jobs)))
    write_sums()
    return 0


if __name__ == "__main__":
    sys.exit(main())
