"""Brings a database to the newest schema, behind a lock, so that several processes may start at once."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import sqlalchemy as sa
from alembic import command, op
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.ext.asyncio import create_async_engine

LOCK_KEY = 0x676F6C64
"""The advisory lock that one migrating process holds."""


def scripts_folder() -> Path:
    """Return where the migrations lie: inside the installed package, or at the top of a checkout."""
    packaged = Path(__file__).parents[1] / "migrations"
    return packaged if packaged.is_dir() else Path(__file__).parents[2] / "migrations"


def newest_revision() -> str:
    """Return the revision this code is written for."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    if head is None:
        raise RuntimeError("no migration found")
    return head


async def migrate(url: str, revision: str = "head") -> str:
    """Bring the database at `url` (postgresql://…) up to the revision and return the one it has then."""
    return await _run(url, command.upgrade, revision)


async def downgrade(url: str, revision: str) -> str:
    """Take the database at `url` back to an earlier revision ("base": empty) and return the one it has then."""
    return await _run(url, command.downgrade, revision)


def run_script(sql: str) -> None:
    """Run several statements at once inside the migration under way; called by the migrations alone."""
    op.execute("set local lock_timeout = '4s'")  # also opens the transaction that the script must run in
    adapted = op.get_bind().connection.dbapi_connection
    adapted.run_async(lambda connection: connection.execute(sql))  # pyright: ignore


async def _run(url: str, act: Callable[[Config, str], None], revision: str) -> str:
    engine = create_async_engine(
        url.replace("postgresql://", "postgresql+asyncpg://", 1), poolclass=sa.NullPool
    )
    try:
        async with engine.connect() as connection:
            return await connection.run_sync(_locked, act, revision)
    finally:
        await engine.dispose()


def _locked(connection: sa.Connection, act: Callable[[Config, str], None], revision: str) -> str:
    connection.exec_driver_sql(f"select pg_advisory_lock({LOCK_KEY})")
    connection.commit()
    try:
        act(_config(connection), revision)
    finally:
        connection.rollback()
        connection.exec_driver_sql(f"select pg_advisory_unlock({LOCK_KEY})")
        connection.commit()
    return MigrationContext.configure(connection).get_current_revision() or "base"


def _config(connection: sa.Connection | None = None) -> Config:
    config = Config()
    config.set_main_option("script_location", str(scripts_folder()).replace("%", "%%"))
    config.attributes["connection"] = connection
    return config
