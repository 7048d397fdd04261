from pathlib import Path

import pytest

from pipeline.claims.agreement import Facts
from pipeline.claims.clusters import Limits, group_texts
from pipeline.claims.wording import read_wording
from pipeline.config import load_params
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules

CHAIN = TextChain(TextRules.from_params(load_params(Path(__file__).parents[2] / "params.yaml").text))
POST = "https://contoh.id/video/7123456789"
LONG = "besok pagi semua warga diminta datang ke balai desa membawa kartu keluarga asli"


def group(*reports: tuple[str, object]) -> list[int]:
    wordings = [read_wording(CHAIN.prepare(text), url) for text, url in reports]
    return group_texts(wordings, [Facts((), (), (), ())] * len(wordings), Limits(0.6, 128, 32)).tolist()


def test_links_emoji_numbers_and_handles_make_no_text_alike():
    assert (
        read_wording(CHAIN.prepare("terima kasih 2024 @seseorang_x \U0001f64f https://contoh.id/1"))
        == "terima kasih"
    )


def test_few_words_about_one_post_are_one_claim():
    assert group(("cek ini", POST), ("\U0001f631", POST), ("astaga", POST)) == [0, 0, 0]


def test_the_same_few_words_about_two_posts_are_two_claims():
    assert group(("cek ini", POST), ("cek ini", POST + "0"), ("cek ini", None)) == [0, 1, 2]


@pytest.mark.parametrize("url", ["https://contoh.id", "https://contoh.id/", "", None, float("nan")])
def test_a_link_to_a_site_says_nothing(url: object):
    assert read_wording(CHAIN.prepare("cek ini"), url) == "cek ini"
    assert read_wording(CHAIN.prepare("\U0001f631"), url) == ""


def test_a_text_that_says_enough_is_the_same_at_any_link():
    assert group((LONG, POST), (LONG, POST + "0")) == [0, 0]
