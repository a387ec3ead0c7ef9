"""The data folder of one installation: made when needed, and used by one `goldthread up` at a time."""

from __future__ import annotations

import errno
import fcntl
import socket
import time
from collections.abc import Generator
from contextlib import closing, contextmanager

import psutil

from graph.errors import UnavailableError
from graph.store.embedded import make_home
from service.settings import Settings


class StartError(UnavailableError):
    """Goldthread cannot start here; the message is one line with the remedy."""


@contextmanager
def locked(settings: Settings) -> Generator[bool]:
    """Hold the data folder, making it first; gives whether the last holder was killed.

    The operating system lets go of the lock when its holder ends, however it ends: what is left of the file says
    only who it was. Raises StartError where another holds it or the folder cannot be written.
    """
    home = settings.home
    path = home / "up.lock"
    try:
        make_home(home)
        file = path.open("a+", encoding="utf-8")
    except OSError as error:
        raise StartError(
            f"cannot keep data in {home} ({error.strerror}): make it writable for this user, "
            "or set GOLDTHREAD_HOME to a folder that is"
        ) from error
    with file:
        file.seek(0)
        holder = file.read().strip()
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            if error.errno not in {errno.EWOULDBLOCK, errno.EACCES}:
                raise StartError(
                    f"{path} cannot be locked ({error.strerror}): set GOLDTHREAD_HOME to a folder on a local disk"
                ) from error
            raise StartError(
                f"Goldthread already runs on {home}{holder and f' ({holder})'}: use it, stop it with Ctrl-C there, "
                "or set GOLDTHREAD_HOME and GOLDTHREAD_PORT for a second one"
            ) from error
        file.truncate(0)
        file.write(f"{settings.url}, process {psutil.Process().pid}")
        file.flush()
        try:
            yield bool(holder)
        finally:
            file.truncate(0)


def require_free_port(host: str, port: int, patience: float = 0) -> None:
    """Raise StartError where the address cannot be listened on, after waiting for it up to `patience` seconds."""
    deadline = time.monotonic() + patience
    while (problem := port_problem(host, port)) is not None:
        if time.monotonic() >= deadline:
            raise StartError(problem)
        time.sleep(0.2)


def port_problem(host: str, port: int) -> str | None:
    """Return in one line why nobody can listen on the address now, with the remedy; None where it is free."""
    try:
        family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
        with closing(socket.socket(family, kind)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            probe.bind(address)
            probe.listen(1)
    except socket.gaierror:
        return f"GOLDTHREAD_HOST={host} is no address of this machine: leave it at 127.0.0.1"
    except OSError as error:
        if error.errno == errno.EADDRINUSE:
            free = next((n for n in range(port + 1, 65536) if _listens(host, n)), 8000)
            return (
                f"port {port} is taken{_holder_of(port)}: stop what uses it, or choose another port, "
                f"for example GOLDTHREAD_PORT={free} make run"
            )
        return f"cannot listen on {host} port {port} ({error.strerror}): choose another GOLDTHREAD_PORT or GOLDTHREAD_HOST"
    return None


def _listens(host: str, port: int) -> bool:
    try:
        with closing(
            socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
        ):
            return True
    except OSError:
        return False


def _holder_of(port: int) -> str:
    """Name the process that listens on the port, where the operating system tells."""
    try:
        pids = [
            connection.pid
            for connection in psutil.net_connections("tcp")
            if connection.status == psutil.CONN_LISTEN and connection.laddr and connection.laddr[1] == port
        ]
        if pids and pids[0]:
            return f" by {psutil.Process(pids[0]).name()} (process {pids[0]})"
    except (psutil.Error, OSError):
        pass
    return ""
