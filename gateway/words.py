"""Wire codes in words, as people and JSON read them: ``Affiliation.ASSUMED_FRIEND`` is ``assumed-friend``."""

from enum import Enum, IntFlag


def word(member: Enum) -> str:
    """Return the word for a code."""
    return member.name.lower().replace("_", "-")


def flag_words(flags: IntFlag) -> tuple[str, ...]:
    """Return the words for every flag that is set."""
    return tuple(word(flag) for flag in flags)
