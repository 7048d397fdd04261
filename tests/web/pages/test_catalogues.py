"""Everything that the pages say is said in both languages."""

import re
from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.pofile import read_po

import pipeline.web
from pipeline.errors import Mistake
from pipeline.web.faults import SAYINGS

WEB = Path(pipeline.web.__file__).parent
KEYWORDS = {
    "_": None,
    "gettext": None,
    "ngettext": (1, 2),
    "mark": None,
    "translate": (2,),
    "translate_plural": (2, 3),
}
METHODS = [("**.py", "python"), ("**/templates/**.html", "jinja2")]
OPTIONS = {"**/templates/**.html": {"extensions": "jinja2.ext.i18n", "newstyle_gettext": "true"}}
HOLE = re.compile(r"%\((\w+)\)[sd]|\{\}")


@pytest.fixture(scope="module")
def said() -> dict[str, str | tuple[str, ...]]:
    """Every message of templates and code, by its singular."""
    found = extract_from_dir(WEB, METHODS, OPTIONS, KEYWORDS)
    messages = [message for _, _, message, _, _ in found]
    return {message if isinstance(message, str) else message[0]: message for message in messages if message}


def read(language: str) -> Catalog:
    with (WEB / "locale" / language / "LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file)


def holes(text: str) -> set[str]:
    return set(HOLE.findall(text))


def test_indonesian_says_everything(said):
    catalogue = {
        message.id if isinstance(message.id, str) else message.id[0]: message
        for message in read("id")
        if message.id
    }
    assert set(said) - set(catalogue) == set()
    for singular, message in catalogue.items():
        told = [message.string] if isinstance(message.string, str) else list(message.string)
        assert all(told), f"not translated: {singular}"
        assert not message.fuzzy, singular


def test_every_mistake_has_a_sentence():
    assert list(SAYINGS) == list(Mistake)


@pytest.mark.parametrize("language", ["id", "en"])
def test_a_translation_fills_the_same_holes(said, language: str):
    for message in read(language):
        if not message.id:
            continue
        meant = {message.id} if isinstance(message.id, str) else set(message.id)
        wanted = set().union(*map(holes, meant))
        for told in [message.string] if isinstance(message.string, str) else message.string:
            assert holes(told) <= wanted, message.id
            if isinstance(message.id, str):
                assert holes(told) == wanted, message.id
