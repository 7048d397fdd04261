"""The moderators' queue as its users call it: on the sample's store, below a root of its own."""

import shutil
import sqlite3
import time
from datetime import datetime, timedelta
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from sqlalchemy import select

from pipeline.cli.demo import prepare_demo
from pipeline.cli.filling import REFRESH
from pipeline.cli.opening import clock, open_store
from pipeline.cli.refresher import Refresher
from pipeline.cli.workspace import Workspace
from pipeline.config import load_params
from pipeline.moderation.desk.dealing import Clock, deal_next
from pipeline.moderation.desk.people import require_person
from pipeline.moderation.lanes import Balance, Waiting, deal_all
from pipeline.moderation.store import Store, open_database, try_alone
from pipeline.moderation.store.api_tables import Moved
from pipeline.moderation.store.facts import SWEPT_AT, note_fact, read_swept_at
from pipeline.moderation.store.tables import FAR, OPEN, Claim
from pipeline.moderation.store.versions import newest_version
from pipeline.web.auth.passwords import Passwords

ROOT = Path(__file__).parents[2]


class Root:
    """A root with the sample's store in it."""

    def __init__(self, place: Path, saring) -> None:
        self.place = place
        self._saring = saring

    def run(self, *arguments: object):
        return self._saring("--params", ROOT / "params.yaml", "--root", self.place, *arguments)

    def tell(self, *arguments: object) -> str:
        done = self.run(*arguments)
        assert done.exit_code == 0, done.output
        return done.stdout

    def refuse(self, *arguments: object) -> str:
        done = self.run(*arguments)
        assert done.exit_code == 2, done.output
        [line] = done.stderr.splitlines()
        return line


@pytest.fixture
def root(sample_root: Path, tmp_path: Path, saring) -> Root:
    shutil.copy(sample_root / "queue.db", tmp_path / "queue.db")
    for name in ("models", ".saring"):
        shutil.copytree(sample_root / name, tmp_path / name)
    root = Root(tmp_path, saring)
    root.tell("user", "add", "ibu", "--role", "lead")
    root.tell("user", "add", "sari", "--role", "moderator", "--as", "ibu")
    return root


def ask(root: Root, query: str, *values: object):
    """Ask the store's file for one value."""
    database = sqlite3.connect(root.place / "queue.db")
    [value] = database.execute(query, values).fetchone()
    database.close()
    return value


def test_run_ends_by_loading(sample_root: Path):
    lines = (sample_root / "output.txt").read_text(encoding="utf-8").splitlines()
    assert next(line for line in lines if line.startswith("load ")).split()[1:4] == ["4,743", "=", "4,743"]


def test_a_claim_is_decided_shown_and_undone(root: Root):
    claim = root.tell("queue", "next", "--as", "sari").split(":")[0]
    said = root.tell(
        "queue", "decide", claim, "misinformation", "--type", "scam", "--note", "cek", "--as", "sari"
    )
    assert said == f"{claim}: misinformation\n"
    shown = root.tell("queue", "show", claim)
    assert shown.startswith(f"{claim}: decided; misinformation (scam); reported since 2026-")
    for term in ("probability", "severity", "views_next_24h", "views_source", "expected_harm", "computed_at"):
        assert term in shown
    second = root.tell("queue", "decide", claim, "unclear", "--as", "ibu")
    assert second == f"{claim}: unclear, kept as a second opinion: somebody decided before you\n"
    assert root.tell("queue", "undo", claim, "--as", "sari") == f"{claim}: 'misinformation' taken back\n"
    assert "decided; unclear" in root.tell("queue", "show", claim)


def test_stats_count(root: Root, sample_root: Path):
    n_claims = len(pq.read_table(sample_root / "data/queue/claims.parquet", columns=["claim_id"]))
    root.tell("queue", "next", "--as", "sari")
    lines = {
        tuple(part.strip() for part in line.split("│")[1:3])
        for line in root.tell("queue", "stats").splitlines()[3:-1]
    }
    assert {("claims: open", f"{n_claims:,}"), ("reports", "4,743"), ("in somebody's hands", "1")} <= lines


def test_the_log_verifies_against_an_earlier_head(root: Root, tmp_path: Path):
    head = tmp_path / "head.txt"
    head.write_text(root.tell("log", "head"))
    root.tell("queue", "next", "--as", "sari")
    assert root.tell("log", "verify", "--head", head) == (
        "the log is whole: 4 lines, and holds line 3 of the head\n"
    )
    shutil.copy(head, tmp_path / "kept.txt")
    with sqlite3.connect(root.place / "queue.db") as database:
        database.execute("UPDATE events SET kind = 'nothing' WHERE sequence = 2")
    database.close()
    found = root.run("log", "verify")
    assert found.exit_code == 4
    assert found.stdout == "line 2: changed, or not in its place\n"
    assert found.stderr == "saring: the log is not what was written, at 1 places\n"


