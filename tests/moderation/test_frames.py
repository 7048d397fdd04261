from datetime import UTC, datetime, timedelta

import pandas as pd

from pipeline.config import Params
from pipeline.moderation.deadlines import Deadline
from pipeline.moderation.frames import (
    gather_deadlines,
    gather_histories,
    gather_past,
    gather_reported_types,
    sort_by_arrival,
)
from pipeline.moderation.growth import History, Look
from pipeline.moderation.reliability import PastReport
from pipeline.schema.frames import HISTORY, SCORED

NOW = datetime(2026, 10, 1, tzinfo=UTC)
HOUR = timedelta(hours=1)


def frame(schema, *rows: dict[str, object]) -> pd.DataFrame:
    """Fill up rows; what is not said is missing."""
    defaults = {"source": "test", "text": "", "digest": "", "model_version": "v", "words": []}
    filled = [dict.fromkeys(schema.columns) | {k: v for k, v in defaults.items() if k in schema.columns} | row
              for row in rows]  # fmt: skip
    table = pd.DataFrame(filled, columns=list(schema.columns))
    moments = [name for name in schema.columns if name.endswith("_at")]
    return table.assign(**{name: pd.to_datetime(table[name], utc=True) for name in moments}).astype(
        {name: column.dtype.type for name, column in schema.columns.items() if name in moments}
        | {"views": "Int64", "label": "Int8"}
    )


REPORTS = frame(
    SCORED,
    {
        "report_id": "r1",
        "claim_id": "c",
        "reported_at": NOW - 9 * HOUR,
        "platform": "x",
        "url": "u",
        "views": 50,
    },
    {"report_id": "r2", "claim_id": "c", "reported_at": NOW - 3 * HOUR, "platform": "y", "views": 7},
    {"report_id": "r3", "claim_id": "d", "views": 1},
    {"report_id": "r4", "claim_id": "e", "reported_at": NOW},
)


def test_a_history_holds_what_was_counted_of_the_claims_reports():
    histories = gather_histories(REPORTS, None, NOW)
    assert histories["c"] == History(
        "x",
        NOW - 9 * HOUR,
        [Look("u", True, NOW - 9 * HOUR, 50), Look("r2", False, NOW - 3 * HOUR, 7)],
    )
    assert histories["d"] == History(None, None, [Look("r3", False, NOW, 1)])
    assert histories["e"] == History(None, NOW, ())


def test_every_row_that_was_given_is_a_count_and_the_same_count_twice_is_one():
    counted = frame(
        HISTORY,
        {"report_id": "r1", "reported_at": NOW - 9 * HOUR, "views": 10, "observed_at": NOW - 9 * HOUR},
        {"report_id": "r1", "reported_at": NOW - 9 * HOUR, "views": 50, "observed_at": NOW},
        {"report_id": "r1", "reported_at": NOW - 9 * HOUR, "views": 50, "observed_at": NOW},
        {"report_id": "r2", "reported_at": NOW, "views": None, "observed_at": NOW},
        {"report_id": "of a claim that is not asked for", "views": 1, "observed_at": NOW},
    )
    looks = gather_histories(REPORTS, counted, NOW)["c"].looks
    assert sorted(looks) == [Look("u", True, NOW - 9 * HOUR, 10), Look("u", True, NOW, 50)]


def test_the_first_report_that_names_a_type_names_the_claims(params: Params):
    rows = [
        {"report_id": "r1", "claim_id": "c", "reported_at": NOW, "reported_type": "voting"},
        {"report_id": "r2", "claim_id": "c", "reported_at": NOW - HOUR, "reported_type": "bencana"},
        {"report_id": "r3", "claim_id": "c", "reported_at": NOW - 2 * HOUR, "reported_type": "hoax"},
        {"report_id": "r4", "claim_id": "d"},
    ]
    arriving = sort_by_arrival(frame(SCORED, *rows))
    names = params.prioritise.severity.reported_types
    assert gather_reported_types(arriving, names) == {"c": "disaster", "d": None}


def test_deadlines_are_started_by_the_groups_that_may(params: Params):
    rows = [
        {"report_id": "r1", "claim_id": "c", "reported_at": NOW, "reporter_group": "button"},
        {"report_id": "r2", "claim_id": "c", "reported_at": NOW + HOUR, "reporter_group": "kominfo"},
        {"report_id": "r3", "claim_id": "d", "reported_at": NOW, "reporter_group": "button"},
    ]
    rules = params.prioritise
    found = gather_deadlines(
        frame(SCORED, *rows), {"c": "disaster", "d": "voting"}, rules.severity.reported_types, rules.deadlines
    )
    assert found == {"c": Deadline(NOW + 5 * HOUR, "4 h")}


def test_the_past_is_what_was_decided_until_now_and_not_in_contradiction():
    day = 24 * HOUR
    rows = [
        {"report_id": "r1", "claim_id": "c", "reporter_id": "ani", "reported_at": NOW - 9 * day},
        {
            "report_id": "r2",
            "claim_id": "c",
            "reported_at": NOW - 8 * day,
            "label": 1,
            "labelled_at": NOW - day,
        },
        {"report_id": "r3", "claim_id": "d", "reported_at": NOW - 10 * day, "label": 0},
        {"report_id": "r4", "claim_id": "e", "reported_at": NOW - 5 * day, "label": 0},
        {
            "report_id": "r5",
            "claim_id": "f",
            "reported_at": NOW - 9 * day,
            "label": 0,
            "labelled_at": NOW - day,
        },
        {
            "report_id": "r6",
            "claim_id": "f",
            "reported_at": NOW - 9 * day,
            "label": 1,
            "labelled_at": NOW - day,
        },
    ]
    assert gather_past(frame(SCORED, *rows), 7, NOW) == [
        PastReport("c", "ani", NOW - 9 * day, NOW - day, 1),
        PastReport("c", None, NOW - 8 * day, NOW - day, 1),
        PastReport("d", None, NOW - 10 * day, NOW - 3 * day, 0),
    ]
