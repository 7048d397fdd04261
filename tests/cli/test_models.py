"""`saring model`: what its user sees of published versions, and how each damage is refused."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from pipeline.model.decisions import read_decisions
from pipeline.model.manifest import write_manifest
from pipeline.model.registry import Registry
from pipeline.storage import digest_file, read_json, write_json

WHY = "the other one forgot a district"


class Models(NamedTuple):
    """A root with three versions of one model: two were champions, the third was refused."""

    root: Path
    names: tuple[str, str, str]
    saring: Callable

    @property
    def registry(self) -> Registry:
        return Registry(self.root / "models")

    def model(self, *arguments: object):
        return self.saring("--root", self.root, "model", *arguments)

    def champion(self) -> str:
        return json.loads((self.root / "models/champion.json").read_text())["version"]

    def refuse(self, *arguments: object) -> str:
        """Run a sub-command that must end with one line and exit 2, and leave the champion; return the line."""
        before = (self.root / "models/champion.json").read_bytes()
        result = self.model(*arguments)
        assert result.exit_code == 2, result.output
        [line] = result.stderr.splitlines()
        assert (self.root / "models/champion.json").read_bytes() == before
        return line


@pytest.fixture(scope="session")
def three_versions(
    tmp_path_factory: pytest.TempPathFactory, finished_desk, saring: Callable
) -> tuple[Path, tuple[str, str, str]]:
    """A copy of a finished root whose registry has three versions, made as `publish` makes them."""
    root = tmp_path_factory.mktemp("models") / "root"
    shutil.copytree(finished_desk.root / "data", root / "data")
    shutil.copytree(finished_desk.root / "models", root / "models")
    params = root.with_name("strict.yaml")
    strict = "publish: {profiles: {small: {min_auc_lower: 1.0}}}"
    steps = [("train: {C: 1.0}", 0), (f"train: {{C: 2.0}}\n{strict}", 3)]
    for more, exit_code in steps:
        params.write_text(f"extends: {finished_desk.params}\n{more}\n", encoding="utf-8")
        for stage in ("train", "evaluate", "publish"):
            done = saring("--params", params, "--root", root, stage)
        assert done.exit_code == exit_code, done.output
    names = Registry(root / "models").versions()
    assert len(names) == 3
    return root, (names[0], names[1], names[2])


@pytest.fixture
def models(tmp_path: Path, three_versions, saring: Callable) -> Models:
    """A copy without MLflow's store, which holds absolute addresses."""
    root, names = three_versions
    for part in ("data", "models"):
        shutil.copytree(root / part, tmp_path / "root" / part)
    return Models(tmp_path / "root", names, saring)


def change_byte(content: bytes) -> bytes:
    middle = len(content) // 2
    return content[:middle] + bytes([content[middle] ^ 1]) + content[middle + 1 :]


def test_the_list_shows_roles_and_reasons(models: Models):
    output = models.model("list").output
    first, second, third = models.names
    assert re.search(rf"{first} +│ before", output)
    assert re.search(rf"{second} +│ champion", output)
    assert re.search(rf"{third} +│ challenger .*refused", output)


def test_show_and_card_say_who_decided_what(models: Models):
    shown = models.model("show", "challenger").output
    assert re.search(r"params\.train\.C +│ 2\.0", shown)
    assert f"refused {models.names[2]}, {models.names[1]} stays: headline" in shown
    card = models.model("card").output
    assert card.startswith(f"# Model card: saring {models.names[1]}")
    assert re.search(
        r"\| desa \| train \| \d+ claims, \d+ of them misinformation, \d+ reports \| 2025-", card
    )
    assert f"gate promoted {models.names[1]} instead of {models.names[0]}" in card


def test_a_refused_version_needs_a_reason(models: Models):
    challenger = models.names[2]
    refused = models.model("promote", challenger)
    assert refused.exit_code == 3
    [line] = refused.stderr.splitlines()
    assert re.match(
        rf"saring: {challenger}: the gate refused it \(headline.*\); override it with --because", line
    )
    assert models.champion() == models.names[1]
    done = models.model("promote", "challenger", "--because", WHY)
    assert done.output == f"{challenger} is champion; before: {models.names[1]}\n"
    last = models.registry.decisions()[-1]
    assert (last.what, last.version, last.previous, last.reasons) == (
        *("overrode", challenger, models.names[1]),
        (WHY,),
    )
    assert last.manifest_digest == digest_file(models.root / "models" / challenger / "manifest.json")


def test_a_version_that_no_gate_judged_needs_a_reason(models: Models):
    (models.root / "models/decisions.jsonl").unlink()
    refused = models.model("promote", models.names[0])
    assert refused.exit_code == 3
    assert "no gate has judged it" in refused.stderr


def test_rollbacks_go_further_back_each_time(models: Models):
    first, second, third = models.names
    models.model("promote", third, "--because", WHY)
    assert (
        models.model("rollback", "--because", WHY).output == f"{second} is champion again; before: {third}\n"
    )
    assert models.model("rollback").output == f"{first} is champion again; before: {second}\n"
    assert "holds no earlier champion; expected one to go back to" in models.refuse("rollback")
    assert [one.what for one in models.registry.decisions()][-2:] == ["rolled back", "rolled back"]
    assert models.model("promote", second).exit_code == 0
    assert models.registry.previous_champion() == first


