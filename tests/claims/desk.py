"""A store in memory that takes reports and links one at a time, as the moderators' does in a database."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import Any, NamedTuple

from pipeline.claims.agreement import Facts
from pipeline.claims.arrivals import Confirmed, compare, find_first_in, is_late, list_kept_keys, settle
from pipeline.claims.candidates import hash_bands
from pipeline.claims.clusters import Clusters, Limits, group_reports
from pipeline.claims.components import Member, regroup
from pipeline.claims.links import MUST, Link
from pipeline.claims.naming import Founder, Rank, name_parts, new_claim_id
from pipeline.claims.shingles import hash_shingles
from pipeline.claims.signature import Signature, facts_from_json, sign_keys, take_fingerprint
from pipeline.claims.wordings import list_wordings

LIMITS = Limits(0.6, 128, 32)


class Report(NamedTuple):
    """A report, its time in microseconds, its wording ("" = none) and the facts of its text."""

    report_id: str
    time: int
    wording: str
    facts: Facts

    @property
    def rank(self) -> Rank:
        return self.time, self.report_id


def sign_report(report: Report) -> Signature | None:
    if not report.wording:
        return None
    keys = hash_bands(hash_shingles([report.wording]), LIMITS.permutations, LIMITS.bands)
    fingerprint = take_fingerprint(report.wording, report.facts)
    return Signature(fingerprint, report.wording, report.facts, tuple(sign_keys(keys)[0]))


def group_all(reports: Sequence[Report], links: Iterable[Link]) -> Clusters:
    """Group reports that stand in order of time, as `preprocess` does."""
    return group_reports(
        [report.report_id for report in reports],
        [report.wording for report in reports],
        [report.facts for report in reports],
        LIMITS,
        links,
    )


def group_at_once(reports: Iterable[Report], links: Iterable[Link]) -> dict[str, int]:
    """Group as `preprocess` does; return each report's group."""
    ordered = sorted(reports, key=lambda report: report.rank)
    groups = group_all(ordered, links).groups.tolist()
    return dict(zip((report.report_id for report in ordered), groups, strict=True))


