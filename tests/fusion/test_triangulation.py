"""Triangulation: bearings become positions where they must, ties where a track fits, and else stay lines."""

from collections.abc import Iterator

import numpy as np

from contracts import geodesy
from contracts.codec import encode
from contracts.picture import Picture, SourceKind, TrackStatus
from contracts.reports import ReportBatch, SigintIntercepts
from fusion.lines import LINES_MAX
from fusion.scopes import Scopes
from fusion.verdicts import SIGMA_MAX_M
from tests.fusion.folding import SETTINGS, folded, in_order, picture_of
from tests.fusion.sky import START_S, Platforms, Radar, errors_m, intercepts

SITES = {"site-a": (32.8, 127.5), "site-b": (32.7, 128.9), "site-c": (33.8, 127.4)}
HOSTILE = "EX-301"
FIGHTER, NOBODY_KNOWS = "EX-303", "EX-999"
SIGMA_RAD = 0.01

AOU2, GHOST2 = 5.99, 25.0
"""Squared distances: the edge of a 95 % ellipse; five sigma, which no true place is off."""


def at(*east_north_m: tuple[float, float]) -> Platforms:
    """Ships that lie still, in the frame of the sky's reference place."""
    east, north = np.array(east_north_m).T
    still = np.zeros(len(east))
    return Platforms(east, north, still, still, still)


ONE = at((10_000.0, 30_000.0))
TWO = at((10_000.0, 30_000.0), (30_000.0, 60_000.0))


def heard(
    fleet: Platforms,
    sites: tuple[str, ...],
    until_s: float,
    *,
    frequencies_hz: tuple[float, ...] = (),
    drift_deg_per_s: float = 0.0,
    from_s: float = 0.0,
    notation: str = HOSTILE,
    seed: int = 0,
) -> Iterator[SigintIntercepts]:
    """Every ship is heard by every site every four seconds; sites may drift east."""
    for number in range(int(from_s / 2.0), int(until_s / 2.0), 2):
        for site in sites:
            lat, lon = SITES[site]
            for ship in range(len(fleet.east_m)):
                place = sorted(SITES).index(site)
                batch = intercepts(
                    fleet, 100_000 * seed + 100 * number + 10 * ship + place, [ship], notation, sensor=site, sigma_rad=SIGMA_RAD,
                    lat_deg=lat, lon_deg=lon + drift_deg_per_s * 2.0 * number,
                    frequency_hz=frequencies_hz[ship] if frequencies_hz else 3.3e9,
                )  # fmt: skip
                yield in_time(batch, number, ship, place)


def in_time(batch: SigintIntercepts, number: int, ship: int, site: int) -> SigintIntercepts:
    """The batch as if it were the number-th of two seconds; its chance was its own."""
    from_s = START_S + 2.0 * number
    return batch.model_copy(
        update={
            "sequence": 10 * number + ship, "measured_from_s": from_s, "measured_to_s": from_s + 2.0,
            "measured_at_s": np.full(batch.rows, from_s + 0.1 * ship + 0.01 * site),
        }
    )  # fmt: skip


def sigma_m(picture: Picture) -> np.ndarray:
    """(N,) one sigma of the long axis of each track."""
    upper = picture.covariance.astype(np.float64)
    return np.sqrt(np.linalg.eigvalsh(upper[:, [0, 1, 1, 4]].reshape(-1, 2, 2))[:, -1])


def off_m(fleet: Platforms, picture: Picture, at_s: float) -> np.ndarray:
    return errors_m(fleet, START_S + at_s, picture.lat_deg, picture.lon_deg)


def scattered(count: int, seed: int) -> Platforms:
    """Ships that lie still anywhere within 60 km."""
    chance = np.random.default_rng(seed)
    return at(*map(tuple, chance.uniform(-60e3, 60e3, (count, 2))))


def squared_distance(fleet: Platforms, picture: Picture, at_s: float) -> np.ndarray:
    """(N,) of each track from the nearest ship, in units of its ellipse: 5.99 is the edge of the AOU."""
    places = geodesy.to_ecef(
        *geodesy.to_geodetic(fleet.ecef_at(START_S + at_s))[:2], np.zeros(len(fleet.east_m))
    )
    found = []
    for lat, lon, upper in zip(picture.lat_deg, picture.lon_deg, picture.covariance, strict=True):
        off = geodesy.to_enu(places, *geodesy.site_frame(lat, lon, 0.0))[:, :2]
        inverse = np.linalg.inv(upper.astype(np.float64)[[0, 1, 1, 4]].reshape(2, 2))
        found.append(np.einsum("ij,jk,ik->i", off, inverse, off).min())
    return np.array(found)


