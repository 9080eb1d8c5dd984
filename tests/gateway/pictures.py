"""Builds plausible random pictures, up to 100,000 tracks, for tests and benchmarks."""

import hashlib
from collections.abc import Iterable
from typing import Any, Final

import numpy as np

from contracts.codec import encode
from contracts.labels import Classification, Label, Scope
from contracts.picture import Alert, Picture, PublishedPicture, SensorHealth, TrackStatus
from contracts.platforms import CODE_OF_PLATFORM, PLATFORM_TYPES, Affiliation
from contracts.units import KNOT_M_PER_S

EXERCISE: Final = "corridor"
STARTEX_S: Final = 1_936_742_400.0
"""2031-05-16T00:00:00Z, exercise time; a whole multiple of every cycle in use."""

WALL_S: Final = 1_800_000_000.0
CYCLE_S: Final = 30.0
SOURCES: Final = ("kor-coast-1", "jpn-long-1", "usa-ship-1", "jpn-sigint-1", "kor-ais-1", "usa-watch")
NAMES_MAX: Final = 40_000

_COMMON: Final = (
    "cargo-ship",
    "tanker",
    "fishing-vessel",
    "ferry",
    "airliner",
    "frigate",
    "fighter",
    "drone",
)
_PLATFORM: Final = np.array([CODE_OF_PLATFORM[name] for name in _COMMON], np.uint8)
_DOMAIN: Final = np.array([int(kind.domain) for kind in PLATFORM_TYPES], np.uint8)
_SPEED_MAX_M_PER_S: Final = np.array([kind.speed_max_m_per_s for kind in PLATFORM_TYPES])
_AIR_SPEED_M_PER_S: Final = 480.0 * KNOT_M_PER_S


def a_label(*nations: str, classification: Classification = Classification.RESTRICTED) -> Label:
    """Return a label releasable to these nations; to all three by default."""
    return Label.model_validate(
        {"classification": classification, "releasable_to": nations or ("USA", "JPN", "KOR")}
    )


def a_picture(
    *,
    tracks: int = 20,
    seed: int = 1,
    scope: Scope = "ALL",
    cycle: int = 3,
    exercise: str = EXERCISE,
    cycle_s: float = CYCLE_S,
    startex_s: float = STARTEX_S,
    alerts: Iterable[Alert] = (),
    lobs: int = 12,
) -> Picture:
    """Return a picture of random tracks over the East China Sea; the same seed gives the same one."""
    rng = np.random.default_rng([seed, tracks])
    valid_at_s = startex_s + cycle * cycle_s
    platform = rng.choice(_PLATFORM, tracks)
    course_rad = rng.uniform(0.0, 2.0 * np.pi, tracks)
    speed_m_per_s = np.minimum(_SPEED_MAX_M_PER_S[platform], _AIR_SPEED_M_PER_S) * rng.uniform(
        0.3, 1.0, tracks
    )
    air = _DOMAIN[platform] == 1
    named = np.where(rng.random(tracks) < 0.7, np.arange(1, tracks + 1), 0)
    named[named > NAMES_MAX] = 0
    latest_s = valid_at_s - rng.uniform(0.0, cycle_s, (tracks, 4))
    latest_s[:, 1:][rng.random((tracks, 3)) < 0.5] = np.nan
    return Picture(
        exercise=exercise,
        scope=scope,
        cycle=cycle,
        valid_from_s=valid_at_s - cycle_s,
        valid_at_s=valid_at_s,
        reports_folded=tracks * 6 * (cycle + 1),
        label=a_label(),
        track_id=rng.integers(0, 2**63, (tracks, 2)).astype(np.uint64),
        track_number=np.arange(1, tracks + 1, dtype=np.uint32),
        status=rng.choice(
            np.array([TrackStatus.TENTATIVE, TrackStatus.CONFIRMED, TrackStatus.COASTING], np.uint8),
            tracks,
            p=[0.1, 0.8, 0.1],
        ),
        lat_deg=rng.uniform(26.0, 37.0, tracks),
        lon_deg=rng.uniform(123.0, 131.0, tracks),
        height_m=np.where(air, rng.uniform(300.0, 12_000.0, tracks), 0.0),
        height_sigma_m=np.where(air, 150.0, np.nan),
        v_east_m_per_s=speed_m_per_s * np.sin(course_rad),
        v_north_m_per_s=speed_m_per_s * np.cos(course_rad),
        v_up_m_per_s=np.zeros(tracks),
        covariance=np.tile([4e4, 0, 0, 0, 4e4, 0, 0, 9.0, 0, 9.0], (tracks, 1)),
        affiliation=rng.choice(
            np.array(
                [Affiliation.UNKNOWN, Affiliation.FRIEND, Affiliation.NEUTRAL, Affiliation.HOSTILE], np.uint8
            ),
            tracks,
            p=[0.1, 0.1, 0.7, 0.1],
        ),
        identity=rng.dirichlet([1.0, 8.0, 1.0], tracks),
        domain=_DOMAIN[platform],
        platform_candidate=np.stack([platform, np.roll(platform, 1), np.zeros_like(platform)], axis=1),
        platform_probability=np.tile([0.7, 0.2, 0.1], (tracks, 1)),
        quality=rng.uniform(0.5, 1.0, tracks),
        trust=np.ones(tracks),
        trust_flags=np.zeros(tracks, np.uint8),
        founded_at_s=valid_at_s - rng.uniform(0.0, cycle * cycle_s + 1.0, tracks),
        last_contribution_s=latest_s,
        classification=rng.integers(0, 3, tracks).astype(np.uint8),
        releasable_mask=np.full(tracks, 7, np.uint8),
        caveats=np.zeros(tracks, np.uint16),
        caveat_sets=((), ("EXERCISE ONLY",)),
        claimed_id=np.zeros(tracks, np.int64),
        claimed_lat_deg=np.full(tracks, np.nan),
        claimed_lon_deg=np.full(tracks, np.nan),
        name=named.astype(np.uint16),
        names=("", *(f"MV EXAMPLE {number}" for number in range(1, min(tracks, NAMES_MAX) + 1))),
        sources=SOURCES,
        **_contributions(rng, tracks, valid_at_s),
        **_bearings(rng, lobs, valid_at_s),
        alerts=tuple(alerts),
        sensors=tuple(
            SensorHealth(
                sensor=sensor,
                discipline="radar" if "1" in sensor and "sigint" not in sensor else "sigint",
                lat_deg=33.0,
                lon_deg=127.0,
                range_max_m=2.5e5,
                last_measured_s=valid_at_s,
                batches=cycle * 3,
                reports=tracks,
                trust=1.0,
            )
            for sensor in SOURCES
        ),
    )


