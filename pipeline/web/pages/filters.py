"""What an address or a form asks to see of the claims in, the filter that lists are read by out."""

from datetime import datetime, timedelta
from typing import Annotated, Final, NamedTuple

from fastapi import Depends, Request

from pipeline.moderation.desk.pages import Filter
from pipeline.schema.columns import CLAIM_TYPES
from pipeline.web.access import SAFE
from pipeline.web.fields import drop_nul

DUE_HOURS: Final = {"lewat": 0, "1": 24, "3": 72, "7": 168}
"""How far ahead the filter of deadlines looks; 0: those that have passed."""


class Choice(NamedTuple):
    """Type, platform, region and deadline as they were asked for; "" for all."""

    jenis: str = ""
    kanal: str = ""
    wilayah: str = ""
    tenggat: str = ""

    def build_filter(self, now: datetime) -> Filter:
        """Return what to filter by; what was got wrong counts for nothing."""
        hours = DUE_HOURS.get(self.tenggat)
        return Filter(
            self.jenis if self.jenis in CLAIM_TYPES else None,
            self.kanal or None,
            self.wilayah or None,
            None if hours is None else now + timedelta(hours=hours),
        )


async def read_choice(request: Request) -> Choice:
    """Read a choice from the address of a page, or from the form that was sent."""
    given = request.query_params if request.method in SAFE else await request.form()
    written = {name: given.get(name, "") for name in Choice._fields}
    return Choice(**{name: drop_nul(value) for name, value in written.items() if isinstance(value, str)})


Chosen = Annotated[Choice, Depends(read_choice)]
