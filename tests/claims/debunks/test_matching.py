"""Claims and a small library of our own: what is found, in which order, at which level."""

from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sklearn.feature_extraction.text import TfidfVectorizer

from pipeline.claims.debunks.entries import Kind, read_debunk
from pipeline.claims.debunks.features import FEATURES, FeatureMaker, WordHabits, measure_plain
from pipeline.claims.debunks.index import DebunkIndex, weigh_words
from pipeline.claims.debunks.library import empty_library, gather_debunks
from pipeline.claims.debunks.matching import Claim, Limits, Matcher, index_library
from pipeline.claims.debunks.ranker import Level, Ranker, read_ranker
from pipeline.claims.debunks.reading import MatchReader, MatchWords
from pipeline.config import load_params
from pipeline.errors import ModelError
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules

NOW = datetime(2026, 10, 1, tzinfo=UTC)
TITLES = {
    "https://cek.example/air": "[SALAH] Air Galon Merek Tirta Mengandung Racun Tikus",
    "https://cek.example/bansos": "[PENIPUAN] Tautan Pendaftaran Bansos 600 Ribu dari Kelurahan Sukamekar",
    "https://cek.example/surat": "Surat Suara Sudah Tercoblos di Gudang Muara Tenang",
    "https://cek.example/gempa": "Gempa Magnitudo 8 Akan Mengguncang Karangsari Besok",
}
LIMITS = Limits(short_words=6, old_days=1095)


@pytest.fixture(scope="module")
def reader():
    params = load_params(Path(__file__).parents[3] / "params.yaml")
    return MatchReader(TextChain(TextRules.from_params(params.text)))


def fill(titles, day="2026-09-01", texts=None):
    entries = [
        {"url": url, "title": title, "text": (texts or {}).get(url), "verdict": "Salah", "date": day}
        for url, title in titles.items()
    ]
    return gather_debunks(empty_library(), [read_debunk(row, Kind.debunk, NOW) for row in entries]).library


def ask(reader, library, *texts, limits=LIMITS, top=5):
    matcher = Matcher(index_library(library, reader), reader, read_ranker(Path("none")), limits)
    claims = [Claim(f"r{number}", text, NOW) for number, text in enumerate(texts)]
    return matcher.describe(claims, matcher.match(claims, top))


CLAIM = "Awas!! galon air merk tirta ada racun tikusnya, sudah 3 orang keracunan, sebarkan ke semua grup"


def test_a_reworded_claim_finds_its_fact_check_first(reader):
    found = ask(
        reader, fill(TITLES), CLAIM, "dapat bansos 600rb dari kelurahan sukamekar, daftar di tautan ini ya"
    )
    best = found[found["rank"] == 1].set_index("report_id")
    assert best["url"].to_dict() == {"r0": "https://cek.example/air", "r1": "https://cek.example/bansos"}
    assert found["similarity"].between(0, 1).all()


def test_a_copy_of_a_title_is_a_match_and_ordinary_talk_is_none(reader):
    found = ask(
        reader,
        fill(TITLES),
        *TITLES.values(),
        "nanti sore jadi main voli tidak, saya bawa bola dari rumah ya",
    )
    best = found[found["rank"] == 1]
    assert best["url"].tolist() == list(TITLES)
    assert set(best["level"]) == {"match"}
    assert "r4" not in set(found["report_id"])


def test_short_claims_and_old_debunks_are_only_suggested(reader):
    title = TITLES["https://cek.example/surat"]
    assert set(ask(reader, fill(TITLES), title, limits=Limits(20, 1095))["level"]) == {"suggest"}
    assert set(ask(reader, fill(TITLES, day="2019-01-01"), title)["level"]) == {"suggest"}
    assert set(ask(reader, fill(TITLES, day=None), title)["level"]) == {"suggest"}


def test_who_only_shares_a_name_with_a_title_is_only_suggested_to(reader):
    titles = {
        **TITLES,
        "https://cek.example/nama": "Bupati Karangsari Wiryo Atmojo Sastrodiningrat Ditangkap",
    }
    talk = "tadi pagi ketemu pak wiryo atmojo sastrodiningrat karangsari di pasar, beli jagung bakar"
    found = ask(reader, fill(titles), talk, titles["https://cek.example/nama"])
    named = found[found["url"] == "https://cek.example/nama"].set_index("report_id")["level"].to_dict()
    assert named.get("r0", "suggest") == "suggest"
    assert named["r1"] in {"match", "suggest"}


