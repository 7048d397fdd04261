"""The pandera schemas of every boundary: reports as ingested, as preprocessed, and claims in the queue."""

from typing import Final

import pandas as pd
import pandera.pandas as pa
from pandera.errors import SchemaErrors

from pipeline.errors import SchemaError
from pipeline.schema.columns import ABSTAIN_REASONS, CLAIM_TYPES, DIFFERENCES, SPLITS

MOMENT: Final = pd.DatetimeTZDtype("us", "UTC")

_TEXT_COLUMN = pa.Column("str")
_TEXT_OR_NA = pa.Column("str", nullable=True)
_CATEGORY = pa.Column("category", nullable=True)
_MOMENT_OR_NA = pa.Column(MOMENT, nullable=True)
_CLAIM_TYPE = pa.Column(pd.CategoricalDtype(list(CLAIM_TYPES)), nullable=True)
_COUNT_OR_NA = pa.Column("Int64", pa.Check.ge(0), nullable=True)

REPORTS: Final = pa.DataFrameSchema(
    {
        "report_id": pa.Column("str", unique=True),
        "source": pa.Column("category"),
        "text": _TEXT_COLUMN,
        "transcript": _TEXT_OR_NA,
        "ocr_text": _TEXT_OR_NA,
        "reported_at": _MOMENT_OR_NA,
        "platform": _CATEGORY,
        "url": _TEXT_OR_NA,
        "external_subject": _TEXT_OR_NA,
        "reporter_id": _TEXT_OR_NA,
        "reporter_group": _CATEGORY,
        "cohort": _CATEGORY,
        "region": _CATEGORY,
        "reported_type": _CATEGORY,
        "views": _COUNT_OR_NA,
        "shares": _COUNT_OR_NA,
        "observed_at": _MOMENT_OR_NA,
        "label": pa.Column("Int8", pa.Check.isin([0, 1]), nullable=True),
        "label_source": _CATEGORY,
        "label_detail": _TEXT_OR_NA,
        "labelled_at": _MOMENT_OR_NA,
        "weight": pa.Column("float64", pa.Check.gt(0), nullable=True),
    },
    strict=True,
    ordered=True,
    coerce=True,
)
"""What `ingest` gives: one row a report, sorted by report_id, already redacted in every column.

`reported_at` is empty where a source has no times; `url` and `reporter_id` are pseudonyms where they
would name a person; `label` is 1 misinformation, 0 not, empty unknown; `weight` says for how many claims the
labelled one stands, empty: for itself alone.
"""

REJECTED: Final = pa.DataFrameSchema(
    {
        "source": _TEXT_COLUMN,
        "file": _TEXT_COLUMN,
        "row": pa.Column("Int64", pa.Check.ge(1)),
        "reason": _TEXT_COLUMN,
        "content": _TEXT_COLUMN,
    },
    strict=True,
    ordered=True,
    coerce=True,
)
"""Rows that `ingest` did not take: where they stood (the first row after a header is 1), why, and what
they held, redacted, as JSON."""

HISTORY: Final = pa.DataFrameSchema(
    {
        "report_id": _TEXT_COLUMN,
        "source": _TEXT_COLUMN,
        "digest": _TEXT_COLUMN,
        "reported_at": _MOMENT_OR_NA,
        "reporter_id": _TEXT_OR_NA,
        "views": _COUNT_OR_NA,
        "shares": _COUNT_OR_NA,
        "observed_at": _MOMENT_OR_NA,
        "label": pa.Column("Int8", nullable=True),
        "label_source": _TEXT_OR_NA,
        "labelled_at": _MOMENT_OR_NA,
    },
    strict=True,
    ordered=True,
    coerce=True,
)
"""Every accepted row, repeats included: all reporters, all observations, all labels of a report."""

PREPARED: Final = REPORTS.add_columns(
    {
        "normalised": _TEXT_COLUMN,
        "stemmed": _TEXT_COLUMN,
        "language": pa.Column("category"),
        "abstain_reason": pa.Column(pd.CategoricalDtype(list(ABSTAIN_REASONS)), nullable=True),
        "claim_id": _TEXT_COLUMN,
        "fingerprint": _TEXT_OR_NA,
        "split": pa.Column(pd.CategoricalDtype(list(SPLITS)), nullable=True),
        "repeats": pa.Column("bool"),
    }
)
"""What `preprocess` adds. `fingerprint` is that of the text, empty without words; `split` is empty without a
label, or when the labels of a claim contradict each other; `repeats` marks a copy that came after its claim's
split had ended."""

