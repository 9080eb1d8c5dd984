import pytest
from hypothesis import given
from hypothesis import strategies as st

from contracts.control import SourceMark
from producers.outbox import Outbox, Parcel

RESEND_S = 5.0


def a_parcel(sequence: int, source: str = "headland", epoch: int = 0, size: int = 10) -> Parcel:
    return Parcel(source, epoch, sequence, f"reports/{source}", b"x" * size)


def an_outbox(parcels_max: int = 100, bytes_max: int = 10_000) -> Outbox:
    return Outbox(RESEND_S, parcels_max, bytes_max)


def sequences(parcels: list[Parcel]) -> list[int]:
    return [parcel.sequence for parcel in parcels]


def test_a_parcel_waits_before_it_goes_again() -> None:
    outbox = an_outbox()
    outbox.put(a_parcel(0), 100.0)

    assert outbox.due(104.9, 10) == []
    assert sequences(outbox.due(105.0, 10)) == [0]


def test_each_wait_is_twice_as_long_up_to_sixteen_times() -> None:
    outbox = an_outbox()
    outbox.put(a_parcel(0), 0.0)

    sent = [second for second in range(400) if outbox.due(float(second), 10)]

    assert sent == [5, 15, 35, 75, 155, 235, 315, 395]


def test_what_the_watermark_has_passed_goes() -> None:
    outbox = an_outbox()
    for sequence in range(5):
        outbox.put(a_parcel(sequence), 0.0)

    passed = outbox.acknowledge("headland", SourceMark(epoch=0, sequence=2))

    assert passed == 3
    assert sequences(outbox.due(RESEND_S, 10)) == [3, 4]


def test_a_mark_of_a_later_epoch_passes_everything_before() -> None:
    outbox = an_outbox()
    outbox.put(a_parcel(7), 0.0)

    assert outbox.acknowledge("headland", SourceMark(epoch=1, sequence=-1)) == 1


def test_a_mark_of_one_source_says_nothing_of_another() -> None:
    outbox = an_outbox()
    outbox.put(a_parcel(0, "headland"), 0.0)
    outbox.put(a_parcel(0, "hilltop"), 0.0)

    outbox.acknowledge("headland", SourceMark(epoch=0, sequence=9))

    assert (outbox.waiting("headland"), outbox.waiting("hilltop")) == (0, 1)


def test_a_consumer_that_is_back_gets_the_rest_soon() -> None:
    outbox = an_outbox()
    outbox.put(a_parcel(0), 0.0)
    outbox.put(a_parcel(1), 0.0)
    for second in range(200):
        outbox.due(float(second), 10)

    outbox.acknowledge("headland", SourceMark(epoch=0, sequence=0))

    assert sequences(outbox.due(200.0, 10)) == [1]


def test_a_new_broker_gets_everything_at_once() -> None:
    outbox = an_outbox()
    for sequence in range(3):
        outbox.put(a_parcel(sequence), 0.0)

    outbox.all_again(1.0)

    assert sequences(outbox.due(1.0, 10)) == [0, 1, 2]


def test_resends_are_bounded_and_the_oldest_go_first() -> None:
    outbox = an_outbox()
    for sequence in range(9):
        outbox.put(a_parcel(sequence), 0.0)

    assert sequences(outbox.due(RESEND_S, 4)) == [0, 1, 2, 3]
    assert sequences(outbox.due(RESEND_S, 4)) == [4, 5, 6, 7]


def test_at_the_bound_of_parcels_the_oldest_goes_for_good_and_is_counted() -> None:
    outbox = an_outbox(parcels_max=3)
    for sequence in range(5):
        outbox.put(a_parcel(sequence), 0.0)

    assert sequences(outbox.due(RESEND_S, 10)) == [2, 3, 4]
    assert outbox.dropped("headland") == 2


def test_at_the_bound_of_bytes_the_fullest_source_gives_way() -> None:
    outbox = an_outbox(bytes_max=1_000)
    for sequence in range(9):
        outbox.put(a_parcel(sequence, "loud", size=100), 0.0)
    outbox.put(a_parcel(0, "quiet", size=200), 0.0)

    assert outbox.bytes_kept <= 1_000
    assert (outbox.dropped("loud"), outbox.dropped("quiet")) == (1, 0)


def test_an_empty_outbox_is_never_due() -> None:
    assert an_outbox().next_at_s() is None


def test_it_says_when_it_is_due_next() -> None:
    outbox = an_outbox()
    outbox.put(a_parcel(0), 10.0)
    outbox.put(a_parcel(1), 12.0)

    assert outbox.next_at_s() == 15.0


@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("put"), st.sampled_from("ab"), st.integers(1, 400)),
            st.tuples(st.just("acknowledge"), st.sampled_from("ab"), st.integers(-1, 30)),
        ),
        max_size=60,
    )
)
def test_every_parcel_is_waiting_passed_or_dropped(steps: list[tuple[str, str, int]]) -> None:
    outbox = Outbox(RESEND_S, 5, 1_000)
    sent = {"a": 0, "b": 0}
    passed = 0

    for step, source, number in steps:
        if step == "put":
            outbox.put(a_parcel(sent[source], source, size=number), 0.0)
            sent[source] += 1
        else:
            passed += outbox.acknowledge(source, SourceMark(epoch=0, sequence=number))

    assert outbox.waiting() + outbox.dropped() + passed == sum(sent.values())
    assert outbox.waiting("a") <= 5
    assert outbox.bytes_kept <= 1_000


def test_forgetting_leaves_nothing() -> None:
    outbox = an_outbox()
    outbox.put(a_parcel(0), 0.0)

    outbox.forget()

    assert (outbox.waiting(), outbox.bytes_kept) == (0, 0)


@pytest.mark.parametrize("source", [None, "headland"])
def test_what_is_sent_again_is_counted(source: str | None) -> None:
    outbox = an_outbox()
    outbox.put(a_parcel(0), 0.0)
    outbox.due(RESEND_S, 10)

    assert outbox.resent(source) == 1
