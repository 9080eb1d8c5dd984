"""The journal: which reports made a track in a cycle, however they came, and within its bounds."""

import numpy as np
import pytest

from contracts.provenance import Credit, ProvenanceAnswer, ProvenanceQuestion
from contracts.reports import ReportBatch
from fusion.answering import answer
from fusion.scopes import Scopes
from fusion.settings import EngineSettings
from tests.fusion.folding import in_order
from tests.fusion.sky import START_S, Radar, intercepts, self_reports, ships

FLEET = ships(12)
BATCHES: list[ReportBatch] = [
    *Radar().scans(FLEET, 60),
    *Radar(name="radar-b", lat_deg=32.6).scans(FLEET, 60, seed=8),
    *(self_reports(FLEET, k) for k in range(20)),
    *(intercepts(FLEET, k, [3], "EX-301") for k in range(10)),
]
SETTINGS = EngineSettings()


def fused(batches: list[ReportBatch] = BATCHES, settings: EngineSettings = SETTINGS) -> Scopes:
    """Two cycles of half a minute."""
    scopes = Scopes.begin("test", ("ALL",), settings)
    for cycle in range(2):
        from_s, to_s = START_S + 30.0 * cycle, START_S + 30.0 * (cycle + 1)
        for batch in in_order(b for b in batches if from_s < b.measured_to_s <= to_s):
            scopes.fold(batch)
        scopes.draw(cycle, from_s, to_s)
    return scopes


def asked(scopes: Scopes, track_number: int, cycle: int | None = None) -> ProvenanceAnswer:
    question = ProvenanceQuestion(
        exercise="test", request_id="q", scope="ALL", track_number=track_number, cycle=cycle
    )
    return answer(question, scopes.beliefs["ALL"])


def numbers(scopes: Scopes) -> list[int]:
    return [int(number) for number in scopes.beliefs["ALL"].journal.closed[-1].track_number]


def all_credits(scopes: Scopes, cycle: int) -> list[Credit]:
    return [credit for number in numbers(scopes) for credit in asked(scopes, number, cycle).credits]


@pytest.fixture(scope="module")
def scopes() -> Scopes:
    return fused()


def test_the_newest_report_of_each_source_is_the_one_that_the_picture_names(scopes: Scopes) -> None:
    picture = scopes.picture("ALL", 2, START_S + 60.0, START_S + 60.0)
    row = 4
    first, last = picture.contribution_start[row : row + 2].tolist()
    shown = {
        (
            picture.sources[picture.contribution_source[place]],
            int(picture.contribution_sequence[place]),
            int(picture.contribution_row[place]),
        )
        for place in range(first, last)
        if picture.contribution_measured_at_s[place] > START_S + 30.0
    }

    told = asked(fused(), int(picture.track_number[row]), 1).credits

    newest = {credit.source: (credit.source, credit.sequence, credit.row) for credit in told}
    assert len(shown) >= 2
    assert set(newest.values()) == shown


def test_every_sensor_that_saw_a_track_is_told_with_residual_and_weight(scopes: Scopes) -> None:
    told = [credit for credit in all_credits(scopes, 1) if not credit.founding]

    assert {credit.source.split("/")[-1] for credit in told} >= {"radar-a", "radar-b", "ais-a"}
    assert all(credit.residual_sigma is not None and credit.residual_sigma < 8.0 for credit in told)
    assert all(credit.weight is not None and 0.0 < credit.weight <= 1.0 for credit in told)


def test_a_track_founded_by_several_plots_names_them_without_a_share_each(scopes: Scopes) -> None:
    without_claims = fused([*Radar().scans(FLEET, 60)])

    founding = [credit for credit in all_credits(without_claims, 0) if credit.founding]

    assert len(founding) >= 3
    assert {(credit.residual_sigma, credit.weight) for credit in founding} == {(None, None)}


def test_a_self_report_that_founds_a_track_is_all_that_the_track_knows(scopes: Scopes) -> None:
    only_claims = fused([self_reports(FLEET, k) for k in range(10)])

    founding = [credit for credit in all_credits(only_claims, 0) if credit.founding]

    assert len(founding) == 12
    assert {(credit.residual_sigma, credit.weight) for credit in founding} == {(None, 1.0)}


def test_a_restart_from_a_checkpoint_tells_the_same_of_what_it_folds_anew() -> None:
    first, second = (
        in_order(b for b in BATCHES if b.measured_to_s <= START_S + 30.0),
        in_order(b for b in BATCHES if b.measured_to_s > START_S + 30.0),
    )
    before = Scopes.begin("test", ("ALL",), SETTINGS)
    for batch in first:
        before.fold(batch)
    before.draw(0, START_S, START_S + 30.0)
    after = Scopes.load(before.dump(), SETTINGS)
    for batch in second:
        before.fold(batch)
        after.fold(batch)
    before.draw(1, START_S + 30.0, START_S + 60.0)
    after.draw(1, START_S + 30.0, START_S + 60.0)

    number = numbers(before)[3]

    assert asked(after, number, 1).credits == asked(before, number, 1).credits
    assert asked(after, number, 0).state == "expired"


def test_a_question_about_nothing_says_which_nothing(scopes: Scopes) -> None:
    number = numbers(scopes)[0]

    assert asked(scopes, number, 1_000).state == "not-yet"
    assert asked(scopes, 4_000_000_000, 1).state == "no-track"
    assert asked(Scopes.begin("test", ("ALL",), SETTINGS), number).state == "not-yet"


def test_an_answer_names_the_cycles_of_the_same_track(scopes: Scopes) -> None:
    told = asked(fused(), numbers(scopes)[0])

    assert (told.cycle, [one.cycle for one in told.cycles]) == (1, [0, 1])


def test_only_so_many_cycles_are_kept_and_what_goes_is_counted() -> None:
    scopes = fused(settings=EngineSettings(journal_cycles=1))
    journal = scopes.beliefs["ALL"].journal

    assert asked(scopes, numbers(scopes)[0], 0).state == "expired"
    assert [one.cycle for one in journal.closed] == [1]
    assert journal.dropped == len(fused().beliefs["ALL"].journal.closed[0].credits)


def test_at_the_bound_of_credits_the_oldest_cycle_goes_first() -> None:
    whole = [len(one.credits) for one in fused().beliefs["ALL"].journal.closed]
    bound = max(whole) + 10

    journal = fused(settings=EngineSettings(credits_max=bound)).beliefs["ALL"].journal

    assert sum(whole) > bound
    assert [(one.cycle, len(one.credits), one.lost) for one in journal.closed] == [(1, whole[1], 0)]
    assert journal.dropped == whole[0]


def test_a_cycle_over_the_bound_keeps_its_first_credits_and_says_how_many_it_lost() -> None:
    whole = fused().beliefs["ALL"].journal.closed[1]
    scopes = fused(settings=EngineSettings(credits_max=50))
    journal = scopes.beliefs["ALL"].journal

    assert len(journal.closed[-1].credits) == 50
    assert journal.closed[-1].lost == len(whole.credits) - 50
    np.testing.assert_array_equal(journal.closed[-1].credits, whole.credits[:50])
    assert asked(scopes, numbers(scopes)[0]).lost == journal.closed[-1].lost


def test_without_room_no_journal_is_kept() -> None:
    journal = fused(settings=EngineSettings(credits_max=0)).beliefs["ALL"].journal

    assert (journal.held, journal.dropped) == (0, 0)
