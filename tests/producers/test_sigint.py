import numpy as np
import pymap3d
import pytest
from geographiclib.geodesic import Geodesic

from contracts.emitters import EMITTER_OF_NOTATION
from contracts.geodesy import to_geodetic
from contracts.reports import SigintIntercepts
from producers.sigint import intercept
from producers.world import World
from tests.producers.builders import Rows, a_fighter, a_world, an_effect, an_inject, an_intercept_site

FOUR_SIGMA = 4.0
PLAN = ({"notation": "EX-303"},)


def batches(world: World, count: int = 100, first: int = 0) -> list[SigintIntercepts]:
    row = world.scenario.intercepts[0]
    return [intercept(row, world, n, 0.0).batch for n in range(first, first + count)]  # type: ignore[misc]


def rows(found: list[SigintIntercepts]) -> int:
    return sum(batch.rows for batch in found)


def a_radiating_world(**changes: object) -> World:
    keys: Rows = {
        "platforms": (a_fighter(emissions=PLAN),),
        "intercepts": (an_intercept_site(range_km=400.0),),
    }
    return a_world(**(keys | changes))


def true_bearing_rad(world: World, batch: SigintIntercepts, row: int) -> float:
    lat, lon, height_m = to_geodetic(world.states(float(batch.measured_at_s[row])).ecef_m[0])
    azimuth, _, _ = pymap3d.geodetic2aer(
        np.degrees(lat),
        np.degrees(lon),
        height_m,
        batch.site_lat_deg,
        batch.site_lon_deg,
        batch.site_height_m,
    )
    return float(np.radians(azimuth))


def test_bearings_err_by_their_stated_sigma() -> None:
    world = a_radiating_world()

    residuals = np.array(
        [
            np.angle(np.exp(1j * (batch.bearing_rad[row] - true_bearing_rad(world, batch, row))))
            / batch.bearing_sigma_rad[row]
            for batch in batches(world, 300)
            for row in range(batch.rows)
        ]
    )

    count = len(residuals)
    assert count > 200
    assert abs((residuals**2).sum() - count) < FOUR_SIGMA * np.sqrt(2.0 * count)


def test_attributes_are_those_of_the_unit_with_stated_noise() -> None:
    world = a_radiating_world()

    frequency_hz = np.concatenate([batch.frequency_hz for batch in batches(world, 300)])

    unit_hz = world.emissions.frequency_hz[0]
    assert unit_hz != EMITTER_OF_NOTATION["EX-303"].frequency_hz
    residuals = (frequency_hz - unit_hz) / 2.0e6
    assert abs((residuals**2).sum() - len(residuals)) < FOUR_SIGMA * np.sqrt(2.0 * len(residuals))


def test_the_true_emitter_is_usually_the_best_candidate() -> None:
    found = [batch for batch in batches(a_radiating_world(), 200) if batch.rows]

    best = [batch.notations[batch.candidate_notation[0]] for batch in found if len(batch.candidate_notation)]

    assert best.count("EX-303") > 0.9 * len(found)


def test_a_silent_platform_is_not_intercepted() -> None:
    assert rows(batches(a_radiating_world(platforms=(a_fighter(emissions=()),)))) == 0


def test_an_emitter_outside_the_band_is_not_intercepted() -> None:
    site = an_intercept_site(range_km=400.0, band_ghz=(1.0, 9.0))

    assert rows(batches(a_radiating_world(intercepts=(site,)))) == 0


def test_the_intercept_probability_is_kept_where_the_signal_is_strong() -> None:
    # 68 km of 400 km: 15 dB above the limit, so that only the site's own probability counts.
    site = an_intercept_site(range_km=400.0, intercept_probability=0.3)
    hovering = a_fighter(speed_kn=0.0, emissions=PLAN)

    found = rows(batches(a_radiating_world(platforms=(hovering,), intercepts=(site,)), 600))

    assert abs(found - 180.0) < FOUR_SIGMA * np.sqrt(600 * 0.21)


