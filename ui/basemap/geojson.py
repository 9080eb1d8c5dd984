"""Shapes to small GeoJSON files: rounded, without repeated points, one feature a polygon."""

import gzip
import json
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import numpy as np
import shapely
from shapely.geometry.base import BaseGeometry

Feature = dict[str, Any]


def polygons(shape: BaseGeometry) -> list[shapely.Polygon]:
    """Return the polygons that a shape is made of, largest first."""
    parts = [part for part in shapely.get_parts(shapely.make_valid(shape)) if part.area > 0.0]
    flat = [
        piece for part in parts for piece in shapely.get_parts(part) if isinstance(piece, shapely.Polygon)
    ]
    return sorted(flat, key=lambda polygon: -polygon.area)


def polygon_features(
    shape: BaseGeometry, *, decimals: int, properties: dict[str, Any] | None = None
) -> list[Feature]:
    """Return a feature for each polygon, coordinates rounded to so many decimals of a degree."""
    features = []
    for polygon in polygons(shape):
        rings = [_rounded(ring, decimals) for ring in (polygon.exterior, *polygon.interiors)]
        if len(rings[0]) >= 4:
            kept = [rings[0], *(ring for ring in rings[1:] if len(ring) >= 4)]
            features.append(_feature("Polygon", kept, properties))
    return features


def line_feature(points: list[tuple[float, float]], properties: dict[str, Any]) -> Feature:
    """Return a line."""
    return _feature("LineString", points, properties)


def write(path: Path, features: Iterable[Feature]) -> str:
    """Write a feature collection, a feature a line; return what it weighs, for people."""
    lines = ",\n".join(json.dumps(feature, separators=(",", ":")) for feature in features)
    text = f'{{"type":"FeatureCollection","features":[\n{lines}\n]}}\n'
    path.write_text(text, encoding="ascii")
    packed = len(gzip.compress(text.encode(), 6))
    return f"{path.name}: {len(text) / 1e3:.0f} kB, {packed / 1e3:.0f} kB gzipped"


def _rounded(ring: shapely.LinearRing, decimals: int) -> list[list[float]]:
    points = np.round(shapely.get_coordinates(ring), decimals)
    moved = np.ones(len(points), dtype=bool)
    moved[1:] = np.any(points[1:] != points[:-1], axis=1)
    return [[_short(x), _short(y)] for x, y in points[moved].tolist()]


def _short(value: float) -> float:
    return int(value) if value == int(value) else value


def _feature(kind: str, coordinates: object, properties: dict[str, Any] | None) -> Feature:
    return {
        "type": "Feature",
        "properties": properties or {},
        "geometry": {"type": kind, "coordinates": coordinates},
    }
