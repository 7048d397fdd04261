"""A model and its chain in; what it does when a claim is written otherwise, denied, or says nothing, out.

Behavioural tests after Ribeiro et al. 2020 (https://doi.org/10.18653/v1/2020.acl-main.442): invariances on
real claims of the test split, the rest on invented sentences, written for this.
"""

from collections.abc import Iterator
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from pipeline.evaluation.behaviour.cases import (
    EXACT,
    GROUPS,
    HIGH,
    INVARIANCE,
    MIDDLE,
    MINIMUM,
    STILL,
    TOP_DECILE,
    Reader,
    keep_silent,
    place_extremes,
    rewrite_claims,
    swap_names,
    turn_claims,
)
from pipeline.evaluation.metrics import Judged, Terms, replace_nan
from pipeline.evaluation.paired import measure_mean
from pipeline.evaluation.standing import Standing
from pipeline.model.linear import LinearModel
from pipeline.schema.columns import TEST, TEXT_PARTS
from pipeline.text.chain import TextChain
from pipeline.text.parts import join_parts

MAX_CLAIMS: Final = 300
N_WORST: Final = 40
TEMPLATES: Final = "invented sentences"
PERCENTILE: Final = 95


class Behaviour(NamedTuple):
    """What was tested, a row for each kind, and the cases that went worst.

    `kinds` has group, kind, split, n_subjects, n_cases, right (share, with its bounds), mean_amount (with
    its bounds), p95_amount, max_amount (both of the absolute value) and reason.
    `worst` has group, kind, subject, change, amount; a real claim is named by its id, never quoted.
    """

    kinds: pd.DataFrame
    worst: pd.DataFrame
    n_cases: int

    def to_json(self) -> dict[str, Any]:
        """Return a section for each kind within its group, the number of cases, and the worst of them."""
        sections: dict[str, Any] = {group: {} for group in GROUPS}
        for row in self.kinds.to_dict("records"):
            figures = replace_nan(row)
            sections[figures.pop("group")][figures.pop("kind")] = figures
        worst = [replace_nan(row) for row in self.worst.to_dict("records")]
        return sections | {"n_cases": self.n_cases, "worst": worst}

    @property
    def tables(self) -> dict[str, pd.DataFrame]:
        """The two tables under the names of their files."""
        return {"behaviour": self.kinds, "worst_cases": self.worst}


def measure_behaviour(
    model: LinearModel, chain: TextChain, reports: pd.DataFrame, terms: Terms, rng: np.random.Generator
) -> Behaviour:
    """Test a model on the claims of the test split and on invented sentences.

    `reports` has one row a claim: claim_id, text, transcript, ocr_text, label. At most MAX_CLAIMS of them
    are rewritten, drawn by chance. Without claims only what needs none is tested.
    """
    for_claims, for_changes, for_kinds = rng.spawn(3)
    reader = Reader(model, chain)
    texts = [join_parts(*parts) for parts in zip(*(reports[part] for part in TEXT_PARTS), strict=True)]
    drawn = np.sort(for_claims.permutation(len(texts))[:MAX_CLAIMS])
    claim_ids = reports["claim_id"].astype(str).tolist()
    cases = [
        rewrite_claims(reader, [texts[row] for row in drawn], [claim_ids[row] for row in drawn], for_changes),
        swap_names(reader),
        turn_claims(reader),
        place_extremes(reader, _stand(reader, reports, texts, terms)) if texts else None,
        keep_silent(reader),
    ]
    told = pd.concat([frame for frame in cases if frame is not None and len(frame)], ignore_index=True)
    grouped = told.groupby(["group", "kind"], sort=False)
    rows = [
        _summarise(members, terms, own_rng)
        for (_, members), own_rng in zip(grouped, for_kinds.spawn(grouped.ngroups), strict=True)
    ]
    kinds = pd.DataFrame(rows)
    return Behaviour(kinds, _find_worst(told), len(told))


def _stand(reader: Reader, reports: pd.DataFrame, texts: list[str], terms: Terms) -> Standing:
    scores = reader.model.predict_or_prior([reader.chain.prepare(text) for text in texts])
    labels = reports["label"].to_numpy(np.int8)
    return Standing.of(Judged(labels, scores, np.arange(len(labels), dtype=np.int64)), terms.prevalence)


def _summarise(members: pd.DataFrame, terms: Terms, rng: np.random.Generator) -> dict[str, Any]:
    group, kind = members["group"].iloc[0], members["kind"].iloc[0]
    for_right, for_amount = rng.spawn(2)
    subjects, amounts = members["subject"].tolist(), members["amount"].to_numpy(np.float64)
    sizes = np.abs(amounts)
    right = measure_mean(members["right"].to_numpy(np.float64), subjects, terms, for_right)
    return {
        "group": group,
        "kind": kind,
        "split": TEST if group == INVARIANCE else TEMPLATES,
        "n_subjects": int(members["subject"].nunique()),
        "n_cases": len(members),
        **right.named("right"),
        **measure_mean(amounts, subjects, terms, for_amount).named("mean_amount"),
        "p95_amount": float(np.percentile(sizes, PERCENTILE)),
        "max_amount": float(sizes.max()),
    }


def _find_worst(cases: pd.DataFrame) -> pd.DataFrame:
    """Return the cases that are wrong by most, each group's own, in turn, so that no group hides another."""
    wrong = cases[~cases["right"]]
    ranked = wrong.assign(miss=list(_miss(wrong))).sort_values("miss", ascending=False, kind="stable")
    ranked = ranked.drop_duplicates(["group", "kind", "subject"])
    ranked = ranked.assign(turn=ranked.groupby(["group", "kind"]).cumcount())
    worst = ranked.sort_values("turn", kind="stable").head(N_WORST)
    worst = worst.sort_values(["group", "kind", "turn"], kind="stable")
    return worst[["group", "kind", "subject", "change", "amount"]].reset_index(drop=True)


def _miss(wrong: pd.DataFrame) -> Iterator[float]:
    """Yield how far each wrong case is from right."""
    for group, kind, amount in zip(wrong["group"], wrong["kind"], wrong["amount"], strict=True):
        if group == MINIMUM:
            yield TOP_DECILE - amount if kind == HIGH else amount - MIDDLE
        else:
            yield abs(amount) - (STILL if group == INVARIANCE else EXACT)
