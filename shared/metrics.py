"""What Prometheus reads of a process and of the database: requests, jobs, deliveries, ages of rates and edition, pools."""

from collections.abc import Iterable, Mapping
from typing import Any

from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from shared.database import Reader

REQUESTS = CollectorRegistry()
"""Counters of this process; its requests only, so that replicas can be summed."""

requests_total = Counter(
    "djoliba_requests_total", "Answers sent.", ("service", "method", "route", "status"), registry=REQUESTS
)
request_seconds = Histogram(
    "djoliba_request_seconds",
    "Time from the request to the end of its answer.",
    ("service", "method", "route"),
    registry=REQUESTS,
    buckets=(0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10),
)

_READINGS = """
SELECT 'jobs' AS reading, queue AS one, kind AS two, state AS three, count(*)::float8 AS value
FROM job GROUP BY queue, kind, state
UNION ALL
SELECT 'jobs_failing', queue, kind, NULL, count(*)::float8
FROM job WHERE state IN ('pending', 'leased') AND error IS NOT NULL GROUP BY queue, kind
UNION ALL
SELECT 'oldest_due', queue, NULL, NULL,
       greatest(0, extract(epoch FROM clock_timestamp() - min(due_at)))::float8
FROM job LEFT JOIN job_lane ON job_lane.name = job.lane
WHERE state = 'pending' AND due_at <= clock_timestamp() AND is_held IS NOT TRUE GROUP BY queue
UNION ALL
SELECT 'hidden', platform.slug, NULL, NULL, count(DISTINCT delivery.id)::float8
FROM delivery JOIN platform ON platform.id = delivery.platform_id
JOIN receipt ON receipt.delivery_id = delivery.id AND receipt.is_current AND NOT receipt.is_visible
WHERE delivery.state = 'delivered' GROUP BY platform.slug
UNION ALL
SELECT 'held', platform.slug, NULL, NULL, count(delivery.id)::float8
FROM platform LEFT JOIN delivery ON delivery.platform_id = platform.id AND delivery.held_reason IS NOT NULL
GROUP BY platform.slug
UNION ALL
SELECT 'platform_paused', slug, NULL, NULL, is_paused::int::float8 FROM platform
UNION ALL
SELECT 'platform_slots', platform.slug, NULL, NULL, job_lane.slots::float8
FROM platform JOIN job_lane ON job_lane.name = 'platform:' || platform.id
UNION ALL
SELECT 'platform_slots_used', platform.slug, NULL, NULL, count(job.id)::float8
FROM platform LEFT JOIN job ON job.lane = 'platform:' || platform.id AND job.state = 'leased' GROUP BY platform.slug
UNION ALL
SELECT 'attempts', platform.slug, attempt.phase, coalesce(attempt.outcome, 'running'), count(*)::float8
FROM attempt JOIN delivery ON delivery.id = attempt.delivery_id JOIN platform ON platform.id = delivery.platform_id
GROUP BY platform.slug, attempt.phase, attempt.outcome
UNION ALL
SELECT 'deliveries', platform.slug, delivery.state, NULL, count(*)::float8
FROM delivery JOIN platform ON platform.id = delivery.platform_id GROUP BY platform.slug, delivery.state
UNION ALL
SELECT 'rate_age', source, NULL, NULL, (current_date - max(effective_on))::float8 * 86400
FROM exchange_rate GROUP BY source
UNION ALL
SELECT 'edition_age', NULL, NULL, NULL, extract(epoch FROM clock_timestamp() - max(frozen_at))::float8
FROM edition HAVING max(frozen_at) IS NOT NULL
"""

_FAMILIES: Mapping[str, tuple[str, str, tuple[str, ...]]] = {
    "jobs": ("djoliba_jobs", "Jobs by state.", ("queue", "kind", "state")),
    "jobs_failing": (
        "djoliba_jobs_failing",
        "Jobs whose last try failed and that will be tried again.",
        ("queue", "kind"),
    ),
    "oldest_due": (
        "djoliba_oldest_due_seconds",
        "How long the oldest due job has been waiting; those of held lanes do not count.",
        ("queue",),
    ),
    "hidden": ("djoliba_deliveries_not_visible", "Delivered, but readers do not get it.", ("platform",)),
    "held": (
        "djoliba_deliveries_held",
        "In doubt with their probes spent: each waits for a person's replay.",
        ("platform",),
    ),
    "platform_paused": ("djoliba_platform_paused", "1 while nothing is sent to it.", ("platform",)),
    "platform_slots": ("djoliba_platform_slots", "How many deliveries it is sent at a time, at most.", ("platform",)),
    "platform_slots_used": ("djoliba_platform_slots_used", "How many deliveries it is being sent.", ("platform",)),
    "attempts": (
        "djoliba_delivery_attempts",
        "Tries of steps of deliveries, by how they ended.",
        ("platform", "phase", "outcome"),
    ),
    "deliveries": ("djoliba_deliveries", "Deliveries by state.", ("platform", "state")),
    "rate_age": ("djoliba_rate_age_seconds", "Age of the newest exchange rate of a source.", ("source",)),
    "edition_age": ("djoliba_last_edition_age_seconds", "Time since the last freezing of an edition.", ()),
}


class _Readings(Collector):
    """Gauges that were read from elsewhere, for one scrape."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = list(families)

    def collect(self) -> Iterable[Metric]:
        return self._families


async def readings(pool: Reader) -> list[Metric]:
    """The gauges that the database answers, in one statement."""
    families = {
        reading: GaugeMetricFamily(name, text, labels=labels) for reading, (name, text, labels) in _FAMILIES.items()
    }
    for row in await pool.fetch(_READINGS):
        labels = _FAMILIES[row["reading"]][2]
        values = [row[column] for column, _ in zip(("one", "two", "three"), labels, strict=False)]
        families[row["reading"]].add_metric(values, row["value"])
    return list(families.values())


def pool_gauge(states: Iterable[Any]) -> Metric:
    """Connections of each service's pools: those in use and those idle; `states` are applications' `app.state`."""
    family = GaugeMetricFamily("djoliba_pool_connections", "Connections by pool.", labels=("service", "pool", "state"))
    for state in states:
        for name, pool in (("reads", state.reads), ("public_reads", state.public_reads)):
            idle = pool.get_idle_size()
            family.add_metric([state.service, name, "idle"], idle)
            family.add_metric([state.service, name, "used"], pool.get_size() - idle)
        writes = state.engine.pool
        family.add_metric([state.service, "writes", "idle"], writes.checkedin())
        family.add_metric([state.service, "writes", "used"], writes.checkedout())
    return family


def exposition(gauges: Iterable[Metric]) -> bytes:
    """The counters of this process and the given gauges in Prometheus' text format."""
    scrape = CollectorRegistry()
    scrape.register(_Readings(gauges))
    return generate_latest(REQUESTS) + generate_latest(scrape)
