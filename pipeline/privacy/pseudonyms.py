"""An id in, the keyed digest that stands for it out.

A digest is one-to-one, so masking never makes one report of two; without the key nobody can
test a phone number against it. Digests of ids and of reporters do not match each other.
"""

import hmac
import re
from typing import Final

DIGEST_CHARS: Final = 20
IDENTIFIER_PREFIX: Final = "x-"
REPORTER_PREFIX: Final = "p-"
TOMBSTONE_PREFIX: Final = "t-"
ACCOUNT_PREFIX: Final = "m-"


def digest_identifier(value: str, key: bytes) -> str:
    """Return the keyed digest that stands for an id or a url which holds an identity."""
    return _digest(IDENTIFIER_PREFIX, value, key)


def digest_reporter(value: str, key: bytes) -> str:
    """Return the pseudonym of a reporter."""
    return _digest(REPORTER_PREFIX, value, key)


def digest_account(user_id: int, key: bytes) -> str:
    """Return the pseudonym of who decided: the same in every export, and no name."""
    return _digest(ACCOUNT_PREFIX, str(user_id), key)


def is_pseudonym(value: str) -> bool:
    """Say whether a reporter is a pseudonym already, as in what we wrote ourselves: it stands for itself."""
    return _is_digest(value, REPORTER_PREFIX)


def is_masked_identifier(value: str) -> bool:
    """Say the same of an id or a url."""
    return _is_digest(value, IDENTIFIER_PREFIX)


def list_report_forms(report_id: str, key: bytes) -> frozenset[str]:
    """Return every way in which a report's id may stand in a table; a digest stands for itself alone."""
    return _list_forms(report_id, IDENTIFIER_PREFIX, key)


def list_reporter_forms(reporter_id: str, key: bytes) -> frozenset[str]:
    """Return every way in which a reporter may stand in a table; a pseudonym stands for itself alone."""
    return _list_forms(reporter_id, REPORTER_PREFIX, key)


def digest_tombstone(value: str, prefix: str, key: bytes) -> str:
    """Return what is kept of a forgotten id; the id and its digest give the same."""
    standing = value if _is_digest(value, prefix) else _digest(prefix, value, key)
    return _digest(TOMBSTONE_PREFIX, standing, key)


def _list_forms(value: str, prefix: str, key: bytes) -> frozenset[str]:
    return frozenset({value} if _is_digest(value, prefix) else {value, _digest(prefix, value, key)})


def _is_digest(value: str, prefix: str) -> bool:
    return re.fullmatch(rf"{prefix}[0-9a-f]{{{DIGEST_CHARS}}}", value) is not None


def _digest(prefix: str, value: str, key: bytes) -> str:
    digest = hmac.new(key, f"{prefix}{value}".encode(), "sha256")
    return prefix + digest.hexdigest()[:DIGEST_CHARS]
