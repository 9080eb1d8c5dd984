"""The edge: what is taken, what is refused and why, and that nothing else is disturbed."""

import msgspec
import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.broker import Delivery
from contracts.codec import Encoding, Reason, encode
from contracts.control import DeadLetter
from contracts.labels import Label
from contracts.reports import RadarScan, ReportBatch
from fusion.intake import SETTLED_AFTER, Admitted, Intake
from tests.fusion.chain import a_status, settings_for, topic_of
from tests.fusion.sky import START_S, USA_ONLY, Radar, self_reports, ships

SCAN = next(Radar().scans(ships(20), 2))
NOW_S = SCAN.measured_to_s + 0.1


def an_intake(*batches: ReportBatch) -> Intake:
    intake = Intake(settings_for())
    for batch in batches:
        intake.sensors[batch.sensor] = a_status(batch)
    return intake


def deliver(
    intake: Intake, batch: ReportBatch, encoding: Encoding = "msgpack", now_s: float = NOW_S
) -> Admitted | DeadLetter | None:
    return intake.admit(Delivery(topic_of(batch), encode(batch, encoding), retained=False), 5.0, now_s)


def refused(outcome: object) -> DeadLetter:
    assert isinstance(outcome, DeadLetter)
    return outcome


@pytest.mark.parametrize("encoding", ["msgpack", "json"])
def test_a_good_batch_is_taken_in_both_encodings(encoding: Encoding) -> None:
    outcome = deliver(an_intake(SCAN), SCAN, encoding)

    assert isinstance(outcome, Admitted)
    assert encode(outcome.batch) == encode(SCAN)


def test_a_batch_that_comes_again_is_known_before_and_after_its_commit() -> None:
    intake = an_intake(SCAN)
    first = deliver(intake, SCAN)
    assert isinstance(first, Admitted)

    assert deliver(intake, SCAN) is None
    intake.committed([first])
    assert deliver(intake, SCAN) is None
    assert intake.duplicates == 2


def test_half_a_message_is_unreadable() -> None:
    payload = encode(SCAN)
    letter = refused(
        an_intake(SCAN).admit(
            Delivery(topic_of(SCAN), payload[: len(payload) // 2], retained=False), 5.0, NOW_S
        )
    )

    assert letter.reason == Reason.UNREADABLE
    assert letter.payload_hex == payload[:256].hex()


def test_a_sensor_that_has_not_introduced_itself_is_unknown() -> None:
    letter = refused(deliver(an_intake(), SCAN))

    assert letter.reason == Reason.UNKNOWN_SENSOR
    assert "radar-a" in letter.detail


def test_a_report_from_the_future_and_an_ancient_one_are_refused() -> None:
    early = refused(deliver(an_intake(SCAN), SCAN, now_s=START_S - 60.0))
    late = refused(deliver(an_intake(SCAN), SCAN, now_s=START_S + 7200.0))

    assert (early.reason, late.reason) == (Reason.FUTURE, Reason.ANCIENT)
    assert early.field == "measured_to_s"


def test_a_report_of_another_exercise_is_refused() -> None:
    other = SCAN.model_copy(update={"exercise": "theirs"})

    assert refused(deliver(an_intake(SCAN), other)).reason == Reason.OTHER_EXERCISE


@pytest.mark.parametrize(("field", "value"), [("nation", "KOR"), ("sensor", "radar-b")])
def test_a_report_that_is_not_its_topics_is_refused(field: str, value: str) -> None:
    other = SCAN.model_copy(update={field: value})
    delivery = Delivery(topic_of(SCAN), encode(other), retained=False)

    letter = refused(an_intake(SCAN).admit(delivery, 5.0, NOW_S))

    assert (letter.reason, letter.field) == (Reason.WRONG_TOPIC, field)


def test_a_report_may_not_be_released_wider_than_its_sensor() -> None:
    intake = an_intake(SCAN)
    narrow = Label(classification=3, releasable_to=("USA",))
    intake.sensors["radar-a"] = a_status(SCAN).model_copy(update={"label": narrow})

    assert refused(deliver(intake, SCAN)).field == "label.releasable_to"
    assert isinstance(deliver(intake, SCAN.model_copy(update={"label": USA_ONLY})), Admitted)


@pytest.mark.parametrize(
    ("field", "value", "wanted"),
    [
        ("range_m", np.full(SCAN.rows, np.nan, "<f4").tobytes(), "row 0"),
        ("range_m", np.full(SCAN.rows, -5.0, "<f4").tobytes(), "-5"),
        ("kind", "radar-scan/2", "radar-scan/1"),
        ("sequence", -1, "greater than or equal to 0"),
        ("revolution_s", "fast", "number"),
        ("site_lat_deg", 91.0, "90"),
        ("speed_kn", 3.0, "not permitted"),
        ("azimuth_rad", b"", f"{SCAN.rows} rows"),
    ],
)
def test_the_reason_names_the_field_and_what_was_wanted(field: str, value: object, wanted: str) -> None:
    fields = msgspec.msgpack.decode(encode(SCAN)) | {field: value}

    letter = refused(
        an_intake(SCAN).admit(
            Delivery(topic_of(SCAN), msgspec.msgpack.encode(fields), retained=False), 5.0, NOW_S
        )
    )

    assert letter.field == field
    assert wanted in letter.detail


def test_a_batch_refused_again_and_again_is_settled_so_that_its_source_can_go_on() -> None:
    intake = an_intake(SCAN)
    bad = Delivery(
        topic_of(SCAN),
        msgspec.msgpack.encode(msgspec.msgpack.decode(encode(SCAN)) | {"revolution_s": -1}),
        retained=False,
    )

    for _ in range(SETTLED_AFTER):
        intake.admit(bad, 5.0, NOW_S)

    assert intake.marks.marks()["radar-a"].sequence == 0


def test_a_report_that_was_garbled_once_is_taken_when_it_comes_again_whole() -> None:
    intake = an_intake(SCAN)
    payload = encode(SCAN)
    intake.admit(Delivery(topic_of(SCAN), payload[:-3], retained=False), 5.0, NOW_S)

    assert isinstance(deliver(intake, SCAN), Admitted)


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400), st.integers(0, 2000), st.integers(0, 255))
def test_no_bytes_whatever_disturb_the_edge(noise: bytes, place: int, byte: int) -> None:
    intake = an_intake(SCAN)
    payload = bytearray(encode(SCAN))
    payload[place % len(payload)] = byte

    for damaged in (noise, bytes(payload)):
        outcome = intake.admit(Delivery(topic_of(SCAN), damaged, retained=False), 5.0, NOW_S)
        assert outcome is None or isinstance(outcome, Admitted | DeadLetter)

    reports = self_reports(ships(3), 0)
    intake.sensors[reports.sensor] = a_status(reports)
    assert isinstance(deliver(intake, reports), Admitted)


def test_a_status_introduces_a_sensor_once() -> None:
    intake = an_intake()
    status = Delivery(topic_of(SCAN).replace("/reports", "/status"), encode(a_status(SCAN)), retained=True)

    assert intake.introduce(status)
    assert not intake.introduce(status)
    assert isinstance(intake.sensors["radar-a"].state, str)


def test_scans_are_told_from_other_reports_by_their_kind() -> None:
    outcome = deliver(an_intake(SCAN), SCAN)

    assert isinstance(outcome, Admitted)
    assert isinstance(outcome.batch, RadarScan)
