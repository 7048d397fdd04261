import json
from pathlib import Path

import pytest

from pipeline.config import Text
from pipeline.errors import ConfigError, ModelError
from pipeline.text.rules import TextRules

PARAMS = Text(
    strip_markers=True,
    slang=True,
    slang_lexicon=None,
    mask_names=True,
    drop_unknown=True,
    names_list=None,
    stem=True,
    protected_words=["pemilu", "bali", "pemilu"],
    min_tokens=3,
)


def test_rules_come_back_from_json_as_they_were() -> None:
    rules = TextRules.from_params(PARAMS)
    assert TextRules.from_json(json.loads(json.dumps(rules.to_json()))) == rules


def test_the_same_params_give_the_same_bytes() -> None:
    first, second = (json.dumps(TextRules.from_params(PARAMS).to_json()) for _ in range(2))
    assert first == second


def test_protected_words_are_sorted_and_named_once() -> None:
    assert TextRules.from_params(PARAMS).protected_words == ("bali", "pemilu")


def test_a_step_that_is_off_carries_no_words() -> None:
    rules = TextRules.from_params(PARAMS.model_copy(update={"slang": False, "mask_names": False}))
    assert not rules.slang_entries
    assert not rules.names


def test_a_model_of_another_word_list_is_refused() -> None:
    content = TextRules.from_params(PARAMS).to_json() | {"word_list_digest": "0" * 64}
    with pytest.raises(ModelError, match="word list"):
        TextRules.from_json(content)


@pytest.mark.parametrize("change", [{"min_tokens": None}, {"unheard_of": 1}])
def test_rules_with_a_missing_or_unknown_key_are_refused(change: dict[str, int | None]) -> None:
    content = TextRules.from_params(PARAMS).to_json() | change
    content = {key: value for key, value in content.items() if value is not None}
    with pytest.raises(ModelError, match=f"{next(iter(change))!r} is missing or unknown"):
        TextRules.from_json(content)


def test_a_users_list_that_is_not_there_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="cannot be read"):
        TextRules.from_params(PARAMS.model_copy(update={"names_list": tmp_path / "nirgends.csv"}))
