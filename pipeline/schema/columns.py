"""Names of columns and the values they may hold; plain constants, so that scoring loads no pandas."""

from typing import Final

TEXT_PARTS: Final = ("text", "transcript", "ocr_text")
"""The columns that `pipeline.text.parts.join_parts` makes one text of; only the first is needed."""

SCORE_COLUMNS: Final = ("score", "abstain_reason", "model_version")
"""What `saring score` adds to a caller's own columns."""

WORDS: Final = "words"
"""What `saring score --explain` adds to them."""

REPORT_COLUMNS: Final = (
    "report_id",
    "source",
    "text",
    "transcript",
    "ocr_text",
    "reported_at",
    "platform",
    "url",
    "external_subject",
    "reporter_id",
    "reporter_group",
    "cohort",
    "region",
    "reported_type",
    "views",
    "shares",
    "observed_at",
    "label",
    "label_source",
    "label_detail",
    "labelled_at",
    "weight",
)
"""Every column of a report that a source may give; `source` is the name of its section in params.yaml."""

VERDICT: Final = "verdict"
IMPORT: Final = "import"
"""Where a label comes from: a moderator of our own, or elsewhere."""
WITHDRAWN: Final = "withdrawn"
"""Stands as label_detail, beside no label, where verdicts of a report up to `labelled_at` are taken back."""

MISINFORMATION: Final = 1
NOT_MISINFORMATION: Final = 0

TRAIN: Final = "train"
CALIBRATION: Final = "calibration"
TEST: Final = "test"
SPLITS: Final = (TRAIN, CALIBRATION, TEST)

NO_TEXT: Final = "no text"
TOO_SHORT: Final = "too short"
FOREIGN: Final = "foreign language"
NOT_TEXT: Final = "not text"
"""Why `saring score` rejects a row whose text is a number, say; later steps never see one."""

ABSTAIN_REASONS: Final = (NO_TEXT, TOO_SHORT, FOREIGN)

VOTING: Final = "voting"
CANDIDATES: Final = "candidates"
HEALTH: Final = "health"
DISASTER: Final = "disaster"
SCAM: Final = "scam"
RELIGION: Final = "religion"
OTHER: Final = "other"
CLAIM_TYPES: Final = (VOTING, CANDIDATES, HEALTH, DISASTER, SCAM, RELIGION, OTHER)
"""What a claim can be about: when, where and how people vote; who stands for election; health; disasters;
money and data that are lured out of people; religions and peoples; anything else."""

NEGATIONS_DIFFER: Final = "negations"
NUMBERS_DIFFER: Final = "numbers"
NAMES_DIFFER: Final = "names"
KEPT_APART: Final = "apart"
DIFFERENCES: Final = (NEGATIONS_DIFFER, NUMBERS_DIFFER, NAMES_DIFFER, KEPT_APART)
"""Why two similar claims are not one; KEPT_APART: a link, or what their other copies say."""
