"""A picture as it arrived: checked, decoded once, with the wall time of its arrival."""

import hashlib
import math
from dataclasses import dataclass

import numpy as np

from contracts.codec import MalformedMessage, Reason, decode
from contracts.labels import Scope
from contracts.picture import Picture, PublishedPicture


@dataclass(frozen=True, slots=True)
class HeldPicture:
    """The newest picture of a scope.

    Attributes:
        published: its stamps; the encoded picture inside is left out, it is decoded in ``picture``.
        received_at_s: wall time at which the gateway got it.
        size_bytes: what came over the broker.
    """

    published: PublishedPicture
    picture: Picture
    received_at_s: float
    size_bytes: int

    @property
    def scope(self) -> Scope:
        """Whose picture it is."""
        return self.published.scope

    @property
    def cycle(self) -> int:
        """Its cycle."""
        return self.published.cycle


def take(payload: bytes, *, exercise: str, scope: str, received_at_s: float) -> HeldPicture:
    """Return the picture that a message holds.

    Args:
        payload: an encoded :class:`PublishedPicture`.
        exercise: ours; a picture of another exercise is refused.
        scope: the scope that the topic named.
        received_at_s: wall time at which the message came.

    Raises:
        MalformedMessage: it is none, is damaged, or belongs elsewhere.
    """
    published = decode(payload, PublishedPicture)
    if published.exercise != exercise:
        raise MalformedMessage(
            Reason.OTHER_EXERCISE, "exercise", f"wanted {exercise}, got {published.exercise}"
        )
    if published.scope != scope:
        raise MalformedMessage(
            Reason.WRONG_TOPIC, "scope", f"wanted {scope} on this topic, got {published.scope}"
        )
    found = hashlib.sha256(published.picture).hexdigest()
    if found != published.picture_sha256:
        raise MalformedMessage(
            Reason.INVALID_FIELD, "picture", f"wanted sha256 {published.picture_sha256}, got {found}"
        )
    picture = decode(published.picture, Picture)
    for name in ("exercise", "scope", "cycle"):
        wanted, got = getattr(published, name), getattr(picture, name)
        if wanted != got:
            raise MalformedMessage(
                Reason.INVALID_FIELD, f"picture.{name}", f"wanted {wanted} as outside, got {got}"
            )
    _check(published, picture)
    return HeldPicture(
        published=published.model_copy(update={"picture": b""}),
        picture=picture,
        received_at_s=received_at_s,
        size_bytes=len(payload),
    )


def _check(published: PublishedPicture, picture: Picture) -> None:
    """Refuse what the models let pass and what would break whoever follows it: places, offsets, order."""
    for column, table in (
        ("name", picture.names),
        ("caveats", picture.caveat_sets),
        ("contribution_source", picture.sources),
        ("lob_source", picture.sources),
    ):
        places = getattr(picture, column)
        if places.size and int(places.max()) >= len(table):
            raise _invalid(column, f"places below {len(table)}", int(places.max()))
    start, count = picture.contribution_start.astype(np.int64), len(picture.contribution_source)
    if start[0] != 0 or start[-1] != count or bool(np.any(np.diff(start) < 0)):
        raise _invalid("contribution_start", f"rising offsets from 0 to {count}", "others")
    if bool(np.any(np.diff(picture.track_number.astype(np.int64)) <= 0)):
        raise _invalid("track_number", "rising numbers", "others")
    numbers = [published.cycle_s, *(lag_s for row in published.arrivals.values() for lag_s in row)]
    if not all(math.isfinite(number) for number in numbers):
        raise _invalid("arrivals", "finite numbers", "others")


def _invalid(field: str, wanted: str, got: object) -> MalformedMessage:
    return MalformedMessage(Reason.INVALID_FIELD, field, f"wanted {wanted}, got {got}")
