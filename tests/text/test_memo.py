from pipeline.text.memo import MAX_ENTRIES, MAX_KEY_CHARS, Memo


def test_a_word_in_use_is_worked_out_once_however_many_invented_ones_come() -> None:
    asked: list[str] = []

    def length(word: str) -> int:
        asked.append(word)
        return len(word)

    memo = Memo(length)
    for number in range(3 * MAX_ENTRIES):
        assert memo[f"w{number}"] == len(f"w{number}")
        assert memo["pemilu"] == 6
    assert asked.count("pemilu") == 1
    assert len(memo) <= MAX_ENTRIES


def test_a_long_key_is_not_kept() -> None:
    memo = Memo(len)
    key = "a" * (MAX_KEY_CHARS + 1)
    assert memo[key] == len(key)
    assert not memo
