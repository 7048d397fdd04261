"""Our gazetteer and a user's list in, name -> kind out."""

from pathlib import Path
from typing import Final

from pipeline.errors import ConfigError
from pipeline.text.lists import read_own_list, read_user_list
from pipeline.text.normalise import normalise
from pipeline.text.tokens import NAME_KINDS, NEGATIONS

OWN_LIST: Final = "names.tsv"
HEADER: Final = ("name", "kind")
IN_CONTEXT: Final = "?"
"""Ends the kind of a name that is an ordinary word too: meant only behind a title or with a capital."""

NO_NAME: Final = "none"
"""The kind of a word that no word list knows and that is no name all the same."""


def read_names(user_list: Path | None) -> dict[str, str]:
    """Read our gazetteer and the user's list, name -> kind; a negation is no name.

    Raises ConfigError when the file cannot be read or a kind does not exist.
    """
    names = dict(read_own_list(OWN_LIST))
    if user_list is not None:
        for number, name, kind in read_user_list(user_list):
            if number == 1 and (name.lower(), kind.lower()) == HEADER:
                continue
            if kind.lower().removesuffix(IN_CONTEXT) not in (*NAME_KINDS, NO_NAME):
                expected = ", ".join((*NAME_KINDS, NO_NAME))
                raise ConfigError(
                    f"{user_list}: row {number} has the kind {kind!r}; expected one of {expected}"
                )
            names[normalise(name)] = kind.lower()
    return {name: names[name] for name in sorted(names) if name and name not in NEGATIONS}
