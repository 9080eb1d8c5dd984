"""Times as people read them: Zulu, to the millisecond."""

from datetime import UTC, datetime


def zulu(at_s: float) -> str:
    """Return date and time in Zulu: ``2031-05-14T00:05:30.250Z``."""
    return f"{datetime.fromtimestamp(at_s, UTC).isoformat(timespec='milliseconds').removesuffix('+00:00')}Z"


def zulu_clock(at_s: float) -> str:
    """Return the time of day in Zulu: ``00:05:30.250``."""
    return datetime.fromtimestamp(at_s, UTC).strftime("%H:%M:%S.%f")[:-3]
