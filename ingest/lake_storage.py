"""Where the lake's files lie: in a folder of a local disk, or in a bucket of an S3 server."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from graph.errors import NotFoundError, UnavailableError
from ingest.whole_file import write_whole


class LakeStorage(Protocol):
    """The lake's files by their locations, which `folder` begins; every method may block, so call it in a thread.

    Raises UnavailableError where the disk or the server does not do it: the same call may work later.
    """

    def folder(self, *names: str) -> str:
        """Return the location of a folder of the lake, without a slash at its end."""
        ...

    def write(self, location: str, content: bytes | memoryview) -> None:
        """Put a file at its place, whole or not at all, kept for good when this returns."""
        ...

    def read(self, location: str) -> bytes:
        """Return what a file holds; raises NotFoundError where there is none."""
        ...

    def remove(self, location: str) -> None:
        """Take a file away, if it is there."""
        ...

    def clear_unfinished(self, folder: str, names: str) -> None:
        """Take away what writers that were killed left of files whose names match a pattern; nobody may be writing them."""
        ...


@dataclass(frozen=True, slots=True)
class DiskStorage:
    """A lake in a folder of a local disk."""

    root: Path

    def folder(self, *names: str) -> str:
        """Return the location of a folder of the lake."""
        return str(self.root.joinpath(*names))

    def write(self, location: str, content: bytes | memoryview) -> None:
        """Put a file at its place by renaming it, on disk when this returns."""
        with explained(location):
            path = Path(location)
            path.parent.mkdir(parents=True, exist_ok=True)
            write_whole(path, content)

    def read(self, location: str) -> bytes:
        """Return what a file holds."""
        with explained(location):
            return Path(location).read_bytes()

    def remove(self, location: str) -> None:
        """Take a file away, if it is there."""
        with explained(location):
            Path(location).unlink(missing_ok=True)

    def clear_unfinished(self, folder: str, names: str) -> None:
        """Take away what writers that were killed left of files whose names match a pattern."""
        for left in Path(folder).glob(f".{names}.*.unfinished"):
            left.unlink(missing_ok=True)


@contextmanager
def explained(location: str, *errors: type[Exception]) -> Generator[None]:
    """Say in one line which file could not be reached, and why; no error of an S3 client quotes credentials."""
    try:
        yield
    except FileNotFoundError as error:
        raise NotFoundError(f"the lake's file {location} is gone") from error
    except (OSError, *errors) as error:
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        raise UnavailableError(f"{location} cannot be reached: {reason}") from error
