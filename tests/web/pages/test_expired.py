"""A session that ends in the middle of a verdict: nothing is lost, nothing is done twice."""

import html
import re

from sqlalchemy import select

from pipeline.moderation.store.tables import Verdict
from tests.web.conftest import PASSWORD, Site


def test_a_verdict_whose_session_had_ended_is_sent_after_the_login(desk: Site):
    sari = desk.browser("sari")
    sari.get("/antrean")
    path = sari.submit("/berikutnya").headers["location"]
    sari.get(path)
    desk.clock.turn(minutes=70)
    note = 'lihat <rilis> & "kutipan"'
    late = sari.submit(f"{path}/putusan", verdict="unclear", note=note)
    pending = re.search(r'name="pending" value="([^"]+)"', late.text).group(1)
    again = sari.submit("/masuk", name="sari", password=PASSWORD, pending=pending)
    shown = {
        name: html.unescape(value)
        for name, value in re.findall(r'type="hidden" name="(\w+)" value="([^"]*)"', again.text)
    }
    assert (shown["verdict"], shown["note"]) == ("unclear", note)
    assert "Belum jelas" in again.text
    assert f'action="{path}/putusan"' in again.text
    assert read_verdicts(desk) == []
    assert (
        sari.submit(f"{path}/putusan", **{key: shown[key] for key in shown if key != "csrf"}).status_code
        == 303
    )
    assert read_verdicts(desk) == [("unclear", note, "first")]


def read_verdicts(desk: Site) -> list[tuple[str, str | None, str]]:
    with desk.store.reading() as connection:
        rows = connection.execute(select(Verdict.verdict, Verdict.note, Verdict.standing))
        return [tuple(row) for row in rows]
