"""Registration: a radar that is turned is found out, and one that is not, or is alone, is left as it is."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from contracts.codec import encode
from contracts.picture import Picture, SensorHealth
from contracts.reports import ReportBatch, SelfReports
from fusion.scopes import Scopes
from fusion.settings import EngineSettings
from tests.fusion.folding import SETTINGS, in_order, picture_of
from tests.fusion.sky import START_S, USA_ONLY, Platforms, Radar, errors_m, self_reports, ships

DEGREE = float(np.radians(1.0))
FLEET = ships(40, reach_m=70_000.0)
LASTING_S = 240.0
TURNED = Radar(azimuth_bias_rad=DEGREE, clutter=4.0)
OTHER = Radar(name="radar-b", lat_deg=32.6, lon_deg=127.6, clutter=4.0)


def reports(fleet: Platforms = FLEET, until_s: float = LASTING_S) -> Iterator[SelfReports]:
    return (self_reports(fleet, number) for number in range(0, int(until_s / 2.0), 4))


def health_of(picture: Picture, sensor: str) -> SensorHealth:
    return next(health for health in picture.sensors if health.sensor == sensor)


def azimuth_bias(picture: Picture, sensor: str) -> tuple[float, float]:
    health = health_of(picture, sensor)
    assert health.azimuth_bias_rad is not None
    assert health.azimuth_bias_sigma_rad is not None
    return health.azimuth_bias_rad, health.azimuth_bias_sigma_rad


def test_a_radar_turned_by_a_degree_makes_no_double_tracks_after_some_minutes() -> None:
    batches: list[ReportBatch] = [*TURNED.scans(FLEET, LASTING_S), *reports()]

    early, late = picture_of(in_order(batches)[:45], 25), picture_of(batches, LASTING_S)

    assert early.tracks > 45
    assert late.tracks == 40
    bias, sigma = azimuth_bias(late, "radar-a")
    assert abs(bias - DEGREE) < 3.0 * sigma < DEGREE / 5.0


def test_so_it_is_for_a_radar_with_a_range_bias() -> None:
    scans = [
        scan.model_copy(update={"range_m": scan.range_m + np.float32(300.0)})
        for scan in replace(TURNED, azimuth_bias_rad=0.0).scans(FLEET, LASTING_S)
    ]

    picture = picture_of([*scans, *reports()], LASTING_S)

    assert picture.tracks == 40
    health = health_of(picture, "radar-a")
    assert health.range_bias_m == pytest.approx(300.0, abs=30.0)


def test_a_radar_without_bias_stays_within_its_sigma_of_zero() -> None:
    biases = [
        azimuth_bias(
            picture_of(
                [*replace(TURNED, azimuth_bias_rad=0.0).scans(FLEET, 120, seed=seed), *reports()], 120
            ),
            "radar-a",
        )
        for seed in range(6)
    ]

    normalised = [bias / sigma for bias, sigma in biases]
    # The root mean square of six: beyond 1.8 in less than one try of a thousand.
    assert np.sqrt(np.mean(np.square(normalised))) < 1.8


def test_a_radar_alone_is_left_as_it_is() -> None:
    picture = picture_of(TURNED.scans(FLEET, LASTING_S), LASTING_S)

    assert picture.tracks == 40
    assert azimuth_bias(picture, "radar-a")[0] == 0.0
    assert health_of(picture, "radar-a").range_bias_m == 0.0


def test_two_radars_that_nobody_reports_to_agree_at_last() -> None:
    batches = [*TURNED.scans(FLEET, LASTING_S), *OTHER.scans(FLEET, LASTING_S, seed=9)]

    early, late = picture_of(in_order(batches)[:60], 30), picture_of(batches, LASTING_S)

    assert early.tracks > 45
    assert late.tracks == 40
    turned, straight = azimuth_bias(late, "radar-a")[0], azimuth_bias(late, "radar-b")[0]
    assert turned - straight == pytest.approx(DEGREE, abs=DEGREE / 4.0)


def test_a_ship_that_lies_about_where_it_is_teaches_nothing() -> None:
    lying = [self_reports(FLEET, number, shift_north_m=3_000.0) for number in range(0, 60, 4)]

    picture = picture_of([*replace(TURNED, azimuth_bias_rad=0.0).scans(FLEET, 120), *lying], 120)

    bias, sigma = azimuth_bias(picture, "radar-a")
    assert abs(bias) < 3.0 * sigma + DEGREE / 20.0


def test_positions_are_right_once_the_bias_is_known() -> None:
    silent = ships(5, seed=3, reach_m=70_000.0)
    both = Platforms(
        east_m=np.append(FLEET.east_m, silent.east_m),
        north_m=np.append(FLEET.north_m, silent.north_m),
        height_m=np.zeros(45),
        v_east_m_per_s=np.append(FLEET.v_east_m_per_s, silent.v_east_m_per_s),
        v_north_m_per_s=np.append(FLEET.v_north_m_per_s, silent.v_north_m_per_s),
    )

    picture = picture_of([*TURNED.scans(both, LASTING_S), *reports()], LASTING_S)

    errors = errors_m(silent, START_S + LASTING_S, picture.lat_deg, picture.lon_deg).min(axis=1)
    assert picture.tracks == 45
    # A degree is 1.2 km at 70 km; one plot's own error is 0.2 km there.
    assert np.median(errors) < 150.0


def test_a_fold_taken_up_from_a_checkpoint_knows_the_biases() -> None:
    batches = in_order([*TURNED.scans(FLEET, 80), *reports(until_s=80)])
    straight, resumed = (Scopes.begin("test", ("ALL",), SETTINGS) for _ in range(2))
    for batch in batches:
        straight.fold(batch)
    for batch in batches[:45]:
        resumed.fold(batch)
    resumed = Scopes.load(resumed.dump(), EngineSettings())
    for batch in batches[45:]:
        resumed.fold(batch)

    wanted, got = (each.draw(1, START_S, START_S + 80.0)["ALL"] for each in (straight, resumed))
    assert azimuth_bias(wanted, "radar-a")[0] > DEGREE / 2.0
    assert encode(got) == encode(wanted)


def test_a_capital_learns_no_bias_from_what_it_may_not_see() -> None:
    secret = [self_reports(FLEET, number, label=USA_ONLY) for number in range(0, 60, 4)]
    scopes = Scopes.begin("test", ("ALL", "JPN"), SETTINGS)
    for batch in in_order([*TURNED.scans(FLEET, 120), *secret]):
        scopes.fold(batch)

    pictures = scopes.draw(1, START_S, START_S + 120.0)

    assert azimuth_bias(pictures["ALL"], "radar-a")[0] > DEGREE / 2.0
    assert azimuth_bias(pictures["JPN"], "radar-a")[0] == 0.0
