"""The notice in a data folder that says which broker runs there."""

from __future__ import annotations

import json
from pathlib import Path

import psutil

_NAME = "kafka.json"


def announce(home: Path, address: str, pid: int) -> None:
    """Let others of this data folder find the broker."""
    unfinished = home / f"{_NAME}.unfinished"
    unfinished.write_text(json.dumps({"address": address, "pid": pid}), encoding="utf-8")
    unfinished.replace(home / _NAME)


def withdraw(home: Path) -> None:
    """Take the notice back, if there is one."""
    (home / _NAME).unlink(missing_ok=True)


def running_address(home: Path) -> str | None:
    """Return where the broker of a data folder answers, None where none runs."""
    try:
        told = json.loads((home / _NAME).read_text(encoding="utf-8"))
        return str(told["address"]) if psutil.pid_exists(told["pid"]) else None
    except (OSError, ValueError, KeyError, TypeError):
        return None
