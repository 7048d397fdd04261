"""Metrics in; what the model does to rewritten, attacked and swapped texts, out as parts of the page."""

from typing import Any, Final

from pipeline.evaluation.report.figures import CHANGE, FULL, MISSING, MOVED, RIGHT
from pipeline.evaluation.report.shapes import (
    Chart,
    Part,
    Section,
    Table,
    build_bar,
    count,
    percent,
    plain,
    points,
    signed,
)

BEHAVIOUR: Final = {
    "invariance": "Written otherwise, the score stays (within 0.2 logits)",
    "swaps": "Another name of the same kind, the score stays (exactly)",
    "direction": "A denial lowers, a demand for a code raises",
    "minimum function": "Chain messages stand high, notices low",
    "abstention": "It abstains where there is nothing to read",
}


def describe_behaviour(metrics: Section) -> Part:
    """Show each kind of behavioural test, and the cases that went worst."""
    behaviour = metrics.get("behaviour") or {}
    charts = [
        Chart(
            f"{title}: share of cases as they should be",
            RIGHT,
            [
                build_bar(kind, row, "right", RIGHT, note=_amounts(group, row))
                for kind, row in behaviour[group].items()
            ],
        )
        for group, title in BEHAVIOUR.items()
        if behaviour.get(group)
    ]
    worst = [
        (row["kind"], row["subject"] or "(nothing)", _told_change(row), _told_amount(row))
        for row in behaviour.get("worst", [])
    ]
    columns = ("test", "claim or sentence", "what was done", "result")
    table = Table(f"The {len(worst)} worst cases", columns, worst, folded=True)
    return Part(
        "behaviour",
        "Does it do what anybody would expect?",
        f"{behaviour.get('n_cases', 0):,} cases: real claims of the test, rewritten without changing what they "
        "say, and invented sentences. Amounts are logits; at a probability of 10 %, +0.2 makes it 12 %.",
        [*charts, table] if charts else [MISSING],
    )


def describe_adversary(metrics: Section) -> Part:
    """Show what wrong labels and disguised words do."""
    adversary = metrics.get("adversary") or {}
    brigade, disguises = adversary.get("brigade") or {}, adversary.get("obfuscation") or {}
    blocks: list[Any] = []
    if brigade:
        bars = [
            build_bar(name, row, "moved", MOVED, note=f"{count(row)}; copies make {_groups(row)} claims")
            for name, row in brigade.items()
        ]
        blocks.append(
            Chart("A true claim, copied and labelled as misinformation: percentiles it moves up", MOVED, bars)
        )
    if disguises:
        blocks += [
            Chart(title, CHANGE, [build_bar(kind, row, name, CHANGE) for kind, row in disguises.items()])
            for name, title in (
                ("auc_change", "Half of all words disguised: change of the AUC"),
                ("auc_change_hidden", "Only misinformation disguised: change of the AUC"),
            )
        ]
    return Part(
        "adversary",
        "What can somebody do against it?",
        "Wrong labels in training, and words written so that a filter does not see them.",
        blocks or [FULL],
    )


def describe_ablation(metrics: Section) -> Part:
    """Show what each step gives."""
    bars = [
        build_bar(f"without: {step}", row, "auc_change", CHANGE)
        for step, row in (metrics.get("ablation") or {}).items()
    ]
    return Part(
        "ablation",
        "What does each step give?",
        "The same model trained again without one step, on the same claims. Left of the line the step helps; "
        "an interval across the line says that nobody can tell.",
        [Chart("Change of the AUC", CHANGE, bars)] if bars else [FULL],
    )


def describe_neutrality(metrics: Section) -> Part:
    """Tell the worst swap of two names."""
    shift = metrics.get("neutrality") or {}
    rows = [(str(name).replace("_", " "), _tell(value)) for name, value in shift.items()]
    return Part(
        "neutrality",
        "Does it matter who is named?",
        "A release condition: one candidate, party, religion or region for another must not move a score.",
        [Table("The swap that moves a score most, in logits", ("what", "value"), rows)]
        if rows
        else [MISSING],
    )


def _amounts(group: str, row: Section) -> str:
    real = group == "invariance"
    told = f"{row['n_subjects']:,} {'claims; split: test' if real else 'invented sentences'}"
    if row["n_cases"] != row["n_subjects"]:
        told = f"{told}, {row['n_cases']:,} cases"
    if group in {"minimum function", "abstention"}:
        return told
    return f"{told}; moves by {signed(row['mean_amount'])} on average, at most {plain(row['max_amount'])}"


def _told_change(row: Section) -> str:
    return "" if row["change"] == row["kind"] else str(row["change"])


def _told_amount(row: Section) -> str:
    if row["group"] == "abstention":
        return "did not abstain"
    if row["group"] == "minimum function":
        return f"above {percent(row['amount'])} of the queue"
    return f"{signed(row['amount'])} logits"


def _groups(row: Section) -> str:
    return "no" if row.get("n_groups") is None else points(row["n_groups"])


def _tell(value: Any) -> str:
    return plain(value) if isinstance(value, float) else str(value)
