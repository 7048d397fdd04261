"""A claim that arrives in, whether it belongs to the audit sample out, whatever its score."""

import hmac
from typing import Final

PREFIX: Final = "audit:"
DIGEST_BYTES: Final = 8


def draw_audit(claim_id: str, key: bytes, rate: float) -> bool:
    """Say whether a claim is a member: a keyed hash of its id, below `rate` (a share of arrivals).

    To be drawn once, when the claim first arrives, and kept with the rate of that day. A merged claim keeps the
    survivor's draw, a split-off has an id of its own. Without the key nobody can tell a member.
    """
    digest = hmac.digest(key, f"{PREFIX}{claim_id}".encode(), "sha256")
    return int.from_bytes(digest[:DIGEST_BYTES], "big") < rate * (1 << 8 * DIGEST_BYTES)
