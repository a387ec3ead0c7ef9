"""The two schemas, of the database and of GraphQL: what is committed is what the code makes, and nothing breaks.

`make schema` writes both files anew.
"""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import AsyncIterator
from difflib import unified_diff
from typing import Any
from urllib.parse import urlsplit

import asyncpg
import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from graphql import build_schema, find_breaking_changes
from sqlalchemy.ext.asyncio import create_async_engine

from graph.store.embedded import program
from graph.store.migrations import downgrade, migrate, newest_revision
from graph.store.tables import metadata
from service.schema.root import sdl
from tests.architecture.sources import ROOT

DATABASE_SCHEMA = ROOT / "migrations" / "schema.sql"
GRAPHQL_SCHEMA = ROOT / "service" / "schema.graphql"
WITHOUT_TENANT = {"tenant", "alembic_version"}
"""The tables above tenants."""


@pytest.fixture
async def scratch_url(server_url: str) -> AsyncIterator[str]:
    """A database that is empty and may be spoiled."""
    name = f"goldthread_scratch_{os.environ.get('PYTEST_XDIST_WORKER', 'main')}_{os.getpid()}"
    connection = await asyncpg.connect(server_url)
    await connection.execute(f'create database "{name}"')
    yield urlsplit(server_url)._replace(path=f"/{name}").geturl()
    await connection.execute(f'drop database "{name}" with (force)')
    await connection.close()


async def test_schema_sql_is_what_the_migrations_build(
    scratch_url: str, request: pytest.FixtureRequest
) -> None:
    """migrations/schema.sql holds the whole schema of a migrated database."""
    await migrate(scratch_url)
    built = _dumped(scratch_url)
    if request.config.getoption("update_schema"):
        DATABASE_SCHEMA.write_text(built)
    assert _difference(DATABASE_SCHEMA.read_text(), built) == "", "run `make schema`"


async def test_migrations_go_down_to_nothing_and_up_again(scratch_url: str) -> None:
    """Every migration can be taken back, and afterwards the schema comes out the same."""
    assert await migrate(scratch_url) == newest_revision()
    first = _dumped(scratch_url)
    assert await downgrade(scratch_url, "base") == "base"
    left = re.sub(
        r"(?s)CREATE (?:TABLE public.alembic_version|EXTENSION).*?;|ALTER TABLE ONLY public.alembic.*?;|COMMENT ON.*?;",
        "",
        _dumped(scratch_url),
    )
    assert [line for line in left.splitlines() if line.startswith(("CREATE", "ALTER"))] == []
    await migrate(scratch_url)
    assert _dumped(scratch_url) == first


async def test_tables_in_the_code_are_those_of_the_database(database_url: str) -> None:
    """SQLAlchemy Core, which composes queries, knows its tables exactly as the migrations build them."""
    engine = create_async_engine(database_url.replace("postgresql://", "postgresql+asyncpg://", 1))
    try:
        async with engine.connect() as connection:
            differences = await connection.run_sync(_differences)
    finally:
        await engine.dispose()
    assert differences == []


async def test_every_key_begins_with_the_tenant(database_url: str) -> None:
    """What is unique is unique within a tenant, in every table but those above tenants."""
    connection = await asyncpg.connect(database_url)
    try:
        rows = await connection.fetch(
            "select t.relname as table_name, i.relname as index_name,"
            "       (select attname from pg_attribute where attrelid = t.oid and attnum = x.indkey[0]) as first"
            "  from pg_index x join pg_class t on t.oid = x.indrelid join pg_class i on i.oid = x.indexrelid"
            "  join pg_namespace n on n.oid = t.relnamespace"
            " where x.indisunique and n.nspname = 'public'"
        )
    finally:
        await connection.close()
    assert len(rows) > 10
    strays = [
        row["index_name"]
        for row in rows
        if row["first"] != "tenant_id" and row["table_name"] not in WITHOUT_TENANT
    ]
    assert strays == []


def test_the_graphql_schema_breaks_nobody(request: pytest.FixtureRequest) -> None:
    """No field, argument or type that is promised in service/schema.graphql is gone or narrower."""
    if not GRAPHQL_SCHEMA.exists() or request.config.getoption("accept_breaking"):
        return
    promised, built = build_schema(GRAPHQL_SCHEMA.read_text()), build_schema(sdl())
    broken = [change.description for change in find_breaking_changes(promised, built)]
    assert broken == [], "deprecate first; where it must be: make schema BREAKING=1"


def test_schema_graphql_is_what_the_code_serves(request: pytest.FixtureRequest) -> None:
    """service/schema.graphql is the schema of /graphql."""
    if request.config.getoption("update_schema") and (
        request.config.getoption("accept_breaking") or not GRAPHQL_SCHEMA.exists() or not _breaking()
    ):
        GRAPHQL_SCHEMA.write_text(sdl())
    assert _difference(GRAPHQL_SCHEMA.read_text(), sdl()) == "", "run `make schema`"


def test_every_field_and_argument_is_described() -> None:
    """Whoever reads the schema finds a sentence at every type, field and argument."""
    mute: list[str] = []
    for name, kind in build_schema(sdl()).type_map.items():
        if name.startswith("__") or name in {"String", "Int", "Float", "Boolean", "ID"}:
            continue
        mute += [] if kind.description else [name]
        for field_name, field in getattr(kind, "fields", {}).items():
            mute += [] if field.description else [f"{name}.{field_name}"]
            arguments = getattr(field, "args", {})
            mute += [
                f"{name}.{field_name}({key}:)" for key, value in arguments.items() if not value.description
            ]
    assert mute == []


def _difference(committed: str, made: str) -> str:
    return "\n".join(
        unified_diff(committed.splitlines(), made.splitlines(), "committed", "made", "", "", 1, "")
    )


def _breaking() -> bool:
    return bool(find_breaking_changes(build_schema(GRAPHQL_SCHEMA.read_text()), build_schema(sdl())))


def _dumped(url: str) -> str:
    """Return the schema as pg_dump writes it, without what differs from run to run and version to version."""
    dumped = subprocess.run(
        [program("pg_dump"), "--schema-only", "--no-owner", "--no-privileges", "--dbname", url],
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    kept = [
        line
        for line in dumped.splitlines()
        if line
        and not line.startswith(("--", "SET ", "\\restrict", "\\unrestrict", "SELECT pg_catalog.set_config"))
    ]
    return "\n".join(re.sub(r"^(CREATE|ALTER|COMMENT)", r"\n\1", line) for line in kept).strip() + "\n"


def _differences(connection: sa.Connection) -> list[Any]:
    context = MigrationContext.configure(
        connection, opts={"compare_type": True, "compare_server_default": False, "include_name": _is_known}
    )
    return compare_metadata(context, metadata)


def _is_known(name: str | None, kind: str, _parents: object) -> bool:
    """Whether the code has a table of that name; tables that only fixed statements use it need not know."""
    return kind != "table" or name in metadata.tables
