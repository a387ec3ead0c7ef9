"""The whole population of an entity type as the matcher sees it, streamed out of PostgreSQL into Arrow."""

from __future__ import annotations

import io
import random
from dataclasses import dataclass

import pyarrow as pa
import pyarrow.json as pj

from graph.golden.entity_type import EntityType
from graph.store import match_state
from graph.store.database import Connection

_OWN = (":id", ":system", ":key", ":golden")

CHUNK_BYTES = 1 << 24
"""How much text is turned into Arrow at once."""


@dataclass(frozen=True, slots=True)
class StoredPopulation:
    """Every source record of an entity type, by its position in the order of ids.

    `profiles`: record (the position) and a list of texts per attribute, the last value first, null where unknown.
    `ids`: the ids as text; `systems` and `keys`: the source keys; `golden`: the golden record each belongs to, null for one that belongs to none yet.
    """

    profiles: pa.Table
    ids: pa.ChunkedArray[pa.StringScalar]
    systems: pa.ChunkedArray[pa.StringScalar]
    keys: pa.ChunkedArray[pa.StringScalar]
    golden: pa.ChunkedArray[pa.StringScalar]

    def __len__(self) -> int:
        """Return how many records there are."""
        return self.profiles.num_rows


async def population(
    connection: Connection, tenant: int, entity_type: EntityType, *, chunk_bytes: int = CHUNK_BYTES
) -> StoredPopulation:
    """Read the profiles of all records of an entity type as they are now, a chunk at a time."""
    sink = _Sink(entity_type, chunk_bytes)
    await match_state.copy_population(connection, tenant, entity_type.name, sink.write)
    return sink.population()


class _Sink:
    """Turns the text that COPY sends, a JSON object per line with every backslash doubled, into Arrow."""

    def __init__(self, entity_type: EntityType, chunk_bytes: int) -> None:
        self._chunk_bytes = chunk_bytes
        texts = pa.list_(pa.string())
        fields = [pa.field(name, pa.string()) for name in _OWN]
        fields += [pa.field(name, texts) for name in entity_type.by_name]
        self._schema = pa.schema(fields)
        self._waiting = bytearray()
        self._parts: list[pa.Table] = []

    async def write(self, data: bytes) -> None:
        self._waiting += data
        if len(self._waiting) >= self._chunk_bytes:
            end = self._waiting.rindex(b"\n") + 1
            self._take(bytes(self._waiting[:end]))
            del self._waiting[:end]

    def population(self) -> StoredPopulation:
        if self._waiting:
            self._take(bytes(self._waiting))
        table = pa.concat_tables(self._parts) if self._parts else self._schema.empty_table()
        position = pa.array(range(table.num_rows), pa.int32())
        profiles = table.drop_columns(list(_OWN)).add_column(0, "record", position)
        return StoredPopulation(profiles, table[":id"], table[":system"], table[":key"], table[":golden"])

    def _take(self, lines: bytes) -> None:
        options = pj.ParseOptions(explicit_schema=self._schema, unexpected_field_behavior="ignore")
        content = io.BytesIO(lines.replace(b"\\\\", b"\\"))
        self._parts.append(pj.read_json(content, parse_options=options).select(self._schema.names))


def sampled(people: StoredPopulation, records: int, seed: int = 1) -> pa.Table:
    """Return the profiles of some records taken at random, the same for the same population and seed."""
    everybody = range(len(people))
    chosen = everybody if records >= len(people) else sorted(random.Random(seed).sample(everybody, records))  # noqa: S311 - not a secret
    return people.profiles.take(pa.array(chosen, pa.int32()))
