"""Of a batch, the reports that were not grouped with all that the store holds: they come one at a time."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection

from pipeline.moderation.claim_types import guess_type
from pipeline.moderation.intake.arrive import Arrival, Rules, receive
from pipeline.moderation.intake.index import BatchIndex
from pipeline.moderation.intake.records import Record, read_fingerprint
from pipeline.moderation.intake.wordings import Foreign
from pipeline.text.chain import TextChain
from pipeline.text.parts import join_parts


class Reading(NamedTuple):
    """How the reports of a batch are read: their texts as `preprocess` found them, and the chain."""

    texts: BatchIndex
    chain: TextChain


def list_single(
    homes: Mapping[str, str],
    fresh: Mapping[str, Sequence[Record]],
    texts: BatchIndex,
    foreign: Foreign,
) -> list[Record]:
    """Return the new reports that are near texts which the batch does not know.

    Of a new claim all of its reports, where one is; of a claim that has a home those whose very text is there.
    """
    if not foreign.fingerprints:
        return []
    chosen: list[Record] = []
    for claim_id, group in fresh.items():
        if claim_id in homes:
            chosen += [record for record in group if read_fingerprint(record) in foreign.fingerprints]
        elif any(_is_near(read_fingerprint(record), texts, foreign) for record in group):
            chosen += group
    return chosen


def receive_singly(
    connection: Connection, records: Sequence[Record], read_by: Reading, rules: Rules, now: datetime
) -> dict[str, str]:
    """Take reports one at a time, and return where their claims of the batch went."""
    homes: dict[str, str] = {}
    for record in records:
        text = read_fingerprint(record)
        known = text is not None and text in read_by.texts
        signature = read_by.texts.sign(text) if text is not None and known else None
        received = receive(
            connection, Arrival(record, signature, rule_type(record, read_by.chain)), rules, now
        )
        homes.setdefault(record["claim_id"], received.claim_id)
    return homes


def rule_type(record: Record, chain: TextChain) -> str:
    """Return what a report is about, by its words."""
    return guess_type(chain.prepare(join_parts(record["text"], record["transcript"], record["ocr_text"])))


def _is_near(text: bytes | None, texts: BatchIndex, foreign: Foreign) -> bool:
    if text is None or text in foreign.fingerprints:
        return text is not None
    return text in texts and not foreign.keys.isdisjoint(texts.keys_of(text))
