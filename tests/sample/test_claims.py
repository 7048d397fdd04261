"""The hand-written claims: distinct, balanced, and told apart by no single word."""

import re
from collections import Counter
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.metrics import roc_auc_score

CLAIMS_PATH = Path(__file__).parents[2] / "data" / "sample" / "source" / "claims.csv"

CHECKERS_WORDS = (
    r"hoaks|hoax|disinformasi|misinformasi|(?:cek|periksa) fakta|faktanya|klarifikasi|mafindo|turnbackhoax|"
    r"kominfo|salah\]|benar\]|narasi:|penjelasan:|kesimpulan:|kompas|tempo\.co|detik\.com|liputan6"
)
REAL_NAMES = (
    r"jokowi|joko widodo|prabowo|gibran|ganjar|anies|megawati|puan|ahok|khofifah|risma|ridwan kamil|luhut|"
    r"sby|pdip|pdi-p|gerindra|golkar|nasdem|pkb|pks|partai demokrat|ppp|psi|perindo|hanura|"
    r"jakarta|surabaya|bandung"
)


@pytest.fixture(scope="module")
def claims() -> pd.DataFrame:
    return pd.read_csv(CLAIMS_PATH)


def test_there_are_at_least_600_claims_each_with_an_id_and_a_text_of_its_own(claims: pd.DataFrame) -> None:
    assert len(claims) >= 600
    assert claims["id"].is_unique
    assert claims["id"].is_monotonic_increasing
    assert claims["text"].str.lower().is_unique
    assert (claims["text"] == claims["text"].str.strip()).all()


def test_both_classes_cover_the_same_topics_and_registers(claims: pd.DataFrame) -> None:
    cells = claims.groupby(["topic", "register"])["label"].agg(["size", "mean"])
    assert len(cells) == 8 * 4
    assert cells["size"].min() >= 20
    assert cells["mean"].between(0.2, 0.35).all()


def test_no_claim_is_another_one_in_other_words(claims: pd.DataFrame) -> None:
    shingles = CountVectorizer(analyzer="char", ngram_range=(5, 5), binary=True).fit_transform(claims["text"])
    common = (shingles @ shingles.T).toarray().astype(float)
    sizes = common.diagonal()
    jaccard = common / (sizes[:, None] + sizes[None, :] - common)
    np.fill_diagonal(jaccard, 0)
    assert jaccard.max() < 0.25


@pytest.mark.parametrize("token_pattern", [r"\w+", r"\S+"])
def test_no_single_token_or_bigram_tells_the_label(claims: pd.DataFrame, token_pattern: str) -> None:
    """As a classifier of one feature a token has AUC = 1/2 + (share in label 1 - share in label 0) / 2."""
    counter = CountVectorizer(ngram_range=(1, 2), binary=True, token_pattern=token_pattern)
    present = counter.fit_transform(claims["text"]).tocsc()
    is_misinformation = claims["label"].to_numpy() == 1
    shares = [
        np.asarray(present[rows].mean(axis=0)).ravel() for rows in (is_misinformation, ~is_misinformation)
    ]
    auc = 0.5 + (shares[0] - shares[1]) / 2
    assert np.abs(auc - 0.5).max() < 0.12


def test_the_length_of_a_claim_does_not_tell_its_label(claims: pd.DataFrame) -> None:
    assert roc_auc_score(claims["label"], claims["text"].str.len()) == pytest.approx(0.5, abs=0.07)


@pytest.mark.parametrize("words", [CHECKERS_WORDS, REAL_NAMES])
def test_no_claim_speaks_like_a_fact_checker_or_names_anybody_real(claims: pd.DataFrame, words: str) -> None:
    found = re.compile(rf"(?<!\w)(?:{words})(?!\w)", re.IGNORECASE)
    assert [found.findall(text) for text in claims["text"] if found.search(text)] == []


def test_no_claim_holds_anything_personal(claims: pd.DataFrame) -> None:
    digits = claims["text"].str.count(r"(?:\d[ .-]?){8,}")
    assert claims.loc[(digits > 0) | claims["text"].str.contains("@"), "id"].tolist() == []


def test_labels_are_zero_and_one_and_a_quarter_is_misinformation(claims: pd.DataFrame) -> None:
    assert set(Counter(claims["label"])) == {0, 1}
    assert 0.2 < claims["label"].mean() < 0.35
