"""The measures of drift as a table and, for each that is beyond its limit, one line that says what to do."""

from typing import Final

import typer
from rich.table import Table

from pipeline.cli.console import plain_console
from pipeline.cli.opening import clock, open_store
from pipeline.cli.workspace import Workspace
from pipeline.model.registry import Registry
from pipeline.moderation.monitor import Measure, watch

SHARES: Final = ("unknown words", "abstained", "rejected", "prevalence")


def print_measures(workspace: Workspace) -> bool:
    """Print what is watched; say whether there is an alarm."""
    bundle = Registry(workspace.models).load_champion()
    with open_store(workspace) as store, store.reading() as connection:
        measures = watch(connection, bundle, workspace.params, clock())
    table = Table("watched", "now", "in training", "alarm beyond", "n", "", title=f"model {bundle.version}")
    for measure in measures:
        value, usual, limit = (_show(measure.name, number) for number in measure[1:4])
        table.add_row(measure.name, value, usual, limit, f"{measure.n:,}", _mark(measure))
    plain_console().print(table)
    alarms = [measure for measure in measures if measure.alarm]
    for alarm in alarms:
        typer.echo(f"saring: alarm: {describe(alarm)}", err=True)
    if not alarms:
        typer.echo("no alarm")
    return bool(alarms)


def describe(alarm: Measure) -> str:
    """Say what was found, where the limit is, and what to do."""
    value, limit = (_show(alarm.name, number) for number in (alarm.value, alarm.limit))
    usual = f" ({_show(alarm.name, alarm.usual)} in training)" if alarm.usual else ""
    assert alarm.value is not None
    assert alarm.limit is not None
    bound = "at most" if alarm.value > alarm.limit else "at least"
    return f"{alarm.name}: {value}{usual}; expected {bound} {limit}; {alarm.advice}"


def _show(name: str, number: float | None) -> str:
    if number is None:
        return ""
    if name in SHARES:
        return f"{number:.1%}"
    return f"{number:g} days" if name == "model's age" else f"{number:.2f}"


def _mark(measure: Measure) -> str:
    return "ALARM" if measure.alarm else measure.why or ""
