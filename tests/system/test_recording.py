"""Real AIS through the real engine: every ship where it was, one track each."""

from pathlib import Path

import numpy as np
import pytest

from contracts import geodesy
from contracts.labels import Label
from contracts.reports import SelfReports
from fusion.scopes import Scopes
from fusion.settings import EngineSettings
from producers.recorded import RecordedSource
from producers.recording import Recording, read_recording
from producers.settings import RecordedSettings

SOLENT = Path(__file__).parents[3] / "shared" / "data" / "ais" / "SolentAIS_20160112_130211.csv"
HEARD_LATELY_S = 60.0
SHIP_TURNS_M = 250.0
"""A ship that was heard within a minute has not left its straight line by more; the fastest do 20 kn."""


def last_heard(recording: Recording, before_s: float) -> dict[int, tuple[float, float, float]]:
    rows = np.flatnonzero(recording.at_s < before_s)
    return {
        int(recording.mmsi[k]): (
            float(recording.at_s[k]),
            float(recording.lat_deg[k]),
            float(recording.lon_deg[k]),
        )
        for k in rows
    }


@pytest.mark.skipif(not SOLENT.exists(), reason="the recording of the Solent is not on this machine")
def test_the_ships_of_the_solent_appear_where_they_were_one_track_each() -> None:
    recording = read_recording(SOLENT)
    settings = RecordedSettings(
        exercise="solent", file=SOLENT, rate=1.0, nation="USA", sensor="solent",
        label=Label(classification=0, releasable_to=("USA", "JPN", "KOR")), step_s=5.0,
    )  # fmt: skip
    source, scopes = RecordedSource(settings, recording), Scopes.begin("solent", ("ALL",), EngineSettings())
    seen: set[int] = set()
    assert source.batches is not None
    for number in range(source.batches):
        batch = source.produce(number, 0.0).batch
        assert isinstance(batch, SelfReports)
        scopes.fold(batch)
        if number % 120 != 119:
            continue
        now_s = source.begin_s + (number + 1) * source.step_s
        picture = scopes.draw(number, source.begin_s, now_s)["ALL"]
        ids = picture.claimed_id.tolist()
        seen |= set(ids)

        assert len(ids) == len(set(ids))
        assert not np.isnan(picture.lat_deg).any()
        for mmsi, (at_s, lat_deg, lon_deg) in last_heard(recording, now_s).items():
            if now_s - at_s < HEARD_LATELY_S:
                row = ids.index(mmsi)
                was, is_now = (
                    geodesy.site_frame(lat, lon, 0.0)[0]
                    for lat, lon in ((lat_deg, lon_deg), (picture.lat_deg[row], picture.lon_deg[row]))
                )
                speed = float(np.hypot(picture.v_east_m_per_s[row], picture.v_north_m_per_s[row]))
                assert np.linalg.norm(was - is_now) < speed * (now_s - at_s) + SHIP_TURNS_M

    assert len(seen) >= 85
    assert len(set(recording.mmsi.tolist())) == 91
