import numpy as np
import pymap3d
import pytest

from contracts.geodesy import to_geodetic
from contracts.reports import TWO_PI, RadarScan
from producers.radar import detection_probability, scan_sector
from producers.scenario_rows import PlatformRow
from producers.world import World
from tests.producers.builders import (
    STARTEX_S,
    Rows,
    a_fighter,
    a_platform,
    a_radar,
    a_world,
    an_effect,
    an_inject,
)

FOUR_SIGMA = 4.0
METRE = 1.0


def scans(world: World, count: int, first: int = 0) -> list[RadarScan]:
    row = world.scenario.radars[0]
    return [scan_sector(row, world, n, 0.0).batch for n in range(first, first + count)]  # type: ignore[misc]


def truth(world: World, at_s: float, place: int = 0) -> tuple[float, float, float]:
    """Range, azimuth and elevation by pymap3d, from the radar's place in its row."""
    row = world.scenario.radars[0]
    lat, lon, height_m = to_geodetic(world.states(at_s).ecef_m[place])
    azimuth, elevation, range_m = pymap3d.geodetic2aer(
        np.degrees(lat), np.degrees(lon), height_m, row.lat, row.lon, row.height_m
    )
    return float(range_m), float(np.radians(azimuth)), float(np.radians(elevation))


def chi_square_fits(residuals_sigma: np.ndarray[tuple[int], np.dtype[np.float64]]) -> bool:
    """Whether the squared residuals sum to their number, within four standard deviations of that."""
    count = len(residuals_sigma)
    return bool(abs((residuals_sigma**2).sum() - count) < FOUR_SIGMA * np.sqrt(2.0 * count))


def a_crowd(count: int, distance_km: float, **changes: object) -> tuple[PlatformRow, ...]:
    """Fighters all around the radar, all as far away."""
    turn = np.linspace(0.0, TWO_PI, count, endpoint=False)
    return tuple(
        a_fighter(
            name=f"swift-{place:03d}",
            route=(
                (
                    33.0 + float(np.cos(angle)) * distance_km / 110.92,
                    129.5 + float(np.sin(angle)) * distance_km / 93.5,
                ),
            ),
            **changes,
        )
        for place, angle in enumerate(turn)
    )


def measured(world: World, count: int) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    """(M, 5) range, azimuth, elevation, height and range rate minus truth, of every plot."""
    found = []
    for sequence in range(1, count + 1):  # from 1: before STARTEX there is no motion to compare with
        produced = scan_sector(world.scenario.radars[0], world, sequence, 0.0)
        scan, attribution = produced.batch, produced.attribution
        assert isinstance(scan, RadarScan)
        assert attribution is not None
        for row in range(scan.rows):
            place = world.fleet.place_of[attribution.name[attribution.row_platform[row]]]
            at_s = float(scan.measured_at_s[row])
            range_m, azimuth, elevation = truth(world, at_s, place)
            before, after = truth(world, at_s - 0.5, place)[0], truth(world, at_s + 0.5, place)[0]
            height_m = float(to_geodetic(world.states(at_s).ecef_m[place])[2])
            found.append(
                (
                    float(scan.range_m[row]) - range_m,
                    float(np.angle(np.exp(1j * (scan.azimuth_rad[row] - azimuth)))),
                    float(scan.elevation_rad[row]) - elevation,
                    float(scan.height_m[row]) - height_m,
                    float(scan.range_rate_m_per_s[row]) - (after - before),
                )
            )
    return np.array(found)


def test_every_measurement_errs_by_its_stated_sigma() -> None:
    radar = a_radar(elevation_sigma_deg=0.4, height_sigma_m=300.0, small_target_km=500.0)
    world = a_world(platforms=a_crowd(60, 80.0), radars=(radar,))

    residuals = measured(world, 40)

    assert len(residuals) > 550
    assert chi_square_fits(residuals[:, 0] / radar.range_sigma_m)
    assert chi_square_fits(residuals[:, 1] / np.radians(radar.azimuth_sigma_deg))
    assert chi_square_fits(residuals[:, 2] / np.radians(0.4))
    assert chi_square_fits(residuals[:, 3] / 300.0)
    assert chi_square_fits(residuals[:, 4] / 1.0)
    assert np.abs(residuals[:, 0].mean()) < FOUR_SIGMA * radar.range_sigma_m / np.sqrt(len(residuals))


def test_a_radar_that_does_not_measure_height_says_unknown() -> None:
    world = a_world(platforms=(a_fighter(),), radars=(a_radar(small_target_km=500.0),))

    plots = [scan for scan in scans(world, 40) if scan.rows]

    assert plots
    assert all(np.isnan(scan.height_m).all() and np.isnan(scan.elevation_rad).all() for scan in plots)


