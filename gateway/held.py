"""A picture as it arrived: checked, decoded once, with the wall time of its arrival."""

import hashlib
from dataclasses import dataclass

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
    return HeldPicture(
        published=published.model_copy(update={"picture": b""}),
        picture=picture,
        received_at_s=received_at_s,
        size_bytes=len(payload),
    )
