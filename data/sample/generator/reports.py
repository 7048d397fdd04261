"""Planned claims in, their reports out: who sends which copy of what, when and through which source."""

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from random import Random
from typing import Final

from generator.claims import Claim, Edge
from generator.copies import pass_on
from generator.people import BAWASLU, BUTTON, WORKSHOP, People, Reporter, pick_reporter
from generator.plan import NOW, QUEUE_OPENS, SEED, Plan, to_waking_hours
from generator.posts import MINUTE, Observation, Post, draw_weighted, find_post, observe

SOURCES: Final = {WORKSHOP: 45, BAWASLU: 25, BUTTON: 30}
LABELLING_SOURCES: Final = {WORKSHOP: 2, BAWASLU: 1}
ID_PREFIXES: Final = {WORKSHOP: "lap", BAWASLU: "bws", BUTTON: "btn"}

TYPES: Final = ("voting", "candidates", "health", "disaster", "scam", "religion", "other")
TICKED: Final = {"the claim's": 55, "hoax": 20, "any": 15, "none": 10}

LABELLED_SHARE: Final = 0.8
NO_LABEL_TIME_SHARE: Final = 0.1


@dataclass(frozen=True)
class Report:
    """One report as it stands in the end; a source gives one row for each observation."""

    claim_id: str
    source: str
    reporter: Reporter
    reported_at: datetime
    text: str
    platform: str
    transcript: str | None = None
    ocr_text: str | None = None
    url: str | None = None
    reported_type: str | None = None
    observations: tuple[Observation, ...] = ()
    label: int | None = None
    labelled_at: datetime | None = None
    report_id: str = ""


@dataclass(frozen=True)
class Telling:
    """A claim on its way: its plan, who may report it, its own chance, and the posts known so far."""

    plan: Plan
    people: People
    rng: Random
    posts: list[Post] = field(default_factory=list)


def make_reports(plans: list[Plan], people: People) -> list[Report]:
    """Make the reports of every claim."""
    tellings = [Telling(plan, people, Random(f"{SEED} claim {plan.claim.id}")) for plan in plans]
    return [report for telling in tellings for report in _tell(telling)]


def make_brigade(plans: list[Plan], people: People) -> list[Report]:
    """Report one true claim of the queue as a hoax, sixty times within four hours, from fresh accounts."""
    rng = Random(f"{SEED} brigade")
    true_claims = [plan for plan in plans if plan.waits and not plan.claim.label and plan.n_reports > 1]
    victim = min(true_claims, key=lambda plan: abs(plan.first_reported_at - (NOW - timedelta(days=3))))
    starts = to_waking_hours(victim.first_reported_at + timedelta(hours=5))
    return [
        Report(
            victim.claim.id,
            BUTTON,
            reporter,
            starts + MINUTE * rng.randint(0, 240),
            pass_on(victim.claim.text, rng),
            "whatsapp",
            reported_type="hoax",
        )
        for reporter in people.brigade
    ]


def make_edges(edges: list[Edge], people: People) -> list[Report]:
    """Report what is no claim, or none that a model can read, by the button within the queue's window."""
    rng = Random(f"{SEED} edges")
    return [
        Report(
            edge.id,
            BUTTON,
            pick_reporter(people.by_source[BUTTON], rng),
            to_waking_hours(QUEUE_OPENS + timedelta(hours=rng.randint(24, 300))),
            edge.text,
            edge.platform,
            ocr_text=edge.ocr_text or None,
        )
        for edge in edges
    ]


def number_reports(reports: list[Report]) -> list[Report]:
    """Give every report its source's next number, in the order of time."""
    in_order = sorted(reports, key=lambda report: (report.reported_at, report.claim_id, report.reporter.id))
    counts = dict.fromkeys(SOURCES, 0)
    numbered = []
    for report in in_order:
        counts[report.source] += 1
        number = f"{ID_PREFIXES[report.source]}-{counts[report.source]:05d}"
        numbered.append(replace(report, report_id=number))
    return numbered


def _tell(telling: Telling) -> list[Report]:
    first, *later = _draw_moments(telling.plan, telling.rng)
    return [_report(telling, first, True), *(_report(telling, moment, False) for moment in later)]


def _draw_moments(plan: Plan, rng: Random) -> list[datetime]:
    """Draw when a claim is reported: most of it soon, some months later, nothing after the sample's end."""
    first = plan.first_reported_at
    later = sorted(to_waking_hours(first + _draw_delay(rng)) for _ in range(plan.n_reports - 1))
    return [first, *(moment for moment in later if moment < NOW)]


def _draw_delay(rng: Random) -> timedelta:
    if rng.random() < 0.05:
        return timedelta(days=rng.randint(30, 200))
    hours = 8 * (1 - rng.random()) ** -0.9 - 8
    return timedelta(minutes=1 + int(60 * hours))


def _report(telling: Telling, moment: datetime, is_first: bool) -> Report:
    """Report a post of the claim; whoever is first sends it word for word."""
    claim, rng = telling.plan.claim, telling.rng
    text = claim.text if is_first else pass_on(claim.text, rng)
    source = _draw_source(telling.plan, is_first, rng)
    post = find_post(telling.plan, telling.posts, moment, rng)
    if post not in telling.posts:
        telling.posts.append(post)
    caption, transcript, ocr_text = _lay_out(text, claim.register, source, rng)
    report = Report(
        claim.id,
        source,
        pick_reporter(telling.people.by_source[source], rng),
        moment,
        caption,
        post.platform,
        transcript,
        ocr_text,
        post.url,
        _tick_type(claim, rng),
        observe(post, moment, rng),
    )
    return _add_label(report, claim.label, is_first, rng) if not telling.plan.waits else report


def _draw_source(plan: Plan, is_first: bool, rng: Random) -> str:
    """Draw who hears of it; a claim of the past is first reported where labels come from."""
    return draw_weighted(LABELLING_SOURCES if is_first and not plan.waits else SOURCES, rng)


def _lay_out(text: str, register: str, source: str, rng: Random) -> tuple[str, str | None, str | None]:
    """Give caption, transcript and text in the picture; read one after the other they are the text."""
    if register != "caption" or rng.random() < 0.4:
        return text, None, None
    if source == BUTTON and rng.random() < 0.15:
        return "", None, text
    opening, _, rest = text.partition(". ")
    if not rest:
        return text, None, None
    is_in_picture = source == BUTTON and rng.random() < 0.4
    return (opening + ".", None, rest) if is_in_picture else (opening + ".", rest, None)


def _tick_type(claim: Claim, rng: Random) -> str | None:
    """Draw what the reporter ticks: mostly the claim's own type, whatever its label; sometimes nothing."""
    ticked = draw_weighted(TICKED, rng)
    return {"the claim's": claim.type, "hoax": "hoax", "any": rng.choice(TYPES), "none": None}[ticked]


def _add_label(report: Report, label: int, is_first: bool, rng: Random) -> Report:
    """Add the label that a workshop or supervisor gave days later; not every time was written down."""
    gives_label = report.source in LABELLING_SOURCES and (is_first or rng.random() < LABELLED_SHARE)
    if not gives_label or report.reported_at >= QUEUE_OPENS:
        return report
    labelled_at = to_waking_hours(report.reported_at + MINUTE * rng.randint(24 * 60, 12 * 24 * 60 - 360))
    is_written_down = rng.random() >= NO_LABEL_TIME_SHARE
    return replace(report, label=label, labelled_at=labelled_at if is_written_down else None)
