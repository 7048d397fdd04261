"""A prepared text in, the words by which it is compared with others out."""

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
