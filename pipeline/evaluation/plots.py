"""An evaluation in, PNG pictures for a moderators' lead out; the same evaluation gives the same bytes."""

import io
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import Any, Final

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import PercentFormatter

from pipeline.evaluation.bootstrap import FloatArray
from pipeline.evaluation.outcome import Evaluation

INK: Final = "#1f3b57"
ACCENT: Final = "#c4511d"
FAINT: Final = "#8a8f98"
ROW_COLORS: Final = (INK, "#4a90c2", ACCENT, "#5b8c3a")


def draw_precision_recall(evaluation: Evaluation) -> bytes:
    """Draw how much of what is read first is misinformation, at the queue's prevalence, as a PNG."""
    with _plain_style():
        figure, axes = _start_figure(evaluation, "How much of what is read first is misinformation?")
        if evaluation.metrics["headline"]["auc"] is None:
            return _finish_empty(figure, axes, evaluation)
        _draw_curves(axes, evaluation)
        _draw_capacity(axes, evaluation.metrics["headline"], evaluation.metrics["terms"]["capacity_share"])
        _label(
            axes,
            "share of all misinformation found (recall)",
            "share of misinformation in what was read (precision)",
        )
        axes.set_xlim(0.0, 1.0)
        axes.set_ylim(0.0, 1.02)
        axes.legend(loc="upper right", frameon=False)
        return _finish(figure)


def draw_reliability(evaluation: Evaluation) -> bytes:
    """Draw how often claims of a probability were misinformation, at the queue's prevalence, as a PNG."""
    with _plain_style():
        figure, axes = _start_figure(evaluation, "Does a probability mean what it says?")
        if evaluation.metrics["headline"]["auc"] is None:
            return _finish_empty(figure, axes, evaluation)
        _draw_bins(axes, evaluation)
        _label(axes, "probability that the model gave (mean of the bin)", "share that was misinformation")
        axes.legend(loc="upper left", frameon=False)
        return _finish(figure)


def draw_rows(weights: Sequence[float], bounds: Mapping[str, FloatArray], chosen: float) -> bytes:
    """Draw each row's AUC at rising weights of ordinary talk, the chosen weight marked, as a PNG.

    `bounds` holds value, lower and upper of each row, shape (weights, 3).
    """
    with _plain_style():
        figure = Figure(figsize=(8.0, 5.6), dpi=120, layout="constrained")
        figure.suptitle("Is it false, or is it a claim at all?", fontsize=13, fontweight="bold", color=INK)
        axes = figure.add_subplot()
        axes.spines[["top", "right"]].set_visible(False)
        places = np.arange(len(weights))
        for row, color in zip(bounds, ROW_COLORS, strict=False):
            value, lower, upper = bounds[row].T
            axes.errorbar(places, value, (value - lower, upper - value), color=color, marker="o", capsize=3)
            axes.annotate(row, (places[-1], value[-1]), (10, 0), textcoords="offset points", color=color)
        axes.axhline(0.5, linestyle="--", color=FAINT)
        if chosen in weights:
            axes.axvline(
                list(weights).index(chosen), linestyle=":", color=FAINT, label="train.background.weight"
            )
            axes.legend(loc="lower right", frameon=False)
        axes.set_xticks(places, [f"{weight:g}" for weight in weights])
        axes.set_xlabel("weight of ordinary talk in training (0: only whether a claim is false)")
        axes.set_ylabel("AUC on the development protocol; dashed: a coin's toss")
        return _finish(figure)


def _draw_curves(axes: Axes, evaluation: Evaluation) -> None:
    curves = evaluation.curves.precision_recall
    honest, random = (curves[curves["split"] == split] for split in ("test", "random"))
    prevalence = evaluation.metrics["terms"]["prevalence"]
    axes.plot(
        random["recall"], random["precision"], ":", color=FAINT, label="random split of reports (flattering)"
    )
    axes.step(
        honest["recall"], honest["precision"], where="pre", color=INK, linewidth=2, label="forward in time"
    )
    axes.axhline(prevalence, linestyle="--", color=FAINT, label=f"read in any order: {prevalence:.0%}")


