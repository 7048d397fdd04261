from math import log, sqrt

import numpy as np
import pytest

from pipeline.model.contributions import Base, measure_base, share_terms
from pipeline.model.linear import P_MIN, Block, Calibrator, LinearModel, logit
from pipeline.text.chain import PreparedText

IDF = np.array([1.0, 2.0, 3.0])
WORDS = Block("word", (1, 2), 0, {"sebar": 0, "dana": 1, "sebar dana": 2}, IDF)
CHARS = Block("char", (3, 3), 3, {"eba": 0, "ban": 1}, np.array([1.0, 1.0]))
MODEL = LinearModel(
    blocks=(WORDS, CHARS),
    weights=np.array([[1.0, 0.0, 2.0, 0.5, 0.0], [0.0, -1.0, 0.0, 0.0, 4.0]]),
    intercepts=np.array([0.3, -0.1]),
    combination=np.array([0.5, 0.25]),
    calibrator=Calibrator(2.0, -0.4),
    prior_shift=-1.5,
    prevalence=0.1,
)


def prepare(tokens: str, stems: str) -> PreparedText:
    return PreparedText(tokens, tuple(tokens.split()), tuple(stems.split()), "id-ms", None, ())


def test_terms_are_shared_by_the_tokens_they_cover():
    """Worked by hand: "sebar" stands twice, its stem's part is halved; a pair's part goes to both of its words."""
    text = prepare("sebar dana sebarkan xyz", "sebar dana sebar xyz")
    twice, length = 1 + log(2), sqrt((1 + log(2)) ** 2 + 2**2 + 3**2)
    sebar, dana, pair = twice * 1.0 / length, 2 * -0.5 / length, 3 * 2.0 / length
    eba = 0.5 / 2  # in both spellings, alone in its block, so that its value is 1 whatever its count
    expected = [sebar / 2 + pair / 2 + eba, dana + pair / 2, sebar / 2 + eba, 0.0]
    assert share_terms(MODEL, text) == pytest.approx(expected, abs=1e-12)


def test_parts_and_base_are_the_logit_of_all_heads_together():
    text = prepare("sebarkan dana banjir", "sebar dana banjir")
    parts = share_terms(MODEL, text)
    base = measure_base(MODEL, text, float(parts.sum()))
    assert base == pytest.approx(Base(2 * (0.5 * 0.3 + 0.25 * -0.1), 0.0, -0.4, -1.5, 0.0))
    assert sum(base) + parts.sum() == pytest.approx(logit(float(MODEL.predict([text])[0])), abs=1e-12)


@pytest.mark.parametrize(("total", "p"), [(1000.0, 1 - P_MIN), (-1000.0, P_MIN)])
def test_what_keeps_a_score_from_0_and_1_is_a_term_of_its_own(total: float, p: float):
    base = measure_base(MODEL, prepare("", ""), total)
    assert base.limit != 0
    assert sum(base) + total == pytest.approx(float(logit(p)), abs=1e-9)


def test_a_text_of_which_nothing_is_known_has_only_its_base():
    assert share_terms(MODEL, prepare("", "")).tolist() == []
    assert share_terms(MODEL, prepare("<URL> xyz", "<URL> xyz")).tolist() == [0.0, 0.0]


def test_typed_tokens_give_nothing_and_what_they_part_is_still_a_pair():
    parted = share_terms(MODEL, prepare("sebar <EMOJI> dana", "sebar <EMOJI> dana"))
    assert parted[[0, 2]].tolist() == share_terms(MODEL, prepare("sebar dana", "sebar dana")).tolist()
    assert parted[1] == 0.0
