"""The tables of `evaluate`: figures with their intervals, "not computable" where there are none."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final

from rich.table import Table
from rich.text import Text

from pipeline.cli.console import plain_console
from pipeline.evaluation.outcome import Evaluation
from pipeline.evaluation.protocol.axis import AxisPoint
from pipeline.evaluation.protocol.figures import RowFigure
from pipeline.evaluation.protocol.outcome import ProtocolTable
from pipeline.evaluation.protocol.trials import ROWS

ABSENT: Final = "not computable"
WORDS: Final = {
    "W": "checked messages, each half-year by what came before",
    "R1": "checked messages, the later ones by the earlier",
    "H": "headlines, half of the clusters by the other half",
    "Q": "hoaxes among election tweets of the same length",
}


def print_findings(evaluation: Evaluation) -> None:
    """Print the probes, the thresholds, and the ladder where it was climbed."""
    _print_probes(evaluation)
    _print_thresholds(evaluation)
    if "ladder" in evaluation.tables:
        _print_ladder(evaluation)


def _print_probes(evaluation: Evaluation) -> None:
    probes = evaluation.metrics["probes"]
    cells = [
        (name, _tell(probe, "auc"), _tell(probe, "pooled_auc"), "ALARM" if probe["alarm"] else "")
        for name, probe in probes.items()
    ]
    names = ("sees only", "AUC on the forward test", "on the random split", "")
    print_table("Leak probes: what is guessed without reading a claim", names, cells)


def _print_thresholds(evaluation: Evaluation) -> None:
    measures = ("threshold", "recall", "precision", "share_read")
    cells = [
        (asked, *([_tell(found, name) for name in measures] if not found["reason"] else [found["reason"]]))
        for asked, found in evaluation.metrics["thresholds"].items()
    ]
    names = ("asked for", "threshold", "recall", "precision", "share of the queue that is read")
    print_table("Thresholds", names, cells)


def _print_ladder(evaluation: Evaluation) -> None:
    cells = [
        (rung, f"{row['n_claims']:,}", *(_tell(row, name) for name in ("auc", "average_precision")))
        for rung, row in evaluation.metrics["ladder"].items()
    ]
    print_table(
        "The ladder, from flattering to honest", ("rung", "claims", "AUC", "average precision"), cells
    )


def print_protocol(table: ProtocolTable) -> None:
    """Print the protocol's table and the verdict on the model."""
    cells = [
        (
            row,
            WORDS[row],
            *_count(table.figures.get(row)),
            _show(table.figures.get(row)),
            f"{table.ceilings[row]:.3f}" if row in table.ceilings else "none",
            _show(table.shares.get(row), 2),
            _show(table.shapes.get(row)),
        )
        for row in ROWS
    ]
    names = ("row", "what is judged", "claims", "misinformation", "AUC", "ceiling", "share", "shape alone")
    print_table("The development protocol", names, cells)
    for line in _judge(table):
        plain_console().print(line, highlight=False)


def print_differences(differences: Mapping[str, RowFigure]) -> None:
    """Print this model's AUC minus another's, and which is to be preferred; nothing where none was named."""
    if not differences:
        return
    cells = [(row, f"{_show(figure, signed=True)}", _prefer(figure)) for row, figure in differences.items()]
    print_table("This model minus the other, on the same reports", ("row", "AUC", "preferred"), cells)


def print_axis(points: Sequence[AxisPoint]) -> None:
    """Print each row's AUC at each weight of ordinary talk; nothing where none was tried."""
    if points:
        cells = [(f"{point.weight:g}", *(_show(point.figures.get(row)) for row in ROWS)) for point in points]
        print_table("Along the axis: the weight of ordinary talk", ("weight", *ROWS), cells)


def print_table(title: str, names: Sequence[str], rows: Iterable[Sequence[str]]) -> None:
    """Print a table of words."""
    table = Table(title=title, title_justify="left", pad_edge=False)
    for name in names:
        table.add_column(name)
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    plain_console().print(table)


def _tell(section: Mapping[str, Any], name: str) -> str:
    if section.get(name) is None:
        return f"{ABSENT}: {section.get('reason') or 'no figure'}"
    return f"{section[name]:.3f} [{section[f'{name}_lower']:.3f} to {section[f'{name}_upper']:.3f}]"


def _judge(table: ProtocolTable) -> Iterable[str]:
    weakest = table.weakest
    if weakest:
        yield f"judged by its smallest share: {weakest}, {_show(table.shares[weakest], 2)}"
    else:
        yield f"no smallest share: {', '.join(row for row in ROWS if row not in table.shares)} {ABSENT}"
    yield f"ordinary tweets above the threshold at recall .9: {_show(table.wrongly_read, 2)}"


def _prefer(figure: RowFigure) -> str:
    if figure.lower > 0.0:
        return "this one"
    return "the other" if figure.upper < 0.0 else "cannot be told"


def _count(figure: RowFigure | None) -> tuple[str, str]:
    return (f"{figure.n_claims:,}", f"{figure.n_misinformation:,}") if figure else ("0", "0")


def _show(figure: RowFigure | None, digits: int = 3, *, signed: bool = False) -> str:
    if figure is None:
        return ABSENT
    sign = "+" if signed else ""
    return f"{figure.value:{sign}.{digits}f} [{figure.lower:{sign}.{digits}f} to {figure.upper:{sign}.{digits}f}]"
