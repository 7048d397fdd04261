"""Replays in, one PNG out: how many harmful views each policy leaves, and how much misinformation it reads."""

import io
from collections.abc import Sequence
from textwrap import fill
from typing import Final

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import NullLocator, PercentFormatter

from pipeline.moderation.replay.compare import Replay
from pipeline.moderation.replay.policies import BOUNDS, FIFO, OURS

INK: Final = "#1f3b57"
ACCENT: Final = "#c4511d"
PALE: Final = "#8a8f98"
TICKS: Final = (0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 0.7, 1.0)
PANELS: Final = (
    ("harmful views before action, share of FIFO's", "views"),
    ("share of misinformation that was read", "recall"),
)


def draw_replays(titles: Sequence[str], replays: Sequence[Replay]) -> bytes:
    """Draw a row of two panels for each setting; every title says where its views come from."""
    figure = Figure(figsize=(11, 4.6 * len(replays)), layout="constrained")
    grid = figure.subplots(len(replays), len(PANELS), squeeze=False)
    for axes, title, done in zip(grid, titles, replays, strict=True):
        for panel, (label, what) in zip(axes, PANELS, strict=True):
            _draw_panel(panel, done, what)
            panel.set_title(fill(title[:1].upper() + title[1:], 60), loc="left", fontsize=9)
            panel.set_xlabel(label)
    buffer = io.BytesIO()
    figure.savefig(buffer, format="png", dpi=110, metadata={"Software": None})
    return buffer.getvalue()


def _draw_panel(axes: Axes, done: Replay, what: str) -> None:
    names = list(done.figures)[::-1]
    found = [done.ratios[name][FIFO] if what == "views" else done.figures[name]["recall"] for name in names]
    known = [(place, figure) for place, figure in enumerate(found) if figure is not None]
    colours = [
        ACCENT if names[place] == OURS else PALE if names[place] in BOUNDS else INK for place, _ in known
    ]
    places, values = [place for place, _ in known], [figure[0] for _, figure in known]
    below = [max(0.0, figure[0] - figure[1]) for _, figure in known]
    above = [max(0.0, figure[2] - figure[0]) for _, figure in known]
    axes.errorbar(values, places, xerr=[below, above], fmt="none", ecolor=PALE, zorder=1)
    axes.scatter(values, places, color=colours, zorder=2)
    axes.grid(axis="y", color="#e4e6ea")
    axes.set_yticks(range(len(names)), names)
    if what == "views" and min(values) > 0:
        axes.set_xscale("log")
        axes.xaxis.set_minor_locator(NullLocator())
        axes.set_xticks([tick for tick in TICKS if min(values) * 0.8 <= tick <= max(values) * 1.2])
    axes.xaxis.set_major_formatter(PercentFormatter(1.0, decimals=0))
    axes.spines[["top", "right"]].set_visible(False)