def test_a_weak_signal_is_often_missed() -> None:
    hovering = a_fighter(speed_kn=0.0, emissions=PLAN)
    near = a_radiating_world(platforms=(hovering,), intercepts=(an_intercept_site(range_km=400.0),))
    weak = a_radiating_world(platforms=(hovering,), intercepts=(an_intercept_site(range_km=85.0),))

    assert rows(batches(weak)) < 0.5 * rows(batches(near))


def test_a_site_that_locates_gives_ellipses_that_hold_the_truth() -> None:
    site = an_intercept_site(range_km=400.0, locates=True)
    world = a_radiating_world(platforms=(a_fighter(speed_kn=0.0, emissions=PLAN),), intercepts=(site,))
    lat, lon, _ = to_geodetic(world.states(world.startex_s).ecef_m[0])

    squares = []
    for batch in batches(world, 200):
        for row in range(batch.rows):
            line = Geodesic.WGS84.Inverse(
                np.degrees(lat), np.degrees(lon), batch.fix_lat_deg[row], batch.fix_lon_deg[row]
            )
            turned = np.radians(line["azi1"]) - batch.fix_orientation_rad[row]
            squares.append(
                (line["s12"] * np.cos(turned) / batch.fix_major_m[row]) ** 2
                + (line["s12"] * np.sin(turned) / batch.fix_minor_m[row]) ** 2
            )
    # Half of what a two-dimensional Gaussian leaves lies within its median ellipse.
    within = np.mean(np.array(squares) < 2.0 * np.log(2.0))
    assert abs(within - 0.5) < FOUR_SIGMA * np.sqrt(0.25 / len(squares))


def test_a_site_that_does_not_locate_says_unknown() -> None:
    assert all(np.isnan(batch.fix_lat_deg).all() for batch in batches(a_radiating_world(), 10))


def test_a_jammer_is_intercepted_and_is_in_no_library() -> None:
    jam = an_effect(kind="jam", sensor=None, effect=None, platform="swift", radius_km=20.0, from_min=0.0)
    world = a_radiating_world(platforms=(a_fighter(emissions=()),), effects=(jam,))

    found = [batch for batch in batches(world, 50) if batch.rows]

    assert found
    assert all(abs(batch.frequency_hz[0] - 1.57542e9) < 2e7 for batch in found)
    assert all(np.isnan(batch.pri_s[0]) for batch in found)
    assert {batch.notations for batch in found} == {()}


def test_an_attacked_site_hears_nothing() -> None:
    loss = an_effect(sensor="ear", effect="loss", magnitude=1.0, from_min=0.0)

    assert rows(batches(a_radiating_world(effects=(loss,)), 50)) == 0


def test_a_site_that_is_switched_off_hears_nothing() -> None:
    off = an_inject("sensor-off", after_s=0.0, subject="ear")

    assert rows(batches(a_radiating_world(injects=(off,)), 50)) == 0


def test_a_displaced_emitter_is_heard_from_elsewhere() -> None:
    shift = an_effect(
        sensor="ear", effect="spoofed-position", offset_m=60_000.0, course_deg=90.0, from_min=0.0, to_min=None
    )
    hovering = (a_fighter(speed_kn=0.0, emissions=PLAN),)

    plain = batches(a_radiating_world(platforms=hovering), 60)
    moved = batches(a_radiating_world(platforms=hovering, effects=(shift,)), 60)

    bearing = [
        np.angle(np.exp(1j * np.concatenate([batch.bearing_rad for batch in found])).mean())
        for found in (plain, moved)
    ]
    # Straight north at 55.5 km, moved 60 km to the east.
    assert bearing == pytest.approx([0.0, np.arctan2(60.0, 55.5)], abs=0.02)


def test_forged_intercepts_belong_to_nobody() -> None:
    forge = an_effect(sensor="ear", effect="forged-reports", magnitude=3.0, from_min=0.0)
    world = a_radiating_world(platforms=(a_fighter(emissions=()),), effects=(forge,))

    produced = [intercept(world.scenario.intercepts[0], world, n, 0.0) for n in range(20)]

    assert sum(part.batch.rows for part in produced) == 60
    assert all(
        part.attribution is not None and (part.attribution.row_platform == -1).all() for part in produced
    )
