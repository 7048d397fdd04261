"""Pairs of reports that differ in one fact in, the shares of them that stay apart and show as related out.

python benchmarks/near_misses.py [--pairs N]: invented messages; in each pair one person, place, number, negation or
ballot number is another. All messages are made from a few templates (near_misses.txt): those of one template are
near-misses of each other too. Each message is also reported with a greeting and a link. Prints a table; the last line
is one JSON object.
"""

import argparse
import json
import random
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Final, NamedTuple

from pipeline.claims.clusters import Clusters, Limits, group_reports
from pipeline.claims.wording import list_facts, read_wording
from pipeline.config import load_params
from pipeline.text.chain import TextChain
from pipeline.text.rules import TextRules

PARAMS = Path(__file__).parents[1] / "params.yaml"
TEMPLATES = Path(__file__).with_suffix(".txt")
SEED = 45

GIVEN_NAMES: Final = (
    "Sukiyat",
    "Wagiman",
    "Darsono",
    "Paryanti",
    "Legiyem",
    "Mulyatno",
    "Kasturi",
    "Ngatiman",
    "Rumiyati",
    "Tukijan",
)
TITLES: Final = ("Pak", "Bu", "Haji", "Bupati", "Camat", "Ustaz")
UNITS: Final = (
    "{} paket sembako",
    "{} lembar amplop",
    "{} juta rupiah",
    "{} karung beras",
    "{} kaus",
    "{} orang",
    "Rp {}.000",
)
BALLOTS: Final = ("paslon {}", "paslon nomor urut {}", "calon nomor {}", "kandidat no {}")
BALLOT_NUMBERS: Final = {
    "1": 1,
    "01": 1,
    "satu": 1,
    "2": 2,
    "02": 2,
    "dua": 2,
    "3": 3,
    "03": 3,
    "tiga": 3,
    "4": 4,
}
"""How a number may be written, and what it is."""
ALLOWED: Final = ("boleh", "akan", "mau", "perlu", "bisa")
NEGATIONS: Final = (
    "tidak",
    "tdk",
    "gak",
    "nggak",
    "ga",
    "enggak",
    "belum",
    "blm",
    "jangan",
    "jgn",
    "bukan",
    "tak",
)
GREETINGS: Final = ("Assalamualaikum. ", "Info penting! ", "Izin meneruskan: ", "Halo semua, ")
KINDS: Final = ("person", "place", "number", "negation", "ballot")

Slots = dict[str, str]


class NearMiss(NamedTuple):
    """Two messages that differ in one fact, and which."""

    kind: str
    first: str
    second: str


class Outcome(NamedTuple):
    """Whether a pair stayed apart and shows as related, and whether each message's copy joined it."""

    kind: str
    apart: bool
    related: bool
    joined: bool


def plant_near_misses(n_pairs: int, names: Mapping[str, str], rng: random.Random) -> Iterator[NearMiss]:
    """Write pairs, as many of each kind; `names` are those that the lists hold, each with its kind."""
    people, places = (sorted(name for name in names if names[name] == kind) for kind in ("person", "place"))
    templates = TEMPLATES.read_text(encoding="utf-8").splitlines()
    for number in range(n_pairs):
        kind = KINDS[number % len(KINDS)]
        slots = {
            "person": _draw_person(people, rng),
            "place": rng.choice(places).title(),
            "number": rng.choice(UNITS).format(rng.randint(6, 990)),
            "ballot": rng.choice(BALLOTS).format(rng.choice(list(BALLOT_NUMBERS))),
            "may": rng.choice(ALLOWED),
        }
        changed = _change(slots, kind, people, places, rng)
        template = rng.choice(templates)
        yield NearMiss(kind, template.format(**slots), template.format(**changed))


