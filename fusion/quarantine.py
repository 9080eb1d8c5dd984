"""A radar that is not listened to: what it made is taken back, and it is watched until it fits again."""

import numpy as np

from contracts.columns import FloatArray, IntArray
from contracts.reports import CyberEvent
from fusion import gating
from fusion.alerts import alert_of_doubt
from fusion.assignment import assign
from fusion.belief import Belief
from fusion.misfits import Misfits, look
from fusion.motion import noise_of_all
from fusion.provenance import Stamp
from fusion.settings import EngineSettings
from fusion.sweep import Sweep
from fusion.trust import QUARANTINE


def note_misfits(
    belief: Belief, sweep: Sweep, place: int, chosen: IntArray, plot_of: IntArray, noises: FloatArray
) -> None:
    """Compare a radar's sweep with what other sensors know, and judge the radar.

    Args:
        belief: its misfits and its record of the source are changed in place.
        sweep: without known biases, before it has corrected anything.
        place: of the source.
        chosen: (K,) tracks that the sector can see.
        plot_of: (K,) their plots, -1 for none.
        noises: (N,) of each track.
    """
    if sweep.scene.positions:
        # Who tells positions may look anywhere: what he does not tell of is no miss.
        return
    misfits = belief.misfits.setdefault(place, Misfits())
    shut_s = belief.sources[place].shut_s
    seen_s = sweep.scene.middle_s if shut_s is None else shut_s
    is_radar = belief.registration.is_radar
    nis, beside = look(belief.tracks, chosen, plot_of, sweep, place, is_radar, noises, seen_s)
    misfits.note(sweep.scene.middle_s, nis, beside)
    belief.sources[place].doubted = misfits.doubted


def keep_out(belief: Belief, sweep: Sweep, stamp: Stamp, settings: EngineSettings) -> None:
    """Use nothing of a sweep, but look whether it fits; at first, take back what its radar has made."""
    tracks, rows, place = belief.tracks, belief.rows, stamp.source
    record = belief.sources[place]
    if record.shut_s is None:
        record.shut_s = sweep.scene.middle_s
        disown(belief, place, _since_s(belief, place, sweep) - sweep.scene.revolution_s)
        if record.doubted:
            alert_of_doubt(belief, place, stamp, sweep.scene.middle_s, settings.alerts_max)
        rows = belief.rows
    sweep = belief.registration.corrected(sweep, place)
    noises = noise_of_all(tracks, rows, settings.noise)
    nobody = np.zeros(rows, np.bool_)
    chosen, _ = gating.candidates(tracks, nobody, noises, sweep, settings.gate_sigma)
    free = np.ones(sweep.rows, np.bool_)
    pairs = gating.track_pairs(tracks, chosen, noises, sweep, free, settings.gate_sigma)
    note_misfits(belief, sweep, place, chosen, assign(*pairs, sweep.rows), noises)


def disown(belief: Belief, place: int, since_s: float) -> None:
    """Drop the tracks that one source alone has made since a time: forged ones, and true ones elsewhere."""
    tracks, rows = belief.tracks, belief.rows
    source = tracks.source[:rows]
    alone = ((source == place) | (source < 0)).all(axis=1) & (source == place).any(axis=1)
    made = alone & (tracks.founded_at_s[:rows] >= since_s)
    belief.counters.disowned += int(made.sum())
    belief.keep(~made)


def _since_s(belief: Belief, place: int, sweep: Sweep) -> float:
    """Return since when the source is wrong, as the event and the source's own misfits have it."""
    event: CyberEvent | None = belief.events.on_sensor(belief.sources[place].name)
    told_s = event.first_seen_s if event is not None and event.effect in QUARANTINE else sweep.scene.middle_s
    misfits = belief.misfits.get(place)
    return min(told_s, misfits.since_s) if misfits is not None and misfits.doubted else told_s
