"""float64, double-double and ball arithmetic agree within their own bounds (thousands: docs/measure_agreement.py)."""

import pytest

pytest.importorskip("flint")

from tests.three_ways import answers, questions

SEED, COUNT, PARTS = 20261122, 240, 8


@pytest.mark.parametrize("part", range(PARTS))
def test_three_ways_agree(part):
    asked = list(questions(SEED, COUNT))[part::PARTS]
    found = [answer for question in asked if (answer := answers(question))]
    assert len(found) > len(asked) // 2
    for answer in found:
        assert answer.agree, f"seed {SEED}: {answer}"


def test_they_could_disagree(monkeypatch):
    import fastsig

    question = next(q for q in questions(SEED, 50) if q.component == "m2" and q.mean == 0.0)
    moments = fastsig.moments

    def wrong(activation, sigma, **options):
        return moments(activation, sigma if "precision" in options else sigma * (1 + 1e-12), **options)

    assert answers(question).agree
    monkeypatch.setattr(fastsig, "moments", wrong)
    assert not answers(question).agree
