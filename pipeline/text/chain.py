"""Raw text in, tokens and stems out: fold, redact, markers, normalise, slang, names, stem, in this order."""

from bisect import bisect_left
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from itertools import compress
from typing import Final, NamedTuple

from pipeline.text.fold import fold
from pipeline.text.language import abstain_reason, language
from pipeline.text.markers import strip_markers
from pipeline.text.memo import Memo
from pipeline.text.names import Names, find_capitalised
from pipeline.text.normalise import cut_chunks, settle, split_chunks
from pipeline.text.reading import ChunkReader, Reading, is_settled, may_change
from pipeline.text.root_words import installed_words
from pipeline.text.rules import TextRules
from pipeline.text.signs import HEADER, IDENTITY, MARKER, UNSETTLED
from pipeline.text.slang import Slang
from pipeline.text.stem import Stemmer
from pipeline.text.tokens import is_word
from pipeline.text.trail import PLAIN, Place, PlacedWord, Trail, Way, join_places

MAX_READINGS: Final = 4
CLEANING: Final = ((IDENTITY, PLAIN.redact), (MARKER, strip_markers))
TO_CLEAN: Final = IDENTITY | MARKER | HEADER


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


class Cleaned(NamedTuple):
    """A folded text without identities and markers, and what it is cut into without headers; None: as before."""

    claim: str
    chunks: list[str] | None


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
        self.names = Names(self._spell_names(rules.names), self._is_known)
        self._formal = frozenset(" ".join(rules.slang_entries.values()).split())
        self._stemmer = Stemmer(protected=frozenset(rules.protected_words), memo_size=0)
        self._stems = Memo(self._stem)
        self._kept = Memo(self._stem_kept)
        self._to_clean = TO_CLEAN if rules.strip_markers else TO_CLEAN & ~MARKER
        self._chunks = ChunkReader(
            self._slang if rules.slang else None, self._is_listed, strip_markers=rules.strip_markers
        )

    def prepare(self, text: str) -> PreparedText:
        """Clean one raw text, redacted or not; any string is fine, the same string gives the same result.

        Preparing what is `normalised` once more gives the same `normalised`, and the same tokens but for
        names that only their capitals gave away: `normalised` has none.

        Steps that no chunk has a sign of are skipped; `trace` takes them all.
        """
        claim = fold(text)
        reading = self.read(cut_chunks(claim))
        if reading.signs & TO_CLEAN:
            claim, chunks = self.clean(claim, reading.signs)
            reading = self.read(chunks) if chunks is not None else reading
        words = self.settle(reading)
        masked = self.mask(words, find_capitalised(claim))
        return self._describe(claim, words, masked)

    def read(self, chunks: Iterable[str]) -> Reading:
        """Return the words of chunks that `cut_chunks` cut, in standard spelling, and their signs."""
        return self._chunks.read(chunks)

    def clean(self, claim: str, signs: int) -> Cleaned:
        """Take the steps that a folded text has signs of, and all that follow one that changed it."""
        cleaned = claim
        for sign, step in CLEANING:
            if signs & sign and (after := step(cleaned)) != cleaned:
                cleaned, signs = after, self._to_clean
        if signs & HEADER:
            return Cleaned(cleaned, split_chunks(cleaned))
        return Cleaned(cleaned, None if cleaned == claim else cut_chunks(cleaned))

    def settle(self, reading: Reading) -> list[str]:
        """Return the words of a text once those are settled that only their neighbours explain."""
        return self._settle(reading, PLAIN) if reading.signs & UNSETTLED else reading.words

    def mask(self, words: list[str], capitalised: AbstractSet[str]) -> list[str]:
        """Mask names; `capitalised` is what `find_capitalised` found in the cleaned text."""
        return self.names.mask(words, capitalised) if self.rules.mask_names else words

    def trace(self, text: str) -> TracedTokens:
        """Prepare a text as `prepare` does, and say where each token stands in it; some ten times slower."""
        trail = Trail(text)
        claim = self._clean(text, trail)
        words = self._settle(self._read(claim, trail), trail)
        masked = trail.follow(words, self.mask(words, find_capitalised(claim)))
        prepared = self._describe(claim, list(map(str, words)), list(map(str, masked)))
        kept = compress(masked, map(self._kept.__getitem__, masked))
        places = tuple(token.place for token in kept if isinstance(token, PlacedWord))
        return TracedTokens(text, prepared, places, join_places(trail.identities))

    def _clean(self, text: str, way: Way) -> str:
        masked = way.redact(way.fold(text))
        return way.strip_markers(masked) if self.rules.strip_markers else masked

    def _read(self, claim: str, way: Way) -> Reading:
        chunks = way.split(claim)
        words = list(map(self._chunks.read_words, chunks))
        return Reading(way.read(chunks, words, self._chunks.read_words), self._chunks.read(chunks).signs)

    def _settle(self, reading: Reading, way: Way) -> list[str]:
        """Return the words of a claim, read again until that changes nothing.

        What one step writes may be what an earlier one looks for: "#cek #fakta" is a marker once it is
        "cek fakta". A text that has not settled after some readings loses the words that keep it moving.
        """
        words: list[str] = []
        for _ in range(MAX_READINGS):
            if not reading.signs & UNSETTLED:
                return reading.words
            before, words = words, way.follow(reading.words, settle(reading.words))
            if words == before or (len(words) == len(reading.words) and not may_change(words)):
                return words
            reading = self._read(self._clean(way.join(words), way), way)
        return way.follow(words, list(filter(is_settled, words)))

    def stem_if_kept(self, token: str) -> str:
        """Return the stem of a token that the model reads, nothing of one that is dropped."""
        return self._kept[token]

    def find_reason(self, claim: str, words: list[str], spoken: str | None = None) -> str | None:
        """Return why a model should not score a cleaned text of these settled words, or None."""
        return abstain_reason(claim, words, spoken or language(words), self.rules.min_tokens)

    def _describe(self, claim: str, words: list[str], masked: list[str]) -> PreparedText:
        stems = list(map(self._kept.__getitem__, masked))
        tokens, kept = tuple(compress(masked, stems)), tuple(filter(None, stems))
        spoken = language(words)
        reason = self.find_reason(claim, words, spoken)
        return PreparedText(" ".join(words), tokens, kept, spoken, reason, tuple(masked))

    def _spell_names(self, names: Mapping[str, str]) -> dict[str, str]:
        """Spell names as slang leaves them; one word that slang takes for another is never met."""
        if not self.rules.slang:
            return dict(names)
        spelled = ((name, " ".join(self._slang.expand(name.split(" ")))) for name in names)
        return {after: names[before] for before, after in spelled if before == after or " " in before}

    def _is_known(self, token: str) -> bool:
        return token in self._formal or self._stems[token] in installed_words()

    def _is_listed(self, token: str) -> bool:
        """Say whether a token is an ordinary word, a name or a chat spelling."""
        return self._is_known(token) or self.names.lists(token) or self._slang.knows(token)

    @property
    def drops_names(self) -> bool:
        """Whether the model reads nothing of names, not even that one was there."""
        return self.rules.mask_names and self.rules.drop_unknown

    def _stem_kept(self, token: str) -> str:
        if self.drops_names and not self.names.keeps(token):
            return ""
        return self._stems[token] if self.rules.stem else token

    def _stem(self, token: str) -> str:
        return self._stemmer.stem_word(token) if is_word(token) else token
