"""What a page is made of: charts of intervals, curves, tables, notes; plain data that the template draws."""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

Section = dict[str, Any]
Format = Callable[[float], str]


class Bar(NamedTuple):
    """One figure with its interval, drawn as a dot on a line; without a value, the reason why."""

    label: str
    note: str
    value: str
    interval: str
    reason: str
    left: float = 0.0
    width: float = 0.0
    dot: float = 0.0
    alarm: bool = False
    quoted: bool = False


class Axis(NamedTuple):
    """From where to where a chart goes, the value that means nothing was gained, and how values are written."""

    low: float
    high: float
    zero: float
    meaning: str
    show: Format

    def place(self, value: float) -> float:
        """Return where a value stands, in percent of the axis, its ends at most."""
        share = (value - self.low) / (self.high - self.low)
        return round(100.0 * min(1.0, max(0.0, share)), 2)

    @property
    def marks(self) -> Sequence[tuple[float, str]]:
        """The ends and the zero, each with its place and its text."""
        return [(self.place(value), self.show(value)) for value in (self.low, self.zero, self.high)]


class Chart(NamedTuple):
    """Figures of one kind, one below the other on one axis."""

    title: str
    axis: Axis
    bars: Sequence[Bar]
    kind: str = "chart"


class Table(NamedTuple):
    """Rows of texts; the first cell names the row. A long one is folded until somebody opens it."""

    title: str
    columns: Sequence[str]
    rows: Sequence[Sequence[str]]
    folded: bool = False
    kind: str = "table"


class Line(NamedTuple):
    """A curve in a picture of 100 x 100, y upwards turned down as pictures count."""

    name: str
    style: str
    points: Sequence[tuple[float, float]]


class Whisker(NamedTuple):
    """A point with its interval upwards, in a picture of 100 x 100."""

    x: float
    y: float
    top: float
    bottom: float


class Picture(NamedTuple):
    """Curves and points over two axes from nought to `end`."""

    title: str
    x: str
    y: str
    end: str
    middle: str
    lines: Sequence[Line]
    whiskers: Sequence[Whisker]
    dots: str
    kind: str = "picture"


class Note(NamedTuple):
    """A sentence."""

    text: str
    kind: str = "note"


class Part(NamedTuple):
    """A part of the page: what is asked, in a reader's words, and what answers it."""

    anchor: str
    title: str
    question: str
    blocks: Sequence[Chart | Table | Picture | Note]


def plain(value: float) -> str:
    """Write two decimals.

    >>> plain(0.643), plain(-0.5)
    ('0.64', '−0.50')
    """
    return f"{value:.2f}".replace("-", "−")


def signed(value: float) -> str:
    """Write three decimals with a sign.

    >>> signed(0.0123), signed(-0.0002)
    ('+0.012', '0.000')
    """
    written = f"{value:+.3f}"
    return "0.000" if written.strip("+-0.") == "" else written.replace("-", "−")


def percent(value: float) -> str:
    r"""Write a share.

    >>> percent(0.413)
    '41\xa0%'
    """
    return f"{100 * value:.0f}\N{NO-BREAK SPACE}%".replace("-", "−")


def points(value: float) -> str:
    """Write percentiles.

    >>> points(-3.04)
    '−3.0'
    """
    return f"{value:.1f}".replace("-", "−")


def count(section: Section) -> str:
    """Say what a figure was counted on.

    >>> count({"split": "test", "n_claims": 1480, "n_misinformation": 423})
    '1,480 claims, 423 of them misinformation; split: test'
    """
    n_claims = section.get("n_claims")
    parts = [f"{n_claims:,} claim{'s' if n_claims != 1 else ''}"] if n_claims is not None else []
    if section.get("n_misinformation") is not None:
        parts.append(f"{section['n_misinformation']:,} of them misinformation")
    split = f"split: {section['split']}" if section.get("split") else ""
    return "; ".join(part for part in (", ".join(parts), split) if part)


def build_bar(  # noqa: PLR0913 - a figure and how it is told
    label: str,
    section: Section,
    name: str,
    axis: Axis,
    *,
    quoted: bool = False,
    note: str | None = None,
) -> Bar:
    """Place the figure `name` of a section on an axis."""
    told = count(section) if note is None else note
    value, lower, upper = (section.get(f"{name}{end}") for end in ("", "_lower", "_upper"))
    if value is None:
        return Bar(label, told, "", "", str(section.get("reason") or "not measured"))
    if lower is None or upper is None:
        lower = upper = value
    left, right = axis.place(lower), axis.place(upper)
    interval = "" if lower == upper == value else f"{axis.show(lower)} to {axis.show(upper)}"
    width = round(right - left, 2)
    alarm = bool(section.get("alarm"))
    return Bar(label, told, axis.show(value), interval, "", left, width, axis.place(value), alarm, quoted)
