"""What a track is called: an id from its founding report, and a short number from the id."""

from hashlib import blake2b
from typing import Final

NUMBERS: Final = 90_000
FIRST_NUMBER: Final = 10_000
"""Track numbers run from 10000 to 99999 and, past that many tracks, on from 100000."""


def founder_id(source: str, epoch: int, sequence: int, row: int) -> tuple[int, int]:
    """Return the id of a track: its founding report's id, hashed to two 64-bit halves."""
    digest = blake2b(f"{source}:{epoch}:{sequence}:{row}".encode(), digest_size=16).digest()
    return int.from_bytes(digest[:8], "little"), int.from_bytes(digest[8:], "little")


def free_number(track_id: int, taken: dict[int, int]) -> int:
    """Return the number that an id asks for, or the next free one.

    A number comes from the founding report, not from a counter, so that every fold that founds the
    same track gives it the same number wherever no other track holds it.
    """
    for step in range(NUMBERS):
        number = FIRST_NUMBER + (track_id + step) % NUMBERS
        if number not in taken:
            return number
    number = FIRST_NUMBER + NUMBERS
    while number in taken:
        number += 1
    return number
