"""`saring explain` shows what each step makes of a text."""

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RAW = "[SALAH] Jokowi gak membagikan b3ras\\nke org2, hub 0812-3456-7890"


def rows(output: str) -> dict[str, str]:
    return {name: rest.strip() for name, _, rest in (line.partition(" ") for line in output.splitlines())}


def test_every_step_shows_what_it_changed(saring) -> None:
    shown = rows(saring("explain", RAW.replace("\\n", "\n")).stdout)
    assert shown["fold"] == "(no change)"
    assert shown["redact"].endswith("hub <PHONE>")
    assert shown["markers"].startswith("Jokowi gak membagikan b3ras\\nke")
    assert shown["normalise"] == "jokowi gak membagikan beras ke org2 hub <PHONE>"
    assert shown["slang"] == "jokowi tidak membagikan beras ke orang-orang hub <PHONE>"
    assert shown["names"] == "<PERSON> tidak membagikan beras ke orang-orang hub <PHONE>"
    assert shown["drop"] == "tidak membagikan beras ke orang-orang hub <PHONE>"
    assert shown["stem"] == "tidak bagi beras ke orang hub <PHONE>"
    assert (shown["language"], shown["abstains"]) == ("id-ms", "no")


def test_tokens_stand_beside_what_was_written_and_identities_stay_masked(saring) -> None:
    lines = saring("explain", RAW).stdout.split("written")[1].splitlines()[1:]
    assert ["29", "34", "b3ras", "beras", "beras"] not in [line.split() for line in lines]
    table = [line.split() for line in lines]
    assert [RAW.index("gak"), "gak", "tidak"] in [[int(row[0]), row[2], row[3]] for row in table]
    assert not any("0812" in cell for row in table for cell in row)


@pytest.mark.parametrize(
    ("raw", "reason"),
    [
        ("😀", "yes: no text"),
        ("mantap", "yes: too short"),
        ("The government has announced that they will be here", "yes: foreign language"),
        ("", "yes: no text"),
    ],
)
def test_the_reason_for_abstaining_is_said(saring, raw: str, reason: str) -> None:
    assert rows(saring("explain", raw).stdout)["abstains"] == reason


def test_standard_input_is_read_and_nothing_reaches_the_terminal_unescaped() -> None:
    command = [Path(sys.executable).with_name("saring"), "--params", ROOT / "params.yaml", "explain", "-"]
    done = subprocess.run(command, input=b"warga \x1b[31mdesa\x07 \xff", capture_output=True, check=True)
    assert b"\x1b" not in done.stdout
    assert b"\x07" not in done.stdout
    assert rows(done.stdout.decode())["normalise"] == "warga <NUMBER> mdesa"


def test_faults_of_the_users_slang_are_warned_of(saring, tmp_path: Path) -> None:
    (tmp_path / "slang.csv").write_bytes("kafé,kedai\nmantul,mantap betul\nmantul,bagus\n".encode("latin-1"))
    own = tmp_path / "params.yaml"
    own.write_text(f"extends: {ROOT / 'params.yaml'}\ntext: {{slang_lexicon: slang.csv}}\n", encoding="utf-8")
    done = saring("--params", own, "explain", "acara mantul sekali")
    assert rows(done.stdout)["slang"] == "acara mantap betul sekali"
    assert "slang.csv: a word has another standard form in row 3" in done.stderr
