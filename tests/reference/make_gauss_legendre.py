"""Make gauss_legendre.json: certified Gauss-Legendre nodes and weights.

    python tests/reference/make_gauss_legendre.py            # writes the file
    python tests/reference/make_gauss_legendre.py --check    # compares with it

Needs python-flint: `arb.legendre_p_root` encloses each zero of P_n by interval Newton on
hypergeometric series (Johansson and Mezzarobba, SIAM J. Sci. Comput. 40 (2018) C726-C747,
doi:10.1137/18M1170133), and its weight; the library walks along a differential equation.

For each n: the SHA-256 of all nodes x >= 0, ascending, and of their weights, each the
double nearest to the exact number, little-endian; and some of them with 40 digits, so that
a wrong rule can be looked at.
"""

from __future__ import annotations

import argparse
import hashlib
import json
import struct
import sys
from pathlib import Path

from flint import arb, ctx

FILE = Path(__file__).with_name("gauss_legendre.json")
SIZES = (*range(1, 65), 100, 101, 127, 128, 255, 256, 371, 500, 777, 1000, 1999, 2000, 5000, 9999, 10000)
DIGITS = 40
BITS = 300


def rule(n: int) -> list[tuple[arb, arb]]:
    """Balls of the nodes x >= 0, ascending, and their weights."""
    found = [arb.legendre_p_root(n, k, weight=True) for k in range((n + 1) // 2)]
    return [(arb(x), w) for x, w in reversed(found)]


def nearest(ball: arb) -> float:
    """The double nearest to a number, or an error if the ball does not tell."""
    low, high = float(ball.lower()), float(ball.upper())  # rounded to nearest
    if low != high:
        raise ArithmeticError(f"{ball} does not determine a double")
    return low


def text(ball: arb) -> str:
    if ball == 0:
        return "0"
    if not ball.rad() < abs(ball) * arb(10) ** (-DIGITS - 5):
        raise ArithmeticError("ball too wide")
    return str(ball.str(DIGITS, radius=False))


def digest(numbers: list[float]) -> str:
    return hashlib.sha256(struct.pack(f"<{len(numbers)}d", *numbers)).hexdigest()


def record(n: int) -> str:
    balls = rule(n)
    first, last = n // 2, n - 1
    shown = sorted({first, (2 * first + last) // 3, (first + 2 * last) // 3, last})
    return json.dumps(
        {
            "n": n,
            "nodes": digest([nearest(x) for x, _ in balls]),
            "weights": digest([nearest(w) for _, w in balls]),
            "points": [[i, *map(text, balls[i - first])] for i in shown],
        },
        separators=(",", ":"),
    )


def make() -> str:
    ctx.prec = BITS
    about = (
        "Gauss-Legendre rules on [-1, 1], certified by make_gauss_legendre.py: SHA-256 of the nearest doubles to the "
        "nodes >= 0, ascending, and to their weights; points: [index, node, weight], 40 digits"
    )
    return f'{{"about":{json.dumps(about)},"rules":[\n' + ",\n".join(map(record, SIZES)) + "\n]}\n"


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the file, write nothing")
    check = parser.parse_args().check
    content = make()
    if not check:
        FILE.write_text(content)
        return 0
    if FILE.read_text() != content:
        print(f"{FILE.name} differs from what this script makes", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
