"""Behind `saring replay`: a file of past claims in, tables, JSON and a picture of what each order is worth out."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from pipeline.cli.console import StageClock, show_progress, warn
from pipeline.cli.replayinput import count_per_day, read_observations, read_replayed, read_source
from pipeline.cli.replaypictures import draw_replays
from pipeline.cli.rowfiles import require_free
from pipeline.cli.tables import print_table
from pipeline.cli.workspace import Workspace
from pipeline.errors import ConfigError, SchemaError
from pipeline.moderation.replay.cases import Cases, build_cases
from pipeline.moderation.replay.compare import Ground, Replay, replay
from pipeline.moderation.replay.measures import LANE_MEASURES
from pipeline.moderation.replay.policies import FIFO, OURS, PURE_U, VIEWS_ALONE, list_policies
from pipeline.moderation.replay.scene import Points, Setting
from pipeline.schema.flow import Flow
from pipeline.storage import write_bytes, write_json

HEADLINE: Final = (
    "harmful_views",
    "recall",
    "precision",
    "precision_at_50",
    "oldest_waiting_days",
    "deadlines_met",
)


class Request(NamedTuple):
    """What was asked for on the command line; None = as params.yaml says."""

    source: Path | None
    observations: Path | None
    output: Path
    capacity_share: float | None
    tails: str
    staff: str
    row: str | None
    per_day: float | None
    seeds: int | None
    own_views: bool
    force: bool


def replay_file(workspace: Workspace, request: Request) -> None:
    """Compare all policies under each tail, and what staff would reach; print, write, draw."""
    clock = StageClock("replay")
    require_free(request.output, request.force)
    params = workspace.params
    tails = _read_numbers(request.tails, "--tails") or params.replay.tails
    staff = _read_numbers(request.staff, "--staff")
    rows = read_source(workspace, request.source, request.row)
    where = str(request.source or workspace.evaluation)
    cases = build_cases(
        read_replayed(rows, where), params.prioritise, params.evaluate.election_window, params.now()
    )
    check_cases(cases, where)
    counted = read_observations(request.observations, rows)
    ground = Ground(cases.cases, counted, params.prioritise)
    seeds = range(params.run.seed, params.run.seed + (request.seeds or params.replay.seeds))
    settings = [_build_setting(workspace, request, tail) for tail in ([None] if request.own_views else tails)]
    replays = [replay(ground, setting, _progress(seeds, setting)) for setting in settings]
    titles = [describe_views(setting, cases, counted) for setting in settings]
    staffed = _replay_staff(workspace, request, ground, staff, settings[0], seeds, rows)
    for title, done in zip(titles, replays, strict=True):
        print_replay(title, done)
    if staffed:
        _print_staff(titles[0], staffed)
    write_json(_as_json(cases, counted, titles, replays, staffed), request.output)
    write_bytes(draw_replays(titles, replays), request.output.with_suffix(".png"))
    n_left_out = cases.n_unknown + cases.n_contradictory
    clock.report(
        Flow.balanced(len(cases.cases) + n_left_out, len(cases.cases), 0, n_left_out),
        f"claims; rejected: {cases.n_unknown:,} without truth, {cases.n_contradictory:,} with two -> {request.output}",
    )


def check_cases(cases: Cases, where: str) -> None:
    """Raise SchemaError where nothing can be compared; warn where a policy has nothing to go by."""
    found = {case.truth for case in cases.cases}
    if not found:
        raise SchemaError(f"{where}: no claim has a truth; expected a column 'truth' of 0 and 1")
    if len(found) == 1:
        raise SchemaError(f"{where}: every claim's truth is {min(found)}; expected claims of both kinds")
    if all(len(case.report_hours) == 1 for case in cases.cases):
        warn(
            f"{where}: every claim has one report; report count and Discourse's flag score have little to go by"
        )
    if all(case.score is None for case in cases.cases):
        raise SchemaError(f"{where}: no claim has a score; expected a column 'score' (or 'text')")


def describe_views(setting: Setting, cases: Cases, counted: Points) -> str:
    """Say where the curves of views come from; it stands in every title."""
    n_counted = sum(case.claim_id in counted for case in cases.cases)
    total = "the file's views" if setting.tail is None else f"Pareto {setting.tail:g}"
    simulated = f"simulated view curves ({total}, half-life {setting.half_life_hours:g} h)"
    if not n_counted:
        return simulated
    return f"views as counted for {n_counted:,} of {len(cases.cases):,} claims" + (
        f", {simulated} for the others" if n_counted < len(cases.cases) else ""
    )


def print_replay(title: str, done: Replay) -> None:
    """Print one setting's table."""
    cells = [
        (
            name,
            *(_show(figures[measure], measure) for measure in HEADLINE),
            *(_ratio(done.ratios[name].get(other)) for other in (FIFO, VIEWS_ALONE)),
        )
        for name, figures in done.figures.items()
    ]
    setting = done.setting
    head = f"{setting.n_claims:,} claims in {setting.days:g} days, {setting.capacity_share:.0%} of them read"
    names = (
        "policy",
        *(measure.replace("_", " ") for measure in HEADLINE),
        "of FIFO's views",
        "of views alone's",
    )
    print_table(f"Replay, {title}: {head}", names, cells)
    lanes = [
        (lane, *(_show(figures[measure], measure) for measure in LANE_MEASURES))
        for lane, figures in done.lanes.items()
    ]
    print_table("What each lane read", ("lane", *(name.replace("_", " ") for name in LANE_MEASURES)), lanes)
    losses = ", ".join(f"{name} (x {ratio[0]:.2f})" for name, ratio in done.ours_loses_to.items()) or "none"
    print_table(f"{OURS} has surely more harmful views than: {losses}", (), ())


