"""A scene and a time in, whom a policy reads first out: the queue's own lanes beside what others do."""

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt

from pipeline.config.prioritise import Lanes
from pipeline.moderation.lanes import Balance, Lane, deal
from pipeline.moderation.replay.scene import Scene

Floats = npt.NDArray[np.float64]
Mask = npt.NDArray[np.bool_]
Weigh = Callable[[Scene, float], Floats]

FIFO: Final = "first in, first out"
VIEWS_ALONE: Final = "views alone"
PURE_U: Final = "pure U"
OURS: Final = "ours (lanes)"
BEST_USE: Final = "bound: this score, calibrated by the truth"
TRUTH: Final = "bound: the truth known"
BOUNDS: Final = (BEST_USE, TRUTH)
"""What nobody could do: the most that this score allows, and the most that the foreseen views allow."""


class Policy(NamedTuple):
    """What is read first: the largest weight; or, with `lanes`, what they deal, the weight being expected harm."""

    name: str
    weigh: Weigh
    lanes: Lanes | None = None


def list_policies(lanes: Lanes) -> list[Policy]:
    """Return every policy that a replay compares."""
    return [
        Policy(FIFO, lambda scene, _: -scene.arrived),
        Policy("newest first", lambda scene, _: scene.arrived),
        Policy("report count", count_reports),
        Policy("Discourse's flag score", sum_flags),
        Policy("score alone", lambda scene, _: scene.bare_probability),
        Policy(VIEWS_ALONE, lambda scene, hours: scene.foresee(hours)),
        Policy(PURE_U, weigh_harm),
        Policy(OURS, weigh_harm, lanes),
        Policy("ours without severity", lambda s, hours: s.probability * s.foresee(hours), lanes),
        Policy("ours without the score", lambda s, hours: s.severity * s.foresee(hours), lanes),
        Policy("ours without views", lambda s, _: s.severity * s.probability, lanes),
        Policy(
            "ours without reliability", lambda s, h: s.severity * s.bare_probability * s.foresee(h), lanes
        ),
        *(
            Policy(f"ours without lane {name}", weigh_harm, lanes.model_copy(update={name: 0.0}))
            for name in ("quality", "due", "oldest")
        ),
        Policy(BEST_USE, lambda scene, hours: scene.best_probability * scene.foresee(hours)),
        Policy(TRUTH, lambda scene, hours: scene.truth * scene.foresee(hours)),
    ]


def weigh_harm(scene: Scene, hours: float) -> Floats:
    """Return U of every claim: severity times probability times the views foreseen."""
    harm: Floats = scene.severity * scene.probability * scene.foresee(hours)
    return harm


def count_reports(scene: Scene, hours: float) -> Floats:
    """Return how many reports of each claim have come."""
    return _sum_come(scene, hours, np.ones(len(scene.report_owner)))


def sum_flags(scene: Scene, hours: float) -> Floats:
    """Return Discourse's score of each claim by the reports that have come; never below 0."""
    return np.maximum(0.0, _sum_come(scene, hours, scene.report_flag))


def _sum_come(scene: Scene, hours: float, values: Floats) -> Floats:
    come = np.where(scene.report_at <= hours, values, 0.0)
    sums: Floats = np.bincount(scene.report_owner, come, len(scene.cases)).astype(float)
    return sums


class Choice(NamedTuple):
    """The place of a claim that is read now, and the lane that dealt it; None where the policy has no lanes."""

    place: int
    lane: Lane | None


class Reader:
    """Reads by one policy, claim after claim."""

    def __init__(self, scene: Scene, policy: Policy) -> None:
        self._scene = scene
        self._policy = policy
        self._balance = Balance()

    def choose(self, waiting: Mask, hours: float) -> Choice:
        """Return which of the waiting claims is read now; of equals the one that came first."""
        weights = np.where(waiting, self._policy.weigh(self._scene, hours), -np.inf)
        if self._policy.lanes is None:
            return Choice(int(np.argmax(weights)), None)
        heads = find_heads(self._scene, waiting, weights, hours)
        shares = self._policy.lanes
        served = {
            lane: head for lane, head in heads.items() if lane is Lane.harm or getattr(shares, lane) > 0
        }
        dealt = deal(self._balance, served, shares)
        assert dealt is not None
        self._balance = dealt.balance
        return Choice(int(dealt.claim_id), dealt.lane)


def find_heads(scene: Scene, waiting: Mask, weights: Floats, hours: float) -> Mapping[Lane, str]:
    """Return the first claim of each lane that has one, as `lanes.sort_key` orders them.

    Claims stand in the order of arrival, so the first of equals is the one that came first.
    """
    heads = {Lane.harm: str(int(np.argmax(weights))), Lane.oldest: str(int(np.argmax(waiting)))}
    quality = waiting & scene.in_quality
    if quality.any():
        heads[Lane.quality] = str(int(np.argmax(quality)))
    due = np.where(waiting & (scene.due > hours), scene.due, np.inf)
    if np.isfinite(due).any():
        soonest = np.flatnonzero(due == due.min())
        heads[Lane.due] = str(int(soonest[np.argmax(weights[soonest])]))
    return heads
