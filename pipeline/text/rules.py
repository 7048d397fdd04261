"""params.yaml's text section in, plain data out: all that the chain needs, so that a model can carry it."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, fields
from typing import TYPE_CHECKING, Any, Self

from pipeline.errors import ModelError
from pipeline.text.names import read_names
from pipeline.text.root_words import word_list_digest
from pipeline.text.slang import read_slang

if TYPE_CHECKING:
    from pipeline import config


@dataclass(frozen=True)
class TextRules:
    """Which links of the chain work, and the words they work with; a step that is off holds no words."""

    strip_markers: bool
    slang: bool
    slang_entries: Mapping[str, str]
    mask_names: bool
    drop_unknown: bool
    names: Mapping[str, str]
    stem: bool
    protected_words: tuple[str, ...]
    min_tokens: int
    word_list_digest: str

    @classmethod
    def from_params(cls, params: "config.Text") -> Self:
        """Read our lexicons and the user's. Raises ConfigError when one of them cannot be read."""
        return cls(
            strip_markers=params.strip_markers,
            slang=params.slang,
            slang_entries=read_slang(params.slang_lexicon) if params.slang else {},
            mask_names=params.mask_names,
            drop_unknown=params.drop_unknown,
            names=read_names(params.names_list) if params.mask_names else {},
            stem=params.stem,
            protected_words=tuple(sorted(set(params.protected_words))),
            min_tokens=params.min_tokens,
            word_list_digest=word_list_digest(),
        )

    def to_json(self) -> dict[str, Any]:
        """Return the rules as JSON can hold them; `from_json` gives the same rules back."""
        content = asdict(self)
        return content | {"protected_words": list(self.protected_words)}

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> Self:
        """Read rules that a published model carries.

        Raises ModelError when a rule is missing or unknown, or when the installed Sastrawi
        has other root words than those that the model was trained with.
        """
        expected = {field.name for field in fields(cls)}
        if set(content) != expected:
            odd = sorted(set(content) ^ expected)[0]
            raise ModelError(
                f"text rules: {odd!r} is missing or unknown; expected {', '.join(sorted(expected))}"
            )
        if content["word_list_digest"] != word_list_digest():
            raise ModelError(
                f"text rules: made with Sastrawi's word list {content['word_list_digest'][:12]!r}, "
                f"installed is {word_list_digest()[:12]!r}; expected the same; install the model's PySastrawi"
            )
        return cls(**{**content, "protected_words": tuple(content["protected_words"])})