def judge(pairs: Sequence[NearMiss], chain: TextChain, limits: Limits, rng: random.Random) -> list[Outcome]:
    """Group all messages with a copy of each, and say what became of each pair."""
    messages = [message for pair in pairs for message in (pair.first, pair.second)]
    copies = [
        f"{rng.choice(GREETINGS)}{message} https://contoh.id/{rng.randint(1, 9999)}" for message in messages
    ]
    clusters = _group([*messages, *copies], chain, limits)
    groups = clusters.groups.tolist()
    related = set(zip(clusters.related.first.tolist(), clusters.related.second.tolist(), strict=True))
    return [
        Outcome(
            pair.kind,
            groups[first] != groups[first + 1],
            tuple(sorted((groups[first], groups[first + 1]))) in related,
            all(groups[row] == groups[row + len(messages)] for row in (first, first + 1)),
        )
        for first, pair in zip(range(0, len(messages), 2), pairs, strict=True)
    ]


def _group(messages: Sequence[str], chain: TextChain, limits: Limits) -> Clusters:
    prepared = [chain.prepare(message) for message in messages]
    facts = list_facts(messages, prepared, chain.rules.names)
    return group_reports(
        list(map(str, range(len(messages)))), list(map(read_wording, prepared)), facts, limits
    )


def _draw_person(people: Sequence[str], rng: random.Random) -> str:
    """Draw somebody whom the lists hold, or somebody of whom only the title tells that it is a name."""
    if rng.random() < 0.5:
        return rng.choice(people).title()
    return f"{rng.choice(TITLES)} {rng.choice(GIVEN_NAMES)}"


def _change(
    slots: Slots, kind: str, people: Sequence[str], places: Sequence[str], rng: random.Random
) -> Slots:
    """Return the slots with one of them another: nothing but the fact itself."""
    if kind == "negation":
        return {**slots, "may": f"{rng.choice(NEGATIONS)} {slots['may']}"}
    written = slots[kind]
    *before, last = written.split(" ")
    if kind == "person" and before and before[0] in TITLES and last in GIVEN_NAMES:
        return {**slots, kind: f"{before[0]} {_draw_other(last, GIVEN_NAMES, rng)}"}
    if kind in {"person", "place"}:
        return {**slots, kind: _draw_other(written, people if kind == "person" else places, rng).title()}
    if kind == "ballot":
        others = [name for name, value in BALLOT_NUMBERS.items() if value != BALLOT_NUMBERS[last]]
        return {**slots, kind: " ".join([*before, rng.choice(others)])}
    number = re.search(r"[0-9]+", written)
    return {**slots, kind: written.replace(number[0], str(int(number[0]) + rng.randint(1, 9)))}


def _draw_other(written: str, choices: Sequence[str], rng: random.Random) -> str:
    """Draw one of the choices that shares no word with what is written."""
    words = set(written.lower().split())
    return rng.choice([choice for choice in choices if not words & set(choice.lower().split())])


def main() -> None:
    """Plant, group, judge and print."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--pairs", type=int, default=1000)
    n_pairs = parser.parse_args().pairs
    params = load_params(PARAMS)
    chain = TextChain(TextRules.from_params(params.text))
    rng = random.Random(SEED)
    pairs = list(plant_near_misses(n_pairs, chain.rules.names, rng))
    outcomes = judge(pairs, chain, Limits.from_params(params.preprocess), rng)
    print(f"{'differs in':<12}{'pairs':>8}{'apart':>8}{'related':>9}{'copies joined':>15}")
    for kind in KINDS:
        ours = [outcome for outcome in outcomes if outcome.kind == kind]
        print(f"{kind:<12}{len(ours):>8}{_count(ours, 1):>8}{_count(ours, 2):>9}{_count(ours, 3):>15}")
    totals = {name: _count(outcomes, place) for place, name in enumerate(Outcome._fields) if place}
    print(json.dumps({"pairs": len(outcomes), **totals}))


def _count(outcomes: Sequence[Outcome], place: int) -> int:
    return sum(bool(outcome[place]) for outcome in outcomes)


if __name__ == "__main__":
    main()
