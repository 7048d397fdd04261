"""Prepared texts in, the words by which they are compared and the facts that they must share out."""

from collections.abc import Container, Sequence

from pipeline.claims.agreement import Facts, read_facts
from pipeline.schema.columns import NO_TEXT
from pipeline.text.chain import PreparedText
from pipeline.text.tokens import is_word


def read_wording(prepared: PreparedText) -> str:
    """Return the words of a text without what stands for links, emoji, numbers and identities; "" for none.

    Forwarding adds and drops those, and short texts would be alike for little else. Numbers keep claims
    apart as facts.
    """
    if prepared.abstain_reason == NO_TEXT:
        return ""
    return " ".join(filter(is_word, prepared.normalised.split(" ")))


def list_facts(
    written: Sequence[str], prepared: Sequence[PreparedText], listed: Container[str]
) -> list[Facts]:
    """Read the facts of each text as written and as the chain prepared it; `listed` are the chain's names."""
    return [
        read_facts(text, ready.normalised.split(" "), ready.masked, listed)
        for text, ready in zip(written, prepared, strict=True)
    ]
