"""Any string in, the same text in plain characters out: one way to write what looks the same. Case stays."""

import html
import re
import unicodedata
from array import array
from html.entities import html5

from pipeline.text.offsets import TracedText
from pipeline.text.tokens import TYPED_TOKEN

ODD = re.compile(r"[^\t\n\r -%'-~]")
"""What plain text does not hold: all but printable ASCII and line breaks, and `&`, where entities begin."""

FOREIGN = re.compile(r"[^\t\n\r -~]")
FOREIGN_RUN = re.compile(r"[^\t\n\r -~][^\t\n\r -~]*")
"""Written so that it begins with one character: all others are then skipped at once."""

_CONTINUATION = "[\x80-\xbf€‚ƒ„…†‡ˆ‰Š‹ŒŽ‘’“”•–—˜™š›œžŸ]"
MOJIBAKE = re.compile(f"[ÂÃ]{_CONTINUATION}|[âï]{_CONTINUATION}{{2}}|ð{_CONTINUATION}{{3}}")
"""One character of UTF-8 that was read as Windows-1252: a lead byte and what follows it."""
MOJIBAKE_LEAD = re.compile("[ÂÃâïð]")
MOJIBAKE_ROUNDS = 3

ENTITY = re.compile(r"&(?:#[0-9]{1,8}|#[xX][0-9a-fA-F]{1,6}|[A-Za-z][A-Za-z0-9]{1,31});")
MAX_ENTITY_CHARS = 34

WORD = re.compile(r"[^\W\d_]+")
LATIN = re.compile("[A-Za-z]")

LOOK_ALIKES = {
    ord(char): letter
    for letter, chars in {
        "A": "АΑᎪꓮⲀ",
        "B": "ВΒᏴꓐⲂ",
        "C": "СϹᏟꓚⲤ",
        "D": "Ꭰꓓ",
        "E": "ЕΕᎬꓰ",
        "F": "ꓝ",
        "G": "Ꮐꓖ",
        "H": "НΗᎻꓧⲎ",
        "I": "ІΙⲒ",
        "J": "ЈᎫꓙ",
        "K": "КΚᏦꓗⲔ",
        "L": "Ꮮꓡ",
        "M": "МΜᎷꓟⲘ",
        "N": "ΝꓠⲚ",
        "O": "ОΟꓳՕⲞ",
        "P": "РΡᏢꓑⲢ",
        "R": "Ꮢꓣ",
        "S": "ЅᏚꓢՏ",
        "T": "ТΤᎢꓔⲦ",
        "U": "ꓴՍ",
        "V": "Ꮩꓦ",
        "W": "ԜᎳꓪ",
        "X": "ХΧꓫⲬ",
        "Y": "УҮΥꓬⲨ",
        "Z": "ΖᏃꓜ",
        "a": "аα",
        "b": "ьᑲᖯ",
        "c": "сϲςⲥꮯ𐐽",
        "d": "ԁᑯꓒ",
        "e": "еεҽ",
        "f": "ք",
        "g": "ց",
        "h": "һнհ",
        "i": "іιӏꭵꙇ𑣃",
        "j": "јϳ",
        "k": "кκ",
        "l": "ǀᛁⵏꓲ𐊊𐌉𖼨",
        "m": "м",
        "n": "пηոռ",
        "o": "оοσօഠဝჿⲟ𐐬𐓪𑣈𑣗",
        "p": "рρⲣ",
        "q": "ԛգզ",
        "r": "гⲅꮁ",
        "s": "ѕꮪ𐑈𑣁",
        "t": "тτ",
        "u": "υս𐓶𑣘",
        "v": "ѵνꮩ𑜆𑣀",
        "w": "ԝωѡաꮃ𑜊𑜎𑜏",
        "x": "хχᕁᕽ",
        "y": "уүγყ𑣜",
        "z": "ꮓ𑣄",
    }.items()
    for char in chars
}
"""Cyrillic, Greek, Cherokee, Lisu, Armenian, Coptic and other letters to the Latin ones that they are taken for.

A selection from Unicode's confusables.txt (UTS 39).
"""

