"""Messages to bytes and back; and whatever is wrong with the bytes, one error that names it."""

import json
import math
from typing import Any, Final

import msgspec
import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel

from contracts.codec import (
    MODELS,
    PAYLOAD_BYTES_MAX,
    Encoding,
    MalformedMessage,
    Reason,
    decode,
    decode_any,
    encode,
)
from contracts.reports import REPORT_MODELS, RadarScan
from tests.contracts.messages import a_scan, every_message

ENCODINGS: Final[tuple[Encoding, ...]] = ("msgpack", "json")
KINDS: Final = sorted(MODELS)
EXAMPLES: Final = every_message()
THOROUGH: Final = settings(
    max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)

plain_values: Final = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(2**63), 2**64 - 1)
    | st.floats()
    | st.text(max_size=20)
    | st.binary(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner, max_size=4),
    max_leaves=8,
)


def same(one: BaseModel, other: BaseModel) -> bool:
    """Return whether two messages say the same, bit for bit."""
    return type(one) is type(other) and encode(one) == encode(other)


def fields_of(kind: str) -> dict[str, Any]:
    """Return a message's fields as they stand in MessagePack."""
    fields: dict[str, Any] = msgspec.msgpack.decode(encode(EXAMPLES[kind]))
    return fields


def refused(payload: bytes, kind: str) -> MalformedMessage:
    with pytest.raises(MalformedMessage) as caught:
        decode(payload, MODELS[kind])
    return caught.value


def whole_or_none(payload: bytes, kind: str) -> BaseModel | None:
    try:
        return decode(payload, MODELS[kind])
    except MalformedMessage:
        return None


def error_or_none(payload: bytes, kind: str) -> MalformedMessage | None:
    try:
        decode(payload, MODELS[kind])
    except MalformedMessage as error:
        return error
    return None


def test_there_is_an_example_of_every_kind() -> None:
    assert sorted(EXAMPLES) == KINDS


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_message_comes_back_as_it_went(kind: str, encoding: Encoding) -> None:
    message = EXAMPLES[kind]

    assert same(decode(encode(message, encoding), MODELS[kind]), message)


@settings(max_examples=12, deadline=None)
@given(seed=st.integers(0, 2**32 - 1), rows=st.integers(0, 40), encoding=st.sampled_from(ENCODINGS))
def test_columns_of_any_length_come_back_as_they_went(seed: int, rows: int, encoding: Encoding) -> None:
    for message in every_message(seed, rows).values():
        assert same(decode(encode(message, encoding), type(message)), message)


@pytest.mark.parametrize("kind", KINDS)
def test_the_two_encodings_say_the_same(kind: str) -> None:
    message = EXAMPLES[kind]

    from_json = decode(encode(message, "json"), MODELS[kind])
    from_msgpack = decode(encode(message, "msgpack"), MODELS[kind])

    assert same(from_json, from_msgpack)


def test_the_first_of_several_wanted_models_is_told_by_its_kind() -> None:
    read = decode_any(encode(EXAMPLES["self-reports/1"]), REPORT_MODELS)

    assert same(read, EXAMPLES["self-reports/1"])


def test_an_unknown_number_is_null_in_json_and_never_zero() -> None:
    told = json.loads(encode(a_scan(), "json"))

    assert told["height_m"] == [None, 9000.0]


@THOROUGH
@given(
    kind=st.sampled_from(KINDS),
    encoding=st.sampled_from(ENCODINGS),
    share=st.floats(0.0, 1.0, exclude_max=True),
)
def test_half_a_message_is_malformed(kind: str, encoding: Encoding, share: float) -> None:
    whole = encode(EXAMPLES[kind], encoding)

    error = refused(whole[: int(share * len(whole))], kind)

    assert error.reason in (Reason.UNREADABLE, Reason.UNKNOWN_SCHEMA)


