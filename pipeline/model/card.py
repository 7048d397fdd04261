"""A manifest's facts and a version's metrics in, its MODEL_CARD.md out, under Mitchell et al.'s headings.

The headings are those of "Model Cards for Model Reporting" (https://doi.org/10.1145/3287560.3287596), the
prose is card_template.md. Every figure stands with its split, its n and its interval, or with the reason
why there is none.
"""

from collections.abc import Mapping, Sequence
from importlib import resources
from string import Template
from typing import Final

from pipeline.model.card_tables import (
    NOT_COMPUTABLE,
    NOT_MEASURED,
    Section,
    count,
    measured,
    show,
    show_interval,
    write_pairs,
    write_table,
)
from pipeline.model.manifest import flatten

TEMPLATE: Final = "card_template.md"
BOUNDS: Final = ("_lower", "_upper")
MEASURABLE: Final = (
    "calibration",
    "thresholds",
    "slices",
    "contestants",
    "behaviour",
    "adversary",
    "ablation",
)
"""Sections of metrics that an evaluation may leave out."""


def write_card(facts: Section, metrics: Section, plots: Sequence[str]) -> str:
    """Write the card of a version.

    `facts` is what its manifest says, `metrics` what `evaluate` found, `plots` names of pictures in the
    same folder. The same arguments give the same card: no time, no machine, no run.
    """
    template = resources.files("pipeline.model").joinpath(TEMPLATE).read_text(encoding="utf-8")
    headline, sources = metrics.get("headline", {}), metrics.get("sources", {})
    named = f"{len(sources)} sources, each with a row of its own" if sources else f"sources {NOT_MEASURED}"
    return Template(template).substitute(
        version=facts["version"],
        details=_describe_model(facts),
        sources_named=named,
        prevalence=show(facts.get("params", {}).get("queue", {}).get("prevalence", NOT_MEASURED)),
        draws=_draws(metrics.get("terms", {})),
        counts=count(headline) or NOT_MEASURED,
        period=_period(headline),
        data=write_pairs("data", "SHA-256", facts.get("data", {})),
        headline=_figures(headline),
        unlike=_figures(metrics.get("unlike", {})),
        random=_figures(metrics.get("random", {})),
        gap=_gap(metrics.get("gap", {})),
        sources=_sources(sources),
        probes=_probes(metrics.get("probes", {})),
        neutrality=write_pairs("measure", "value", metrics.get("neutrality", {})),
        calibration=_figures(metrics.get("calibration", {})),
        thresholds=_thresholds(metrics.get("thresholds", {})),
        slices=_slices(metrics.get("slices", {})),
        contestants=_contestants(metrics.get("contestants", {})),
        behaviour=_behaviour(metrics.get("behaviour", {})),
        failures=_failures(metrics.get("behaviour", {})),
        unmeasured=_unmeasured(metrics),
        training_data=_training_data(facts.get("training_data", {})),
        plots="\n\n".join(f"![{plot.removesuffix('.png').replace('_', ' ')}]({plot})" for plot in plots),
    )


def _describe_model(facts: Section) -> str:
    rows = [
        ("Kind", "linear heads over TF-IDF of word and character n-grams, sigmoid calibration"),
        ("Input", "text, transcript and text seen in the picture, joined; nothing else"),
        ("Output", "P(misinformation) in [0, 1] at the queue's prevalence; empty where it abstains"),
        ("Content digest", facts.get("content_digest")),
        ("Sastrawi's word list", facts.get("word_list_digest")),
        *((f"Parameter {name}", value) for name, value in flatten(facts.get("params", {}))),
        *((f"Library {name}", value) for name, value in flatten(facts.get("libraries", {}))),
    ]
    return write_table(("what", "value"), rows)


def _figures(section: Section) -> str:
    """Show one split: every measure with its interval, and what it was counted on."""
    measures = sorted(name for name in section if not name.endswith(BOUNDS))
    rows = [
        (name, section[name], show_interval(section, name), count(section))
        for name in measures
        if isinstance(section[name], float)
    ]
    reason = section.get("reason") or (None if rows else NOT_MEASURED)
    table = write_table(("measure", "value", "interval", "n"), rows) if rows else ""
    return "\n\n".join(part for part in (f"Not computable: {reason}." if reason else "", table) if part)


def _period(headline: Section) -> str:
    first, last = (headline.get(f"{end}_reported_at") for end in ("first", "last"))
    return f"reported from {first} to {last}" if first and last else f"reported at times {NOT_MEASURED}"


