"""The term of a known fact-check."""

from datetime import UTC, datetime

import pytest

from pipeline.claims.debunks.found import Found
from pipeline.moderation.repeats import NO_REPEAT, weigh_matches
from pipeline.moderation.terms import move_probability

SEPTEMBER = datetime(2026, 9, 1, tzinfo=UTC)


def found(level: str = "match", **changed) -> Found:
    same = Found(level, 0.8, "debunk", "https://cek.example/1", "judul", "Salah", SEPTEMBER, "Cek", None)
    return same._replace(**changed)


def test_a_sure_match_adds_its_logits_and_names_its_source(params):
    debunk = params.prioritise.debunk
    repeat = weigh_matches([found("suggest", url="https://cek.example/2"), found(), found()], debunk)
    assert repeat == (debunk.logits, "https://cek.example/1", 0.8)
    assert move_probability(0.1, repeat.logits) == pytest.approx(0.451, abs=0.001)


@pytest.mark.parametrize(
    "matches",
    [
        [],
        [found("suggest")],
        [found(kind="fact")],
        [found(verdict="Benar")],
        [found(), found(verdict=" SEBAGIAN  benar.")],
        [found(conflicts="Benar")],
    ],
)
def test_nothing_moves_where_nothing_is_surely_refuted(params, matches):
    assert weigh_matches(matches, params.prioritise.debunk) == NO_REPEAT
    assert move_probability(0.1, NO_REPEAT.logits) == 0.1


def test_fact_checks_without_a_verdict_refute(params):
    assert weigh_matches([found(verdict=None)], params.prioritise.debunk).logits > 0
