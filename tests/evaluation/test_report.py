"""The page: complete without a network, every figure with its n, nothing wider than a telephone."""

import json
import re
import shutil
import subprocess
from html.parser import HTMLParser

import numpy as np
import pandas as pd
import pytest

from pipeline.evaluation.curves import trace_curves
from pipeline.evaluation.metrics import Judged, Terms
from pipeline.evaluation.outcome import Evaluation
from pipeline.evaluation.report import summarise, write_report
from pipeline.evaluation.report.parts import list_parts
from pipeline.storage import read_frame

VOID = {"meta", "line", "polyline", "circle"}
CHROMIUM = shutil.which("chromium")
FIGURE = {
    "auc": 0.7,
    "auc_lower": 0.6,
    "auc_upper": 0.8,
    "n_claims": 90,
    "n_misinformation": 30,
    "reason": None,
}

MEASURE = """<script>onload = () => {
  const wide = [...document.querySelectorAll('body *')].filter(
    element => element.getBoundingClientRect().right > WIDTH + 0.5 && !element.closest('svg, thead'))
  parent.document.title = wide.map(element => element.outerHTML.slice(0, 80)).join('|') || 'fits'
}</script>"""
"""Puts into the outer page's title what reaches over the edge; a head that is hidden from sight may."""


class Outline(HTMLParser):
    """Checks that every element is closed where it should be, and keeps what could reach for a network."""

    def __init__(self):
        super().__init__()
        self.open, self.reaching, self.ids, self.links = [], [], [], []

    def handle_starttag(self, tag, attrs):
        if tag not in VOID:
            self.open.append(tag)
        known = dict(attrs)
        self.reaching += [value for name, value in attrs if name in {"src", "srcset", "action", "data"}]
        self.ids += [known["id"]] if "id" in known else []
        self.links += [known["href"]] if "href" in known else []

    def handle_endtag(self, tag):
        if tag not in VOID:
            assert self.open.pop() == tag, self.getpos()


def outline(page):
    read = Outline()
    read.feed(page)
    assert not read.open
    return read


def build_evaluation(metrics, predictions):
    judged = Judged(
        predictions["y_true"].to_numpy(np.int8),
        predictions["score"].to_numpy(float),
        np.arange(len(predictions), dtype=np.int64),
    )
    told = metrics["terms"]
    terms = Terms(told["prevalence"], told["capacity_share"], told["bootstraps"], told["interval"])
    told = {"metrics": metrics, "curves": trace_curves(judged, judged, terms)}
    return Evaluation(**dict.fromkeys(Evaluation._fields) | told)


@pytest.fixture(scope="module")
def evaluation(sample_root):
    place = sample_root / "data" / "evaluation"
    metrics = json.loads((place / "metrics.json").read_text(encoding="utf-8"))
    return build_evaluation(metrics, read_frame(place / "predictions.parquet"))


@pytest.fixture(scope="module")
def page(evaluation):
    return write_report(evaluation)


def test_the_page_needs_no_network_and_no_script(page):
    read = outline(page)
    assert not read.reaching
    assert not re.search(r"https?:|@import|url\(|<script|<link|<iframe", page)


def test_its_links_lead_to_its_parts(page):
    read = outline(page)
    assert len(read.links) >= 10
    assert {link.removeprefix("#") for link in read.links} == set(read.ids)


def test_the_same_evaluation_gives_the_same_bytes(page, evaluation):
    assert write_report(evaluation) == page


def test_the_honest_figure_comes_first_and_the_flattering_one_is_not_to_be_quoted(evaluation, page):
    figures = [figure for figure, _ in summarise(evaluation.metrics)]
    recall = evaluation.metrics["headline"]["recall_at_capacity"]
    assert figures[0] == f"{100 * recall:.0f}\xa0%"
    assert "Do not quote it" in page


