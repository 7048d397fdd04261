"""One claim: what is said, why it stands where it stands, what was reported and decided; and all that is done to it."""

from typing import Any, Final

from fastapi import APIRouter, HTTPException, Request
from sqlalchemy import Connection
from starlette.responses import Response

from pipeline.errors import QueueError
from pipeline.moderation.desk import dealing, links, verdicts
from pipeline.moderation.desk.pages import resolve_claim
from pipeline.moderation.desk.people import LEAD, Person
from pipeline.moderation.desk.show import MAX_REPORTS, Detail, read_for
from pipeline.moderation.desk.verdicts import MISINFORMATION, SECOND_OPINION, VERDICTS, Ruling
from pipeline.moderation.intake.ground import read_ground, read_scale
from pipeline.moderation.intake.regroup import Rules
from pipeline.moderation.intake.weigh import Scales
from pipeline.moderation.terms import move_probability
from pipeline.schema.columns import CLAIM_TYPES
from pipeline.score.explain import ScoreTerms, explain_score, rank_words
from pipeline.web.access import App, Judge
from pipeline.web.bars import measure_bars
from pipeline.web.faults import explain_fault
from pipeline.web.fields import Text
from pipeline.web.marks import mark_words
from pipeline.web.views import redirect, render, translate

router = APIRouter()

SHOWN_CHARS: Final = 1200
SHOWN_REPORTS: Final = 10
NAMED_WORDS: Final = 6


@router.get("/klaim/{name}")
def show_claim(  # noqa: PLR0913, PLR0917 - what the address may say
    request: Request, app: App, me: Judge, name: str, utuh: bool = False, laporan: bool = False
) -> Response:
    """Show a claim; a former name leads to what it lives on in."""
    with app.store.reading() as connection:
        claim_id = find_claim(connection, name)
    if claim_id != name:
        said = translate(request, "The claim %(name)s lives on in this one.", name=name)
        return redirect(request, f"/klaim/{claim_id}", said)
    return draw_claim(request, app, me, claim_id, whole=utuh, all_reports=laporan)


@router.post("/klaim/{name}/ambil")
def pick_claim(request: Request, app: App, me: Judge, name: str) -> Response:
    """Take a claim into one's hands, or keep it for a full time more."""
    try:
        with app.store.writing() as connection:
            dealt = dealing.pick(connection, me, find_claim(connection, name), app.tick())
    except QueueError as error:
        return draw_claim(request, app, me, name, fault=error)
    return redirect(request, f"/klaim/{dealt.claim_id}", translate(request, "The claim is in your hands."))


@router.post("/klaim/{name}/lepas")
def release_claim(request: Request, app: App, me: Judge, name: str) -> Response:
    """Give a claim back."""
    with app.store.writing() as connection:
        claim_id = find_claim(connection, name)
        dealing.give_back(connection, me, claim_id, app.params.prioritise.lanes, app.tick())
    return redirect(request, "/antrean", translate(request, "The claim was given back."))


@router.post("/klaim/{name}/putusan")
def decide_claim(  # noqa: PLR0913, PLR0917 - the form's fields
    request: Request,
    app: App,
    me: Judge,
    name: str,
    verdict: Text = "",
    type: Text = "",  # noqa: A002 - the field's name
    note: Text = "",
    link: Text = "",
) -> Response:
    """Take a verdict; what was filled in is shown again where it could not be taken."""
    entered = {"verdict": verdict, "type": type, "note": note, "link": link}
    if verdict not in VERDICTS:
        return draw_claim(
            request, app, me, name, said=translate(request, "Choose a verdict."), entered=entered
        )
    ruling = Ruling(
        verdict, type if verdict == MISINFORMATION else None, note.strip() or None, link.strip() or None
    )
    try:
        with app.store.writing() as connection:
            outcome = verdicts.decide(connection, me, find_claim(connection, name), ruling, app.tick())
    except QueueError as error:
        return draw_claim(request, app, me, name, fault=error, entered=entered)
    place = f"/klaim/{outcome.claim_id}"
    if outcome.standing == SECOND_OPINION:
        said = translate(request, "Somebody decided before you; yours is kept as a second opinion.")
    else:
        said = translate(request, "Your verdict is kept.")
    return redirect(request, place, said)


@router.post("/klaim/{name}/batal")
def undo_verdict(request: Request, app: App, me: Judge, name: str) -> Response:
    """Take a verdict back."""
    try:
        with app.store.writing() as connection:
            undone = verdicts.undo(connection, me, find_claim(connection, name), app.tick())
    except QueueError as error:
        return draw_claim(request, app, me, name, fault=error)
    with app.store.reading() as connection:
        claim_id = resolve_claim(connection, undone.claim_id)
    return redirect(request, f"/klaim/{claim_id}", translate(request, "The verdict was taken back."))


