"""The stage table from a handful of stamps whose differences can be worked out by hand."""

from dataclasses import replace

import numpy as np
import pytest

from benchmarks.lag_stages import STAGES, BatchSeen, FrameSeen, PictureSeen, Seen, samples, table
from contracts.control import ClockState

MILLISECOND = 0.001
CLOCK = ClockState(
    exercise="test", startex_s=1000.0, wall_at_s=5000.0, exercise_at_s=1000.0, running=True, revision=1
)
"""Exercise second 1000 + t is wall second 5000 + t."""

PICTURE = PictureSeen(
    cycle=3,
    valid_from_s=1060.0,
    valid_at_s=1090.0,
    due_at_s=5090.25,
    closed_at_s=5090.27,
    published_at_s=5090.30,
    caught_up=True,
    arrivals={"radar-a": (2, 0.010, 0.020)},
    bytes=1000,
    tracks=2,
    contributed_s=np.array([1080.0, 1089.0]),
)
FRAME = FrameSeen(
    cycle=3,
    received_at_s=5090.34,
    sent_at_s=5090.35,
    decoded_at_s=5090.40,
    drawn_at_s=5090.45,
    presented_at_s=5090.55,
    tracks=2,
)
BATCH = BatchSeen("radar-a", measured_s=1079.5, measured_to_s=1080.0, produced_at_s=5080.01)


def seen(*, picture: PictureSeen = PICTURE, frame: FrameSeen | None = FRAME) -> Seen:
    return Seen(CLOCK, [BATCH], {3: picture}, {} if frame is None else {3: frame})


def milliseconds(name: str, recorded: Seen) -> list[float]:
    return [round(1e3 * value, 3) for value in samples(recorded, [3])[name].tolist()]


@pytest.mark.parametrize(
    ("stage", "wanted_ms"),
    [
        ("measured_to_produced", [510.0]),
        ("produced_to_received", [10.0]),
        ("received_to_committed", [20.0]),
        ("committed_to_closed", [10_230.0]),
        ("tick_to_closed", [20.0]),
        ("closed_to_published", [30.0]),
        ("published_to_gateway", [40.0]),
        ("gateway_to_sent", [10.0]),
        ("sent_to_decoded", [50.0]),
        ("decoded_to_drawn", [50.0]),
        ("drawn_to_presented", [100.0]),
        ("tick_to_published", [50.0]),
        ("tick_to_decoded", [150.0]),
        ("tick_to_presented", [300.0]),
        ("sensor_to_decoded", [10_400.0, 1_400.0]),
        ("sensor_to_glass", [10_550.0, 1_550.0]),
    ],
)
def test_a_stage_is_the_difference_of_its_two_stamps(stage: str, wanted_ms: list[float]) -> None:
    assert milliseconds(stage, seen()) == wanted_ms


def test_every_stage_is_worked_out_here() -> None:
    assert len(STAGES) == 16


def test_the_stages_after_the_tick_add_up_to_the_whole() -> None:
    found = samples(seen(), [3])
    parts = [
        "tick_to_closed",
        "closed_to_published",
        "published_to_gateway",
        "gateway_to_sent",
        "sent_to_decoded",
        "decoded_to_drawn",
        "drawn_to_presented",
    ]

    whole_s = sum(float(found[name][0]) for name in parts)

    assert whole_s == pytest.approx(float(found["tick_to_presented"][0]), abs=MILLISECOND)


def test_cycles_that_warm_up_do_not_count() -> None:
    assert {values.size for values in samples(seen(), [4, 5]).values()} == {0}


def test_a_picture_that_was_made_up_for_later_does_not_count() -> None:
    late = seen(picture=replace(PICTURE, caught_up=False))

    assert milliseconds("tick_to_published", late) == []


def test_without_a_browser_the_way_ends_at_the_decoded_frame() -> None:
    undrawn = seen(frame=replace(FRAME, drawn_at_s=None, presented_at_s=None))

    assert milliseconds("tick_to_decoded", undrawn) == [150.0]
    assert milliseconds("tick_to_presented", undrawn) == []
    assert milliseconds("sensor_to_glass", undrawn) == []


def test_a_picture_that_nobody_saw_counts_as_published_only() -> None:
    unseen = seen(frame=None)

    assert milliseconds("tick_to_published", unseen) == [50.0]
    assert milliseconds("tick_to_decoded", unseen) == []


def test_a_stage_without_a_sample_has_a_count_of_zero_and_no_number() -> None:
    stages = table(samples(seen(frame=None), [3]))

    assert stages["tick_to_presented"].count == 0
    assert np.isnan(stages["tick_to_presented"].p50)
