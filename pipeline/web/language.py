"""Two languages from one catalogue each: .po files in, translations out, compiled in memory."""

import io
from collections.abc import Mapping
from gettext import GNUTranslations
from pathlib import Path
from typing import Final

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from starlette.requests import Request

LANGUAGES: Final = ("id", "en")
"""The first is everybody's who asked for none of them."""
COOKIE: Final = "lang"
LOCALE: Final = Path(__file__).parent / "locale"


def load_translations() -> Mapping[str, GNUTranslations]:
    """Return what each language's catalogue says; its msgids are English."""
    return {language: _compile(LOCALE / language / "LC_MESSAGES/messages.po") for language in LANGUAGES}


def choose_language(request: Request) -> str:
    """Return the language that was asked for: by the address, by the cookie, by the browser."""
    for wished in (request.query_params.get(COOKIE), request.cookies.get(COOKIE)):
        if wished in LANGUAGES:
            return wished
    return _first_known(request.headers.get("accept-language", ""))


def _first_known(accepted: str) -> str:
    """Return the known language that a browser names first.

    >>> _first_known("ms-MY, en;q=0.5"), _first_known("en-GB,en;q=0.9,id;q=0.8"), _first_known("")
    ('en', 'en', 'id')
    """
    named = [part.split(";")[0].strip().lower().split("-")[0] for part in accepted.split(",")]
    return next((language for language in named if language in LANGUAGES), LANGUAGES[0])


def _compile(path: Path) -> GNUTranslations:
    with path.open("rb") as file:
        catalogue = read_po(file)
    compiled = io.BytesIO()
    write_mo(compiled, catalogue)
    compiled.seek(0)
    return GNUTranslations(compiled)
