"""Behind `saring replay`: a file of past claims in, tables, JSON and a picture of what each order is worth out."""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import numpy as np
import pandas as pd

from pipeline.cli.console import StageClock, show_progress, warn
from pipeline.cli.replaypictures import draw_replays
from pipeline.cli.rowfiles import read_rows, require_free
from pipeline.cli.tables import print_table
from pipeline.cli.workspace import Workspace
from pipeline.errors import ConfigError, SchemaError
from pipeline.model.registry import Registry
from pipeline.moderation.replay.cases import Cases, Report, build_cases
from pipeline.moderation.replay.compare import Ground, Replay, replay
from pipeline.moderation.replay.policies import FIFO, OURS, PURE_U, VIEWS_ALONE, list_policies
from pipeline.moderation.replay.scene import Points, Setting
from pipeline.schema.flow import Flow
from pipeline.score import score_texts
from pipeline.storage import read_frame, write_bytes, write_json

NAMES: Final = {
    "reporter": "reporter_id",
    "type": "reported_type",
    "label": "truth",
    "y_true": "truth",
}
"""Other names that a column may have."""
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
    rows = _read_source(workspace, request.source)
    where = str(request.source or workspace.evaluation)
    cases = build_cases(
        _read_reports(rows, where), params.prioritise, params.evaluate.election_window, params.now()
    )
    check_cases(cases, where)
    counted = _read_observations(request.observations, rows)
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


def _read_source(workspace: Workspace, source: Path | None) -> pd.DataFrame:
    """Read the file, or the claims that the last evaluation held out."""
    rows = _read_held_out(workspace) if source is None else read_rows(source)
    rows = rows.rename(columns={old: new for old, new in NAMES.items() if new not in rows.columns})
    where = str(source or workspace.evaluation)
    for needed in ("report_id", "truth"):
        if needed not in rows.columns:
            raise SchemaError(f"{where}: lacks column {needed!r}; expected report_id, truth, score (or text)")
    return rows if "score" in rows.columns else _add_scores(workspace, rows, where)


def _read_held_out(workspace: Workspace) -> pd.DataFrame:
    """Return all reports of the claims that the last evaluation judged, with the score of a model that saw none."""
    judged = (
        read_frame(workspace.evaluation / "predictions.parquet")
        .drop_duplicates("claim_id")
        .set_index("claim_id")
    )
    reports = read_frame(workspace.prepared)
    held_out = reports[reports["claim_id"].isin(judged.index)].drop(columns="label")
    return held_out.assign(
        score=held_out["claim_id"].map(judged["score"]), truth=held_out["claim_id"].map(judged["y_true"])
    )


def _add_scores(workspace: Workspace, rows: pd.DataFrame, where: str) -> pd.DataFrame:
    if "text" not in rows.columns:
        raise SchemaError(f"{where}: lacks column 'score'; expected it, or 'text' to score with the champion")
    bundle = Registry(workspace.models).load_champion()
    warn(f"{where}: scored with the champion {bundle.version}; claims that it was trained on flatter it")
    scores = score_texts(bundle, rows["text"].fillna("").astype(str).tolist()).score
    return rows.assign(score=pd.Series(scores, rows.index, float))


def _read_reports(rows: pd.DataFrame, where: str) -> Iterable[Report]:
    frame = pd.DataFrame(
        {
            "report_id": _text(rows, "report_id"),
            "claim_id": _text(rows, "claim_id"),
            "reported_at": _moments(rows, "reported_at", where),
            "score": _numbers(rows, "score", where, (0.0, 1.0)),
            "truth": _numbers(rows, "truth", where, (0.0, 1.0)),
            "views": _numbers(rows, "views", where, (0.0, np.inf)),
        }
        | {
            name: _text(rows, name)
            for name in ("reported_type", "reporter_id", "cohort", "reporter_group", "platform")
        }
    )
    strange = frame["truth"].notna() & ~frame["truth"].isin([0, 1])
    if strange.any():
        raise SchemaError(
            f"{where}: column 'truth' holds {frame.loc[strange, 'truth'].iloc[0]:g}; expected 0 or 1"
        )
    for row in frame.to_dict("records"):
        known: dict[str, Any] = {str(name): None if pd.isna(value) else value for name, value in row.items()}
        moment, truth = known.pop("reported_at"), known.pop("truth")
        known["claim_id"] = known["claim_id"] or known["report_id"]
        yield Report(
            reported_at=moment.to_pydatetime() if moment is not None else None,
            truth=None if truth is None else int(truth),
            **known,
        )


