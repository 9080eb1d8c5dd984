"""A picture as GeoJSON, as another program reads it."""

import json
from typing import Any

import numpy as np

from contracts.picture import Picture
from gateway.geojson import feature_collection
from tests.gateway.pictures import a_picture


def collection(picture: Picture) -> Any:
    return json.loads(feature_collection(picture))


def test_collection_and_every_feature_say_that_they_are_simulated() -> None:
    read = collection(a_picture(tracks=10, lobs=3))

    assert read["simulated"] is True
    assert len(read["features"]) == 13
    assert all(feature["properties"]["simulated"] is True for feature in read["features"])


def test_a_track_is_a_point_with_longitude_first() -> None:
    picture = a_picture(tracks=4)

    feature = collection(picture)["features"][2]

    assert feature["geometry"] == {
        "type": "Point",
        "coordinates": [picture.lon_deg[2], picture.lat_deg[2]],
    }
    assert feature["properties"]["track_number"] == picture.track_number[2]


def test_codes_are_told_in_words() -> None:
    picture = Picture(
        **(
            dict(a_picture(tracks=1))
            | {
                "status": np.array([2], np.uint8),
                "affiliation": np.array([2], np.uint8),
                "domain": np.array([3], np.uint8),
                "trust_flags": np.array([5], np.uint8),
            }
        )
    )

    told = collection(picture)["features"][0]["properties"]

    assert (told["status"], told["affiliation"], told["domain"]) == (
        "coasting",
        "assumed-friend",
        "subsurface",
    )
    assert told["trust_flags"] == ["self-report-disputed", "gnss-jammed"]


def test_what_is_unknown_is_null() -> None:
    picture = Picture(**(dict(a_picture(tracks=1)) | {"height_m": np.array([np.nan], np.float32)}))

    assert collection(picture)["features"][0]["properties"]["height_m"] is None


def test_course_is_clockwise_from_north_and_speed_in_metres_per_second() -> None:
    picture = Picture(
        **(
            dict(a_picture(tracks=1))
            | {"v_east_m_per_s": np.array([-3.0]), "v_north_m_per_s": np.array([0.0])}
        )
    )

    told = collection(picture)["features"][0]["properties"]

    assert (told["course_deg"], told["speed_m_per_s"]) == (270.0, 3.0)


def test_each_track_carries_its_own_label() -> None:
    picture = Picture(
        **(
            dict(a_picture(tracks=3))
            | {
                "classification": np.array([0, 3, 0], np.uint8),
                "releasable_mask": np.array([7, 0, 2], np.uint8),
                "caveats": np.array([0, 1, 0], np.uint16),
            }
        )
    )

    labels = [feature["properties"]["label"] for feature in collection(picture)["features"][:3]]

    assert labels[0] == {"classification": 0, "releasable_to": ["USA", "JPN", "KOR"], "caveats": []}
    assert labels[1] == {"classification": 3, "releasable_to": [], "caveats": ["EXERCISE ONLY"]}
    assert labels[2]["releasable_to"] == ["JPN"]


def test_a_line_of_bearing_is_a_point_that_knows_its_bearing() -> None:
    picture = a_picture(tracks=0, lobs=2)

    told = collection(picture)["features"][0]

    assert told["geometry"]["coordinates"] == [picture.lob_lon_deg[0], picture.lob_lat_deg[0]]
    assert told["properties"]["feature"] == "line-of-bearing"
    assert told["properties"]["source"] == "jpn-sigint-1"
    assert told["properties"]["bearing_deg"] == np.degrees(picture.lob_bearing_rad[0]) % 360.0


def test_an_empty_picture_is_an_empty_collection() -> None:
    assert collection(a_picture(tracks=0, lobs=0))["features"] == []
