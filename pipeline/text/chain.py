"""Raw text in, tokens and stems out: fold, redact, markers, normalise, slang, names, stem, in this order."""

import re
from bisect import bisect_left
from collections.abc import Mapping
from typing import Final, NamedTuple

from pipeline.text.language import abstain_reason, language
from pipeline.text.markers import PHRASE_PARTS
from pipeline.text.memo import Memo
from pipeline.text.names import Names, find_capitalised
from pipeline.text.normalise import HEADER_PARTS, read_chunk, settle
from pipeline.text.redact import MIN_IDENTITY_DIGITS
from pipeline.text.root_words import installed_words
from pipeline.text.rules import TextRules
from pipeline.text.slang import Slang
from pipeline.text.stem import Stemmer
from pipeline.text.tokens import is_word
from pipeline.text.trail import PLAIN, Place, PlacedWord, Trail, Way, join_places

MAX_READINGS: Final = 4
DIGIT: Final = re.compile(r"[0-9]")
WORDING_PARTS: Final = (*PHRASE_PARTS, *HEADER_PARTS)


class Unsettled(tuple[str, ...]):
    """Words of which one is only understood beside its neighbours."""


class PreparedText(NamedTuple):
    """What training and scoring read; `tokens` and `stems` are of one length, `normalised` has names.

    `masked` are the words of `normalised` with each name as one typed token: what tells claims apart.
    """

    normalised: str
    tokens: tuple[str, ...]
    stems: tuple[str, ...]
    language: str
    abstain_reason: str | None
    masked: tuple[str, ...]


class TracedTokens(NamedTuple):
    """A prepared text with the place of each of its tokens, and of identities (in order), in the raw `text`."""

    text: str
    prepared: PreparedText
    places: tuple[Place, ...]
    identities: tuple[Place, ...]

    def written_at(self, index: int) -> str:
        """Return what people wrote for a token, on one line; the token itself where it masks an identity."""
        start, end = self.places[index]
        before = bisect_left(self.identities, end, key=lambda place: place.start)
        masked = before > 0 and self.identities[before - 1].end > start
        return self.prepared.tokens[index] if masked else " ".join(self.text[start:end].split())


class TextChain:
    """The one way from raw text to tokens, for training, scoring and the page alike."""

    def __init__(self, rules: TextRules) -> None:
        self.rules = rules
        self._slang = Slang(rules.slang_entries)
        self._names = Names(self._spell_names(rules.names), self._is_known)
        self._formal = frozenset(" ".join(rules.slang_entries.values()).split())
        self._stemmer = Stemmer(protected=frozenset(rules.protected_words), memo_size=0)
        self._stems = Memo(self._stem)
        self._chunks = Memo(self._read_chunk)

    def prepare(self, text: str) -> PreparedText:
        """Clean one raw text, redacted or not; any string is fine, the same string gives the same result.

        Preparing what is `normalised` once more gives the same `normalised`, and the same tokens but for
        names that only their capitals gave away: `normalised` has none.
        """
        claim = self._clean(text, PLAIN)
        words = self._read(claim, PLAIN)
        masked = self._mask(claim, words)
        return self._describe(claim, words, masked, self._drop(masked))

    def trace(self, text: str) -> TracedTokens:
        """Prepare a text as `prepare` does, and say where each token stands in it; some ten times slower."""
        trail = Trail(text)
        claim = self._clean(text, trail)
        words = self._read(claim, trail)
        masked = trail.follow(words, self._mask(claim, words))
        tokens = self._drop(masked)
        prepared = self._describe(claim, *(list(map(str, step)) for step in (words, masked, tokens)))
        places = tuple(token.place for token in tokens if isinstance(token, PlacedWord))
        return TracedTokens(text, prepared, places, join_places(trail.identities))

    def _clean(self, text: str, way: Way) -> str:
        masked = way.redact(way.fold(text))
        return way.strip_markers(masked) if self.rules.strip_markers else masked

    def _read(self, claim: str, way: Way) -> list[str]:
        """Return the words of a claim, read again until that changes nothing.

        What one step writes may be what an earlier one looks for: "#cek #fakta" is a marker once it is
        "cek fakta". A text that has not settled after some readings loses the words that keep it moving.
        """
        words: list[str] = []
        for _ in range(MAX_READINGS):
            before = words
            chunks = way.split(claim)
            readings = list(map(self._chunks.__getitem__, chunks))
            words = way.read(chunks, readings, self._read_chunk)
            if Unsettled not in map(type, readings):
                return words
            n_words, words = len(words), way.follow(words, settle(words))
            if words == before or (len(words) == n_words and not may_change(words)):
                return words
            claim = self._clean(way.join(words), way)
        return way.follow(words, list(filter(is_settled, words)))

    def _mask(self, claim: str, words: list[str]) -> list[str]:
        return self._names.mask(words, find_capitalised(claim)) if self.rules.mask_names else words

    def _drop(self, masked: list[str]) -> list[str]:
        return self._names.drop_names(masked) if self.rules.mask_names and self.rules.drop_unknown else masked

    def _describe(self, claim: str, words: list[str], masked: list[str], tokens: list[str]) -> PreparedText:
        rules = self.rules
        stems = list(map(self._stems.__getitem__, tokens)) if rules.stem else tokens
        spoken = language(words)
        reason = abstain_reason(claim, words, spoken, rules.min_tokens)
        return PreparedText(" ".join(words), tuple(tokens), tuple(stems), spoken, reason, tuple(masked))

    def _spell_names(self, names: Mapping[str, str]) -> dict[str, str]:
        """Spell names as slang leaves them; one word that slang takes for another is never met."""
        if not self.rules.slang:
            return dict(names)
        spelled = ((name, " ".join(self._slang.expand(name.split(" ")))) for name in names)
        return {after: names[before] for before, after in spelled if before == after or " " in before}

    def _is_known(self, token: str) -> bool:
        return token in self._formal or self._stems[token] in installed_words()

    def _stem(self, token: str) -> str:
        return self._stemmer.stem_word(token) if is_word(token) else token

    def _read_chunk(self, chunk: str) -> tuple[str, ...]:
        words = read_chunk(chunk)
        if self.rules.slang:
            words = tuple(self._slang.expand(words))
        return words if all(map(is_settled, words)) else Unsettled(words)


def is_settled(word: str) -> bool:
    """Say whether no step looks at a word of normalised text together with its neighbours."""
    alone = len(word) == 1 or DIGIT.search(word) is not None
    return not alone and not any(part in word for part in WORDING_PARTS)


def may_change(words: list[str]) -> bool:
    """Say whether settled words, read as a text, could hold a marker, a header or an identity."""
    text = " ".join(words)
    n_digits = len(DIGIT.findall(text))
    wordings = any(map(text.__contains__, WORDING_PARTS))
    return wordings or n_digits >= MIN_IDENTITY_DIGITS or (n_digits > 0 and "rt" in words)