def _read_observations(path: Path | None, reports: pd.DataFrame) -> Points:
    """Return what was counted of each claim: hours since its first report, and views that never fall."""
    if path is None:
        return {}
    rows = read_rows(path)
    missing = {"seen_at", "views"} - set(rows.columns)
    if missing or not {"claim_id", "report_id"} & set(rows.columns):
        raise SchemaError(
            f"{path}: holds {sorted(rows.columns)}; expected claim_id (or report_id), seen_at, views"
        )
    own = _text(reports, "claim_id").fillna(_text(reports, "report_id"))
    claim_of = dict(zip(_text(reports, "report_id"), own, strict=True))
    claims = _text(rows, "claim_id").fillna(_text(rows, "report_id").map(claim_of))
    first = _moments(reports, "reported_at", "the replayed file").groupby(own).min()
    seen = pd.DataFrame(
        {
            "claim": claims,
            "at": _moments(rows, "seen_at", str(path)),
            "views": _numbers(rows, "views", str(path), (0.0, np.inf)),
        }
    ).dropna()
    seen = seen.assign(hours=(seen["at"] - seen["claim"].map(first)).dt.total_seconds() / 3600).dropna()
    if seen.empty:
        raise SchemaError(
            f"{path}: no row belongs to a replayed claim with a time; expected claim_id (or report_id)"
        )
    counted = seen.groupby(["claim", "hours"])["views"].max().reset_index()
    return {
        str(claim): (of_claim["hours"].to_numpy(float), of_claim["views"].cummax().to_numpy(float))
        for claim, of_claim in counted.groupby("claim")
    }


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
    per_day = request.per_day or _count_per_day(rows)
    reads = workspace.params.prioritise.staffing.reads_per_day
    policies = [one for one in list_policies(ground.params.lanes) if one.name in {FIFO, PURE_U, OURS}]
    found = {}
    for people in staff:
        share = min(1.0, people * reads / per_day)
        staffed = setting._replace(capacity_share=share)
        found[f"{people:g}"] = replay(ground, staffed, _progress(seeds, staffed), policies)
    return found


def _count_per_day(rows: pd.DataFrame) -> float:
    moments = _moments(rows, "reported_at", "the replayed file").dropna()
    days = (moments.max() - moments.min()).total_seconds() / 86_400 if len(moments) else 0.0
    if days < 1.0:
        raise ConfigError(
            "--staff: the file's times do not say how many claims arrive a day; expected --per-day"
        )
    return float(_text(rows, "claim_id").fillna(_text(rows, "report_id")).nunique() / days)


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


def _text(rows: pd.DataFrame, name: str) -> "pd.Series[str]":
    if name not in rows.columns:
        return pd.Series(None, rows.index, "str")
    column = rows[name].astype("str")
    return column.mask(rows[name].isna() | (column.str.strip() == ""))


def _numbers(rows: pd.DataFrame, name: str, where: str, bounds: tuple[float, float]) -> "pd.Series[float]":
    if name not in rows.columns:
        return pd.Series(np.nan, rows.index, float)
    try:
        column = pd.to_numeric(rows[name].replace("", None)).astype(float)
    except (ValueError, TypeError) as error:
        raise SchemaError(
            f"{where}: column {name!r} holds no numbers; expected numbers or nothing"
        ) from error
    outside = column.notna() & ~column.between(*bounds)
    if outside.any():
        raise SchemaError(
            f"{where}: column {name!r} holds {column[outside].iloc[0]:g}; expected {bounds[0]:g} to {bounds[1]:g}"
        )
    return column


def _moments(rows: pd.DataFrame, name: str, where: str) -> Any:
    if name not in rows.columns:
        return pd.Series(pd.NaT, rows.index, "datetime64[us, UTC]")
    try:
        return pd.to_datetime(rows[name].replace("", None), utc=True, format="ISO8601")
    except (ValueError, TypeError) as error:
        raise SchemaError(
            f"{where}: column {name!r} holds no times; expected such as 2026-10-01T00:00:00+07:00"
        ) from error


def _show(figure: Sequence[float] | None, measure: str) -> str:
    if figure is None:
        return "none fell due" if measure == "deadlines_met" else "-"
    value, lower, upper = figure
    if measure == "harmful_views":
        return f"{value:,.0f} [{lower:,.0f} to {upper:,.0f}]"
    digits = 1 if measure.endswith("days") else 2
    return f"{value:.{digits}f} [{lower:.{digits}f} to {upper:.{digits}f}]"


def _ratio(ratio: Sequence[float] | None) -> str:
    return "-" if ratio is None else f"{ratio[0]:.1%} [{ratio[1]:.1%} to {ratio[2]:.1%}]"