@dataclass
class Desk:
    """What is kept of each report, text, band and claim, and how often an arrival moved others."""

    reports: dict[str, Report] = field(default_factory=dict)
    claims: dict[str, str] = field(default_factory=dict)
    texts: dict[bytes, Member] = field(default_factory=dict)
    text_of: dict[str, bytes | None] = field(default_factory=dict)
    bands: dict[int, list[bytes]] = field(default_factory=dict)
    components: dict[str, int] = field(default_factory=dict)
    aliases: dict[str, str] = field(default_factory=dict)
    links: list[Link] = field(default_factory=list)
    n_settled: int = 0
    n_regrouped: int = 0
    late: bool = False

    @classmethod
    def load(cls, reports: Iterable[Report], links: Sequence[Link]) -> "Desk":
        """Fill a desk with what the batch way finds."""
        desk = cls(links=list(links))
        ordered = sorted(reports, key=lambda report: report.rank)
        clusters = group_all(ordered, links)
        columns = [[report[column] for report in ordered] for column in (0, 2, 3)]
        rows = list_wordings(clusters, *columns).to_dict("records")
        for row in rows:
            desk._keep(row, next(report.rank for report in ordered if report.report_id == row["report_id"]))
        names: dict[int, str] = {}
        parts = zip(ordered, clusters.groups.tolist(), clusters.text_of.tolist(), strict=True)
        for place, (report, group, text) in enumerate(parts):
            claim_id = names.setdefault(group, new_claim_id(report.report_id))
            desk.reports[report.report_id], desk.claims[report.report_id] = report, claim_id
            desk.text_of[report.report_id] = None if text < 0 else bytes.fromhex(rows[text]["fingerprint"])
            if text >= 0 or claim_id not in desk.components:
                desk.components[claim_id] = -1 - place if text < 0 else rows[text]["component"]
        return desk

    def _keep(self, row: dict[str, Any], rank: Rank) -> None:
        fingerprint, keys = bytes.fromhex(row["fingerprint"]), tuple(row["keys"].tolist())
        signature = Signature(fingerprint, row["wording"], facts_from_json(row["facts"]), keys)
        self.texts[fingerprint] = Member(signature, rank, row["first_in"])
        for key in list_kept_keys(keys, row["first_in"]):
            self.bands.setdefault(key, []).append(fingerprint)

    def take(self, report: Report) -> None:
        """Take a report that arrives."""
        signature = sign_report(report)
        self.reports[report.report_id] = report
        self.text_of[report.report_id] = signature.fingerprint if signature else None
        if signature is None:
            self._open_claim(report)
        elif signature.fingerprint in self.texts:
            self._take_copy(report, signature.fingerprint)
        else:
            self._take_text(report, signature)
        self._follow_links([link for link in self.links if report.report_id in link[:2]])

    def link(self, link: Link) -> None:
        """Note what somebody said of two reports, here by now or not."""
        self.links.append(link)
        self._follow_links([link])

    def list_claims(self) -> set[frozenset[str]]:
        """Return the reports of each claim."""
        members: dict[str, set[str]] = {}
        for report_id, claim_id in self.claims.items():
            members.setdefault(claim_id, set()).add(report_id)
        return set(map(frozenset, members.values()))

    def _take_copy(self, report: Report, fingerprint: bytes) -> None:
        known = self.texts[fingerprint]
        twin = next(
            other for other, text in self.text_of.items() if text == fingerprint and other in self.claims
        )
        self.claims[report.report_id] = self.claims[twin]
        if report.rank < known.rank or any(twin in link[:2] for link in self.links):
            self.late |= self._is_late(known.signature, report.rank)
            self.texts[fingerprint] = known._replace(rank=min(known.rank, report.rank))
            self._regroup({self.components[self.claims[twin]]})

    def _take_text(self, report: Report, signature: Signature) -> None:
        self.late |= self._is_late(signature, report.rank)
        nearby = sorted({text for key in signature.keys for text in self.bands.get(key, ())})
        others = [self.texts[text] for text in nearby]
        pairs = compare(signature, [other.signature for other in others], LIMITS.jaccard)
        confirmed = [
            Confirmed(self._claim_of(nearby[pair.other]), pair.similarity, others[pair.other].rank, facts)
            for pair in pairs
            if pair.differs is None
            for facts in [others[pair.other].signature.facts]
        ]
        touched = {self.components[pair.claim_id] for pair in confirmed}
        first_in = find_first_in(signature.keys, {key: len(kept) for key, kept in self.bands.items()})
        self.texts[signature.fingerprint] = Member(signature, report.rank, first_in)
        for key in list_kept_keys(signature.keys, first_in):
            self.bands.setdefault(key, []).append(signature.fingerprint)
        settled = settle(
            report.facts,
            report.rank,
            confirmed,
            {pair.claim_id: self._facts_in(pair.claim_id) for pair in confirmed},
        )
        self.n_settled += settled is not None
        if settled is None or settled.claim_id is None:
            self._open_claim(report)
        else:
            self.claims[report.report_id] = settled.claim_id
        component = self._join_components({*touched, self.components[self.claims[report.report_id]]})
        if settled is None:
            self._regroup({component})

    def _is_late(self, signature: Signature, rank: Rank) -> bool:
        return is_late(
            rank, [[self.texts[text].rank for text in self.bands.get(key, ())] for key in signature.keys]
        )

    def _open_claim(self, report: Report) -> None:
        claim_id = new_claim_id(report.report_id)
        self.claims[report.report_id] = claim_id
        self.components[claim_id] = max(self.components.values(), default=0) + 1

    def _claim_of(self, fingerprint: bytes) -> str:
        """Return the claim of a text: that of its reports that do not stand for themselves, or of the earliest."""
        linked = {end for link in self.links for end in link[:2]}
        copies = [
            report for report, text in self.text_of.items() if text == fingerprint and report in self.claims
        ]
        return self.claims[min(copies, key=lambda report: (report in linked, report))]

    def _facts_in(self, claim_id: str) -> set[Facts]:
        return {self.reports[report].facts for report, claim in self.claims.items() if claim == claim_id}

    def _join_components(self, components: set[int]) -> int:
        kept = min(components)
        for claim_id, component in self.components.items():
            if component in components:
                self.components[claim_id] = kept
        return kept

    def _follow_links(self, links: Iterable[Link]) -> None:
        known = [link for link in links if {link.first, link.second} <= self.claims.keys()]
        for link in known:
            ends = {self.components[self.claims[end]] for end in (link.first, link.second)}
            self._regroup({self._join_components(ends)} if link.kind == MUST else ends)

    def _regroup(self, components: set[int]) -> None:
        self.n_regrouped += 1
        for component in components:
            self._regroup_one(component)

    def _regroup_one(self, component: int) -> None:
        reports = [report for report, claim in self.claims.items() if self.components[claim] == component]
        ends = {end for link in self.links for end in link[:2]}
        found = regroup(
            [self.texts[text] for text in {self.text_of[report] for report in reports} if text is not None],
            {report: self.text_of[report] for report in reports if report in ends},
            self.links,
            LIMITS.jaccard,
        )
        alone = {report: -1 - place for place, report in enumerate(reports)}
        parts = {
            report: found.of_report.get(report, found.of_text.get(self.text_of[report] or b"", alone[report]))
            for report in reports
        }
        self._rename(component, parts)

    def _rename(self, component: int, parts: dict[str, int]) -> None:
        founders = {
            new_claim_id(report): Founder(parts[report], self.reports[report].rank)
            for report in parts
            if self.components.get(new_claim_id(report)) == component
        }
        first = {
            part: report
            for report, part in sorted(parts.items(), key=lambda item: self.reports[item[0]].rank)[::-1]
        }
        naming = name_parts(founders, first)
        for name, kept in naming.aliases.items():
            self.aliases[name] = kept
            del self.components[name]
        for report, part in parts.items():
            self.claims[report] = naming.names[part]
            self.components[naming.names[part]] = component
