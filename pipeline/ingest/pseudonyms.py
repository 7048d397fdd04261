"""What may name a person in, what does not out: typed tokens in texts, keyed digests for ids and reporters.

A digest is one-to-one, so masking never makes one report of two; without the key nobody can
test a phone number against it. Digests of ids and of reporters do not match each other.
"""

import hmac
from collections import Counter
from typing import Final

from pipeline.text.redact import Redaction, contains_identity, redact

DIGEST_CHARS: Final = 20
IDENTIFIER_PREFIX: Final = "x-"
REPORTER_PREFIX: Final = "p-"

IDENTIFIERS: Final = ("report_id", "url", "external_subject")
REPORTER: Final = "reporter_id"


def digest_identifier(value: str, key: bytes) -> str:
    """Return the keyed digest that stands for an id or a url which holds an identity."""
    return _digest(IDENTIFIER_PREFIX, value, key)


def digest_reporter(value: str, key: bytes) -> str:
    """Return the pseudonym of a reporter."""
    return _digest(REPORTER_PREFIX, value, key)


class Masker:
    """Masks the values of one ingest, and counts in `counts_` what it masked, by kind."""

    def __init__(self, key: bytes, enabled: bool) -> None:
        self.key = key
        self.enabled = enabled
        self.counts_: Counter[str] = Counter()
        self._known: dict[str, Redaction] = {}

    def mask_text(self, text: str) -> str:
        """Replace the identities in a text by typed tokens."""
        if not self.enabled:
            return text
        redaction = self._known.get(text) or self._known.setdefault(text, redact(text))
        if redaction.counts:
            self.counts_.update(redaction.counts)
        return redaction.text

    def mask_column(self, text: str, column: str | None) -> str:
        """Mask a value as the column that it stands in needs it; None is a column that is not ours."""
        if not self.enabled:
            return text
        if column == REPORTER:
            return digest_reporter(text, self.key)
        if column not in IDENTIFIERS:
            return self.mask_text(text)
        if not contains_identity(text):
            return text
        self.counts_["id or url"] += 1
        return digest_identifier(text, self.key)


def _digest(prefix: str, value: str, key: bytes) -> str:
    digest = hmac.new(key, f"{prefix}{value}".encode(), "sha256")
    return prefix + digest.hexdigest()[:DIGEST_CHARS]
