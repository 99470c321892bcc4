"""Certified records against pairs of doubles, in exact fractions."""

from collections.abc import Iterator, Sequence
from fractions import Fraction

from fastsig.double_double.functionals import Functionals, moments_pairs
from fastsig.double_double.number import Pair, to_fraction
from tests.reference_values import PARAMETERS, Record, exact

PROMISE = Fraction(1, 10**29)  # of E abs(integrand)
TENFOLD = 10
SMALLEST = 1e-270  # products of pairs underflow from 1e-290 on, and every error has 1e-300 for that
DIGITS = Fraction(1, 10**40)  # what the records are rounded to


def parameters(record: Record) -> dict[str, Pair]:
    return {name: (float(record[name]), 0.0) for name in PARAMETERS if name in record}


def computed(record: Record, names: Sequence[str]) -> Functionals:
    sigma, mean = float(record["sigma"]), float(record["mean"])
    return moments_pairs(record["activation"], parameters(record), [(sigma, 0.0)], [(mean, 0.0)], names)


class Compared:
    """One number: its true error, its stated one and what both are relative to."""

    def __init__(self, record: Record, name: str, result: Functionals):
        self.truth = exact(record[name])
        self.off = abs(to_fraction((result.hi[name][0], result.lo[name][0])) - self.truth)
        self.error = result.error[name][0]
        self.size = result.size[name][0]
        self.rounding = DIGITS * abs(self.truth)
        self.where = f"{record['activation']} {parameters(record)} {name} sigma={record['sigma']} mean={record['mean']}"

    @property
    def is_accurate(self) -> bool:
        return self.size < SMALLEST or self.off <= PROMISE * Fraction(self.size) + self.rounding

    @property
    def is_honest(self) -> bool:
        return self.off <= Fraction(self.error) + self.rounding

    @property
    def is_tight(self) -> bool:
        return self.size < SMALLEST or self.error <= TENFOLD * float(PROMISE) * self.size

    def __str__(self) -> str:
        return f"{self.where}: off by {float(self.off):.2e}, error {self.error:.2e}, size {self.size:.2e}"


def comparisons(records: Sequence[Record], names: Sequence[str]) -> Iterator[Compared]:
    """Those of the names that a record has as finite numbers."""
    for record in records:
        present = [name for name in names if name in record and not record[name].endswith("inf")]
        result = computed(record, present)
        for name in present:
            yield Compared(record, name, result)
