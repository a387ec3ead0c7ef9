"""How an Airflow is reached, and the notice in a data folder that says which one runs there."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from pathlib import Path

import psutil

from graph.errors import UnavailableError

_NAME = "airflow.json"


class NotReachedError(UnavailableError):
    """Nothing that was asked can have reached Airflow: nobody listens there."""


@dataclass(frozen=True, slots=True)
class AirflowAccess:
    """Where an Airflow answers and as whom we speak to it: by a token, or by name and password.

    `namespace` is what its OpenLineage events call it.
    """

    url: str
    namespace: str
    username: str | None = None
    password: str | None = field(default=None, repr=False)
    token: str | None = field(default=None, repr=False)


def announce(home: Path, access: AirflowAccess, pid: int) -> None:
    """Let others of this data folder find the Airflow, for its owner's eyes alone."""
    told = {name: getattr(access, name) for name in ("url", "namespace", "username", "password")}
    unfinished = home / f"{_NAME}.unfinished"
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
        json.dump(told | {"pid": pid}, file)
    unfinished.replace(home / _NAME)


def withdraw(home: Path) -> None:
    """Take the notice back, if there is one."""
    (home / _NAME).unlink(missing_ok=True)


def running_airflow(home: Path) -> AirflowAccess | None:
    """Return how the Airflow of a data folder is reached, None where none runs."""
    try:
        told = json.loads((home / _NAME).read_text(encoding="utf-8"))
        if not psutil.pid_exists(told["pid"]):
            return None
        return AirflowAccess(told["url"], told["namespace"], told["username"], told["password"])
    except (OSError, ValueError, KeyError, TypeError):
        return None