@THOROUGH
@given(
    kind=st.sampled_from(KINDS),
    encoding=st.sampled_from(ENCODINGS),
    damage=st.lists(
        st.tuples(st.floats(0.0, 1.0, exclude_max=True), st.integers(0, 255)), min_size=1, max_size=6
    ),
)
def test_a_garbled_message_is_malformed_or_another_whole_message(
    kind: str, encoding: Encoding, damage: list[tuple[float, int]]
) -> None:
    payload = bytearray(encode(EXAMPLES[kind], encoding))
    for place, byte in damage:
        payload[int(place * len(payload))] = byte

    message = whole_or_none(bytes(payload), kind)

    assert message is None or same(decode(encode(message), MODELS[kind]), message)


@THOROUGH
@given(kind=st.sampled_from(KINDS), noise=st.binary(max_size=200))
def test_noise_is_malformed(kind: str, noise: bytes) -> None:
    assert refused(noise, kind).reason in (Reason.UNREADABLE, Reason.UNKNOWN_SCHEMA)


@THOROUGH
@given(data=st.data(), kind=st.sampled_from(KINDS), value=plain_values)
def test_a_field_that_holds_something_else_is_named(data: st.DataObject, kind: str, value: object) -> None:
    fields = fields_of(kind)
    name = data.draw(st.sampled_from(sorted(fields)))

    error = error_or_none(msgspec.msgpack.encode(fields | {name: value}), kind)

    # Most name the field itself; a column of another length is noticed by one of its fellows.
    assert error is None or error.field.split(".")[0] in fields


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_nobody_knows_is_named(kind: str) -> None:
    fields = fields_of(kind) | {"colour": "red"}

    error = refused(msgspec.msgpack.encode(fields), kind)

    assert (error.reason, error.field) == (Reason.INVALID_FIELD, "colour")


@pytest.mark.parametrize("kind", KINDS)
def test_a_field_that_is_missing_is_named(kind: str) -> None:
    needed = [name for name, field in MODELS[kind].model_fields.items() if field.is_required()]
    for name in needed:
        fields = {other: value for other, value in fields_of(kind).items() if other != name}

        error = refused(msgspec.msgpack.encode(fields), kind)

        assert (error.reason, error.field) == (Reason.INVALID_FIELD, name)


@pytest.mark.parametrize("kind", KINDS)
def test_another_version_of_the_schema_is_refused(kind: str) -> None:
    fields = fields_of(kind) | {"kind": kind.replace("/1", "/2")}

    error = refused(msgspec.msgpack.encode(fields), kind)

    assert (error.reason, error.field) == (Reason.UNKNOWN_SCHEMA, "kind")
    assert f"wanted one of {kind}, got" in error.detail


@pytest.mark.parametrize("got", [None, 7, ["radar-scan/1"], {"a": 1}, "x" * 500])
def test_a_kind_that_is_no_kind_is_refused(got: object) -> None:
    error = refused(msgspec.msgpack.encode(fields_of("radar-scan/1") | {"kind": got}), "radar-scan/1")

    assert (error.reason, error.field) == (Reason.UNKNOWN_SCHEMA, "kind")
    assert len(error.detail) < 200


def test_a_message_beyond_the_bound_is_not_read() -> None:
    error = refused(b"{" + b" " * PAYLOAD_BYTES_MAX, "clock/1")

    assert error.reason == Reason.OVERSIZED


@pytest.mark.parametrize(
    "payload",
    [
        b"",
        b"null",
        b"[]",
        b"\xc0",
        b"\x90",
        b"{}" * 2,
        b'{"kind": "clock/1", "kind": 3}',
        b"\x81\x01\x02",
        b"\x81\xa1\xff\x01",
        b"\xc7\x04\x01abcd",
        b"\xd6\xff\x00\x00\x00\x00",
        b'{"kind": ' + b"[" * 100_000,
        b"\x91" * 100_000,
        b'{"kind": "\\ud800"}',
        b'{"kind": 1e999}',
    ],
    ids=lambda payload: repr(payload[:20]),
)
def test_strange_bytes_are_malformed(payload: bytes) -> None:
    refused(payload, "clock/1")


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf, 1e300, 0.5, -1.0])
def test_a_number_out_of_a_columns_range_names_column_and_row(number: float, encoding: Encoding) -> None:
    fields = json.loads(encode(a_scan(), "json")) | {"range_m": [1e4, number]}
    payload = msgspec.msgpack.encode(fields) if encoding == "msgpack" else json.dumps(fields).encode()

    error = refused(payload, "radar-scan/1")

    # JSON has no word for these three, so the text itself cannot be read.
    if encoding == "json" and not math.isfinite(number):
        assert error.reason == Reason.UNREADABLE
    else:
        assert (error.field, error.detail.partition(":")[0]) == ("range_m", "row 1")


