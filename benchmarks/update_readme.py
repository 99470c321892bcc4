"""Put results of `fastsig bench` into the README and draw the figure: python benchmarks/update_readme.py bench.json."""

import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIGURE = ROOT / "docs" / "figures" / "error_against_time.png"
BEGIN, END = "<!-- bench: begin -->\n", "<!-- bench: end -->"


def main(results):
    kept = FIGURE.with_suffix(".json")
    if Path(results).resolve() != kept:
        shutil.copyfile(results, kept)
    command = [
        sys.executable,
        "-P",
        "-m",
        "fastsig",
        "bench",
        "--load",
        str(kept),
        "--markdown",
        "--figure",
        str(FIGURE),
    ]
    section = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    readme = ROOT / "README.md"
    before, _, rest = readme.read_text().partition(BEGIN)
    readme.write_text(before + BEGIN + section + END + rest.partition(END)[2])


if __name__ == "__main__":
    main(*sys.argv[1:])
