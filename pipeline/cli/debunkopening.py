"""The root's library of fact-checks in, ready to be asked out: its words weighed and its titles encoded only once."""

import json
from collections.abc import Iterator, Sequence
from contextlib import suppress
from typing import Final

import pandas as pd

from pipeline.claims.debunks.index import DebunkIndex
from pipeline.claims.debunks.library import empty_library
from pipeline.claims.debunks.matching import Indexed, Library, Limits, Matcher, index_library
from pipeline.claims.debunks.ranker import read_ranker
from pipeline.claims.debunks.reading import Encode, MatchReader, read_natural
from pipeline.claims.debunks.saved import read_weighed, write_weighed
from pipeline.claims.debunks.vectors import VectorFile
from pipeline.cli.console import show_progress
from pipeline.cli.workspace import Workspace
from pipeline.errors import ModelError, StorageError
from pipeline.model.encoder import load_encoder
from pipeline.storage import digest_bytes, digest_file, read_frame
from pipeline.storage.vectors import Vectors
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules

TITLES_AT_ONCE: Final = 128
"""After so many the vectors are kept: who stops an import loses some seconds."""


def read_library(workspace: Workspace) -> pd.DataFrame:
    """Read the root's library; without one, one without rows."""
    return read_frame(workspace.debunks) if workspace.debunks.exists() else empty_library()


def load_matcher(workspace: Workspace) -> Matcher:
    """Make the root's library ready to be asked, by its own ranker or the shipped one.

    Raises ModelError where an encoder is asked for and not installed, or has not read all titles.
    """
    params = workspace.params.debunks
    ranker = read_ranker(workspace.ranker, params.encoder)
    reader = build_reader(workspace)
    return Matcher(open_index(workspace, reader), reader, ranker, Limits(params.short_words, params.old_days))


def load_library(workspace: Workspace) -> Library | None:
    """Make the root's library ready for the queue; None where there is none."""
    if not workspace.debunks.exists():
        return None
    return Library(load_matcher(workspace), digest_library(workspace))


def digest_library(workspace: Workspace) -> str:
    """Return what changes whenever the same claim may get another answer, the encoder's name before it."""
    params = workspace.params
    ranker = read_ranker(workspace.ranker, params.debunks.encoder)
    settings = [params.debunks.model_dump(), params.prioritise.debunk.model_dump()]
    made_of = [digest_file(workspace.debunks), ranker.to_json(), settings]
    digest = digest_bytes(json.dumps(made_of, sort_keys=True).encode())
    return digest if ranker.encoder is None else f"{ranker.encoder}:{digest}"


def open_index(workspace: Workspace, reader: MatchReader) -> Indexed:
    """Return the library with its index, whose words are weighed anew only where the library or params changed."""
    rows = read_library(workspace)
    library = weigh_library(workspace, rows, reader)
    if workspace.params.debunks.encoder is None or rows.empty:
        return library
    vectors = _find_vectors(workspace, workspace.params.debunks.encoder, rows["title"].tolist())
    return Indexed(rows, DebunkIndex(library.lookup.weighed, vectors))


def weigh_library(workspace: Workspace, rows: pd.DataFrame, reader: MatchReader) -> Indexed:
    """Return the library with its index, from what the root keeps where that is of the same file and rules.

    A root that cannot be written is read anew each time.
    """
    if rows.empty:
        return index_library(rows, reader)
    rules = TextRules.from_params(workspace.params.text).to_json()
    made_of = [digest_file(workspace.debunks), rules]
    key = digest_bytes(json.dumps(made_of, sort_keys=True).encode())
    weighed = read_weighed(workspace.debunk_index, key)
    if weighed is not None:
        return Indexed(rows, DebunkIndex(weighed))
    library = index_library(rows, reader)
    with suppress(StorageError):
        write_weighed(library.lookup.weighed, key, workspace.debunk_index)
    return library


def encode_titles(workspace: Workspace, titles: Sequence[str]) -> int:
    """Encode the titles that have no vector yet, and return how many; 0 where no encoder is asked for.

    What was encoded stays when this is stopped; `settle_vectors` tidies up once the library stands.
    """
    name = workspace.params.debunks.encoder
    if name is None:
        return 0
    encoder = load_encoder(name)
    file = VectorFile(workspace.vectors, encoder.maker)
    missing = file.list_missing(titles)
    parts = _encode_parts(file, missing, encoder.encode)
    for _ in show_progress(parts, "encoding titles", -(-len(missing) // TITLES_AT_ONCE)):
        pass
    return len(missing)


def settle_vectors(workspace: Workspace, titles: Sequence[str]) -> None:
    """Drop the vectors of titles that left the library, which others may have been reading until now."""
    name = workspace.params.debunks.encoder
    if name is not None:
        VectorFile(workspace.vectors, load_encoder(name).maker).settle(titles)


def build_reader(workspace: Workspace) -> MatchReader:
    """Return the reader of texts that params.yaml asks for; of vectors too, where it asks for an encoder.

    Raises ModelError where that is not installed.
    """
    name = workspace.params.debunks.encoder
    encode = None if name is None else load_encoder(name).encode
    return MatchReader(TextChain(TextRules.from_params(workspace.params.text)), encode)


def _encode_parts(file: VectorFile, titles: Sequence[str], encode: Encode) -> Iterator[int]:
    for start in range(0, len(titles), TITLES_AT_ONCE):
        part = titles[start : start + TITLES_AT_ONCE]
        file.add(part, encode([read_natural(title) for title in part]))
        yield len(part)


def _find_vectors(workspace: Workspace, name: str, titles: Sequence[str]) -> Vectors:
    file = VectorFile(workspace.vectors, load_encoder(name).maker)
    missing = file.list_missing(titles)
    if missing:
        raise ModelError(
            f"{workspace.vectors}: lacks {len(missing):,} of the library's titles, which {name} has not encoded;"
            " expected all; run `saring debunks encode`"
        )
    return file.find(titles)
