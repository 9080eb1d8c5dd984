"""What is known of one scope: its newest picture, which pictures it takes, and who watches it."""

from dataclasses import dataclass, field
from typing import Final

from contracts.clock import exercise_time_s
from contracts.codec import MalformedMessage
from contracts.control import ClockState
from gateway.held import HeldPicture
from gateway.lag import LagBook
from gateway.mailbox import Mailbox
from gateway.shown import ShownPicture

Era = tuple[int, float]

_SET_BACK_S: Final = 5.0
"""How far a clock must be behind the held picture to have been set back, and not just be late."""


def era_of(clock: ClockState) -> Era:
    """Return what tells one course of an exercise from another: its run and its STARTEX."""
    return clock.run, clock.startex_s


@dataclass(slots=True)
class ScopeState:
    """One scope.

    Attributes:
        era: of the exercise clock when the picture came; in another, cycles begin again.
        gaps: cycles that never came.
        older: pictures ignored because a newer one was held.
        replaced: pictures that a newer one replaced before they were decoded.
        refused: malformed pictures by reason.
    """

    lag: LagBook
    picture: ShownPicture | None = None
    era: Era | None = None
    pictures: int = 0
    gaps: int = 0
    older: int = 0
    replaced: int = 0
    refused: dict[str, int] = field(default_factory=dict)
    last_refusal: str = ""
    mailboxes: set[Mailbox] = field(default_factory=set)

    def is_old(self, new: HeldPicture, clock: ClockState | None, now_s: float) -> bool:
        """Return whether we hold this picture or a newer one.

        Args:
            new: the picture that came.
            clock: the exercise clock.
            now_s: wall time.
        """
        if self.picture is None:
            return False
        held = self.picture.held
        if new.cycle > held.cycle or self._began_again(held, clock, now_s):
            return False
        same = new.published.picture_sha256 == held.published.picture_sha256
        return new.cycle < held.cycle or same

    def hold(self, shown: ShownPicture, clock: ClockState | None) -> None:
        """Hold a picture that is not old, and hand it to everyone who watches."""
        era = era_of(clock) if clock is not None else None
        if self.picture is not None and era == self.era:
            self.gaps += max(0, shown.held.cycle - self.picture.held.cycle - 1)
        if not shown.kept:
            self.lag.picture(shown.held.published, shown.held.received_at_s)
        self.picture, self.era, self.pictures = shown, era, self.pictures + 1
        for mailbox in self.mailboxes:
            mailbox.put_picture(shown)

    def refuse(self, error: MalformedMessage) -> None:
        """Count a malformed picture; the one before is kept."""
        self.refused[error.reason] = self.refused.get(error.reason, 0) + 1
        self.last_refusal = str(error)

    def _began_again(self, held: HeldPicture, clock: ClockState | None, now_s: float) -> bool:
        """Return whether cycles began again: another run, or a clock set back before what we hold."""
        if clock is None:
            return False
        return era_of(clock) != self.era or (
            exercise_time_s(clock, now_s) + _SET_BACK_S < held.picture.valid_at_s
        )
