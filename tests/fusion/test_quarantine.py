"""What a source has made while it was attacked is taken back, and nothing else."""

import numpy as np

from contracts.picture import Trust
from fusion.quarantine import disown
from tests.fusion.folding import folded, picture_of
from tests.fusion.sky import START_S, Radar, self_reports, ships
from tests.fusion.test_engine import an_event

FLEET = ships(6, reach_m=70_000.0)


def test_tracks_that_one_source_alone_has_made_since_a_time_go() -> None:
    belief = folded(Radar(clutter=0.0).scans(FLEET, 60))

    disown(belief, 0, START_S)

    assert belief.rows == 0
    assert belief.counters.disowned == 6


def test_tracks_from_before_stay() -> None:
    belief = folded(Radar(clutter=0.0).scans(FLEET, 60))

    disown(belief, 0, START_S + 40.0)

    assert belief.rows == 6


def test_tracks_that_another_source_knows_stay() -> None:
    belief = folded([*Radar(clutter=0.0).scans(FLEET, 60), self_reports(FLEET, 20)])

    disown(belief, 0, START_S)

    assert belief.rows == 6


def test_an_event_takes_back_what_the_radar_has_made_since_it_was_first_seen() -> None:
    forged = ships(3, seed=9, reach_m=60_000.0)
    true, false = Radar(clutter=0.0), Radar(clutter=0.0)
    both = [
        scan if scan.measured_to_s < START_S + 40 else made
        for scan, made in zip(true.scans(FLEET, 120), false.scans(forged, 120), strict=True)
    ]

    before = picture_of([batch for batch in both if batch.measured_to_s < START_S + 79], 79)
    picture = picture_of([*both, an_event(16, first_seen_s=START_S + 38.0)], 90)

    assert before.tracks == 9
    assert picture.tracks == 6
    assert ((picture.trust_flags & Trust.SENSOR_ATTACKED) > 0).all()
    assert np.all(picture.founded_at_s < START_S + 40)
