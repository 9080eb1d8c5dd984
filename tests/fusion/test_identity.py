"""Identity: what evidence does to belief, and what it never does."""

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from contracts.emitters import EMITTERS
from contracts.platforms import CODE_OF_PLATFORM, PLATFORM_TYPES, Affiliation, Domain
from fusion import evidence, identity
from fusion.tracks import HYPOTHESES, SIDES


def believing(*told: tuple[np.ndarray, float]) -> np.ndarray:
    hypotheses = identity.PRIOR[None, :].copy()
    for likelihood, weight in told:
        hypotheses = identity.weigh(hypotheses, likelihood, np.array([weight]))
    return hypotheses


def hearing(notation: str, confidence: float = 0.9) -> np.ndarray:
    confidences = np.zeros((1, len(EMITTERS)))
    confidences[0, [e.notation for e in EMITTERS].index(notation)] = confidence
    return identity.intercept_likelihood(confidences)


def claiming(platform: str) -> np.ndarray:
    return identity.self_report_likelihood(np.array([CODE_OF_PLATFORM[platform]], np.int16))


def described(
    hypotheses: np.ndarray, domain: Domain = Domain.SURFACE, speed_m_per_s: float = 8.0
) -> tuple[int, str]:
    said, _, _, _, drawn = identity.describe(
        hypotheses, np.array([domain], np.uint8), np.array([speed_m_per_s])
    )
    return int(said[0]), PLATFORM_TYPES[int(drawn[0])].name


def looks(notation: str, count: int) -> list[tuple[np.ndarray, float]]:
    return [(hearing(notation), identity.FIRST_LOOK_WEIGHT)] + [
        (hearing(notation), identity.NEXT_LOOK_WEIGHT)
    ] * (count - 1)


LOOKS = looks("EX-302", 20)


def test_without_evidence_a_track_is_unknown_and_of_no_type() -> None:
    assert described(believing()) == (Affiliation.UNKNOWN, "unknown-surface")


def test_a_ship_that_says_it_is_a_tanker_is_a_neutral_tanker() -> None:
    assert described(believing((claiming("tanker"), 1.0))) == (Affiliation.NEUTRAL, "tanker")


def test_a_hostile_emitter_heard_again_and_again_makes_hostile() -> None:
    said, drawn = described(believing(*LOOKS))

    assert said == Affiliation.HOSTILE
    assert drawn in ("corvette", "patrol-boat", "frigate")


def test_one_look_at_a_hostile_emitter_is_not_enough_to_say_hostile() -> None:
    assert described(believing(LOOKS[0]))[0] != Affiliation.HOSTILE


def test_a_tanker_that_emits_like_a_corvette_is_in_doubt_and_not_neutral_any_more() -> None:
    mixed = believing((claiming("tanker"), 1.0), *LOOKS)

    assert described(mixed)[0] in (Affiliation.SUSPECT, Affiliation.HOSTILE)


def contradicting(*told: tuple[np.ndarray, float]) -> float:
    """Return the conflict of the last piece of evidence with those before."""
    return float(identity.conflict(believing(*told[:-1]), told[-1][0])[0])


def test_a_claim_and_an_emitter_that_cannot_be_of_one_object_are_in_conflict() -> None:
    assert contradicting((claiming("tanker"), 1.0), (hearing("EX-302", 1.0), 1.0)) > identity.CONFLICT


def test_a_claim_and_the_emitter_that_belongs_to_it_agree() -> None:
    assert contradicting((claiming("tanker"), 1.0), (hearing("EX-101"), 1.0)) < 0.0


def test_a_fishing_boat_that_emits_like_a_corvette_is_not_what_it_says() -> None:
    said = np.array([CODE_OF_PLATFORM["fishing-vessel"]], np.uint8)
    claim = (claiming("fishing-vessel"), 1.0)

    assert not identity.disbelieved(believing(claim), said)[0]
    assert identity.disbelieved(believing(claim, *LOOKS), said)[0]


