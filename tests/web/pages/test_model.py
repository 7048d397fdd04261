"""The model's page, and what a model's words do to a claim's."""

import re

from sqlalchemy import select

from pipeline.model.registry import Registry
from pipeline.moderation.store.tables import Event
from pipeline.web.prose import draw_markdown
from tests.model.conftest import REPORTS
from tests.web.conftest import Site
from tests.web.pages.conftest import fill, report


def test_versions_are_listed_with_the_card_of_the_one_in_service(desk: Site, models: Registry):
    browser = desk.browser("sari")
    page = browser.get("/model").text
    first, second = models.versions()
    assert page.index(second) < page.index(f'href="/model/{first}"')
    assert "dipakai" in page
    assert f"Model card: saring {first}</h2>" in page
    assert f"/model/{first}/pakai" not in browser.get(f"/model/{second}").text
    assert browser.get(f"/model/{first}/reliability.png").headers["content-type"] == "image/png"
    for path in (
        f"/model/{first}/manifest.json",
        f"/model/{first}/..%2fchampion.json",
        "/model/v9-00000000",
    ):
        assert browser.get(path).status_code == 404


def test_the_data_team_promotes_and_must_say_why_where_the_gate_refused(desk: Site, models: Registry):
    browser, second = desk.browser("dewi"), models.versions()[-1]
    assert "Pemeriksaan tidak meloloskannya" in browser.get(f"/model/{second}").text
    answer = browser.submit(f"/model/{second}/pakai")
    assert answer.status_code == 409
    assert "Tulis alasannya" in answer.text
    browser.submit(f"/model/{second}/pakai", because="lebih baik untuk pilkada")
    named = models.champion()
    assert named is not None
    assert named.version == second
    last = models.decisions()[-1]
    assert (last.what, last.who, last.reasons) == ("overrode", "dewi", ("lebih baik untuk pilkada",))
    with desk.store.reading() as connection:
        line = connection.execute(select(Event).order_by(Event.sequence.desc()).limit(1)).one()
    assert (line.kind, line.subject) == ("model promoted", f"model:{second}")
    sari = desk.browser("sari")
    sari.get("/model")
    assert sari.submit(f"/model/{second}/pakai", because="x").status_code == 403


def test_words_are_marked_as_they_were_written(desk: Site, models: Registry, chain):
    text = REPORTS[0][0].upper()
    fill(desk, chain, [report("r50", "c-50", text=text)])
    page = desk.browser("sari").get("/klaim/c-50").text
    told = re.search(r'<p class="told" dir="auto">(.*?)</p>', page, re.DOTALL)
    assert told
    assert "<mark class=" in told.group(1)
    assert re.sub(r"<[^>]+>", "", told.group(1)) == text
    assert "Menaikkan:" in page


def test_a_card_holds_no_html_of_others():
    html = draw_markdown(
        "# a\n<script>x</script> [b](javascript:1) ![c](../../x.png)\n\n|a|\n|-|\n|<b>|", "/model/v1/", "T"
    )
    assert "<script>" not in html
    assert 'href="javascript' not in html
    assert 'src="/model/v1/x.png"' in html
    assert "&lt;b&gt;" in html
