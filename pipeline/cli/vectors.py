"""Prepared texts in, their sentence vectors kept under the root: 25,000 texts take an encoder a quarter of an hour."""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from pipeline.cli.console import show_progress
from pipeline.cli.workspace import Workspace
from pipeline.config import Encoder
from pipeline.model.encoder import load_encoder, read_words
from pipeline.privacy.subject import Found, Subject
from pipeline.storage import remove_directory
from pipeline.text.chain import PreparedText

ENCODED_AT_ONCE: Final = 64
KEPT_AT_ONCE: Final = 4096
"""So many vectors at most are lost when a run is killed."""


def encode_ahead(folder: Path, prepared: Sequence[PreparedText], chosen: Iterable[Encoder | None]) -> None:
    """Let encoders read texts before the heads ask for them, show how far that is, and keep the vectors."""
    for encoder in chosen:
        if encoder is not None:
            _encode(folder, list(read_words(prepared, encoder.max_words)), encoder.name)


def recall_vectors(folder: Path, chosen: Iterable[Encoder | None]) -> None:
    """Remember the vectors that earlier runs kept."""
    for encoder in chosen:
        path = encoder and _find_file(folder, encoder.name)
        if encoder and path:
            load_encoder(encoder.name).recall(path)


def erase_vectors(workspace: Workspace, subject: Subject, dry_run: bool) -> Iterator[Found]:
    """Remove all vectors: which texts they are of nobody can tell, and the next run makes them anew."""
    kept = sorted(workspace.text_vectors.glob("*.safetensors")) if subject.report_ids else []
    if kept and not dry_run:
        remove_directory(workspace.text_vectors)
    yield Found(
        str(workspace.text_vectors.relative_to(workspace.root)), len(kept), "files of sentence vectors"
    )


def _encode(folder: Path, texts: Sequence[str], name: str) -> None:
    path, encoder = _find_file(folder, name), load_encoder(name)
    if path:
        encoder.recall(path)
    new = encoder.find_new(texts)
    for start in show_progress(range(0, len(new), ENCODED_AT_ONCE), "encoding texts"):
        some = new[start : start + ENCODED_AT_ONCE]
        encoder.encode(some)
        end = start + len(some)
        if path and (end == len(new) or end % KEPT_AT_ONCE == 0):
            encoder.keep(path)


def _find_file(folder: Path, name: str) -> Path | None:
    """Return where an encoder's vectors are kept; None where no version says when they would be others."""
    version = load_encoder(name).version
    return folder / f"{name}-{version}.safetensors" if version else None