def test_the_first_evidence_contradicts_nothing() -> None:
    assert abs(contradicting((hearing("EX-302"), 1.0))) < 1e-5


def test_two_beliefs_together_count_the_prior_once() -> None:
    apart = identity.together(believing((claiming("tanker"), 1.0)), believing((hearing("EX-101"), 1.0)))

    np.testing.assert_allclose(
        apart, believing((claiming("tanker"), 1.0), (hearing("EX-101"), 1.0)), rtol=0.02, atol=3e-5
    )


def test_what_is_heard_on_the_carrier_of_satellite_navigation_is_suspect() -> None:
    none = np.zeros((1, len(EMITTERS)))
    jamming = identity.intercept_likelihood(none, np.array([evidence.GNSS_HZ]))

    assert described(believing((jamming, 1.0)))[0] in (Affiliation.SUSPECT, Affiliation.HOSTILE)
    assert described(believing((identity.intercept_likelihood(none, np.array([9e9])), 1.0)))[0] == 1


def test_who_is_silent_where_others_speak_is_hardly_an_airliner() -> None:
    _, open_sides, _, _, _ = identity.describe(
        believing(), np.array([Domain.AIR], np.uint8), np.array([200.0]), np.array([0.0], np.float32)
    )
    _, sides, _, _, _ = identity.describe(
        believing(), np.array([Domain.AIR], np.uint8), np.array([200.0]), np.array([300.0], np.float32)
    )

    assert open_sides[0, 1] > 0.6
    assert sides[0, 1] < 0.3


def test_nothing_that_is_believed_of_a_ship_fits_what_flies() -> None:
    told = believing((claiming("tanker"), 1.0))

    fits = identity.fitting(told, np.array([Domain.SURFACE], np.uint8), np.array([7.0]))
    flies = identity.fitting(told, np.array([Domain.AIR], np.uint8), np.array([200.0]))

    assert flies[0] < identity.FITS_LEAST < fits[0]


def test_nothing_sails_at_three_hundred_knots() -> None:
    _, _, types, _, _ = identity.describe(
        believing((claiming("cargo-ship"), 1.0)), np.array([Domain.UNKNOWN], np.uint8), np.array([250.0])
    )

    assert PLATFORM_TYPES[int(types[0, 0])].domain == Domain.AIR


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from(EMITTERS), st.floats(0, 1), st.floats(0, 1)), max_size=12))
def test_probabilities_stay_probabilities(looks: list[tuple[object, float, float]]) -> None:
    hypotheses = believing(*[(hearing(e.notation, confidence), weight) for e, confidence, weight in looks])  # type: ignore[attr-defined]

    assert abs(float(hypotheses.sum()) - 1.0) < 1e-5
    assert (hypotheses >= 0).all()
    assert (hypotheses[:, identity.PRIOR > 0] > 0).all()


@given(st.permutations(["EX-101", "EX-302", "EX-202"]))
def test_the_order_of_evidence_does_not_matter_much(order: list[str]) -> None:
    one = believing(*[(hearing(n), 0.35) for n in order])
    other = believing(*[(hearing(n), 0.35) for n in sorted(order)])

    np.testing.assert_allclose(one, other, rtol=1e-3, atol=1e-6)


def test_the_three_best_types_are_the_best_in_order() -> None:
    chance = np.random.default_rng(3)
    hypotheses = chance.dirichlet(np.ones(HYPOTHESES), size=50).astype(np.float32)
    domain, speed = np.zeros(50, np.uint8), np.zeros(50)

    _, sides, best, probability, _ = identity.describe(hypotheses, domain, speed)

    by_type = hypotheses.reshape(50, len(SIDES), -1).sum(axis=1)
    np.testing.assert_array_equal(best, np.argsort(-by_type, axis=1, kind="stable")[:, :3])
    np.testing.assert_allclose(probability, np.sort(by_type, axis=1)[:, ::-1][:, :3], rtol=1e-5)
    np.testing.assert_allclose(sides.sum(axis=1), 1.0, rtol=1e-6)
