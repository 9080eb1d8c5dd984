"""Lengths of time as people type them: ``90s``, ``10m``, ``1h``, ``500ms``."""

import re
from typing import Final

_UNIT_S: Final = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0}
_DURATION: Final = re.compile(r"^(?P<number>\d+(\.\d+)?)(?P<unit>ms|s|m|h)$")


class BadDuration(ValueError):
    """A length of time that cannot be read."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"wanted a number and a unit of {', '.join(_UNIT_S)}, such as 90s or 10m; got {text!r}"
        )


def duration_s(text: str) -> float:
    """Return the seconds that a duration means.

    Raises:
        BadDuration: no number, no unit, or an unknown one.
    """
    match = _DURATION.match(text.strip())
    if match is None:
        raise BadDuration(text)
    return float(match["number"]) * _UNIT_S[match["unit"]]


def duration_text(seconds: float) -> str:
    """Return seconds as people type them, in the largest unit that leaves a whole number."""
    for unit in ("h", "m", "s"):
        count = seconds / _UNIT_S[unit]
        if count >= 1.0 and count == int(count):
            return f"{int(count)}{unit}"
    return f"{seconds:g}s"
