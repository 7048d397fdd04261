"""Claims and sentences in; one row for each thing that a model should do, and whether it did, out.

Every function returns a frame of COLUMNS. `group` and `kind` say what is tested, `subject` the claim or the
sentence, `change` what was done to it, `amount` how far the calibrated logit moved (for "minimum function"
the place in the queue, a share), `right` whether that is as it should be.
"""

from collections.abc import Sequence
from itertools import combinations
from typing import Final, NamedTuple

import numpy as np
import numpy.typing as npt
import pandas as pd

from pipeline.evaluation.behaviour.invariance import CHANGES
from pipeline.evaluation.bootstrap import FloatArray
from pipeline.evaluation.neutrality import NAMES
from pipeline.evaluation.sentences import read_sentences
from pipeline.evaluation.standing import Standing
from pipeline.model.linear import LinearModel, logit, sigmoid
from pipeline.text.chain import TextChain

COLUMNS: Final = ("group", "kind", "subject", "change", "amount", "right")
INVARIANCE: Final = "invariance"
SWAPS: Final = "swaps"
DIRECTION: Final = "direction"
MINIMUM: Final = "minimum function"
ABSTENTION: Final = "abstention"
LOWERS: Final = "a denial lowers"
RAISES: Final = "a demand for a code raises"
HIGH: Final = "a chain message is in the top decile"
LOW: Final = "a notice is in the bottom half"
GROUPS: Final = (INVARIANCE, SWAPS, DIRECTION, MINIMUM, ABSTENTION)

STILL: Final = 0.2
"""Logits: a probability of .10 becomes .12 at most. What changes the writing alone may do so much."""
EXACT: Final = 1e-9
"""What swaps one known name for another may do nothing."""
TOP_DECILE: Final = 0.9
MIDDLE: Final = 0.5


class Reader(NamedTuple):
    """The one way from text to score, as the queue goes by it."""

    model: LinearModel
    chain: TextChain

    def logits(self, texts: Sequence[str]) -> FloatArray:
        """Return the calibrated logit of each text; where the model abstains, the prior's."""
        return logit(self.model.predict_or_prior([self.chain.prepare(text) for text in texts]))


def rewrite_claims(
    reader: Reader, texts: Sequence[str], claim_ids: Sequence[str], rng: np.random.Generator
) -> pd.DataFrame:
    """Write each claim in every way of CHANGES; right: within STILL of the plain text's logit."""
    plain = reader.logits(texts)
    frames = []
    for kind, change in CHANGES.items():
        amounts = reader.logits([change(text, rng) for text in texts]) - plain
        frames.append(_frame((INVARIANCE, kind), claim_ids, kind, amounts, np.abs(amounts) <= STILL))
    return pd.concat(frames, ignore_index=True)


def swap_names(reader: Reader) -> pd.DataFrame:
    """Swap every two names of a kind in its templates; right: the logit does not move at all."""
    frames = []
    for kind, templates in read_sentences("swaps").items():
        pairs = list(combinations(range(len(NAMES[kind])), 2))
        changes = [f"{NAMES[kind][first]} / {NAMES[kind][second]}" for first, second in pairs]
        for template in templates:
            logits = reader.logits([template.format(name=name) for name in NAMES[kind]])
            amounts = np.array([logits[second] - logits[first] for first, second in pairs], np.float64)
            subjects = [template] * len(pairs)
            frames.append(_frame((SWAPS, kind), subjects, changes, amounts, np.abs(amounts) <= EXACT))
    return pd.concat(frames, ignore_index=True)


def turn_claims(reader: Reader) -> pd.DataFrame:
    """Deny claims, which should lower the score, and add a demand for a code, which should raise it."""
    sentences = read_sentences("directions")
    denied, asked = sentences["denied"], sentences["asked for a code"]
    claims = [f"{claim[0].upper()}{claim[1:]}." for claim in denied]
    frames = [
        *(
            _turn(reader, LOWERS, frame, claims, [frame.format(claim=claim) for claim in denied])
            for frame in sentences["denial"]
        ),
        *(
            _turn(reader, RAISES, frame, asked, [frame.format(message=message) for message in asked])
            for frame in sentences["demand"]
        ),
    ]
    return pd.concat(frames, ignore_index=True)


def place_extremes(reader: Reader, standing: Standing) -> pd.DataFrame:
    """Place chain messages and authorities' notices in the test's queue, at its prevalence."""
    sentences = read_sentences("extremes")
    chains, notices = sentences["chain message"], sentences["notice"]
    high, low = (standing.rank(sigmoid(reader.logits(texts))) for texts in (chains, notices))
    return pd.concat(
        [
            _frame((MINIMUM, HIGH), chains, "", high, high >= TOP_DECILE),
            _frame((MINIMUM, LOW), notices, "", low, low <= MIDDLE),
        ],
        ignore_index=True,
    )


def keep_silent(reader: Reader) -> pd.DataFrame:
    """Read what says nothing in any language of the queue; right: the model abstains."""
    frames = []
    for kind, texts in read_sentences("silences").items():
        reasons = [reader.chain.prepare(text).abstain_reason for text in texts]
        right = np.array([reason is not None for reason in reasons], np.bool_)
        frames.append(_frame((ABSTENTION, kind), texts, "", reader.logits(texts), right))
    return pd.concat(frames, ignore_index=True)


def _turn(reader: Reader, kind: str, frame: str, plain: Sequence[str], turned: Sequence[str]) -> pd.DataFrame:
    amounts = reader.logits(turned) - reader.logits(plain)
    right = amounts < -EXACT if kind == LOWERS else amounts > EXACT
    return _frame((DIRECTION, kind), plain, frame, amounts, right)


def _frame(
    tested: tuple[str, str],
    subjects: Sequence[str],
    change: str | Sequence[str],
    amounts: FloatArray,
    right: npt.NDArray[np.bool_],
) -> pd.DataFrame:
    group, kind = tested
    columns = dict(zip(COLUMNS, (group, kind, list(subjects), change, amounts, right), strict=True))
    return pd.DataFrame(columns)
