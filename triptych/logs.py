"""How a process logs: one line to standard error, facts as ``key=value``.

The standard library is enough: the services log changes of state and count the rest, so there is
one format and no structure to bind.
"""

import logging
import sys
import time
from typing import Final

LEVELS: Final = ("debug", "info", "warning", "error")

_CHATTY: Final = ("transitions", "websockets", "uvicorn.access")
"""Libraries that log every message or connection: heard from warnings up."""
_REPEATING: Final = ("mqtt", "amqtt")
"""aiomqtt and amqtt, heard only when debugging: that a broker is lost, our own broker door says once;
that someone acknowledges late, they say again and again."""


def set_up_logging(level: str) -> None:
    """Log to standard error from a level on.

    Raises:
        ValueError: there is no such level.
    """
    if level.lower() not in LEVELS:
        raise ValueError(f"wanted one of {', '.join(LEVELS)}, got {level!r}")
    handler = logging.StreamHandler(sys.stderr)
    formatter = logging.Formatter(
        "%(asctime)s.%(msecs)03dZ %(levelname)s %(name)s %(message)s", datefmt="%Y-%m-%dT%H:%M:%S"
    )
    formatter.converter = time.gmtime
    handler.setFormatter(formatter)
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(level.upper())
    for name in _CHATTY:
        logging.getLogger(name).setLevel(logging.DEBUG if level.lower() == "debug" else logging.WARNING)
    for name in _REPEATING:
        logging.getLogger(name).setLevel(logging.DEBUG if level.lower() == "debug" else logging.CRITICAL)
    logging.captureWarnings(capture=True)
