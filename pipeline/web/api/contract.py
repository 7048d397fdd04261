"""What the API takes and gives, as types: the OpenAPI contract is made from these."""

from datetime import datetime
from http import HTTPStatus
from typing import Annotated, Any, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

from pipeline.config.values import Section
from pipeline.errors import Mistake
from pipeline.moderation.desk.verdicts import MAX_NOTE, MISINFORMATION
from pipeline.web.api.bodies import JSON, MAX_ITEMS
from pipeline.web.api.problems import MEDIA_TYPE as PROBLEM

Verdict = Literal["misinformation", "not misinformation", "not a claim", "unclear", "needs another desk"]
ClaimType = Literal["voting", "candidates", "health", "disaster", "scam", "religion", "other"]
State = Literal["waiting", "decided", "withdrawn", "aged", "merged"]
Priority = Annotated[int, Field(ge=0, le=100)]
Written = str | float | int | bool | None
"""What `ingest` writes out as text where a file holds it."""


class Report(BaseModel):
    """A report as its sender knows it; values that are no single values are refused, one line each.

    `id` is the sender's own. Of text, transcript and ocr_text one is needed. A time without a zone is the source's.
    """

    model_config = ConfigDict(extra="allow")

    report_id: Annotated[Written, Field(description="The sender's own id.")]
    text: Written = None
    transcript: Written = None
    ocr_text: Written = None
    reported_at: Annotated[
        Written, Field(description="Not in the future; 2026-10-01T08:30:00+07:00, say.")
    ] = None
    platform: Written = None
    url: Written = None
    external_subject: Written = None
    reporter_id: Annotated[Written, Field(description="Kept as a pseudonym only.")] = None
    reporter_group: Written = None
    cohort: Written = None
    region: Written = None
    reported_type: Written = None
    views: Annotated[Written, Field(description="A whole number.")] = None
    shares: Annotated[Written, Field(description="A whole number.")] = None
    observed_at: Annotated[Written, Field(description="When views and shares were counted.")] = None


class Observation(BaseModel):
    """How often something had been seen and shared at a time: a report of the sender's, or a url."""

    model_config = ConfigDict(extra="allow")

    report_id: Written = None
    url: Written = None
    observed_at: Written
    views: Written = None
    shares: Written = None


class Taken(BaseModel):
    """What became of one report of a request; `index` is its place there, from 0.

    accepted: it is kept, and stands in `claim_id`. conflict: its id stands for another body. rejected: see `detail`.
    """

    index: int
    report_id: str | None
    status: Literal["accepted", "conflict", "rejected"]
    claim_id: str | None = None
    state: State | None = None
    verdict: Verdict | None = None
    detail: str | None = None


class Receipts(BaseModel):
    """What became of each report, in the order sent; `ignored` are names that no report has."""

    results: list[Taken]
    ignored: list[str]


class Counted(BaseModel):
    """What became of one observation: counted (again: known before), unknown content, or rejected."""

    index: int
    status: Literal["accepted", "unknown", "rejected"]
    detail: str | None = None


class Counts(BaseModel):
    """What became of each observation, in the order sent."""

    results: list[Counted]


class ReportState(BaseModel):
    """Where a report stands.

    withdrawn: its verdict was taken back, and it waits again. aged: nobody read it in time.
    """

    report_id: str
    claim_id: str
    state: State
    verdict: Verdict | None
    type: ClaimType | None
    decided_at: datetime | None
    received_at: datetime


class QueuedClaim(BaseModel):
    """A claim that waits, with the terms of its priority."""

    claim_id: str
    text: str
    platform: str | None
    region: str | None
    n_reports: int
    n_reporters: int
    waiting_since: datetime | None
    due_at: datetime | None
    deadline: str | None
    type: ClaimType
    reported_type: ClaimType | None
    score: float | None
    abstain_reason: str | None
    model_version: str | None
    words: list[str]
    severity: float
    probability: float
    reliability: float
    views: float | None
    views_next_24h: float
    views_source: str
    expected_harm: float
    priority: Priority
    computed_at: datetime
    is_held: bool


class QueuePage(BaseModel):
    """Some claims by expected harm, and what to ask the next page by; null = no more."""

    claims: list[QueuedClaim]
    cursor: str | None


class RulingBody(Section):
    """What somebody says of a claim; misinformation has a type, nothing else has."""

    verdict: Verdict
    type: ClaimType | None = None
    note: Annotated[str, Field(max_length=MAX_NOTE, pattern=r"^[^\x00]*$")] | None = None
    link: Annotated[str, Field(max_length=MAX_NOTE, pattern=r"^https?://[^\x00]*$")] | None = None

    @model_validator(mode="after")
    def _fit_together(self) -> Self:
        if (self.verdict == MISINFORMATION) != (self.type is not None):
            raise ValueError("a type belongs to misinformation, and to nothing else")
        return self


class RulingAnswer(BaseModel):
    """What became of a ruling: it stands, is kept as a second opinion, or had been given before."""

    claim_id: str
    standing: Literal["first", "second opinion", "repeated"]
    verdict_id: int


class ClaimPriority(BaseModel):
    """A claim as it stands now. `reports` are the ids of its reports, a service's own only, at most 100."""

    claim_id: str
    state: State
    priority: Priority
    verdict: Verdict | None
    type: ClaimType | None
    decided_at: datetime | None
    merged_into: str | None
    n_reports: int
    reports: list[str]
    computed_at: datetime


class Priorities(BaseModel):
    """Claims in the order in which they last changed; ask again with `cursor`, at once where there is `more`."""

    claims: list[ClaimPriority]
    cursor: int
    more: bool


class Text(Section):
    """A text to be scored; nothing of it is kept."""

    text: Annotated[str, Field(max_length=100_000)]
    transcript: Annotated[str, Field(max_length=100_000)] | None = None
    ocr_text: Annotated[str, Field(max_length=100_000)] | None = None


class TextScore(BaseModel):
    """A calibrated P(misinformation), or why there is none; the words that raised it most."""

    score: Annotated[float, Field(ge=0, le=1)] | None
    abstain_reason: str | None
    model_version: str
    words: list[str]


class Health(BaseModel):
    """The server can do its work; model_version null: no model is published, reports are kept at the prior."""

    status: Literal["ok"]
    store: Literal["reachable"]
    model_version: str | None


class ProblemDetails(BaseModel):
    """RFC 9457: what went wrong."""

    model_config = ConfigDict(extra="allow")

    type: Literal["about:blank"]
    title: str
    status: int
    detail: str | None = None
    code: Mistake | None = Field(
        default=None, description="What was wrong, where a 409 of the queue's rules says so."
    )


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what a route adds to its description for the problems that it may answer with."""
    schema = {"$ref": f"#/components/schemas/{ProblemDetails.__name__}"}
    content = {PROBLEM: {"schema": schema}}
    return {status: {"description": HTTPStatus(status).phrase, "content": content} for status in statuses}


def describe_body(model: type[BaseModel], *, many: bool = False) -> dict[str, Any]:
    """Return what a route adds to its description for a body that it reads itself."""
    one = {"$ref": f"#/components/schemas/{model.__name__}"}
    several = {"type": "array", "items": one, "minItems": 1, "maxItems": MAX_ITEMS}
    schema = {"anyOf": [one, several]} if many else one
    return {"requestBody": {"required": True, "content": {JSON: {"schema": schema}}}}