def bars_of(metrics):
    return [
        bar
        for part in list_parts(metrics)
        for block in part.blocks
        if block.kind == "chart"
        for bar in block.bars
    ]


def test_every_figure_has_a_count_or_a_reason(evaluation):
    bars = bars_of(evaluation.metrics)
    assert len(bars) >= 9
    for bar in bars:
        assert bar.reason or (bar.value and (re.search(r"\d", bar.note) or "split" in bar.note)), bar


def test_what_is_missing_is_said():
    terms = {"prevalence": 0.1, "capacity_share": 0.3, "bootstraps": 10, "interval": 0.95}
    empty = {
        "split": "test",
        "n_claims": 0,
        "n_misinformation": 0,
        "auc": None,
        "reason": "no labelled claim",
    }
    predictions = pd.DataFrame({"y_true": np.array([], np.int8), "score": np.array([], float)})
    page = write_report(build_evaluation({"headline": empty, "terms": terms}, predictions))
    outline(page)
    assert "The forward test cannot be computed: no labelled claim." in page
    assert "Not measured in this run" in page


def test_parts_too_small_for_a_figure_are_named_in_one_sentence(evaluation):
    small = FIGURE | {
        "auc": None,
        "n_claims": 12,
        "n_misinformation": 2,
        "reason": "only 2 claims of label 1",
    }
    slices = {"platform": {"whatsapp": FIGURE, "x": small, "tiktok": small}}
    page = write_report(evaluation._replace(metrics=evaluation.metrics | {"slices": slices}))
    assert page.count("AUC by platform") == 1
    assert "x 12 (2), tiktok 12 (2)." in page


def test_contestants_of_a_few_claims_are_counted_not_drawn(evaluation):
    rare = {"n_claims": 2, "n_misinformation": 1, "missed": 1.0, "wrongly_read": 0.0, "reason": None}
    named = {"nomor urut 1": rare | {"n_claims": 12}, "nomor urut 2": rare}
    page = write_report(evaluation._replace(metrics=evaluation.metrics | {"contestants": named}))
    assert "nomor urut 1" in page
    assert "nomor urut 2" not in page
    assert "1 contestants stand in fewer than 10 claims each." in page


def test_an_alarm_stands_out(evaluation):
    probe = FIGURE | {"alarm": True}
    page = write_report(evaluation._replace(metrics=evaluation.metrics | {"probes": {"date": probe}}))
    assert "1 of 1 probes raise an alarm." in page
    assert "0.70 ALARM" in page


def test_a_name_from_the_data_cannot_become_markup(evaluation):
    named = evaluation.metrics | {"sources": {"<script>alert(1)</script>": FIGURE | {"protocol": "left out"}}}
    page = write_report(evaluation._replace(metrics=named))
    assert "<script" not in page
    assert "&lt;script&gt;" in page


@pytest.mark.skipif(CHROMIUM is None, reason="needs Debian's chromium, as a real browser lays the page out")
@pytest.mark.parametrize("width", [1200, 400])
def test_nothing_is_wider_than_the_window(page, tmp_path, width):
    """A frame of that width, since a window cannot be so narrow; its content measures itself."""
    script = MEASURE.replace("WIDTH", str(width))
    inner, outer = tmp_path / "inner.html", tmp_path / "outer.html"
    inner.write_text(
        page.replace("<details>", "<details open>").replace("</body>", script + "</body>"), "utf-8"
    )
    outer.write_text(
        f'<title>?</title><iframe src="inner.html" width="{width}" height="900"></iframe>', "utf-8"
    )
    command = [CHROMIUM, "--headless=new", "--no-sandbox", "--disable-gpu", "--allow-file-access-from-files"]
    dumped = subprocess.run(
        [*command, "--virtual-time-budget=5000", "--dump-dom", outer.as_uri()],
        capture_output=True,
        text=True,
        timeout=120,
        check=True,
    )
    assert re.search("<title>(.*?)</title>", dumped.stdout)[1] == "fits"
