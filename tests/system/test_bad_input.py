"""Whatever nonsense is sent: a dead letter with the reason, and the pictures stay as they were."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import msgspec
import pytest

from contracts import topics
from contracts.codec import Reason
from contracts.control import DeadLetter
from tests.system.chain import Chain, Witness, a_chain
from tests.system.conftest import LAST_CYCLE
from tests.virtual_time import in_virtual_time, run_in_virtual_time

SENSOR = ("JPN", "radar", "headland")
Spoil = Callable[[bytes], bytes]


class Eavesdropper:
    """Keeps a real report batch of the headland's radar to spoil."""

    def __init__(self, chain: Chain) -> None:
        self._chain = chain
        self.topic = topics.reports(chain.exercise, *SENSOR)

    async def catch(self) -> bytes:
        async with self._chain.broker.connect("eavesdropper") as session:
            await session.subscribe(self.topic)
            async for delivery in session.messages():
                if len(delivery.payload) > 600:
                    return delivery.payload
        raise AssertionError("unreachable")


def with_fields(**changes: object) -> Spoil:
    """Return what sets fields of a batch."""

    def spoil(payload: bytes) -> bytes:
        return msgspec.msgpack.encode(msgspec.msgpack.decode(payload) | changes)

    return spoil


def without(field: str) -> Spoil:
    def spoil(payload: bytes) -> bytes:
        fields = msgspec.msgpack.decode(payload)
        del fields[field]
        return msgspec.msgpack.encode(fields)

    return spoil


def with_nan(field: str) -> Spoil:
    def spoil(payload: bytes) -> bytes:
        fields = msgspec.msgpack.decode(payload)
        column = bytearray(fields[field])
        column[:4] = b"\x00\x00\xc0\x7f"  # a float32 NaN, little-endian
        return msgspec.msgpack.encode(fields | {field: bytes(column)})

    return spoil


def later_by(seconds: float) -> Spoil:
    """Return what shifts every time of a batch, with a number of its own."""

    def spoil(payload: bytes) -> bytes:
        fields = msgspec.msgpack.decode(payload)
        return msgspec.msgpack.encode(
            fields
            | {
                "sequence": 10_000,
                "measured_from_s": fields["measured_from_s"] + seconds,
                "measured_to_s": fields["measured_to_s"] + seconds,
                "measured_at_s": b"",
                **{name: b"" for name, value in fields.items() if isinstance(value, bytes)},
            }
        )

    return spoil


