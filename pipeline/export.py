"""The queue and its reports in, priorities for other systems out: a row a report, or an event a subject."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import pandas as pd

PRIORITY_COLUMNS: Final = (
    "report_id",
    "claim_id",
    "rank",
    "priority",
    "score",
    "model_version",
    "external_subject",
)

DID: Final = re.compile(r"did:[a-z]+:[A-Za-z0-9._:%-]*[A-Za-z0-9._-]")
AT_URI: Final = re.compile(r"at://[^\s]+")
CID: Final = re.compile(r"[A-Za-z0-9+/=]{8,}")
PRIORITY_EVENT: Final = "tools.ozone.moderation.defs#modEventPriorityScore"
REPO: Final = "com.atproto.admin.defs#repoRef"
RECORD: Final = "com.atproto.repo.strongRef"

Event = dict[str, Any]


class OzoneEvents(NamedTuple):
    """Inputs of tools.ozone.moderation.emitEvent, one for each subject, and how many reports name none."""

    events: list[Event]
    n_without_subject: int


def export_priorities(claims: pd.DataFrame, scored: pd.DataFrame) -> pd.DataFrame:
    """Give every report the rank and the priority (0-100) of its claim, in the order of work.

    Takes CLAIMS and SCORED, gives PRIORITY_COLUMNS.
    """
    own = [name for name in PRIORITY_COLUMNS if name not in {"rank", "priority"}]
    joined = scored[own].merge(
        claims[["claim_id", "rank", "priority"]], on="claim_id", validate="many_to_one"
    )
    return joined.sort_values(["rank", "report_id"])[list(PRIORITY_COLUMNS)].reset_index(drop=True)


def make_ozone_events(priorities: pd.DataFrame, created_by: str) -> OzoneEvents:
    """Make a priority score of each account or record that a report's external_subject names.

    A subject is a DID, or a record as "AT-URI CID" or as JSON with uri and cid. One that several claims
    name gets its highest priority. Source: lexicons tools/ozone/moderation/emitEvent and defs of
    github.com/bluesky-social/atproto (score: integer, 0 to 100).
    """
    events: dict[str, Event] = {}
    n_without = 0
    for row in priorities.sort_values("priority", ascending=False, kind="stable").to_dict("records"):
        subject = read_subject(row["external_subject"])
        if subject is None:
            n_without += 1
            continue
        event = {"$type": PRIORITY_EVENT, "score": int(row["priority"]), "comment": _comment(row)}
        key = json.dumps(subject, sort_keys=True)
        events.setdefault(key, {"event": event, "subject": subject, "createdBy": created_by})
    return OzoneEvents(list(events.values()), n_without)


def read_subject(subject: object) -> dict[str, str] | None:
    """Return what Ozone calls a subject, or None where a report names none that it could know.

    >>> read_subject("did:plc:abc")
    {'$type': 'com.atproto.admin.defs#repoRef', 'did': 'did:plc:abc'}
    """
    if not isinstance(subject, str):
        return None
    parts = _split_subject(subject.strip())
    if DID.fullmatch(parts.get("did", "")):
        return {"$type": REPO, "did": parts["did"]}
    if AT_URI.fullmatch(parts.get("uri", "")) and CID.fullmatch(parts.get("cid", "")):
        return {"$type": RECORD, "uri": parts["uri"], "cid": parts["cid"]}
    return None


def is_did(text: str) -> bool:
    """Say whether a text is a decentralised identifier."""
    return DID.fullmatch(text) is not None


def _split_subject(subject: str) -> dict[str, str]:
    if subject.startswith("{"):
        try:
            content = json.loads(subject)
        except ValueError:
            return {}
        return {str(key): str(value) for key, value in content.items()}
    first, _, second = subject.partition(" ")
    return {"uri": first, "cid": second.strip()} if second else {"did": first}


def _comment(row: dict[Any, Any]) -> str:
    score = "the model abstained" if pd.isna(row["score"]) else f"score {row['score']:.3f}"
    return f"saring {row['model_version']}: rank {row['rank']}, {score}"


def iterate_lines(events: list[Event]) -> Iterator[str]:
    """Yield events as JSON lines."""
    for event in events:
        yield json.dumps(event, ensure_ascii=False) + "\n"
