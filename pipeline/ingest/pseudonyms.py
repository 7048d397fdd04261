"""What may name a person in, what does not out: typed tokens in texts, keyed digests for ids and reporters."""

from collections import Counter
from typing import Final
from urllib.parse import unquote_plus

from pipeline.privacy.pseudonyms import digest_identifier, digest_reporter, is_masked_identifier, is_pseudonym
from pipeline.text.redact import Redaction, contains_identity, redact

IDENTIFIERS: Final = ("report_id", "url", "external_subject")
REPORTER: Final = "reporter_id"


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
            return text if is_pseudonym(text) else digest_reporter(text, self.key)
        if column not in IDENTIFIERS:
            return self.mask_text(text)
        if is_masked_identifier(text):
            return text
        if not contains_identity(text) and not contains_identity(unquote_plus(text)):
            return text
        self.counts_["id or url"] += 1
        return digest_identifier(text, self.key)
