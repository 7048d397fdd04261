"""Signed values that a browser keeps for us: nobody else can make or change them, and they grow old."""

from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from itsdangerous import BadData, URLSafeTimedSerializer
from itsdangerous.timed import TimestampSigner


class Signer:
    """Signs JSON for one purpose; what was signed for another is refused."""

    def __init__(self, secret: bytes, purpose: str, clock: Callable[[], datetime]) -> None:
        class Clocked(TimestampSigner):
            def get_timestamp(self) -> int:
                return int(clock().timestamp())

        self._serializer = URLSafeTimedSerializer(
            secret, salt=f"saring {purpose}", signer=Clocked, signer_kwargs={"digest_method": _sha256}
        )

    def sign(self, content: Any) -> str:
        """Return the content as signed text for a form or a cookie."""
        signed = self._serializer.dumps(content)
        return signed if isinstance(signed, str) else signed.decode()

    def read(self, signed: str | None, lifetime: timedelta) -> Any:
        """Return what was signed, or None where it was not signed here or is too old."""
        if not signed:
            return None
        try:
            return self._serializer.loads(signed, max_age=int(lifetime.total_seconds()))
        except BadData:
            return None


def _sha256(content: bytes = b"") -> Any:
    import hashlib  # noqa: PLC0415

    return hashlib.sha256(content)
