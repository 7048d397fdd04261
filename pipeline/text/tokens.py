"""What the steps share: typed tokens, which pass every step unchanged, and the words that none may lose."""

import re
from typing import Final

IDENTITIES: Final = ("<NIK>", "<PHONE>", "<EMAIL>", "<HANDLE>", "<ACCOUNT>", "<PLATE>", "<ADDRESS>")
"""What `redact` writes."""

URL: Final = "<URL>"
EMOJI: Final = "<EMOJI>"
NUMERAL: Final = "<NUMBER>"
"""With `URL` and `EMOJI`, what `normalise` writes."""

NAME_KINDS: Final = ("person", "party", "religion", "people", "place", "ballot")
NAMES: Final = tuple(f"<{kind.upper()}>" for kind in NAME_KINDS)
"""What `names` writes."""

TYPED_TOKENS: Final = frozenset({*IDENTITIES, URL, EMOJI, NUMERAL, *NAMES})
TYPED_TOKEN: Final = re.compile("|".join(sorted(TYPED_TOKENS)))

NEGATIONS: Final = frozenset({"tidak", "bukan", "belum", "jangan", "tanpa"})
"""Each turns a claim into its contrary."""


def is_word(token: str) -> bool:
    """Say whether a token is a word rather than a typed token."""
    return token[0] != "<"
