from datetime import UTC, datetime, timedelta

import pytest

from pipeline.config import ElectionWindow, Params
from pipeline.moderation.deadlines import Clocked, Deadline, find_deadline
from pipeline.moderation.severity import choose_reported_type, is_before_vote, read_type, weigh_severity

WINDOW = ElectionWindow(voting_days=["2024-02-14", "2024-11-27"], days=75)
QUIET = datetime(2026, 10, 1, tzinfo=UTC)
VOTING_DAY = datetime(2024, 11, 27, 10, tzinfo=UTC)
NAMES = {"kesehatan": "health"}


def test_both_types_count_half(params: Params):
    rules = params.prioritise.severity
    voting, other = rules.weights["voting"], rules.weights["other"]
    assert weigh_severity("voting", "voting", QUIET, rules, WINDOW) == voting
    assert weigh_severity("voting", "other", QUIET, rules, WINDOW) == (voting + other) / 2
    assert weigh_severity(None, "other", QUIET, rules, WINDOW) == other


def test_before_a_vote_its_types_weigh_more(params: Params):
    rules = params.prioritise.severity
    for name, weight in rules.weights.items():
        more = rules.election_multiplier if name in rules.election_types else 1
        assert weigh_severity(name, name, VOTING_DAY, rules, WINDOW) == pytest.approx(weight * more)


def test_the_window_ends_with_the_voting_day_in_jakarta():
    end = datetime(2024, 11, 27, 17, tzinfo=UTC)  # midnight in Jakarta
    assert is_before_vote(end - timedelta(seconds=1), WINDOW)
    assert not is_before_vote(end, WINDOW)
    assert is_before_vote(end - timedelta(days=75), WINDOW)
    assert not is_before_vote(end - timedelta(days=75, seconds=1), WINDOW)


def test_the_first_choice_that_is_a_type_stands_however_many_follow():
    assert choose_reported_type([None, "hoax", " Kesehatan", *["voting"] * 100], NAMES) == "health"
    assert choose_reported_type(["hoax", None], NAMES) is None
    assert read_type("SCAM", NAMES) == "scam"


def test_the_earliest_clock_that_somebody_entitled_started_counts(params: Params):
    rules = params.prioritise.deadlines
    reports = [
        Clocked("button", "voting", QUIET),
        Clocked("bawaslu", None, QUIET + timedelta(days=1)),
        Clocked("bawaslu", "scam", QUIET),
        Clocked("bawaslu", "voting", None),
    ]
    # by the rules' type the second report is about voting: two days from its own time
    assert find_deadline(reports, "voting", rules) == Deadline(QUIET + timedelta(days=3), "2 d")
    assert find_deadline(reports, "scam", rules) == Deadline(QUIET + timedelta(days=7), "7 d")
    assert find_deadline(reports[:1], "voting", rules) is None


def test_an_urgent_type_of_the_ministry_is_due_within_hours(params: Params):
    rules = params.prioritise.deadlines
    urgent = find_deadline([Clocked("kominfo", "disaster", QUIET)], "other", rules)
    assert urgent == Deadline(QUIET + timedelta(hours=4), "4 h")
    other = find_deadline([Clocked("kominfo", "scam", QUIET)], "other", rules)
    assert other == Deadline(QUIET + timedelta(hours=24), "24 h")