def test_an_emitter_heard_by_two_sites_becomes_a_track_where_the_bearings_cross() -> None:
    picture = picture_of(heard(ONE, ("site-a", "site-b"), 60), 60)

    assert picture.tracks == 1
    assert picture.status.tolist() == [TrackStatus.CONFIRMED]
    assert off_m(ONE, picture, 60)[0, 0] < 3.0 * sigma_m(picture)[0] < 3.0 * SIGMA_MAX_M
    assert np.isfinite(picture.last_contribution_s[0]).tolist() == [False, True, False, False]
    assert {picture.sources[k] for k in picture.contribution_source} == {"site-a", "site-b"}
    assert len(picture.lob_source) == 0


def test_a_located_emitter_keeps_its_number_and_says_what_it_is() -> None:
    batches = list(heard(ONE, ("site-a", "site-b"), 120))

    early, late = (picture_of([b for b in batches if b.measured_to_s <= START_S + t], t) for t in (60, 120))

    assert early.track_number.tolist() == late.track_number.tolist()
    assert late.identity[0, 2] > 0.9
    assert late.domain.tolist() == [2]
    assert sigma_m(late)[0] < sigma_m(early)[0]


def test_one_site_that_stands_still_gives_a_line_and_no_position() -> None:
    picture = picture_of(heard(ONE, ("site-a",), 120), 120)

    assert picture.tracks == 0
    assert len(picture.lob_source) == 1


def test_one_site_that_moves_finds_the_position_after_some_minutes() -> None:
    picture = picture_of(heard(ONE, ("site-a",), 420, drift_deg_per_s=0.0014), 420)

    assert picture.tracks == 1
    assert off_m(ONE, picture, 420)[0, 0] < 3.0 * sigma_m(picture)[0]


def test_two_emitters_alike_heard_by_two_sites_that_stand_still_stay_lines() -> None:
    picture = picture_of(heard(TWO, ("site-a", "site-b"), 240), 240)

    assert picture.tracks == 0
    assert len(picture.lob_source) == 4


def test_a_third_site_tells_ghosts_from_emitters() -> None:
    picture = picture_of(heard(TWO, ("site-a", "site-b", "site-c"), 120), 120)

    assert picture.tracks == 2
    assert off_m(TWO, picture, 120).min(axis=1).max() < 3.0 * sigma_m(picture).max()


def test_ellipses_hold_their_emitters_as_often_as_they_say() -> None:
    squared = np.concatenate([
        squared_distance(fleet, picture_of(heard(fleet, ("site-a", "site-b"), 60, seed=seed), 60), 60)
        for seed in range(60) for fleet in [scattered(1, seed)]
    ])  # fmt: skip

    assert len(squared) > 40
    # At a true share of 95 % fewer than 88 % of forty and more lie inside in one try of a hundred.
    assert np.mean(squared < AOU2) > 0.88


def test_no_ghost_of_two_emitters_alike_becomes_a_track() -> None:
    squared = np.concatenate([
        squared_distance(fleet, picture_of(heard(fleet, ("site-a", "site-b"), 120, seed=seed), 120), 120)
        for seed in range(16) for fleet in [scattered(2, seed)]
    ])  # fmt: skip

    assert np.all(squared < GHOST2)


def test_emitters_that_one_site_cannot_tell_apart_are_not_placed() -> None:
    # A degree apart for the first site, thirty for the second.
    abeam = at((10_000.0, 30_000.0), (40_000.0, 61_000.0))

    picture = picture_of(heard(abeam, ("site-a", "site-b"), 120), 120)

    assert np.all(squared_distance(abeam, picture, 120) < GHOST2)


def test_what_may_fly_gets_no_position_from_one_site_that_flies_straight_on() -> None:
    place, speed = np.array([10_000.0, 60_000.0, 9_000.0]), np.array([-60.0, -220.0])
    fast = Platforms(place[:1], place[1:2], place[2:], speed[:1], speed[1:])

    pictures = [
        picture_of(heard(fast, ("site-a",), 300, drift_deg_per_s=0.0014, notation=said, seed=seed), 300)
        for said in (FIGHTER, NOBODY_KNOWS) for seed in range(3)
    ]  # fmt: skip

    assert [picture.tracks for picture in pictures] == [0] * 6


