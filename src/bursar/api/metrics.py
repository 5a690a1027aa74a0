"""What Prometheus reads: how this process answers, and how the queue and the jobs of all processes fare."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from prometheus_client import CollectorRegistry, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily

from bursar.service.estimates import Queue
from bursar.service.measures import WINDOW_S, Asks, Ended

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"

ASKED = ("answered", "failed")
"""How a question to a language model may end; what else is counted of it are issues."""

_BUCKETS_S = (0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60)


class HttpMeter:
    """Times requests by operation, method and status: names of ours only, so that no caller can make new series."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self._seconds = Histogram(
            "bursar_http_request_seconds",
            "Seconds until a reply was sent, long polls included.",
            ("operation", "method", "status"),
            buckets=_BUCKETS_S,
            registry=self.registry,
        )

    def observe(self, operation: str, method: str, status: int, seconds: float) -> None:
        """Count one request."""
        known = method if method in {"GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"} else "other"
        self._seconds.labels(operation, known, str(status)).observe(seconds)


@dataclass(frozen=True, slots=True)
class Sight:
    """What is to be told of jobs and queue, of all processes."""

    queue: Queue
    ended: Sequence[Ended]
    webhooks: Mapping[str, int]
    asks: Sequence[Asks]


def render(meter: HttpMeter, sight: Sight | None) -> bytes:
    """Return everything in Prometheus' text format; `sight` is None when the database is away."""
    moment = CollectorRegistry(auto_describe=False)
    moment.register(_Moment(list(_describe(sight))))
    return generate_latest(meter.registry) + generate_latest(moment)


class _Moment:
    """Numbers read a moment ago, as a collector."""

    def __init__(self, families: list[GaugeMetricFamily]) -> None:
        self._families = families

    def collect(self) -> list[GaugeMetricFamily]:
        """Return them."""
        return self._families


def _describe(sight: Sight | None) -> Iterator[GaugeMetricFamily]:
    yield GaugeMetricFamily("bursar_database_up", "1 while the database answers.", value=float(sight is not None))
    if sight is None:
        return
    yield from _describe_queue(sight.queue)
    yield from _describe_ended(sight.ended)
    yield from _describe_webhooks(sight.webhooks)
    yield from _describe_asks(sight.asks)


def _describe_queue(queue: Queue) -> Iterator[GaugeMetricFamily]:
    jobs = GaugeMetricFamily("bursar_jobs", "Jobs that have not ended, of all accounts.", labels=["status"])
    jobs.add_metric(["pending"], queue.pending)
    jobs.add_metric(["processing"], queue.processing)
    yield jobs
    yield GaugeMetricFamily(
        "bursar_queue_oldest_seconds", "How long the oldest pending job waits.", value=queue.oldest_s
    )
    yield GaugeMetricFamily("bursar_queue_pages", "Pages still to be read.", value=queue.pages)


def _describe_webhooks(webhooks: Mapping[str, int]) -> Iterator[GaugeMetricFamily]:
    yield GaugeMetricFamily(
        "bursar_webhooks_pending", "Deliveries of webhooks that wait for their turn.", value=webhooks.get("pending", 0)
    )
    settled = GaugeMetricFamily(
        "bursar_webhooks_settled_lately",
        f"Deliveries of webhooks that arrived, or were given up, in the last {WINDOW_S} seconds.",
        labels=["status"],
    )
    for status in ("delivered", "failed"):
        settled.add_metric([status], webhooks.get(status, 0))
    yield settled


def _describe_asks(asks: Sequence[Asks]) -> Iterator[GaugeMetricFamily]:
    lately = f"in jobs that completed in the last {WINDOW_S} seconds"
    count = GaugeMetricFamily(
        "bursar_llm_asks_lately", f"Questions to the language model {lately}.", labels=["outcome"]
    )
    seconds = GaugeMetricFamily(
        "bursar_llm_ask_seconds_lately", f"Mean seconds of a question {lately}.", labels=["outcome"]
    )
    issues = GaugeMetricFamily(
        "bursar_llm_issues_lately", f"Issues that the language model's answers raised {lately}.", labels=["code"]
    )
    for group in asks:
        if group.outcome in ASKED:
            count.add_metric([group.outcome], group.asks)
            seconds.add_metric([group.outcome], group.seconds / group.asks)
        else:
            issues.add_metric([group.outcome], group.asks)
    yield count
    yield seconds
    yield issues


def _describe_ended(ended: Sequence[Ended]) -> Iterator[GaugeMetricFamily]:
    lately = f"in the last {WINDOW_S} seconds"
    count = GaugeMetricFamily("bursar_jobs_ended_lately", f"Jobs that ended {lately}.", labels=["status", "kind"])
    stages = GaugeMetricFamily(
        "bursar_stage_seconds_lately", f"Mean seconds in a stage, of jobs that completed {lately}.", labels=["stage"]
    )
    for group in ended:
        count.add_metric([group.status, group.kind], group.jobs)
    completed = [group for group in ended if group.status == "completed"]
    jobs = sum(group.jobs for group in completed)
    if jobs:
        stages.add_metric(["waiting"], sum(group.waited_s for group in completed) / jobs)
        stages.add_metric(["parsing"], sum(group.parsed_s for group in completed) / jobs)
    yield count
    yield stages
    pages = sum(group.pages for group in completed) / WINDOW_S
    yield GaugeMetricFamily("bursar_pages_per_second_lately", f"Pages read a second {lately}.", value=pages)
