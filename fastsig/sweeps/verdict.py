"""Whether the errors that methods state are honest: row by row, and z-scores as a whole.

Verdicts of rows:

held
    A bound or an estimate, and the true error is no larger (as far as the reference's own error lets one see).
violated
    The true error is larger.
undecided
    The error is smaller than that of the reference, which cannot judge it.
within, outside
    A standard error: abs(z) is below, or above, what the largest z-score of the sweep exceeds with probability `LEVEL`.
no variance
    A standard error so small that it would be a matter of rounding: no z-score. The value is right.
unseen
    The same, but the value is off: all samples agreed, as none came to where the difference is made. No failure, as
    such cells are dropped by the definition of the test; but no merit either, so they are counted by themselves.
too few
    A standard error that rests on fewer than 100 samples that count (`fastsig.sweeps.effective`): no z-score, as
    the ratio is not normal however right both are. Counted by themselves, too.
not judged
    The method states no error (Gauss-Hermite). The true error is reported.
refused
    The method has no number here, and says why.
no reference
    The reference has none.
reference
    The number is the reference itself: nothing judges itself.

The sweep as a whole passes if no row is violated, outside or without a reference, and if the z-scores look standard
normal: a Kolmogorov-Smirnov test for each method and component, among whose cells streams of random numbers are
independent (components of one point share a stream), all tests together at `LEVEL`.
"""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import NormalDist
from typing import Any

from fastsig.sweeps.rows import Row

LEVEL = 1e-3  # how often a sweep that is right may fail: once in a thousand seeds, for each of the two reasons
FAILURES = ("violated", "outside", "no reference")
JUDGED = ("held", "violated", "within", "outside")
LEAST_SCORES = 20  # fewer say nothing of a distribution


@dataclass(frozen=True)
class Normality:
    """A Kolmogorov-Smirnov test of z-scores against the standard normal law."""

    method: str
    component: str
    scores: int
    distance: float
    probability: float
    passed: bool


@dataclass(frozen=True)
class Summary:
    """The rows of one method: how many have which verdict, and where the error is worst, relative to the reference."""

    method: str
    rows: int
    verdicts: dict[str, int]
    worst: Row | None
    worst_error: float | None


@dataclass(frozen=True)
class Verdict:
    """What a sweep says.

    Attributes
    ----------
    passed : bool
        Whether every stated error was honest, of those that were judged.
    judged : int
        Rows whose error was compared with the true one; 0 says nothing of anything.
    methods : tuple of Summary
        In the order of the rows.
    normality : tuple of Normality
        Tests of z-scores.
    failures : tuple of Row
        Rows that fail, the worst first.
    """

    passed: bool
    judged: int
    methods: tuple[Summary, ...]
    normality: tuple[Normality, ...]
    failures: tuple[Row, ...]

    @property
    def in_words(self) -> str:
        """One or a few words: passed, FAILED, or that nothing was judged."""
        if not self.passed:
            return "FAILED"
        return "passed" if self.judged else "nothing was judged: no row has both an error and a reference"


def limit_of_scores(number: int) -> float:
    """Return what one of so many standard normal numbers exceeds in absolute value with probability `LEVEL`.

    Examples
    --------
    >>> from fastsig.sweeps.verdict import limit_of_scores
    >>> round(limit_of_scores(1), 2), round(limit_of_scores(10000), 2)
    (3.29, 5.33)
    """
    return -NormalDist().inv_cdf(LEVEL / (2.0 * max(number, 1)))


def with_scores_judged(rows: Sequence[Row]) -> list[Row]:
    """Return rows in which the z-scores are judged, too."""
    limit = limit_of_scores(sum(row.z is not None for row in rows))
    return [row._replace(verdict="outside") if row.z is not None and not abs(row.z) <= limit else row for row in rows]


def judge(rows: Sequence[Row]) -> Verdict:
    """Judge a sweep by its rows.

    Parameters
    ----------
    rows : sequence of Row
        As `fastsig.sweeps.read` returns them.

    Returns
    -------
    Verdict
        Whether all stated errors were honest, with the rows where they were not.

    Examples
    --------
    >>> import tempfile
    >>> from fastsig.sweeps import Plan, judge, read, run
    >>> with tempfile.TemporaryDirectory() as folder:
    ...     run(Plan.of("relu,tanh", sigma="0.1:10:5"), f"{folder}/sweep.parquet")
    ...     judge(read(f"{folder}/sweep.parquet").rows).passed
    True
    True
    """
    by_method: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        by_method[row.method].append(row)
    failures = sorted((row for row in rows if row.verdict in FAILURES), key=_excess, reverse=True)
    normality = _tests(rows)
    return Verdict(
        not failures and all(test.passed for test in normality),
        sum(row.verdict in JUDGED for row in rows),
        tuple(_summary(method, some) for method, some in by_method.items()),
        tuple(normality),
        tuple(failures),
    )


def relative_error(row: Row) -> float | None:
    """Return the true error relative to the reference, absolute where that may be 0."""
    if row.true_error is None or row.reference is None or row.reference_error is None:
        return None
    return row.true_error / abs(row.reference) if abs(row.reference) > row.reference_error else row.true_error


def _summary(method: str, rows: list[Row]) -> Summary:
    errors = [(error, -i) for i, row in enumerate(rows) if (error := relative_error(row)) is not None]
    error, place = max(errors) if errors and rows[0].verdict != "reference" else (None, 0)
    worst = None if error is None else rows[-place]
    return Summary(method, len(rows), dict(Counter(row.verdict for row in rows)), worst, error)


def _excess(row: Row) -> float:
    """By how much a row fails: true error over the stated one."""
    if row.z is not None:
        return abs(row.z)
    if row.true_error is None or row.error is None:
        return 0.0
    return row.true_error / row.error if row.error else float("inf")


def _tests(rows: Sequence[Row]) -> list[Normality]:
    scores: dict[tuple[str, str], list[float]] = defaultdict(list)
    for row in rows:
        if row.z is not None:
            scores[row.method, row.component].append(row.z)
    enough = {key: some for key, some in scores.items() if len(some) >= LEAST_SCORES}
    return [_test(*key, some, LEVEL / len(enough)) for key, some in enough.items()]


def _test(method: str, component: str, scores: list[float], level: float) -> Normality:
    from scipy.stats import kstest

    found: Any = kstest(scores, "norm")
    probability = float(found.pvalue)
    return Normality(method, component, len(scores), float(found.statistic), probability, probability >= level)
