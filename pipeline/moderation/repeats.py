"""The fact-checks that a claim may repeat in, how far they move its probability out: a term, never a verdict."""

from collections.abc import Iterable, Sequence
from typing import Final, NamedTuple

from pipeline.claims.debunks.found import Found, Level
from pipeline.config.prioritise import Debunk


class Repeat(NamedTuple):
    """What a known fact-check adds to the logit of a claim's probability, which one, and how similar it is."""

    logits: float
    url: str | None
    similarity: float | None


NO_REPEAT: Final = Repeat(0.0, None, None)
"""What a claim without a match has: it moves by exactly nothing."""

REFUTES: Final = "debunk"
"""The kind of entry that refutes; an official fact does not."""


def weigh_matches(matches: Iterable[Found], params: Debunk) -> Repeat:
    """Return the term of a claim's matches, by the most similar fact-check that it surely repeats.

    What is only suggested moves nothing, nor does an official fact. Where any sure match says that the claim is
    true, or was imported with two verdicts, people must look: nothing moves either.
    """
    sure = [one for one in matches if one.level == Level.match and one.kind == REFUTES]
    if not sure or any(
        one.conflicts is not None or says_true(one.verdict, params.true_verdicts) for one in sure
    ):
        return NO_REPEAT
    return Repeat(params.logits, sure[0].url, sure[0].similarity)


def says_true(verdict: str | None, true_verdicts: Sequence[str]) -> bool:
    """Say whether a verdict refutes nothing; most fact-checks that name none are refutations.

    >>> says_true(" Sebagian Benar", ["benar", "sebagian benar"]), says_true("Tidak benar", ["benar"])
    (True, False)
    """
    return verdict is not None and " ".join(verdict.casefold().split()).strip(".!") in true_verdicts