def test_a_claim_given_back_and_picked(root: Root):
    claim = root.tell("queue", "next", "--as", "sari").split(":")[0]
    assert root.tell("queue", "release", claim, "--as", "sari") == f"{claim}: given back\n"
    assert root.tell("queue", "release", claim, "--as", "sari") == f"{claim}: was not in your hands\n"
    assert root.tell("queue", "pick", claim, "--as", "sari").startswith(f"{claim} is in your hands until 20")


def test_people(root: Root):
    assert root.tell("user", "role", "sari", "data", "--as", "ibu") == "sari: data\n"
    assert (
        root.refuse("queue", "next", "--as", "sari")
        == "saring: user 'sari': is data; expected moderator or lead"
    )
    assert root.tell("user", "off", "sari") == "sari: off\n"
    assert "sari │ data │ off" in root.tell("user", "list")
    assert root.refuse("queue", "next", "--as", "sari").startswith("saring: user 'sari': is switched off")


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["user", "add", "x", "--role", "boss"], "role 'boss': is unknown; expected one of moderator, lead"),
        (["user", "add", "ibu", "--role", "lead"], "user 'ibu': is there already; expected a new name"),
        (["user", "add", "x", "--role", "lead", "--as", "sari"], "user 'sari': is moderator; expected lead"),
        (["user", "add", "a\nb", "--role", "lead"], "user 'a\\nb': is no name"),
        (["user", "off", "x"], "user 'x': is unknown; expected one of `saring user list`"),
        (["queue", "next", "--as", "x"], "user 'x': is unknown"),
        (["queue", "show", "c-0"], "claim 'c-0': is unknown; expected one of the queue's"),
        (["queue", "decide", "c-0", "unclear", "--as", "sari"], "claim 'c-0': is unknown"),
        (["log", "verify", "--head", "/nowhere"], "/nowhere: cannot be read (no such file or directory)"),
    ],
)
def test_a_mistake_is_one_line(root: Root, arguments: list[str], said: str):
    assert root.refuse(*arguments).startswith(f"saring: {said}")


def test_without_a_store(saring, tmp_path: Path):
    for arguments in (["queue", "stats"], ["log", "head"], ["user", "list"]):
        done = saring("--root", tmp_path, *arguments)
        assert done.exit_code == 2
        assert done.stderr == (
            f"saring: {tmp_path}/queue.db: is not there; expected a queue; make it with `saring queue init`\n"
        )
    assert list(tmp_path.iterdir()) == []
    assert saring("--root", tmp_path, "queue", "init").stdout == f"{tmp_path}/queue.db: made\n"
    assert saring("--root", tmp_path, "queue", "init").stdout == f"{tmp_path}/queue.db: is there already\n"
    said = saring("--root", tmp_path, "queue", "upgrade").stdout
    assert said == f"{tmp_path}/queue.db: is of {newest_version()} already\n"


@pytest.mark.parametrize(
    ("address", "said"),
    [
        ("mysql://u@h/d", "SARING_DATABASE_URL: names 'mysql'; expected postgresql://USER@HOST/DATABASE"),
        ("nonsense", "SARING_DATABASE_URL: is no address"),
        ("postgresql://u:secret@127.0.0.1:1/d", "postgresql+psycopg://u:***@127.0.0.1:1/d: cannot be used ("),
    ],
)
def test_a_database_that_is_none_is_one_line(
    saring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, address: str, said: str
):
    monkeypatch.setenv("SARING_DATABASE_URL", address)
    done = saring("--root", tmp_path, "queue", "stats")
    assert done.exit_code == 2
    [line] = done.stderr.splitlines()
    assert line.startswith(f"saring: {said}")
    assert "secret" not in line


def test_later_counts_are_taken(root: Root, tmp_path: Path):
    claim = root.tell("queue", "next", "--as", "sari").split(":")[0]
    report_id = ask(root, "SELECT report_id FROM reports WHERE claim_id = ? LIMIT 1", claim)
    counts = tmp_path / "counts.csv"
    counts.write_text(
        "report_id,url,views,shares,observed_at\n"
        f"{report_id},,900000,,2026-09-30T18:00:00+07:00\n"
        "nobody,,10,,2026-09-30T18:00:00+07:00\n"
        f"{report_id},,many,,2026-09-30T18:00:00+07:00\n"
        f"{report_id},,10,,2026-09-30T18:00:00\n"
    )
    done = root.run("queue", "observe", counts)
    assert done.exit_code == 0
    assert "4 =       1 accepted +      0 merged +      3 rejected" in done.stdout
    assert done.stdout.endswith("1 claims counted again; 1 rows of unknown content\n")
    assert done.stderr.splitlines() == [
        f"saring: warning: {counts}: row 3 views is no count; expected report_id or url, views or shares, observed_at",
        f"saring: warning: {counts}: row 4 observed_at names no zone; "
        "expected report_id or url, views or shares, observed_at",
    ]
    assert ask(root, "SELECT views FROM claims WHERE claim_id = ?", claim) >= 900000
    assert root.refuse("queue", "observe", tmp_path / "none.csv").endswith(
        "none.csv: cannot be read (no such file or directory); "
        "expected rows of report_id or url, views or shares, observed_at"
    )


