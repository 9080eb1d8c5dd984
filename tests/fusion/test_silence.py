"""Silence says something only where others are heard."""

from dataclasses import replace

import numpy as np

from contracts.picture import Picture
from contracts.reports import ReportBatch
from fusion.silence import EVERY_S
from tests.fusion.folding import folded, picture_of
from tests.fusion.sky import Platforms, Radar, self_reports

SPEAKING = Platforms(
    np.array([20e3, 24e3, 28e3]), np.full(3, 20e3), np.zeros(3), np.full(3, 8.0), np.zeros(3)
)
RADAR = Radar(clutter=0.0)


def with_a_silent_ship(east_m: float) -> list[ReportBatch]:
    """Three ships that report themselves, and one that does not."""
    silent = Platforms(
        np.append(SPEAKING.east_m, east_m),
        np.append(SPEAKING.north_m, 23e3),
        np.zeros(4),
        np.full(4, 8.0),
        np.zeros(4),
    )
    return [*RADAR.scans(silent, 180), *[self_reports(SPEAKING, number) for number in range(0, 90, 4)]]


def neutral_of_the_silent(picture: Picture) -> float:
    return float(picture.identity[picture.claimed_id == 0, 1][0])


def test_a_ship_that_is_silent_among_ships_that_speak_is_less_likely_neutral() -> None:
    among, far = (picture_of(with_a_silent_ship(east_m), 180) for east_m in (25e3, -80e3))

    assert neutral_of_the_silent(far) > 0.6
    assert neutral_of_the_silent(among) < 0.4


def test_silence_is_counted_in_whole_intervals() -> None:
    belief = folded(with_a_silent_ship(25e3))

    silent_s = belief.tracks.silent_s[: belief.rows]
    assert (silent_s > 0.0).sum() == 1
    assert float(silent_s.max()) % EVERY_S == 0.0


def test_the_first_self_report_takes_it_back() -> None:
    everyone = with_a_silent_ship(25e3)
    speaks = replace(SPEAKING, east_m=np.array([25e3 + 8.0, 1e6, 2e6]), north_m=np.full(3, 23e3))
    late = self_reports(speaks, 89, sensor="ais-b")
    late = late.model_copy(update={"claimed_id": np.array([900_000_077, 900_000_078, 900_000_079])})

    belief = folded([*everyone, late])

    spoke = belief.tracks.claimed_id[: belief.rows] == 900_000_077
    assert belief.tracks.silent_s[: belief.rows][spoke].max(initial=0.0) == 0.0
