"""A small model, fitted on invented texts, as a candidate with its evaluation."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from pipeline.config import Params, load_params
from pipeline.model.bundle import digest_parts, write_candidate
from pipeline.model.estimator import Examples, fit_model
from pipeline.model.linear import LinearModel
from pipeline.model.manifest import gather_facts
from pipeline.storage import write_bytes, write_json, write_text
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules

REPORTS = [
    ("sebarkan sebelum dihapus, surat suara sudah dicoblos semua di gudang", 1),
    ("viral, bantuan dicabut kalau tidak memilih calon itu, sebarkan", 1),
    ("air rebusan daun menyembuhkan segala penyakit, dokter merahasiakannya", 1),
    ("klik tautan ini untuk hadiah, kirim kode rahasia sebelum hangus", 1),
    ("gempa besar akan terjadi nanti malam, sebarkan ke semua grup", 1),
    ("petugas mencoblos sisa surat suara, bukti dihapus media", 1),
    ("pemungutan suara dibuka pukul tujuh dan ditutup pukul satu", 0),
    ("petugas kesehatan membuka layanan imunisasi setiap selasa", 0),
    ("harga cabai di pasar naik dibanding pekan lalu", 0),
    ("hujan lebat diperkirakan turun di pesisir pada sore hari", 0),
    ("debat kedua diundur ke hari sabtu karena gedung dipakai", 0),
    ("bantuan dibagikan di balai desa mulai pukul delapan", 0),
]

METRICS = {
    "headline": {
        "auc": 0.71,
        "auc_lower": 0.64,
        "auc_upper": 0.78,
        "average_precision": 0.31,
        "average_precision_lower": 0.22,
        "average_precision_upper": 0.4,
        "n_claims": 132,
        "n_misinformation": 41,
        "reason": None,
    },
    "random": {"auc": 0.93, "auc_lower": 0.9, "auc_upper": 0.96, "n_claims": 130, "n_misinformation": 40},
    "gap": {"auc": 0.22},
    "probes": {
        "date": {"auc": 0.52, "auc_lower": 0.43, "auc_upper": 0.61, "alarm": False, "n_claims": 132},
        "source": {
            "auc": None,
            "auc_lower": None,
            "auc_upper": None,
            "alarm": False,
            "reason": "one source only",
        },
    },
    "neutrality": {"max_shift": 0.01},
    "sources": {"workshop": {"n_claims": 80, "auc": 0.7}, "button": {"n_claims": 52, "auc": None}},
}


@pytest.fixture(scope="session")
def params() -> Params:
    return load_params(Path(__file__).parents[2] / "params.yaml")


@pytest.fixture(scope="session")
def rules(params: Params) -> TextRules:
    return TextRules.from_params(params.text)


@pytest.fixture(scope="session")
def model(params: Params, rules: TextRules) -> LinearModel:
    """A model whose calibration split contradicts it twice, so that its scores are neither 0 nor 1."""
    chain = TextChain(rules)
    labels = np.array([label for _, label in REPORTS], np.int8)
    train = Examples([chain.prepare(text) for text, _ in REPORTS], labels, np.ones(len(REPORTS)))
    contradicted = labels.copy()
    contradicted[[0, -1]] = 1 - contradicted[[0, -1]]
    return fit_model(
        train,
        train._replace(y_true=contradicted),
        params.train.model_copy(update={"min_claims": 1}),
        prevalence=0.1,
    )


@pytest.fixture(scope="session")
def candidate(tmp_path_factory: pytest.TempPathFactory, model: LinearModel, rules: TextRules) -> Path:
    directory = tmp_path_factory.mktemp("data") / "candidate"
    write_candidate(directory, model, rules, u_ref=1000.0)
    return directory


@pytest.fixture(scope="session")
def evaluation(tmp_path_factory: pytest.TempPathFactory, candidate: Path) -> Path:
    directory = tmp_path_factory.mktemp("data") / "evaluation"
    write_json(digest_parts(candidate), directory / "candidate.json")
    write_json(METRICS, directory / "metrics.json")
    write_text("source,n_claims,auc\nworkshop,80,0.7\nbutton,52,\n", directory / "sources.csv")
    write_bytes(b"\x89PNG\r\n\x1a\n invented", directory / "reliability.png")
    return directory


@pytest.fixture(scope="session")
def facts(params: Params) -> dict[str, Any]:
    return json.loads(json.dumps(gather_facts(params, {"reports": "ab" * 32})))
