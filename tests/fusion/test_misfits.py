"""A radar whose data do not fit what others know is found out without anyone's word, and believed again."""

from collections.abc import Sequence

import numpy as np

from contracts.codec import encode
from contracts.picture import Picture, SensorHealth
from contracts.reports import RadarScan, ReportBatch, SelfReports
from fusion.misfits import BELIEVED_BELOW, DOUBTED_ABOVE, LOOKS_LEAST, NIS_MOST, WINDOW, Misfits
from fusion.scopes import Scopes
from tests.fusion.folding import SETTINGS, in_order, picture_of
from tests.fusion.sky import START_S, Platforms, Radar, errors_m, self_reports, ships

FLEET = ships(12, reach_m=70_000.0)
ATTACK_S = 80.0
HONEST, LYING = Radar(clutter=4.0), Radar(clutter=4.0, azimuth_bias_rad=0.06)


def claims(fleet: Platforms = FLEET, until_s: float = 240.0) -> list[SelfReports]:
    return [self_reports(fleet, number) for number in range(0, int(until_s / 2.0), 4)]


def attacked(from_s: float, to_s: float, until_s: float) -> list[RadarScan]:
    """Scans of a radar whose plots are turned away for a while."""
    honest, lying = (list(radar.scans(FLEET, until_s)) for radar in (HONEST, LYING))
    return [
        false if from_s <= true.measured_from_s - START_S < to_s else true
        for true, false in zip(honest, lying, strict=True)
    ]


def health_of(picture: Picture) -> SensorHealth:
    return next(health for health in picture.sensors if health.sensor == "radar-a")


def shown(batches: Sequence[ReportBatch], after_s: float) -> Picture:
    return picture_of([b for b in batches if b.measured_to_s <= START_S + after_s], after_s)


def looked(*nis: float, tracks: int = 5) -> Misfits:
    misfits = Misfits()
    for turn, value in enumerate(nis):
        misfits.note(100.0 + turn, np.array([value]), np.array([turn % tracks + 1]))
    return misfits


def test_a_window_of_honest_looks_leaves_a_radar_believed() -> None:
    chance = np.random.default_rng(1)

    assert not looked(*(chance.chisquare(2.0, 500) / 2.0)).doubted


def test_a_window_of_misfits_makes_a_radar_doubted_since_the_first_of_them() -> None:
    misfits = looked(*[1.0] * WINDOW, *[NIS_MOST] * WINDOW)

    assert misfits.doubted
    assert misfits.since_s == 100.0 + WINDOW


def test_one_track_alone_takes_no_trust_from_a_radar() -> None:
    assert not looked(*[NIS_MOST] * WINDOW, tracks=1).doubted


def test_too_few_looks_are_no_ground_for_a_judgement() -> None:
    assert not looked(*[NIS_MOST] * (LOOKS_LEAST - 1)).doubted


def test_a_doubted_radar_is_believed_again_only_far_below_where_doubt_began() -> None:
    between = 0.5 * (BELIEVED_BELOW + DOUBTED_ABOVE)

    assert looked(*[NIS_MOST] * WINDOW, *[between] * WINDOW).doubted
    assert not looked(*[NIS_MOST] * WINDOW, *[1.0] * WINDOW).doubted
    assert not looked(*[between] * WINDOW).doubted


def test_looks_of_long_ago_say_nothing_of_now() -> None:
    misfits = looked(*[NIS_MOST] * (LOOKS_LEAST - 2))

    misfits.note(1_000.0, np.array([NIS_MOST]), np.array([9]))

    assert len(misfits.nis) == 1


def test_an_honest_radar_is_never_doubted() -> None:
    picture = shown([*HONEST.scans(FLEET, 240), *claims()], 240)

    assert health_of(picture).trust == 1.0
    assert health_of(picture).effect == "none"


def test_an_attacked_radar_is_kept_out_within_half_a_minute_though_nobody_tells_of_it() -> None:
    picture = shown([*attacked(ATTACK_S, 240.0, 240.0), *claims()], ATTACK_S + 30.0)

    assert health_of(picture).trust == 0.0
    assert health_of(picture).effect == "misfits"
    assert [alert.sensor for alert in picture.alerts] == ["radar-a"]
    assert picture.alerts[0].alert_kind == "sensor-attacked"


def test_what_it_made_meanwhile_is_taken_back_and_true_tracks_stay_where_they_are() -> None:
    picture = shown([*attacked(ATTACK_S, 240.0, 240.0), *claims()], ATTACK_S + 60.0)

    assert picture.tracks == 12
    errors = errors_m(FLEET, START_S + ATTACK_S + 60.0, picture.lat_deg, picture.lon_deg)
    assert errors.min(axis=1).max() < 100.0


def test_it_is_believed_again_within_a_minute_after_the_attack() -> None:
    batches: list[ReportBatch] = [*attacked(ATTACK_S, 160.0, 240.0), *claims()]

    assert health_of(shown(batches, 158.0)).trust == 0.0
    assert health_of(shown(batches, 220.0)).trust == 1.0


def test_a_radar_that_was_turned_from_the_start_is_not_attacked_but_corrected() -> None:
    turned = Radar(clutter=4.0, azimuth_bias_rad=float(np.radians(1.0)))

    picture = shown([*turned.scans(FLEET, 240), *claims()], 240)

    assert health_of(picture).trust == 1.0
    assert picture.tracks == 12


def test_ships_that_lie_take_no_trust_from_the_radar_that_sees_them() -> None:
    lying = [
        self_reports(FLEET, number, shift_north_m=4_000.0 if number > 40 else 0.0)
        for number in range(0, 120, 4)
    ]

    picture = shown([*HONEST.scans(FLEET, 240), *lying], 240)

    assert health_of(picture).trust == 1.0


def test_a_fold_taken_up_from_a_checkpoint_doubts_as_before() -> None:
    batches = in_order([*attacked(20.0, 240.0, 60.0), *claims(until_s=60.0)])
    straight, resumed = (Scopes.begin("test", ("ALL",), SETTINGS) for _ in range(2))
    for batch in batches:
        straight.fold(batch)
    for batch in batches[:40]:
        resumed.fold(batch)
    resumed = Scopes.load(resumed.dump(), SETTINGS)
    for batch in batches[40:]:
        resumed.fold(batch)

    wanted, got = (each.draw(1, START_S, START_S + 60.0)["ALL"] for each in (straight, resumed))
    assert health_of(wanted).trust == 0.0
    assert encode(got) == encode(wanted)
