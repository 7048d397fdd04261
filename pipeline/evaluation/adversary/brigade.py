"""True claims and many wrong labels in; how far these push the claims up the queue out."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from pipeline.claims.clusters import Limits, group_texts
from pipeline.claims.wording import list_facts, read_wording
from pipeline.config import Params
from pipeline.errors import ModelError
from pipeline.evaluation.adversary.copies import copy_text
from pipeline.evaluation.bootstrap import FloatArray
from pipeline.evaluation.cases import Bench, Cases, Rows, fitting_rows, headline_rows
from pipeline.evaluation.metrics import find_obstacle
from pipeline.evaluation.paired import measure_mean
from pipeline.evaluation.refits import fit_claims, predict_rows
from pipeline.evaluation.splits import draw_share
from pipeline.evaluation.standing import Standing
from pipeline.schema.columns import NOT_MISINFORMATION, TEST, TRAIN
from pipeline.text.chain import PreparedText, TextChain
from pipeline.text.parts import join_parts

N_COPIES: Final = (5, 20, 100)
MAX_TARGETS: Final = 10
"""All are attacked in one training: one for each would take as many times as long."""
CLUSTERED: Final = "weighed by claim"
EACH: Final = "each copy weighs 1"
ONE_LABEL: Final = "one wrong label"


class Attack(NamedTuple):
    """So many copies of one claim, labelled as misinformation, and how training weighs them."""

    name: str
    n_copies: int
    weighed: str


ATTACKS: Final = (
    Attack(ONE_LABEL, 0, CLUSTERED),
    *(Attack(f"{n} copies, {CLUSTERED}", n, CLUSTERED) for n in N_COPIES),
    Attack(f"{N_COPIES[-1]} copies, {EACH}", N_COPIES[-1], EACH),
)
"""The last one is what the weights of claims protect from."""


class Copied(NamedTuple):
    """The texts that an attack adds to training, and the claim of each: where none joins another, its own."""

    texts: list[str]
    groups: list[int]


def measure_brigade(bench: Bench, chain: TextChain, rng: np.random.Generator) -> pd.DataFrame:
    """Return for each attack how far its target moved up among the claims of the test, in percentiles.

    Columns: attack, split, n_claims (targets), n_copies, n_groups (mean number of claims that the copies
    make), moved (mean, with its bounds), max_moved, reason. Targets are claims of the test that are not
    misinformation; a model like the candidate is fitted with the copies in training, for this test only,
    and its whole ranking of the test compared with that of one fitted without. All targets are attacked at
    once, and copies never calibrate: the worst case.
    """
    for_targets, for_copies, *for_figures = rng.spawn(2 + len(ATTACKS))
    cases, judged = bench.cases, headline_rows(bench.cases.table)
    reason = find_obstacle(cases.table["label"].to_numpy(np.int8)[judged])
    targets = _draw_targets(cases, judged, for_targets)
    moves = [] if reason else list(_attack_all(bench, chain, targets, judged, for_copies))
    frame = pd.DataFrame(moves, columns=["attack", "claim_id", "n_groups", "moved"])
    rows = [
        _summarise(attack, frame[frame["attack"] == attack.name], reason, bench, own_rng)
        for attack, own_rng in zip(ATTACKS, for_figures, strict=True)
    ]
    return pd.DataFrame(rows)


def _draw_targets(cases: Cases, judged: Rows, rng: np.random.Generator) -> Rows:
    own = cases.table.iloc[judged]
    true = (own["label"] == NOT_MISINFORMATION) & ~own["abstains"]
    rows = judged[true.to_numpy(np.bool_)]
    return np.sort(rng.permutation(rows)[:MAX_TARGETS])


def _attack_all(
    bench: Bench, chain: TextChain, targets: Rows, judged: Rows, rng: np.random.Generator
) -> Iterator[dict[str, Any]]:
    cases, fitted = bench.cases, fitting_rows(bench.cases.table)
    try:
        before = _rank(bench, cases, fitted, judged)
    except ModelError:
        return
    places = np.searchsorted(judged, targets)
    texts = [_read_text(cases.table.iloc[target]) for target in targets.tolist()]
    copies = [
        [copy_text(text, own_rng) for _ in range(N_COPIES[-1])]
        for text, own_rng in zip(texts, rng.spawn(len(texts)), strict=True)
    ]
    for attack in ATTACKS:
        copied = [
            _group(own[: attack.n_copies] or [text], attack, chain, bench.params)
            for text, own in zip(texts, copies, strict=True)
        ]
        poisoned = _add_copies(cases, targets, copied, chain, bench.params)
        added = np.arange(len(cases.table), len(poisoned.table))
        after = _rank(bench, poisoned, np.concatenate([fitted, added]), judged)
        for target, place, own in zip(targets.tolist(), places.tolist(), copied, strict=True):
            yield {
                "attack": attack.name,
                "claim_id": str(cases.table["claim_id"].iloc[target]),
                "n_groups": len(set(own.groups)),
                "moved": 100.0 * float(after[place] - before[place]),
            }


def _rank(bench: Bench, cases: Cases, fitted: Rows, judged: Rows) -> FloatArray:
    """Fit, and return the place of each judged claim in the queue, a share."""
    scores = predict_rows(fit_claims(cases, fitted, bench.params), cases, judged)
    return Standing.of(cases.judge(judged, scores), bench.terms.prevalence).rank(scores)


def _group(texts: list[str], attack: Attack, chain: TextChain, params: Params) -> Copied:
    """Find the claims among the copies as `preprocess` does, or let each be its own."""
    if attack.weighed == EACH:
        return Copied(texts, list(range(len(texts))))
    prepared = [chain.prepare(text) for text in texts]
    groups = group_texts(
        list(map(read_wording, prepared)),
        list_facts(texts, prepared, chain.rules.names),
        Limits.from_params(params.preprocess),
    )
    return Copied(texts, [int(group) for group in groups])


def _add_copies(
    cases: Cases, targets: Rows, copied: Sequence[Copied], chain: TextChain, params: Params
) -> Cases:
    """Put copies of claims behind the reports, as training examples with a wrong label."""
    texts = [text for own in copied for text in own.texts]
    prepared: Sequence[PreparedText] = [chain.prepare(text) for text in texts]
    rows = np.repeat(targets, [len(own.texts) for own in copied])
    names = [_name_claim(f"{n}-{group}", params) for n, own in enumerate(copied) for group in own.groups]
    copies = cases.table.iloc[rows].assign(
        report_id=[f"copy-{number}" for number in range(len(texts))],
        claim_id=names,
        label=np.int8(1),
        split=pd.Categorical([TRAIN] * len(texts), cases.table["split"].cat.categories),
        repeats=False,
        abstains=[text.abstain_reason is not None for text in prepared],
    )
    table = pd.concat([cases.table, copies], ignore_index=True)
    return cases._replace(table=table, prepared=[*cases.prepared, *prepared])


def _name_claim(group: str, params: Params) -> str:
    """Name a claim so that it trains and does not calibrate."""
    attempt = 0
    while draw_share(f"copied-{group}-{attempt}", params.run.seed) < params.preprocess.calibration_share:
        attempt += 1
    return f"copied-{group}-{attempt}"


def _read_text(report: "pd.Series[Any]") -> str:
    return join_parts(report["text"], report["transcript"], report["ocr_text"])


def _summarise(
    attack: Attack, moves: pd.DataFrame, reason: str | None, bench: Bench, rng: np.random.Generator
) -> dict[str, Any]:
    moved = moves["moved"].to_numpy(np.float64)
    figure = measure_mean(moved, moves["claim_id"].tolist(), bench.terms, rng)
    return {
        "attack": attack.name,
        "split": TEST,
        "n_claims": len(moves),
        "n_copies": max(1, attack.n_copies),
        "n_groups": float(moves["n_groups"].mean()) if len(moves) else None,
        **figure.named("moved"),
        "max_moved": float(moved.max()) if len(moved) else None,
        "reason": None if len(moves) else reason or "no claim that could be attacked",
    }