def test_plain_words_by_hand():
    """Of "air" and "racun", with equal habits, one is held; the name and the number don't count."""
    claim = MatchWords(("air", "tirta"), ("air", "tirta"))
    assert measure_plain(
        claim, ("air", "racun", "tirtasari", "12"), WordHabits({}, 0.5, 0.01)
    ) == pytest.approx(0.5)
    assert measure_plain(claim, ("tirtasari",), WordHabits({}, 0.5, 0.01)) == 0.0


def test_the_text_of_an_article_helps_where_its_title_does_not(reader):
    titles = {**TITLES, "https://cek.example/foto": "Foto Lama yang Dikaitkan dengan Kejadian Kemarin"}
    narrative = "Kepala desa membagi beras berkutu kepada lansia di balai dusun wetan, mohon diviralkan"
    without = ask(reader, fill(titles), narrative)
    beside = ask(reader, fill(titles, texts={"https://cek.example/foto": narrative}), narrative)
    url = "https://cek.example/foto"
    similarity = {
        name: float(rows.loc[rows["url"] == url, "similarity"].max() or 0)
        for name, rows in {"without": without, "beside": beside}.items()
    }
    assert not similarity["without"] > 0.1
    assert beside.iloc[0]["url"] == url


def test_an_empty_library_and_a_claim_without_words_match_nothing(reader):
    assert len(ask(reader, empty_library(), CLAIM)) == 0
    assert len(ask(reader, fill(TITLES), "", "😀😀", "https://contoh.example")) == 0


def test_what_is_found_does_not_depend_on_the_batch(reader):
    texts = [CLAIM, *TITLES.values()] * 20
    together = ask(reader, fill(TITLES), *texts)
    alone = ask(reader, fill(TITLES), CLAIM)
    assert together[together["report_id"] == "r0"].to_dict("records") == alone.to_dict("records")


@settings(max_examples=25, deadline=None)
@given(st.lists(st.text(max_size=60), min_size=1, max_size=6))
def test_any_string_can_be_asked_and_imported(reader, texts):
    titles = {
        f"https://cek.example/{number}": text for number, text in enumerate(texts) if text.strip("\0 <>")
    }
    rows = [read_debunk({"url": url, "title": title}, Kind.fact, NOW) for url, title in titles.items()]
    library = gather_debunks(empty_library(), [row for row in rows if not isinstance(row, str)]).library
    found = ask(reader, library, *texts, top=3)
    assert found["rank"].between(1, 3).all()
    assert found["similarity"].between(0, 1).all()


def test_characters_are_weighed_as_scikit_learn_weighs_them():
    titles = ["air galon racun", "bansos kelurahan", "surat suara gudang suara"]
    words = [MatchWords(tuple(title.split()), tuple(title.split())) for title in titles]
    index = DebunkIndex(weigh_words(words, [MatchWords((), ())] * 3))
    oracle = TfidfVectorizer(analyzer="char_wb", ngram_range=(4, 4), sublinear_tf=True)
    expected = oracle.fit_transform(titles)
    claim = "racun di surat kelurahan"
    (found,) = index.find([MatchWords(tuple(claim.split()), tuple(claim.split()))])
    ours = np.zeros(3)
    ours[found.rows] = found.characters
    assert ours == pytest.approx((oracle.transform([claim]) @ expected.T).toarray()[0])


def test_features_by_hand():
    """Claim "a b x" and title "b c": b found at place 1 of 1, c missing; one word of two."""
    words = [MatchWords(("air", "racun"), ("air", "racun")), MatchWords(("foto",), ("foto",))]
    index = DebunkIndex(weigh_words(words, [MatchWords((), ())] * 2))
    claim = MatchWords(("ada", "air"), ("ada", "air"))
    (found,) = index.find([claim])
    row = dict(
        zip(FEATURES, FeatureMaker(index, WordHabits({}, 0.5, 0.01)).measure(claim, found)[0], strict=True)
    )
    assert found.rows.tolist() == [0]
    assert row["covered"] == pytest.approx(0.5)
    assert (row["n_found"], row["n_title"], row["pairs"]) == (1, 2, 0)
    assert row["early"] == pytest.approx(30 / 31)
    assert row["likelihood"] == pytest.approx(np.log(0.5 / 0.01) + np.log(0.5 / 0.99))


def test_the_shipped_ranker_states_what_it_reaches_and_survives_json():
    ranker = read_ranker(Path("none"))
    assert ranker.reached["match"]["precision"] > 0.8
    assert ranker.suggest_threshold < ranker.match_threshold
    assert Ranker.from_json(ranker.to_json(), "here") == ranker
    with pytest.raises(ModelError, match="is no ranker"):
        Ranker.from_json({"weights": {}}, "here")
    assert {level.value for level in Level} == {"match", "suggest"}
