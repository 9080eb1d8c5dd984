"""Tracks to picture: predict to the moment of validity, describe, and lay out as columns."""

from collections.abc import Sequence
from dataclasses import asdict
from hashlib import sha256
from typing import Any

import numpy as np
from numpy.typing import NDArray

from contracts.labels import Classification, Label, Scope, nations_of
from contracts.picture import Picture, SensorHealth
from fusion import extract
from fusion.belief import Belief, Lob
from fusion.identity import describe
from fusion.noise import Noise
from fusion.settings import EngineSettings
from fusion.tracks import Tracks, empty_tracks
from fusion.trust import SourceRecord, sensor_trust


def track_columns(
    tracks: Tracks, shown: NDArray[np.int64], time_s: float, noise: Noise, caveat_names: Sequence[str]
) -> dict[str, Any]:
    """Return the picture's columns of the shown tracks at a time.

    Args:
        shown: (N,) rows of the table, in ascending track number.
        caveat_names: the engine's caveats; bit i of a track's mask is the i-th.
    """
    place, covariance, height = extract.ahead(tracks, shown, time_s, noise)
    claimed = extract.claimed_places(tracks, shown)
    velocity = tracks.velocity_m_per_s[shown]
    said, sides, types, probability, drawn = describe(
        tracks.hypotheses[shown],
        tracks.domain[shown],
        np.hypot(velocity[:, 0], velocity[:, 1]),
        tracks.silent_s[shown],
    )
    types[:, 0] = drawn
    sets, caveats = zero_first(tracks.caveats[shown])
    unknown_height = height[:, 1] > 2500.0
    return {
        "track_id": tracks.track_id[shown],
        "track_number": tracks.track_number[shown],
        "status": tracks.status[shown],
        "lat_deg": place[:, 0],
        "lon_deg": place[:, 1],
        "height_m": np.where(unknown_height, np.nan, height[:, 0]),
        "height_sigma_m": np.where(unknown_height, np.nan, height[:, 1]),
        "v_east_m_per_s": velocity[:, 0],
        "v_north_m_per_s": velocity[:, 1],
        "v_up_m_per_s": velocity[:, 2],
        "covariance": covariance,
        "affiliation": said,
        "identity": sides,
        "domain": tracks.domain[shown],
        "platform_candidate": types,
        "platform_probability": probability,
        "quality": 1.0 / (1.0 + np.exp(-np.clip(tracks.score[shown] - 10.0, -30.0, 30.0) / 4.0)),
        "trust_flags": tracks.trust_flags[shown],
        "founded_at_s": tracks.founded_at_s[shown],
        "last_contribution_s": tracks.last_kind_s[shown],
        "classification": tracks.classification[shown],
        "releasable_mask": tracks.releasable_mask[shown],
        "caveats": caveats,
        "caveat_sets": tuple(
            tuple(name for bit, name in enumerate(caveat_names) if mask >> bit & 1) for mask in sets
        ),
        "claimed_id": tracks.claimed_id[shown],
        "claimed_lat_deg": claimed[:, 0],
        "claimed_lon_deg": claimed[:, 1],
    }


def contribution_columns(tracks: Tracks, shown: NDArray[np.int64]) -> dict[str, Any]:
    """Return the provenance columns of the shown tracks, ragged, newest report of each source."""
    start, rows, slots, trust = extract.contributions(tracks, shown)
    used = (rows, slots)
    return {
        "trust": trust,
        "contribution_start": start,
        "contribution_source": tracks.source[used].astype(np.uint16),
        "contribution_epoch": tracks.source_epoch[used],
        "contribution_sequence": tracks.source_sequence[used],
        "contribution_row": tracks.source_row[used],
        "contribution_count": tracks.source_count[used],
        "contribution_measured_at_s": tracks.source_at_s[used],
        "contribution_residual_sigma": tracks.source_sigma[used],
        "contribution_trust": tracks.source_trust[used],
    }


def names_of(tracks: Tracks, shown: NDArray[np.int64], names: Sequence[str]) -> dict[str, Any]:
    """Return the name column with a table of only the names that are used."""
    used, place = zero_first(tracks.name[shown])
    return {"name": place, "names": tuple(map(names.__getitem__, used))}


