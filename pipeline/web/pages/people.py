"""Accounts and cohorts, for leads: who may do what, and which reporters speak with one voice."""

from fastapi import APIRouter, HTTPException, Request
from starlette.responses import Response

from pipeline.errors import Mistake, QueueError
from pipeline.moderation.desk import people
from pipeline.moderation.desk.cohort_report import list_cohorts
from pipeline.moderation.desk.members import read_members, register_cohort, switch_cohort
from pipeline.moderation.desk.people import ROLES, SERVICE, Person
from pipeline.web.access import App, Lead
from pipeline.web.auth.passwords import make_password
from pipeline.web.faults import explain_fault
from pipeline.web.fields import RowInPath, Text
from pipeline.web.views import redirect, render, translate, translate_plural

router = APIRouter(prefix="/orang")

PAGE = "/orang"


@router.get("")
def show_people(request: Request, app: App, me: Lead) -> Response:  # noqa: ARG001 - leads only
    """Show all accounts and cohorts."""
    return _show(request, app)


@router.post("/tambah")
def add(request: Request, app: App, me: Lead, name: Text = "", role: Text = "") -> Response:
    """Make an account; its password is on this answer alone."""
    password = None if role == SERVICE else make_password()
    kept = None if password is None else app.passwords.hash(password)
    try:
        with app.store.writing() as connection:
            person = people.add_person(connection, name.strip(), role, me, app.clock(), kept)
    except QueueError as error:
        return _show(
            request, app, 409, fault=explain_fault(request, error), written={"name": name, "role": role}
        )
    return _show(request, app, made=person, password=password)


@router.post("/sandi")
def renew_password(request: Request, app: App, me: Lead, name: Text) -> Response:
    """Give an account a new password, which is on this answer alone."""
    password = make_password()
    kept = app.passwords.hash(password)
    with app.store.writing() as connection:
        _require_other(people.require_person(connection, name), me)
        person = people.set_password(connection, name, kept, me, app.clock())
    return _show(request, app, made=person, password=password)


@router.post("/peran")
def change_role(request: Request, app: App, me: Lead, name: Text, role: Text) -> Response:
    """Give an account another role, or switch it on again."""
    with app.store.writing() as connection:
        _require_other(people.require_person(connection, name), me)
        person = people.change_role(connection, name, role, me, app.clock())
    said = translate(request, "%(name)s: the role changed.", name=person.name)
    return redirect(request, PAGE, said)


@router.post("/mati")
def switch_off(request: Request, app: App, me: Lead, name: Text) -> Response:
    """Switch an account off; it is out at once."""
    with app.store.writing() as connection:
        _require_other(people.require_person(connection, name), me)
        person = people.switch_off(connection, name, me, app.clock())
    said = translate(request, "%(name)s is switched off and logged out.", name=person.name)
    return redirect(request, PAGE, said)


@router.post("/kohort")
def add_cohort(request: Request, app: App, me: Lead, cohort: Text = "", reporters: Text = "") -> Response:
    """Put reporters in a cohort."""
    key = app.keys.pseudonym if app.params.ingest.mask_identities else None
    members = read_members(reporters, key)
    try:
        with app.store.writing() as connection:
            done = register_cohort(connection, cohort.strip(), members, me, app.clock())
    except QueueError as error:
        return _show(
            request, app, 409, cohort_fault=explain_fault(request, error), written={"cohort": cohort}
        )
    said = translate_plural(
        request,
        "%(name)s has %(num)d reporter now; they count as one voice from the next refresh on.",
        "%(name)s has %(num)d reporters now; they count as one voice from the next refresh on.",
        done.n_members,
        name=done.name,
    )
    return redirect(request, PAGE, said)


@router.post("/kohort/{cohort_id}/{wish}")
def switch(request: Request, app: App, me: Lead, cohort_id: RowInPath, wish: str) -> Response:
    """Switch a cohort off (`tutup`) or on (`buka`)."""
    if wish not in {"tutup", "buka"}:
        raise HTTPException(404)
    with app.store.writing() as connection:
        name = switch_cohort(connection, cohort_id, me, app.clock(), active=wish == "buka")
    said = (
        "%(name)s counts as one voice again." if wish == "buka" else "%(name)s counts no longer as one voice."
    )
    return redirect(request, PAGE, translate(request, said, name=name))


def _show(request: Request, app: App, status: int = 200, **context: object) -> Response:
    with app.store.reading() as connection:
        listed, cohorts = people.list_people(connection), list_cohorts(connection)
    context = {"written": {}, "password": None, "made": None, "fault": "", "cohort_fault": ""} | context
    return render(request, "people.html", status, people=listed, cohorts=cohorts, roles=ROLES, **context)


def _require_other(person: Person, me: Person) -> None:
    """Leads change each other's accounts, not their own, so that one is always left."""
    if person.id == me.id:
        line = f"user {me.name!r}: is your own account; expected another, or `saring user` on the server"
        raise QueueError(line, Mistake.OWN_ACCOUNT)
