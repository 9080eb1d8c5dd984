"""The gateway's numbers for Prometheus, read from the hub when asked; nothing is counted twice.

They count what all scopes see, so where tokens are configured only the white cell's may read them.
"""

from collections.abc import Iterator
from typing import Final

from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from contracts.labels import SCOPES
from gateway.hub import Hub

MEDIA_TYPE: Final = "text/plain; version=0.0.4; charset=utf-8"
_QUANTILES: Final = (("0.5", "p50_s"), ("0.95", "p95_s"), ("0.99", "p99_s"), ("1", "max_s"))


def metrics_text(hub: Hub) -> bytes:
    """Return the metrics in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_HubCollector(hub))
    return generate_latest(registry)


class _HubCollector(Collector):
    def __init__(self, hub: Hub) -> None:
        self._hub = hub

    def collect(self) -> Iterator[Metric]:
        """Yield every metric; all are of a simulation."""
        hub = self._hub
        about = GaugeMetricFamily(
            "triptych_simulated", "Always 1: everything here is simulated.", labels=["exercise"]
        )
        about.add_metric([hub.settings.exercise], 1)
        yield about
        yield GaugeMetricFamily(
            "triptych_broker_connected", "Whether the broker is there.", int(hub.connected)
        )
        yield from self._counts()
        yield from self._pictures()
        yield from self._parts()
        yield self._lag()

    def _counts(self) -> Iterator[Metric]:
        for name, value in self._hub.tally.counters().items():
            if name == "sessions_open":
                continue
            yield CounterMetricFamily(
                f"triptych_gateway_{name}", f"{name.replace('_', ' ')} since start", value
            )
        sessions = GaugeMetricFamily("triptych_sessions_open", "Browsers now.", labels=["scope"])
        for scope in SCOPES:
            sessions.add_metric([scope], self._hub.tally.open[scope])
        yield sessions

    def _pictures(self) -> Iterator[Metric]:
        cycle = GaugeMetricFamily("triptych_picture_cycle", "Newest cycle.", labels=["scope"])
        tracks = GaugeMetricFamily("triptych_picture_tracks", "Tracks in it.", labels=["scope"])
        age = GaugeMetricFamily("triptych_picture_age_seconds", "Wall time since it came.", labels=["scope"])
        pictures = CounterMetricFamily("triptych_pictures", "Pictures taken.", labels=["scope"])
        gaps = CounterMetricFamily("triptych_cycle_gaps", "Cycles that never came.", labels=["scope"])
        refused = CounterMetricFamily(
            "triptych_pictures_refused", "Malformed pictures.", labels=["scope", "reason"]
        )
        now_s = self._hub.wall.now_s()
        for scope, state in self._hub.scopes.items():
            pictures.add_metric([scope], state.pictures)
            gaps.add_metric([scope], state.gaps)
            for reason, count in state.refused.items():
                refused.add_metric([scope, reason], count)
            if state.picture is not None:
                cycle.add_metric([scope], state.picture.held.cycle)
                tracks.add_metric([scope], state.picture.held.picture.tracks)
                age.add_metric([scope], now_s - state.picture.held.received_at_s)
        yield from (cycle, tracks, age, pictures, gaps, refused)

    def _parts(self) -> Iterator[Metric]:
        heard = self._hub.heard
        dead = CounterMetricFamily("triptych_dead_letters", "Refused reports.", labels=["reason"])
        for reason, count in heard.dead_letters_by_reason.items():
            dead.add_metric([reason], count)
        sensors = GaugeMetricFamily(
            "triptych_sensor_online", "1 online, 0.5 degraded, 0 offline.", labels=["sensor", "discipline"]
        )
        outbox = GaugeMetricFamily("triptych_sensor_outbox", "Batches not acknowledged.", labels=["sensor"])
        for name, sensor in heard.sensors.items():
            level = {"online": 1.0, "degraded": 0.5, "offline": 0.0}[sensor.status.state]
            sensors.add_metric([name, sensor.status.discipline], level)
            outbox.add_metric([name], sensor.status.outbox)
        services = GaugeMetricFamily("triptych_service_online", "1 online, 0 offline.", labels=["service"])
        counters = GaugeMetricFamily(
            "triptych_service_counter", "A service's own counters.", labels=["service", "counter"]
        )
        for name, service in heard.services.items():
            services.add_metric([name], int(service.status.state == "online"))
            for counter, value in service.status.counters.items():
                counters.add_metric([name, counter], value)
        yield from (dead, sensors, outbox, services, counters)

    def _lag(self) -> Metric:
        lag = GaugeMetricFamily(
            "triptych_lag_seconds",
            "Lag of each stage over its newest samples; quantile 1 is the largest.",
            labels=["scope", "stage", "quantile"],
        )
        for scope, state in self._hub.scopes.items():
            for stage in state.lag.summaries():
                for quantile, field in _QUANTILES:
                    if (value := getattr(stage, field)) is not None:
                        lag.add_metric([scope, stage.stage, quantile], value)
        return lag
