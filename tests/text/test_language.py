import pytest

from pipeline.schema.columns import FOREIGN, NO_TEXT, TOO_SHORT
from pipeline.text.fold import fold
from pipeline.text.language import abstain_reason, language
from pipeline.text.normalise import normalise


def reason(text: str, min_tokens: int = 3) -> str | None:
    tokens = normalise(fold(text)).split()
    return abstain_reason(fold(text), tokens, language(tokens), min_tokens)


@pytest.mark.parametrize(
    "text",
    ["", " \n", "😀😀 👍", "https://x.co/a", "081 2024 12,5", "<PHONE> <HANDLE>", "?!... ---", "\x00"],
)
def test_nothing_but_emoji_links_and_numbers_is_no_text(text: str) -> None:
    assert reason(text) == NO_TEXT


def test_fewer_words_than_asked_for_are_too_short() -> None:
    assert reason("mantap 😀") == TOO_SHORT
    assert reason("mantap sekali") == TOO_SHORT
    assert reason("mantap sekali", min_tokens=2) is None


@pytest.mark.parametrize(
    "text",
    [
        "The government has announced that the election will be held in November",
        "They have not been told which of the candidates would win",
        "El gobierno anunció que las elecciones se celebrarán en noviembre en todo el país",
        "Il governo ha annunciato che le elezioni di novembre si terranno in tutto il paese",
        "O governo anunciou que as eleições serão realizadas em novembro em todo o país",
        "Le gouvernement a annoncé que les élections auront lieu en novembre dans tout le pays",
        "Die Regierung hat angekündigt, dass die Wahlen im November stattfinden werden",
        "De regering heeft aangekondigd dat de verkiezingen in november worden gehouden",
        "هذا الخبر غير صحيح على الإطلاق",
        "这个消息是假的请不要转发",
        "Это сообщение не соответствует действительности",
        "ข่าวนี้ไม่เป็นความจริง",
    ],
)
def test_what_is_surely_another_language_is_foreign(text: str) -> None:
    assert reason(text) == FOREIGN
    assert language(normalise(fold(text)).split()) in {"foreign", "unknown"}


@pytest.mark.parametrize(
    "text",
    [
        "KPU umumkan hasil pilkada hari ini",
        "gue gak ngerti deh kenapa harus gitu",
        "Bukti fraud di TPS, please share to everyone ya guys",
        "Wis ora usah percaya, kuwi mung kabar goroh",
        "Ulah percanten, eta mah wartos bohong atuh",
        "Jan picayo kaba tu, indak batua do",
        "Ngana jangan percaya, torang so cek",
        "Sebarkan ayat ini: بسم الله الرحمن الرحيم sebelum hari Jumat tiba ya saudara",
        "Jokowi Prabowo Anies Ganjar",
        "Debat Anies vs Ganjar di La Piazza, come on guys",
    ],
)
def test_indonesian_regional_and_mixed_texts_are_not_foreign(text: str) -> None:
    assert reason(text) is None


def test_language_says_what_it_does_not_know() -> None:
    assert language([]) == "unknown"
    assert language(["<URL>", "<EMOJI>"]) == "unknown"
    assert language("warga desa yang memilih".split()) == "id-ms"
