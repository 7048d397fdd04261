"""An evaluation in, one page of HTML out that opens from a file without a network.

It needs no script and no font; charts are lines and dots of HTML, so that they read as well on a telephone.
The same evaluation gives the same bytes.
"""

from functools import cache
from importlib import resources

from jinja2 import Environment, StrictUndefined, Template

from pipeline.evaluation.outcome import Evaluation
from pipeline.evaluation.report.parts import list_parts
from pipeline.evaluation.report.pictures import describe_curves
from pipeline.evaluation.report.shapes import Section, count, percent, plain

TEMPLATE = "report.html.jinja"


def write_report(evaluation: Evaluation) -> str:
    """Write the page: what a moderators' lead should know first, then every figure with its n and interval."""
    metrics = evaluation.metrics
    first, *others = list_parts(metrics)
    return _template().render(
        sentences=list(summarise(metrics)),
        headline=count(metrics["headline"]),
        period=_period(metrics["headline"]),
        terms=metrics["terms"],
        parts=[first, describe_curves(evaluation), *others],
    )


def summarise(metrics: Section) -> list[tuple[str, str]]:
    """Say in a few sentences what was found: a figure and what it means, the honest one first."""
    headline, terms = metrics["headline"], metrics["terms"]
    if headline.get("auc") is None:
        return [("–", f"The forward test cannot be computed: {headline.get('reason')}.")]
    capacity = percent(terms["capacity_share"])
    found, among = "recall_at_capacity", "precision_at_capacity"
    sentences = [
        (
            percent(headline[found]),
            f"of the misinformation is found when the first {capacity} of the queue are read "
            f"({_bounds(headline, found, percent)}). Without an order it would be {capacity}.",
        ),
        (
            percent(headline[among]),
            f"of what is read there is misinformation ({_bounds(headline, among, percent)}); in the whole queue "
            f"it is {percent(terms['prevalence'])}.",
        ),
        (
            plain(headline["auc"]),
            f"is the AUC, the share of pairs in the right order ({_bounds(headline, 'auc', plain)}); "
            "0.50 is a coin's toss.",
        ),
    ]
    gap = metrics.get("gap", {}).get("auc")
    if gap is not None:
        told = f"is what a random split adds to the AUC: it says {plain(metrics['random']['auc'])}. Do not quote it."
        sentences.append((f"{gap:+.2f}".replace("-", "−"), told))
    return sentences


def _bounds(section: Section, name: str, show: "type[str] | object") -> str:
    assert callable(show)
    return f"{show(section[f'{name}_lower'])} to {show(section[f'{name}_upper'])}"


def _period(headline: Section) -> str:
    first, last = headline.get("first_reported_at"), headline.get("last_reported_at")
    return f"reported from {first} to {last}" if first and last else "reported at times unknown"


@cache
def _template() -> Template:
    source = resources.files("pipeline.evaluation.report").joinpath(TEMPLATE).read_text(encoding="utf-8")
    environment = Environment(
        autoescape=True, undefined=StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    return environment.from_string(source)
