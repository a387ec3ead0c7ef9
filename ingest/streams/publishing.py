"""Publishes the customers of a source system's own database table: at first every row, then those that changed or went."""

from __future__ import annotations

import asyncio
import re
from collections.abc import AsyncGenerator, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from hashlib import blake2b
from uuid import UUID

import orjson

from graph.errors import InvalidInputError, NotFoundError
from graph.golden.entity_type import CUSTOMER, EntityType
from graph.store.database import Connection, Database
from graph.time import render
from ingest.columns import folded
from ingest.streams.sending import Outgoing, Sender
from ingest.streams.topics import source_topic

AT_ONCE = 1_000

_COLUMNS = """
select a.attname as name, coalesce(i.indisprimary, false) as is_key
  from pg_attribute a
  left join pg_index i on i.indrelid = a.attrelid and i.indisprimary and a.attnum = any (i.indkey)
 where a.attrelid = to_regclass($1)
   and a.attnum > 0
   and not a.attisdropped
 order by a.attnum
"""


@dataclass(frozen=True, slots=True)
class SourceTable:
    """Where a source system keeps its customers, and which column means what.

    `named` are the user's words, column -> attribute; `since` is the column that says since when a row holds.
    """

    table: str
    key: str | None = None
    since: str | None = None
    named: Mapping[str, str] | None = None


@dataclass(frozen=True, slots=True)
class Published:
    """What one look at the table sent."""

    rows: int
    sent: int
    ended: int


class TablePublisher:
    """Sends the rows of a table as source records of one system, those that are as they were last time left out.

    What was sent is remembered in this process alone (16 bytes for each row): a new one sends every row once more, which
    says nothing new to whoever takes them in, and does not learn of rows that went meanwhile.
    """

    def __init__(
        self,
        source: Database,
        table: SourceTable,
        source_system: str,
        sender: Sender,
        entity_type: EntityType = CUSTOMER,
    ) -> None:
        self.topic = source_topic(source_system)
        self._source = source
        self._table = table
        self._sender = sender
        self._type = entity_type
        self._known: dict[str, bytes] = {}
        self.left_out: tuple[str, ...] = ()

    async def publish(self) -> Published:
        """Look at the table as it is at one instant, and send what is new since the last look.

        Raises NotFoundError where there is no such table, InvalidInputError where no column is its key or a customer's.
        """
        seen: dict[str, bytes] = {}
        sent, waiting = 0, list[Outgoing]()
        async for key, value in self._rows():
            if key in seen:
                raise InvalidInputError.at(
                    "--key-column", f"two rows have the key {key!r}: name a column without repeats"
                )
            seen[key] = blake2b(value, digest_size=16).digest()
            if self._known.get(key) != seen[key]:
                waiting.append(Outgoing(self.topic, key.encode(), value))
            if len(waiting) >= AT_ONCE:
                sent += await self._send(waiting)
        sent += await self._send(waiting)
        gone = sorted(self._known.keys() - seen.keys())
        at = render(datetime.now(UTC))
        for start in range(0, len(gone), AT_ONCE):
            some = [
                Outgoing(self.topic, key.encode(), orjson.dumps({"key": key, "kind": "end", "validFrom": at}))
                for key in gone[start : start + AT_ONCE]
            ]
            await self._send(some)
        self._known = seen
        return Published(len(seen), sent, len(gone))

    async def _send(self, waiting: list[Outgoing]) -> int:
        count = len(waiting)
        await self._sender.send(waiting)
        waiting.clear()
        return count

    async def _rows(self) -> AsyncGenerator[tuple[str, bytes]]:
        async with self._source.connection() as connection:
            named = _quoted(self._table.table)
            names, key, since = await self._meaning(connection, named)
            async with connection.transaction(isolation="repeatable_read", readonly=True):
                columns = ", ".join(
                    _identifier(column) for column in {*names, key, *([since] if since else [])}
                )
                async for row in connection.cursor(f"select {columns} from {named}", prefetch=AT_ONCE):  # noqa: S608 - quoted
                    text_key = _text(row[key])
                    if text_key is None:
                        raise InvalidInputError.at("--key-column", f"a row has no {key}")
                    said = {"key": text_key} | {name: _text(row[column]) for column, name in names.items()}
                    if since is not None:
                        said["valid_from"] = _text(row[since])
                    yield text_key, orjson.dumps(said)

    async def _meaning(self, connection: Connection, named: str) -> tuple[dict[str, str], str, str | None]:
        """Return what each column means, which one is the key, and which says since when a row holds."""
        found = await connection.fetch(_COLUMNS, named)
        if not found:
            raise NotFoundError(f"there is no table {self._table.table}")
        columns = [row["name"] for row in found]
        keys = [row["name"] for row in found if row["is_key"]]
        key = self._table.key or (keys[0] if len(keys) == 1 else None)
        for column, option in ((key, "--key-column"), (self._table.since, "--valid-from-column")):
            if column is not None and column not in columns:
                raise InvalidInputError.at(
                    option, f"there is no column {column!r}: there are {', '.join(columns)}"
                )
        if key is None:
            raise InvalidInputError.at(
                "--key-column", f"say which column is the key, one of {', '.join(columns)}"
            )
        known = {folded(name): name for name in self._type.by_name}
        words = self._table.named or {}
        for column, name in words.items():
            if column not in columns or name not in self._type.by_name:
                reason = f"{column}={name}: columns are {', '.join(columns)}; attributes are {', '.join(self._type.by_name)}"
                raise InvalidInputError.at("--map", reason)
        names = {column: words.get(column) or known.get(folded(column)) for column in columns}
        taken = {column: name for column, name in names.items() if name is not None}
        self.left_out = tuple(c for c in columns if c not in taken and c not in (key, self._table.since))
        if not taken:
            raise InvalidInputError.at(
                "--map", f"no column is an attribute of a customer: there are {', '.join(columns)}"
            )
        return taken, key, self._table.since


async def publish_every(
    publisher: TablePublisher, seconds: float, stop: asyncio.Event
) -> AsyncGenerator[Published]:
    """Yield what each look at the table sent, one every so many seconds, until `stop` is set."""
    while not stop.is_set():
        yield await publisher.publish()
        try:
            await asyncio.wait_for(stop.wait(), seconds)
        except TimeoutError:
            continue


def _quoted(name: str) -> str:
    """Return a name, of a table with its schema too, as SQL reads it."""
    if not name or "\0" in name or re.fullmatch(r"\.+", name):
        raise InvalidInputError.at("--table", f"{name!r} is no name")
    return ".".join(_identifier(part) for part in name.split("."))


def _identifier(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _text(value: object) -> str | None:
    """Return a value of a column as a source record says it."""
    match value:
        case None:
            return None
        case datetime():
            return render(value if value.tzinfo else value.replace(tzinfo=UTC))
        case date():
            return value.isoformat()
        case str() | UUID():
            return str(value)
        case bool() | int():
            return str(value).lower()
        case _:
            return format(value)
