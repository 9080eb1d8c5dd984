"""How long a process lives: until Ctrl-C or SIGTERM, and never longer than the demo that started it."""

import asyncio
import ctypes
import os
import signal
import sys
from collections.abc import Callable, Coroutine
from typing import Any, Final

PARENT_VARIABLE: Final = "TRIPTYCH_PARENT_PID"
"""Set by whoever starts a process that must not outlive it."""

_PR_SET_PDEATHSIG: Final = 1
"""prctl(2) option, from linux/prctl.h."""


def die_with_parent() -> None:
    """Ask the kernel to end this process when the one named in ``TRIPTYCH_PARENT_PID`` ends, however.

    SIGKILL and not SIGTERM: whoever is orphaned has no one left to end it if it hangs, and every
    part survives a kill with the same picture. Linux only; elsewhere a killed demo leaves its
    children to be ended by hand, while Ctrl-C and SIGTERM work everywhere.
    """
    parent = os.environ.get(PARENT_VARIABLE)
    if parent is None or sys.platform != "linux":
        return
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.prctl(_PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0) != 0:
        raise OSError(ctypes.get_errno(), "prctl(PR_SET_PDEATHSIG) failed")
    # The parent may have gone before the kernel was asked.
    if os.getppid() != int(parent):
        sys.exit(f"the process that started this one ({parent}) is gone")


def run_service(service: Callable[[], Coroutine[Any, Any, None]]) -> None:
    """Run a service until it ends by itself, or is cancelled by Ctrl-C or SIGTERM; then return."""
    asyncio.run(_until_told(service))


async def _until_told(service: Callable[[], Coroutine[Any, Any, None]]) -> None:
    loop = asyncio.get_running_loop()
    task = asyncio.create_task(service(), name="service")
    told = False

    def stop() -> None:
        nonlocal told
        told = True
        task.cancel()

    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stop)
    try:
        await task
    except asyncio.CancelledError:
        if not told:
            raise
