"""Metrics in, the parts of the page out, in the order in which somebody should read them."""

from collections.abc import Iterator
from typing import Any, Final

from pipeline.evaluation.report.shapes import (
    Axis,
    Chart,
    Note,
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

AUC: Final = Axis(0.3, 1.0, 0.5, "a coin's toss", plain)
RIGHT: Final = Axis(0.0, 1.0, 1.0, "always right", percent)
SHARE: Final = Axis(0.0, 1.0, 0.0, "not one", percent)
CHANGE: Final = Axis(-0.15, 0.15, 0.0, "no change", signed)
MOVED: Final = Axis(0.0, 100.0, 0.0, "did not move", points)
FULL: Final = Note("Not measured in this run; “saring evaluate --full” adds it.")
MISSING: Final = Note("Not measured in this run.")

RANKING: Final = (
    ("recall_at_capacity", "misinformation found within the capacity", percent),
    ("precision_at_capacity", "misinformation among what is read", percent),
    ("recall_at_10", "found when 10 % are read", percent),
    ("recall_at_20", "found when 20 % are read", percent),
    ("recall_at_30", "found when 30 % are read", percent),
    ("lift_at_capacity", "times as many as without an order", plain),
    ("wss_at_95", "reading saved while finding 95 % (WSS@95)", percent),
    ("auc", "pairs in the right order (AUC)", plain),
    ("average_precision", "average precision", plain),
    ("brier_skill", "skill of the probabilities (Brier)", plain),
)


def describe_ladder(metrics: Section) -> Part:
    """Show from the flattering way of testing to the honest one what is left."""
    ladder = dict(metrics.get("ladder") or {})
    rungs = ladder or {
        "random split of reports": metrics.get("random", {}),
        "forward in time, unseen claims": metrics.get("headline", {}),
        "and nothing nearly the same in training": metrics.get("unlike", {}),
    }
    bars = [
        build_bar(name, rung, "auc", AUC, quoted=rung.get("split") == "test") for name, rung in rungs.items()
    ]
    blocks: list[Any] = [Chart("AUC: share of pairs in the right order", AUC, bars)]
    return Part(
        "ladder",
        "What is left when the test gets harder?",
        "The same model, tested from the most flattering way down to the way in which it will be used. "
        "A random split lets copies and the calendar give the answer away.",
        blocks if ladder else [*blocks, Note("“saring evaluate --full” measures the whole ladder.")],
    )


def describe_ranking(metrics: Section) -> Part:
    """Set every measure of the honest split beside the flattering one."""
    headline, random = metrics.get("headline", {}), metrics.get("random", {})
    rows = [
        (label, _figure(headline, name, show), _figure(random, name, show))
        for name, label, show in RANKING
        if name in headline or name in random
    ]
    columns = ("measure", f"forward in time ({_n(headline)})", f"random split ({_n(random)})")
    reasons = [Note(f"Not computable: {headline['reason']}.")] if headline.get("reason") else []
    return Part(
        "ranking",
        "How much does the order save?",
        "All at the queue's share of misinformation, each with its interval. Quote the first column.",
        [*reasons, Table("", columns, rows)],
    )


def describe_sources(metrics: Section) -> Part:
    """Show each source by itself."""
    sources = metrics.get("sources") or {}
    bars = [
        build_bar(name, row, "auc", AUC, note=f"{count(row)}; {row.get('protocol') or ''}".strip("; "))
        for name, row in sources.items()
    ]
    return Part(
        "sources",
        "Does it work for every source?",
        "A pooled figure hides the source that fails. Where one has no dates or only one class, there is nothing "
        "to compute.",
        [Chart("AUC by source", AUC, bars)] if bars else [MISSING],
    )


def describe_probes(metrics: Section) -> Part:
    """Show what a model reaches that sees no claim at all."""
    probes = metrics.get("probes") or {}
    alarms = sum(bool(probe.get("alarm")) for probe in probes.values())
    verdict = Note(f"{alarms} of {len(probes)} probes raise an alarm." if probes else MISSING.text)
    honest = [build_bar(f"sees only: {name}", probe, "auc", AUC) for name, probe in probes.items()]
    pooled = [
        build_bar(f"sees only: {name}", {**probe, "alarm": False}, "pooled_auc", AUC, note="split: random")
        for name, probe in probes.items()
        if "pooled_auc" in probe
    ]
    charts = [Chart("In the headline's own design: an alarm blocks a release", AUC, honest)] if honest else []
    more = [Chart("In a random split of all sources: for information", AUC, pooled)] if pooled else []
    return Part(
        "probes",
        "Does anything but the claim give the answer away?",
        "Each probe is a model that is shown no claim, only the date, the source, the length... "
        "It should do no better than a coin.",
        [verdict, *charts, *more],
    )


def describe_slices(metrics: Section) -> Part:
    """Show the groups within the test, and what goes wrong for each contestant."""
    charts: list[Any] = [
        Chart(f"AUC by {name}", AUC, [build_bar(value, row, "auc", AUC) for value, row in rows.items()])
        for name, rows in (metrics.get("slices") or {}).items()
    ]
    contestants = metrics.get("contestants") or {}
    missed = [build_bar(name, row, "missed", SHARE) for name, row in contestants.items()]
    wrong = [build_bar(name, row, "wrongly_read", SHARE) for name, row in contestants.items()]
    errors = [
        Chart("Misinformation naming a contestant that is not read within the capacity", SHARE, missed),
        Chart("True claims naming a contestant that are read", SHARE, wrong),
    ]
    return Part(
        "slices",
        "For whom does it work less well?",
        "Parts of the forward test. Small ones have wide intervals, and a part of one class has no figure.",
        [*charts, *(errors if contestants else [])] or [MISSING],
    )


def describe_probability(metrics: Section) -> Part:
    """Say whether a probability means what it says, and which thresholds keep a promise."""
    calibration, thresholds = metrics.get("calibration"), metrics.get("thresholds") or {}
    blocks: list[Any] = []
    if calibration:
        names = (
            ("slope", "slope (1 = neither too bold nor too timid)", plain),
            ("intercept", "intercept (0 = neither too high nor too low)", plain),
            ("brier_skill", "Brier skill (above 0 = better than saying the average)", plain),
            ("ece", "mean error of a probability (ECE)", plain),
        )
        reasons = {"ece": calibration.get("ece_reason") or calibration.get("reason")}
        rows = [
            (
                label,
                _figure(calibration | {"reason": reasons.get(name, calibration.get("reason"))}, name, show),
            )
            for name, label, show in names
        ]
        blocks.append(Table(f"Calibration: {count(calibration)}", ("measure", "value"), rows))
    if thresholds:
        rows = [(asked, *_threshold(row), count(row)) for asked, row in thresholds.items()]
        blocks.append(
            Table(
                "Thresholds", ("asked for", "threshold", "recall", "precision", "read", "measured on"), rows
            )
        )
    return Part(
        "probability",
        "Can the probabilities be taken at their word?",
        "Needed for thresholds and for expected harm; the order alone does not need it.",
        blocks or [MISSING],
    )


THRESHOLD: Final = (
    ("threshold", plain),
    ("recall", percent),
    ("precision", percent),
    ("share_read", percent),
)


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


BEHAVIOUR: Final = {
    "invariance": "Written otherwise, the score stays (within 0.2 logits)",
    "swaps": "Another name of the same kind, the score stays (exactly)",
    "direction": "A denial lowers, a demand for a code raises",
    "minimum function": "Chain messages stand high, notices low",
    "abstention": "It abstains where there is nothing to read",
}


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


PARTS: Final = (
    describe_ladder,
    describe_ranking,
    describe_sources,
    describe_probes,
    describe_slices,
    describe_probability,
    describe_behaviour,
    describe_adversary,
    describe_ablation,
    describe_neutrality,
)


def list_parts(metrics: Section) -> Iterator[Part]:
    """Yield every part; what was not measured says so."""
    for describe in PARTS:
        yield describe(metrics)


def _figure(section: Section, name: str, show: Any) -> str:
    value, lower, upper = (section.get(f"{name}{end}") for end in ("", "_lower", "_upper"))
    if value is None:
        return f"not computable: {section.get('reason') or 'not measured'}"
    return (
        show(value) if lower is None or upper is None else f"{show(value)} ({show(lower)} to {show(upper)})"
    )


def _threshold(row: Section) -> list[str]:
    if row.get("threshold") is None:
        return [f"refused: {row.get('reason') or 'not measured'}", "", "", ""]
    return [_figure(row, name, show) for name, show in THRESHOLD]


def _n(section: Section) -> str:
    return f"n = {section['n_claims']:,}" if section.get("n_claims") is not None else "not measured"


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
