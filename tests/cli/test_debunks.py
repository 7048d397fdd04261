"""`saring debunks`: files in, a library that stays the same, matches out, and what users get wrong."""

import json
import random
from pathlib import Path

import pandas as pd
import pytest
from typer.testing import CliRunner

from pipeline.cli.app import app
from pipeline.cli.debunklib import CHUNK_ROWS
from pipeline.storage import read_frame
from pipeline.text.root_words import installed_words

ROOT = Path(__file__).parents[2]
ROWS = [
    {"url": "https://cek.example/1", "title": "[SALAH] Air galon Tirta dicampur racun tikus di Sukamekar",
     "verdict": "Salah", "date": "2026-09-01", "publisher": "Cek Desa"},
    {"url": "https://cek.example/2", "title": "[PENIPUAN] Tautan bansos 600 ribu kelurahan Sukamekar",
     "verdict": "Penipuan", "date": "2026-09-02"},
    {"title": "tanpa alamat", "verdict": "Salah"},
    {"url": "https://cek.example/3", "title": "dari masa depan", "date": "2027-01-01"},
]  # fmt: skip


@pytest.fixture
def desk(tmp_path):
    (tmp_path / "cek.jsonl").write_text("\n".join(map(json.dumps, ROWS)), encoding="utf-8")
    return tmp_path


def saring(desk, *arguments):
    options = ["--params", str(ROOT / "params.yaml"), "--root", str(desk / "root")]
    return CliRunner().invoke(app, [*options, "debunks", *map(str, arguments)])


def read_bytes(desk):
    return (desk / "root/data/debunks/debunks.parquet").read_bytes()


def test_import_is_idempotent_and_says_what_it_left_out(desk):
    first = saring(desk, "import", desk / "cek.jsonl")
    assert first.exit_code == 0, first.output
    assert "4 =       2 accepted +      0 merged +      2 rejected" in first.output
    assert "1 rejected: date is in the future" in first.stderr
    before = read_bytes(desk)
    again = saring(desk, "import", desk / "cek.jsonl")
    assert "4 =       0 accepted +      2 merged +      2 rejected" in again.output
    assert read_bytes(desk) == before
    listed = saring(desk, "list", "--rejected")
    assert "no url; expected the address of the article" in listed.output


def test_conflicting_verdicts_are_listed_and_facts_are_shown_as_such(desk):
    fact = {
        "url": "https://kpu.example/jadwal",
        "title": "Jadwal pemungutan suara Desa Wetan",
        "date": "2026-09-03",
    }
    (desk / "fakta.json").write_text(json.dumps([fact]), encoding="utf-8")
    (desk / "lain.csv").write_text(
        "url,title,verdict,date\nhttps://cek.example/1,Judul,Benar,2026-09-05\n", encoding="utf-8"
    )
    saring(desk, "import", desk / "cek.jsonl")
    assert "1 with conflicting verdicts" in saring(desk, "import", desk / "lain.csv").output
    assert saring(desk, "import", desk / "fakta.json", "--kind", "fact").exit_code == 0
    library = read_frame(desk / "root/data/debunks/debunks.parquet").set_index("url")
    assert library.loc["https://cek.example/1", ["verdict", "conflicts"]].tolist() == ["Benar", "Salah"]
    assert library["kind"].value_counts().to_dict() == {"debunk": 2, "fact": 1}
    assert "https://cek.example/2" not in saring(desk, "list", "--conflicts").output


