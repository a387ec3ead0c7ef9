"""What lies in a lake on disk, for tests."""

from __future__ import annotations

from pathlib import Path


def names_in(folder: str) -> list[str]:
    """Return the names of all files in a folder, none where there is no folder."""
    found = Path(folder)
    return sorted(path.name for path in found.iterdir()) if found.exists() else []


def content_of(location: str) -> bytes:
    """Return what a file holds."""
    return Path(location).read_bytes()


def put(location: str, content: bytes) -> None:
    """Put something else in the place of a file."""
    Path(location).write_bytes(content)


def block(folder: str) -> None:
    """Put a file where a folder belongs, so that nothing can be written there."""
    Path(folder).parent.mkdir(parents=True)
    Path(folder).write_bytes(b"a file where the folder belongs")


def unblock(folder: str) -> None:
    """Take that file away again."""
    Path(folder).unlink()


def parquet_in(folder: str) -> list[Path]:
    """Return the Parquet files of a folder."""
    return sorted(Path(folder).glob("*.parquet"))
