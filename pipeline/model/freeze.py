"""A candidate and its evaluation in, a version's folder out: parts, card, manifest, never changed again."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, NamedTuple

from pipeline.errors import ModelError
from pipeline.model.bundle import PARTS, TEXT, digest_parts
from pipeline.model.card import write_card
from pipeline.model.manifest import CARD, digest_content, list_files, write_manifest
from pipeline.storage import digest_file, read_json, replace_directory, write_bytes, write_text

METRICS: Final = "metrics.json"
JUDGED: Final = "candidate.json"
"""Digests of the parts that an evaluation has judged."""


class Content(NamedTuple):
    """What a version will hold, before it has a name: files by name, facts, the digest of both."""

    files: Mapping[str, Path]
    facts: Mapping[str, Any]
    digest: str


def gather_content(candidate: Path, evaluation: Path, facts: Mapping[str, Any]) -> Content:
    """Collect a candidate, its evaluation and what it was made from.

    Raises ModelError when a file is missing, stands in both folders, or the evaluation judged other parts.
    """
    parts, judged = _collect(candidate, PARTS), _collect(evaluation, (METRICS, JUDGED))
    twice = sorted(set(parts) & set(judged))
    if twice:
        raise ModelError(f"{evaluation}: holds {twice[0]!r} as {candidate} does; expected it in one of them")
    if read_json(judged[JUDGED]) != digest_parts(candidate):
        raise ModelError(f"{evaluation}: judged another candidate; expected this one; run `saring evaluate`")
    files = dict(sorted((parts | judged).items()))
    facts = {**facts, "word_list_digest": read_json(parts[TEXT])["word_list_digest"]}
    digests = {name: digest_file(path) for name, path in files.items()}
    return Content(files, facts, digest_content({"files": digests, "facts": facts}))


def freeze_version(directory: Path, content: Content) -> None:
    """Write a version in one step; its name is that of the folder."""
    facts = {**content.facts, "version": directory.name, "content_digest": content.digest}
    plots = [name for name in content.files if name.endswith(".png")]
    with replace_directory(directory) as place:
        for name, path in content.files.items():
            write_bytes(path.read_bytes(), place / name)
        write_text(write_card(facts, read_json(content.files[METRICS]), plots), place / CARD)
        write_manifest(place, facts)


def _collect(directory: Path, needed: tuple[str, ...]) -> dict[str, Path]:
    files = {name: directory / name for name in list_files(directory)}
    missing = [name for name in needed if name not in files]
    if missing:
        raise ModelError(f"{directory}: has no {missing[0]!r}; expected a stage's output; run `saring run`")
    return files
