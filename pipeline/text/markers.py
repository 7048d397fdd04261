"""Folded text in, the same without fact-checkers' wording out: it is the label, written into the text.

It needs case and brackets, so it comes before `normalise`. What is removed leaves two blanks, and markers
hold no two blanks, so that removing some hardly ever makes others.
"""

import re
from typing import Final, NamedTuple

from pipeline.text.offsets import Substitute, substitute

_VERDICT = (
    r"salah|benar|hoax|hoaks|hoax / fakta|fakta|disinformasi|misinformasi|malinformasi|fitnah|klarifikasi"
    r"|edukasi|scam|keliru|menyesatkan|sebagian benar|sebagian salah|cek fakta|update|satire|satir|parodi"
    r"|imposter|konteks|false|misleading|tidak terbukti"
)
_HEAD = (
    r"(?:(?:dengan|disertai|terdapat) )?narasi(?:nya)?(?: (?:sebagai )?berikut| lengkap)?"
    r"|penjelasan|kategori|sumber(?: (?:arsip|hoax|hoaks))?|referensi|rujukan|kesimpulan|hasil cek fakta|arsip"
    r"|terjemahan"
)
_PLACE = r"[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+){0,2}"
_OUTLET = (
    r"(?:[A-Z][A-Za-z0-9]{1,20}\.(?:com|id|co|co\.id|net|COM|ID|CO|CO\.ID|NET)"
    r"|CNN Indonesia|CNBC Indonesia|VOI|ANTARA|Antara|TEMPO|KOMPAS)"
)
_ARCHIVE = r"archive\.(?:md|ph|is|today|org|fo|li|vn|cob)|perma\.cc|turnbackhoax\.id|cekfakta"


ANYTHING: Final = ("",)


class Marker(NamedTuple):
    """A kind of wording, and two lists of strings of which every text that holds it has one, in lower case."""

    kind: str
    triggers: tuple[str, ...]
    beside: tuple[str, ...]
    pattern: re.Pattern[str]


MARKERS: Final = (
    Marker(
        "dateline",
        ("- ", "-\n"),
        (".com", ".id", ".co", ".net", "cnn", "cnbc", "voi", "antara", "tempo", "kompas"),
        re.compile(
            rf"(?:\b{_PLACE}\s?[,/(]\s?)?\b{_OUTLET}\)?(?:\s?,\s?{_PLACE})?\s?-{{1,3}}(?=[ \n](?! ))",
            re.ASCII,
        ),
    ),
    Marker(
        "verdict tag",
        ("[", "("),
        ("]", ")"),
        re.compile(
            rf"[\[(]\s?(?i:{_VERDICT})\s?[\])]\s?:?|\[\s?(?i:{_HEAD})\s?\]\s?:?|\((?i:arsip)\)"
            r"|[\[(]\s?(?i:link counter)\b[^\])\n]{0,300}[\])]",
            re.ASCII,
        ),
    ),
    Marker(
        "archive link",
        ("archive.", "perma.cc", "turnbackhoax", "cekfakta"),
        ANYTHING,
        re.compile(
            rf"(?i:https?://\S{{0,40}}(?:{_ARCHIVE})\S{{0,300}}|#\w*cekfakta\w*|\bturnbackhoax(?:\.id)?\b)",
            re.ASCII,
        ),
    ),
    Marker(
        "section head",
        (":",),
        tuple("narasi penjelasan kategori sumber referensi rujukan kesimpulan cek arsip terjemahan".split()),
        re.compile(rf"\b(?i:{_HEAD})(?:\s?\(?[0-9]{{1,2}}\)?)?\s?:", re.ASCII),
    ),
    Marker(
        "capital head",
        ("narasi", "penjelasan", "kategori", "referensi"),
        ANYTHING,
        re.compile(r"\b(?:NARASI|PENJELASAN|KATEGORI|REFERENSI)\b", re.ASCII),
    ),
    Marker(
        "stock phrase",
        ("fakta", "link counter", "first draft", "disinformasi", "kategori"),
        ANYTHING,
        re.compile(
            r"\b(?i:(?:berdasarkan\s)?hasil\s(?:periksa|pemeriksaan|cek|penelusuran)\sfakta)\b"
            r"(?:\s[A-Z][a-z]+){0,3}"
            r"|\b(?i:tim\s(?:cek|pemeriksa)\sfakta|pemeriksa\sfakta|cek\sfakta)\b(?:\s[A-Z][\w.]*)?:?"
            r"|\b(?i:faktanya|link counter)\b\s?[,:]?"
            r"|\b(?i:(?:berdasarkan\s)?7 jenis mis-? dan disinformasi)\b"
            r"(?i:\s(?:oleh|dari|menurut)\sfirst draft(?:\snews)?)?"
            r"|\b(?i:first draft(?:\snews)?)\b"
            r"|\b(?i:(?:dengan|dalam|termasuk)\skategori\skonten\s(?:yang\s)?"
            r"(?:menyesatkan|palsu|dimanipulasi|tiruan))\b",
            re.ASCII,
        ),
    ),
)
CHECKED_PART: Final = re.compile(
    r"""(?:={3}|(?:= ){2}=|-{5}|["\])])\s{0,4}\[?(?:PENJELASAN|Penjelasan)\b(?=\]?\s?[:\n]|\sBerdasarkan)"""
)
"""Where a checker's own explanation begins, after a rule, a closing quote or bracket; it ends with the text."""

