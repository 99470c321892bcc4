"""Make gauss_hermite.json: certified 40-digit Gauss-Hermite nodes and weights.

    python tests/reference/make_gauss_hermite.py            # writes the file
    python tests/reference/make_gauss_hermite.py --check    # compares with it

Needs python-flint (ball arithmetic) and scipy (uncertified first guesses).

The library walks along Taylor series of a differential equation; here all
numbers come from the three-term recurrence of the monic polynomials

    He_{k+1}(x) = x He_k(x) - k He_{k-1}(x),   He_0 = 1, He_1 = x,

evaluated in ball arithmetic at exact binary points:

* Index. He_0, ..., He_n is a Sturm sequence: the number of its sign changes at
  x is the number of zeros of He_n above x. A node with index i (ascending,
  from 0) is proved to lie between a and b, b - a = 2 delta, by n - i sign
  changes at a and n - i - 1 at b, each sign being certified.
* Weight. w = (n-1)! / (n He_{n-1}(node)^2) = n! / He_n'(node)^2. For
  psi = He_n exp(-x^2/4), which solves psi'' = -A psi with
  |A| <= n + 1/2 =: L for all x with x^2 <= 8 L, psi' at the zero differs from
  psi' at the middle c of [a, b] by at most a factor 1 +- e,
  e = L delta^2 / (1 - L delta^2). (Let M = max |psi'| between c and the zero.
  Then |psi| <= delta M there, so psi' varies by at most L delta^2 M, whence
  M <= |psi'(c)| / (1 - L delta^2).) So
  w = n! exp(-node^2/2) / psi'(node)^2, with psi'(node) = psi'(c) (1 +- e) and
  psi' exp(x^2/4) = He_n' - x/2 He_n = n He_{n-1} - x/2 He_n.

Balls lose about one bit a step, hence working precisions of n bits and more. A
sign that cannot be decided doubles the precision; a ball too wide for DIGITS
digits is an error. Nothing uncertified reaches the file.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import numpy as np
from flint import arb, ctx, fmpz
from scipy.linalg import eigvalsh_tridiagonal

FILE = Path(__file__).with_name("gauss_hermite.json")
SIZES = (1, 2, 3, 5, 10, 20, 64, 100, 101, 200, 371, 372, 500, 1000, 2000, 5000, 10000)
FULL_UP_TO = 101  # all nodes >= 0 up to this n, a selection beyond
SELECTED = 44  # nodes in a selection
DIGITS = 40
DELTA = arb(2) ** -200  # half width of the isolating interval


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Set the working precision of arb within a block."""
    before = ctx.prec
    ctx.prec = bits
    try:
        yield
    finally:
        ctx.prec = before


def hermite_pair(n: int, x: arb) -> tuple[arb, arb, int]:
    """He_n(x), He_{n-1}(x) and the number of sign changes in He_0(x), ..., He_n(x).

    Raises ArithmeticError if a sign cannot be decided at this precision. An
    exact zero He_k(x) = 0, 0 < k < n, is skipped, as Sturm's theorem allows.
    """
    previous, current = arb(0), arb(1)
    sign, changes = 1, 0
    for k in range(n):
        previous, current = current, x * current - k * previous
        if current > 0:
            now = 1
        elif current < 0:
            now = -1
        elif current == 0:
            continue
        else:
            raise ArithmeticError(f"sign of He_{k + 1} undecided")
        changes += now != sign
        sign = now
    return current, previous, changes


def with_enough_bits(n: int, x: arb) -> tuple[arb, arb, int]:
    """`hermite_pair` at a precision that decides every sign."""
    bits = 400 + n
    while True:
        with precision(bits):
            try:
                return hermite_pair(n, x)
            except ArithmeticError:
                bits *= 2