def changed(picture: Picture, *, seed: int = 2, share: float = 0.2, gone: int = 0, new: int = 0) -> Picture:
    """Return the picture of the next cycle: a share of the tracks moved, some gone, some new."""
    rng = np.random.default_rng(seed)
    cycle_s = picture.valid_at_s - picture.valid_from_s
    fresh = a_picture(tracks=picture.tracks + new, seed=seed, scope=picture.scope, lobs=4)
    moved = rng.random(picture.tracks) < share
    kept = np.ones(picture.tracks + new, bool)
    kept[rng.choice(picture.tracks, gone, replace=False)] = False
    columns: dict[str, Any] = {}
    for name in type(picture).model_fields:
        value, other = getattr(picture, name), getattr(fresh, name)
        if not isinstance(value, np.ndarray) or name.startswith(("contribution_", "lob_")):
            continue
        old = np.concatenate([value, other[picture.tracks :]])
        old[: -new or None][moved] = other[: picture.tracks][moved]
        columns[name] = old[kept]
    columns["track_number"] = np.arange(1, picture.tracks + new + 1, dtype=np.uint32)[kept]
    valid_at_s = picture.valid_at_s + cycle_s
    columns |= _contributions(rng, int(kept.sum()), valid_at_s)
    columns |= {"cycle": picture.cycle + 1, "valid_from_s": picture.valid_at_s, "valid_at_s": valid_at_s}
    return Picture(**(dict(fresh) | columns))


def a_published(
    picture: Picture, *, wall_s: float = WALL_S, cycle_s: float = CYCLE_S, caught_up: bool = True
) -> PublishedPicture:
    """Return the picture on its way, due at a wall time."""
    encoded = encode(picture)
    return PublishedPicture(
        exercise=picture.exercise,
        scope=picture.scope,
        cycle=picture.cycle,
        cycle_s=cycle_s,
        next_due_at_s=wall_s + cycle_s,
        due_at_s=wall_s,
        closed_at_s=wall_s + 0.004,
        published_at_s=wall_s + 0.006,
        exercise_now_s=picture.valid_at_s + 0.25,
        caught_up=caught_up,
        arrivals=dict.fromkeys(picture.sources, (3, 0.012, 0.055)),
        picture_sha256=hashlib.sha256(encoded).hexdigest(),
        picture=encoded,
    )


def _contributions(rng: np.random.Generator, tracks: int, valid_at_s: float) -> dict[str, Any]:
    counts = rng.integers(1, 4, tracks)
    start = np.concatenate([[0], np.cumsum(counts)]).astype(np.uint32)
    rows = int(start[-1])
    first = np.repeat(rng.integers(0, len(SOURCES), tracks), counts)
    place = np.arange(rows) - np.repeat(start[:-1], counts)
    return {
        "contribution_start": start,
        "contribution_source": ((first + place) % len(SOURCES)).astype(np.uint16),
        "contribution_epoch": np.zeros(rows, np.uint64),
        "contribution_sequence": rng.integers(0, 500, rows).astype(np.uint64),
        "contribution_row": rng.integers(0, 100, rows).astype(np.uint32),
        "contribution_count": rng.integers(1, 50, rows).astype(np.uint32),
        "contribution_measured_at_s": valid_at_s - rng.uniform(0.0, 60.0, rows),
        "contribution_residual_sigma": np.abs(rng.normal(0.0, 1.0, rows)),
        "contribution_trust": np.ones(rows),
    }


def _bearings(rng: np.random.Generator, rows: int, valid_at_s: float) -> dict[str, Any]:
    return {
        "lob_source": np.full(rows, 3, np.uint16),
        "lob_lat_deg": rng.uniform(26.0, 37.0, rows),
        "lob_lon_deg": rng.uniform(123.0, 131.0, rows),
        "lob_bearing_rad": rng.uniform(0.0, 2.0 * np.pi, rows),
        "lob_sigma_rad": np.full(rows, 0.02),
        "lob_range_max_m": np.full(rows, 3e5),
        "lob_frequency_hz": np.where(rng.random(rows) < 0.2, np.nan, 9.4e9),
        "lob_measured_at_s": valid_at_s - rng.uniform(0.0, 30.0, rows),
    }
