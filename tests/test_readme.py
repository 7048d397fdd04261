"""README and params.yaml say what is there, and all of it."""

import re
from importlib import metadata
from pathlib import Path

import pytest
import yaml
from typer import Typer

from pipeline.cli.app import app

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def keys_of(content: object) -> set[str]:
    """Return the names of all keys of a params file; what a user names (columns, profiles) has none."""
    if isinstance(content, list):
        return set().union(*map(keys_of, content))
    if not isinstance(content, dict):
        return set()
    named_by_users = {
        "columns",
        "constants",
        "label_values",
        "profiles",
        "presets_hours",
        "reported_types",
        "weights",
    }
    deeper = (keys_of(value) for key, value in content.items() if key not in named_by_users)
    return {str(key) for key in content}.union(*deeper)


def names_of(group: Typer) -> set[str]:
    return {command.name or command.callback.__name__ for command in group.registered_commands}


@pytest.mark.parametrize("name", ["README.md", "README.id.md"])
def test_every_command_stands_in_the_readme(name: str):
    readme = (ROOT / name).read_text(encoding="utf-8")
    groups = {group.typer_instance.info.name: group.typer_instance for group in app.registered_groups}
    deeper = {f"{name} {command}" for name, group in groups.items() for command in names_of(group)}
    commands = names_of(app) | deeper
    assert deeper >= {"model promote"}
    assert commands >= {"run", "score"}
    assert [command for command in sorted(commands) if f"saring {command}" not in readme] == []


@pytest.mark.parametrize(
    "key", sorted(keys_of(yaml.safe_load((ROOT / "params.yaml").read_text(encoding="utf-8"))))
)
def test_every_key_of_params_is_read(key: str):
    code = "".join(
        path.read_text(encoding="utf-8")
        for path in (ROOT / "pipeline").rglob("*.py")
        if path.parent.name != "config"
    )
    section = key in {"profile", "profiles", "sources"} or re.search(
        rf"\b(params|self\.params)\.{key}\b", code
    )
    assert section or re.search(rf"\.{key}\b", code), key


def test_both_commands_are_those_of_the_makefile():
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    for command in ("run", "test", "check", "lock", "check-long"):
        assert re.search(rf"^{command}:", makefile, re.M)
        assert f"make {command}" in README


def test_ci_runs_make_check():
    assert "make check" in (ROOT / ".ci/run").read_text(encoding="utf-8")


def test_lock_files_hold_hashes_and_no_address():
    for name in ("requirements.lock", "requirements-dev.lock"):
        lock = (ROOT / name).read_text(encoding="utf-8")
        assert "://" not in lock
        assert not re.search(r"^--?(index|extra|find|trusted)", lock, re.M)
        assert all(
            "--hash=sha256:" in block for block in re.split(r"\n(?=\S)", lock) if "==" in block.split("\n")[0]
        )


def test_no_agpl_package_is_locked_for_running():
    lock = (ROOT / "requirements.lock").read_text(encoding="utf-8")
    locked = {name.lower() for name in re.findall(r"^([\w.-]+)==", lock, re.M)}
    for package in metadata.distributions():
        name = package.metadata["Name"].lower().replace("_", "-")
        stated = [
            *package.metadata.get_all("Classifier", []),
            package.metadata.get("License-Expression") or "",
        ]
        licence = " ".join([*stated, (package.metadata.get("License") or "").split("\n")[0]])
        if name in locked:
            assert "AGPL" not in licence.upper().replace("AFFERO", "AGPL"), name
