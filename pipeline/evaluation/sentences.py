"""A name in, the invented sentences and the tables that ship with the evaluation out."""

import json
from collections.abc import Mapping
from importlib import resources

FOLDER = "templates"


def read_sentences(name: str) -> Mapping[str, tuple[str, ...]]:
    """Read a file of sentences, by kind, in the order in which they were written."""
    sentences: dict[str, tuple[str, ...]] = {}
    for line in _read(f"{name}.jsonl").splitlines():
        sentence = json.loads(line)
        kind = sentence["kind"]
        sentences[kind] = (*sentences.get(kind, ()), sentence["text"])
    return sentences


def read_look_alikes() -> Mapping[str, str]:
    """Read for each letter the single characters that look like it, outside ASCII, none of them a capital.

    Source: Unicode's confusables.txt (UTS 39), as packaged in confusable_homoglyphs 3.3.1.
    """
    lines = (line.partition("\t") for line in _read("look_alikes.tsv").splitlines())
    return {letter: characters for letter, _, characters in lines}


def _read(name: str) -> str:
    return resources.files("pipeline.evaluation").joinpath(FOLDER, name).read_text(encoding="utf-8")
