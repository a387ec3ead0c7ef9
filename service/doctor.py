"""Looks at everything an installation needs and says what is wrong and how to mend it."""

from __future__ import annotations

import os
import platform
import sys
from collections.abc import AsyncIterator
from dataclasses import dataclass

from graph.errors import CatalogError
from graph.store.database import Database
from graph.store.embedded import running_url
from graph.store.migrations import newest_revision
from service.home import port_problem
from service.settings import Settings, SettingsError
from service.up import is_ready

EXTENSIONS = ("pg_trgm",)
"""The extensions of PostgreSQL that the schema needs."""

POSTGRESQL = 18
"""The oldest major version of PostgreSQL the SQL is written for."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at; `remedy` says what to do where it is not well."""

    name: str
    is_well: bool
    detail: str
    remedy: str | None = None


async def examine() -> list[Finding]:
    """Return a finding for everything that can be looked at, in the order in which one would mend it."""
    findings = [_python()]
    try:
        settings = Settings.of_environment()
    except SettingsError as error:
        return [*findings, Finding("settings", False, str(error), "correct the environment variable")]
    findings += [_home(settings), _port(settings)]
    return [*findings, *[finding async for finding in _database(settings)]]


def _python() -> Finding:
    is_well = sys.version_info >= (3, 11)
    detail = f"{platform.python_version()} at {sys.executable}"
    return Finding("python", is_well, detail, None if is_well else "install Python 3.11 or newer")


def _home(settings: Settings) -> Finding:
    folder = settings.home
    nearest = next(part for part in (folder, *folder.parents) if part.exists())
    if nearest.is_dir() and os.access(nearest, os.W_OK | os.X_OK):
        return Finding(
            "data folder", True, str(folder) + ("" if nearest == folder else " (made at the first start)")
        )
    return Finding(
        "data folder", False, f"{nearest} is not writable", "set GOLDTHREAD_HOME to a folder of your own"
    )


def _port(settings: Settings) -> Finding:
    if is_ready(settings):
        return Finding("port", True, f"Goldthread answers at {settings.url}")
    problem = port_problem(settings.host, settings.port)
    if problem is None:
        return Finding("port", True, f"{settings.port} on {settings.host} is free")
    detail, _, remedy = problem.partition(": ")
    return Finding("port", False, detail, remedy)


async def _database(settings: Settings) -> AsyncIterator[Finding]:
    url = settings.database_url or running_url(settings.home)
    if url is None:
        yield Finding(
            "database", False, "no embedded PostgreSQL runs", "start it: make run, or set DATABASE_URL"
        )
        return
    try:
        database = await Database.open(url, connections=1)
    except CatalogError as error:
        yield Finding(
            "database", False, f"{error}", "check DATABASE_URL: postgresql://user:password@host:port/name"
        )
        return
    try:
        async with database.connection() as connection:
            yield _version(await connection.fetchval("select current_setting('server_version_num')::int"))
            have = await connection.fetchval("select array_agg(name::text) from pg_available_extensions")
            yield _extensions(set(have))
            known = await connection.fetchval("select to_regclass('alembic_version') is not null")
            revision = await connection.fetchval("select version_num from alembic_version") if known else None
            yield _schema(revision)
    finally:
        await database.close()


def _version(number: int) -> Finding:
    is_well = number // 10_000 >= POSTGRESQL
    remedy = None if is_well else f"use PostgreSQL {POSTGRESQL} or newer"
    return Finding("database", is_well, f"PostgreSQL {number // 10_000}.{number % 10_000} answers", remedy)


def _extensions(have: set[str]) -> Finding:
    missing = [name for name in EXTENSIONS if name not in have]
    if missing:
        remedy = "install the contrib package of PostgreSQL, for example apt-get install postgresql-contrib"
        return Finding("extensions", False, f"missing: {', '.join(missing)}", remedy)
    return Finding("extensions", True, ", ".join(EXTENSIONS))


def _schema(revision: str | None) -> Finding:
    newest = newest_revision()
    is_well = revision == newest
    detail = f"revision {revision or 'none'}" + ("" if is_well else f", this code needs {newest}")
    return Finding("schema", is_well, detail, None if is_well else "run: goldthread migrate")
