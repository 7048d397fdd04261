"""Prepared texts in, the words by which they are compared and the facts that they must share out."""

import hashlib
import re
from collections.abc import Container, Sequence
from typing import Final

from pipeline.claims.agreement import Facts, read_facts
from pipeline.schema.columns import NO_TEXT, TOO_SHORT
from pipeline.text.chain import PreparedText
from pipeline.text.tokens import is_word

SAYS_LITTLE: Final = frozenset({NO_TEXT, TOO_SHORT})
_POST: Final = re.compile(r"\w/+[^/\s]")
"""A link that names more than a site."""


def read_wording(prepared: PreparedText, url: object = None) -> str:
    """Return the words of a text without what stands for links, emoji, numbers and identities; "" for none.

    Forwarding adds and drops those, and short texts would be alike for little else. Numbers keep claims
    apart as facts. Where a text says too little, what it is about stands at its `url`: reports of one post are
    alike, of two posts they are not, whatever few words they share.
    """
    reason = prepared.abstain_reason
    words = [] if reason == NO_TEXT else list(filter(is_word, prepared.normalised.split(" ")))
    if reason in SAYS_LITTLE and isinstance(url, str) and _POST.search(url):
        words.append(
            hashlib.blake2b(url.strip().encode("utf-8", "surrogatepass"), digest_size=16).hexdigest()
        )
    return " ".join(words)


def list_facts(
    written: Sequence[str], prepared: Sequence[PreparedText], listed: Container[str]
) -> list[Facts]:
    """Read the facts of each text as written and as the chain prepared it; `listed` are the chain's names."""
    return [
        read_facts(text, ready.normalised.split(" "), ready.masked, listed)
        for text, ready in zip(written, prepared, strict=True)
    ]
