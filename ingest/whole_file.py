"""Puts files in their places whole or not at all, on disk before anybody is told."""

from __future__ import annotations

import os
from pathlib import Path

from graph.identity import new_id


def write_whole(path: Path, content: bytes | memoryview) -> None:
    """Put a file at its place; one that is there already gives way and leaves its permissions."""
    unfinished = path.with_name(f".{path.name}.{new_id()}.unfinished")
    try:
        with unfinished.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())
        if path.exists():
            unfinished.chmod(path.stat().st_mode)
        unfinished.replace(path)
    finally:
        unfinished.unlink(missing_ok=True)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
