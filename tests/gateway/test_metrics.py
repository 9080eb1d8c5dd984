"""The numbers for Prometheus, read back by its own parser."""

from prometheus_client import Metric
from prometheus_client.parser import text_string_to_metric_families

from contracts import topics
from contracts.codec import encode
from contracts.memory import MemoryBroker
from gateway.hub import Hub
from gateway.metrics import metrics_text
from tests.gateway.hubs import a_browser, a_hub, a_moment
from tests.gateway.pictures import EXERCISE, a_picture
from tests.gateway.words import a_dead_letter, a_sensor, a_service, introduce, publish
from tests.virtual_time import in_virtual_time


def metrics(hub: Hub) -> dict[str, Metric]:
    text = metrics_text(hub).decode()
    return {family.name: family for family in text_string_to_metric_families(text)}


def values(metric: Metric, label: str) -> dict[str, float]:
    return {sample.labels[label]: sample.value for sample in metric.samples}


@in_virtual_time
async def test_pictures_sessions_and_parts_have_their_numbers() -> None:
    broker = MemoryBroker()
    introduce(broker, a_sensor("kor-coast-1", state="degraded", outbox=4))
    broker.deliver(topics.service_status(EXERCISE, "fusion"), encode(a_service()), retain=True)
    publish(broker, a_picture(tracks=9, cycle=5))
    async with a_hub(broker) as hub, a_browser(hub, "ALL"):
        broker.deliver(topics.deadletter(EXERCISE), encode(a_dead_letter("future")), retain=False)
        publish(broker, a_picture(tracks=8, cycle=6))
        await a_moment()
        told = metrics(hub)

    assert values(told["triptych_picture_tracks"], "scope") == {"ALL": 8.0}
    assert values(told["triptych_picture_cycle"], "scope") == {"ALL": 6.0}
    assert values(told["triptych_sessions_open"], "scope")["ALL"] == 1.0
    assert values(told["triptych_dead_letters"], "reason") == {"future": 1.0}
    assert values(told["triptych_sensor_online"], "sensor") == {"kor-coast-1": 0.5}
    assert values(told["triptych_sensor_outbox"], "sensor") == {"kor-coast-1": 4.0}
    assert values(told["triptych_service_online"], "service") == {"fusion": 1.0, "gateway": 1.0}
    assert told["triptych_gateway_snapshots"].samples[0].value == 1.0


@in_virtual_time
async def test_lag_is_told_by_stage_and_quantile() -> None:
    broker = MemoryBroker()
    async with a_hub(broker) as hub:
        publish(broker, a_picture())
        await a_moment()
        lag = metrics(hub)["triptych_lag_seconds"]

    stages = {sample.labels["stage"] for sample in lag.samples}
    assert {"due_to_closed", "published_to_received", "produced_to_received"} <= stages
    assert {sample.labels["quantile"] for sample in lag.samples} == {"0.5", "0.95", "0.99", "1"}


@in_virtual_time
async def test_they_say_that_all_is_simulated() -> None:
    async with a_hub(MemoryBroker()) as hub:
        assert values(metrics(hub)["triptych_simulated"], "exercise") == {EXERCISE: 1.0}
