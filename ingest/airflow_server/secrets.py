"""The secrets of our own Airflow: made at its first start, kept in the data folder for its owner alone."""

from __future__ import annotations

import base64
import json
import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path

ADMIN = "admin"
OUR_USER = "goldthread"
ROLES = {ADMIN: "admin", OUR_USER: "op"}
"""Who may log in, and as what: people as admin, Goldthread itself as one who may run what there is."""

_KEYS = ("fernet_key", "jwt_secret", "session_secret")


def folder(home: Path) -> Path:
    """Return the folder of a data folder that is Airflow's."""
    return home / "airflow"


def passwords_file(home: Path) -> Path:
    """Return the file of passwords, as Airflow reads it: names and passwords as JSON."""
    return folder(home) / "passwords.json"


def passwords(home: Path) -> Mapping[str, str]:
    """Return the password of everybody who may log in, making them where there are none yet."""
    return _kept(passwords_file(home), lambda: {name: secrets.token_urlsafe(18) for name in ROLES})


def keys(home: Path) -> Mapping[str, str]:
    """Return the keys by which Airflow encrypts and signs, making them where there are none yet."""
    return _kept(
        folder(home) / "secrets.json",
        lambda: {
            name: base64.urlsafe_b64encode(secrets.token_bytes(_bytes(name))).decode() for name in _KEYS
        },
    )


def _bytes(name: str) -> int:
    return 32 if name == "fernet_key" else 64  # as long as what each is used by asks for


def _kept(file: Path, made: Callable[[], dict[str, str]]) -> Mapping[str, str]:
    try:
        return json.loads(file.read_text(encoding="utf-8"))
    except FileNotFoundError:
        file.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    unfinished, content = file.with_name(f"{file.name}.{os.getpid()}"), made()
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as text:
        json.dump(content, text)
    unfinished.replace(file)
    return content