NOT_LATIN = re.compile(f"[\u0370-\u052f{''.join(map(chr, LOOK_ALIKES))}]")
"""What may pass for Latin, and more of these two scripts: a word of theirs that has it passes for none."""

PLAIN = {
    **dict(
        zip(
            "‘’‚‛′´ʻʼˈ“”„‟″‐‑‒–—―−⁃⁄∕։∶·ᴀɑʙɓᴄᴅđðɗᴇəɛꜰƒɢɡʜħɪıɩᴊȷᴋʟłᴍɴŋᴏøɔᴘǫʀꜱᴛŧᴜᴠᴡʏᴢĐÐƏĦŁØŦ",
            "'''''''''\"\"\"\"\"--------//::.aabbcddddeeeffgghhiiijjkllmnnooopqrsttuvwyzDDEHLOT",
            strict=True,
        )
    ),
    **dict(zip("ẝꞙꬵƍᶃƽꬲʋꞟꭎꭒɯɣᶌỿꭚᴑꬽᴦꭇꭈ", "fffggseuuuuwyyyyoorrr", strict=True)),
    **dict(zip("ßæœþÆŒÞ", ("ss", "ae", "oe", "th", "AE", "OE", "TH"), strict=True)),
    **dict.fromkeys("\u2028\u2029\x0b\x0c", "\n"),
    **dict.fromkeys("\u115f\u1160\u3164\uffa0", ""),
    "\u2800": " ",
}
"""What Unicode does not call the same, but readers do: quotes, dashes, small capitals, stroked letters."""

INVISIBLE = frozenset({"Cc", "Cf", "Mn", "Me"})
"""Categories that fold to nothing: controls, zero-width and bidi characters, accents and other marks."""


def fold(text: str) -> str:
    """Write `text` in plain characters: NFKC without accents, nothing invisible, no entities, no look-alikes.

    Lone surrogates become U+FFFD. Folding twice is folding once, in time linear in the length.

    >>> fold("Ｐｒａｂｏｗｏ &amp;amp; 𝐉𝐨𝐤𝐨𝐰𝐢 bаgi\u200b-bagi")
    'Prabowo & Jokowi bagi-bagi'
    """
    if _is_plain(text):
        return text
    if MOJIBAKE_LEAD.search(text):
        for _ in range(MOJIBAKE_ROUNDS):
            text = MOJIBAKE.sub(_repair_bytes, text)
    text = FOREIGN_RUN.sub(_fold_run, text)
    if _holds_entity(text):
        text = _decode_entities(text)
    return _replace_look_alikes(text)


def fold_with_offsets(text: str) -> TracedText:
    """Fold `text` and say where each folded character stands in it; slower than `fold`, the same text."""
    view = TracedText.untouched(text)
    if _is_plain(text):
        return view
    for _ in range(MOJIBAKE_ROUNDS):
        view = view.sub(MOJIBAKE, _repair_bytes)
    view = view.sub(FOREIGN, _fold_run)
    if _holds_entity(view.text):
        view = _Decoder(view.text).trace(view)
    return view._replace(text=_replace_look_alikes(view.text))


def _is_plain(text: str) -> bool:
    """Say whether there is nothing to fold."""
    quick = text.isascii() and text.isprintable() and "&" not in text
    return quick or not ODD.search(text)


def _holds_entity(text: str) -> bool:
    return "&" in text and ";" in text and ENTITY.search(text.translate(LOOK_ALIKES)) is not None


class _FoldTable(dict[int, str]):
    """What each character folds to, worked out when it is first seen; for str.translate."""

    def __missing__(self, code: int) -> str:
        folded = _fold_char(chr(code))
        if len(self) < 20_000:
            self[code] = folded
        return folded


_FOLD_TABLE = _FoldTable({ord(char): plain for char, plain in PLAIN.items()})