def test_a_missing_number_where_there_must_be_one_names_the_row() -> None:
    fields = json.loads(encode(a_scan(), "json")) | {"range_m": [1e4, None]}

    error = refused(json.dumps(fields).encode(), "radar-scan/1")

    assert (error.field, error.detail.partition(":")[0]) == ("range_m", "row 1")


def test_columns_of_different_lengths_are_refused_and_one_is_named() -> None:
    fields = json.loads(encode(a_scan(), "json")) | {"snr_db": [1.0]}

    error = refused(json.dumps(fields).encode(), "radar-scan/1")

    assert (error.reason, error.field) == (Reason.INVALID_FIELD, "snr_db")


def test_an_interval_the_wrong_way_round_names_its_field() -> None:
    fields = json.loads(encode(a_scan(), "json"))
    fields["measured_to_s"] = fields["measured_from_s"] - 1.0

    error = refused(json.dumps(fields).encode(), "radar-scan/1")

    assert error.field == "measured_to_s"


def test_what_came_is_told_shortly() -> None:
    fields = fields_of("radar-scan/1") | {"exercise": "x" * 10_000}

    error = refused(msgspec.msgpack.encode(fields), "radar-scan/1")

    assert error.field == "exercise"
    assert len(str(error)) < 400


@pytest.mark.parametrize("value", [True, "1.5", b"12", {"a": 1}, [1.0], ["1"], "text"])
def test_what_is_no_number_is_no_number_in_a_column(value: object) -> None:
    fields = json.loads(encode(a_scan(), "json")) | {"range_m": [1e4, value]}

    error = refused(msgspec.msgpack.encode(fields), "radar-scan/1")

    assert error.field == "range_m"


@pytest.mark.parametrize("value", [True, "0.5", b"1", None, [0.5], 2.0])
def test_what_is_no_fraction_is_none_in_a_column_of_several_values_a_row(value: object) -> None:
    fields = json.loads(encode(EXAMPLES["picture/1"], "json"))
    fields["identity"][1][2] = value

    error = refused(msgspec.msgpack.encode(fields), "picture/1")

    assert (error.field, error.detail.partition(":")[0]) == ("identity", "row 1")


def test_a_fraction_is_no_whole_number() -> None:
    fields = json.loads(encode(EXAMPLES["self-reports/1"], "json"))
    fields["claimed_id"][1] = 440123456.5

    assert refused(json.dumps(fields).encode(), "self-reports/1").field == "claimed_id"


def test_a_whole_number_that_does_not_fit_is_refused() -> None:
    fields = json.loads(encode(EXAMPLES["picture/1"], "json"))
    fields["track_number"][1] = 2**32

    assert refused(json.dumps(fields).encode(), "picture/1").field == "track_number"


def test_nothing_of_a_radar_scan_is_lost_at_the_largest_batch() -> None:
    rows = 100_000
    column = np.full(rows, 1e4)
    scan = a_scan(
        measured_at_s=np.full(rows, a_scan().measured_from_s),
        **dict.fromkeys(("range_m", "height_m"), column),
        **dict.fromkeys(("azimuth_rad", "elevation_rad", "range_rate_m_per_s", "snr_db"), np.ones(rows)),
    )

    read = decode(encode(scan), RadarScan)

    assert read.rows == rows
