"""One raw report of the API in, what the store takes out: read, redacted, scored and signed as a batch's would be.

All of it happens before any transaction begins; only `arrive.receive` needs the right to write.
"""

import hmac
import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, Final, NamedTuple

from sqlalchemy import Connection

from pipeline.claims.signature import Signer
from pipeline.config import Params, Source
from pipeline.ingest.record import RecordReader, open_reader
from pipeline.model.bundle import Bundle
from pipeline.moderation.claim_types import guess_type
from pipeline.moderation.intake.arrive import Arrival, Rules
from pipeline.moderation.intake.ground import Scale, note_scale, read_ground
from pipeline.moderation.intake.regroup import Rules as Grouping
from pipeline.moderation.intake.weigh import Scales
from pipeline.moderation.store.facts import ACTIVE_MODEL, read_fact
from pipeline.privacy.tombstones import read_tombstones
from pipeline.score import score_prepared
from pipeline.text.chain import PreparedText, TextChain
from pipeline.text.parts import join_parts
from pipeline.text.rules import TextRules

ZONE: Final = "Asia/Jakarta"
"""Times that name no zone are of this one, where no source of params.yaml says otherwise."""


class Scored(NamedTuple):
    """What a model says of a text; nothing where there is no model."""

    score: float | None = None
    model_version: str | None = None
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Intake:
    """Makes arrivals; one a process, because it holds the chain and what the chain remembers of words."""

    params: Params
    key: bytes
    tombstones: Path

    @cached_property
    def chain(self) -> TextChain:
        """The chain of params.yaml, as `preprocess` uses it."""
        return TextChain(TextRules.from_params(self.params.text))

    @cached_property
    def grouping(self) -> Grouping:
        """What claims are grouped by."""
        return Grouping.from_params(self.params, self.key)

    @cached_property
    def _signer(self) -> Signer:
        return Signer(self.chain.rules.names, self.grouping.limits)

    def open_reader(self, account: str, now: datetime) -> RecordReader:
        """Return what reads an account's reports.

        An account that bears a source's name sends that source's reports: its constants, its zone, its ids.
        Any other account's ids are kept apart by its name.
        """
        source = self._find_source(account) or name_source(account)
        forgotten = read_tombstones(self.tombstones, self.key)
        return open_reader(source, self.params.ingest, now, self.key, forgotten, self.prefix_of(account))

    def prefix_of(self, account: str) -> str:
        """Return what stands before an account's ids where they are kept."""
        return "" if self._find_source(account) else f"{account}:"

    def prepare(self, record: Mapping[str, Any], bundle: Bundle | None) -> Arrival:
        """Score and sign a report that was read; this is where the time goes."""
        text = join_parts(record["text"], record["transcript"], record["ocr_text"])
        prepared = self.chain.prepare(text)
        scored = self.score(text, prepared, bundle)
        complete = {
            **record,
            "score": scored.score,
            "abstain_reason": prepared.abstain_reason,
            "model_version": scored.model_version,
            "words": list(scored.words),
        }
        signature = self._signer.sign(text, prepared, record["url"])
        return Arrival(complete, signature, guess_type(prepared))

    def score(self, text: str, prepared: PreparedText, bundle: Bundle | None) -> Scored:
        """Score a redacted text; one whose model has rules of its own is prepared by those."""
        if bundle is None:
            return Scored()
        own = prepared if bundle.chain.rules == self.chain.rules else bundle.chain.prepare(text)
        scores = score_prepared(bundle, [text], [own], self.params.prioritise.words)
        return Scored(scores.score[0], scores.model_version[0], tuple(scores.words[0]))

    def read_rules(self, connection: Connection) -> Rules:
        """Return what arrivals are weighed by now."""
        scales = Scales(read_ground(connection, self.params, self.params.now()), self.params)
        return Rules(scales, self.grouping)

    def digest_body(self, body: Mapping[str, object]) -> str:
        """Return a keyed digest of what was sent, whatever the order of its names."""
        written = json.dumps(body, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
        return hmac.new(self.key, b"report:" + written.encode(), "sha256").hexdigest()

    def _find_source(self, account: str) -> Source | None:
        return next((one for one in self.params.ingest.sources if one.name == account), None)


def name_source(account: str) -> Source:
    """Return the source that an account is which params.yaml does not name."""
    return Source.model_construct(
        name=account, path=Path(), columns={}, constants={}, label_values={}, timezone=ZONE, day_first=True
    )


def note_first_model(connection: Connection, bundle: Bundle | None) -> None:
    """Let a queue that knows of no model be ordered by this one."""
    if bundle is not None and read_fact(connection, ACTIVE_MODEL) is None:
        note_scale(connection, Scale(bundle.version, bundle.model.prevalence, bundle.u_ref))