def _fold_char(char: str) -> str:
    category = unicodedata.category(char)
    digit = unicodedata.digit(char, None)
    if digit is not None:
        return str(digit)
    if category == "Cs":
        return "\ufffd"
    if "\x80" <= char <= "\x9f":
        return bytes([ord(char)]).decode("cp1252", "ignore").translate(_FOLD_TABLE)
    if category in INVISIBLE and char not in "\t\n\r":
        return ""
    if "\U0001f150" <= char <= "\U0001f189":
        return _open_enclosed_letter(char)
    parts = unicodedata.normalize("NFKD", char)
    return char if parts == char else unicodedata.normalize("NFC", parts.translate(_FOLD_TABLE))


def _open_enclosed_letter(char: str) -> str:
    """Return the letter inside a black circle or square; Unicode itself opens only the white ones."""
    letter = (ord(char) - 0x1F150) % 32
    return chr(ord("A") + letter) if letter < 26 else char


def _fold_run(match: re.Match[str]) -> str:
    return match[0].translate(_FOLD_TABLE)


def _repair_bytes(match: re.Match[str]) -> str:
    raw = b"".join(char.encode("latin-1" if char < "\u0100" else "cp1252") for char in match[0])
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return match[0]


def _decode_entities(text: str) -> str:
    """Decode entities from the first `&` to the last `;`: there are none elsewhere."""
    start, end = text.index("&"), text.rindex(";") + 1
    return "".join([text[:start], *_Decoder(text[start:end]).chars, text[end:]])


class _Decoder:
    """Decodes entities to their fixpoint in one pass: what an entity gives may close an entity before it.

    Names are read through look-alikes, so that folding those later cannot make a new entity.
    """

    def __init__(self, text: str) -> None:
        self.chars: list[str] = []
        self._firsts: list[int] = []
        self._lasts: list[int] = []
        for index, char in enumerate(text):
            self._push(char, index, index)
            if char == ";":
                self._close(index)

    def trace(self, view: TracedText) -> TracedText:
        """Return the decoded text with offsets into what `view` was folded from."""
        starts = array("l", [view.starts[first] for first in self._firsts])
        ends = array("l", [view.ends[last] for last in self._lasts])
        return TracedText("".join(self.chars), starts, ends)

    def _push(self, char: str, first: int, last: int) -> None:
        self.chars.append(char)
        self._firsts.append(first)
        self._lasts.append(last)

    def _close(self, last: int) -> None:
        """Decode the entity that the `;` just pushed ends, and whatever that completes in turn."""
        waiting: list[str] = []
        while True:
            tail = "".join(self.chars[-MAX_ENTITY_CHARS:])
            at = tail.rfind("&")
            entity = tail[at:].translate(LOOK_ALIKES) if at >= 0 else ""
            if ENTITY.fullmatch(entity) and (entity[1] == "#" or entity[1:] in html5):
                place = len(self.chars) - len(entity)
                first = self._firsts[place]
                del self.chars[place:], self._firsts[place:], self._lasts[place:]
                waiting.extend(reversed(html.unescape(entity).translate(_FOLD_TABLE)))
            while waiting:
                char = waiting.pop()
                self._push(char, first, last)
                if char == ";":
                    break
            else:
                return


def _replace_look_alikes(text: str) -> str:
    """Make Latin what passes for it: in words of two scripts, and in whole words among Latin ones."""
    if not NOT_LATIN.search(text):
        return text
    text = WORD.sub(_unmix_word, text)
    written = TYPED_TOKEN.sub("", text)
    n_latin = len(LATIN.findall(written))
    return WORD.sub(_disguised_word, text) if 2 * n_latin > sum(map(str.isalpha, written)) else text


def _unmix_word(match: re.Match[str]) -> str:
    mixed = LATIN.search(match[0]) and NOT_LATIN.search(match[0])
    return match[0].translate(LOOK_ALIKES) if mixed else match[0]


def _disguised_word(match: re.Match[str]) -> str:
    latin = match[0].translate(LOOK_ALIKES)
    return latin if latin.isascii() else match[0]
