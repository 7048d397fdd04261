import json
import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.config import Params
from pipeline.errors import ModelError, StorageError
from pipeline.model.bundle import digest_parts
from pipeline.model.champion import CHAMPION
from pipeline.model.decisions import DECISIONS, Decision, Grounds
from pipeline.model.manifest import MANIFEST, gather_facts, read_manifest, write_manifest
from pipeline.model.registry import Registry, Version
from pipeline.storage import digest_file, write_json

NOW = datetime(2026, 10, 1, tzinfo=UTC)
TEST = Grounds("gate", ("for a test",), NOW)
Publish = Callable[..., Version]


@pytest.fixture
def registry(tmp_path: Path) -> Registry:
    return Registry(tmp_path / "models")


@pytest.fixture
def publish(registry: Registry, candidate: Path, evaluation: Path, facts: dict[str, Any]) -> Publish:
    """Add a version, of other data when `data` is given, and promote it."""

    def add_and_promote(data: str = "one") -> Version:
        version = registry.add(candidate, evaluation, facts | {"data": {"reports": data}})
        registry.promote(version.name, TEST)
        return version

    return add_and_promote


def read_decisions(registry: Registry) -> list[dict[str, Any]]:
    lines = (registry.models / DECISIONS).read_text(encoding="utf-8").splitlines()
    return [json.loads(line) for line in lines]


def refuse(registry: Registry, match: str) -> None:
    with pytest.raises(ModelError, match=match) as caught:
        registry.load_champion()
    assert "\n" not in str(caught.value)


def test_nothing_is_published_at_first(registry: Registry) -> None:
    assert registry.champion() is None
    refuse(registry, r"nothing is published yet; expected a champion, which `saring run` makes")


def test_a_version_is_named_by_number_and_content(
    registry: Registry, candidate: Path, evaluation: Path, facts: dict[str, Any]
) -> None:
    first = registry.add(candidate, evaluation, facts)
    assert re.fullmatch(r"v1-[0-9a-f]{8}", first.name)
    assert registry.add(candidate, evaluation, facts) == first
    second = registry.add(candidate, evaluation, facts | {"data": {"reports": "other"}})
    assert second.name.startswith("v2-")
    assert registry.versions() == [first.name, second.name]
    assert registry.champion() is None


def test_versions_count_on_after_nine(registry: Registry) -> None:
    for name in ("v9-00000000", "v10-00000000", "v2-00000000", "vX", "v1-short"):
        (registry.models / name).mkdir(parents=True)
    assert registry.versions() == ["v2-00000000", "v9-00000000", "v10-00000000"]


def test_a_version_holds_candidate_evaluation_card_and_manifest(publish: Publish) -> None:
    version = publish()
    names = {path.name for path in version.directory.iterdir()}
    assert names == {
        *("arrays.safetensors", "model.json", "text.json", "golden.jsonl", "facts.json", "candidate.json"),
        *("metrics.json", "sources.csv", "reliability.png", "MODEL_CARD.md", "manifest.json"),
    }
    manifest = read_manifest(version.directory)
    assert manifest["version"] == version.name
    assert manifest["content_digest"].startswith(version.name.split("-")[1])
    assert set(manifest["files"]) == names - {"manifest.json"}
    assert manifest["params"]["queue"] == {"prevalence": 0.1}
    assert manifest["libraries"]["PySastrawi"] == "1.2.1"
    assert len(manifest["word_list_digest"]) == 64
    assert version.manifest_digest == digest_file(version.directory / MANIFEST)


def test_two_roots_hold_the_same_bytes(
    tmp_path: Path, candidate: Path, evaluation: Path, facts: dict[str, Any]
) -> None:
    for name in ("a", "b"):
        copied = shutil.copytree(candidate, tmp_path / name / "candidate")
        registry = Registry(tmp_path / name / "models")
        registry.promote(
            registry.add(Path(copied), evaluation, facts).name, TEST._replace(now=datetime.now(UTC))
        )
    files = [path.relative_to(tmp_path / "a") for path in (tmp_path / "a").rglob("*") if path.is_file()]
    assert len(files) == 19
    for file in files:
        if file.name != DECISIONS:
            assert (tmp_path / "a" / file).read_bytes() == (tmp_path / "b" / file).read_bytes(), file


