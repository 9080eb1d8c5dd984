"""A picture as GeoJSON (RFC 7946): tracks as points, lines of bearing as points that know their bearing.

Every feature says that it is simulated, because features get separated from their collection.
"""

from collections.abc import Iterable, Sequence
from itertools import repeat
from typing import Any, Final

import msgspec
import numpy as np

from contracts.picture import Picture, TrackStatus, Trust
from contracts.platforms import PLATFORM_TYPES, Affiliation, Domain
from gateway.frames import Column, rows_of
from gateway.provenance import track_label
from gateway.words import flag_words, word

MEDIA_TYPE: Final = "application/geo+json"


def feature_collection(picture: Picture) -> bytes:
    """Return the picture as a FeatureCollection."""
    return msgspec.json.encode(
        {
            "type": "FeatureCollection",
            "simulated": True,
            "exercise": picture.exercise,
            "scope": picture.scope,
            "cycle": picture.cycle,
            "valid_at_s": picture.valid_at_s,
            "label": picture.label.model_dump(mode="json"),
            "features": [*_tracks(picture), *_bearings(picture)],
        }
    )


def _tracks(picture: Picture) -> list[dict[str, Any]]:
    """One feature per track: columns become lists once, then rows."""
    rows = rows_of(picture)
    east, north = picture.v_east_m_per_s, picture.v_north_m_per_s
    labels, label_place = _labels(picture)
    return _features(
        picture.lon_deg.tolist(),
        picture.lat_deg.tolist(),
        {
            "feature": repeat("track"),
            "track_number": picture.track_number.tolist(),
            "name": [picture.names[place] or None for place in picture.name.tolist()],
            "sidc": _picked(rows.tables["sidc"], rows.columns["sidc"]),
            "status": _picked([word(status) for status in TrackStatus], picture.status),
            "affiliation": _picked([word(affiliation) for affiliation in Affiliation], picture.affiliation),
            "domain": _picked([word(domain) for domain in Domain], picture.domain),
            "platform": _picked([kind.name for kind in PLATFORM_TYPES], picture.platform_candidate[:, 0]),
            "height_m": _nullable(picture.height_m),
            "speed_m_per_s": np.hypot(east, north).tolist(),
            "course_deg": (np.degrees(np.arctan2(east, north)) % 360.0).tolist(),
            "quality": picture.quality.tolist(),
            "trust": picture.trust.tolist(),
            "trust_flags": _picked([flag_words(Trust(code)) for code in range(16)], picture.trust_flags),
            "label": _picked(labels, label_place),
        },
    )


def _bearings(picture: Picture) -> list[dict[str, Any]]:
    return _features(
        picture.lob_lon_deg.tolist(),
        picture.lob_lat_deg.tolist(),
        {
            "feature": repeat("line-of-bearing"),
            "source": _picked(picture.sources, picture.lob_source),
            "bearing_deg": (np.degrees(picture.lob_bearing_rad) % 360.0).tolist(),
            "sigma_deg": np.degrees(picture.lob_sigma_rad).tolist(),
            "range_max_m": picture.lob_range_max_m.tolist(),
            "frequency_hz": _nullable(picture.lob_frequency_hz),
            "measured_at_s": picture.lob_measured_at_s.tolist(),
        },
    )


def _features(
    lon_deg: Iterable[float], lat_deg: Iterable[float], properties: dict[str, Iterable[Any]]
) -> list[dict[str, Any]]:
    names = ("simulated", *properties)
    return [
        {
            "type": "Feature",
            "geometry": {"type": "Point", "coordinates": place},
            "properties": dict(zip(names, (True, *values), strict=True)),
        }
        for place, values in zip(
            zip(lon_deg, lat_deg, strict=True), zip(*properties.values(), strict=False), strict=True
        )
    ]


def _labels(picture: Picture) -> tuple[list[dict[str, Any]], Column]:
    """Return the distinct labels, and (N,) places in them."""
    key = np.stack([picture.classification, picture.releasable_mask, picture.caveats], axis=1)
    _, rows, place = np.unique(key, axis=0, return_index=True, return_inverse=True)
    return [track_label(picture, int(row)).model_dump(mode="json") for row in rows], place.ravel()


def _picked(table: Sequence[Any], place: Column) -> list[Any]:
    return [table[number] for number in place.tolist()]


def _nullable(column: Column) -> list[float | None]:
    return [None if value != value else value for value in column.tolist()]  # noqa: PLR0124  NaN alone differs from itself
