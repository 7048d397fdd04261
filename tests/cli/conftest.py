"""A small data set of its own, on a desk where a test may break it."""

import itertools
import json
import os
import re
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import NamedTuple

import pytest
from click.testing import Result

from pipeline.storage import digest_file
from tests.cli.private import GARDEN, MINE, SHEET, name_reporters, write_lines

ROOT = Path(__file__).parents[2]
START = datetime(2025, 10, 20, 2, tzinfo=UTC)

PLACES = [
    "pasar ikan Muara Tenang, seberang kios jagung bakar Bu Warsih",
    "terminal bus Karangsari tepat di samping bengkel sepeda tua",
    "lapangan voli Dusun Wetan yang baru selesai dipasangi lampu",
    "puskesmas Ranu Biru, lantai dua, dekat ruang tunggu lansia",
    "gudang beras Sukamekar milik koperasi petani perempuan",
    "sekolah dasar Batu Apung sesudah upacara hari Senin",
    "jembatan gantung Leuwi Panjang menuju kampung pengrajin rotan",
    "waduk Cikembang Lor, pintu air sebelah utara, jalur pemancing",
    "perumahan guru Tanjung Elok gang buntu ujung timur",
    "kebun teh Puncak Sewu pada jam istirahat para pemetik",
]
ALARMS = [
    "Awas! Racun tikus dicampur ke air minum di {}",
    "Sebarkan sebelum dihapus: hantu menculik balita di {}",
    "Viral, uang gaib dua juta dibagi cuma-cuma di {}",
]
NOTICES = [
    "Listrik padam bergilir dua jam untuk perawatan di {}",
    "Warga kerja bakti mengecat pagar bersama di {}",
    "Jalan ditutup sebagian karena perbaikan saluran di {}",
]
HALL = "balai kota Simpang Lima depan patung pahlawan"

PARAMS = """
extends: {base}
ingest:
  sources:
    - {{name: desa, path: {reports}, columns: {{}}, constants: {{}}, label_values: {{1: 1, 0: 0}},
       timezone: Asia/Jakarta, day_first: false}}
  pseudonym_key: desa.key
evaluate: {{bootstraps: 50}}
publish:
  profile: small
  profiles:
    small: {{min_auc_lower: 0.0, max_probe_lower: 1.0, max_ranking_loss: 1.0, max_name_shift: 100.0}}
"""
KEY = "5a" * 32

HALF_WRITTEN = re.compile(r"\.part|\.old|-journal$")
SAME_EACH_RUN = re.compile(r"data/|models/(?!decisions\.jsonl)")

Report = dict[str, object]


@pytest.fixture(scope="session")
def reports() -> list[Report]:
    """60 labelled claims of two classes over ten months, each reported twice, and 6 that wait in the queue."""
    pairs = itertools.product(PLACES, zip(ALARMS, NOTICES, strict=True))
    texts = [
        (kind.format(place), label)
        for place, kinds in pairs
        for label, kind in zip((1, 0), kinds, strict=True)
    ]
    labelled = [
        make_report(f"r{number:02d}-{copy}", text, START + timedelta(days=5 * number + copy), label)
        for number, (text, label) in enumerate(texts)
        for copy in (0, 1)
    ]
    late = START + timedelta(days=340)
    waiting = [
        make_report(f"w{number}", kind.format(HALL), late, None)
        for number, kind in enumerate([*ALARMS, *NOTICES])
    ]
    return labelled + waiting


def make_report(report_id: str, text: str, when: datetime, label: int | None) -> Report:
    return {
        "report_id": report_id,
        "text": text,
        "reported_at": when.isoformat(),
        "views": len(text) ** 2,
        "label": label,
    }


