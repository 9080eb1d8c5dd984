"""A service runs until it ends, or until Ctrl-C or SIGTERM, and shuts down cleanly either way."""

import asyncio
import os
import signal
import subprocess
import sys

import pytest

from triptych.lifetime import PARENT_VARIABLE, run_service

PATIENCE_S = 20.0


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_signal_cancels_the_service_which_cleans_up(number: signal.Signals) -> None:
    done: list[str] = []

    async def service() -> None:
        try:
            os.kill(os.getpid(), number)
            await asyncio.Event().wait()
        finally:
            done.append("cleaned up")

    run_service(service)

    assert done == ["cleaned up"]


def test_a_service_that_ends_by_itself_just_ends() -> None:
    async def service() -> None:
        await asyncio.sleep(0)

    run_service(service)


def test_an_error_of_the_service_is_not_hidden() -> None:
    async def service() -> None:
        raise LookupError("inside")

    with pytest.raises(LookupError, match="inside"):
        run_service(service)


@pytest.mark.skipif(sys.platform != "linux", reason="the kernel's help is Linux's")
def test_a_process_whose_parent_is_already_gone_does_not_start() -> None:
    environment = {**os.environ, PARENT_VARIABLE: "1"}

    ended = subprocess.run(
        [
            sys.executable,
            "-c",
            "from triptych.lifetime import die_with_parent; die_with_parent(); print('runs')",
        ],
        env=environment,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )

    assert ended.returncode == 1
    assert "is gone" in ended.stderr
    assert ended.stdout == ""
