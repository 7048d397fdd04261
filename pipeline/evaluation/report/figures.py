"""A section of metrics in, its figures as texts out; the axes that charts stand on."""

from typing import Final

from pipeline.evaluation.report.shapes import Axis, Format, Note, Section, percent, plain, points, signed

AUC: Final = Axis(0.3, 1.0, 0.5, "a coin's toss", plain)
RIGHT: Final = Axis(0.0, 1.0, 1.0, "always right", percent)
SHARE: Final = Axis(0.0, 1.0, 0.0, "not one", percent)
CHANGE: Final = Axis(-0.15, 0.15, 0.0, "no change", signed)
MOVED: Final = Axis(0.0, 100.0, 0.0, "did not move", points)
FULL: Final = Note("Not measured in this run; “saring evaluate --full” adds it.")
MISSING: Final = Note("Not measured in this run.")


def tell_figure(section: Section, name: str, show: Format) -> str:
    """Write a figure with its interval, or why there is none."""
    value, lower, upper = (section.get(f"{name}{end}") for end in ("", "_lower", "_upper"))
    if value is None:
        return f"not computable: {section.get('reason') or 'not measured'}"
    return (
        show(value) if lower is None or upper is None else f"{show(value)} ({show(lower)} to {show(upper)})"
    )