def test_a_rollback_needs_no_mlflow_and_does_not_wait_for_a_run(models: Models):
    code = (
        "import sys, time\nfrom pathlib import Path\nfrom pipeline.storage import lock_root\n"
        "with lock_root(Path(sys.argv[1])):\n    print('held', flush=True)\n    time.sleep(60)\n"
    )
    holder = subprocess.Popen(
        [sys.executable, "-c", code, str(models.root)], stdout=subprocess.PIPE, text=True
    )
    call = (
        "import sys; sys.modules['mlflow'] = None; sys.modules['pandas'] = None; sys.modules['sklearn'] = None\n"
        "from pipeline.cli.app import main; main()"
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        command = [sys.executable, "-c", call, "--root", str(models.root), "model", "rollback"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    finally:
        holder.kill()
        holder.wait()
        holder.stdout.close()
    assert done.returncode == 0, done.stderr
    assert models.champion() == models.names[0]


def test_a_reader_in_the_middle_of_a_batch_keeps_its_model(models: Models):
    from pipeline.score import score_batches

    def batches() -> Iterator[list[str]]:
        yield texts
        models.model("rollback")
        shutil.rmtree(models.root / "models" / models.names[1])
        yield texts

    texts = ["Awas! Racun tikus dicampur ke air minum", "Warga kerja bakti mengecat pagar"]
    before, after = score_batches(models.registry.load_champion(), batches())
    assert models.champion() == models.names[0]
    assert before == after


def test_promoting_what_is_not_there_names_what_is(models: Models):
    assert models.refuse("promote", "v9-00000000").endswith(
        f"holds no version 'v9-00000000'; expected {', '.join(models.names)}"
    )


def test_verify_says_all_is_well(models: Models):
    assert models.model("verify").output == f"verified 3 of 3 versions; champion: {models.names[1]}\n"


@pytest.mark.parametrize("damage", ["changed", "cut", "missing", "empty"])
def test_each_file_of_the_champion_is_guarded(models: Models, damage: str):
    """Every file, in every way, through the command that a batch job calls."""
    directory = models.root / "models" / models.names[1]
    source = models.root / "in.jsonl"
    source.write_text('{"text": "Warga kerja bakti mengecat pagar bersama"}\n', encoding="utf-8")
    files = sorted(path for path in directory.rglob("*") if path.is_file())
    assert len(files) > 10
    for file in files:
        content = file.read_bytes()
        damaged = {"changed": change_byte(content), "cut": content[:-1], "empty": b""}.get(damage)
        file.unlink()
        if damaged is not None:
            file.write_bytes(damaged)
        result = models.saring("--root", models.root, "score", source, "--output", models.root / "out.jsonl")
        assert result.exit_code == 2, file
        [line] = result.stderr.splitlines()
        assert file.name in line
        assert not (models.root / "out.jsonl").exists()
        assert file.name in models.refuse("verify", models.names[1])
        file.write_bytes(content)


def test_an_added_file_folder_or_link_is_refused(models: Models):
    directory = models.root / "models" / models.names[1]
    (directory / "more").mkdir()
    (directory / "more/code.py").write_text("")
    assert "'more/code.py' was added" in models.refuse("verify")
    shutil.rmtree(directory / "more")
    (directory / "more").symlink_to(models.root)
    assert "'more' is not a plain file" in models.refuse("verify")


@pytest.mark.parametrize("position", [0, 1, 2], ids=["before", "champion", "challenger"])
def test_a_manifest_edited_to_match_is_refused(models: Models, position: int):
    """Neither champion.json nor a decision edited along with it helps: the name is the content's."""
    version = models.names[position]
    directory = models.root / "models" / version
    (directory / "metrics.json").write_text('{"headline": {"auc": 1.0}}')
    facts = {
        name: fact
        for name, fact in read_json(directory / "manifest.json").items()
        if name not in ("files", "format")
    }
    digest = write_manifest(directory, facts)
    assert "was changed; expected the digest in" in models.refuse("verify", version)
    decisions = models.root / "models/decisions.jsonl"
    noted = {one.manifest_digest for one in models.registry.decisions() if one.version == version}
    for old in noted:
        decisions.write_text(decisions.read_text().replace(old, digest))
    if version == models.champion():
        write_json({"version": version, "manifest_digest": digest}, models.root / "models/champion.json")
    assert f"expected the content that '{version}' is named after" in models.refuse("verify", version)


def test_a_damaged_version_is_neither_promoted_nor_rolled_back_to(models: Models):
    path = models.root / "models" / models.names[0] / "arrays.safetensors"
    path.write_bytes(change_byte(path.read_bytes()))
    assert "'arrays.safetensors' was changed" in models.refuse("rollback")
    assert "'arrays.safetensors' was changed" in models.refuse("promote", models.names[0])


def test_a_champion_that_cannot_be_loaded_blocks_until_somebody_overrides(models: Models, finished_desk):
    path = models.root / "models" / models.names[1] / "golden.jsonl"
    path.write_bytes(change_byte(path.read_bytes()))
    params = models.root / "params.yaml"
    params.write_text(f"extends: {finished_desk.params}\ntrain: {{C: 2.0}}\n", encoding="utf-8")
    done = models.saring("--params", params, "--root", models.root, "publish")
    assert done.exit_code == 3, done.output
    assert "the champion cannot be loaded" in done.output
    assert models.champion() == models.names[1]
    assert models.model("promote", models.names[2], "--because", WHY).exit_code == 0
    assert models.champion() == models.names[2]


def test_a_damaged_line_of_decisions_is_named(models: Models):
    path = models.root / "models/decisions.jsonl"
    lines = path.read_text().splitlines()
    path.write_text("\n".join([lines[0], "{}", *lines[1:]]) + "\n")
    assert "decisions.jsonl: line 2 is not a decision" in models.refuse("list")


def test_what_a_killed_process_left_of_a_decision_gives_way(models: Models):
    path = models.root / "models/decisions.jsonl"
    whole = path.read_text()
    path.write_text(whole + '{"time": "2026-')
    assert len(read_decisions(path.parent)) == 3
    assert models.model("rollback").exit_code == 0
    assert path.read_text().startswith(whole)
    assert len(read_decisions(path.parent)) == 4


def test_gc_says_what_it_would_do_and_does_it(models: Models):
    first, second, third = models.names
    assert models.model("gc", "--dry-run").output.startswith("would remove 0 versions (0.0 MB); 3 stay")
    assert models.model("gc", "--keep", 0).output == "removed 0 versions (0.0 MB); 3 stay\n"
    models.model("promote", third, "--because", WHY)
    planned = models.model("gc", "--keep", 1, "--dry-run").output
    assert re.fullmatch(rf"would remove 1 versions \(\d\.\d MB\): {first}; 2 stay\n", planned)
    assert models.registry.versions() == [first, second, third]
    assert models.model("gc", "--keep", 1).output == planned.replace("would remove", "removed")
    assert models.registry.versions() == [second, third]
    assert models.registry.decisions()[-1].what == "removed"
    assert models.model("rollback").output.startswith(f"{second} is champion again")
    assert "holds no earlier champion" in models.refuse("rollback")


@pytest.mark.filterwarnings(
    "ignore:The ``noload`` loader strategy is deprecated:sqlalchemy.exc.SADeprecationWarning"
)
def test_mlflow_is_made_anew_from_the_models(models: Models):
    import mlflow

    assert models.model("register", "--all").output == "registered 3 of 3 versions with MLflow\n"
    store = f"sqlite:///{models.root / 'mlflow.db'}"
    client = mlflow.MlflowClient(store, store)
    _, second, third = models.names

    def aliases() -> dict[str, str]:
        found = client.get_registered_model("saring").aliases
        return {
            alias: client.get_model_version("saring", n).tags["saring_version"] for alias, n in found.items()
        }

    assert aliases() == {"champion": second, "challenger": third}
    assert models.model("promote", third, "--because", WHY).exit_code == 0
    assert aliases() == {"champion": third}
    assert "saring model register --all moves it" in models.model("rollback").output
    assert models.model("register", "--all").exit_code == 0
    assert aliases() == {"champion": second}
    assert len(client.search_model_versions("name = 'saring'")) == 3


def test_register_wants_one_version_or_all(models: Models):
    for arguments in ((), (models.names[0], "--all")):
        assert "found neither or both of VERSION and --all; expected one" in models.refuse(
            "register", *arguments
        )


def test_diff_compares_two_versions(models: Models):
    params = Path(__file__).parents[2] / "params.yaml"
    first, second, _ = models.names
    done = models.saring(
        "--params", params, "--root", models.root, "model", "diff", first, second, "--most", 3
    )
    assert done.exit_code == 0, done.output
    assert re.search(r"params\.train\.C +│ 0\.5 +│ 1\.0", done.output)
    assert re.search(r"Metrics on the same rows: AUC [+-]0\.\d{3}, from [+-]\d\.\d{3} to", done.output)
    moved = done.output.split("Reports whose rank moved most")[1].split("Words whose")[0]
    assert len(re.findall(r"r\d\d-\d", moved)) == 3
    assert "hantu" not in moved
    assert len(re.findall(r"(?:│ *(?:[+-]\d\.\d{3}|unknown) *){3}│", done.output)) == 3
    same = models.saring("--params", params, "--root", models.root, "model", "diff", first, first)
    assert "Data, parameters, libraries: nothing changed" in same.output
    assert "AUC +0.000, from +0.000 to +0.000" in same.output


def test_diff_shows_texts_of_the_root_when_asked(models: Models):
    params = Path(__file__).parents[2] / "params.yaml"
    arguments = ("--params", params, "--root", models.root, "model", "diff", *models.names[:2], "--texts")
    assert re.search(r"Sebarkan|Viral|Listrik|Warga|Jalan|Awas", models.saring(*arguments).output)
