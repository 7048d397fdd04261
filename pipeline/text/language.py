"""Tokens in, what they are written in out, and the reason to abstain where a model could only guess.

Only what is surely outside Indonesian, Malay, the regional languages and their mixtures is foreign: a
regional election speaks Javanese, and one Indonesian function word is enough to stay.
"""

from collections.abc import Sequence
from typing import Final

from pipeline.schema.columns import FOREIGN, NO_TEXT, TOO_SHORT

INDONESIAN: Final = "id-ms"
OTHER: Final = "foreign"
UNKNOWN: Final = "unknown"

MIN_FOREIGN_TOKENS: Final = 4
MIN_FOREIGN_SHARE: Final = 0.2
MAX_LATIN_SHARE: Final = 0.5

AT_HOME: Final = frozenset(
    (
        "yang dan di ke dari ini itu dengan untuk tidak pada akan ada juga bisa sudah saya kami kita mereka dia kamu "
        "karena oleh atau jika kalau agar supaya telah sedang masih lagi saja aja banget jadi lebih sangat hanya seperti "
        "harus bukan belum jangan tapi tetapi namun sampai setelah sebelum tentang antara adalah ialah semua para hari "
        "orang anak ibu bapak pak bu warga rakyat negara desa kota mau tahu buat sama kalo udah gak nggak ga tak pun lah "
        "kok sih dong deh nih tuh kan yuk ayo tolong mohon terima kasih apa siapa kapan mana bagaimana mengapa kenapa "
        "opo ora iki kuwi lan ing sing karo wis arep ono aku kowe sampeyan nggih mboten iku dadi teu henteu abdi urang "
        "anu jeung kanggo aya ieu eta mah atuh euy nu ku ka tina ndak indak awak ambo den nan jo alah ko inyo dak idak "
        "ngana kita torang dorang nda kagak beta katong seng tra sa ko pace mace tiang titiang nika puniki lakar "
        "awon boh hana nyan ngon lon jih nyoe horas au hamu dohot ni na sian"
    ).split()
)
"""Function words of Indonesian, Malay, Javanese, Sundanese, Minangkabau, Manado, Ambonese, Papuan Malay, Balinese,
Acehnese and Batak, and everyday nouns that other languages lack."""

ELSEWHERE: Final = frozenset(
    (
        "the of and to is are was were be been in that it for on with as at by this from have has had not but they his "
        "her you your we our their will would can could should there which who what when where how if or an he she them "
        "de la le les des et est un une dans pour que qui el los las y en por con para una del se al der das und ist nicht "
        "ein eine mit von zu den dem auf il di che per non sono ang mga ng sa ay"
    ).split()
) - {"di", "sa", "se", "ay", "an", "la", "de", "y", "en", "le"}
"""Function words of languages that share no everyday words with those at home."""


def language(tokens: Sequence[str]) -> str:
    """Return "id-ms", "foreign" or "unknown" for normalised tokens.

    >>> language("warga desa yang memilih".split()), language("the vote of the people is here".split())
    ('id-ms', 'foreign')
    """
    words = [token for token in tokens if token[0] != "<"]
    if any(word in AT_HOME for word in words):
        return INDONESIAN
    elsewhere = sum(word in ELSEWHERE for word in words)
    if len(words) >= MIN_FOREIGN_TOKENS and elsewhere >= MIN_FOREIGN_SHARE * len(words):
        return OTHER
    return UNKNOWN


def abstain_reason(text: str, tokens: Sequence[str], min_tokens: int) -> str | None:
    """Return why a model should not score this text, or None.

    Takes the folded text beside its tokens, since scripts other than Latin leave none. No text: only
    emoji, links, numbers or masked identities. Too short: fewer than `min_tokens` words.
    """
    if not text.isascii() and _latin_share(text) < MAX_LATIN_SHARE:
        return FOREIGN
    n_words = sum(token[0] != "<" for token in tokens)
    if not n_words:
        return NO_TEXT
    if n_words < min_tokens:
        return TOO_SHORT
    return FOREIGN if language(tokens) == OTHER else None


def _latin_share(text: str) -> float:
    """Return the share of Latin among the letters of a text; 1 where there are none."""
    letters = [char for char in text if char.isalpha()]
    latin = sum(char < "\u0250" for char in letters)
    return latin / len(letters) if letters else 1.0
