"""A file that is hashed and counted on the way, so that nobody takes another file in than the one announced."""

from __future__ import annotations

import hashlib
import io
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from _typeshed import WriteableBuffer


class HashedFile(io.RawIOBase):
    """A file that is hashed and counted as it is read from its start to its end, or hashed at once where it is not."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = 0
        self._hash = hashlib.sha256()
        self._file = path.open("rb", buffering=0)

    @property
    def sha256(self) -> bytes:
        """The SHA-256 of what was read."""
        return self._hash.digest()

    def readable(self) -> bool:
        """Say that it can be read."""
        return True

    def readinto(self, buffer: WriteableBuffer, /) -> int:
        """Read the next bytes."""
        view = memoryview(buffer)
        count = self._file.readinto(view)
        self._hash.update(view[:count])
        self.size += count
        return count

    def hash_all(self) -> None:
        """Hash the whole file as it is now, for a reader that jumps about in it."""
        self._file.seek(0)
        self._hash = hashlib.file_digest(self._file, "sha256")

    def close(self) -> None:
        """Close the file."""
        self._file.close()
        super().close()


def sha256_of(path: Path) -> bytes:
    """Return the SHA-256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").digest()
