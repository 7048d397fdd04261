"""A mistake in, the sentence that says it in the reader's language out; the command line says it in English."""

from collections.abc import Mapping
from typing import Final

from fastapi import Request

from pipeline.errors import Mistake, QueueError
from pipeline.web.formats import list_filters
from pipeline.web.naming import mark
from pipeline.web.views import language_of, translate

SAYINGS: Final[Mapping[Mistake, str]] = {
    Mistake.CLAIM_UNKNOWN: mark("There is no such claim."),
    Mistake.CLAIM_NOT_WAITING: mark("This claim does not wait any more."),
    Mistake.HELD_BY_OTHER: mark("%(name)s has this claim in their hands."),
    Mistake.DECIDED_ALREADY: mark(
        "You decided this claim already. Take your verdict back before you give another."
    ),
    Mistake.DECIDED_DIFFERENTLY: mark(
        "These claims were decided differently; a lead must name the verdict of both."
    ),
    Mistake.NO_VERDICT_OF_YOURS: mark("There is no verdict of yours to take back."),
    Mistake.TAKEN_BACK_ALREADY: mark("This was taken back already."),
    Mistake.VERDICT_UNKNOWN: mark("Choose a verdict."),
    Mistake.TYPE_MISSING: mark("Misinformation needs a type."),
    Mistake.TYPE_NEEDLESS: mark("Only misinformation has a type."),
    Mistake.NOTE_TOO_LONG: mark("The note or the link is too long; %(limit)s characters is the most."),
    Mistake.LINK_NO_ADDRESS: mark("The link is no web address; it begins with https://."),
    Mistake.ONE_CLAIM_ALREADY: mark("These are one claim already."),
    Mistake.REPORT_NOT_OF_CLAIM: mark("This report is not part of the claim any more."),
    Mistake.FIRST_REPORT: mark("The claim's first report cannot be split off; choose another."),
    Mistake.REPORT_ID_TAKEN: mark("Another report has this number already."),
    Mistake.NO_PLACE_IN_LIST: mark("This is no place in the list; begin with its first page."),
    Mistake.NOT_GOLDEN: mark("This is no golden claim."),
    Mistake.NOTHING_TO_RULE_ON: mark("There is nothing to rule on any more."),
    Mistake.NO_LOG_HEAD: mark("This is no head of this log: paste the whole line as it was shown."),
    Mistake.NO_NAME: mark("A name has up to %(limit)s printable characters."),
    Mistake.NAME_TAKEN: mark("%(name)s is there already; choose another name."),
    Mistake.USER_UNKNOWN: mark("There is no account %(name)s."),
    Mistake.USER_OFF: mark("The account %(name)s is switched off."),
    Mistake.ROLE_UNKNOWN: mark("Choose a role."),
    Mistake.OTHER_ROLE: mark("The role of %(name)s does not allow this."),
    Mistake.OWN_ACCOUNT: mark(
        "Your own account is changed by another lead, or on the server by `saring user`."
    ),
    Mistake.SERVICE_HAS_TOKENS: mark("%(name)s is a service: it has tokens, not a password."),
    Mistake.PASSWORD_LENGTH: mark("A password has %(least)s to %(most)s characters."),
    Mistake.PASSWORDS_DIFFER: mark("The new password and its repetition differ."),
    Mistake.TOKEN_UNKNOWN: mark("There is no such token."),
    Mistake.COHORT_UNKNOWN: mark("There is no such cohort."),
    Mistake.COHORT_TOO_LARGE: mark("A cohort has at most %(limit)s reporters."),
}


def explain_fault(request: Request, error: QueueError) -> str:
    """Return what is said of a mistake."""
    show_number = list_filters(language_of(request))["number"]
    values = {
        name: show_number(value) if isinstance(value, int) else value for name, value in error.values.items()
    }
    return translate(request, SAYINGS[error.mistake], **values)
