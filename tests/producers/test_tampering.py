import numpy as np

from contracts.reports import RadarScan
from producers.radar import scan_sector
from producers.world import World
from tests.producers.builders import Rows, a_fighter, a_radar, a_world, an_effect

SIGMA_M = 40.0
FOUR_SIGMA = 4.0


def world_with(**effect: object) -> World:
    radar = a_radar(small_target_km=500.0, azimuth_sigma_deg=0.01, sectors=1)
    return a_world(
        platforms=(a_fighter(speed_kn=0.0),),
        radars=(radar,),
        effects=(an_effect(**effect),) if effect else (),
    )


def scans(world: World, first: int, count: int) -> list[RadarScan]:
    row = world.scenario.radars[0]
    return [scan_sector(row, world, n, 0.0).batch for n in range(first, first + count)]  # type: ignore[misc]


def east_north_m(found: list[RadarScan]) -> np.ndarray[tuple[int, int], np.dtype[np.float64]]:
    range_m = np.concatenate([scan.range_m for scan in found])
    azimuth = np.concatenate([scan.azimuth_rad for scan in found])
    return np.stack([range_m * np.sin(azimuth), range_m * np.cos(azimuth)], axis=1)


def test_a_displaced_plot_lies_where_the_attacker_puts_it() -> None:
    world = world_with(effect="spoofed-position", offset_m=4_000.0, course_deg=90.0)

    before, during = east_north_m(scans(world, 0, 15)), east_north_m(scans(world, 15, 15))

    shift_m = np.median(during, axis=0) - np.median(before, axis=0)
    assert abs(shift_m[0] - 4_000.0) < SIGMA_M
    assert abs(shift_m[1]) < SIGMA_M


def test_after_the_attack_everything_is_as_before() -> None:
    world = world_with(effect="spoofed-position", offset_m=4_000.0)

    attacked, plain = scans(world, 30, 20), scans(world_with(), 30, 20)

    assert east_north_m(attacked).tobytes() == east_north_m(plain).tobytes()


def test_an_attack_may_lose_plots() -> None:
    world = world_with(effect="loss", magnitude=0.8)

    assert sum(scan.rows for scan in scans(world, 15, 15)) < 0.6 * sum(
        scan.rows for scan in scans(world, 0, 15)
    )


def test_a_degraded_radar_errs_more_than_it_says() -> None:
    world = world_with(effect="degraded-accuracy", magnitude=10.0, to_min=20.0)

    found = scans(world, 15, 250)

    spread_m = np.concatenate([scan.range_m for scan in found]).std()
    assert {scan.range_sigma_m for scan in found} == {SIGMA_M}
    assert 8.0 * SIGMA_M < spread_m < 12.0 * SIGMA_M


def test_forged_objects_move_and_belong_to_nobody() -> None:
    world = world_with(effect="forged-reports", magnitude=1.0, to_min=10.0)
    row = world.scenario.radars[0]

    produced = [scan_sector(row, world, n, 0.0) for n in (15, 25)]

    ghosts = []
    for part in produced:
        assert part.attribution is not None
        nobody = part.attribution.row_platform == -1
        assert nobody.sum() == 1
        range_m, azimuth = part.batch.range_m[nobody][0], part.batch.azimuth_rad[nobody][0]  # type: ignore[attr-defined]
        ghosts.append(range_m * np.exp(1j * azimuth))
    # Ten revolutions of 4 s at 200 m/s.
    assert abs(abs(ghosts[1] - ghosts[0]) - 8_000.0) < 2.0 * FOUR_SIGMA * SIGMA_M


def test_only_the_attacked_radar_is_touched() -> None:
    radars = (a_radar(small_target_km=500.0), a_radar(name="other", small_target_km=500.0))
    rows: Rows = {"platforms": (a_fighter(),), "radars": radars}
    plain, attacked = (
        a_world(**rows),
        a_world(**rows, effects=(an_effect(effect="spoofed-position", offset_m=9.0),)),
    )

    other = [scan_sector(radars[1], world, 70, 0.0).batch.model_dump_json() for world in (plain, attacked)]

    assert other[0] == other[1]
