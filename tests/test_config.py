import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from pipeline.config import load_params
from pipeline.errors import ConfigError

ROOT = Path(__file__).parents[1]
BASE = ROOT / "params.yaml"


def write(folder: Path, changes: str) -> Path:
    path = folder / "mine.yaml"
    path.write_text(f"extends: {BASE}\n{changes}\n", encoding="utf-8")
    return path


def test_the_shipped_parameters_load_and_pin_the_time():
    assert load_params(BASE).now() == datetime(2026, 9, 30, 17, tzinfo=UTC)


def test_extending_says_only_what_differs(tmp_path: Path):
    params = load_params(write(tmp_path, "train: {C: 0.7}"))
    assert params.train.C == 0.7
    assert params.train.word_ngrams == (1, 2)


def test_no_time_means_the_clock(tmp_path: Path):
    before = datetime.now(UTC)
    assert load_params(write(tmp_path, "run: {now: null}")).now() >= before


def test_a_path_is_relative_to_the_file_that_wrote_it(tmp_path: Path):
    params = load_params(write(tmp_path, "text: {names_list: lists/names.csv}"))
    assert params.text.names_list == tmp_path / "lists/names.csv"
    assert params.ingest.sources[0].path == ROOT / "data/sample/reports/workshop"


def test_a_path_from_the_environment_is_relative_to_the_working_directory(tmp_path: Path, monkeypatch):
    monkeypatch.setenv("NAMES", "here.csv")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "deep").mkdir()
    params = load_params(write(tmp_path / "deep", "text: {names_list: '${NAMES}'}"))
    assert params.text.names_list == tmp_path / "here.csv"


@pytest.mark.parametrize(
    ("changes", "line"),
    [
        ("train: {C: 1e-3}", r"'train\.C' holds '1e-3'; expected: input should be a valid number"),
        ("train: {C: 0}", r"'train\.C' holds 0; expected: input should be greater than 0"),
        ("train: {depth: 3}", r"'train\.depth' is unknown"),
        ("trian: {C: 1}", r"'trian' is unknown"),
        ("run: {now: 2026-10-01T00:00:00}", r"'run\.now' is wrong: a time with its zone is needed"),
        ("preprocess: {bands: 30}", r"'preprocess' is wrong: permutations \(128\) must be a multiple"),
        ("queue: {prevalence: 0}", r"'queue\.prevalence' holds 0; expected: input should be greater than 0"),
        ("queue: {prevalence: 1}", r"'queue\.prevalence' holds 1; expected: input should be less than 1"),
        (
            "evaluate: {thresholds: [f1 >= 0.5]}",
            r"'evaluate\.thresholds\.0' is wrong: expected a wish such as 'recall >= 0\.9'",
        ),
        (
            "evaluate: {election_window: {voting_days: [27 November]}}",
            r"'evaluate\.election_window\.voting_days\.0' is wrong: a day is needed, such as 2024-11-27",
        ),
        (
            "publish: {profile: mine}",
            r"'publish' is wrong: profile 'mine' is not one of default, public, sample",
        ),
        (
            "ingest: {sources: []}",
            r"'ingest\.sources' holds \[\]; expected: list should have at least 1 item",
        ),
        (
            "ingest: {pseudonym_key: '${NOT_SET_ANYWHERE}'}",
            r"'ingest\.pseudonym_key' names \$\{NOT_SET_ANYWHERE\}",
        ),
        (
            "text: {stem: yes please}",
            r"'text\.stem' holds 'yes please'; expected: input should be a valid boolean",
        ),
        ("search: {candidates: [{C: 1.0}, {c: 2.0}]}", r"yaml: 'search\.candidates\.1': 'c' is unknown"),
        (
            "search: {candidates: [{heads: {logistic: -1.0}}]}",
            r"'search\.candidates\.0': 'heads\.logistic' holds -1\.0; expected",
        ),
    ],
)
def test_a_wrong_key_is_one_line_with_its_full_path(tmp_path: Path, changes: str, line: str):
    with pytest.raises(ConfigError, match=line) as raised:
        load_params(write(tmp_path, changes))
    assert "\n" not in str(raised.value)


def test_a_missing_key_is_named(tmp_path: Path):
    text = re.sub(r"\n  min_claims:[^\n]*", "", BASE.read_text(encoding="utf-8"))
    (tmp_path / "params.yaml").write_text(text, encoding="utf-8")
    with pytest.raises(ConfigError, match=r"'train\.min_claims' is missing; expected a value"):
        load_params(tmp_path / "params.yaml")


@pytest.mark.parametrize(
    ("content", "line"),
    [
        ("a: [", r"line 2: is not YAML"),
        ("- a", r"holds list; expected sections"),
        ("extends: p.yaml", "extends itself"),
    ],
)
def test_a_file_that_is_no_params_file(tmp_path: Path, content: str, line: str):
    (tmp_path / "p.yaml").write_text(content + "\n", encoding="utf-8")
    with pytest.raises(ConfigError, match=line):
        load_params(tmp_path / "p.yaml")


def test_a_missing_file_says_how_to_name_one(tmp_path: Path):
    with pytest.raises(ConfigError, match=r"cannot be read \(no such file or directory\).*--params"):
        load_params(tmp_path / "params.yaml")


def test_an_unknown_zone_and_an_unknown_column_are_named(tmp_path: Path):
    source = (
        "{name: a, path: a.csv, columns: {x: %s}, constants: {}, label_values: {}, "
        "timezone: %s, day_first: false}"
    )
    with pytest.raises(ConfigError, match=r"'ingest\.sources\.0\.timezone' is wrong: no such time zone"):
        load_params(write(tmp_path, f"ingest: {{sources: [{source % ('text', 'Mars/Olympus')}]}}"))
    with pytest.raises(ConfigError, match=r"'ingest\.sources\.0' is wrong: unknown column 'txt'"):
        load_params(write(tmp_path, f"ingest: {{sources: [{source % ('txt', 'UTC')}]}}"))
