"""Parts of a recomputed component in, their claims' names out, and which names are now aliases."""

import hashlib
from collections.abc import Mapping
from typing import Final, NamedTuple

ID_DIGITS: Final = 12

Rank = tuple[int, str]
"""When a report came, in microseconds, and its id: what is smaller is older."""


class Founder(NamedTuple):
    """Where the report stands now that gave a claim its name, and how old that report is."""

    part: int
    rank: Rank


class Naming(NamedTuple):
    """The claim of each part, and for each name that is gone the one it now stands for."""

    names: dict[int, str]
    aliases: dict[str, str]


def new_claim_id(report_id: str) -> str:
    """Name a claim after its earliest report."""
    return f"c-{hashlib.sha256(report_id.encode('utf-8')).hexdigest()[:ID_DIGITS]}"


def name_parts(founders: Mapping[str, Founder], first_reports: Mapping[int, str]) -> Naming:
    """Let each part keep its oldest name; a part without one is named after its first report.

    `founders` holds every claim of the component, `first_reports` the earliest report of every part.

    >>> bridged = {"c-old": Founder(0, (1, "r1")), "c-young": Founder(0, (2, "r2"))}
    >>> name_parts(bridged, {0: "r1"})
    Naming(names={0: 'c-old'}, aliases={'c-young': 'c-old'})
    """
    names: dict[int, str] = {}
    aliases: dict[str, str] = {}
    for name, founder in sorted(founders.items(), key=lambda item: item[1].rank):
        kept = names.setdefault(founder.part, name)
        if kept != name:
            aliases[name] = kept
    for part, report_id in first_reports.items():
        names.setdefault(part, new_claim_id(report_id))
    return Naming(names, aliases)
