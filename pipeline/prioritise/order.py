"""Scored reports in, claims in the order of work out: expected harm first, every term stored."""

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import NamedTuple

import pandas as pd

from pipeline.config import Params
from pipeline.moderation.audience import Audience
from pipeline.moderation.audit import draw_audit
from pipeline.moderation.claim_types import guess_type
from pipeline.moderation.frames import (
    gather_deadlines,
    gather_reported_types,
    gather_senders,
    sort_by_arrival,
)
from pipeline.moderation.growth import History
from pipeline.moderation.lanes import Balance, Deal, deal_all
from pipeline.moderation.reference import LEAST, find_reference
from pipeline.moderation.reliability import Reputation, weigh_reporters
from pipeline.moderation.repeats import NO_REPEAT, Repeat
from pipeline.moderation.staffing import Shortages, count_missing
from pipeline.moderation.terms import ClaimFacts, Ground, Terms, show_priority, weigh_claim
from pipeline.schema.flow import Flow
from pipeline.schema.frames import CLAIMS, SCORED, check_frame
from pipeline.text.chain import TextChain
from pipeline.text.parts import join_parts


class Scale(NamedTuple):
    """P where a model abstained, and the harm that shows as 100; None: the queue's own 99.9th percentile."""

    prevalence: float
    u_ref: float | None


class Past(NamedTuple):
    """What is known besides the reports that wait, and when.

    The `histories` of every claim_id that waits, what is usual (`audience`), who was right before (`reputation`),
    who speaks with which cohort's voice; `audit_key` draws the audit sample, none is drawn without it. `repeats` holds
    the fact-checks that claims surely repeat.
    """

    now: datetime
    histories: Mapping[str, History]
    audience: Audience
    reputation: Reputation
    cohorts: Mapping[str, str]
    audit_key: bytes | None
    repeats: Mapping[str, Repeat] = MappingProxyType({})


class Prioritised(NamedTuple):
    """The queue, how many reports became how many claims, and how many people are missing."""

    claims: pd.DataFrame
    flow: Flow
    shortages: Shortages


def order_claims(
    scored: pd.DataFrame, past: Past, scale: Scale, chain: TextChain, params: Params
) -> Prioritised:
    """Order claims by expected harm, the quality, due and oldest lanes interleaved.

    Takes SCORED, gives CLAIMS; `pipeline.moderation.terms` has the formula, `lanes` the order. A claim's score,
    platform and rules' type are those of its earliest text, which `chain` prepares; where the model abstained,
    p is the queue's prevalence.
    """
    reports = check_frame(scored, SCORED, "prioritise")
    arriving = sort_by_arrival(reports)
    described = _describe_claims(arriving)
    ground = Ground(
        past.now,
        scale.prevalence,
        LEAST if scale.u_ref is None else scale.u_ref,
        past.audience,
        params.prioritise.views,
        params.prioritise.severity,
        params.evaluate.election_window,
    )
    terms = [weigh_claim(facts, ground) for facts in _gather_facts(arriving, past, chain, params)]
    if scale.u_ref is None:
        terms = _scale_by_themselves(terms)
    waiting = [term.as_waiting() for term in terms]
    deals = deal_all(Balance(), waiting, past.now, params.prioritise.lanes)
    claims = check_frame(_lay_out(described, terms, deals), CLAIMS, "prioritise")
    staffing, lanes = params.prioritise.staffing, params.prioritise.lanes
    return Prioritised(
        claims,
        Flow.balanced(len(reports), len(claims), len(reports) - len(claims)),
        count_missing(waiting, past.now, staffing, lanes, params.queue.window_days),
    )


def _gather_facts(arriving: pd.DataFrame, past: Past, chain: TextChain, params: Params) -> list[ClaimFacts]:
    """Return the facts of each claim, by claim_id; `arriving` are SCORED reports in the order of arrival."""
    rules = params.prioritise
    first = arriving.drop_duplicates("claim_id").sort_values("claim_id")
    texts = map(join_parts, first["text"], first["transcript"], first["ocr_text"])
    claim_ids = first["claim_id"].tolist()
    ruled_types = dict(zip(claim_ids, (guess_type(chain.prepare(text)) for text in texts), strict=True))
    reported_types = gather_reported_types(arriving, rules.severity.reported_types)
    deadlines = gather_deadlines(arriving, ruled_types, rules.severity.reported_types, rules.deadlines)
    senders = gather_senders(arriving)
    scores = first["score"].astype(object).where(first["score"].notna(), None)
    return [
        ClaimFacts(
            claim_id,
            score,
            past.histories[claim_id],
            reported_types[claim_id],
            ruled_types[claim_id],
            weigh_reporters(senders[claim_id], past.cohorts, past.reputation, rules.reliability),
            deadlines.get(claim_id),
            past.audit_key is not None and draw_audit(claim_id, past.audit_key, params.audit.rate),
            past.repeats.get(claim_id, NO_REPEAT),
        )
        for claim_id, score in zip(claim_ids, scores, strict=True)
    ]


def _scale_by_themselves(terms: list[Terms]) -> list[Terms]:
    u_ref = max(LEAST, find_reference(term.expected_harm for term in terms))
    return [term._replace(priority=show_priority(term.expected_harm, u_ref)) for term in terms]


def _describe_claims(arriving: pd.DataFrame) -> pd.DataFrame:
    """Take what a claim shows from its earliest report, and count its reports and reporters."""
    groups = arriving.groupby("claim_id", sort=True)
    shown = ["score", "abstain_reason", "platform", "model_version", "words", "text"]
    first = arriving.drop_duplicates("claim_id").set_index("claim_id").sort_index()
    return first[shown].assign(
        text=_shown_text(first),
        n_reports=groups.size(),
        n_reporters=groups["reporter_id"].nunique(),
    )


def _shown_text(reports: pd.DataFrame) -> "pd.Series[str]":
    """Show the caption, or what was heard or read where there is none."""
    spoken = reports["transcript"].fillna(reports["ocr_text"]).fillna("")
    return reports["text"].where(reports["text"].str.strip() != "", spoken)


def _lay_out(described: pd.DataFrame, terms: list[Terms], deals: list[Deal]) -> pd.DataFrame:
    """Put what claims show, their terms and their places side by side, in the order of work."""
    dealt = pd.DataFrame(
        {
            "claim_id": [made.claim_id for made in deals],
            "lane": [made.lane.value for made in deals],
            "rank": range(1, len(deals) + 1),
        }
    ).astype({"claim_id": "str"})
    weighed = pd.DataFrame(terms, columns=list(Terms._fields)).astype({"claim_id": "str"})
    joined = dealt.merge(weighed, on="claim_id").merge(described.reset_index(), on="claim_id")
    return joined.sort_values("rank")[list(CLAIMS.columns)].reset_index(drop=True)