def test_one_square_metre_is_seen_half_of_the_time_at_the_range_the_scenario_says() -> None:
    radar = a_radar(small_target_km=60.0)

    probability = detection_probability(radar, np.array([1.0, 16.0]), np.array([60_000.0, 120_000.0]))

    # Sixteen times the cross-section reaches twice as far.
    assert probability == pytest.approx([0.5, 0.5])


def test_detection_follows_the_swerling_1_law() -> None:
    # 3 square metres hovering near 70 km, where the formula gives S = 18.93 * 3 * (60 / R)^4.
    radar = a_radar(sectors=1, revolution_s=1.0, small_target_km=60.0)
    world = a_world(platforms=a_crowd(60, 70.0, speed_kn=0.0), radars=(radar,))
    ranges_m = np.array([truth(world, STARTEX_S, place)[0] for place in range(60)])
    ratio = (np.log(1e-6) / np.log(0.5) - 1.0) * 3.0 * (60_000.0 / ranges_m) ** 4
    expected = 1e-6 ** (1.0 / (1.0 + ratio))

    seen = sum(scan.rows for scan in scans(world, 60))

    spread = np.sqrt(60.0 * (expected * (1.0 - expected)).sum())
    assert abs(seen - 60.0 * expected.sum()) < FOUR_SIGMA * spread


def test_signal_to_noise_is_what_let_the_plot_pass() -> None:
    radar = a_radar(small_target_km=100.0)
    world = a_world(platforms=(a_fighter(),), radars=(radar,))

    snr_db = np.concatenate([scan.snr_db for scan in scans(world, 400)])

    assert snr_db.min() >= 10.0 * np.log10(-np.log(1e-6)) - 1e-3


def test_clutter_is_poisson_and_even_over_the_area() -> None:
    radar = a_radar(clutter_per_revolution=12.0)
    world = a_world(radars=(radar,))

    found = scans(world, 800)

    counts = np.array([scan.rows for scan in found])
    assert abs(counts.mean() - 3.0) < FOUR_SIGMA * np.sqrt(3.0 / len(counts))
    assert abs(counts.var() / counts.mean() - 1.0) < FOUR_SIGMA * np.sqrt(2.0 / len(counts))
    ranges_m = np.concatenate([scan.range_m for scan in found])
    inner = float(np.mean(ranges_m < radar.range_km * 1000.0 / np.sqrt(2.0)))
    assert abs(inner - 0.5) < FOUR_SIGMA * np.sqrt(0.25 / len(ranges_m))


def test_sectors_follow_each_other_without_gap() -> None:
    world = a_world(radars=(a_radar(revolution_s=5.0, sectors=3),))

    found = scans(world, 7)

    assert [scan.measured_to_s for scan in found[:-1]] == [scan.measured_from_s for scan in found[1:]]
    assert found[0].measured_from_s == STARTEX_S
    assert [scan.scan for scan in found] == [0, 0, 0, 1, 1, 1, 2]
    widths = [scan.sector_to_rad - scan.sector_from_rad for scan in found]
    assert widths == pytest.approx([TWO_PI / 3] * 7)


def test_a_platform_is_plotted_when_the_beam_passes_it() -> None:
    radar = a_radar(revolution_s=8.0, sectors=4, small_target_km=500.0, azimuth_sigma_deg=0.001)
    world = a_world(platforms=(a_fighter(speed_kn=0.0),), radars=(radar,))
    azimuth = truth(world, STARTEX_S)[1]

    times = [float(scan.measured_at_s[0]) for scan in scans(world, 40) if scan.rows]

    assert len(times) >= 8
    phase_s = np.mod(np.array(times) - STARTEX_S, 8.0)
    assert np.abs(phase_s - 8.0 * azimuth / TWO_PI).max() < 0.02


@pytest.mark.parametrize(
    ("sees", "height_m", "seen"),
    [
        (("surface",), 1_000.0, False),
        (("low-air",), 1_000.0, True),
        (("low-air",), 8_000.0, False),
        (("air",), 8_000.0, True),
    ],
)
def test_a_radar_sees_only_what_it_is_made_for(sees: tuple[str, ...], height_m: float, seen: bool) -> None:
    radar = a_radar(sees=sees, small_target_km=500.0)
    world = a_world(platforms=(a_fighter(height_m=height_m, speed_kn=0.0),), radars=(radar,))

    assert (sum(scan.rows for scan in scans(world, 20)) > 0) is seen


