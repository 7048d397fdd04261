"""Reports in; clean and stemmed text, language, claim and split added."""

from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

import numpy as np
import pandas as pd

from pipeline.claims.agreement import Facts
from pipeline.claims.clusters import Limits, group_reports
from pipeline.claims.links import Link
from pipeline.claims.naming import new_claim_id
from pipeline.claims.partition import Related
from pipeline.claims.wording import list_facts, read_wording
from pipeline.claims.wordings import list_wordings
from pipeline.config import Params, Preprocess
from pipeline.evaluation.splits import assign_splits
from pipeline.schema.flow import Flow
from pipeline.schema.frames import PREPARED, RELATED, WORDINGS, check_frame
from pipeline.text.chain import TextChain
from pipeline.text.parts import join_parts


class Preprocessed(NamedTuple):
    """The reports with what was added, and what the step saw."""

    reports: pd.DataFrame
    conflicts: pd.DataFrame
    related: pd.DataFrame
    wordings: pd.DataFrame
    flow: Flow


class Claims(NamedTuple):
    """The claim and the fingerprint of each report, None without words; RELATED and WORDINGS."""

    claim_ids: list[str]
    fingerprints: list[str | None]
    related: pd.DataFrame
    wordings: pd.DataFrame


def preprocess_reports(
    reports: pd.DataFrame, chain: TextChain, params: Params, links: Iterable[Link] = ()
) -> Preprocessed:
    """Prepare every text, group near-duplicates to claims, and split the labelled claims by time.

    Takes REPORTS, gives PREPARED: one row out for each row in, in the same order. `conflicts` lists the
    claims whose reports carry both labels; they have no split. `related` is RELATED: claims that are similar
    and yet two; `wordings` is WORDINGS. Raises SchemaError on a missing column.
    """
    texts = join_texts(reports)
    prepared = [chain.prepare(text) for text in texts]
    wordings = list(map(read_wording, prepared, reports["url"]))
    facts = list_facts(texts, prepared, chain.rules.names)
    claims = assign_claims(reports, wordings, facts, params.preprocess, links)
    with_text = reports.assign(
        normalised=[text.normalised for text in prepared],
        stemmed=[" ".join(text.stems) for text in prepared],
        language=[text.language for text in prepared],
        abstain_reason=pd.array([text.abstain_reason for text in prepared], "str"),
        claim_id=claims.claim_ids,
        fingerprint=pd.array(claims.fingerprints, "str"),
    )
    splits = assign_splits(with_text, params.preprocess, params.run.seed, params.evaluate.verdict_delay_days)
    complete = with_text.assign(split=splits["split"], repeats=splits["repeats"])
    return Preprocessed(
        check_frame(complete, PREPARED, "preprocess"),
        list_conflicts(complete),
        claims.related,
        claims.wordings,
        Flow.balanced(len(reports), len(complete)),
    )


def join_texts(reports: pd.DataFrame) -> list[str]:
    """Return the one text of every report that is scored: text, transcript and ocr_text joined."""
    columns = (reports["text"], reports["transcript"], reports["ocr_text"])
    return [join_parts(*parts) for parts in zip(*columns, strict=True)]


def assign_claims(
    reports: pd.DataFrame,
    wordings: Sequence[str],
    facts: Sequence[Facts],
    limits: Preprocess,
    links: Iterable[Link],
) -> Claims:
    """Find each report's claim, a name made from the id of its earliest report, and what is known of claims.

    Reports without a wording stay alone unless linked. Earliest: smallest reported_at (none is
    latest), then report_id.
    """
    rows = reports[["report_id", "reported_at"]].reset_index(drop=True)
    order = rows.sort_values(["reported_at", "report_id"], na_position="last").index.to_list()
    report_ids = rows["report_id"].astype(object).loc[order].to_list()
    wordings = [wordings[row] for row in order]
    facts = [facts[row] for row in order]
    clusters = group_reports(
        report_ids,
        wordings,
        facts,
        Limits.from_params(limits),
        links,
    )
    names: dict[int, str] = {}
    for group, report_id in zip(clusters.groups.tolist(), report_ids, strict=True):
        names.setdefault(group, new_claim_id(report_id))
    distinct = check_frame(list_wordings(clusters, report_ids, wordings, facts), WORDINGS, "preprocess")
    prints = [*distinct["fingerprint"], None]
    found = pd.DataFrame(
        {
            "claim_id": [names[group] for group in clusters.groups.tolist()],
            "fingerprint": [prints[text] for text in clusters.text_of.tolist()],
        },
        index=order,
        dtype=object,
    ).sort_index()
    related = _list_related(clusters.related, names)
    return Claims(found["claim_id"].to_list(), found["fingerprint"].to_list(), related, distinct)


def list_conflicts(reports: pd.DataFrame) -> pd.DataFrame:
    """List the claims that carry both labels: claim_id, reports labelled 1, reports labelled 0."""
    labelled = reports[reports["label"].notna()]
    counts = pd.crosstab(labelled["claim_id"], labelled["label"].astype("int64"))
    counts = counts.reindex(columns=[1, 0], fill_value=0)
    both = counts[np.logical_and(counts[1] > 0, counts[0] > 0)]
    return both.rename(columns={1: "n_misinformation", 0: "n_not_misinformation"}).reset_index()


def _list_related(related: Related, names: Mapping[int, str]) -> pd.DataFrame:
    """Return RELATED: each couple of claims once, the name that sorts first as claim_id."""
    couples = (
        sorted((names[first], names[second]))
        for first, second in zip(related.first.tolist(), related.second.tolist(), strict=True)
    )
    frame = pd.DataFrame(list(couples), columns=["claim_id", "related_claim_id"])
    frame = frame.assign(similarity=related.similarity, why=related.why)
    return check_frame(
        frame.sort_values(["claim_id", "related_claim_id"], ignore_index=True), RELATED, "preprocess"
    )
