"""The claims that began to wait lately in, what the champion makes of their texts out."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import Connection, select

from pipeline.model.bundle import Bundle
from pipeline.model.unknown import measure_unknown
from pipeline.moderation.store.tables import Audit, Claim, Report
from pipeline.text.parts import join_parts


class Arrivals(NamedTuple):
    """What the champion makes of claims: the scores it gives, how many have none, the share of unknown words.

    It scores them itself, so that a change of champions, after which only what waits is scored anew, looks like
    no change of the world.
    """

    n_claims: int
    scores: tuple[float, ...]
    unknown_rate: float | None

    @property
    def abstained_share(self) -> float:
        """The share of claims without a score."""
        return 1 - len(self.scores) / self.n_claims


def read_arrivals(connection: Connection, bundle: Bundle, since: datetime, limit: int) -> Arrivals:
    """Read the claims that began to wait after a time, the newest `limit` of them, each by its first report."""
    query = (
        select(Report.text, Report.transcript, Report.ocr_text)
        .join(Claim, Claim.founder == Report.report_id)
        .join(Audit, Audit.claim_id == Claim.claim_id)
        .where(Audit.ranked_at >= since)
        .order_by(Audit.ranked_at.desc(), Claim.claim_id)
        .limit(limit)
    )
    texts = [join_parts(*row) for row in connection.execute(query)]
    prepared = [bundle.chain.prepare(text) for text in texts]
    spoken = [text for text in prepared if text.abstain_reason is None]
    scores = bundle.model.predict(spoken).tolist() if spoken else []
    return Arrivals(len(prepared), tuple(scores), measure_unknown(bundle.model, spoken))