def zero_first(values: NDArray[np.uint16]) -> tuple[list[int], NDArray[np.uint16]]:
    """Return the distinct values, 0 ("none") always first, and (N,) each value's place among them."""
    used, place = np.unique(values, return_inverse=True)
    missing = 0 if len(used) and used[0] == 0 else 1
    return [0] * missing + [int(value) for value in used], (place + missing).astype(np.uint16)


def label_of(columns: dict[str, Any], scope: Scope, extra: Sequence[Label]) -> Label:
    """Return the label of a picture: the highest class in it; only the scope's nation may see it."""
    classes = [int(columns["classification"].max())] if len(columns["classification"]) else []
    classes += [int(label.classification) for label in extra]
    caveats = {c for row in columns["caveat_sets"] for c in row} | {
        c for label in extra for c in label.caveats
    }
    return Label(
        classification=Classification(max(classes, default=0)),
        releasable_to=nations_of(7) if scope == "ALL" else (scope,),
        caveats=tuple(caveats),
    )


def draw(
    belief: Belief, cycle: int, valid_from_s: float, valid_at_s: float, settings: EngineSettings
) -> Picture:
    """Return the picture of a belief at the end of a cycle. The belief is left as it is."""
    tracks, rows = with_emitters(belief)
    numbered = np.flatnonzero((tracks.track_number[:rows] > 0) & (tracks.status[:rows] > 0))
    shown = numbered[np.argsort(tracks.track_number[numbered], kind="stable")]
    noise = settings.noise
    columns = track_columns(tracks, shown, valid_at_s, noise, belief.caveats)
    alerts = tuple(belief.alerts.values())
    return Picture(
        exercise=belief.exercise,
        scope=belief.scope,
        cycle=cycle,
        valid_from_s=valid_from_s,
        valid_at_s=valid_at_s,
        reports_folded=belief.counters.reports,
        label=label_of(columns, belief.scope, [alert.label for alert in alerts]),
        sources=tuple(record.name for record in belief.sources),
        alerts=alerts,
        sensors=tuple(sensor_health(belief, record) for record in belief.sources),
        **columns,
        **names_of(tracks, shown, belief.names),
        **contribution_columns(tracks, shown),
        **lob_columns([lob for lob in belief.lobs if valid_at_s - lob.measured_at_s <= settings.lob_shown_s]),
    )


def with_emitters(belief: Belief) -> tuple[Tracks, int]:
    """Return one table of the tracks and the located emitters, and how many rows of it are in use."""
    emitters, located = belief.triangulation.emitters, belief.triangulation.located
    if not located:
        return belief.tracks, belief.rows
    both = empty_tracks(belief.rows + located)
    both[: belief.rows], both[belief.rows :] = belief.tracks[: belief.rows], emitters[:located]
    return both, len(both)


def sensor_health(belief: Belief, record: SourceRecord) -> SensorHealth:
    """Return a source as the scope sees it."""
    event = belief.events.on_sensor(record.name)
    bias = belief.registration.bias(belief.source_places[record.name])
    return SensorHealth.model_validate(
        (asdict(bias) if bias else {})
        | {
            "sensor": record.name,
            "discipline": record.discipline,
            "lat_deg": record.lat_deg,
            "lon_deg": record.lon_deg,
            "range_max_m": record.range_max_m,
            "last_measured_s": record.last_measured_s,
            "batches": record.batches,
            "reports": record.reports,
            "trust": sensor_trust(record, event),
            "effect": event.effect.value if event else "misfits" if record.doubted else "none",
        }
    )


def lob_columns(lobs: Sequence[Lob]) -> dict[str, Any]:
    """Return the lines of bearing as columns."""
    return {
        "lob_source": np.array([lob.source for lob in lobs], np.uint16),
        "lob_lat_deg": np.array([lob.lat_deg for lob in lobs], np.float64),
        "lob_lon_deg": np.array([lob.lon_deg for lob in lobs], np.float64),
        "lob_bearing_rad": np.array([lob.bearing_rad for lob in lobs], np.float32),
        "lob_sigma_rad": np.array([lob.sigma_rad for lob in lobs], np.float32),
        "lob_range_max_m": np.array([lob.range_max_m for lob in lobs], np.float32),
        "lob_frequency_hz": np.array([lob.frequency_hz for lob in lobs], np.float32),
        "lob_measured_at_s": np.array([lob.measured_at_s for lob in lobs], np.float64),
    }


def fingerprint(encoded: bytes) -> str:
    """Return the SHA-256 of an encoded picture."""
    return sha256(encoded).hexdigest()