PATTERNS: Final = (*(marker.pattern for marker in MARKERS), CHECKED_PART)
"""One of these at least matches in every text with a marker."""

_FIRST_OF_VERDICTS = "|".join(sorted({verdict.split(" ")[0] for verdict in _VERDICT.split("|")}))
VERDICT_SIGN: Final = re.compile(rf"[\[(](?:\Z|{_FIRST_OF_VERDICTS})")
OUTLET_SIGN: Final = re.compile(r"[a-z][a-z0-9]{1,20}\.(?:com|id|co|co\.id|net)(?:\Z|[),-])")
SIGN_PARTS: Final = tuple(
    "narasi penjelasan kategori sumber referensi rujukan kesimpulan cek arsip terjemahan fakta counter draft "
    "disinformasi archive. perma.cc turnbackhoax cnn cnbc voi antara tempo kompas".split()
)
"""Of the chunks of a text with a marker, one has one of these in lower case."""

PHRASE_PARTS: Final = ("fakta", "counter", "draft", "disinformasi", "konten", "turnbackhoax")
"""Each marker that can stand in normalised text has a word that holds one of these."""


def may_hold_marker(chunk: str) -> bool:
    """Say whether a chunk, free of white space, has what one at least has in every text with a marker."""
    lowered = chunk.lower()
    return (
        _holds_one(lowered, SIGN_PARTS)
        or VERDICT_SIGN.search(lowered) is not None
        or ("." in lowered and OUTLET_SIGN.search(lowered) is not None)
    )


def strip_markers(text: str, sub: Substitute = substitute) -> str:
    """Remove section heads, verdict tags, datelines, archive links and stock phrases of fact-checks.

    The words between them stay, but for an explanation that is set off from the claim before it.

    >>> strip_markers("[SALAH] JAKARTA, KOMPAS.com - Narasi: KTP hilang").split()
    ['KTP', 'hilang']
    """
    while (stripped := _strip_once(text, sub)) != text:
        text = stripped
    return text


def _strip_once(text: str, sub: Substitute) -> str:
    if "penjelasan" in text.lower():
        text = _cut_explanation(text)
    return _remove_wording(text, sub)


def _remove_wording(text: str, sub: Substitute) -> str:
    lowered = text.lower()
    for _, triggers, beside, pattern in MARKERS:
        for trigger in triggers:
            if trigger in lowered:
                text = sub(pattern, "  ", text) if _holds_one(lowered, beside) else text
                break
    return text


def _holds_one(lowered: str, strings: tuple[str, ...]) -> bool:
    return any(map(lowered.__contains__, strings))


def _cut_explanation(text: str) -> str:
    """Return what stands before the explanation; where only tags do, the explanation is all there is."""
    for part in CHECKED_PART.finditer(text):
        before = text[: part.start()]
        if any(map(str.isalnum, _remove_wording(f"{before}]", substitute))):
            return before
    return text