def test_match_writes_a_row_for_each_known_fact_check(desk, monkeypatch):
    monkeypatch.setattr("pipeline.cli.debunklib.CHUNK_ROWS", 1)
    saring(desk, "import", desk / "cek.jsonl")
    texts = [
        "awas air galon tirta di sukamekar ada racun tikusnya, jangan diminum, sebarkan",
        "besok libur ya",
    ]
    reports = pd.DataFrame({"report_id": ["a", "b"], "text": texts, "reported_at": ["2026-09-20", None]})
    reports.to_csv(desk / "laporan.csv", index=False)
    done = saring(desk, "match", desk / "laporan.csv", "--output", desk / "cocok.jsonl", "--top", "1")
    assert done.exit_code == 0, done.output
    rows = [json.loads(line) for line in (desk / "cocok.jsonl").read_text(encoding="utf-8").splitlines()]
    assert [(row["report_id"], row["rank"], row["url"]) for row in rows] == [
        ("a", 1, "https://cek.example/1")
    ]
    assert rows[0]["level"] in {"match", "suggest"}
    refused = saring(desk, "match", desk / "laporan.csv", "--output", desk / "cocok.jsonl")
    assert refused.exit_code == 2
    assert "exists already" in refused.stderr
    assert CHUNK_ROWS > 1


def test_match_without_a_library_writes_no_rows(desk):
    (desk / "a.jsonl").write_text('{"report_id": "a", "text": "air galon"}\n', encoding="utf-8")
    done = saring(desk, "match", desk / "a.jsonl", "--output", desk / "b.csv")
    assert done.exit_code == 0, done.output
    assert (desk / "b.csv").read_text(encoding="utf-8").startswith("report_id,rank,level,similarity")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["import", "nirgends.json"], "cannot be read (no such file or directory)"),
        (["import", "leer.json"], "holds no fact-check that can be taken"),
        (["match", "ohne.csv", "--output", "x.csv"], "lacks column 'report_id'"),
        (["fit", "ohne.csv", "--before", "2026-01-01"], "lacks column 'reported_at'"),
        (["fit", "paare.csv", "--before", "kemarin"], "--before: holds 'kemarin'"),
        (["fit", "paare.csv", "--before", "2026-02-01"], "expected at least 300"),
    ],
)
def test_a_mistake_is_one_line_and_leaves_nothing(desk, arguments, message):
    (desk / "leer.json").write_text('[{"title": "x"}]', encoding="utf-8")
    (desk / "ohne.csv").write_text("text,title\na,b\n", encoding="utf-8")
    (desk / "paare.csv").write_text(
        "text,title,reported_at\na,b,2026-01-01\nc,d,2026-03-01\n", encoding="utf-8"
    )
    named = [desk / word if word.endswith((".csv", ".json")) else word for word in arguments]
    done = saring(desk, *named)
    assert done.exit_code == 2
    assert message in done.stderr
    assert done.stderr.count("\n") == 1
    assert not (desk / "root/data").exists()


def test_fit_states_what_its_levels_reach_later(desk):
    """Claims that copy their title, half of the titles taken away: a level that says nothing is right in half."""
    words = random.Random(45).sample(sorted(word for word in installed_words() if len(word) > 4), 400)
    titles = [
        f"{words[n]} {words[(n * 7 + 1) % 400]} {words[(n * 13 + 5) % 400]} beracun" for n in range(400)
    ]
    pairs = pd.DataFrame(
        {
            "text": [
                f"awas {title} sebarkan ke grup {words[(n * 3) % 400]}" for n, title in enumerate(titles)
            ],
            "title": titles,
            "reported_at": pd.date_range("2026-01-01", periods=400, freq="6h", tz="UTC"),
        }
    )
    pairs.to_parquet(desk / "pairs.parquet")
    done = saring(desk, "fit", desk / "pairs.parquet", "--before", "2026-03-22")
    assert done.exit_code == 0, done.output
    ranker = json.loads((desk / "root/data/debunks/ranker.json").read_text(encoding="utf-8"))
    assert ranker["reached"]["before"] == "2026-03-22"
    assert ranker["reached"]["match"]["precision"] > 0.7
    assert ranker["reached"]["match"]["recall"] > 0.9
    saring(desk, "import", desk / "cek.jsonl")
    (desk / "a.jsonl").write_text(
        '{"report_id": "a", "text": "air galon tirta racun tikus sukamekar"}', "utf-8"
    )
    assert saring(desk, "match", desk / "a.jsonl", "--output", desk / "b.csv").exit_code == 0
