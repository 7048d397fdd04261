"""The file in which a lead registers cohorts."""

from pathlib import Path

import pytest

from pipeline.cli.cohorts import read_cohorts
from pipeline.cli.workspace import Workspace
from pipeline.errors import ConfigError
from pipeline.privacy.pseudonyms import digest_reporter

ROOT = Path(__file__).parents[2]


def workspace(folder: Path, content: str | None, more: str = "") -> Workspace:
    if content is not None:
        (folder / "cohorts.csv").write_text(content, encoding="utf-8")
    params = folder / "params.yaml"
    params.write_text(
        f"extends: {ROOT / 'params.yaml'}\nprioritise: {{reliability: {{cohorts: cohorts.csv}}}}\n{more}"
    )
    return Workspace(folder, params)


def test_reporters_are_named_as_their_source_does_or_by_pseudonym(tmp_path: Path):
    pseudonym = "p-" + "0" * 20
    place = workspace(tmp_path, f"reporter_id,cohort\nani, A \n{pseudonym},B\n")
    key = place.pseudonym_key()
    assert read_cohorts(place) == {digest_reporter("ani", key): "A", pseudonym: "B"}
    plain = workspace(tmp_path, None, "ingest: {mask_identities: false}\n")
    assert read_cohorts(plain) == {"ani": "A", pseudonym: "B"}


def test_without_a_file_nobody_is_registered(tmp_path: Path):
    place = workspace(tmp_path, None)
    (tmp_path / "params.yaml").write_text(
        f"extends: {ROOT / 'params.yaml'}\nprioritise: {{reliability: {{cohorts: null}}}}\n"
    )
    assert read_cohorts(place) == {}


@pytest.mark.parametrize(
    ("content", "line"),
    [
        (None, r"cohorts\.csv: cannot be read \(no such file or directory\); expected registered cohorts"),
        ("reporter_id,cohort\nani,\n", "row 1 lacks a reporter or a cohort; expected reporter_id, cohort"),
        ("nama,kelas\nani,A\n", "row 1 lacks a reporter or a cohort"),
        ("reporter_id,cohort\nani,A\nani,B\n", r"registers a reporter for two cohorts \('B' is one\)"),
    ],
)
def test_a_wrong_file_is_one_line(tmp_path: Path, content: str | None, line: str):
    with pytest.raises(ConfigError, match=line):
        read_cohorts(workspace(tmp_path, content))
