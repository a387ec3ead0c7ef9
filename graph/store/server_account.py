"""The operating system's user that the embedded PostgreSQL runs as: the present one, or another where we are root."""

from __future__ import annotations

import os
import pwd
import stat
import subprocess
from dataclasses import dataclass
from pathlib import Path

from graph.errors import UnavailableError

NAME = "embedded_postgres"
"""The account made for the server where nobody but root owns the data."""


class EmbeddedPostgresError(UnavailableError):
    """The embedded PostgreSQL cannot run here; the message is one line with the remedy."""


@dataclass(frozen=True, slots=True)
class ServerAccount:
    """A user and group; `switch` where that is not the present user."""

    uid: int
    gid: int
    switch: bool

    @classmethod
    def of(cls, data: Path) -> ServerAccount:
        """Return who runs the server of a data folder: its owner, or for a new one whoever may."""
        uid = os.geteuid()
        owner = data.stat().st_uid if data.exists() else uid
        if uid not in {0, owner}:
            raise EmbeddedPostgresError(
                f"{data} belongs to another user ({owner}): run as that user, "
                "or set GOLDTHREAD_HOME to a folder of your own"
            )
        if uid != 0:
            return cls(uid, os.getegid(), switch=False)
        entry = pwd.getpwuid(owner) if owner != 0 else _made()
        return cls(entry.pw_uid, entry.pw_gid, switch=True)

    def enters(self, folder: Path) -> bool:
        """Whether the account gets into the folder, by the permissions of every folder on the way."""
        return all(self._may_traverse(part.stat()) for part in (folder, *folder.parents))

    def owns(self, folder: Path) -> None:
        """Make the account the owner of a folder that we made for it."""
        if self.switch:
            os.chown(folder, self.uid, self.gid)

    def spawn(self, command: list[str], log: int) -> subprocess.Popen[bytes]:
        """Start a program in a session of its own, so that Ctrl-C on our terminal does not reach it."""
        return subprocess.Popen(  # noqa: S603 - programs of the wheel, with arguments of our own
            command,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd="/",
            env=_environment(),
            start_new_session=True,
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
        )

    def run(self, command: list[str], told: str = "") -> subprocess.CompletedProcess[str]:
        """Run a program to its end; `told` is its standard input."""
        return subprocess.run(  # noqa: S603 - programs of the wheel, with arguments of our own
            command,
            input=told,
            capture_output=True,
            text=True,
            check=False,
            cwd="/",
            env=_environment(),
            start_new_session=True,
            user=self.uid if self.switch else None,
            group=self.gid if self.switch else None,
            extra_groups=[] if self.switch else None,
        )

    def _may_traverse(self, entry: os.stat_result) -> bool:
        if entry.st_uid == self.uid:
            return bool(entry.st_mode & stat.S_IXUSR)
        if entry.st_gid == self.gid:
            return bool(entry.st_mode & stat.S_IXGRP)
        return bool(entry.st_mode & stat.S_IXOTH)


def _environment() -> dict[str, str]:
    """Return an environment without the PG… variables of the user, which PostgreSQL would obey."""
    return {"PATH": os.defpath, "LC_ALL": "C"}


def _made() -> pwd.struct_passwd:
    try:
        return pwd.getpwnam(NAME)
    except KeyError:
        pass
    try:
        subprocess.run(  # noqa: S603 - a fixed command
            ["useradd", "--system", "--no-create-home", "--shell", "/bin/false", NAME],  # noqa: S607
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError) as error:
        raise EmbeddedPostgresError(
            f"root may not run PostgreSQL and no account {NAME} can be made: run as an ordinary user, "
            "or set DATABASE_URL"
        ) from error
    return pwd.getpwnam(NAME)
