"""Fact-checkers' wording in real reports: who writes it, and what a model that sees nothing else can tell.

SARING_PUBLIC_DATA=FOLDER python benchmarks/markers.py: Parquet files with the columns `text` and `label`.
Prints, for each file, the share of rows that `strip_markers` touches, by label, and the AUC of a logistic
regression on counts of such wording (five-fold, out of sample, 95 % by bootstrap) before and after it. The
wording that it counts is drawn wider than what is removed, so that what is left over can show.
"""

import json
import os
import re
import sys
from pathlib import Path
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import roc_auc_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict

from pipeline.text.fold import fold
from pipeline.text.markers import CHECKED_PART, MARKERS, strip_markers
from pipeline.text.redact import redact_folded

FloatArray = npt.NDArray[np.float64]

WIDER: Final = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bhoa(?:x|ks)\b",
        r"\bfakta",
        r"\b(?:salah|keliru|menyesatkan|fitnah)\b",
        r"\b(?:klarifikasi|penjelasan|narasi|kategori|referensi|rujukan|sumber|arsip)\b",
        r"\b(?:periksa|penelusuran|ditelusuri|verifikasi)",
        r"\bberedar\b",
        r"\bklaim\b",
        r"link counter|first draft|mafindo|turnbackhoax|archive",
        r"\.(?:com|id)\b\)?\s?[,-]",
        r"^\s*[\[(]",
        r"={3}|-{3}",
    )
)
DRAWS: Final = 1000


class Row(NamedTuple):
    """One file: rows touched by label (1, 0, none), and the AUC before and after with its interval."""

    source: str
    n_rows: int
    touched_1: float | None
    touched_0: float | None
    touched_unlabelled: float | None
    auc_before: tuple[float, float, float] | None
    auc_after: tuple[float, float, float] | None


def main() -> None:
    """Print the table and the JSON object."""
    folder = os.environ.get("SARING_PUBLIC_DATA")
    if not folder:
        sys.exit("benchmarks/markers.py: SARING_PUBLIC_DATA names no folder; expected one with Parquet files")
    tables = {
        path.stem: pd.read_parquet(path, columns=["text", "label"]).dropna(subset=["text"])
        for path in sorted(Path(folder).glob("*.parquet"))
    }
    pooled = pd.concat([table[table["label"].notna()] for table in tables.values()], ignore_index=True)
    rows = [measure_texts(source, table) for source, table in {**tables, "all labelled": pooled}.items()]
    print(f"{'':<28}{'':>8}{'rows touched, by label':>27}  AUC of such wording alone")
    print(f"{'source':<28}{'rows':>8}{'1':>9}{'0':>9}{'none':>9}  {'before':<22}after")
    for row in rows:
        shares = "".join(f"{show_share(share):>9}" for share in row[2:5])
        figures = f"{show_auc(row.auc_before):<22}{show_auc(row.auc_after)}"
        print(f"{row.source:<28}{row.n_rows:>8,}{shares}  {figures}")
    print(json.dumps([row._asdict() for row in rows]))


def measure_texts(source: str, table: pd.DataFrame) -> Row:
    """Measure one source."""
    before = [redact_folded(fold(text)).text for text in table["text"]]
    after = [strip_markers(text) for text in before]
    touched = pd.Series(
        [old.split() != new.split() for old, new in zip(before, after, strict=True)], table.index
    )
    labels = table["label"]
    shares = [
        touched[rows].mean() if rows.any() else None for rows in (labels == 1, labels == 0, labels.isna())
    ]
    known = labels.notna().to_numpy(bool)
    y_true = labels[known].to_numpy(np.int8)
    both = min(np.sum(y_true == 1), np.sum(y_true == 0)) >= 20
    figures = [
        judge_wording([text for text, kept in zip(texts, known, strict=True) if kept], y_true)
        if both
        else None
        for texts in (before, after)
    ]
    return Row(source, len(table), *shares, *figures)


def judge_wording(texts: list[str], y_true: npt.NDArray[np.int8]) -> tuple[float, float, float]:
    """Return the AUC of a model that sees the counted wording alone, and its interval."""
    features = np.log1p(np.array([count_wording(text) for text in texts], np.float64))
    folds = StratifiedKFold(5, shuffle=True, random_state=0)
    scores = cross_val_predict(
        LogisticRegression(max_iter=1000), features, y_true, cv=folds, method="decision_function"
    )
    rng = np.random.default_rng(0)
    groups = [np.flatnonzero(y_true == label) for label in (0, 1)]
    draws = []
    for _ in range(DRAWS):
        rows = np.concatenate([rng.choice(group, len(group)) for group in groups])
        draws.append(roc_auc_score(y_true[rows], scores[rows]))
    lower, upper = np.quantile(draws, [0.025, 0.975])
    return float(roc_auc_score(y_true, scores)), float(lower), float(upper)


def count_wording(text: str) -> list[int]:
    """Count what `strip_markers` looks for, kind by kind, and the wider wording."""
    patterns = [*(marker.pattern for marker in MARKERS), CHECKED_PART, *WIDER]
    return [len(pattern.findall(text)) for pattern in patterns]


def show_share(share: float | None) -> str:
    """Write a share in per cent."""
    return "-" if share is None else f"{share:.1%}"


def show_auc(figures: tuple[float, float, float] | None) -> str:
    """Write an AUC with its interval."""
    return "-" if figures is None else "{:.3f} [{:.3f}-{:.3f}]".format(*figures)


if __name__ == "__main__":
    main()
