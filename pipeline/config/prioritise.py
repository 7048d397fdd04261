"""The section `prioritise` of params.yaml: every weight of the order in which claims are read."""

from typing import Annotated, Self

from pydantic import Field, model_validator

from pipeline.config.values import Count, InputPath, OpenShare, Section, Share
from pipeline.schema.columns import CLAIM_TYPES

Positive = Annotated[float, Field(gt=0)]
NonNegative = Annotated[float, Field(ge=0)]


class Views(Section):
    """How views of the next day are foreseen from what was counted so far."""

    half_life_hours: Positive
    lead_hours: Positive
    least_gap_hours: Positive
    usual_looks: Positive
    ages_hours: Annotated[list[Positive], Field(min_length=1)]
    min_claims: Count
    growth_quantile: OpenShare
    max_next_24h: Positive

    @model_validator(mode="after")
    def _rise(self) -> Self:
        if self.ages_hours != sorted(set(self.ages_hours)):
            raise ValueError(f"ages_hours ({self.ages_hours}) do not rise; expected such as [6, 24, 72]")
        return self


class Severity(Section):
    """What a view of a claim of each type costs, and what the weeks before a vote multiply it by."""

    weights: dict[str, NonNegative]
    election_types: list[str]
    election_multiplier: Positive
    reported_types: dict[str, str]

    @model_validator(mode="after")
    def _know_types(self) -> Self:
        named = {*self.weights, *self.election_types, *self.reported_types.values()}
        for unknown in sorted(named - set(CLAIM_TYPES)):
            raise ValueError(f"unknown type {unknown!r}; expected one of {', '.join(CLAIM_TYPES)}")
        for missing in sorted(set(CLAIM_TYPES) - set(self.weights)):
            raise ValueError(f"weights name no {missing!r}; expected one for each type")
        return self


class Reliability(Section):
    """How far the past of those who report may move a claim's probability, in logits."""

    prior_verdicts: Positive
    cap: NonNegative
    cohorts: InputPath | None


class Debunk(Section):
    """How far a known fact-check moves a claim's probability, in logits, and which verdicts refute nothing."""

    logits: NonNegative
    true_verdicts: list[str]


class Clock(Section):
    """Whose report of which types (none named = any) starts which deadline."""

    reporter_group: Annotated[str, Field(min_length=1)]
    types: list[str]
    preset: str


class Deadlines(Section):
    """Deadlines by name, in hours, and who starts them; the first clock that fits a report is its own."""

    presets_hours: dict[str, Positive]
    clocks: list[Clock]

    @model_validator(mode="after")
    def _know_names(self) -> Self:
        for clock in self.clocks:
            if clock.preset not in self.presets_hours:
                known = ", ".join(self.presets_hours)
                raise ValueError(f"unknown preset {clock.preset!r}; expected one of {known}")
            for unknown in sorted(set(clock.types) - set(CLAIM_TYPES)):
                raise ValueError(f"unknown type {unknown!r}; expected one of {', '.join(CLAIM_TYPES)}")
        return self


class Lanes(Section):
    """Shares of what is read; the rest goes by expected harm."""

    quality: Share
    due: Share
    oldest: Share

    @model_validator(mode="after")
    def _leave_a_rest(self) -> Self:
        if self.quality + self.due + self.oldest > 1:
            raise ValueError("quality, due and oldest are more than everything; expected a sum of at most 1")
        return self


class Staffing(Section):
    """Who reads, and how much, to say how many people are missing."""

    moderators: Annotated[float, Field(ge=0)]
    reads_per_day: Positive
    quality_days: Positive


class Prioritise(Section):
    """The order of the queue, and what it shows of each claim."""

    words: Count
    views: Views
    severity: Severity
    reliability: Reliability
    debunk: Debunk
    deadlines: Deadlines
    lanes: Lanes
    staffing: Staffing


class Audit(Section):
    """The random sample of arriving claims that is read whatever its score."""

    rate: Share


class Quality(Section):
    """What is read twice, and how figures of quality are made from the audit sample."""

    second_share: Share
    window_days: Positive
    min_coverage: OpenShare
    depths: Annotated[list[OpenShare], Field(min_length=1)]
    bins: Count
