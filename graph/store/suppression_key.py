"""The secret under which the digests of erased people are made: never in the database, and kept by the data folder."""

from __future__ import annotations

import hashlib
import os
import secrets
from contextlib import suppress
from pathlib import Path

from graph.errors import UnavailableError

KEY_BYTES = 32
"""How long the secret is under which digests are made."""

KEY_FILE = "suppression.key"
"""Where the data folder keeps the secret, unless a setting names another one."""


def secret_of(home: Path, given: str | None) -> bytes | None:
    """Return the secret of an installation: from a setting, else from its data folder; None where there is none yet."""
    if given is not None:
        return hashlib.sha256(given.encode()).digest()
    try:
        return bytes.fromhex((home / KEY_FILE).read_text("ascii").strip())
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise UnavailableError(f"{home / KEY_FILE} cannot be used: {error}") from error


def keep_secret(home: Path) -> None:
    """Make a secret in the data folder, which must exist, unless there is one.

    Keep a copy of it somewhere safe: without it nobody who was erased can be kept out.
    """
    path = home / KEY_FILE
    new = home / f".{KEY_FILE}.{os.getpid()}"
    if path.exists():
        return
    try:
        with open(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600), "w", encoding="ascii") as file:
            file.write(secrets.token_hex(KEY_BYTES) + "\n")
            file.flush()
            os.fsync(file.fileno())
        with suppress(FileExistsError):  # another process was faster, and its secret counts
            os.link(new, path)
    finally:
        new.unlink(missing_ok=True)
