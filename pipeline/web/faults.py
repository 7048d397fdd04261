"""A mistake's one line in, the same in the reader's language out, where moderators meet it every day."""

import re
from collections.abc import Callable
from typing import Final

from pipeline.web.naming import mark

SAYINGS: Final = tuple(
    (re.compile(pattern), message)
    for pattern, message in (
        (r"is held by (?P<name>.+) until", mark("%(name)s has this claim in their hands.")),
        (
            r"you decided .+ already",
            mark("You decided this claim already. Take your verdict back before you give another."),
        ),
        (r"link: is no address", mark("The link is no web address; it begins with https://.")),
        (r"note: is too long", mark("The note is too long; 2,000 characters is the most.")),
        (r"type .*: is unknown", mark("Misinformation needs a type.")),
        (r"is (aged|decided); expected one that waits", mark("This claim does not wait any more.")),
        (r"has no verdict of", mark("There is no verdict of yours to take back.")),
        (
            r"were decided as",
            mark("These claims were decided differently; a lead must name the verdict of both."),
        ),
        (r"expected another claim", mark("These are one claim already.")),
        (r"is the claim's first", mark("The claim's first report cannot be split off; choose another.")),
        (r"is none of claim", mark("This report is not part of the claim any more.")),
        (r"was taken back already", mark("This was taken back already.")),
        (r"claim .*: is unknown", mark("There is no such claim.")),
    )
)


def explain_fault(error: Exception, translate: Callable[..., str]) -> str:
    """Return what is said of a mistake; one that nobody should meet is said as the log says it."""
    said = str(error)
    for pattern, message in SAYINGS:
        found = pattern.search(said)
        if found:
            return translate(message, **found.groupdict())
    return said
