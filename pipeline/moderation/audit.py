"""A claim that arrives in, whether it belongs to the audit sample, or is read twice, out, whatever its score."""

import hmac
from datetime import datetime
from typing import Any, Final

from pipeline.config import Params

PREFIX: Final = "audit:"
SECOND: Final = "second:"
DIGEST_BYTES: Final = 8


def draw_row(claim_id: str, key: bytes, params: Params, now: datetime) -> dict[str, Any]:
    """Return a claim's row of the table `audit`: what was drawn for it, with which probability, and when."""
    rate, share = params.audit.rate, params.quality.second_share
    return {
        "claim_id": claim_id,
        "member": draw_audit(claim_id, key, rate),
        "probability": rate,
        "second": _draw(SECOND, claim_id, key, share),
        "second_probability": share,
        "drawn_at": now,
    }


def draw_audit(claim_id: str, key: bytes, rate: float) -> bool:
    """Say whether a claim is a member: a keyed hash of its id, below `rate` (a share of arrivals).

    To be drawn once, when the claim first arrives, and kept with the rate of that day. A merged claim keeps the
    survivor's draw, a split-off has an id of its own. Without the key nobody can tell a member.
    """
    return _draw(PREFIX, claim_id, key, rate)


def _draw(prefix: str, claim_id: str, key: bytes, rate: float) -> bool:
    digest = hmac.digest(key, f"{prefix}{claim_id}".encode(), "sha256")
    return int.from_bytes(digest[:DIGEST_BYTES], "big") < rate * (1 << 8 * DIGEST_BYTES)