def polish(n: int, guess: float) -> arb:
    """An exact point within DELTA / 2 of a zero near `guess`, not certified."""
    x = arb(guess)
    with precision(420):
        for _ in range(8):
            previous, current = arb(0), arb(1)
            for k in range(n):
                previous, current = current.mid(), (x * current - k * previous).mid()
            step = (current / (n * previous)).mid()
            x = (x - step).mid()
            if abs(step) < DELTA / 4:
                return x
    raise ArithmeticError(f"Newton's iteration did not settle at n = {n}, x = {guess}")


def certified(n: int, index: int, guess: float) -> tuple[arb, arb]:
    """Balls that contain node `index` of the n-point rule and its weight."""
    if 2 * index + 1 == n:  # odd n: 0 is a zero, and the middle one by symmetry
        centre, node, half_width = arb(0), arb(0), arb(0)
    else:
        centre, half_width = polish(n, guess), DELTA
        with precision(600):
            low, high = centre - DELTA, centre + DELTA
            node = centre + arb(0, 1) * DELTA
        if with_enough_bits(n, low)[2] != n - index or with_enough_bits(n, high)[2] != n - index - 1:
            raise ArithmeticError(f"node {index} of {n} is not where it was sought")
    with precision(800 + 2 * n):
        previous, current = arb(0), arb(1)
        for k in range(n):
            previous, current = current, centre * current - k * previous
        bound = (n + arb(0.5)) * half_width**2
        if not (centre**2 < 8 * (n + arb(0.5)) and bound < 0.25):
            raise ArithmeticError("outside the range of the error bound")
        # psi'(node) exp(c^2/4), from psi'(c) and its uncertainty e
        slope = (n * previous - centre / 2 * current) * (1 + arb(0, 1) * (bound / (1 - bound)))
        weight = arb(fmpz.fac_ui(n)) * ((centre**2 - node**2) / 2).exp() / slope**2
    return node, weight


def text(ball: arb) -> str:
    """DIGITS correct digits (error below one unit of the last) or an error."""
    if ball == 0:
        return "0"
    if not ball.rad() < abs(ball) * arb(10) ** (-DIGITS - 5):
        raise ArithmeticError("ball too wide")
    with precision(400):
        return str(ball.str(DIGITS, radius=False))


def selection(n: int, guesses: np.ndarray) -> list[int]:
    """Indices of nodes >= 0: all, or spread over weights above 1e-300, and the last."""
    first = n // 2
    if n <= FULL_UP_TO:
        return list(range(first, n))
    # A weight is about exp(-x^2/2) times the gap between nodes.
    last_normal = int(np.searchsorted(guesses, np.sqrt(2 * 300 * np.log(10)))) - 1
    spread = np.linspace(first, min(last_normal, n - 1), SELECTED)
    beyond = np.linspace(last_normal, n - 1, 5)
    return sorted({int(i) for i in np.rint(np.concatenate([spread, beyond]))})


def make() -> dict[str, object]:
    """All rules, as what is written to the file."""
    rules = []
    for n in SIZES:
        guesses = eigvalsh_tridiagonal(np.zeros(n), np.sqrt(np.arange(1.0, n)))
        points = []
        for index in selection(n, guesses):
            node, weight = certified(n, index, float(guesses[index]))
            points.append([index, text(node), text(weight)])
        rules.append({"n": n, "points": points})
        print(f"n = {n}: {len(points)} points", file=sys.stderr)
    return {
        "about": "Gauss-Hermite rules for E f(Z), Z standard normal: certified by "
        "make_gauss_hermite.py, error below one unit of the last digit",
        "points": "[index, node, weight]; ascending from 0; the rest by symmetry",
        "rules": rules,
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--check", action="store_true", help="compare with the file, write nothing")
    check = parser.parse_args().check
    content = json.dumps(make(), indent=None, separators=(",", ":")).replace("[[", "[\n[").replace("],[", "],\n[")
    content = content.replace('{"n"', '\n{"n"') + "\n"
    if not check:
        FILE.write_text(content)
        return 0
    if FILE.read_text() != content:
        print(f"{FILE.name} differs from what this script makes", file=sys.stderr)
        return 1
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
