"""Why a track is what it is, asked of the running chain: the same however reports came, and nothing leaks."""

from pathlib import Path

from contracts import topics
from contracts.codec import encode
from contracts.labels import Scope
from contracts.memory import MemoryBroker
from contracts.provenance import ProvenanceAnswer, ProvenanceQuestion
from producers.scenario import Scenario
from tests.system.chain import Chain, a_chain
from tests.system.shaky import ShakyBroker
from tests.system.test_labels import with_radar
from tests.virtual_time import in_virtual_time, run_in_virtual_time

CYCLE = 3


async def all_answers(chain: Chain, scope: Scope) -> list[ProvenanceAnswer]:
    """What fusion says of every track of a cycle's picture, without the askers' own ids."""
    await chain.run_to_cycle(CYCLE)
    numbers = chain.witness.picture(CYCLE, scope).track_number.tolist()
    said = [await chain.why(number, scope, CYCLE) for number in numbers]
    return [one.model_copy(update={"request_id": "why"}) for one in said]


def run(scope: Scope, scenario: Scenario | None = None, broker: MemoryBroker | None = None) -> list[bytes]:
    async def running() -> list[bytes]:
        async with a_chain(scenario, broker=broker) as chain:
            return [encode(one) for one in await all_answers(chain, scope)]

    return run_in_virtual_time(running())


@in_virtual_time
async def test_every_track_of_a_picture_tells_the_reports_that_made_it_in_the_cycle() -> None:
    async with a_chain() as chain:
        said = await all_answers(chain, "ALL")
        picture = chain.witness.picture(CYCLE)

    assert len(said) == picture.tracks >= 2
    assert {one.state for one in said} == {"told"}
    for row, one in enumerate(said):
        first, last = picture.contribution_start[row : row + 2].tolist()
        fresh = {
            (picture.sources[picture.contribution_source[k]], int(picture.contribution_sequence[k]))
            for k in range(first, last)
            if picture.contribution_measured_at_s[k] > picture.valid_from_s
        }
        assert fresh <= {(credit.source, credit.sequence) for credit in one.credits}


def test_reports_that_come_late_twice_and_out_of_order_give_the_same_answers() -> None:
    in_order = run("ALL")
    shaken = run("ALL", broker=ShakyBroker(seed=3, delay_s=0.15, twice=0.2))

    assert shaken == in_order


def test_what_a_capital_may_not_see_is_in_none_of_its_answers_and_changes_no_byte_of_them() -> None:
    secret = {"nation": "USA", "releasable_to": ("USA",)}
    one = run("JPN", with_radar("headland", **secret))
    other = run("JPN", with_radar("headland", **secret, range_sigma_m=400.0, clutter_per_revolution=20.0))

    assert one == other
    assert len(one) > 0
    assert not any(b"headland" in said for said in one)
    assert any(b"headland" in said for said in run("USA", with_radar("headland", **secret)))


@in_virtual_time
async def test_a_question_on_one_scopes_topic_about_another_is_not_answered() -> None:
    async with a_chain() as chain:
        await chain.run_to_cycle(1)
        number = int(chain.witness.picture(1).track_number[0])
        question = ProvenanceQuestion(
            exercise=chain.exercise, request_id="sly", scope="ALL", track_number=number
        )
        await chain.publish(topics.provenance_questions(chain.exercise, "JPN"), encode(question))
        await chain.run_for(6.0)

        assert chain.witness.answers == {}
        assert chain.status("fusion").counters["malformed_control"] == 1.0


@in_virtual_time
async def test_after_a_restart_what_is_folded_anew_is_told_and_what_was_before_has_expired(
    tmp_path: Path,
) -> None:
    async with a_chain(ledger_folder=tmp_path) as chain:
        await chain.run_to_cycle(5)
        number = int(chain.witness.picture(5).track_number[0])
        before = await chain.why(number, cycle=5)
        await chain.stop("fusion")
        await chain.start("fusion")
        await chain.run_to_cycle(6)
        after = await chain.why(number, cycle=5)

        # The checkpoint is that of cycle 3: 4 and 5 are folded anew.
        assert (after.credits, after.valid_at_s) == (before.credits, before.valid_at_s)
        assert len(after.credits) > 0
        assert (await chain.why(number, cycle=2)).state == "expired"
        assert (await chain.why(number, cycle=900)).state == "not-yet"
