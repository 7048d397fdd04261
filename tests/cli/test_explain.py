"""`saring explain` shows what each step makes of a text, and what each word gave to its score."""

import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
RAW = "[SALAH] Jokowi gak membagikan b3ras\\nke org2, hub 0812-3456-7890"


@pytest.fixture
def explain(saring, tmp_path: Path):
    """Explain a text where nothing is published."""
    return lambda *arguments: saring("--root", tmp_path, "explain", *arguments)


def rows(output: str) -> dict[str, str]:
    return {name: rest.strip() for name, _, rest in (line.partition(" ") for line in output.splitlines())}


def test_every_step_shows_what_it_changed(explain) -> None:
    shown = rows(explain(RAW.replace("\\n", "\n")).stdout)
    assert shown["fold"] == "(no change)"
    assert shown["redact"].endswith("hub <PHONE>")
    assert shown["markers"].startswith("Jokowi gak membagikan b3ras\\nke")
    assert shown["normalise"] == "jokowi gak membagikan beras ke org2 hub <PHONE>"
    assert shown["slang"] == "jokowi tidak membagikan beras ke orang-orang hub <PHONE>"
    assert shown["names"] == "<PERSON> tidak membagikan beras ke orang-orang hub <PHONE>"
    assert shown["drop"] == "tidak membagikan beras ke orang-orang hub <PHONE>"
    assert shown["stem"] == "tidak bagi beras ke orang hub <PHONE>"
    assert (shown["language"], shown["abstains"]) == ("id-ms", "no")


def test_tokens_stand_beside_what_was_written_and_identities_stay_masked(explain) -> None:
    lines = explain(RAW).stdout.split("written")[1].split("\n\n")[0].splitlines()[1:]
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
def test_the_reason_for_abstaining_is_said(explain, raw: str, reason: str) -> None:
    assert rows(explain(raw).stdout)["abstains"] == reason


def test_standard_input_is_read_and_nothing_reaches_the_terminal_unescaped(tmp_path: Path) -> None:
    command = [Path(sys.executable).with_name("saring"), "--params", ROOT / "params.yaml"]
    command += ["--root", tmp_path, "explain", "-"]
    done = subprocess.run(command, input=b"warga \x1b[31mdesa\x07 \xff", capture_output=True, check=True)
    assert b"\x1b" not in done.stdout
    assert b"\x07" not in done.stdout
    assert rows(done.stdout.decode())["normalise"] == "warga <NUMBER> mdesa"


def test_faults_of_the_users_slang_are_warned_of(saring, tmp_path: Path) -> None:
    (tmp_path / "slang.csv").write_bytes("kafé,kedai\nmantul,mantap betul\nmantul,bagus\n".encode("latin-1"))
    own = tmp_path / "params.yaml"
    own.write_text(f"extends: {ROOT / 'params.yaml'}\ntext: {{slang_lexicon: slang.csv}}\n", encoding="utf-8")
    done = saring("--params", own, "--root", tmp_path, "explain", "acara mantul sekali")
    assert rows(done.stdout)["slang"] == "acara mantap betul sekali"
    assert "slang.csv: a word has another standard form in row 3" in done.stderr


def test_without_a_champion_one_line_says_so(explain, tmp_path: Path) -> None:
    models = tmp_path / "models"
    assert rows(explain(RAW).stdout)["score"] == f"none: no champion in {models}; `saring run` makes one"
    told = json.loads(explain("--json", RAW).stdout)
    assert (told["model_version"], told["score"], told["words"]) == (None, None, None)
    assert told["steps"]["redact"].endswith("hub <PHONE>")
    assert not models.exists()


def test_words_and_base_add_up_to_the_score_of_the_champion(saring, sample_root: Path) -> None:
    text = "Transfer OTOMATIS, transfer lagi: seluruh rekening org2 disita besok, GATAU kenapa"
    shown = saring("--root", sample_root, "explain", text).stdout
    terms = [line.split(maxsplit=1) for line in shown.split("the sum of")[1].splitlines()[1:]]
    *parts, (total, what) = [(float(part), what) for part, what in terms]
    assert what == "= the log-odds of the score"
    assert sum(part for part, _ in parts) == pytest.approx(total, abs=1e-4 * len(parts))
    written = {what.lstrip("█░ ") for _, what in parts}
    assert written >= {"Transfer", "OTOMATIS", "org2", "GATAU", "(calibration)"}
    assert max(map(len, shown.split("language")[1].splitlines())) < 80

    told = json.loads(saring("--root", sample_root, "explain", "--json", text).stdout)
    logit = math.log(told["score"] / (1 - told["score"]))
    assert sum(told["base"].values()) + sum(word["part"] for word in told["words"]) == pytest.approx(
        logit, abs=1e-9
    )
    assert f"{told['score']:.4f} by {told['model_version']}" in shown
    assert all(text[word["from"] : word["to"]] == word["written"] for word in told["words"])


def test_a_long_text_lists_its_strongest_words_only(saring, sample_root: Path) -> None:
    text = " ".join((ROOT / "data/sample/source/claims.csv").read_text(encoding="utf-8").split()[:400])
    shown = saring("--root", sample_root, "explain", text + "x" * 500).stdout.split("the sum of")[1]
    assert len(shown.splitlines()) <= 1 + 20 + 2 + 3 + 1
    assert "weaker words)" in shown
    assert max(map(len, shown.splitlines())) < 80


def test_an_abstaining_model_has_no_terms(saring, sample_root: Path) -> None:
    shown = rows(saring("--root", sample_root, "explain", "mantap").stdout)
    assert shown["score"] == "none: the model abstains; the queue goes by 0.10"


def test_rules_that_the_champion_was_not_trained_with_are_warned_of(
    saring, sample_root: Path, tmp_path: Path
) -> None:
    own = tmp_path / "own.yaml"
    own.write_text(f"extends: {ROOT / 'params.yaml'}\ntext: {{stem: false}}\n", encoding="utf-8")
    done = saring("--params", own, "--root", sample_root, "explain", RAW)
    assert "own.yaml: 'text' differs from what v1-" in done.stderr
    assert "tidak bagi beras" in rows(done.stdout)["stem"]
