"""Every page that a person can open, somebody who may, and a queue in which each has something to show."""

from datetime import UTC, datetime, timedelta
from typing import Final, NamedTuple

from sqlalchemy import Connection, update

from pipeline.moderation.desk.dealing import Clock, pick
from pipeline.moderation.desk.pages import list_claims
from pipeline.moderation.desk.people import require_person
from pipeline.moderation.desk.verdicts import NOT_A_CLAIM, UNCLEAR, Ruling, decide
from pipeline.moderation.store import Store
from pipeline.moderation.store.tables import Claim, Report

LONG: Final = timedelta(hours=2)
HOSTILE: Final = (
    "<script>window.broken = 1</script><img src=x onerror='window.broken = 1'> {{ 7 * 7 }} %s "
    + "\u202esing walik\u202c "
    + "panjangsekali" * 60
    + " 😀" * 2000
)
"""What somebody may well report."""


class Scene(NamedTuple):
    """Claims that somebody holds, that two people judged differently, and whose text means harm."""

    held: str
    disputed: str
    hostile: str

    @property
    def pages(self) -> tuple[tuple[str | None, str], ...]:
        """Every page, and who opens it."""
        return (
            (None, "/masuk"),
            (None, "/tidak-ada"),
            ("ratna", "/antrean"),
            ("ratna", "/antrean?wilayah=tidak-ada&urut=newest"),
            ("ratna", f"/klaim/{self.held}"),
            ("ratna", f"/klaim/{self.hostile}"),
            ("ratna", "/cari?q=desa"),
            ("ratna", "/cari?q=tidak-ada-yang-begini"),
            ("ratna", "/pekerjaan"),
            ("ratna", "/bantuan"),
            ("ratna", "/akun"),
            ("wulan", f"/klaim/{self.disputed}"),
            ("wulan", "/antrean"),
            ("wulan", "/laporan"),
            ("wulan", "/laporan/1"),
            ("wulan", "/orang"),
            ("wulan", "/log"),
            ("tono", "/model"),
        )


def set_scene(store: Store) -> Scene:
    """Let ratna hold a claim, ratna and wulan judge another differently, and a report be hostile."""
    now = datetime.now(UTC)
    clock = Clock(now, LONG)
    with store.writing() as connection:
        ratna, wulan = (require_person(connection, name) for name in ("ratna", "wulan"))
        held, disputed, hostile = (claim.claim_id for claim in list_claims(connection, 60).claims[-3:])
        pick(connection, ratna, held, clock)
        decide(connection, ratna, disputed, Ruling(UNCLEAR, note="Tunggu jawaban dinas."), clock)
        decide(connection, wulan, disputed, Ruling(NOT_A_CLAIM), clock)
        let_it_be_hostile(connection, hostile)
    return Scene(held, disputed, hostile)


def let_it_be_hostile(connection: Connection, claim_id: str) -> None:
    """Give a claim and its reports a text that tries everything."""
    values = {"text": HOSTILE, "platform": "<b>x</b>", "region": "'\"><i>desa"}
    connection.execute(update(Claim).where(Claim.claim_id == claim_id).values(values))
    harmful = values | {"url": "javascript:window.broken=1"}
    connection.execute(update(Report).where(Report.claim_id == claim_id).values(harmful))
