"""A command that is broken off says so, and by its exit code how."""

from __future__ import annotations

import signal
import subprocess
import sys

import pytest

WORK = """
import asyncio
from ingest.running import until_terminated

async def work():
    print("at work", flush=True)
    await asyncio.sleep(60)

asyncio.run(until_terminated(work()))
"""


@pytest.mark.parametrize(("number", "code"), [(signal.SIGINT, 130), (signal.SIGTERM, 143)])
def test_a_command_that_is_broken_off_says_so(number: signal.Signals, code: int) -> None:
    """There is no traceback, and whoever looks on learns what to do."""
    with subprocess.Popen(
        [sys.executable, "-c", WORK], stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "at work\n"
        process.send_signal(number)
        _, said = process.communicate(timeout=30)
    assert (process.returncode, said) == (
        code,
        "goldthread: broken off; what is stored stays, give the same command again\n",
    )
