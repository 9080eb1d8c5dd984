import numpy as np
import pytest
from geographiclib.geodesic import Geodesic

from contracts.geodesy import to_geodetic
from contracts.platforms import CODE_OF_PLATFORM
from contracts.reports import SelfReports
from producers.selfreport import receive
from producers.world import World
from tests.producers.builders import (
    STARTEX_S,
    Rows,
    a_fighter,
    a_lane,
    a_platform,
    a_receiver,
    a_world,
    an_effect,
    an_inject,
)


def heard(world: World, count: int = 30, first: int = 0, receiver: int = 0) -> list[SelfReports]:
    row = world.scenario.self_reports[receiver]
    return [receive(row, world, n, 0.0).batch for n in range(first, first + count)]  # type: ignore[misc]


def test_a_ship_is_heard_where_it_is() -> None:
    world = a_world(platforms=(a_platform(course_deg=90.0, speed_kn=12.0),), self_reports=(a_receiver(),))

    (batch,) = [batch for batch in heard(world, 5) if batch.rows]

    lat, lon, _ = to_geodetic(world.states(float(batch.measured_at_s[0])).ecef_m[0])
    off_m = Geodesic.WGS84.Inverse(batch.lat_deg[0], batch.lon_deg[0], np.degrees(lat), np.degrees(lon))[
        "s12"
    ]
    assert off_m < 50.0
    assert batch.speed_m_per_s[0] == pytest.approx(12.0 * 0.5144, abs=0.3)
    assert batch.course_rad[0] == pytest.approx(np.pi / 2.0, abs=0.05)
    assert np.isnan(batch.height_m[0])
    assert batch.platform[0] == CODE_OF_PLATFORM["cargo-ship"]


def test_an_airliner_tells_its_height() -> None:
    liner = a_fighter(type="airliner", side="neutral", height_m=10_200.0)
    world = a_world(platforms=(liner,), self_reports=(a_receiver(),))

    heights = np.concatenate([batch.height_m for batch in heard(world)])

    assert heights.mean() == pytest.approx(10_200.0, abs=15.0)


def test_a_ship_at_anchor_has_no_course() -> None:
    world = a_world(platforms=(a_platform(),), self_reports=(a_receiver(),))

    batches = [batch for batch in heard(world, 90) if batch.rows]

    assert batches
    assert all(np.isnan(batch.course_rad).all() for batch in batches)


def test_two_receivers_hear_the_same_words() -> None:
    receivers = (a_receiver(), a_receiver(name="other", lat=33.4))
    world = a_world(platforms=(a_platform(course_deg=90.0, speed_kn=12.0),), self_reports=receivers)

    first, second = heard(world), heard(world, receiver=1)

    assert [batch.lat_deg.tolist() for batch in first] == [batch.lat_deg.tolist() for batch in second]
    assert [batch.measured_at_s.tolist() for batch in first] == [
        batch.measured_at_s.tolist() for batch in second
    ]


def test_warships_are_not_heard() -> None:
    world = a_world(platforms=(a_platform(type="frigate", side="friend"),), self_reports=(a_receiver(),))

    assert sum(batch.rows for batch in heard(world, 100)) == 0


def test_a_receiver_hears_the_part_it_should() -> None:
    rows: Rows = {"traffic": (a_lane(lane=((33.0, 129.0), (33.4, 129.6)), count=60),)}
    world = a_world(**rows, self_reports=(a_receiver(), a_receiver(name="deaf", receive_probability=0.6)))

    every, some = (sum(batch.rows for batch in heard(world, 40, receiver=place)) for place in (0, 1))

    assert abs(some - 0.6 * every) < 4.0 * np.sqrt(every * 0.24)


def test_a_receiver_that_is_off_hears_nothing() -> None:
    world = a_world(
        platforms=(a_platform(course_deg=90.0, speed_kn=12.0),),
        self_reports=(a_receiver(),),
        injects=(an_inject("sensor-off", after_s=60.0, subject="radio"),),
    )

    assert sum(batch.rows for batch in heard(world, 30)) == 6
    assert sum(batch.rows for batch in heard(world, 30, first=30)) == 0


def test_forged_ships_are_heard_and_belong_to_nobody() -> None:
    forge = an_effect(sensor="radio", effect="forged-reports", magnitude=4.0)
    world = a_world(self_reports=(a_receiver(),), effects=(forge,))
    row = world.scenario.self_reports[0]

    produced = [receive(row, world, n, 0.0) for n in range(60)]

    rows = [part.batch.rows for part in produced]
    ids = {int(number) for part in produced for number in part.batch.claimed_id}  # type: ignore[attr-defined]
    assert sum(rows[:30]) == 0
    assert sum(rows[30:]) == 4 * 6
    assert len(ids) == 4
    assert all(
        part.attribution is not None and (part.attribution.row_platform == -1).all() for part in produced
    )


def test_an_attack_on_the_receiver_shifts_everything_it_hears() -> None:
    shift = an_effect(sensor="radio", effect="spoofed-position", offset_m=5_000.0, course_deg=0.0)
    rows: Rows = {"platforms": (a_platform(course_deg=90.0, speed_kn=12.0),), "self_reports": (a_receiver(),)}
    plain, attacked = a_world(**rows), a_world(**rows, effects=(shift,))

    true_lat = np.concatenate([batch.lat_deg for batch in heard(plain, 30, first=30)])
    false_lat = np.concatenate([batch.lat_deg for batch in heard(attacked, 30, first=30)])

    assert (false_lat - true_lat) * 110_920.0 == pytest.approx([5_000.0] * 6, abs=50.0)


def test_intervals_follow_each_other_and_hold_their_reports() -> None:
    world = a_world(
        traffic=(a_lane(lane=((33.0, 129.0), (33.4, 129.6)), count=60),), self_reports=(a_receiver(),)
    )

    batches = heard(world, 20)

    assert batches[0].measured_from_s == STARTEX_S
    assert [b.measured_to_s for b in batches[:-1]] == [b.measured_from_s for b in batches[1:]]
    assert all((np.diff(b.measured_at_s) >= 0.0).all() for b in batches)