@router.post("/klaim/{name}/pisah")
def split_claim(request: Request, app: App, me: Judge, name: str, report_id: Text = "") -> Response:
    """Take a report, and what is like it, out of a claim."""
    try:
        with app.store.writing() as connection:
            scales, rules = read_rules(app, connection)
            claim_id = find_claim(connection, name)
            made = links.split(connection, me, claim_id, report_id, scales, rules, app.tick())
    except QueueError as error:
        return draw_claim(request, app, me, name, fault=error)
    return redirect(request, f"/klaim/{made}", translate(request, "The report is a claim of its own now."))


@router.post("/klaim/{name}/gabung")
def merge_claims(  # noqa: PLR0913, PLR0917 - the form's fields
    request: Request,
    app: App,
    me: Judge,
    name: str,
    other: Text = "",
    verdict: Text = "",
    type: Text = "",  # noqa: A002
) -> Response:
    """Make one claim of two; where they were decided differently a lead says what holds."""
    ruling = Ruling(verdict, type if verdict == MISINFORMATION else None) if verdict in VERDICTS else None
    try:
        with app.store.writing() as connection:
            scales, rules = read_rules(app, connection)
            both = (find_claim(connection, name), resolve_claim(connection, _clean(other)))
            kept = links.merge(connection, me, both, ruling, scales, rules, app.tick())
    except QueueError as error:
        return draw_claim(request, app, me, name, fault=error)
    return redirect(request, f"/klaim/{kept}", translate(request, "The two are one claim now."))


def draw_claim(  # noqa: PLR0913 - what happened on the way here
    request: Request,
    app: App,
    me: Person,
    name: str,
    *,
    whole: bool = False,
    all_reports: bool = False,
    fault: QueueError | None = None,
    said: str | None = None,
    entered: dict[str, str] | None = None,
) -> Response:
    """Return the page of a claim, with what could not be done and what had been filled in."""
    with app.store.reading() as connection:
        detail = read_for(connection, me, find_claim(connection, name), app.tick())
        scale = read_scale(connection, app.params)
    if fault is not None:
        said = explain_fault(request, fault)
    status = 409 if fault is not None else 400 if said is not None else 200
    return render(
        request,
        "claim.html",
        status,
        fault=said,
        entered=entered or {},
        scale=scale,
        all_reports=all_reports,
        shown_reports=MAX_REPORTS if all_reports else SHOWN_REPORTS,
        **_describe(app, me, detail, scale.prevalence, whole),
    )


def find_claim(connection: Connection, name: str) -> str:
    """Return the claim of a name; 404 where there is none."""
    try:
        return resolve_claim(connection, _clean(name))
    except QueueError as error:
        raise HTTPException(404) from error


def read_rules(app: App, connection: Connection) -> tuple[Scales, Rules]:
    """Return what a merge or a split is weighed and grouped by."""
    params = app.params
    scales = Scales(read_ground(connection, params, params.now()), params)
    return scales, Rules.from_params(params, app.keys.pseudonym)


def explain(app: App, text: str) -> ScoreTerms | None:
    """Say what the words of a text gave to its score by the model in service."""
    bundle = app.models.get()
    return None if bundle is None else explain_score(bundle, bundle.chain.trace(text))


def _describe(app: App, me: Person, detail: Detail, prior: float, whole: bool) -> dict[str, Any]:
    """Return what the page shows of a claim."""
    claim, clock = detail.claim, app.tick()
    terms = explain(app, claim.text)
    words = terms.words if terms else ()
    ranked = [word for word in rank_words(words) if not any(token.startswith("<") for token in word.tokens)]
    given = _list_standing(detail)
    kinds = (claim.ruled_type, claim.reported_type)
    return {
        "detail": detail,
        "claim": claim,
        "marked": mark_words(claim.text, words, None if whole else SHOWN_CHARS),
        "raised": [word.written for word in ranked if word.part > 0][:NAMED_WORDS],
        "lowered": [word.written for word in reversed(ranked) if word.part < 0][:NAMED_WORDS],
        "with_reporters": move_probability(prior if claim.score is None else claim.score, claim.reliability),
        "bars": measure_bars(claim, app.params.prioritise, clock.now),
        "blurred": next((kind for kind in kinds if kind in app.params.queue.blur_types), None),
        "is_held": dealing.is_held(claim, clock),
        "is_mine": dealing.is_held(claim, clock) and claim.locked_by == me.id,
        "given": given,
        "my_verdict": next((row for row in given if row.user_id == me.id), None),
        "verdicts": VERDICTS,
        "types": CLAIM_TYPES,
        "is_lead": me.role == LEAD,
        "lanes": [row.lane for row in detail.verdicts if row.lane],
    }


def _list_standing(detail: Detail) -> list[Any]:
    undone = {row.undoes for row in detail.verdicts}
    return [row for row in detail.verdicts if row.verdict != verdicts.UNDO and row.id not in undone]


def _clean(name: str) -> str:
    return name.strip().replace("\0", "")
