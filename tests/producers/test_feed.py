from typing import Any

from contracts.codec import decode
from contracts.control import SourceMark, TruthAttribution
from contracts.reports import RadarScan
from producers.feed import Dispatch, Feed
from producers.plan import SensorSource
from producers.sensors import sensors_of
from producers.settings import DispatchSettings
from producers.world import World
from tests.producers.builders import (
    STARTEX_S,
    Rows,
    a_fighter,
    a_radar,
    a_receiver,
    a_world,
    an_effect,
    an_inject,
)

WALL_S = 1_900_000_000.0


def sources(world: World) -> tuple[SensorSource, ...]:
    return tuple(SensorSource(sensor, world) for sensor in sensors_of(world.scenario))


def a_feed(
    world: World, marks: dict[str, SourceMark] | None = None, now_s: float = 0.0, **bounds: Any
) -> Feed:
    return Feed(sources(world), marks or {}, STARTEX_S + now_s, DispatchSettings(**bounds), "msgpack")


def take_all(feed: Feed, now_s: float) -> list[Dispatch]:
    found = []
    while (dispatch := feed.take_due(STARTEX_S + now_s, WALL_S)) is not None:
        found.append(dispatch)
    return found


def numbers(found: list[Dispatch]) -> list[tuple[str, int]]:
    return [(dispatch.parcel.source, dispatch.parcel.sequence) for dispatch in found]


def test_a_batch_is_due_when_its_interval_is_over() -> None:
    feed = a_feed(a_world(radars=(a_radar(revolution_s=4.0, sectors=4),)))

    assert take_all(feed, 0.99) == []
    assert numbers(take_all(feed, 1.0)) == [("headland", 0)]
    assert feed.next_due_s() == STARTEX_S + 2.0


def test_sources_take_turns_in_the_order_of_time() -> None:
    world = a_world(radars=(a_radar(revolution_s=4.0, sectors=4),), self_reports=(a_receiver(step_s=2.0),))

    found = numbers(take_all(a_feed(world), 4.0))

    assert found == [
        ("headland", 0),
        ("headland", 1),
        ("radio", 0),
        ("headland", 2),
        ("headland", 3),
        ("radio", 1),
    ]


def test_a_parcel_holds_its_batch_on_its_topic() -> None:
    feed = a_feed(a_world(platforms=(a_fighter(),), radars=(a_radar(),)))

    dispatch = take_all(feed, 1.0)[0]

    batch = decode(dispatch.parcel.payload, RadarScan)
    assert dispatch.parcel.topic == "triptych/v1/test/JPN/radar/headland/reports"
    assert (batch.sequence, batch.produced_at_s) == (0, WALL_S)
    assert dispatch.attribution is not None
    assert decode(dispatch.attribution, TruthAttribution).sequence == 0


def test_a_feed_begins_where_the_watermark_stands() -> None:
    marks = {"headland": SourceMark(epoch=0, sequence=6)}

    feed = a_feed(a_world(radars=(a_radar(),)), marks, now_s=10.0)

    assert [number for _, number in numbers(take_all(feed, 10.0))] == [7, 8, 9]


def test_a_feed_goes_back_only_so_far_and_counts_what_it_skips() -> None:
    feed = a_feed(a_world(radars=(a_radar(),)), now_s=1_000.0, back_s_max=100.0)

    assert numbers(take_all(feed, 1_000.0))[0] == ("headland", 900)
    (status,) = feed.statuses(STARTEX_S + 1_000.0, WALL_S)
    assert status.outbox_dropped == 900


def test_a_batch_waits_in_the_outbox_until_the_watermark_passes_it() -> None:
    feed = a_feed(a_world(radars=(a_radar(),)))
    take_all(feed, 5.0)

    feed.acknowledge({"headland": SourceMark(epoch=0, sequence=2)})

    assert feed.outbox.waiting("headland") == 2


def test_a_new_world_changes_what_comes_and_not_the_numbering() -> None:
    rows: Rows = {"platforms": (a_fighter(speed_kn=0.0),), "radars": (a_radar(small_target_km=500.0),)}
    feed = a_feed(a_world(**rows))
    before = numbers(take_all(feed, 60.0))

    feed.replace(sources(a_world(**rows, injects=(an_inject("remove", after_s=60.0, subject="swift"),))))
    after = take_all(feed, 100.0)

    assert before[-1] == ("headland", 59)
    assert numbers(after)[0] == ("headland", 60)
    assert sum(decode(dispatch.parcel.payload, RadarScan).rows for dispatch in after) == 0


def test_a_delay_holds_batches_back_and_keeps_their_order() -> None:
    delay = an_effect(effect="delay", magnitude=20.0, from_min=0.1, to_min=0.2)
    feed = a_feed(a_world(radars=(a_radar(),), effects=(delay,)))

    assert [number for _, number in numbers(take_all(feed, 26.9))] == [0, 1, 2, 3, 4, 5]
    later = [number for _, number in numbers(take_all(feed, 33.0))]
    assert later == list(range(6, 33))


def test_statuses_and_counters_tell_what_has_been_sent() -> None:
    world = a_world(platforms=(a_fighter(speed_kn=0.0),), radars=(a_radar(small_target_km=500.0),))
    feed = a_feed(world)
    take_all(feed, 40.0)

    (status,) = feed.statuses(STARTEX_S + 40.0, WALL_S)
    counters = feed.counters(STARTEX_S + 45.0)

    assert (status.batches_sent, status.outbox) == (40, 40)
    assert status.reports_sent >= 8
    assert counters["batches_sent"] == 40.0
    assert counters["behind_s"] == 4.0
