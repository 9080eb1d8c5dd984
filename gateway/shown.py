"""A picture made ready for browsers, once for all of them."""

from functools import cached_property

from gateway.frames import Block, Rows, delta, rows_of, snapshot
from gateway.held import HeldPicture
from gateway.lag import Contributions, contributions_of


class ShownPicture:
    """The newest picture of a scope with its frames.

    Attributes:
        held: the picture.
        kept: whether the broker had kept it for us: its way here then says nothing about lag.
        serial: numbers the pictures of a scope as this gateway got them.
        base_serial: the picture that ``delta`` is a difference to; None when there is no delta.
        delta: what changed since then.
        contributions: sensor times of what is new in it, for the lag from sensor to glass.
    """

    def __init__(
        self,
        held: HeldPicture,
        before: "ShownPicture | None",
        *,
        with_delta: bool,
        kept: bool = False,
    ) -> None:
        """Prepare a picture.

        Args:
            held: the picture.
            before: the one that it replaces.
            with_delta: whether anyone watches who could use a difference.
            kept: whether the broker had kept it for us.
        """
        self.held = held
        self.kept = kept
        self.serial: int = 1 if before is None else before.serial + 1
        self.base_serial: int | None = None
        self.delta: Block | None = None
        if before is not None and with_delta:
            self.base_serial = before.serial
            self.delta = delta(held, self.rows, before.rows)

    @cached_property
    def rows(self) -> Rows:
        """Its tracks as columns of the stream."""
        return rows_of(self.held.picture)

    @cached_property
    def snapshot(self) -> Block:
        """Everything in it."""
        return snapshot(self.held, self.rows)

    @cached_property
    def contributions(self) -> Contributions:
        """Sensor times of what is new in it."""
        return contributions_of(self.held.picture)