SPOILED: Final[dict[str, tuple[Spoil, Reason, str]]] = {
    "half a message": (lambda payload: payload[: len(payload) // 2], Reason.UNREADABLE, ""),
    "nothing": (lambda _payload: b"", Reason.UNREADABLE, ""),
    "noise": (lambda _payload: b"\xff\xfe\xfd", Reason.UNREADABLE, ""),
    "wrong schema version": (with_fields(kind="radar-scan/2"), Reason.UNKNOWN_SCHEMA, "kind"),
    "missing column": (without("range_m"), Reason.INVALID_FIELD, "range_m"),
    "unknown column": (with_fields(bearing_deg=b""), Reason.INVALID_FIELD, "bearing_deg"),
    "wrong type": (with_fields(revolution_s="fast"), Reason.INVALID_FIELD, "revolution_s"),
    "wrong unit": (with_fields(azimuth_sigma_rad=17.0), Reason.INVALID_FIELD, "azimuth_sigma_rad"),
    "not a number": (with_nan("range_m"), Reason.INVALID_FIELD, "range_m"),
    "other exercise": (with_fields(exercise="someone-elses"), Reason.OTHER_EXERCISE, "exercise"),
    "other sensor's topic": (with_fields(sensor="nobody"), Reason.WRONG_TOPIC, "sensor"),
    "future": (later_by(86_400.0), Reason.FUTURE, "measured_to_s"),
    "ancient": (later_by(-86_400.0), Reason.ANCIENT, "measured_to_s"),
    "released to more": (
        with_fields(
            label={"classification": 1, "releasable_to": ["USA", "JPN", "KOR"], "caveats": ["X" * 40]}
        ),
        Reason.INVALID_FIELD,
        "label.caveats.0",
    ),
}


@dataclass(frozen=True, slots=True)
class Aftermath:
    """What came of all the malformed reports, sent one after the other in one run."""

    letters: dict[str, DeadLetter]
    payloads: dict[str, bytes]
    counters: dict[str, float]
    witness: Witness


@pytest.fixture(scope="module")
def aftermath() -> Aftermath:
    """Run a chain that gets every malformed report there is, between the good ones."""

    async def run() -> Aftermath:
        async with a_chain() as chain:
            await chain.run_to_cycle(1)
            eavesdropper = Eavesdropper(chain)
            letters: dict[str, DeadLetter] = {}
            payloads: dict[str, bytes] = {}
            for name, (spoil, _, _) in SPOILED.items():
                payloads[name] = spoil(await eavesdropper.catch())
                await chain.publish(eavesdropper.topic, payloads[name])
                await chain.run_for(1.0)
                letters[name] = chain.witness.letters[-1]
            await chain.run_to_cycle(4)
            return Aftermath(letters, payloads, chain.status("fusion").counters, chain.witness)

    return run_in_virtual_time(run())


@pytest.mark.parametrize("name", SPOILED)
def test_a_malformed_report_is_a_dead_letter_with_the_reason(aftermath: Aftermath, name: str) -> None:
    _, reason, field = SPOILED[name]
    letter = aftermath.letters[name]

    assert (letter.reason, letter.field) == (reason, field)
    assert letter.topic.endswith("/JPN/radar/headland/reports")
    assert letter.size_bytes == len(aftermath.payloads[name])
    assert letter.detail


def test_every_malformed_report_is_counted(aftermath: Aftermath) -> None:
    refused = {name: count for name, count in aftermath.counters.items() if name.startswith("refused_")}

    assert refused == {
        f"refused_{reason}": count for reason, count in Counter(r for _, r, _ in SPOILED.values()).items()
    }
    assert len(aftermath.witness.letters) == len(SPOILED)


def test_malformed_reports_disturb_nothing_else(aftermath: Aftermath, undisturbed: Witness) -> None:
    assert aftermath.witness.fingerprints().items() <= undisturbed.fingerprints().items()
    assert ("KOR", 4) in aftermath.witness.fingerprints()


@in_virtual_time
async def test_an_unknown_sensor_is_a_dead_letter() -> None:
    async with a_chain() as chain:
        await chain.run_to_cycle(1)
        payload = with_fields(sensor="nobody")(await Eavesdropper(chain).catch())
        await chain.publish(topics.reports(chain.exercise, "JPN", "radar", "nobody"), payload)
        await chain.run_for(1.0)

        assert [letter.reason for letter in chain.witness.letters] == [Reason.UNKNOWN_SENSOR]


@in_virtual_time
async def test_a_replayed_report_changes_nothing(undisturbed: Witness) -> None:
    async with a_chain() as chain:
        await chain.run_to_cycle(1)
        eavesdropper = Eavesdropper(chain)
        payload = await eavesdropper.catch()
        await chain.publish(eavesdropper.topic, payload)
        await chain.run_for(20.0)
        await chain.publish(eavesdropper.topic, payload)
        await chain.run_to_cycle(LAST_CYCLE)

        assert chain.status("fusion").counters["duplicates"] >= 2
        assert chain.witness.fingerprints() == undisturbed.fingerprints()


@in_virtual_time
async def test_a_flood_of_nonsense_leaves_the_pictures_alone(undisturbed: Witness) -> None:
    async with a_chain() as chain:
        await chain.run_to_cycle(1)
        topic = topics.reports(chain.exercise, *SENSOR)
        for number in range(500):
            await chain.publish(topic, b"nonsense %d" % number)
        await chain.run_to_cycle(3)

        assert len(chain.witness.letters) == 500
        assert chain.witness.fingerprints().items() <= undisturbed.fingerprints().items()


@in_virtual_time
async def test_nonsense_on_every_other_topic_disturbs_nothing(undisturbed: Witness) -> None:
    async with a_chain() as chain:
        await chain.run_to_cycle(1)
        exercise = chain.exercise
        for topic in (
            topics.clock(exercise),
            topics.clock_commands(exercise),
            topics.injects(exercise),
            topics.inject_requests(exercise),
            topics.watermark(exercise, "fusion"),
            topics.sensor_status(exercise, *SENSOR),
            topics.truth_states(exercise),
            topics.truth_attributions(exercise),
            topics.presented(exercise),
        ):
            await chain.publish(topic, b"{nonsense")
        await chain.run_to_cycle(3)

        assert chain.witness.fingerprints().items() <= undisturbed.fingerprints().items()
