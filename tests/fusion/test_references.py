"""References: a bounded sample of the tracks, which follows from who founded them."""

import numpy as np

from contracts import geodesy
from fusion.observations import sweep_of
from fusion.references import FORGOTTEN_S, PLOT, SAMPLE, key_of, no_references, note_plot, place_of
from fusion.settings import EngineSettings
from fusion.tracks import empty_tracks
from tests.fusion.sky import Radar, ships

NOW_S = 1000.0


def test_a_track_keeps_its_key_wherever_it_is_in_the_table() -> None:
    tracks = empty_tracks(3)
    tracks.founder[0] = tracks.founder[2] = (3, 1_700_000_000_000, 12, 5)
    tracks.founder[1] = (3, 1_700_000_000_000, 12, 6)

    assert key_of(tracks, 0) == key_of(tracks, 2) > 0
    assert key_of(tracks, 0) != key_of(tracks, 1)


def test_a_place_is_held_while_its_track_is_spoken_of_and_then_given_away() -> None:
    references = no_references()
    place = place_of(references, 1, NOW_S)
    references.at_s[place] = NOW_S
    rival = next(key for key in range(2, 10_000) if place_of(no_references(), key, NOW_S) == place)

    assert place_of(references, rival, NOW_S + 1.0) == -1
    assert place_of(references, 1, NOW_S + 1.0) == place
    assert place_of(references, rival, NOW_S + FORGOTTEN_S + 1.0) == place
    assert references.key[place] == rival


def test_keys_spread_over_the_whole_sample() -> None:
    tracks = empty_tracks(4 * SAMPLE)
    tracks.founder[:, 2] = np.arange(4 * SAMPLE)

    places = {place_of(no_references(), key_of(tracks, i), NOW_S) for i in range(4 * SAMPLE)}

    # Balls into bins: 4 per bin leave about exp(-4) = 2 % of them empty.
    assert len(places) > 0.95 * SAMPLE


def test_a_plot_is_kept_where_it_was_with_how_it_moves_when_range_and_azimuth_do() -> None:
    radar = Radar(clutter=0.0, sectors=1, elevation_sigma_rad=0.004)
    scan = radar.scan(ships(5), 0, np.random.default_rng(1))
    sweep, references = sweep_of(scan, EngineSettings()), no_references()
    plots = sweep.plots
    moved = sweep.seen_at(plots.range_m + 1.0, plots.azimuth_rad)
    turned = sweep.seen_at(plots.range_m, plots.azimuth_rad + 1e-5)

    for place, each in enumerate((sweep, moved, turned)):
        note_plot(references, place, each, 0, 0.0, 0)

    here, farther, beside = references.ecef_m[:3, PLOT]
    assert np.allclose(farther - here, references.lever[0, 0], atol=1e-6)
    assert np.allclose((beside - here) / 1e-5, references.lever[0, 1], atol=1.0)
    assert abs(np.linalg.norm(here - geodesy.site_frame(33.2, 128.3, 1500.0)[0]) - plots.range_m[0]) < 1e-3
