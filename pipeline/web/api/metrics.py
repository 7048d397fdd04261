"""What a process counts of its requests and reports, and how the queue stands, in Prometheus' text format."""

import os
import time
from collections import Counter as Count
from collections.abc import Mapping, Sequence
from typing import Any, Final

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.moderation.desk.pages import count_states
from pipeline.moderation.store.facts import read_swept_at
from pipeline.web.services import Services

CONTENT_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
SECONDS: Final = (0.005, 0.01, 0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1.0, 2.5, 5.0, 10.0)
QUEUE_SECONDS: Final = 15.0
"""So long a count of the queue is good."""
UNKNOWN: Final = "(none)"


class Metrics:
    """The figures of one application; those of other processes are their own, told apart by `process`."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.process = str(os.getpid())
        named: dict[str, Any] = {"registry": self.registry}
        routes = ("process", "method", "route")
        self._requests = Counter("saring_requests", "Requests answered.", (*routes, "status"), **named)
        self._seconds = Histogram(
            "saring_request_seconds", "How long requests took.", routes, buckets=SECONDS, **named
        )
        self._reports = Counter(
            "saring_reports", "Reports that came by the API.", ("process", "status"), **named
        )
        self._claims = Gauge("saring_claims", "Claims by state.", ("state",), **named)
        self._swept = Gauge(
            "saring_order_refreshed_timestamp_seconds",
            "When every term of the order was made anew last; 0 for never.",
            **named,
        )
        self._model = Gauge("saring_model", "The model in service.", ("version",), **named)
        self._counted_at = -QUEUE_SECONDS

    def note_request(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count a request by its route's pattern, never by its address."""
        self._requests.labels(self.process, method, route, str(status)).inc()
        self._seconds.labels(self.process, method, route).observe(seconds)

    def count_reports(self, results: Sequence[Mapping[str, Any]]) -> None:
        """Count what became of reports."""
        for status, n in Count(result["status"] for result in results).items():
            self._reports.labels(self.process, status).inc(n)

    def write(self, app: Services) -> bytes:
        """Return all figures; the queue's are some seconds old at most."""
        now = time.monotonic()
        if now - self._counted_at >= QUEUE_SECONDS:
            self._counted_at = now
            with app.store.reading() as connection:
                states, swept_at = count_states(connection), read_swept_at(connection)
            self._swept.set(swept_at.timestamp() if swept_at else 0.0)
            for state, n in states.items():
                self._claims.labels(state).set(n)
        bundle = app.models.get()
        self._model.clear()
        self._model.labels(bundle.version if bundle else "none").set(1)
        return generate_latest(self.registry)


class Measured:
    """Counts what passes, and how long it took."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self.app = app
        self.metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer one request."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        began, status = time.perf_counter(), 500

        async def note(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self.app(scope, receive, note)
        finally:
            route = getattr(scope.get("route"), "path", UNKNOWN)
            method = scope["method"] if route != UNKNOWN else UNKNOWN
            self.metrics.note_request(method, route, status, time.perf_counter() - began)
