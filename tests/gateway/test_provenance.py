"""One track in full: what it is, and every sensor behind it."""

import uuid

import numpy as np
import pytest

from contracts.picture import Alert, Picture
from gateway.provenance import row_of, track_uuid, track_view
from tests.gateway.pictures import a_label, a_picture
from tests.gateway.words import a_sensor

SENSORS = {"kor-coast-1": a_sensor("kor-coast-1", nation="KOR", seen_by=("KOR", "USA"))}


def with_columns(picture: Picture, **columns: object) -> Picture:
    return Picture(**(dict(picture) | columns))


def an_alert(track_number: int) -> Alert:
    return Alert(
        alert_id=f"alert-{track_number}",
        alert_kind="new-hostile",
        severity="warning",
        raised_at_s=1.0,
        text="look",
        track_number=track_number,
        label=a_label(),
    )


def test_a_track_is_found_by_its_number() -> None:
    picture = a_picture(tracks=5)

    assert [row_of(picture, number) for number in (1, 5, 6, 0)] == [0, 4, None, None]


def test_a_track_tells_where_it_is_and_how_it_moves() -> None:
    picture = with_columns(
        a_picture(tracks=1), v_east_m_per_s=np.array([3.0]), v_north_m_per_s=np.array([4.0])
    )

    view = track_view(picture, 0, {})

    assert (view.lat_deg, view.lon_deg) == (picture.lat_deg[0], picture.lon_deg[0])
    assert view.speed_m_per_s == 5.0
    assert view.course_deg == pytest.approx(36.87, abs=0.01)
    assert sum(view.identity.values()) == pytest.approx(1.0, abs=1e-5)
    assert [candidate.probability for candidate in view.platforms] == pytest.approx([0.7, 0.2, 0.1])


def test_a_track_that_stands_still_has_no_course() -> None:
    picture = with_columns(
        a_picture(tracks=1), v_east_m_per_s=np.array([0.01]), v_north_m_per_s=np.array([0.0])
    )

    assert track_view(picture, 0, {}).course_deg is None


def test_every_contribution_is_told_newest_first_with_its_age() -> None:
    picture = a_picture(tracks=10)
    row = int(np.argmax(np.diff(picture.contribution_start)))

    view = track_view(picture, row, {})

    ages_s = [contribution.age_s for contribution in view.contributions]
    assert len(ages_s) == 3
    assert ages_s == sorted(ages_s)
    assert all(
        contribution.age_s == picture.valid_at_s - contribution.measured_at_s
        for contribution in view.contributions
    )


def test_contributions_are_joined_with_what_the_sensor_said_of_itself() -> None:
    picture = with_columns(a_picture(tracks=1), contribution_source=np.zeros(3, np.uint16)[: _rows(1)])

    contribution = track_view(picture, 0, SENSORS).contributions[0]

    assert (contribution.source, contribution.nation, contribution.discipline) == (
        "kor-coast-1",
        "KOR",
        "radar",
    )
    assert contribution.label == SENSORS["kor-coast-1"].label


def test_a_sensor_that_has_not_introduced_itself_is_told_by_name_alone() -> None:
    picture = with_columns(a_picture(tracks=1), sensors=())

    contribution = track_view(picture, 0, {}).contributions[0]

    assert (contribution.nation, contribution.discipline, contribution.label) == (None, None, None)


def test_what_the_scope_may_not_see_of_a_sensor_is_not_told() -> None:
    picture = with_columns(
        a_picture(tracks=1, scope="JPN"), contribution_source=np.zeros(_rows(1), np.uint16), sensors=()
    )

    contribution = track_view(picture, 0, SENSORS).contributions[0]

    assert (contribution.nation, contribution.label) == (None, None)


def test_only_alerts_about_the_track_are_told() -> None:
    picture = a_picture(tracks=3, alerts=[an_alert(1), an_alert(2)])

    assert [alert.alert_id for alert in track_view(picture, 1, {}).alerts] == ["alert-2"]


def test_the_track_id_is_written_as_a_uuid() -> None:
    picture = with_columns(a_picture(tracks=1), track_id=np.array([[1, 2]], np.uint64))

    assert uuid.UUID(track_uuid(picture, 0)).int == (1 << 64) + 2


def test_a_track_that_no_nation_may_see_alone_still_has_a_label() -> None:
    picture = with_columns(a_picture(tracks=1), releasable_mask=np.array([0], np.uint8))

    assert track_view(picture, 0, {}).label.releasable_to == ()


def _rows(tracks: int) -> int:
    return len(a_picture(tracks=tracks).contribution_source)
