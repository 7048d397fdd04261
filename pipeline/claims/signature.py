"""One report in, what finds and compares its text among others out."""

import hashlib
import json
from collections.abc import Container
from typing import Final, NamedTuple

import numpy as np

from pipeline.claims.agreement import Facts, read_facts
from pipeline.claims.candidates import Keys, hash_bands
from pipeline.claims.clusters import Limits
from pipeline.claims.shingles import hash_shingles
from pipeline.claims.wording import read_wording
from pipeline.text.chain import PreparedText

FINGERPRINT_BYTES: Final = 16


class Signature(NamedTuple):
    """A text as others are compared with it; reports of the same fingerprint say the same, word for word.

    `keys` holds a signed integer of 64 bits for each band; texts that share one may be similar.
    """

    fingerprint: bytes
    wording: str
    facts: Facts
    keys: tuple[int, ...]


class Signer:
    """Signs reports one at a time, as `preprocess` compares them; `listed` are the names of the text chain."""

    def __init__(self, listed: Container[str], limits: Limits) -> None:
        self._listed = listed
        self._limits = limits

    def sign(self, written: str, prepared: PreparedText, url: str | None = None) -> Signature | None:
        """Sign a report's joined text and what the chain made of it; None when it has neither words nor a `url`."""
        wording = read_wording(prepared, url)
        if not wording:
            return None
        facts = read_facts(written, prepared.normalised.split(" "), prepared.masked, self._listed)
        keys = hash_bands(hash_shingles([wording]), self._limits.permutations, self._limits.bands)
        return Signature(take_fingerprint(wording, facts), wording, facts, tuple(sign_keys(keys)[0]))


def take_fingerprint(wording: str, facts: Facts) -> bytes:
    """Return the digest of a text's wording and facts: what makes it distinct."""
    content = f"{wording}\n{facts_to_json(facts)}".encode("utf-8", "surrogatepass")
    return hashlib.blake2b(content, digest_size=FINGERPRINT_BYTES).digest()


def facts_to_json(facts: Facts) -> str:
    """Write facts as one line of JSON."""
    return json.dumps(facts, separators=(",", ":"))


def facts_from_json(written: str) -> Facts:
    """Read what `facts_to_json` wrote."""
    numbers, listed, unlisted, negations = json.loads(written)
    counts = tuple((word, count) for word, count in negations)
    return Facts(tuple(numbers), tuple(listed), tuple(unlisted), counts)


def sign_keys(keys: Keys) -> list[list[int]]:
    """Return keys of bands as signed integers, which databases know."""
    signed: list[list[int]] = keys.view(np.int64).tolist()
    return signed
