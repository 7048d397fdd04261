"""Tokens in, what they are written in out, and the reason to abstain where a model could only guess.

Only what is surely outside Indonesian, Malay, the regional languages and their mixtures is foreign: a
regional election speaks Javanese, and one Indonesian function word is enough to stay.
"""

import re
from collections.abc import Sequence
from typing import Final

from pipeline.schema.columns import FOREIGN, NO_TEXT, TOO_SHORT
from pipeline.text.root_words import installed_words
from pipeline.text.tokens import is_word

INDONESIAN: Final = "id-ms"
OTHER: Final = "foreign"
UNKNOWN: Final = "unknown"

MIN_FOREIGN_TOKENS: Final = 4
MIN_FOREIGN_WORDS: Final = 2
"""Different function words of other languages; one alone may be a name or a quotation."""
MIN_FOREIGN_SHARE: Final = 0.25
MAX_HOME_SHARE: Final = 0.5
"""Sastrawi's root words for each function word of another language; with more it is a mixture."""
MAX_LATIN_SHARE: Final = 0.5

LATIN: Final = re.compile("[A-Za-z\u00c0-\u024f]")
NOT_LATIN: Final = re.compile("[^\\W\\d_A-Za-z\u00c0-\u024f]")

AT_HOME: Final = frozenset(
    (
        # Indonesian and Malay
        "yang dan di ke dari ini itu dengan untuk tidak pada akan ada juga bisa sudah saya kami kita "
        "mereka dia kamu karena oleh atau jika kalau agar supaya telah sedang masih lagi saja aja "
        "banget jadi lebih sangat hanya seperti harus bukan belum jangan tapi tetapi namun sampai "
        "setelah sebelum tentang antara adalah ialah semua para hari orang anak ibu bapak pak bu warga "
        "rakyat negara desa kota mau tahu buat sama kalo udah gak nggak ga tak pun lah kok sih dong deh "
        "nih tuh kan yuk ayo tolong mohon terima kasih apa siapa kapan mana bagaimana mengapa kenapa "
        "dalam berikut tahun tanggal bulan kata katanya begitu begini memang jelas siap menurut bahasa "
        "tulis tulisan berjudul gambar akun situs berita ternyata saat ketika hingga senin selasa rabu "
        "kamis jumat sabtu minggu selamat semoga soal benar besok kemarin sekarang nanti lalu kemudian "
        "seorang sebuah beberapa banyak bahkan sekali rumah uang harga "
        # Javanese, Sundanese
        "opo ora iki kuwi lan ing sing karo wis arep ono aku kowe sampeyan nggih mboten iku dadi teu "
        "henteu abdi urang anu jeung kanggo aya ieu eta mah atuh euy nu ku ka tina "
        # Minangkabau, Manado, Ambonese, Papuan Malay
        "ndak indak awak ambo den nan jo alah ko inyo dak idak ngana kita torang dorang nda kagak beta "
        "katong seng tra sa pace mace "
        # Balinese, Acehnese, Batak
        "tiang titiang nika puniki lakar awon boh hana nyan ngon lon jih nyoe horas au hamu dohot ni na "
        "sian "
    ).split()
)
"""Function words of the languages at home, and everyday words that other languages lack."""

SHARED: Final = frozenset("di na ni ko sa ka nu den sing pace dan in a".split())
"""Words at home that another language has too: alone they do not hold a text that is full of its words."""

SURELY_AT_HOME: Final = AT_HOME - SHARED

ELSEWHERE: Final = frozenset(
    (
        # English
        "the of and to is are was were be been in that it for with at by this from have has had not but "
        "they his her him you your we our us their them will would can could should there which who "
        "what when where how if or he she these those a my so do does did done get got go goes going "
        "went make made take took give gave know knew see saw seen say says said tell told think want "
        "wants need needs help please thank thanks love like just only very more most many much some "
        "any each every other others another new old first last next now then than too also about after "
        "before into under between through during because while until since without against again still "
        "never always ever here today tomorrow yesterday one two three people woman women child "
        "children life day days time years year week month news good great better may might must shall "
        "cannot dont didnt doesnt isnt wont cant im youre hes shes its theyre whats thats lets both own "
        "out up down off back away around such same himself herself themselves itself "
        # Spanish, Portuguese, Italian, French, German, Dutch, Tagalog
        "el los las una unos por para del que pero como muy esta este esto estan son tiene hay sobre "
        "cuando todos tambien porque desde hasta donde fue han hoy se su sus os um uma nao mais muito foi "
        "sao dos das em ao pelo pela isso seu sua voce com il lo gli della delle dei che sono con piu "
        "anche questo questa come nel nella alla hanno stato essere la le et est une dans pour qui ne pas "
        "sur avec ce cette ont aux du des les der und ist nicht ein eine mit von zu dem auf sich auch "
        "wird hat dass im werden haben de heeft het een niet voor worden zijn todo toda ang mga "
    ).split()
)
"""Function words and everyday words of languages that share none of them with those at home."""


def language(tokens: Sequence[str]) -> str:
    """Return "id-ms", "foreign" or "unknown" for normalised tokens.

    >>> language("warga desa yang memilih".split()), language("the vote of the people is here".split())
    ('id-ms', 'foreign')
    """
    if not SURELY_AT_HOME.isdisjoint(tokens):
        return INDONESIAN
    return OTHER if _is_elsewhere(tokens) else UNKNOWN if AT_HOME.isdisjoint(tokens) else INDONESIAN


def _is_elsewhere(tokens: Sequence[str]) -> bool:
    elsewhere = [token for token in tokens if token in ELSEWHERE]
    if len(set(elsewhere)) < MIN_FOREIGN_WORDS:
        return False
    words = [token for token in tokens if is_word(token)]
    if len(words) < MIN_FOREIGN_TOKENS or len(elsewhere) < MIN_FOREIGN_SHARE * len(words):
        return False
    n_home = sum(word in installed_words() and word not in ELSEWHERE for word in words)
    return n_home < MAX_HOME_SHARE * len(elsewhere)


def abstain_reason(text: str, tokens: Sequence[str], spoken: str, min_tokens: int) -> str | None:
    """Return why a model should not score this text, or None.

    Takes the folded text beside its tokens and their `language`, since scripts other than Latin leave no
    tokens. No text: only emoji, links, numbers or masked identities. Too short: fewer than `min_tokens` words.
    """
    n_other = 0 if text.isascii() else len(NOT_LATIN.findall(text))
    if n_other and len(LATIN.findall(text)) < MAX_LATIN_SHARE * n_other / (1 - MAX_LATIN_SHARE):
        return FOREIGN
    n_words = _count_words(tokens, max(min_tokens, 1))
    if not n_words:
        return NO_TEXT
    if n_words < min_tokens:
        return TOO_SHORT
    return FOREIGN if spoken == OTHER else None


def _count_words(tokens: Sequence[str], enough: int) -> int:
    """Count words among tokens, up to `enough`."""
    n_words = 0
    for token in tokens:
        n_words += token[0] != "<"
        if n_words == enough:
            break
    return n_words
