"""Security labels: who may see a report, a track, a picture.

Modelled on the confidentiality label of STANAG 4774: a classification, the nations it may be
released to, and caveats. The rule is conjunctive: what is made of several reports carries the
highest classification, only the nations that may see all of them, and every caveat.
"""

from collections.abc import Iterable
from enum import IntEnum
from typing import Annotated, Final, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, model_validator

Nation = Literal["USA", "JPN", "KOR"]
Scope = Literal["ALL", "USA", "JPN", "KOR"]
NATIONS: Final[tuple[Nation, ...]] = ("USA", "JPN", "KOR")
"""ISO 3166-1 alpha-3 codes of the nations that share the picture; a nation's bit is its place here."""
SCOPES: Final[tuple[Scope, ...]] = ("ALL", "USA", "JPN", "KOR")
"""One picture each: the white cell's, and one per capital."""


class Classification(IntEnum):
    """How sensitive something is, lowest first."""

    UNCLASSIFIED = 0
    RESTRICTED = 1
    CONFIDENTIAL = 2
    SECRET = 3


class Label(BaseModel):
    """The label that every report carries and every track inherits.

    There is no default for who may see it: a label that leaves it out is refused.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    classification: Classification
    releasable_to: Annotated[tuple[Nation, ...], Field(min_length=1, max_length=len(NATIONS))]
    caveats: Annotated[
        tuple[Annotated[str, Field(pattern=r"^[A-Z0-9 -]{1,24}$")], ...], Field(max_length=8)
    ] = ()

    @model_validator(mode="after")
    def _put_in_order(self) -> Self:
        nations = tuple(nation for nation in NATIONS if nation in self.releasable_to)
        object.__setattr__(self, "releasable_to", nations)
        object.__setattr__(self, "caveats", tuple(sorted(set(self.caveats))))
        return self

    @property
    def mask(self) -> int:
        """Releasability as a bit mask: bit i for ``NATIONS[i]``."""
        return sum(1 << NATIONS.index(nation) for nation in self.releasable_to)


def visible(label: Label, scope: Scope) -> bool:
    """Return whether the scope may see what carries the label; ``ALL`` sees everything."""
    return scope == "ALL" or scope in label.releasable_to


def nations_of(mask: int) -> tuple[Nation, ...]:
    """Return the nations of a releasability mask."""
    return tuple(nation for bit, nation in enumerate(NATIONS) if mask >> bit & 1)


def roll_up(labels: Iterable[Label]) -> Label | None:
    """Return the label of what is made of all these: highest class, common nations, every caveat.

    Returns:
        None where nothing is left: no labels, or no nation that may see all of them.
    """
    rows = list(labels)
    nations: tuple[Nation, ...] = tuple(n for n in NATIONS if all(n in row.releasable_to for row in rows))
    if not rows or not nations:
        return None
    return Label(
        classification=max(row.classification for row in rows),
        releasable_to=nations,
        caveats=tuple({caveat for row in rows for caveat in row.caveats}),
    )
