"""Rows: comparisons are exact, verdicts convict, nothing judges itself."""

import math
from decimal import Decimal
from fractions import Fraction

import pytest

from fastsig.numbers.ball import Ball
from fastsig.numbers.double_double import DoubleDouble
from fastsig.sweeps import Plan, judge
from fastsig.sweeps.measured import Measured, exact, measured
from fastsig.sweeps.rows import rows_of
from fastsig.sweeps.tasks import Done, Versions, tasks_of, work
from fastsig.sweeps.verdict import LEVEL, limit_of_scores, relative_error, with_scores_judged

HERE = Versions("0", "3", "2", "baseline")


def rows(plan, numbers):
    """Rows of a plan whose tasks gave these numbers, by method."""
    tasks = tasks_of(plan)
    done = [Done(t.number, [numbers[t.method]] * len(t.points) * len(t.components), HERE, 0.1, "here") for t in tasks]
    return list(rows_of(plan, tasks, done))


@pytest.fixture(scope="module")
def one_cell():
    return Plan.of("relu", sigma=1, components="m1", methods="double,certified")


def verdict_of(plan, number, truth):
    found = rows(plan, {"double": number, "certified:40": truth})
    assert [row.verdict for row in found if row.method == plan.reference] == ["reference"]
    return next(row for row in found if row.method == "double")


def bound(value, error):
    return Measured(value, None, error, "bound")


def third(radius=Decimal("1e-42")):
    """1/3 as a ball: its midpoint is no double."""
    return measured(Ball(Decimal("0." + 41 * "3"), radius, 40), float(radius), "bound")


def test_numbers_keep_all_their_digits():
    assert exact(third()) == Fraction(int(41 * "3"), 10**41)
    pair = DoubleDouble(1 / 3, 1.850371707708594e-17)
    assert abs(exact(measured(pair, 0.0, "bound")) - Fraction(1, 3)) < Fraction(1, 10**32)
    assert exact(measured(0.1, 0.0, "bound")) == Fraction(0.1)


def test_a_bound_is_held_or_violated_by_the_exact_difference(one_cell):
    off = abs(Fraction(1 / 3) - exact(third()))  # some 1.85e-17, less than double arithmetic can see
    for error, expected in ((float(off) * 1.0001, "held"), (float(off) * 0.9999, "violated")):
        row = verdict_of(one_cell, bound(1 / 3, error), third())
        assert row.verdict == expected
        assert row.true_error == pytest.approx(float(off), rel=1e-12)
        assert row.ulp == pytest.approx(float(off) / math.ulp(1 / 3), rel=1e-12)
        assert row.z is None


def test_the_error_of_the_reference_counts_but_judges_nothing_finer(one_cell):
    off = 1.850371707708594e-17
    assert verdict_of(one_cell, bound(1 / 3, off * 0.9), third(Decimal("1e-17"))).verdict == "held"  # it may be
    assert verdict_of(one_cell, bound(1 / 3, 5e-18), third(Decimal("1e-17"))).verdict == "undecided"
    assert verdict_of(one_cell, bound(0.5, 0.0), measured(0.5, 0.0, "bound")).verdict == "held"  # exact
    assert verdict_of(one_cell, bound(0.5, 0.0), measured(0.5000001, 1e-9, "bound")).verdict == "violated"


def test_what_is_not_finite(one_cell):
    infinite = bound(-math.inf, 0.0)
    assert verdict_of(one_cell, infinite, infinite).verdict == "held"
    assert verdict_of(one_cell, bound(math.nan, 1.0), third()).verdict == "violated"
    assert verdict_of(one_cell, bound(1.0, 1.0), infinite).verdict == "violated"
    row = verdict_of(one_cell, bound(0.25, math.inf), third())
    assert (row.verdict, row.true_error) == ("held", pytest.approx(1 / 12))  # says that it knows nothing


def test_refusals_and_missing_references(one_cell):
    refused = Measured(None, None, None, "none", "no table here")
    row = verdict_of(one_cell, refused, third())
    assert (row.verdict, row.message, row.true_error) == ("refused", "no table here", None)
    found = rows(one_cell, {"double": bound(0.5, 0.1), "certified:40": refused})
    assert [row.verdict for row in found] == ["no reference", "reference"]
    assert not judge(found).passed


def test_z_scores(one_cell):
    half = measured(0.5, 0.0, "bound")
    row = verdict_of(one_cell, Measured(0.5 + 3e-3, None, 1e-3, "standard_error"), half)
    assert (row.verdict, row.z) == ("within", pytest.approx(3.0))
    assert with_scores_judged([row])[0].verdict == "within"
    row = verdict_of(one_cell, Measured(0.5 - 4e-3, None, 1e-3, "standard_error"), half)
    assert with_scores_judged([row])[0].verdict == "outside"
    assert not judge(with_scores_judged([row])).passed
    row = verdict_of(one_cell, Measured(0.5, None, 0.0, "standard_error"), half)
    assert (row.verdict, row.z) == ("no variance", None)
    row = verdict_of(one_cell, Measured(0.0, None, 0.0, "standard_error"), measured(5.7e-7, 0.0, "bound"))
    assert (row.verdict, row.z) == ("unseen", None)  # softshrink g1 at sigma 0.1: none of a million samples is beyond 5
    assert judge([row]).passed
    row = verdict_of(one_cell, Measured(0.5 + 1e-16, None, 1e-17, "standard_error"), half)  # a matter of rounding
    assert (row.verdict, row.z) == ("no variance", None)


