"""What in a picture shows an inject, and what does not."""

from typing import Any

import numpy as np
import pytest

from contracts.control import Inject
from contracts.picture import Picture, Trust
from exercise.sights import Clues, Report, Sight, sight, track_of
from tests.exercise.builders import STARTEX_S, an_inject
from tests.exercise.pictures import COASTING, a_health, a_picture, an_alert

AT_S = STARTEX_S + 15.0
AMBER = Report("radar-jeju", 0, 7, 3, AT_S, "radar")
CLUES = Clues(reports=(AMBER,))
SHOWS_AMBER: dict[int, list[tuple[str, int, int]]] = {1042: [("radar-jeju", 7, 3)]}


def the_inject(action: str, **changes: Any) -> Inject:
    return an_inject(action=action, **changes)


def detail(seen: Sight | None) -> str:
    return "" if seen is None else seen.detail


def test_a_track_is_found_by_what_it_is_made_of() -> None:
    picture = a_picture(
        {1000: [("radar-jeju", 7, 2)], 1042: [("radar-tsushima", 9, 1), ("radar-jeju", 7, 3)]}
    )

    assert track_of(picture, [AMBER]) == 1042


@pytest.mark.parametrize(
    "contribution", [("radar-jeju", 8, 3), ("radar-jeju", 7, 4), ("radar-tsushima", 7, 3)]
)
def test_a_report_of_another_batch_row_or_sensor_is_not_it(contribution: tuple[str, int, int]) -> None:
    assert track_of(a_picture({1042: [contribution]}), [AMBER]) is None


def test_of_two_tracks_the_one_with_more_of_the_reports_is_it() -> None:
    reports = [AMBER, Report("ais-fukue", 0, 4, 0, AT_S), Report("radar-tsushima", 0, 5, 1, AT_S)]
    picture = a_picture(
        {
            1000: [("radar-jeju", 7, 3)],
            1042: [("ais-fukue", 4, 0), ("radar-tsushima", 5, 1)],
        }
    )

    assert track_of(picture, reports) == 1042


@pytest.mark.parametrize("reports", [[], [AMBER]])
def test_an_empty_picture_has_no_track_of_anything(reports: list[Report]) -> None:
    assert track_of(a_picture(), reports) is None


def test_a_new_track_is_seen_as_a_track_of_its_reports() -> None:
    seen = sight(the_inject("new-track"), a_picture(SHOWS_AMBER), CLUES)

    assert seen == Sight("track 1042 (confirmed)", 1042)


def test_a_picture_of_before_the_effect_shows_nothing() -> None:
    inject = the_inject("new-track", effective_at_s=STARTEX_S + 30.1)

    assert sight(inject, a_picture(SHOWS_AMBER, valid_at_s=STARTEX_S + 30.0), CLUES) is None


REMOVED = the_inject("remove", subject="Amber Star")
KNOWN_TRACK = Clues(reports=(AMBER,), track_number=1042)


def test_a_removed_platform_is_not_gone_while_its_track_is_confirmed() -> None:
    assert sight(REMOVED, a_picture(SHOWS_AMBER), KNOWN_TRACK) is None


def test_a_removed_platform_is_seen_as_a_coasting_track() -> None:
    seen = sight(REMOVED, a_picture(SHOWS_AMBER, status={1042: COASTING}), KNOWN_TRACK)

    assert seen == Sight("track 1042 is coasting", 1042)


def test_a_removed_platform_is_seen_as_a_track_that_is_gone() -> None:
    assert sight(REMOVED, a_picture(), KNOWN_TRACK) == Sight("track 1042 is gone", 1042)


def test_a_removed_platform_that_was_never_tracked_cannot_be_seen_to_go() -> None:
    assert sight(REMOVED, a_picture(), CLUES) is None


JAMMED = the_inject("jam", lat_deg=34.0, lon_deg=129.0, radius_m=20_000.0)


def test_jamming_is_seen_as_an_alert_in_the_area() -> None:
    picture = a_picture(alerts=(an_alert("jamming", lat_deg=34.1, lon_deg=129.1),))

    assert detail(sight(JAMMED, picture, Clues())) == "alert: look here"


@pytest.mark.parametrize(
    "alert",
    [
        an_alert("jamming", lat_deg=36.0, lon_deg=129.0),
        an_alert("jamming", lat_deg=34.0, lon_deg=129.0, raised_at_s=STARTEX_S + 9.0),
        an_alert("new-hostile", lat_deg=34.0, lon_deg=129.0),
    ],
    ids=["far away", "of before", "about something else"],
)
def test_another_alert_does_not_show_the_jamming(alert: Any) -> None:
    assert sight(JAMMED, a_picture(alerts=(alert,)), Clues()) is None


def test_a_jammed_radar_is_seen_in_its_health() -> None:
    picture = a_picture(sensors=(a_health("radar-jeju", AT_S, effect="degraded-accuracy", trust=0.3),))

    assert "trust 0.30" in detail(sight(the_inject("jam", subject="radar-jeju"), picture, Clues()))


