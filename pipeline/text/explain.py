"""A raw text in, what each step makes of it out, for people who want to see why a text reads as it does."""

from typing import NamedTuple

from pipeline.text.chain import TextChain, TracedTokens
from pipeline.text.fold import fold
from pipeline.text.markers import strip_markers
from pipeline.text.normalise import normalise
from pipeline.text.redact import redact_folded


class Step(NamedTuple):
    """What a step left of a text; None where the step is off."""

    name: str
    text: str | None


class Explanation(NamedTuple):
    """What became of a text, step by step, and where its tokens stand in it."""

    steps: tuple[Step, ...]
    traced: TracedTokens


def explain_text(chain: TextChain, text: str) -> Explanation:
    """Walk a text through the chain and note what each step leaves of it.

    What `slang` shows is the text as the chain settles it: read again until that changes nothing.
    """
    rules = chain.rules
    traced = chain.trace(text)
    words = traced.prepared.normalised
    folded = fold(text)
    masked = redact_folded(folded).text
    claim = strip_markers(masked) if rules.strip_markers else masked
    steps = (
        Step("fold", folded),
        Step("redact", masked),
        Step("markers", claim if rules.strip_markers else None),
        Step("normalise", normalise(claim) if rules.slang else words),
        Step("slang", words if rules.slang else None),
        Step("names", " ".join(traced.prepared.masked) if rules.mask_names else None),
        Step("drop", " ".join(traced.prepared.tokens) if rules.mask_names and rules.drop_unknown else None),
        Step("stem", " ".join(traced.prepared.stems) if rules.stem else None),
    )
    return Explanation(steps, traced)