def _build_setting(workspace: Workspace, request: Request, tail: float | None) -> Setting:
    params = workspace.params
    return Setting(
        tail=tail,
        days=params.replay.days,
        n_claims=params.replay.claims,
        prevalence=params.queue.prevalence,
        capacity_share=request.capacity_share or params.replay.capacity_share,
        half_life_hours=params.prioritise.views.half_life_hours,
        lead_hours=params.prioritise.views.lead_hours,
        audit_rate=params.audit.rate,
    )


def _replay_staff(  # noqa: PLR0913, PLR0917 - one call
    workspace: Workspace,
    request: Request,
    ground: Ground,
    staff: Sequence[float],
    setting: Setting,
    seeds: Sequence[int],
    rows: pd.DataFrame,
) -> dict[str, Replay]:
    if not staff:
        return {}
    per_day = request.per_day or count_per_day(rows)
    reads = workspace.params.prioritise.staffing.reads_per_day
    policies = [one for one in list_policies(ground.params.lanes) if one.name in {FIFO, PURE_U, OURS}]
    found = {}
    for people in staff:
        share = min(1.0, people * reads / per_day)
        staffed = setting._replace(capacity_share=share)
        found[f"{people:g}"] = replay(ground, staffed, _progress(seeds, staffed), policies)
    return found


def _print_staff(title: str, staffed: Mapping[str, Replay]) -> None:
    cells = [
        (
            people,
            f"{done.setting.capacity_share:.0%}",
            name,
            *(_show(done.figures[name][measure], measure) for measure in HEADLINE),
        )
        for people, done in staffed.items()
        for name in done.figures
    ]
    names = ("people", "read", "policy", *(measure.replace("_", " ") for measure in HEADLINE))
    print_table(f"How many people are needed, {title}", names, cells)


def _as_json(
    cases: Cases,
    counted: Points,
    titles: Sequence[str],
    replays: Sequence[Replay],
    staffed: Mapping[str, Replay],
) -> dict[str, Any]:
    return {
        "n_claims": len(cases.cases),
        "n_misinformation": sum(case.truth for case in cases.cases),
        "n_left_out": {"unknown": cases.n_unknown, "contradictory": cases.n_contradictory},
        "n_counted": sum(case.claim_id in counted for case in cases.cases),
        "replays": [done.to_json() | {"title": title} for title, done in zip(titles, replays, strict=True)],
        "staff": {people: done.to_json() for people, done in staffed.items()},
    }


def _progress(seeds: Sequence[int], setting: Setting) -> Iterable[int]:
    return show_progress(seeds, f"replaying, {setting.capacity_share:.0%} read", len(seeds))


def _read_numbers(written: str, option: str) -> list[float]:
    try:
        numbers = [float(part) for part in written.split(",") if part.strip()]
    except ValueError as error:
        raise ConfigError(f"{option}: holds {written!r}; expected numbers such as 5,10,20") from error
    if any(number <= 0 or not np.isfinite(number) for number in numbers):
        raise ConfigError(f"{option}: holds {written!r}; expected numbers above 0")
    return numbers


def _show(figure: Sequence[float] | None, measure: str) -> str:
    if figure is None:
        return "none fell due" if measure == "deadlines_met" else "-"
    value, lower, upper = figure
    if measure == "harmful_views":
        return f"{value:,.0f} [{lower:,.0f} to {upper:,.0f}]"
    digits = 1 if measure in {"oldest_waiting_days", "views_prevented"} else 2
    return f"{value:.{digits}f} [{lower:.{digits}f} to {upper:.{digits}f}]"


def _ratio(ratio: Sequence[float] | None) -> str:
    return "-" if ratio is None else f"{ratio[0]:.1%} [{ratio[1]:.1%} to {ratio[2]:.1%}]"
