"""Priorities for other systems; Ozone's are held against what its lexicons ask for."""

import json
import re

import pandas as pd
import pytest

from pipeline.export import export_priorities, make_ozone_events, read_subject

DID = "did:plc:saring"
LEXICONS = {
    "tools.ozone.moderation.emitEvent": {
        "required": {"event", "subject", "createdBy"},
        "events": {"tools.ozone.moderation.defs#modEventPriorityScore"},
        "subjects": {"com.atproto.admin.defs#repoRef": {"did"}, "com.atproto.repo.strongRef": {"uri", "cid"}},
    },
    "tools.ozone.moderation.defs#modEventPriorityScore": {"required": {"score"}, "optional": {"comment"}},
}
"""What lexicons/tools/ozone/moderation/{emitEvent,defs}.json, com/atproto/admin/defs.json and
com/atproto/repo/strongRef.json of github.com/bluesky-social/atproto say (read at commits 094dbee, 0005528)."""


def check_event(event: dict) -> None:
    call = LEXICONS["tools.ozone.moderation.emitEvent"]
    assert set(event) == call["required"]
    assert event["event"]["$type"] in call["events"]
    score = LEXICONS[event["event"]["$type"]]
    assert score["required"] <= set(event["event"]) - {"$type"} <= score["required"] | score["optional"]
    assert type(event["event"]["score"]) is int
    assert 0 <= event["event"]["score"] <= 100
    kind = event["subject"]["$type"]
    assert set(event["subject"]) - {"$type"} == call["subjects"][kind]
    assert re.fullmatch("did:[a-z]+:.+", event["createdBy"])


CLAIMS = pd.DataFrame({"claim_id": ["a", "b"], "rank": [2, 1], "priority": [40, 100]})
REPORTS = pd.DataFrame(
    [
        ("r1", "a", 0.25, "did:plc:one"),
        ("r2", "a", 0.25, "at://did:plc:one/app.bsky.feed.post/3k bafyreib"),
        ("r3", "b", None, '{"uri": "at://did:plc:two/app.bsky.feed.post/4k", "cid": "bafyreic1"}'),
        ("r4", "b", None, "did:plc:one"),
        ("r5", "b", None, None),
        ("r6", "b", None, "at://did:plc:two/app.bsky.feed.post/5k"),
    ],
    columns=["report_id", "claim_id", "score", "external_subject"],
).assign(model_version="v1-abc")


def test_every_report_gets_the_place_of_its_claim():
    rows = export_priorities(CLAIMS, REPORTS)
    assert rows["report_id"].tolist() == ["r3", "r4", "r5", "r6", "r1", "r2"]
    assert rows["priority"].tolist() == [100] * 4 + [40] * 2


def test_ozone_gets_what_its_lexicons_ask_for():
    made = make_ozone_events(export_priorities(CLAIMS, REPORTS), DID)
    for event in made.events:
        check_event(event)
    assert [event["event"]["score"] for event in made.events] == [100, 100, 40]
    assert [event["subject"].get("did", event["subject"].get("uri")) for event in made.events] == [
        "at://did:plc:two/app.bsky.feed.post/4k",
        "did:plc:one",
        "at://did:plc:one/app.bsky.feed.post/3k",
    ]
    assert made.n_without_subject == 2
    assert made.events[2]["event"]["comment"] == "saring v1-abc: rank 2, score 0.250"
    json.dumps(made.events)


@pytest.mark.parametrize("subject", [None, "", "12", "at://x/y/z", "{", "did:", "[1]", "at://x y"])
def test_what_ozone_cannot_know_is_no_subject(subject: object):
    assert read_subject(subject) is None
