"""Figures and facts in, cells and tables of Markdown out: what a model card is made of."""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from pipeline.model.manifest import flatten

Section = Mapping[str, Any]
NOT_MEASURED: Final = "not measured yet"
NOT_COMPUTABLE: Final = f"Not computable: {NOT_MEASURED}."
BOUNDS: Final = ("_lower", "_upper")
COUNTS: Final = {
    "n_claims": "claims",
    "n_misinformation": "of them misinformation",
    "n_abstained": "of them abstained on",
    "n_reports": "reports",
}


def count(section: Section) -> str:
    """Say what figures were counted on."""
    return ", ".join(
        f"{section[name]:,} {what}" for name, what in COUNTS.items() if section.get(name) is not None
    )


def measured(section: Section, name: str) -> tuple[float | None, str]:
    """Return a figure and its interval, for two cells."""
    return section.get(name), show_interval(section, name)


def show_interval(section: Section, name: str) -> str:
    """Say from where to where a figure's interval reaches; nothing where it has none."""
    lower, upper = (section.get(f"{name}{bound}") for bound in BOUNDS)
    return "" if lower is None or upper is None else f"{lower:.3f} to {upper:.3f}"


def write_pairs(what: str, value: str, section: Section) -> str:
    """Write nested facts as a table of two columns."""
    return write_table((what, value), flatten(section)) if section else NOT_COMPUTABLE


def write_table(columns: Iterable[Any], rows: Iterable[Iterable[Any]]) -> str:
    """Write a table in Markdown."""
    head = [_cell(column) for column in columns]
    lines = [head, ["---"] * len(head), *([_cell(value) for value in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _cell(value: Any) -> str:
    return " ".join(show(value).replace("\\", "\\\\").replace("|", "\\|").replace("<", "&lt;").split())


def show(value: Any) -> str:
    """Write a figure with three digits, anything else as it is."""
    if value is None:
        return ""
    return f"{value:.3f}" if isinstance(value, float) else str(value)
