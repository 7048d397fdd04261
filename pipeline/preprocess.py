"""Reports in; clean and stemmed text, language, claim and split added."""

from collections.abc import Container, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.claims.agreement import read_facts
from pipeline.claims.clusters import group_texts
from pipeline.config import Params
from pipeline.evaluation.splits import assign_splits
from pipeline.schema.columns import NO_TEXT
from pipeline.schema.flow import Flow
from pipeline.schema.frames import PREPARED, check_frame
from pipeline.storage import digest_bytes
from pipeline.text.chain import PreparedText, TextChain
from pipeline.text.parts import join_parts


class Preprocessed(NamedTuple):
    """The reports with what was added, and what the step saw."""

    reports: pd.DataFrame
    conflicts: pd.DataFrame
    flow: Flow


def preprocess_reports(reports: pd.DataFrame, chain: TextChain, params: Params) -> Preprocessed:
    """Prepare every text, group near-duplicates to claims, and split the labelled claims by time.

    Takes REPORTS, gives PREPARED: one row out for each row in, in the same order. `conflicts` lists the
    claims whose reports carry both labels; they have no split. Raises SchemaError on a missing column.
    """
    texts = join_texts(reports)
    prepared = [chain.prepare(text) for text in texts]
    with_text = reports.assign(
        normalised=[text.normalised for text in prepared],
        stemmed=[" ".join(text.stems) for text in prepared],
        language=[text.language for text in prepared],
        abstain_reason=pd.array([text.abstain_reason for text in prepared], "str"),
        claim_id=assign_claims(reports, texts, prepared, chain.rules.names, params),
    )
    splits = assign_splits(with_text, params.preprocess, params.run.seed, params.evaluate.verdict_delay_days)
    complete = with_text.assign(split=splits["split"], repeats=splits["repeats"])
    return Preprocessed(
        check_frame(complete, PREPARED, "preprocess"),
        list_conflicts(complete),
        Flow.balanced(len(reports), len(complete)),
    )


def join_texts(reports: pd.DataFrame) -> list[str]:
    """Return the one text of every report that is scored: text, transcript and ocr_text joined."""
    columns = (reports["text"], reports["transcript"], reports["ocr_text"])
    return [join_parts(*parts) for parts in zip(*columns, strict=True)]


def assign_claims(
    reports: pd.DataFrame,
    texts: Sequence[str],
    prepared: Sequence[PreparedText],
    listed: Container[str],
    params: Params,
) -> list[str]:
    """Return each report's claim: a name made from the id of the claim's earliest report.

    Reports without words stay alone. Earliest: smallest reported_at (none is latest), then report_id.
    """
    limits = params.preprocess
    facts = [
        read_facts(text, ready.normalised.split(" "), ready.masked, listed)
        for text, ready in zip(texts, prepared, strict=True)
    ]
    groups = group_texts(
        ["" if text.abstain_reason == NO_TEXT else text.normalised for text in prepared],
        facts,
        limits.near_duplicate_jaccard,
        limits.permutations,
        limits.bands,
    )
    order = reports.assign(group=groups).sort_values(["reported_at", "report_id"], na_position="last")
    first = order.groupby("group")["report_id"].first()
    names = {group: _name_claim(str(report_id)) for group, report_id in first.items()}
    return [names[group] for group in groups.tolist()]


def list_conflicts(reports: pd.DataFrame) -> pd.DataFrame:
    """List the claims that carry both labels: claim_id, reports labelled 1, reports labelled 0."""
    labelled = reports[reports["label"].notna()]
    counts = pd.crosstab(labelled["claim_id"], labelled["label"].astype("int64"))
    counts = counts.reindex(columns=[1, 0], fill_value=0)
    both = counts[np.logical_and(counts[1] > 0, counts[0] > 0)]
    return both.rename(columns={1: "n_misinformation", 0: "n_not_misinformation"}).reset_index()


def _name_claim(report_id: str) -> str:
    return f"c-{digest_bytes(report_id.encode('utf-8'))[:12]}"