def test_facts_hold_no_place_of_a_machine(params: Params) -> None:
    text = params.text.model_copy(update={"slang_lexicon": Path("/home/somebody/slang.csv")})
    facts = gather_facts(params.model_copy(update={"text": text}), {})
    assert facts["params"]["text"]["slang_lexicon"] == "slang.csv"
    assert "somebody" not in json.dumps(facts)


def test_promotion_moves_the_champion_and_is_noted(registry: Registry, publish: Publish) -> None:
    first, second = publish("one"), publish("two")
    assert registry.champion() == (second.name, second.manifest_digest)
    assert registry.load_champion().version == second.name
    registry.promote(first.name, Grounds("sari", ("worse on the audit", "see note 3"), NOW))
    assert registry.load_champion().version == first.name
    assert read_decisions(registry)[-1] == {
        "time": "2026-10-01T00:00:00+00:00",
        "what": "promoted",
        "version": first.name,
        "previous": second.name,
        "reasons": ["worse on the audit", "see note 3"],
        "who": "sari",
        "manifest_digest": first.manifest_digest,
    }
    assert [decision["previous"] for decision in read_decisions(registry)] == [None, first.name, second.name]


def test_promoting_the_champion_again_changes_nothing(registry: Registry, publish: Publish) -> None:
    publish()
    before = (registry.models / CHAMPION).stat().st_mtime_ns
    publish()
    assert len(read_decisions(registry)) == 1
    assert (registry.models / CHAMPION).stat().st_mtime_ns == before


def test_a_refusal_is_noted_and_the_champion_stays(registry: Registry, publish: Publish) -> None:
    version = publish()
    registry.refuse(version.name, Grounds("gate", ("headline: too low",), NOW))
    assert registry.load_champion().version == version.name
    assert read_decisions(registry)[-1]["what"] == "refused"
    assert read_decisions(registry)[-1]["reasons"] == ["headline: too low"]


def test_an_unnoted_promotion_does_not_happen(
    registry: Registry, publish: Publish, monkeypatch: pytest.MonkeyPatch
) -> None:
    version = publish("one")

    def fail(models: Path, decision: Decision) -> None:
        raise StorageError("disk full")

    monkeypatch.setattr("pipeline.model.registry.note_decision", fail)
    with pytest.raises(StorageError, match="disk full"):
        publish("two")
    assert registry.load_champion().version == version.name


def test_one_changed_byte_of_any_file_is_refused(registry: Registry, publish: Publish) -> None:
    version = publish()
    files = sorted(version.directory.iterdir())
    assert len(files) == 11
    for file in files:
        content = file.read_bytes()
        middle = len(content) // 2
        file.write_bytes(content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :])
        refuse(registry, re.escape(file.name))
        file.write_bytes(content[:-1])
        refuse(registry, re.escape(file.name))
        file.unlink()
        refuse(registry, re.escape(file.name))
        file.write_bytes(content)
    assert registry.load_champion().version == version.name


def test_an_added_file_or_link_is_refused(registry: Registry, publish: Publish, tmp_path: Path) -> None:
    added = publish().directory / "z.json"
    added.write_text("{}")
    refuse(registry, "'z.json' was added")
    added.unlink()
    added.symlink_to(tmp_path / "elsewhere")
    refuse(registry, "'z.json' is not a plain file")


def test_a_file_swapped_for_a_link_is_refused(registry: Registry, publish: Publish, tmp_path: Path) -> None:
    file = publish().directory / "model.json"
    file.rename(tmp_path / "model.json")
    file.symlink_to(tmp_path / "model.json")
    refuse(registry, r"'model\.json' is not a plain file")


def test_a_manifest_edited_to_match_is_refused(registry: Registry, publish: Publish) -> None:
    version = publish()
    (version.directory / "metrics.json").write_text("{}")
    facts = {
        key: value
        for key, value in read_manifest(version.directory).items()
        if key not in ("files", "format")
    }
    write_manifest(version.directory, facts)
    refuse(registry, r"manifest\.json: was changed; expected the digest in champion\.json")


