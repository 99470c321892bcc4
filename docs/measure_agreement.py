"""Ask float64, double-double and ball arithmetic the same random questions, and report how they agree.

    python docs/measure_agreement.py [--cases 4000] [--seed 1] [--jobs 2]

Prints a table in Markdown; every disagreement in full. Exit status 1 if there is one.
"""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent.parent))

from tests.three_ways import Answers, Question, answers, questions


def _ask(question: Question) -> Answers | str | None:
    try:
        return answers(question)
    except Exception as error:  # which question it was matters more than where it broke
        return f"{question}: {type(error).__name__}: {error}"


def main() -> int:
    """Ask, and print the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--cases", type=int, default=4000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    options = parser.parse_args()
    with ProcessPoolExecutor(options.jobs) as pool:
        found = list(pool.map(_ask, questions(options.seed, options.cases), chunksize=16))
    broken = [answer for answer in found if isinstance(answer, str)]
    asked = [answer for answer in found if isinstance(answer, Answers)]
    outside = [answer for answer in asked if not answer.agree]
    for line in (*broken, *outside):
        print(line, file=sys.stderr)
    print(f"Seed {options.seed}: {len(asked)} questions of {options.cases} (the others underflow a double), ", end="")
    print(f"{len(broken)} without an answer, {len(outside)} outside a bound.\n")
    print("| way | largest share of its stated error | where | median relative error |\n|---|---|---|---|")
    for way in ("double", "double_double"):
        worst = max(asked, key=lambda answer: getattr(answer, way))
        middle = sorted(getattr(answer, f"relative_{way}") for answer in asked)[len(asked) // 2]
        print(f"| {way} | {float(getattr(worst, way)):.2f} | {worst.question} | {middle:.1e} |")
    return 1 if outside or broken else 0


if __name__ == "__main__":
    sys.exit(main())
