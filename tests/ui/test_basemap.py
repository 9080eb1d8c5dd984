"""The base map's made files: complete, small, neutral, and with land and deep sea where they are."""

import gzip
import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

FOLDER = Path(__file__).parents[2] / "ui" / "public" / "basemap"
MEGABYTE = 1e6
Polygon = list[list[list[float]]]


def features(name: str) -> list[dict[str, Any]]:
    loaded: list[dict[str, Any]] = json.loads((FOLDER / f"{name}.geojson").read_text())["features"]
    return loaded


def crossings(ring: list[list[float]], lat_deg: float, lon_deg: float) -> int:
    points = np.array(ring)
    here, after = points[:-1], points[1:]
    spans = (here[:, 1] > lat_deg) != (after[:, 1] > lat_deg)
    here, after = here[spans], after[spans]
    lon_at = here[:, 0] + (lat_deg - here[:, 1]) / (after[:, 1] - here[:, 1]) * (after[:, 0] - here[:, 0])
    return int(np.count_nonzero(lon_at > lon_deg))


def covers(polygon: Polygon, lat_deg: float, lon_deg: float) -> bool:
    return sum(crossings(ring, lat_deg, lon_deg) for ring in polygon) % 2 == 1


def is_land(lat_deg: float, lon_deg: float) -> bool:
    return any(covers(row["geometry"]["coordinates"], lat_deg, lon_deg) for row in features("land"))


def depth_m(lat_deg: float, lon_deg: float) -> int:
    """The deepest band around a place, 0 outside all."""
    rows = features("depths")
    depths = [
        row["properties"]["depth_m"]
        for row in rows
        if covers(row["geometry"]["coordinates"], lat_deg, lon_deg)
    ]
    return max(depths, default=0)


@pytest.mark.parametrize(
    ("lat_deg", "lon_deg"),
    [
        pytest.param(35.68, 139.70, id="central Honshu"),
        pytest.param(37.55, 127.00, id="the Han valley"),
        pytest.param(33.38, 126.55, id="Jeju"),
        pytest.param(26.35, 127.80, id="Okinawa"),
        pytest.param(23.90, 121.00, id="central Taiwan"),
        pytest.param(50.68, -1.30, id="the Isle of Wight"),
        pytest.param(39.00, -100.0, id="North America, beyond the detail"),
        pytest.param(66.50, 188.00, id="Chukotka, beyond the antimeridian"),
    ],
)
def test_land_is_where_land_is(lat_deg: float, lon_deg: float) -> None:
    assert is_land(lat_deg, lon_deg)


@pytest.mark.parametrize(
    ("lat_deg", "lon_deg"),
    [
        pytest.param(34.3, 129.9, id="the strait between Korea and Kyushu"),
        pytest.param(24.5, 119.6, id="the strait west of Taiwan"),
        pytest.param(50.77, -1.25, id="the Solent"),
        pytest.param(60.0, -30.0, id="the north Atlantic"),
        pytest.param(71.0, 60.0, id="the Arctic"),
        pytest.param(0.0, -140.0, id="the equatorial Pacific"),
    ],
)
def test_water_is_where_water_is(lat_deg: float, lon_deg: float) -> None:
    assert not is_land(lat_deg, lon_deg)


def test_the_shelf_is_shallow_and_the_trench_is_deep() -> None:
    shelf_m, trench_m = depth_m(35.0, 123.5), depth_m(33.0, 142.2)

    assert shelf_m < 100
    assert trench_m >= 7500


def test_the_files_say_nothing_but_shape_depth_and_step() -> None:
    rows = [row for name in ("land", "lakes", "depths", "graticule") for row in features(name)]

    said = {key for row in rows for key in row["properties"]}

    assert said == {"depth_m", "step_deg"}


def test_every_ring_is_closed() -> None:
    rings = [
        ring
        for name in ("land", "lakes", "depths")
        for row in features(name)
        for ring in row["geometry"]["coordinates"]
    ]

    assert all(ring[0] == ring[-1] and len(ring) >= 4 for ring in rings)


def test_the_whole_base_map_is_small_on_the_wire() -> None:
    files = sorted(FOLDER.glob("*.geojson"))

    packed = sum(len(gzip.compress(path.read_bytes(), 6)) for path in files)

    assert len(files) == 4
    assert packed < 1.5 * MEGABYTE
