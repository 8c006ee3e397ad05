"""Counts what happens and measures what waits; read by Prometheus at /metrics."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, Counter, Histogram
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from webcare import metrics_folder
from webcare.db import transaction
from webcare.errors import Away
from webcare.queries import health
from webcare.queries.health import Health

ATTEMPTS = Counter(
    "webcare_delivery_attempts_total",
    "Replies handed to a channel, by what came of it: sent, failed, retry, unknown.",
    ("channel", "result"),
)
SECONDS = Histogram(
    "webcare_delivery_seconds",
    "Seconds that a channel took for one reply.",
    ("channel",),
    buckets=(0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 20),
)
ALERTS = Counter("webcare_alerts_total", "Alerts handed to Slack, by what came of it.", ("result",))
STATES = ("queued", "retry_wait", "claimed", "sending", "unknown")
LEVELS = range(5)


def exposition() -> tuple[bytes, str]:
    """Return what all processes counted and what waits now, and its content type."""
    registry = CollectorRegistry()
    folder = os.environ.get(metrics_folder.NAME)
    if folder and Path(folder).is_dir():
        metrics_folder.sweep(Path(folder))
        MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
        registry.register(DatabaseCollector())
        return generate_latest(registry), CONTENT_TYPE_LATEST
    registry.register(DatabaseCollector())
    return generate_latest(REGISTRY) + generate_latest(registry), CONTENT_TYPE_LATEST


class DatabaseCollector:
    """Reads what waits from the database at each scrape; says so when the database is away."""

    def collect(self) -> Iterator[Metric]:
        """Yield the gauges; with the database away only that it is."""
        try:
            with transaction() as session:
                found = health.look(session)
        except Away:
            yield _one("webcare_database_up", "Whether the database answers.", 0)
            return
        yield _one("webcare_database_up", "Whether the database answers.", 1)
        yield from _gauges(found)


def _gauges(found: Health) -> Iterator[Metric]:
    yield _many(
        "webcare_backlog",
        "Open conversations by urgency.",
        "urgency",
        {f"U{level}": found.backlog.get(level, 0) for level in LEVELS},
    )
    yield _one("webcare_raw_events_waiting", "Accepted messages that nobody has read in.", found.raw_waiting)
    yield _one("webcare_raw_oldest_seconds", "Age of the oldest of these.", found.raw_oldest_s)
    yield _one("webcare_waiting_oldest_seconds", "How long the first contact waits.", found.waiting_oldest_s)
    yield _many(
        "webcare_deliveries",
        "Replies that have not arrived for certain, by state.",
        "state",
        {state: found.deliveries.get(state, 0) for state in STATES},
    )
    yield _one("webcare_delivery_oldest_seconds", "Age of the oldest one under way.", found.delivery_oldest_s)
    yield _one("webcare_alerts_waiting", "Alerts that Slack has not taken.", sum(found.alerts.values()))
    yield _one("webcare_outbound_paused", "Whether sending is paused.", found.is_outbound_paused)
    ages = {beat.role: beat.age_s for beat in sorted(found.beats, key=lambda beat: -beat.age_s)}
    alive = {role: found.alive(role) for role in ages}
    yield _many("webcare_heartbeat_age_seconds", "Age of the latest sign of life.", "role", ages)
    yield _many("webcare_processes_alive", "Processes with a recent sign of life.", "role", alive)


def _one(name: str, meaning: str, value: float) -> Metric:
    return GaugeMetricFamily(name, meaning, value=float(value))


def _many(name: str, meaning: str, label: str, values: dict[str, int] | dict[str, float]) -> Metric:
    family = GaugeMetricFamily(name, meaning, labels=[label])
    for key, value in values.items():
        family.add_metric([key], float(value))
    return family