def scored(plan, scores):
    """Rows with these z-scores, of a standard error of 1e-3."""
    tasks = tasks_of(plan)
    truth = measured(0.5, 0.0, "bound")
    made = iter(scores)
    done = []
    for task in tasks:
        if task.method == plan.reference:
            numbers = [truth] * len(task.points)
        else:
            numbers = [Measured(0.5 + 1e-3 * next(made), None, 1e-3, "standard_error") for _ in task.points]
        done.append(Done(task.number, numbers, HERE, 0.1, "here"))
    return with_scores_judged(list(rows_of(plan, tasks, done)))


def test_the_law_of_z_scores_is_tested():
    import numpy as np

    plan = Plan.of("relu", sigma="0.1:10:2000", components="m1", methods="double,certified")
    normal = np.random.default_rng(7).standard_normal(2000)
    found = judge(scored(plan, normal))
    assert found.passed
    assert (found.normality[0].scores, found.normality[0].passed) == (2000, True)
    # No single score tells; together they do: errors that are too small, too large, biased.
    for wrong in (1.3 * normal, normal / 1.3, normal + 0.2):
        found = judge(scored(plan, wrong))
        assert not found.failures
        assert not found.normality[0].passed
        assert not found.passed
    assert not judge(scored(plan, [*normal[:-1], 9.0])).passed


def test_the_limit_of_scores():
    """The largest of n scores is beyond it with probability LEVEL (to first order in it)."""
    from scipy.stats import norm

    for n in (1, 100, 10_000):
        assert 1.0 - (1.0 - 2.0 * norm.sf(limit_of_scores(n))) ** n == pytest.approx(LEVEL, rel=1e-3)


def test_methods_that_state_no_error_are_reported_not_judged():
    plan = Plan.of("relu", sigma=1, components="m1", methods="double,gauss_hermite:10,table,certified", mean="0.5")
    tasks = tasks_of(plan)
    found = {row.method: row for row in rows_of(plan, tasks, map(work, tasks))}
    gauss = found["gauss_hermite:10"]
    assert (gauss.verdict, gauss.error, gauss.error_kind) == ("not judged", None, "none")
    assert 1e-4 < gauss.true_error < 0.1
    assert found["double"].verdict == "held"
    assert found["double"].error_kind == "bound"
    assert found["table"].verdict == "refused"  # tables are for mean 0
    assert "table" in found["table"].message
    assert judge(list(found.values())).passed


def test_one_refusal_does_not_take_its_block_along():
    plan = Plan.of("tanh", sigma=1, mean="0,0.5,-1", components="m2", methods="table")
    tasks = tasks_of(plan)
    found = [row for row in rows_of(plan, tasks, map(work, tasks)) if row.method == "table"]
    assert [row.verdict for row in found] == ["held", "refused", "refused"]


def test_kinds_of_errors_are_those_of_each_number():
    """softsign has bounds for what is exact, estimates for the rest."""
    plan = Plan.of("softsign", sigma="0.5,1", methods="double", components="m1,m2")
    tasks = tasks_of(plan)
    kinds = {
        (row.component, row.error_kind) for row in rows_of(plan, tasks, map(work, tasks)) if row.method == "double"
    }
    assert ("m2", "estimate") in kinds


def test_no_relative_errors_of_what_may_be_zero(one_cell):
    """swish m1 at sigma 10 and mean -50 is 0 by symmetry; double-double finds 4e-40 +- 1e-36."""
    noise = measured(DoubleDouble(4e-40, 0.0), 1e-36, "bound")
    row = verdict_of(one_cell, bound(1.5e-23, 5e-21), noise)
    assert (row.verdict, row.ulp) == ("held", None)
    assert relative_error(row) == row.true_error == pytest.approx(1.5e-23)
    row = verdict_of(one_cell, bound(0.25, 1.0), third())
    assert relative_error(row) == pytest.approx(0.25)
    assert row.ulp == pytest.approx(1 / 12 / 2.0**-54)


def test_kurtosis():
    """Of events and of normal numbers, in closed form; also where the integrand hardly varies."""
    import fastsig
    from fastsig.sweeps.effective import kurtoses

    p = math.erfc(5.0 / math.sqrt(2.0))  # softshrink' is 1 beyond 5 standard deviations, else 0
    found = kurtoses(fastsig.activation("softshrink"), "g1", [0.1], 0.0)[0]
    assert found == pytest.approx((1 - 3 * p + 3 * p**2) / (p * (1 - p)), rel=1e-6)
    assert kurtoses(fastsig.activation("identity"), "m2", [1e-3, 10.0], 0.0) == pytest.approx([15.0, 15.0])
    assert kurtoses(fastsig.activation("tanh"), "g1", [1e-3], 0.0)[0] == pytest.approx(15.0, rel=1e-4)  # 1 - x^2
    assert math.isnan(kurtoses(fastsig.activation("identity"), "g1", [1.0], 0.0)[0])
    assert math.isnan(kurtoses(fastsig.activation("tanh"), "m1_sigma", [1.0], 0.0)[0])


def test_too_few_samples_that_count_give_no_score():
    plan = Plan.of("softshrink", sigma="0.1,1", components="g1", methods="monte_carlo:1e6", seed=3)
    tasks = tasks_of(plan)
    done = []
    for task in tasks:
        truth = measured(0.5, 0.0, "bound") if task.method == plan.reference else None
        done.append(
            Done(
                task.number,
                [truth or Measured(0.501, None, 1e-3, "standard_error") for _ in task.points],
                HERE,
                0.1,
                "here",
            )
        )
    found = [row for row in rows_of(plan, tasks, done) if row.method != plan.reference]
    assert [(row.verdict, row.z is None) for row in found] == [("too few", True), ("within", False)]
    assert judge(found).passed
