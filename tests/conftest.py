"""What all tests share: a migrated PostgreSQL database of their own for every worker, empty before each test.

With DATABASE_URL set the databases are made on that server and dropped afterwards; else one embedded PostgreSQL is
started for all workers of the run by the first that needs it, and ended by the process that began the run.
"""

from __future__ import annotations

import asyncio
import fcntl
import os
import shutil
import signal
import tempfile
from collections.abc import AsyncIterator, Generator
from contextlib import contextmanager
from pathlib import Path
from types import FrameType
from urllib.parse import urlsplit

import asyncpg
import psutil
import pytest

from graph.store.database import Connection, Database
from graph.store.embedded import EmbeddedPostgres
from graph.store.migrations import migrate

KEPT = ("tenant", "clock", "alembic_version")
"""The tables that stay filled from test to test."""

_RUN = "GOLDTHREAD_TEST_RUN"
_PREFIX = "goldthread-tests-"


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add the option that rewrites generated files."""
    parser.addoption(
        "--update-schema",
        action="store_true",
        help="write migrations/schema.sql and service/schema.graphql anew",
    )
    parser.addoption(
        "--accept-breaking", action="store_true", help="let --update-schema break the GraphQL schema"
    )


def pytest_configure(config: pytest.Config) -> None:
    """Make the folder of this run; workers get it from the environment."""
    if hasattr(config, "workerinput"):
        return
    _sweep()
    run = Path(tempfile.mkdtemp(prefix=f"{_PREFIX}{os.getpid()}-"))
    run.chmod(0o711)  # the embedded PostgreSQL of root runs as another user
    os.environ[_RUN] = str(run)
    signal.signal(signal.SIGTERM, _interrupt)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind that the run started."""
    if not hasattr(config, "workerinput") and _RUN in os.environ:
        _end(Path(os.environ.pop(_RUN)))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Let the journeys of a worker come last: they are long, and the short tests tell sooner what is wrong."""
    items.sort(key=lambda item: item.get_closest_marker("journey") is not None)


@pytest.fixture(scope="session")
def server_url() -> str:
    """Return the URL of the server's maintenance database."""
    given = os.environ.get("DATABASE_URL")
    if given:
        return given
    with _locked():
        server = EmbeddedPostgres(_run_folder() / "home", durable=False)
        server.start()
        url = server.url("postgres")
        assert url is not None
        return url


@pytest.fixture(scope="session")
async def database_url(server_url: str) -> AsyncIterator[str]:
    """Return the URL of a migrated database that only this worker uses; use `database` too to leave it empty."""
    template = f"goldthread_test_{_run_folder().name.rsplit('-', 1)[1].lower()}"
    own = f"{template}_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}"
    with _locked():
        if not await _exists(server_url, template):
            await _execute(server_url, f'create database "{template}_new"')
            await migrate(_at(server_url, f"{template}_new"))
            await _execute(server_url, f'alter database "{template}_new" rename to "{template}"')
            with (_run_folder() / "templates").open("a") as file:
                file.write(f"{template}\n")
        await _execute(server_url, f'create database "{own}" template "{template}"')
    yield _at(server_url, own)
    await _execute(server_url, f'drop database "{own}" with (force)')


@pytest.fixture(scope="session")
async def _pool(database_url: str) -> AsyncIterator[Database]:
    database = await Database.open(database_url)
    yield database
    await database.close()


@pytest.fixture
async def database(_pool: Database) -> AsyncIterator[Database]:
    """Return the worker's database; after the test every table but tenant, clock and alembic_version is emptied."""
    yield _pool
    async with _pool.connection() as connection:
        tables = await connection.fetchval(
            "select array_agg(format('%I.%I', schemaname, tablename)) from pg_tables"
            " where schemaname not in ('pg_catalog', 'information_schema') and tablename <> all ($1::text[])",
            list(KEPT),
        )
        await connection.execute(await _emptying(connection, tables))


async def _emptying(connection: Connection, tables: list[str]) -> str:
    """Return the SQL that empties the tables: truncate takes 300 ms for all of them, delete 3 ms.

    Only a superuser may leave aside foreign keys, by which rows could be deleted in some orders alone.
    """
    if await connection.fetchval("select current_setting('is_superuser')") == "on":
        deleting = ";".join(f"delete from {table}" for table in tables)
        return f"begin; set local session_replication_role = replica; {deleting}; commit"
    return f"truncate {', '.join(tables)}"


def _run_folder() -> Path:
    return Path(os.environ[_RUN])


@contextmanager
def _locked(run: Path | None = None) -> Generator[None]:
    with ((run or _run_folder()) / "lock").open("a") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


async def _exists(url: str, name: str) -> bool:
    connection = await asyncpg.connect(url)
    try:
        return await connection.fetchval("select count(*) from pg_database where datname = $1", name) > 0
    finally:
        await connection.close()


async def _execute(url: str, statement: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        await connection.execute(statement)
    finally:
        await connection.close()


def _at(url: str, name: str) -> str:
    return urlsplit(url)._replace(path=f"/{name}").geturl()


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


def _end(run: Path) -> None:
    given = os.environ.get("DATABASE_URL")
    with _locked(
        run
    ):  # an interrupted worker may be starting the server this moment; without the folder none can
        if given and (run / "templates").exists():
            for template in (run / "templates").read_text().split():
                asyncio.run(_execute(given, f'drop database if exists "{template}" with (force)'))
        EmbeddedPostgres(run / "home").stop()
        shutil.rmtree(run, ignore_errors=True)


def _sweep() -> None:
    """End what runs left behind that were killed."""
    for run in Path(tempfile.gettempdir()).glob(f"{_PREFIX}*"):
        pid = run.name.removeprefix(_PREFIX).split("-", 1)[0]
        if run.stat().st_uid == os.geteuid() and pid.isdigit() and not psutil.pid_exists(int(pid)):
            EmbeddedPostgres(run / "home").stop()
            shutil.rmtree(run, ignore_errors=True)
