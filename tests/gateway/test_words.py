"""Wire codes in words."""

from contracts.picture import TrackStatus, Trust
from contracts.platforms import Affiliation
from gateway.words import flag_words, word


def test_a_code_is_told_in_lower_case_with_hyphens() -> None:
    assert [word(Affiliation.ASSUMED_FRIEND), word(TrackStatus.COASTING)] == ["assumed-friend", "coasting"]


def test_flags_are_told_one_by_one() -> None:
    assert flag_words(Trust.CLEAN) == ()
    assert flag_words(Trust.SENSOR_ATTACKED | Trust.IDENTITY_CONFLICT) == (
        "sensor-attacked",
        "identity-conflict",
    )
