"""Folded text in, the same without fact-checkers' wording out: that wording is the label, written into the text.

It needs case and brackets, so it comes before `normalise`. What is removed leaves two blanks, and no marker
holds two blanks: removing one can never make another.
"""

import re

TRIGGERS = (
    *(
        "fakta",
        "narasi",
        "penjelasan",
        "kategori",
        "sumber",
        "referensi",
        "arsip",
        "archive",
        "perma.cc",
        "link counter",
    ),
    *(
        "[",
        "(salah",
        "(hoa",
        ".com",
        ".co",
        ".id",
        "indonesia -",
        "antara)",
        "hoax.",
        "first draft",
        "konten ",
    ),
)
"""Every marker holds one of these in lower case; most texts hold none."""

_VERDICT = (
    r"salah|benar|hoax|hoaks|hoax / fakta|fakta|disinformasi|misinformasi|malinformasi|fitnah|klarifikasi|edukasi|scam|keliru|menyesatkan"
    r"|sebagian benar|sebagian salah|cek fakta|update|satire|satir|parodi|imposter|konteks|false|misleading|tidak terbukti"
)
_HEAD = r"narasi|penjelasan|kategori|sumber(?: arsip)?|referensi|rujukan|kesimpulan|hasil cek fakta|arsip|terjemahan"
_PLACE = r"[A-Z][A-Za-z]+(?: [A-Z][A-Za-z]+){0,2}"
_OUTLET = r"(?:[A-Z][A-Za-z0-9]{1,20}\.(?:com|id|co|co\.id|net|COM|ID|CO|CO\.ID|NET)|CNN Indonesia|CNBC Indonesia|VOI|ANTARA|Antara|TEMPO|KOMPAS)"

CHECKED_PART = re.compile(
    rf"""(?:={{3}}|(?:= ){{2}}=|-{{5}}|["\])])\s{{0,4}}\[?(?:PENJELASAN|Penjelasan)\b(?=\]?\s?[:\n]|\sBerdasarkan)"""
)
"""Where a checker's own explanation begins, after a rule, a closing quote or bracket; it ends with the text."""

MARKERS = re.compile(
    "|".join(
        (
            rf"[\[(]\s?(?i:{_VERDICT})\s?[\])]\s?:?",
            rf"\[\s?(?i:{_HEAD})\s?\]\s?:?",
            rf"\b(?i:{_HEAD})\s?:",
            r"\b(?:NARASI|PENJELASAN|KATEGORI|REFERENSI)\b",
            r"[\[(]?\b(?i:link counter)\b[^\])\n]{0,300}[\])]?",
            r"\b(?i:(?:berdasarkan\s)?hasil\s(?:periksa|pemeriksaan|cek|penelusuran)\sfakta)\b(?:\s[A-Z][a-z]+){0,3}",
            r"\b(?i:tim\s(?:cek|pemeriksa)\sfakta|pemeriksa\sfakta|cek\sfakta)\b(?:\s[A-Z][a-z]+)?:?",
            r"\b(?i:faktanya)\b\s?[,:]?",
            r"\b(?i:(?:berdasarkan\s)?7 jenis mis-? dan disinformasi)\b(?i:\s(?:oleh|dari|menurut)\sfirst draft(?:\snews)?)?",
            r"\b(?i:first draft(?:\snews)?)\b",
            r"\b(?i:(?:dengan|dalam|termasuk)\skategori\skonten\s(?:yang\s)?(?:menyesatkan|palsu|dimanipulasi|tiruan))\b",
            r"(?i:https?://\S{0,40}(?:archive\.(?:md|ph|is|today|org|fo|li|vn|cob)|perma\.cc|turnbackhoax\.id|cekfakta)\S{0,300})",
            r"\b(?i:turnbackhoax)(?:\.id)?\b",
            r"\((?i:arsip)\)",
            rf"(?:\b{_PLACE}\s?[,/(]\s?)?\b{_OUTLET}\)?(?:\s?,\s?{_PLACE})?\s?-{{1,3}}(?=\s)",
        )
    ),
    re.ASCII,
)


def strip_markers(text: str) -> str:
    """Remove section heads, verdict tags, datelines, archive links and stock phrases of fact-checks.

    The words between them stay, but for an explanation that is set off from the claim before it.

    >>> strip_markers("[SALAH] JAKARTA, KOMPAS.com - Narasi: KTP hilang").split()
    ['KTP', 'hilang']
    """
    lowered = text.lower()
    if not any(trigger in lowered for trigger in TRIGGERS):
        return text
    checked = CHECKED_PART.search(text)
    if checked and text[: checked.start()].strip():
        text = text[: checked.start()]
    return MARKERS.sub("  ", text)