def test_a_ship_beyond_the_horizon_gives_no_plot() -> None:
    radar = a_radar(small_target_km=500.0)
    near = a_world(platforms=(a_platform(route=((33.0 + 80.0 / 110.92, 129.5),)),), radars=(radar,))
    far = a_world(platforms=(a_platform(route=((33.0 + 95.0 / 110.92, 129.5),)),), radars=(radar,))

    assert sum(scan.rows for scan in scans(near, 40)) > 5
    assert sum(scan.rows for scan in scans(far, 40)) == 0


def test_a_moving_radar_says_where_it_is_and_measures_from_there() -> None:
    carrier = a_platform(name="carrier", type="frigate", side="friend", course_deg=0.0, speed_kn=30.0)
    radar = a_radar(platform="carrier", height_m=25.0, small_target_km=500.0, azimuth_sigma_deg=0.01)
    world = a_world(platforms=(carrier, a_fighter(speed_kn=0.0)), radars=(radar,))

    (scan,) = [scan for scan in scans(world, 4, first=900) if scan.rows]

    lat, lon, height_m = to_geodetic(world.states(float(scan.measured_at_s[0])).ecef_m[1])
    azimuth, _, range_m = pymap3d.geodetic2aer(
        np.degrees(lat), np.degrees(lon), height_m, scan.site_lat_deg, scan.site_lon_deg, scan.site_height_m
    )
    assert scan.site_lat_deg > 33.1
    assert abs(scan.range_m[0] - range_m) < FOUR_SIGMA * radar.range_sigma_m
    assert abs(scan.azimuth_rad[0] - np.radians(azimuth)) < FOUR_SIGMA * np.radians(0.01)


def test_rows_are_in_the_order_of_time_and_not_of_the_fleet() -> None:
    ships = tuple(
        a_fighter(
            name=f"swift-{place}",
            route=((33.0 + 0.2 * np.cos(place), 129.5 + 0.2 * np.sin(place)),),
            speed_kn=0.0,
        )
        for place in range(30)
    )
    world = a_world(platforms=ships, radars=(a_radar(sectors=1, small_target_km=500.0),))

    (scan,) = scans(world, 1)

    assert scan.rows > 20
    assert (np.diff(scan.measured_at_s) >= 0.0).all()


def test_a_radar_that_is_switched_off_sends_empty_batches_and_says_so() -> None:
    inject = an_inject("sensor-off", after_s=60.0, subject="headland", duration_s=60.0)
    world = a_world(
        platforms=(a_fighter(speed_kn=0.0),),
        radars=(a_radar(small_target_km=500.0, clutter_per_revolution=5.0),),
        injects=(inject,),
    )

    off = scans(world, 60, first=60)

    assert sum(scan.rows for scan in off) == 0
    assert {scan.detection_probability for scan in off} == {0.0}
    assert sum(scan.rows for scan in scans(world, 40, first=120)) > 5


def test_a_jammed_radar_sees_less() -> None:
    jam = an_effect(kind="jam", effect=None, from_min=0.0, to_min=None)
    rows: Rows = {"platforms": (a_fighter(speed_kn=0.0),), "radars": (a_radar(),)}

    plain = sum(scan.rows for scan in scans(a_world(**rows), 200))
    jammed = sum(scan.rows for scan in scans(a_world(**rows, effects=(jam,)), 200))

    assert jammed < 0.5 * plain


def test_a_radar_whose_carrier_is_gone_is_silent() -> None:
    carrier = a_platform(name="carrier", type="frigate", side="friend")
    world = a_world(
        platforms=(carrier, a_fighter(speed_kn=0.0)),
        radars=(a_radar(platform="carrier", height_m=25.0, small_target_km=500.0),),
        injects=(an_inject("remove", after_s=60.0, subject="carrier"),),
    )

    assert sum(scan.rows for scan in scans(world, 40)) > 5
    assert sum(scan.rows for scan in scans(world, 40, first=60)) == 0


def test_attribution_says_whose_each_plot_was() -> None:
    world = a_world(
        platforms=(a_fighter(speed_kn=0.0),),
        radars=(a_radar(sectors=1, small_target_km=500.0, clutter_per_revolution=10.0),),
    )

    produced = scan_sector(world.scenario.radars[0], world, 3, 0.0)

    assert produced.attribution is not None
    assert produced.attribution.name == ("swift",)
    assert sorted(set(produced.attribution.row_platform.tolist())) == [-1, 0]
    assert len(produced.attribution.row_platform) == produced.batch.rows
    own = int(np.argmin(np.abs(produced.batch.range_m - truth(world, STARTEX_S)[0])))  # type: ignore[attr-defined]
    assert produced.attribution.row_platform[own] == 0