SPOOFED = the_inject("spoof-ais", subject="Amber Star", offset_m=9000.0)


def test_a_spoofed_self_report_is_seen_as_a_claimed_position() -> None:
    picture = a_picture(SHOWS_AMBER, claimed_lat_deg=np.array([34.2]), claimed_lon_deg=np.array([128.0]))

    assert sight(SPOOFED, picture, CLUES) == Sight("track 1042: self-report disputed", 1042)


def test_a_spoofed_self_report_is_seen_as_an_alert_on_its_track() -> None:
    picture = a_picture(SHOWS_AMBER, alerts=(an_alert("self-report-disputed", track_number=1042),))

    assert detail(sight(SPOOFED, picture, CLUES)) == "alert: look here"


def test_an_alert_on_another_track_does_not_show_the_spoofing() -> None:
    picture = a_picture(SHOWS_AMBER, alerts=(an_alert("self-report-disputed", track_number=1000),))

    assert sight(SPOOFED, picture, CLUES) is None


ATTACKED = the_inject("cyber-attack", subject="radar-jeju", effect="degraded-accuracy")


@pytest.mark.parametrize(
    ("picture", "shown"),
    [
        (a_picture(alerts=(an_alert("sensor-attacked", sensor="radar-jeju"),)), True),
        (a_picture(alerts=(an_alert("sensor-attacked", sensor="radar-other"),)), False),
        (a_picture(sensors=(a_health("radar-jeju", AT_S, effect="loss"),)), True),
        (a_picture(sensors=(a_health("radar-jeju", AT_S),)), False),
    ],
    ids=["alert", "alert on another", "effect", "healthy"],
)
def test_an_attack_on_a_sensor_is_seen_in_its_alert_or_its_health(picture: Picture, shown: bool) -> None:
    assert (sight(ATTACKED, picture, Clues()) is not None) == shown


def test_an_attack_on_a_platform_is_seen_in_its_tracks_flags() -> None:
    inject = the_inject("cyber-attack", subject="Amber Star", effect="spoofed-position")
    picture = a_picture(SHOWS_AMBER, trust_flags=np.array([int(Trust.SELF_REPORT_DISPUTED)]))

    assert "self-report-disputed" in detail(sight(inject, picture, CLUES))
    assert sight(inject, a_picture(SHOWS_AMBER), CLUES) is None


EMITTER = the_inject("emitter-on", subject="Amber Star", emitter="EX-302")
HEARD = Report("sigint-iki", 0, 20, 0, AT_S, "intercept")


def test_an_emitter_is_seen_as_an_intercept_behind_a_track() -> None:
    picture = a_picture({1042: [("sigint-iki", 20, 0)]})

    assert sight(EMITTER, picture, Clues((HEARD,))) == Sight("track 1042 has an intercept of it", 1042)


def test_an_emitter_is_seen_as_a_bearing_of_its_frequency() -> None:
    picture = a_picture(lobs=[("sigint-iki", 5.5e9, AT_S)])

    assert "line of bearing from sigint-iki" in detail(sight(EMITTER, picture, Clues((HEARD,))))


@pytest.mark.parametrize(
    "lob",
    [("sigint-iki", 9.4e9, AT_S), ("sigint-iki", 5.5e9, STARTEX_S + 5.0), ("sigint-naha", 5.5e9, AT_S)],
    ids=["another frequency", "of before", "another site"],
)
def test_another_bearing_does_not_show_the_emitter(lob: tuple[str, float, float]) -> None:
    assert sight(EMITTER, a_picture(lobs=[lob]), Clues((HEARD,))) is None


def test_no_picture_shows_that_an_emitter_fell_silent() -> None:
    assert sight(the_inject("emitter-off", subject="Amber Star"), a_picture(SHOWS_AMBER), CLUES) is None


@pytest.mark.parametrize(
    ("action", "reports_before", "reports", "shown"),
    [
        ("sensor-off", 7, 7, True),
        ("sensor-off", 7, 8, False),
        ("sensor-off", None, 7, False),
        ("sensor-on", 7, 7, False),
        ("sensor-on", 7, 8, True),
        ("sensor-on", None, 8, False),
    ],
)
def test_a_sensors_silence_and_return_are_seen_in_its_count_of_reports(
    action: str, reports_before: int | None, reports: int, shown: bool
) -> None:
    inject = the_inject(action, subject="radar-jeju", effective_at_s=STARTEX_S)
    picture = a_picture(sensors=(a_health("radar-jeju", AT_S, reports=reports),))

    assert (sight(inject, picture, Clues(reports_before=reports_before)) is not None) == shown


def test_a_cycle_that_began_before_the_silence_does_not_show_it() -> None:
    inject = the_inject("sensor-off", subject="radar-jeju", effective_at_s=STARTEX_S + 1.0)
    picture = a_picture(sensors=(a_health("radar-jeju", AT_S, reports=7),))

    assert sight(inject, picture, Clues(reports_before=7)) is None
