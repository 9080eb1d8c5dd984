"""Land: 1:10m where the exercises are, 1:50m elsewhere, in one piece without a seam.

Inside the detail boxes the 1:10m polygons are kept, outside the 1:50m ones; the union of both has
no edge along the boxes, because both describe the same coast.
"""

import json
from pathlib import Path
from typing import Final

import numpy as np
import shapefile
import shapely
from shapely.geometry.base import BaseGeometry

DETAIL_BOXES_DEG: Final = (
    (95.0, 5.0, 160.0, 60.0),  # East Asia
    (-8.0, 48.0, 4.0, 53.0),  # the Channel and the Solent: recorded AIS is played there
    (8.0, 62.5, 12.5, 64.8),  # the Trondheim fjord: recorded radar is played there
)
"""West, south, east, north."""

TOLERANCE_DEG: Final = 0.0012
"""How far a simplified coast may lie off, about 130 m: half a pixel of a map 400 km wide."""

ISLET_MIN_DEG2: Final = 2e-6
"""Smaller islands (about 150 m across) go; they are below what 1:10m draws reliably."""

LAKE_MIN_DEG2: Final = 0.01
LAKE_TOLERANCE_DEG: Final = 0.006
LAKE_MIN_ELSEWHERE_DEG2: Final = 0.3


def land(land_10m: Path, land_50m: Path) -> BaseGeometry:
    """Return the land of the world as one shape.

    What crosses the antimeridian goes on beyond 180 degrees, uncut, so that no coast is drawn along
    it; MapLibre draws that part on the other side by itself.
    """
    detail = shapely.union_all([shapely.box(*edges) for edges in DETAIL_BOXES_DEG])
    shapely.prepare(detail)
    near = [shape for shape in _shapefile(land_10m) if shape.intersects(detail)]
    fine = shapely.union_all([shapely.intersection(shape, detail) for shape in near])
    coarse = shapely.difference(_topojson(land_50m), detail)
    dry = shapely.union_all([shapely.simplify(fine, TOLERANCE_DEG), coarse])
    return shapely.union_all([part for part in shapely.get_parts(dry) if part.area >= ISLET_MIN_DEG2])


def lakes(lakes_10m: Path) -> BaseGeometry:
    """Return the larger lakes; smaller ones too where the exercises are."""
    detail = shapely.union_all([shapely.box(*edges) for edges in DETAIL_BOXES_DEG])
    kept = [
        lake
        for lake in _shapefile(lakes_10m)
        if lake.area >= (LAKE_MIN_DEG2 if lake.intersects(detail) else LAKE_MIN_ELSEWHERE_DEG2)
    ]
    return shapely.simplify(shapely.union_all(kept), LAKE_TOLERANCE_DEG)


def _shapefile(path: Path) -> list[BaseGeometry]:
    with shapefile.Reader(shp=str(path)) as reader:
        return [
            part
            for row in reader.iterShapes()
            for part in shapely.get_parts(shapely.make_valid(shapely.geometry.shape(row)))
        ]


def _topojson(path: Path) -> BaseGeometry:
    """Read polygons of a quantised TopoJSON file (its specification, section 2.1.2: delta-encoded arcs)."""
    topology = json.loads(path.read_text())
    (scale_x, scale_y), (west, south) = (topology["transform"][key] for key in ("scale", "translate"))
    arcs = []
    for arc in topology["arcs"]:
        x, y, points = 0, 0, []
        for dx, dy in arc:
            x, y = x + dx, y + dy
            points.append((x * scale_x + west, y * scale_y + south))
        arcs.append(points)

    def ring(places: list[int]) -> list[tuple[float, float]]:
        joined: list[tuple[float, float]] = []
        for place in places:
            arc = arcs[place] if place >= 0 else arcs[~place][::-1]
            joined += arc[1:] if joined else arc
        return _unwrapped(joined)

    found = [
        shapely.make_valid(shapely.Polygon(ring(rings[0]), [ring(hole) for hole in rings[1:]]))
        for geometry in topology["objects"]["land"]["geometries"]
        for rings in geometry["arcs"]
    ]
    return shapely.union_all(found)


def _unwrapped(ring: list[tuple[float, float]]) -> list[tuple[float, float]]:
    """Let longitudes run on past 180 degrees; close a ring around a pole below the map's edge."""
    lon_deg = np.unwrap([lon for lon, _ in ring], period=360.0)
    turn_deg = lon_deg[-1] - lon_deg[0]
    points = [(float(lon), lat) for lon, (_, lat) in zip(lon_deg, ring, strict=True)]
    if abs(turn_deg) > 180.0:
        points += [(float(lon_deg[-1]), -90.0), (float(lon_deg[0]), -90.0)]
    elif min(lon_deg) < -180.1:
        points = [(lon + 360.0, lat) for lon, lat in points]
    return points
