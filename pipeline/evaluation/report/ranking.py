"""Metrics in; how well claims are ranked, where, and whether probabilities hold, out as parts of the page."""

from typing import Any, Final

from pipeline.evaluation.report.figures import AUC, MISSING, SHARE, tell_figure
from pipeline.evaluation.report.shapes import (
    Chart,
    Note,
    Part,
    Section,
    Table,
    build_bar,
    count,
    percent,
    plain,
)
from pipeline.schema.columns import TEST

MIN_NAMED: Final = 10
"""Claims that must name a contestant before its errors are drawn; the others stand in contestants.csv."""

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
THRESHOLD: Final = (
    ("threshold", plain),
    ("recall", percent),
    ("precision", percent),
    ("share_read", percent),
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
        build_bar(name, rung, "auc", AUC, quoted=rung.get("split") == TEST, note=_told_rung(name, rung))
        for name, rung in rungs.items()
    ]
    blocks: list[Any] = [Chart("AUC: share of pairs in the right order", AUC, bars)]
    return Part(
        "ladder",
        "What is left when the test gets harder?",
        "The same model, tested from the most flattering way down to the way in which it will be used. "
        "A random split lets copies and the calendar give the answer away.",
        blocks if ladder else [*blocks, Note("“saring evaluate --full” measures the whole ladder.")],
    )


def _told_rung(name: str, rung: Section) -> str:
    return count({**rung, "split": None} if rung.get("split") == name else rung)


def describe_ranking(metrics: Section) -> Part:
    """Set every measure of the honest split beside the flattering one."""
    headline, random = metrics.get("headline", {}), metrics.get("random", {})
    rows = [
        (label, tell_figure(headline, name, show), tell_figure(random, name, show))
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
        if row.get("n_claims")
    ]
    silent = [name for name, row in sources.items() if not row.get("n_claims")]
    blocks: list[Any] = [Chart("AUC by source", AUC, bars)] if bars else []
    blocks += [Note(f"Without a labelled claim: {', '.join(silent)}.")] if silent else []
    return Part(
        "sources",
        "Does it work for every source?",
        "A pooled figure hides the source that fails. Where one has no dates or only one class, there is nothing "
        "to compute.",
        blocks or [MISSING],
    )


def describe_probes(metrics: Section) -> Part:
    """Show what a model reaches that sees no claim at all."""
    probes = metrics.get("probes") or {}
    pooled_on = count(metrics.get("random", {})) or "split: random"
    alarms = sum(bool(probe.get("alarm")) for probe in probes.values())
    verdict = Note(f"{alarms} of {len(probes)} probes raise an alarm." if probes else MISSING.text)
    honest = [build_bar(f"sees only: {name}", probe, "auc", AUC) for name, probe in probes.items()]
    pooled = [
        build_bar(f"sees only: {name}", {**probe, "alarm": False}, "pooled_auc", AUC, note=pooled_on)
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
        block for name, rows in (metrics.get("slices") or {}).items() for block in _chart_slices(name, rows)
    ]
    contestants = metrics.get("contestants") or {}
    known = {name: row for name, row in contestants.items() if row["n_claims"] >= MIN_NAMED}
    missed = [build_bar(name, row, "missed", SHARE) for name, row in known.items()]
    wrong = [build_bar(name, row, "wrongly_read", SHARE) for name, row in known.items()]
    errors: list[Any] = [
        Chart("Misinformation naming a contestant that is not read within the capacity", SHARE, missed),
        Chart("True claims naming a contestant that are read", SHARE, wrong),
    ]
    few = Note(f"{len(contestants) - len(known):,} contestants stand in fewer than {MIN_NAMED} claims each.")
    named = [*(errors if known else []), *([few] if len(known) < len(contestants) else [])]
    return Part(
        "slices",
        "For whom does it work less well?",
        "Parts of the forward test. Small ones have wide intervals, and a part of one class has no figure.",
        [*charts, *named] or [MISSING],
    )


def _chart_slices(name: str, rows: Section) -> list[Any]:
    """Chart the parts that have a figure, and name the others in one sentence."""
    bars = [
        build_bar(part, row, "auc", AUC, note=f"{count(row)}{_found(row)}")
        for part, row in rows.items()
        if row.get("auc") is not None
    ]
    small = [
        f"{part} {row['n_claims']:,} ({row['n_misinformation']:,})"
        for part, row in rows.items()
        if row.get("auc") is None
    ]
    told = f"By {name}, too few claims of one class for a figure; claims, and misinformation among them: "
    named = Note(f"{told}{', '.join(small)}.")
    return [*([Chart(f"AUC by {name}", AUC, bars)] if bars else []), *([named] if small else [])]


def _found(row: Section) -> str:
    if row.get("found") is None:
        return ""
    return f"; found within the capacity: {tell_figure(row, 'found', percent)}"


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
                tell_figure(
                    calibration | {"reason": reasons.get(name, calibration.get("reason"))}, name, show
                ),
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


def _threshold(row: Section) -> list[str]:
    if row.get("threshold") is None:
        return [f"refused: {row.get('reason') or 'not measured'}", "", "", ""]
    return [tell_figure(row, name, show) for name, show in THRESHOLD]


def _n(section: Section) -> str:
    return f"n = {section['n_claims']:,}" if section.get("n_claims") is not None else "not measured"
