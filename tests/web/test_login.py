"""Coming in and going out: sessions that end, forms that are not lost, guesses that are counted."""

from tests.web.conftest import PASSWORD, Site


def test_who_is_not_logged_in_goes_to_the_login_page_and_back(site: Site):
    browser = site.browser()
    asked = browser.get("/?jenis=pemilu")
    assert asked.headers["location"] == "/masuk?next=%2F%3Fjenis%3Dpemilu"
    browser.get(asked.headers["location"])
    came = browser.submit("/masuk", name="sari", password=PASSWORD, next="/?jenis=pemilu")
    assert (came.status_code, came.headers["location"]) == (303, "/?jenis=pemilu")


def test_a_browser_without_a_language_reads_indonesian(site: Site):
    browser = site.browser()
    assert '<html lang="id">' in browser.get("/masuk").text
    assert '<html lang="en">' in browser.get("/masuk?lang=en").text
    assert '<html lang="en">' in browser.get("/masuk").text


def test_a_logout_ends_the_session(site: Site):
    browser = site.browser("sari")
    assert browser.get("/").headers["location"] == "/antrean"
    browser.get("/masuk-tidak-ada")
    assert browser.submit("/keluar").headers["location"] == "/masuk"
    assert browser.get("/").headers["location"].startswith("/masuk?")
