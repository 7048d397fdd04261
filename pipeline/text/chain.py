"""Raw text in, tokens and stems out: fold, redact, markers, normalise, slang, names, stem, in this order."""

from dataclasses import dataclass

from pipeline.text.fold import fold
from pipeline.text.language import abstain_reason, language
from pipeline.text.markers import strip_markers
from pipeline.text.names import Names
from pipeline.text.normalise import normalise_tokens
from pipeline.text.redact import redact
from pipeline.text.rules import TextRules
from pipeline.text.slang import Slang
from pipeline.text.stem import Stemmer


@dataclass(frozen=True, slots=True)
class PreparedText:
    """What training and scoring read; `tokens` and `stems` are of one length, `normalised` still names names."""

    normalised: str
    tokens: tuple[str, ...]
    stems: tuple[str, ...]
    language: str
    abstain_reason: str | None


class TextChain:
    """The one way from raw text to tokens, for training, scoring and the page alike."""

    def __init__(self, rules: TextRules) -> None:
        self.rules = rules
        self._slang = Slang(rules.slang_entries)
        self._names = Names(rules.names)
        self._stemmer = Stemmer(protected=frozenset(rules.protected_words))

    def prepare(self, text: str) -> PreparedText:
        """Clean one raw text, redacted or not; any string is fine, the same string gives the same result."""
        rules = self.rules
        folded = fold(text)
        masked = redact(folded).text
        claim = strip_markers(masked) if rules.strip_markers else masked
        words = normalise_tokens(claim)
        if rules.slang:
            words = self._slang.expand(words)
        reason = abstain_reason(claim, words, rules.min_tokens)
        spoken = language(words)
        tokens = self._names.mask(words) if rules.mask_names else words
        stems = self._stemmer.stem_tokens(tokens) if rules.stem else tokens
        return PreparedText(" ".join(words), tuple(tokens), tuple(stems), spoken, reason)
