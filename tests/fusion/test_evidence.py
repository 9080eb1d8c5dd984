"""What each kind of evidence says: the assumptions, and what must hold whatever they are."""

import numpy as np
import pytest

from contracts.emitters import EMITTERS
from contracts.platforms import CODE_OF_PLATFORM, Domain
from fusion import evidence
from fusion.identity import DOMAIN_OF_TYPE
from fusion.tracks import SIDES


def share(side: str, platform: str) -> float:
    return float(evidence.prior().reshape(len(SIDES), -1)[SIDES.index(side), CODE_OF_PLATFORM[platform]])


def test_the_prior_is_a_probability_and_nothing_unspecific_has_a_part_in_it() -> None:
    prior = evidence.prior()

    assert float(prior.sum()) == pytest.approx(1.0, abs=1e-6)
    assert share("neutral", "unknown") == share("neutral", "radar-site") == 0.0


@pytest.mark.parametrize("domains", [(Domain.AIR,), (Domain.SURFACE, Domain.SUBSURFACE)])
def test_most_of_what_moves_is_neutral_in_the_air_and_at_sea(domains: tuple[Domain, ...]) -> None:
    here = evidence.prior().reshape(len(SIDES), -1)[:, np.isin(DOMAIN_OF_TYPE, domains)]

    assert 0.6 < here[1].sum() / here.sum() < 0.8


def test_a_fighter_is_seldom_neutral_and_an_airliner_seldom_anything_else() -> None:
    assert share("neutral", "fighter") < share("friend", "fighter")
    assert share("neutral", "airliner") > 100.0 * share("hostile", "airliner")


def test_a_claim_is_likeliest_from_what_it_claims() -> None:
    claims = evidence.claims().reshape(-1, len(SIDES), evidence.TYPES)
    tanker = CODE_OF_PLATFORM["tanker"]

    assert claims[tanker, 1].argmax() == tanker


def test_a_hostile_warship_that_reports_itself_says_mostly_that_it_is_a_merchant_ship() -> None:
    claims = evidence.claims().reshape(-1, len(SIDES), evidence.TYPES)
    corvette = CODE_OF_PLATFORM["corvette"]
    civil = [CODE_OF_PLATFORM[name] for name in ("cargo-ship", "tanker", "ferry", "fishing-vessel")]

    assert claims[civil, 2, corvette].sum() > claims[corvette, 2, corvette]
    assert claims[civil, 0, corvette].sum() < claims[corvette, 0, corvette]


def test_what_must_report_itself_is_likelier_to_do_so_than_what_need_not() -> None:
    speaks = evidence.speaks()

    cargo, fishing, destroyer = (CODE_OF_PLATFORM[n] for n in ("cargo-ship", "fishing-vessel", "destroyer"))
    assert speaks[1, cargo] > speaks[1, fishing] > speaks[0, destroyer]


def test_an_emitter_is_heard_from_those_that_carry_it() -> None:
    support = evidence.emitter_support().reshape(len(EMITTERS), len(SIDES), evidence.TYPES)
    place = [emitter.notation for emitter in EMITTERS].index("EX-302")

    assert (
        support[place, 2, CODE_OF_PLATFORM["corvette"]]
        > 100.0 * support[place, 1, CODE_OF_PLATFORM["tanker"]]
    )
