"""The way to PostgreSQL: a pool of asyncpg connections, transactions that retry, and composed queries."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

import asyncpg
import orjson
import sqlalchemy as sa
from asyncpg.pool import PoolConnectionProxy
from sqlalchemy.dialects.postgresql.asyncpg import dialect as asyncpg_dialect

from graph.errors import UnavailableError

if TYPE_CHECKING:
    _Connection = asyncpg.Connection[asyncpg.Record]
else:
    _Connection = asyncpg.Connection

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record] | PoolConnectionProxy[asyncpg.Record]"
T = TypeVar("T")

DEFAULT_TENANT = 1
"""The one tenant there is until tenants are administered."""

ATTEMPTS = 8
"""How often a transaction is tried that lost against another one (deadlock, serialisation, widened locks)."""

_DIALECT = asyncpg_dialect(paramstyle="numeric_dollar")  # pyright: ignore[reportCallIssue]
_RETRIABLE = (asyncpg.DeadlockDetectedError, asyncpg.SerializationError)
_GONE = (
    ConnectionError,
    TimeoutError,
    asyncpg.PostgresConnectionError,
    asyncpg.TooManyConnectionsError,
    asyncpg.AdminShutdownError,
    asyncpg.CrashShutdownError,
    asyncpg.CannotConnectNowError,
)
"""What shows, in the middle of the work, that the server is gone."""

_UNREACHABLE = (*_GONE, OSError, asyncpg.InterfaceError)
"""What shows, when a connection is asked for, that none can be had."""


class RetryError(Exception):
    """Raised inside a transaction to have it rolled back and run again from its start."""


class _Shared(_Connection):
    """A connection that tasks of one transaction may use at once: their statements run in the order in which they came."""

    def __init__(self, *arguments: Any, **named: Any) -> None:
        super().__init__(*arguments, **named)
        self._turns = asyncio.Lock()

    async def execute(self, *arguments: Any, **named: Any) -> Any:
        async with self._turns:
            return await super().execute(*arguments, **named)

    async def executemany(self, *arguments: Any, **named: Any) -> Any:
        async with self._turns:
            return await super().executemany(*arguments, **named)

    async def fetch(self, *arguments: Any, **named: Any) -> Any:
        async with self._turns:
            return await super().fetch(*arguments, **named)

    async def fetchrow(self, *arguments: Any, **named: Any) -> Any:
        async with self._turns:
            return await super().fetchrow(*arguments, **named)

    async def fetchval(self, *arguments: Any, **named: Any) -> Any:
        async with self._turns:
            return await super().fetchval(*arguments, **named)

    async def copy_to_table(self, *arguments: Any, **named: Any) -> Any:
        async with self._turns:
            return await super().copy_to_table(*arguments, **named)

    async def copy_records_to_table(self, *arguments: Any, **named: Any) -> Any:
        async with self._turns:
            return await super().copy_records_to_table(*arguments, **named)


class Database:
    """A pool of connections to one PostgreSQL; jsonb travels as parsed values, instants with their zone."""

    def __init__(self, pool: asyncpg.Pool[asyncpg.Record], clean: set[int]) -> None:
        self.pool = pool
        self._clean = clean

    @classmethod
    async def open(cls, url: str, *, connections: int = 10) -> Database:
        """Connect to `url` (postgresql://user:password@host:port/database).

        Raises UnavailableError where nothing answers there or does not let us in.
        """
        clean: set[int] = set()

        async def reset(connection: asyncpg.Connection[asyncpg.Record]) -> None:
            if (key := connection.get_server_pid()) in clean:
                clean.discard(key)
            else:
                await connection.execute(connection.get_reset_query())

        try:
            pool = await asyncpg.create_pool(
                url,
                min_size=1,
                max_size=connections,
                init=_prepare,
                reset=reset,
                connection_class=_Shared,
                command_timeout=60,
                server_settings={"application_name": "goldthread", "timezone": "UTC", "jit": "off"},
            )
        except (
            *_UNREACHABLE,
            asyncpg.PostgresError,
            ValueError,
        ) as error:  # ValueError: no URL of a database
            raise UnavailableError(f"PostgreSQL does not answer: {type(error).__name__}: {error}") from error
        return cls(pool, clean)

    async def close(self) -> None:
        """Close every connection once its work is done."""
        await self.pool.close()

    @asynccontextmanager
    async def connection(self, *, leaves_nothing: bool = False) -> AsyncGenerator[Connection]:
        """Lend a connection for reading; raises UnavailableError where the server is gone.

        `leaves_nothing`: nothing in the session outlasts the work, no lock or setting; that spares the statement by which
        the session is cleared, as long a way as that of the work itself.
        """
        try:
            connection = await self.pool.acquire()
        except _UNREACHABLE as error:
            raise UnavailableError(f"PostgreSQL does not answer: {type(error).__name__}") from error
        try:
            yield connection
            if leaves_nothing:
                self._clean.add(connection.get_server_pid())
        except _GONE as error:
            raise UnavailableError(f"PostgreSQL does not answer: {type(error).__name__}") from error
        except asyncpg.InterfaceError as error:
            if not _is_lost(connection):
                raise
            raise UnavailableError("PostgreSQL does not answer: the connection was lost") from error
        except asyncpg.InternalClientError as error:
            connection.terminate()  # the server said goodbye while a statement was being sent
            raise UnavailableError("PostgreSQL does not answer: the connection was lost") from error
        except asyncpg.IntegrityConstraintViolationError as error:
            error.detail = (
                None  # it quotes the row, and rows hold personal data and secrets that no log may show
            )
            raise
        finally:
            # The pool drops a connection that was lost.
            with suppress(asyncpg.InternalClientError, *_UNREACHABLE):
                await self.pool.release(connection)

    async def transaction(self, work: Callable[[Connection], Awaitable[T]]) -> T:
        """Run `work` in one transaction and return its result once committed; run it again where it lost a race.

        `work` must be repeatable, and neither locks nor sets anything beyond the transaction. Raises UnavailableError after ATTEMPTS lost races or where the server is gone.
        """
        for attempt in range(ATTEMPTS):
            try:
                async with self.connection(leaves_nothing=True) as connection, connection.transaction():
                    return await work(connection)
            except (*_RETRIABLE, RetryError):
                await asyncio.sleep(0.005 * 2**attempt)
        raise UnavailableError(f"a transaction lost {ATTEMPTS} races against other writers; try again")


def compiled(query: sa.Select[Any]) -> tuple[str, list[Any]]:
    """Return the SQL with $1, $2 … and the arguments of a composed query, for `connection.fetch(sql, *arguments)`."""
    statement = query.compile(dialect=_DIALECT, compile_kwargs={"render_postcompile": True})
    names: list[str] = statement.positiontup or []
    return str(statement), [statement.params[name] for name in names]


async def watermark(connection: Connection, tenant: int) -> Any:
    """Return the tenant's last committed system instant: what a reader may know without ever seeing it change."""
    return await connection.fetchval("select last_at from clock where tenant_id = $1", tenant)


def _is_lost(connection: Connection) -> bool:
    try:
        return connection.is_closed()
    except asyncpg.InterfaceError:  # the pool took it back when it died
        return True


async def _prepare(connection: asyncpg.Connection[asyncpg.Record]) -> None:
    """Let jsonb travel as values; bytes are JSON that somebody has spelled out already."""
    await connection.set_type_codec(
        "jsonb",
        schema="pg_catalog",
        encoder=lambda value: b"\x01" + (value if type(value) is bytes else orjson.dumps(value)),
        decoder=lambda raw: orjson.loads(raw[1:]),
        format="binary",
    )
