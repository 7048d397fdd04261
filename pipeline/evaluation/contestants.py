"""The forward test and the names that people vote for in; who is missed and who is wrongly read, out.

Errors that differ from one contestant to another would be partisan, whatever their cause.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

import numpy as np
import pandas as pd

from pipeline.evaluation.cases import Bench, Rows
from pipeline.evaluation.curves import share_with_interval
from pipeline.evaluation.headline import Measured
from pipeline.evaluation.metrics import find_obstacle, replace_nan
from pipeline.evaluation.slices import find_capacity_score

VOTED_FOR: Final = ("person", "party")
BALLOT: Final = re.compile(
    r"\b(?:paslon|pasangan calon|nomor urut|no urut|capres|cagub|cabup)\D{0,12}0?([1-9])\b"
)

FIGURES: Final = tuple(
    f"{name}{end}" for name in ("missed", "wrongly_read") for end in ("", "_lower", "_upper")
)
COLUMNS: Final = ("contestant", "kind", "n_claims", "n_misinformation", *FIGURES, "reason")


def measure_contestants(bench: Bench, headline: Measured, names: Mapping[str, str]) -> pd.DataFrame:
    """Return one row for each contestant that a claim of the forward test names, most claims first.

    `names` is the chain's gazetteer, name -> kind. `missed` is the share of the misinformation about a
    contestant that stands outside the review capacity, `wrongly_read` the share of the other claims inside
    it; NaN with `reason` where either class is missing.
    """
    if find_obstacle(headline.judged.y_true):
        return _as_table([])
    score = find_capacity_score(headline.judged, bench.terms)
    named = list(_list_named(bench, headline, names))
    frame = pd.DataFrame(named, columns=["contestant", "kind", "place"]).drop_duplicates()
    rows = [
        {"contestant": name, "kind": kind}
        | _measure(headline, own["place"].to_numpy(np.int64), score, bench.terms.interval)
        for (name, kind), own in frame.groupby(["contestant", "kind"], sort=True)
    ]
    return _as_table(sorted(rows, key=lambda row: -row["n_claims"]))


def find_contestants(normalised: str, names: Mapping[str, str], longest: int) -> Iterator[tuple[str, str]]:
    """Yield the persons and parties of `names`, and the ballot numbers, that a normalised text speaks of.

    >>> sorted(find_contestants("pilih paslon nomor urut 02 dari partai golkar", {"golkar": "party"}, 1))
    [('golkar', 'party'), ('nomor urut 2', 'ballot number')]
    """
    words = normalised.split()
    for size in range(1, longest + 1):
        for start in range(len(words) - size + 1):
            name = " ".join(words[start : start + size])
            if names.get(name) in VOTED_FOR:
                yield name, names[name]
    yield from ((f"nomor urut {number}", "ballot number") for number in BALLOT.findall(normalised))


def nest_contestants(contestants: pd.DataFrame) -> dict[str, Any]:
    """Return the table as JSON: a section for each contestant."""
    rows = contestants.set_index("contestant").to_dict("index")
    return {str(name): replace_nan(row) for name, row in rows.items()}


def _list_named(bench: Bench, headline: Measured, names: Mapping[str, str]) -> Iterator[tuple[str, str, int]]:
    longest = max((len(name.split()) for name in names), default=0)
    for place, row in enumerate(headline.rows.tolist()):
        for name, kind in find_contestants(bench.cases.prepared[row].normalised, names, longest):
            yield name, kind, place


def _measure(headline: Measured, places: Rows, score: float, interval: float) -> dict[str, Any]:
    labels, inside = headline.judged.y_true[places], headline.judged.y_score[places] >= score
    shares: list[float] = [
        *share_with_interval(~inside[labels == 1], interval),
        *share_with_interval(inside[labels == 0], interval),
    ]
    counts = {"n_claims": len(labels), "n_misinformation": int(labels.sum())}
    return counts | dict(zip(FIGURES, shares, strict=True)) | {"reason": find_obstacle(labels)}


def _as_table(rows: list[dict[str, Any]]) -> pd.DataFrame:
    floats = dict.fromkeys(FIGURES, "float64")
    words = dict.fromkeys(("contestant", "kind", "reason"), "str")
    return pd.DataFrame(rows, columns=list(COLUMNS)).astype(
        floats | words | {"n_claims": "int64", "n_misinformation": "int64"}
    )
