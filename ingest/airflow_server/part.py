"""Runs one part of Airflow under Airflow's own Python, and ends it when whoever started it is gone.

Called as `python part.py PID COMMAND…`; imports nothing of ours, for nothing of ours is installed there.
"""

from __future__ import annotations

import os
import runpy
import signal
import sys
import threading
import time

SECONDS_TO_END = 15.0


def follow(starter: int) -> None:
    """End this process, first politely, when its parent is another one than at the start."""

    def watch() -> None:
        while os.getppid() == starter:
            time.sleep(0.5)
        os.kill(os.getpid(), signal.SIGTERM)
        time.sleep(SECONDS_TO_END)
        os.killpg(0, signal.SIGKILL)

    threading.Thread(target=watch, name="follow-starter", daemon=True).start()


if __name__ == "__main__":
    follow(int(sys.argv[1]))
    sys.argv = ["airflow", *sys.argv[2:]]
    runpy.run_module("airflow", run_name="__main__", alter_sys=True)
