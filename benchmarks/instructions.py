"""Count the instructions of the hot paths in C, which no other load on the machine changes.

    python benchmarks/instructions.py            count and write instructions.json
    python benchmarks/instructions.py --check    compare with it; exit 1 beyond 2 %

Needs valgrind, cmake and a C compiler. valgrind has no AVX-512, so this counts level
x86-64-v3. Another compiler gives other counts: it is recorded, and counts are compared
only with those of the same one.
"""

import argparse
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

HERE = Path(__file__).parent
RECORD = HERE / "instructions.json"
LOADS = ("batch", "batch_with_errors", "batch_at_means", "tanh", "exponentials", "points", "adaptive")
TOLERANCE = 0.02
FEW, MANY = 2, 12


def run(*command, **options):
    return subprocess.run(command, check=True, capture_output=True, text=True, **options)


def build(folder):
    run("cmake", "-S", str(HERE.parent), "-B", str(folder), "-DFASTSIG_BUILD_TESTS=OFF")
    run("cmake", "--build", str(folder), "--target", "fastsig")
    library = next(folder.rglob("libfastsig.a"))
    program, include = folder / "instructions", HERE.parent / "csrc" / "include"
    run("cc", "-O2", f"-I{include}", str(HERE / "instructions.c"), str(library), "-lm", "-o", str(program))
    return program


def instructions(program, load, repetitions):
    command = ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null", str(program), load, str(repetitions)]
    result = run(*command, env={**os.environ, "FASTSIG_CPU_LEVEL": "x86-64-v3"})
    return int(re.search(r"Collected\s*:\s*(\d+)", result.stderr).group(1))


def count():
    with tempfile.TemporaryDirectory() as folder:
        program = build(Path(folder))
        counts = {}
        for load in LOADS:
            # The difference leaves out the start of the process.
            more = instructions(program, load, MANY) - instructions(program, load, FEW)
            counts[load] = more // (MANY - FEW)
    compiler = run("cc", "--version").stdout.splitlines()[0]
    return {"compiler": compiler, "level": "x86-64-v3", "instructions": counts}


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare only")
    options = parser.parse_args()
    found = count()
    if not options.check:
        RECORD.write_text(json.dumps(found, indent=2) + "\n")
        print(json.dumps(found, indent=2))
        return 0
    known = json.loads(RECORD.read_text())
    if known["compiler"] != found["compiler"]:
        print(f"counted with {found['compiler']}, recorded with {known['compiler']}: not comparable")
        return 0
    worse = 0
    for load, before in known["instructions"].items():
        now = found["instructions"][load]
        worse |= abs(now / before - 1) > TOLERANCE
        print(f"{load:<20} {before:>12} -> {now:>12}  {100 * (now / before - 1):+.2f} %")
    return int(worse)


if __name__ == "__main__":
    sys.exit(main())
