from pathlib import Path

import pytest

from pipeline.cli.workspace import Workspace
from pipeline.errors import ConfigError

PARAMS = Path(__file__).parents[2] / "params.yaml"
SOURCE = (
    "{name: mine, path: reports.csv, columns: {}, constants: {}, label_values: {}, timezone: UTC, "
    "day_first: false}"
)


def workspace(folder: Path, ingest: str) -> Workspace:
    path = folder / "mine.yaml"
    path.write_text(f"extends: {PARAMS}\ningest: {ingest}\n", encoding="utf-8")
    return Workspace(folder, path)


def test_the_sample_has_a_published_key(tmp_path: Path):
    assert len(Workspace(tmp_path, PARAMS).pseudonym_key()) == 32


def test_other_data_must_not_use_the_published_key(tmp_path: Path):
    mine = workspace(tmp_path, f"{{sources: [{SOURCE}]}}")
    with pytest.raises(ConfigError, match=r"names a published key for source 'mine'; expected a secret one"):
        mine.pseudonym_key()


def test_a_root_makes_its_own_key_once_and_for_its_owner_only(tmp_path: Path):
    mine = workspace(tmp_path, f"{{sources: [{SOURCE}], pseudonym_key: null}}")
    key = mine.pseudonym_key()
    assert mine.pseudonym_key() == key
    assert (tmp_path / ".saring/pseudonym.key").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize("content", ["", "ab", "no key at all"])
def test_a_short_or_broken_key_is_refused(tmp_path: Path, content: str):
    (tmp_path / "short.key").write_text(content)
    mine = workspace(tmp_path, f"{{sources: [{SOURCE}], pseudonym_key: short.key}}")
    with pytest.raises(ConfigError, match="is not a key; expected 32 bytes as hexadecimal digits"):
        mine.pseudonym_key()