def _draw_capacity(axes: Axes, headline: dict[str, Any], capacity_share: float) -> None:
    """Mark where the moderators' time ends, with the interval both ways."""
    recall, precision = (_read_figure(headline, f"{name}_at_capacity") for name in ("recall", "precision"))
    axes.errorbar(
        recall[0],
        precision[0],
        xerr=[[recall[1]], [recall[2]]],
        yerr=[[precision[1]], [precision[2]]],
        fmt="o",
        color=ACCENT,
        capsize=3,
        label=f"when the first {capacity_share:.0%} are read",
    )


def _draw_bins(axes: Axes, evaluation: Evaluation) -> None:
    bins, prevalence = evaluation.curves.reliability, evaluation.metrics["terms"]["prevalence"]
    end = min(1.0, 1.08 * float(bins[["predicted", "upper"]].to_numpy().max()))
    below = (bins["observed"] - bins["lower"]).clip(lower=0.0)
    above = (bins["upper"] - bins["observed"]).clip(lower=0.0)
    axes.plot([0.0, end], [0.0, end], "--", color=FAINT, label="as it should be")
    axes.axhline(
        prevalence, linestyle=":", color=FAINT, label=f"all misinformation in the queue: {prevalence:.0%}"
    )
    axes.errorbar(
        bins["predicted"],
        bins["observed"],
        yerr=[below, above],
        fmt="o",
        color=INK,
        capsize=3,
        label=f"bins of about {bins['n_claims'].min()} claims, with their interval",
    )
    axes.set_xlim(0.0, end)
    axes.set_ylim(0.0, end)


def _read_figure(figures: dict[str, Any], name: str) -> tuple[float, float, float]:
    """Return a figure, how far its interval reaches below it, and how far above."""
    value, lower, upper = (figures[f"{name}{end}"] for end in ("", "_lower", "_upper"))
    return value, max(0.0, value - lower), max(0.0, upper - value)


def _start_figure(evaluation: Evaluation, title: str) -> tuple[Figure, Axes]:
    headline, terms = evaluation.metrics["headline"], evaluation.metrics["terms"]
    figure = Figure(figsize=(8.0, 5.6), dpi=120, layout="constrained")
    figure.suptitle(title, fontsize=13, fontweight="bold", color=INK)
    axes = figure.add_subplot()
    axes.set_title(
        f"split: {headline['split']}, later claims that training had not seen\n"
        f"n = {headline['n_claims']:,} claims, {headline['n_misinformation']:,} of them misinformation; "
        f"shown at a prevalence of {terms['prevalence']:.0%}, intervals {terms['interval']:.0%}",
        fontsize=9,
    )
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _label(axes: Axes, x: str, y: str) -> None:
    axes.set_xlabel(x)
    axes.set_ylabel(y)
    for axis in (axes.xaxis, axes.yaxis):
        axis.set_major_formatter(PercentFormatter(1.0, decimals=0))


def _finish_empty(figure: Figure, axes: Axes, evaluation: Evaluation) -> bytes:
    reason = evaluation.metrics["headline"]["reason"]
    axes.set_axis_off()
    axes.text(0.5, 0.5, f"not computable: {reason}", ha="center", va="center", fontsize=14, color=ACCENT)
    return _finish(figure)


def _finish(figure: Figure) -> bytes:
    """Render without a date or a version, so that nothing but the figures changes the bytes."""
    place = io.BytesIO()
    figure.savefig(place, format="png", metadata={"Software": None})
    return place.getvalue()


@contextmanager
def _plain_style() -> Iterator[None]:
    """Draw with matplotlib's own defaults, whatever the user's are."""
    with mpl.rc_context():
        mpl.rcdefaults()
        yield