@pytest.mark.parametrize(
    "content",
    [
        "",
        "[]",
        "{}",
        '{"version": "v1-00000000"}',
        '{"version": 1, "manifest_digest": "a"}',
        '{"version": "../v1-00000000", "manifest_digest": "%s"}' % ("0" * 64),
        '{"version": "v1-00000000", "manifest_digest": "0"}',
        '{"version": "v1-00000000", "manifest_digest": "0", "more": 1}',
    ],
)
def test_a_damaged_champion_file_is_refused(registry: Registry, publish: Publish, content: str) -> None:
    publish()
    (registry.models / CHAMPION).write_text(content)
    refuse(registry, r"champion\.json: is damaged")


def test_a_champion_that_is_gone_is_refused(registry: Registry, publish: Publish) -> None:
    shutil.rmtree(publish().directory)
    refuse(registry, "no such file; expected the champion's manifest")


def test_a_manifest_of_a_newer_format_is_refused(registry: Registry, publish: Publish) -> None:
    version = publish()
    path = version.directory / MANIFEST
    write_json(json.loads(path.read_text()) | {"format": 2}, path)
    write_json({"version": version.name, "manifest_digest": digest_file(path)}, registry.models / CHAMPION)
    refuse(registry, "has format 2; expected 1; update saring")


def test_a_path_that_leads_out_of_the_folder_is_refused(registry: Registry, publish: Publish) -> None:
    version = publish()
    path = version.directory / MANIFEST
    content = json.loads(path.read_text())
    outside = registry.models / DECISIONS
    write_json(content | {"files": content["files"] | {"../decisions.jsonl": digest_file(outside)}}, path)
    write_json({"version": version.name, "manifest_digest": digest_file(path)}, registry.models / CHAMPION)
    refuse(registry, r"names '\.\./decisions\.jsonl'; expected only files of its own folder")


def test_a_damaged_version_is_not_promoted(registry: Registry, publish: Publish) -> None:
    first, second = publish("one"), publish("two")
    (first.directory / "golden.jsonl").write_text("")
    with pytest.raises(ModelError, match=r"'golden\.jsonl' was changed"):
        registry.promote(first.name, TEST)
    assert registry.load_champion().version == second.name


@pytest.mark.parametrize("name", ["v7-00000000", "../models", "", "champion.json"])
def test_an_unknown_version_is_not_promoted(registry: Registry, publish: Publish, name: str) -> None:
    version = publish()
    with pytest.raises(ModelError, match=f"holds no version '{re.escape(name)}'; expected {version.name}"):
        registry.promote(name, TEST)


def test_a_damaged_version_is_mended_by_the_same_content(registry: Registry, publish: Publish) -> None:
    version = publish()
    (version.directory / "model.json").unlink()
    assert publish() == version
    assert registry.load_champion().version == version.name


def test_an_evaluation_of_another_candidate_is_refused(
    registry: Registry, candidate: Path, evaluation: Path, facts: dict[str, Any], tmp_path: Path
) -> None:
    stale = Path(shutil.copytree(evaluation, tmp_path / "evaluation"))
    write_json(digest_parts(candidate), stale / "candidate.json")
    registry.add(candidate, stale, facts)
    write_json(digest_parts(candidate) | {"model.json": "0" * 64}, stale / "candidate.json")
    with pytest.raises(
        ModelError, match=r"judged another candidate; expected this one; run `saring evaluate`"
    ):
        registry.add(candidate, stale, facts)


def test_a_missing_stage_is_named(
    registry: Registry, candidate: Path, evaluation: Path, tmp_path: Path
) -> None:
    nothing, expected = tmp_path / "nothing", "expected a stage's output; run `saring run`"
    with pytest.raises(ModelError, match=f"has no 'arrays.safetensors'; {expected}"):
        registry.add(nothing, evaluation, {})
    with pytest.raises(ModelError, match=f"has no 'metrics.json'; {expected}"):
        registry.add(candidate, nothing, {})