def test_a_refresh_makes_terms_anew_when_it_is_due(root: Root):
    assert root.tell("queue", "refresh").rstrip().endswith("claims weighed anew")
    assert root.tell("queue", "refresh", "--if-due").rstrip().endswith("not due yet")
    assert root.tell("log", "verify").startswith("the log is whole")
    with open_store(workspace_of(root)) as store, try_alone(store, REFRESH):
        assert root.tell("queue", "refresh").rstrip().endswith("another one is at it")


def test_a_server_makes_terms_anew_when_they_are_due(root: Root):
    with open_store(workspace_of(root)) as store:
        with store.writing() as connection:
            note_fact(connection, SWEPT_AT, "2026-01-01T00:00:00+00:00")
        refresher = Refresher(workspace_of(root), look=timedelta(seconds=0.05))
        began = clock().replace(microsecond=0)
        refresher.start()
        try:
            assert any(_is_swept_since(store, began) for _ in range(600))
        finally:
            refresher.stop()
        with store.reading() as connection:
            assert connection.execute(select(Moved.id)).first() is None


def _is_swept_since(store: Store, began: datetime) -> bool:
    time.sleep(0.2)
    with store.reading() as connection:
        swept_at = read_swept_at(connection)
    return swept_at is not None and swept_at >= began


def workspace_of(root: Root) -> Workspace:
    return Workspace(root.place, ROOT / "params.yaml")


def test_the_store_deals_in_the_order_that_prioritise_shows(root: Root, sample_root: Path):
    """Once its terms are made anew, as asking `next` again and again would."""
    shown = pq.read_table(sample_root / "data/queue/claims.parquet").to_pandas()
    params = load_params(ROOT / "params.yaml")
    with open_store(Workspace(root.place, ROOT / "params.yaml")) as store, store.reading() as connection:
        rows = connection.execute(select(Claim).where(Claim.state == OPEN)).all()
    waiting = [
        Waiting(
            row.claim_id,
            row.expected_harm,
            None if row.waiting_since == FAR else row.waiting_since,
            row.due_at,
            row.in_quality,
        )
        for row in rows
    ]
    dealt = deal_all(Balance(), waiting, params.now(), params.prioritise.lanes)
    assert [(deal.claim_id, deal.lane) for deal in dealt] == [
        *zip(shown["claim_id"], shown["lane"], strict=True)
    ]
    harm = {row.claim_id: row.expected_harm for row in rows}
    assert [harm[claim_id] for claim_id in shown["claim_id"]] == pytest.approx(
        shown["expected_harm"].tolist()
    )


def test_asking_again_and_again_gives_the_order_of_prioritise(root: Root, sample_root: Path):
    params = load_params(ROOT / "params.yaml")
    clock = Clock(params.now(), timedelta(days=1))
    store = open_database(root.place, None)
    dealt = []
    with store.writing() as connection:
        person = require_person(connection, "sari")
        while (deal := deal_next(connection, person, params.prioritise.lanes, clock)) is not None:
            dealt.append((deal.claim_id, deal.lane))
    store.close()
    shown = pq.read_table(sample_root / "data/queue/claims.parquet", columns=["claim_id", "lane"]).to_pylist()
    assert dealt == [(row["claim_id"], row["lane"]) for row in shown]


def test_a_demonstration_makes_three_accounts_once_and_leaves_the_queue(root: Root, capsys):
    workspace = Workspace(root.place, ROOT / "params.yaml")
    n_claims = ask(root, "SELECT count(*) FROM claims")
    prepare_demo(workspace)
    _, *rows = capsys.readouterr().out.splitlines()
    made = {name: (role, password) for name, role, password in map(str.split, rows)}
    assert [role for role, _ in made.values()] == list(made) == ["moderator", "lead", "data"]
    for name, (_, password) in made.items():
        kept = ask(root, "SELECT password_hash FROM users WHERE name = ?", name)
        assert Passwords().fits(password, kept)
    prepare_demo(workspace)
    said = capsys.readouterr().out.splitlines()
    assert all("made earlier; for a new one: saring user password" in line for line in said[1:])
    assert ask(root, "SELECT count(*) FROM claims") == n_claims
