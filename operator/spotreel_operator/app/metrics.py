"""Prometheus metrics. None has a label per VideoJob: their number must not grow with use.

They are shown by the HTTP thread: what is counted only when asked for must not need the main loop.
"""

import time
from collections import Counter as Count
from collections.abc import Callable, Iterable

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.registry import Collector

from spotreel_operator.reconcile.placement.line import Figures
from spotreel_operator.state.lane_records import attempts_of
from videojob_api.names import Note, Phase
from videojob_api.notes import SHOWN
from videojob_api.status import VideoJobStatus

SHOWN_SECONDS = 1.0
"""For so long the same text is shown: who asks more often costs nothing more."""


class Metrics:
    """Everything the operator counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        r = self.registry
        self.reconciles = Counter("spotreel_reconciles", "Reconciles by result.", ["result"], registry=r)
        self.seconds = Histogram("spotreel_reconcile_seconds", "Time of a reconcile.", registry=r)
        self.attempts = Counter("spotreel_attempts", "Attempts judged.", ["verdict", "reason"], registry=r)
        self.frames_lost = Counter("spotreel_lost_frames", "Frames encoded in vain.", registry=r)
        self.notes = Counter(
            "spotreel_notes", "VideoJobs of which runners noted something, by note.", ["note"], registry=r
        )
        for note in Note:
            self.notes.labels(note)
        self.reports = Counter("spotreel_progress_reports", "Progress reports by answer.", ["code"], registry=r)
        self.reviews = Counter("spotreel_token_reviews", "Tokens asked about, by answer.", ["result"], registry=r)
        self.refused = Counter("spotreel_connections_refused", "Connections over a limit.", registry=r)
        self.connections = Gauge("spotreel_connections", "Open connections of runners and scrapers.", registry=r)
        self.heartbeat = Gauge("spotreel_main_loop_age_seconds", "Since the main loop last turned.", registry=r)
        self.leader = Gauge("spotreel_leader", "1 while this process holds the lease.", registry=r)
        self.queue = Gauge("spotreel_queue_length", "VideoJobs that wait to be looked at.", registry=r)
        self.queue_age = Gauge("spotreel_queue_oldest_seconds", "Age of the oldest in the queue.", registry=r)
        self.queue_still = Gauge(
            "spotreel_queue_still_seconds", "Time in which VideoJobs wait and no look at one has ended.", registry=r
        )
        self.list_age = Gauge("spotreel_last_list_seconds", "Time since the last full list.", registry=r)
        self.config_refused = Gauge("spotreel_config_refused", "1 while a new configuration is refused.", registry=r)
        self.namespaces_refused = Gauge(
            "spotreel_namespaces_left_out", "Namespaces that are to be watched and cannot be listed.", registry=r
        )
        line = [
            ("spotreel_line_depth", "VideoJobs without a runner, by class.", "class"),
            ("spotreel_line_oldest_seconds", "Age of the oldest VideoJob without a runner, by class.", "class"),
            ("spotreel_pods_pending", "Pods of runners that have no node, by tier.", "tier"),
        ]
        self._line = [Gauge(name, text, [label], registry=r) for name, text, label in line]
        self._in_line: dict[Gauge, set[str]] = {}
        self.overlap = Gauge("spotreel_overlap", "1 while another release watches the same namespaces.", registry=r)
        self._shown: tuple[bytes, float] | None = None

    def watch_phases(self, phases: Callable[[], Iterable[str]]) -> None:
        """VideoJobs by phase, counted when asked for."""
        self.registry.register(_Phases(phases))

    def show_line(self, figures: Figures) -> None:
        """Who waits, for those who scale by it; a class or tier of which nothing waits any more is 0."""
        for gauge, found in zip(self._line, (figures.depth, figures.oldest, figures.pending), strict=True):
            shown = self._in_line.setdefault(gauge, set())
            shown |= found.keys()
            for label in shown:
                gauge.labels(label).set(found.get(label, 0))

    def recorded(self, before: VideoJobStatus, after: VideoJobStatus) -> None:
        """Counts the verdicts and the notes that a status is the first to have; called once it is written."""
        known = {attempt.name for attempt in attempts_of(before) if attempt.verdict}
        for attempt in attempts_of(after):
            if attempt.verdict and attempt.name not in known:
                self.attempts.labels(attempt.verdict, attempt.reason).inc()
                self.frames_lost.inc(attempt.lost_frames or 0)
        for note in _noted(after) - _noted(before):
            self.notes.labels(note).inc()

    def text(self) -> bytes:
        """The exposition format, at most SHOWN_SECONDS old."""
        if self._shown is None or time.monotonic() - self._shown[1] > SHOWN_SECONDS:
            self._shown = generate_latest(self.registry), time.monotonic()
        return self._shown[0]


def _noted(status: VideoJobStatus) -> set[str]:
    """Kinds of notes that are shown as conditions."""
    return {condition.type for condition in status.conditions if condition.type in SHOWN}


class _Phases(Collector):
    def __init__(self, phases: Callable[[], Iterable[str]]) -> None:
        self._phases = phases

    def collect(self) -> Iterable[GaugeMetricFamily]:
        found = Count(self._phases())
        family = GaugeMetricFamily("spotreel_videojobs", "VideoJobs by phase.", labels=["phase"])
        for phase in Phase:
            family.add_metric([phase], found[phase])
        yield family