def test_attributes_tell_ghosts_from_emitters() -> None:
    picture = picture_of(heard(TWO, ("site-a", "site-b"), 120, frequencies_hz=(3.3e9, 3.34e9)), 120)

    assert picture.tracks == 2
    assert off_m(TWO, picture, 120).min(axis=1).max() < 3.0 * sigma_m(picture).max()


def test_sites_that_move_tell_ghosts_from_emitters() -> None:
    picture = picture_of(heard(TWO, ("site-a", "site-b"), 300, drift_deg_per_s=0.0014), 300)

    assert picture.tracks == 2
    assert off_m(TWO, picture, 300).min(axis=1).max() < 3.0 * sigma_m(picture).max()


def test_bearings_from_nowhere_make_no_position() -> None:
    chance = np.random.default_rng(3)
    batches = [
        in_time(intercepts(at(tuple(chance.uniform(-60e3, 60e3, 2))), number, [0], HOSTILE, sensor=site,
                           lat_deg=SITES[site][0], lon_deg=SITES[site][1], frequency_hz=chance.uniform(3.2e9, 3.4e9)),
                number, 0, place)
        for number in range(0, 60, 2) for place, site in enumerate(SITES)
    ]  # fmt: skip

    assert picture_of(batches, 120).tracks == 0


def test_an_emitter_that_falls_silent_coasts_and_is_let_go() -> None:
    batches = list(heard(ONE, ("site-a", "site-b"), 60))
    # A radar far away sees nothing, and time goes on.
    clock = list(Radar(clutter=0.0, lat_deg=20.0).scans(ONE, 400))

    soon, later = (picture_of([*batches, *clock[:t]], t) for t in (130, 400))

    assert soon.status.tolist() == [TrackStatus.COASTING]
    assert later.tracks == 0


def test_once_a_radar_sees_it_the_emitter_is_tied_to_that_track() -> None:
    radar = [scan for scan in Radar().scans(ONE, 180) if scan.measured_from_s > START_S + 60]
    batches: list[ReportBatch] = [*heard(ONE, ("site-a", "site-b"), 180), *radar]

    before, after = (picture_of([b for b in batches if b.measured_to_s <= START_S + t], t) for t in (60, 180))

    assert before.tracks == after.tracks == 1
    assert np.isnan(before.last_contribution_s[0, SourceKind.RADAR])
    assert np.isfinite(after.last_contribution_s[0, [SourceKind.RADAR, SourceKind.INTERCEPT]]).all()
    assert sigma_m(after)[0] < 200.0
    assert after.identity[0, 2] > 0.5


def test_a_ship_inside_a_large_ellipse_does_not_become_the_emitter() -> None:
    bystander = at((12_500.0, 32_500.0))
    batches: list[ReportBatch] = [*heard(ONE, ("site-a", "site-b"), 180), *Radar().scans(bystander, 180)]

    picture = picture_of(batches, 180)

    seen = np.isfinite(picture.last_contribution_s[:, SourceKind.RADAR])
    assert seen.sum() == 1
    assert picture.identity[seen, 2].max() < 0.5


def test_more_emitters_than_there_are_lines_displace_the_oldest_and_are_counted() -> None:
    many = at(*((float(k), 30_000.0) for k in range(50)))
    batches = [
        in_time(intercepts(many, number, list(range(50)), HOSTILE, sensor="site-a", frequency_hz=2e9 + 5e6 * number), number, 0, 0)
        for number in range(0, 20, 2)
    ]  # fmt: skip
    crowd = [
        batch.model_copy(update={"frequency_hz": batch.frequency_hz + 2e8 * np.arange(50)}) for batch in batches
    ]  # fmt: skip

    belief = folded(crowd)

    assert belief.triangulation.rows == LINES_MAX
    assert belief.counters.displaced_at_lines_max == 500 - LINES_MAX


def test_a_fold_taken_up_from_a_checkpoint_gives_the_same_bytes() -> None:
    batches = in_order(heard(TWO, ("site-a", "site-b", "site-c"), 120))
    straight, resumed = (Scopes.begin("test", ("ALL",), SETTINGS) for _ in range(2))
    for batch in batches:
        straight.fold(batch)
    for batch in batches[:300]:
        resumed.fold(batch)
    resumed = Scopes.load(resumed.dump(), SETTINGS)
    for batch in batches[300:]:
        resumed.fold(batch)

    wanted, got = (each.draw(1, START_S, START_S + 120.0)["ALL"] for each in (straight, resumed))
    assert wanted.tracks == 2
    assert encode(got) == encode(wanted)