class Desk(NamedTuple):
    """A folder with reports and their params file, the root of a run, and the command line."""

    folder: Path
    saring: Callable[..., Result]

    @property
    def params(self) -> Path:
        return self.folder / "params.yaml"

    @property
    def root(self) -> Path:
        return self.folder / "root"

    def lay_reports(self, reports: Sequence[Mapping[str, object]], more: str = "") -> None:
        """Put reports down as JSON lines."""
        self.lay("".join(json.dumps(report) + "\n" for report in reports).encode(), more=more)

    def lay(self, content: bytes, name: str = "laporan.jsonl", more: str = "") -> None:
        """Put a file of reports down, and a params file that names it; `more` stands above what that says."""
        (self.folder / name).write_bytes(content)
        self.name(name, more)

    def name(self, reports: str, more: str = "") -> None:
        """Write a params file that names a path of reports, there or not."""
        base = PARAMS.format(base=ROOT / "params.yaml", reports=reports)
        (self.folder / "base.yaml").write_text(base, encoding="utf-8")
        (self.folder / "desa.key").write_text(KEY, encoding="ascii")
        self.params.write_text(f"extends: base.yaml\n{more}\n", encoding="utf-8")

    def run(self, *arguments: object) -> Result:
        return self.saring("--params", self.params, "--root", self.root, *arguments)

    def pass_through(self, *arguments: object) -> str:
        """Run a command that must go well, and return what it says."""
        result = self.run(*arguments)
        assert result.exit_code == 0, result.output
        return result.output

    def refuse(self, *arguments: object) -> str:
        """Run a command that must end with one line and exit 2 and change nothing; return the line.

        The desk's folder is shown as DESK.
        """
        before = self.list_files()
        result = self.run(*arguments)
        assert result.exit_code == 2, result.output
        assert result.stdout == ""
        [line] = result.stderr.splitlines()
        assert self.list_files() == before
        return line.replace(str(self.folder), "DESK")

    def list_files(self) -> dict[str, tuple[int, int]]:
        """Return when each file of the desk was written and how long it is, the root's lock left out."""
        files = ((path, path.stat()) for path in self.folder.rglob("*") if path.is_file())
        return {
            str(path.relative_to(self.folder)): (state.st_mtime_ns, state.st_size)
            for path, state in files
            if path != self.root / ".saring/lock"
        }

    def list_half_written(self) -> list[str]:
        return [name for name in self.list_files() if HALF_WRITTEN.search(name)]

    def digest_results(self) -> dict[str, str]:
        """Return the digests of the files that two runs on the same reports must have in common."""
        paths = (Path(place) / name for place, _, names in os.walk(self.root) for name in names)
        names = {str(path.relative_to(self.root)): path for path in sorted(paths)}
        return {name: digest_file(path) for name, path in names.items() if SAME_EACH_RUN.match(name)}


@pytest.fixture
def desk(tmp_path: Path, reports: list[Report], saring: Callable[..., Result]) -> Desk:
    """A desk with good reports; a test lays what it needs over them."""
    desk = Desk(tmp_path, saring)
    desk.lay_reports(reports)
    return desk


@pytest.fixture(scope="session")
def finished_desk(
    tmp_path_factory: pytest.TempPathFactory, reports: list[Report], saring: Callable[..., Result]
) -> Desk:
    """A desk after an undisturbed `saring run` on good reports; tests must not change it."""
    desk = Desk(tmp_path_factory.mktemp("finished"), saring)
    desk.lay_reports(reports)
    desk.pass_through("run")
    return desk


@pytest.fixture(scope="session")
def private_desk(
    tmp_path_factory: pytest.TempPathFactory, reports: list[Report], saring: Callable[..., Result]
) -> Desk:
    """A desk whose reports are full of identities, after a run, with outputs and a log; to be copied."""
    desk = Desk(tmp_path_factory.mktemp("private"), saring)
    (desk.folder / "kiriman").mkdir()
    desk.lay(write_lines([*name_reporters(reports), *GARDEN.reports, *MINE]), "kiriman/laporan.jsonl")
    (desk.folder / f"kiriman/{SHEET}").write_text(GARDEN.sheet, encoding="utf-8")
    desk.name("kiriman", more="ingest: {max_rejected_share: 0.5}")
    said = [desk.pass_through("run")]
    source = desk.folder / "kiriman/laporan.jsonl"
    for name in ("s.parquet", "s.csv.gz", "s.jsonl"):
        output = desk.root / "luaran" / name
        said.append(desk.pass_through("score", source, "--output", output, "--mask", "--explain", 3))
    scored = desk.root / "data/queue/scored.parquet"
    said.append(desk.pass_through("prioritise", scored, "--output", desk.root / "luaran/antrean.csv"))
    said.append(desk.pass_through("export", "--to", "jsonl", "--output", desk.root / "luaran/ekspor.jsonl"))
    (desk.root / "catatan.log").write_text("\n".join(said), encoding="utf-8")
    return desk
