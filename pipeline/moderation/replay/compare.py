"""Claims and settings in, each policy's figures with intervals over claims and seeds out."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Final, NamedTuple

import numpy as np

from pipeline.config.prioritise import Prioritise
from pipeline.moderation.lanes import Lane
from pipeline.moderation.replay.cases import Case
from pipeline.moderation.replay.measures import LANE_MEASURES, MEASURES, measure_lanes, measure_reading
from pipeline.moderation.replay.policies import (
    BOUNDS,
    FIFO,
    OURS,
    PURE_U,
    VIEWS_ALONE,
    Policy,
    list_policies,
)
from pipeline.moderation.replay.reading import read_scene
from pipeline.moderation.replay.scene import Points, Setting, draw_scene

INTERVAL: Final = 0.95
LEAST: Final = 1e-9
RATIOS: Final = (FIFO, VIEWS_ALONE, PURE_U)

Sheet = dict[str, list[dict[str, float]]]


class Replay(NamedTuple):
    """One setting's figures: each policy's, each lane's of ours, ratios of harmful views, who beats ours."""

    setting: Setting
    figures: Mapping[str, Mapping[str, Sequence[float] | None]]
    lanes: Mapping[str, Mapping[str, Sequence[float] | None]]
    ratios: Mapping[str, Mapping[str, Sequence[float]]]
    ours_loses_to: Mapping[str, Sequence[float]]

    def to_json(self) -> dict[str, Any]:
        """Return what JSON can hold."""
        return self._asdict() | {"setting": self.setting._asdict()}


class Ground(NamedTuple):
    """What is replayed: the claims, views that were counted of some (hours since the first report, views), weights."""

    cases: Sequence[Case]
    counted: Points
    params: Prioritise


def replay(
    ground: Ground, setting: Setting, seeds: Iterable[int], policies: Sequence[Policy] | None = None
) -> Replay:
    """Let every policy read the same scenes, one a seed; claims are drawn anew for each."""
    compared = list_policies(ground.params.lanes) if policies is None else policies
    sheet: Sheet = {policy.name: [] for policy in compared}
    dealt: Sheet = {lane: [] for lane in Lane}
    for seed in seeds:
        rng = np.random.default_rng(seed)
        scene = draw_scene(ground.cases, setting, ground.params.views, ground.counted, rng)
        for policy in compared:
            reading = read_scene(scene, policy, setting.capacity_share)
            sheet[policy.name].append(measure_reading(scene, reading.at))
            if policy.name == OURS:
                for lane, measured in measure_lanes(scene, reading).items():
                    dealt[lane].append(dict(measured))
    figures, lanes = _summarise_all(sheet, MEASURES), _summarise_all(dealt, LANE_MEASURES)
    return Replay(setting, figures, lanes, _compare(sheet), _find_losses(sheet))


def summarise(values: Sequence[float]) -> list[float] | None:
    """Return mean, lower and upper bound over seeds; None where nothing could be measured."""
    known = np.array([value for value in values if not np.isnan(value)])
    if not len(known):
        return None
    tail = (1 - INTERVAL) / 2
    return [float(x) for x in (known.mean(), *np.quantile(known, [tail, 1 - tail]))]


def _summarise_all(sheet: Sheet, measures: Iterable[str]) -> dict[str, dict[str, list[float] | None]]:
    return {
        name: {measure: summarise([run[measure] for run in runs]) for measure in measures}
        for name, runs in sheet.items()
    }


def _compare(sheet: Sheet) -> dict[str, dict[str, list[float]]]:
    """Return harmful views over those of FIFO, views alone and pure U."""
    return {
        name: {other: _divide(sheet, name, other) for other in RATIOS if other in sheet} for name in sheet
    }


def _divide(sheet: Sheet, name: str, other: str) -> list[float]:
    """Return the ratio of the sums over runs, and between which bounds it lies in most runs.

    An interval of the mean over runs would shrink with their number, though the file's claims stay as few as they are.
    """
    ours, theirs = (np.array([run["harmful_views"] for run in sheet[one]]) for one in (name, other))
    tail = (1 - INTERVAL) / 2
    bounds = np.quantile(ours / np.maximum(theirs, LEAST), [tail, 1 - tail])
    return [float(ours.sum() / max(theirs.sum(), LEAST)), *map(float, bounds)]


def _find_losses(sheet: Sheet) -> dict[str, list[float]]:
    """Return the policies with fewer harmful views than ours in nearly every run, and ours divided by theirs."""
    if OURS not in sheet:
        return {}
    ratios = {name: _divide(sheet, OURS, name) for name in sheet if name not in {OURS, *BOUNDS}}
    return {name: ratio for name, ratio in ratios.items() if ratio[1] > 1.0}