WORDINGS: Final = pa.DataFrameSchema(
    {
        "fingerprint": pa.Column("str", unique=True),
        "report_id": _TEXT_COLUMN,
        "wording": _TEXT_COLUMN,
        "facts": _TEXT_COLUMN,
        "keys": pa.Column("object"),
        "first_in": pa.Column("int64", pa.Check.ge(0)),
        "component": pa.Column("int64"),
    },
    strict=True,
    ordered=True,
    coerce=True,
)
"""The distinct texts, the earliest first: the digest of wording and facts, its earliest report, a key for each
band (int64), the mask of the bands that it stands for, and what it must be regrouped with."""

RELATED: Final = pa.DataFrameSchema(
    {
        "claim_id": _TEXT_COLUMN,
        "related_claim_id": _TEXT_COLUMN,
        "similarity": pa.Column("float64", pa.Check.in_range(0, 1)),
        "why": pa.Column(pd.CategoricalDtype(list(DIFFERENCES))),
    },
    strict=True,
    ordered=True,
    coerce=True,
)
"""Claims that are similar and yet two, each couple once; `similarity` (Jaccard) is that of their closest texts
that differ, `why` says in what. "apart": in nothing, but a link or their other copies keep them apart."""

SCORED: Final = REPORTS.add_columns(
    {
        "claim_id": _TEXT_COLUMN,
        "score": pa.Column("float64", pa.Check.in_range(0, 1), nullable=True),
        "abstain_reason": _CATEGORY,
        "model_version": _TEXT_COLUMN,
        "words": pa.Column("object"),
    }
)
"""What `prioritise` takes: waiting reports with their score (empty where the model abstains) and words."""

CLAIMS: Final = pa.DataFrameSchema(
    {
        "rank": pa.Column("Int64", pa.Check.ge(1)),
        "claim_id": pa.Column("str", unique=True),
        "priority": pa.Column("Int64", pa.Check.in_range(0, 100)),
        "lane": pa.Column("category"),
        "expected_harm": pa.Column("float64", pa.Check.ge(0)),
        "severity": pa.Column("float64", pa.Check.ge(0)),
        "reported_type": _CLAIM_TYPE,
        "ruled_type": _CLAIM_TYPE,
        "probability": pa.Column("float64", pa.Check.in_range(0, 1)),
        "score": pa.Column("float64", pa.Check.in_range(0, 1), nullable=True),
        "abstain_reason": _CATEGORY,
        "reliability": pa.Column("float64"),
        "debunk": pa.Column("float64"),
        "debunk_url": _TEXT_OR_NA,
        "debunk_similarity": pa.Column("float64", pa.Check.in_range(0, 1), nullable=True),
        "views": pa.Column("float64", pa.Check.ge(0), nullable=True),
        "views_next_24h": pa.Column("float64", pa.Check.ge(0)),
        "views_source": pa.Column("category"),
        "growth_cut": pa.Column("bool"),
        "due_at": _MOMENT_OR_NA,
        "deadline": _CATEGORY,
        "n_reports": pa.Column("Int64", pa.Check.ge(1)),
        "n_reporters": pa.Column("Int64", pa.Check.ge(0)),
        "first_reported_at": _MOMENT_OR_NA,
        "platform": _CATEGORY,
        "model_version": _TEXT_COLUMN,
        "computed_at": pa.Column(MOMENT),
        "words": pa.Column("object"),
        "text": _TEXT_COLUMN,
    },
    strict=True,
    ordered=True,
    coerce=True,
)
"""The queue: one row a claim, in the order of work, with every term of its priority (docs/queue.md)."""


DEBUNKS: Final = pa.DataFrameSchema(
    {
        "url": pa.Column("str", unique=True),
        "title": _TEXT_COLUMN,
        "text": _TEXT_COLUMN,
        "verdict": _TEXT_OR_NA,
        "published_at": _MOMENT_OR_NA,
        "publisher": _TEXT_OR_NA,
        "kind": pa.Column("str", pa.Check.isin(["debunk", "fact"])),
        "conflicts": _TEXT_OR_NA,
    },
    strict=True,
    ordered=True,
    coerce=True,
)
"""Known fact-checks and official facts, one row a url, sorted by it, redacted; `conflicts` holds verdicts
that other entries gave to the same url."""


def check_frame(frame: pd.DataFrame, schema: pa.DataFrameSchema, where: str) -> pd.DataFrame:
    """Return `frame` with the schema's dtypes. Raises SchemaError with the first fault, never with a text."""
    try:
        return schema.validate(frame, lazy=True)
    except SchemaErrors as errors:
        raise SchemaError(_describe(errors.failure_cases, where)) from errors


def _describe(cases: pd.DataFrame, where: str) -> str:
    first = cases.iloc[0]
    column = first["column"] if pd.notna(first["column"]) else first["failure_case"]
    rows = cases.loc[cases["check"] == first["check"], "index"].dropna().head(3)
    places = f" (rows {', '.join(str(row) for row in rows)})" if len(rows) else ""
    return f"{where}: column {column!r} fails {first['check']}{places}; expected what pipeline/schema names"
