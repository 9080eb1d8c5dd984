"""The engine on small skies: who is found, where, how surely, and what does not fool it."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.codec import encode
from contracts.picture import SourceKind, Trust
from contracts.platforms import Affiliation, Domain
from contracts.reports import CyberEvent, CyberEvents, ReportBatch
from fusion.settings import EngineSettings
from tests.fusion.folding import folded, picture_of
from tests.fusion.sky import (
    EVERYONE,
    START_S,
    Radar,
    aircraft,
    errors_m,
    intercepts,
    self_reports,
    ships,
)


def an_event(number: int, **changed: object) -> CyberEvents:
    at_s = START_S + 5.0 * number
    fields: dict[str, object] = {
        "event_id": "ev-1", "category": "data-manipulation", "technique": "T0832", "asset_kind": "sensor",
        "asset_id": "radar-a", "effect": "forged-reports", "confidence": 0.9, "measured_at_s": at_s,
        "first_seen_s": at_s, "last_seen_s": at_s,
    } | changed  # fmt: skip
    return CyberEvents(
        exercise="test", nation="JPN", sensor="watch-a", sequence=number, measured_from_s=at_s - 5.0,
        measured_to_s=at_s, produced_at_s=at_s, label=EVERYONE, events=(CyberEvent.model_validate(fields),),
    )  # fmt: skip


def test_one_radar_finds_every_ship_and_nothing_else() -> None:
    fleet = ships(60)

    picture = picture_of(Radar().scans(fleet, 120), 120)

    errors = errors_m(fleet, START_S + 120, picture.lat_deg, picture.lon_deg)
    assert errors.min(axis=1).max() < 2_000
    assert errors.min(axis=0).max() < 2_000
    assert picture.tracks == 60


def test_a_three_dimensional_radar_gives_aircraft_their_height() -> None:
    sky = aircraft(30)
    radar = Radar(name="radar-3d", elevation_sigma_rad=0.004, range_max_m=400_000.0)

    picture = picture_of(radar.scans(sky, 120), 120)

    nearest = errors_m(sky, START_S + 120, picture.lat_deg, picture.lon_deg).argmin(axis=0)
    off = np.abs(picture.height_m - sky.height_m[nearest])
    assert (picture.domain == Domain.AIR).all()
    assert np.median(off / picture.height_sigma_m) < 1.2


def test_two_radars_make_one_track_of_one_ship() -> None:
    fleet = ships(40)
    other = Radar(name="radar-b", lat_deg=32.6, lon_deg=127.6)

    picture = picture_of([*Radar().scans(fleet, 120), *other.scans(fleet, 120, seed=9)], 120)

    assert picture.tracks == 40
    assert set(picture.sources) == {"radar-a", "radar-b"}
    assert np.diff(picture.contribution_start.astype(int)).min() == 2


def test_errors_are_as_large_as_the_covariance_says() -> None:
    fleet = ships(150, reach_m=60_000.0)

    picture = picture_of(Radar(clutter=0.0).scans(fleet, 180), 180)

    errors = errors_m(fleet, START_S + 180, picture.lat_deg, picture.lon_deg).min(axis=0)
    expected = np.sqrt(picture.covariance[:, 0] + picture.covariance[:, 4])
    # The root mean square of error over expectation; 150 ships leave it within about 8 % of 1.
    assert 0.7 < np.sqrt(np.mean((errors / expected) ** 2)) < 1.3


def test_the_picture_is_right_across_the_antimeridian_and_far_north() -> None:
    for lat_deg, lon_deg in ((10.0, 179.95), (80.0, 20.0)):
        fleet = ships(20, reach_m=40_000.0, lat_deg=lat_deg, lon_deg=lon_deg)
        radar = Radar(lat_deg=lat_deg + 0.2, lon_deg=lon_deg - 0.1)

        picture = picture_of(radar.scans(fleet, 120), 120)

        assert picture.tracks == 20
        assert errors_m(fleet, START_S + 120, picture.lat_deg, picture.lon_deg).min(axis=1).max() < 2_000


def test_self_reports_are_tracks_at_once_and_carry_their_names() -> None:
    fleet = ships(10)

    picture = picture_of([self_reports(fleet, 0)], 5)

    assert picture.tracks == 10
    assert {picture.names[k] for k in picture.name} == {f"MV TEST {k}" for k in range(10)}
    assert (picture.affiliation == Affiliation.UNKNOWN).sum() + (
        picture.affiliation == Affiliation.NEUTRAL
    ).sum() == 10


def test_radar_and_self_reports_of_one_ship_are_one_track() -> None:
    fleet = ships(40)
    reports = [self_reports(fleet, number) for number in range(10, 60, 3)]

    picture = picture_of([*Radar().scans(fleet, 120), *reports], 120)

    assert picture.tracks == 40
    assert np.isfinite(picture.last_contribution_s[:, [SourceKind.RADAR, SourceKind.SELF_REPORT]]).all()


def test_a_spoofed_ship_keeps_its_true_track_and_shows_where_it_claims_to_be() -> None:
    fleet = ships(1)
    honest = [self_reports(fleet, number) for number in range(30)]
    spoofed = [self_reports(fleet, number, shift_north_m=20_000.0) for number in range(30, 60)]

    picture = picture_of([*Radar().scans(fleet, 120), *honest, *spoofed], 120)

    assert picture.tracks == 1
    assert errors_m(fleet, START_S + 120, picture.lat_deg, picture.lon_deg).min(axis=1).max() < 1_000
    assert (picture.trust_flags & Trust.SELF_REPORT_DISPUTED).all()
    claimed = errors_m(fleet, START_S + 120, picture.claimed_lat_deg, picture.claimed_lon_deg).min(axis=0)
    assert claimed.min() > 15_000
    assert any(alert.alert_kind == "self-report-disputed" for alert in picture.alerts)


def test_a_ship_whose_self_reports_nobody_can_check_is_believed_again_after_a_while() -> None:
    fleet = ships(1)
    before = [self_reports(fleet, number) for number in range(5)]
    after = [self_reports(fleet, number, shift_north_m=20_000.0) for number in range(5, 20)]

    picture = picture_of([*before, *after], 42)

    assert picture.tracks == 1
    assert errors_m(fleet, START_S + 42, picture.lat_deg, picture.lon_deg)[0, 0] > 15_000


def test_an_attacked_radar_stops_dragging_tracks_while_the_event_is_open() -> None:
    fleet = ships(10)
    good = Radar(name="radar-b", lat_deg=32.6, lon_deg=127.6)
    lying = Radar(azimuth_bias_rad=0.05)
    honest = [scan for scan in Radar().scans(fleet, 160) if scan.measured_to_s < START_S + 80]
    forged = [scan for scan in lying.scans(fleet, 160) if scan.measured_to_s >= START_S + 80]

    picture = picture_of([*good.scans(fleet, 160), *honest, *forged, an_event(16)], 160)

    assert picture.tracks == 10
    assert errors_m(fleet, START_S + 160, picture.lat_deg, picture.lon_deg).min(axis=1).max() < 1_000
    health = {sensor.sensor: sensor for sensor in picture.sensors}
    assert health["radar-a"].trust == 0.0
    assert health["radar-a"].effect == "forged-reports"
    assert any(alert.alert_kind == "sensor-attacked" for alert in picture.alerts)


def test_a_radar_is_trusted_again_when_the_event_closes() -> None:
    fleet = ships(3)

    picture = picture_of([*Radar().scans(fleet, 60), an_event(4), an_event(8, closed=True)], 60)

    assert next(s for s in picture.sensors if s.sensor == "radar-a").trust > 0.9


def test_an_intercept_of_a_hostile_emitter_makes_its_track_hostile() -> None:
    fleet = ships(1)
    heard = [intercepts(fleet, number, [0], "EX-301") for number in range(30, 60)]

    picture = picture_of([*Radar().scans(fleet, 120), *heard], 120)

    assert picture.affiliation.tolist() == [Affiliation.HOSTILE]
    assert np.isfinite(picture.last_contribution_s[0, SourceKind.INTERCEPT])
    # Now and then a bearing errs by three sigma and is honestly left untied.
    assert len(picture.lob_source) <= 2


def test_a_ship_that_is_heard_as_a_hostile_one_and_then_claims_to_fish_carries_a_mark() -> None:
    fleet = ships(1)
    heard = [intercepts(fleet, number, [0], "EX-302") for number in range(20, 40)]
    claims = [self_reports(fleet, number, types=("fishing-vessel",)) for number in range(45, 60, 3)]

    before = picture_of([*Radar().scans(fleet, 88), *heard], 88)
    picture = picture_of([*Radar().scans(fleet, 120), *heard, *claims], 120)

    assert not (before.trust_flags & Trust.IDENTITY_CONFLICT).any()
    assert (picture.trust_flags & Trust.IDENTITY_CONFLICT).all()
    assert "identity-conflict" in [alert.alert_kind for alert in picture.alerts]


def test_an_intercept_that_fits_no_track_stays_a_line_of_bearing() -> None:
    fleet = ships(1)

    picture = picture_of([intercepts(fleet, number, [0], "EX-101") for number in range(5)], 10)

    assert picture.tracks == 0
    # One line per emitter, the newest.
    assert picture.lob_measured_at_s.tolist() == [START_S + 8.0]


def test_an_intercept_between_two_ships_is_tied_to_neither() -> None:
    fleet = ships(1)
    twin = ships(1)
    twin.east_m[:] += 300.0
    reports = [self_reports(fleet, 0), self_reports(twin, 1, sensor="ais-b")]
    reports[1] = reports[1].model_copy(update={"claimed_id": np.array([900_000_999])})

    picture = picture_of([*reports, intercepts(fleet, 3, [0], "EX-301", sigma_rad=0.05)], 8)

    assert picture.tracks == 2
    assert len(picture.lob_source) == 1


def test_what_some_known_ship_surely_sent_is_not_drawn_as_a_line() -> None:
    fleet = ships(1)
    twin = ships(1)
    twin.east_m[:] += 300.0
    reports = [self_reports(fleet, 0), self_reports(twin, 1, sensor="ais-b")]
    reports[1] = reports[1].model_copy(update={"claimed_id": np.array([900_000_999])})

    picture = picture_of([*reports, intercepts(fleet, 3, [0], "EX-101", sigma_rad=0.05)], 8)

    assert len(picture.lob_source) == 0


def test_a_ship_behind_the_horizon_coasts_and_its_ellipse_grows() -> None:
    fleet = ships(3)
    seen = list(Radar().scans(fleet, 60))

    soon, later = picture_of(seen, 70), picture_of(seen, 300)

    assert later.tracks == 3
    assert (later.status == 2).all()
    assert (later.covariance[:, 0] > soon.covariance[:, 0]).all()


def test_an_aircraft_nobody_sees_is_dropped_soon() -> None:
    sky = aircraft(3)
    radar = Radar(name="radar-3d", elevation_sigma_rad=0.004, range_max_m=400_000.0)

    assert picture_of(radar.scans(sky, 60), 240).tracks == 0


def test_no_reports_make_an_empty_picture() -> None:
    picture = picture_of([], 30)

    assert picture.tracks == 0
    assert picture.sources == ()


def test_the_table_is_bounded_and_counts_what_it_refuses() -> None:
    belief = folded(Radar().scans(ships(60), 60), EngineSettings(tracks_max=20))

    assert belief.rows <= 20
    assert belief.counters.refused_at_tracks_max > 0


def test_the_same_reports_give_the_same_bytes() -> None:
    fleet = ships(30)
    batches: list[ReportBatch] = [*Radar().scans(fleet, 60), *(self_reports(fleet, k) for k in range(20))]

    assert encode(picture_of(batches, 60)) == encode(picture_of(batches, 60))


@settings(max_examples=15, deadline=None)
@given(st.integers(0, 10_000), st.integers(0, 40), st.floats(0.0, 300.0))
def test_whatever_comes_states_stay_finite_and_covariances_positive(
    seed: int, count: int, clutter: float
) -> None:
    sky = ships(count, seed=seed) if count else ships(1, seed=seed)
    chance = np.random.default_rng(seed)
    radar = Radar(
        clutter=clutter,
        range_sigma_m=float(chance.uniform(1, 5_000)),
        azimuth_sigma_rad=float(chance.uniform(1e-4, 0.3)),
    )

    belief = folded(radar.scans(sky, 30, seed=seed))

    tracks, rows = belief.tracks, belief.rows
    for column in (tracks.ecef_m, tracks.velocity_m_per_s, tracks.covariance, tracks.vertical, tracks.score):
        assert np.isfinite(column[:rows]).all()
    full = np.zeros((rows, 4, 4))
    upper = np.triu_indices(4)
    full[:, upper[0], upper[1]] = tracks.covariance[:rows]
    full = full + np.triu(full, 1).transpose(0, 2, 1)
    # A hair under zero is rounding; more would be a broken filter.
    assert (np.linalg.eigvalsh(full).min(axis=1) > -1e-6 * full.max(axis=(1, 2))).all() if rows else True


def test_every_track_says_which_reports_made_it() -> None:
    fleet = ships(5)
    batches = list(Radar(clutter=0.0).scans(fleet, 60))

    picture = picture_of(batches, 60)

    by_sequence = {batch.sequence: batch for batch in batches}
    for track in range(picture.tracks):
        for row in range(int(picture.contribution_start[track]), int(picture.contribution_start[track + 1])):
            batch = by_sequence[int(picture.contribution_sequence[row])]
            measured = batch.measured_at_s[int(picture.contribution_row[row])]
            assert measured == pytest.approx(picture.contribution_measured_at_s[row])