def _draws(terms: Section) -> str:
    known = "interval" in terms and "bootstraps" in terms
    return f"{terms['interval']:.0%} of {terms['bootstraps']:,} draws" if known else "the middle"


def _gap(gap: Section) -> str:
    if gap.get("auc") is None:
        return f"Not computable: one of the two figures is {NOT_MEASURED}."
    return f"The random split flatters the AUC by {gap['auc']:+.3f}. The headline is the figure to quote."


def _sources(sources: Section) -> str:
    rows = (
        (name, row.get("protocol"), count(row), *figures, row.get("reason"))
        for name, row in sorted(sources.items())
        for figures in [(*measured(row, "auc"), *measured(row, "average_precision"))]
    )
    columns = ("source", "protocol", "n", "AUC", "interval", "average precision", "interval", "remark")
    return write_table(columns, rows) if sources else NOT_COMPUTABLE


def _thresholds(thresholds: Section) -> str:
    rows = (
        (
            asked,
            *measured(row, "threshold"),
            *measured(row, "share_read"),
            count(row),
            row.get("reason"),
        )
        for asked, row in sorted(thresholds.items())
    )
    columns = ("asked for", "threshold", "interval", "share read", "interval", "n", "remark")
    return write_table(columns, rows) if thresholds else NOT_COMPUTABLE


def _slices(slices: Section) -> str:
    rows = (
        (
            by,
            name,
            count(row),
            *measured(row, "auc"),
            *measured(row, "found"),
            row.get("reason"),
        )
        for by, parts in sorted(slices.items())
        for name, row in sorted(parts.items())
    )
    columns = ("by", "slice", "n", "AUC", "interval", "found at capacity", "interval", "remark")
    return write_table(columns, rows) if slices else NOT_COMPUTABLE


def _contestants(contestants: Section) -> str:
    rows = (
        (
            name,
            count(row),
            *measured(row, "missed"),
            *measured(row, "wrongly_read"),
            row.get("reason"),
        )
        for name, row in sorted(contestants.items())
    )
    columns = ("named in the claim", "n", "missed", "interval", "wrongly read", "interval", "remark")
    return write_table(columns, rows) if contestants else NOT_COMPUTABLE


def _behaviour(behaviour: Section) -> str:
    rows = [
        (group, kind, row.get("n_cases"), *measured(row, "right"), row.get("split"))
        for group, kind, row in _kinds(behaviour)
    ]
    columns = ("what is tested", "kind", "cases", "share that passes", "interval", "on")
    return write_table(columns, rows) if rows else NOT_COMPUTABLE


def _failures(behaviour: Section) -> str:
    """Name the kinds that the model surely fails in more than half of the cases."""
    failed = [
        f"- {group}, {kind}: only {row['right']:.0%} of {row.get('n_cases', 0):,} cases pass."
        for group, kind, row in _kinds(behaviour)
        if row.get("right") is not None and row["right"] < 0.5
    ]
    return (
        "\n".join(failed)
        or f"- Behaviour: {'no kind fails in half of its cases' if behaviour else NOT_MEASURED}."
    )


def _kinds(behaviour: Section) -> list[tuple[str, str, Section]]:
    groups = ((group, kinds) for group, kinds in sorted(behaviour.items()) if isinstance(kinds, Mapping))
    return [(group, kind, row) for group, kinds in groups for kind, row in sorted(kinds.items())]


def _unmeasured(metrics: Section) -> str:
    missing = [name for name in MEASURABLE if not metrics.get(name)]
    return f"Not measured for this version: {', '.join(missing)}." if missing else ""


def _training_data(sources: Section) -> str:
    rows = (
        (name, part, count(row), row.get("first_reported_at"), row.get("last_reported_at"))
        for name, parts in sorted(sources.items())
        for part, row in sorted(parts.items())
    )
    columns = ("source", "split", "n", "first reported", "last reported")
    return write_table(columns, rows) if sources else NOT_COMPUTABLE


def _probes(probes: Section) -> str:
    rows = (
        (
            name,
            *measured(probe, "auc"),
            count(probe),
            _remark(probe),
            *measured(probe, "pooled_auc"),
        )
        for name, probe in sorted(probes.items())
    )
    columns = ("sees only", "AUC", "interval", "n", "remark", "AUC on the random split", "interval")
    return write_table(columns, rows) if probes else NOT_COMPUTABLE


def _remark(probe: Section) -> str:
    if probe.get("auc") is None:
        return f"not computable: {probe.get('reason') or NOT_MEASURED}"
    return "ALARM" if probe.get("alarm") else ""
