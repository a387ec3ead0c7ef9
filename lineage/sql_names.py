"""Which dataset of an event a table in its SQL is: by the trailing parts of their names, and by what that teaches. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Final

from graph.identity import DatasetName
from lineage.naming import whole
from lineage.sql_relations import TableRef

DIALECTS: Final = {
    "athena": "athena",
    "awsathena": "athena",
    "bigquery": "bigquery",
    "clickhouse": "clickhouse",
    "crate": "postgres",
    "databricks": "databricks",
    "duckdb": "duckdb",
    "fabric": "fabric",
    "fabric-warehouse": "fabric",
    "hive": "hive",
    "mariadb": "mysql",
    "mssql": "tsql",
    "mysql": "mysql",
    "oceanbase": "mysql",
    "oracle": "oracle",
    "postgres": "postgres",
    "postgresql": "postgres",
    "presto": "presto",
    "redshift": "redshift",
    "snowflake": "snowflake",
    "spark": "spark",
    "sparksql": "spark",
    "sqlite": "sqlite",
    "sqlserver": "tsql",
    "synapse": "tsql",
    "teradata": "teradata",
    "trino": "trino",
    "tsql": "tsql",
    "unitycatalog": "databricks",
}
"""The dialects we read, by what facets call them and by the schemes of namespaces."""


def dialect_of(stated: str | None, datasets: Iterable[DatasetName]) -> str:
    """Return the dialect that is stated, else that of the datasets; empty where neither is known."""
    given = [stated or "", *(dataset.namespace.partition("://")[0] for dataset in datasets)]
    return next((DIALECTS[name.strip().lower()] for name in given if name.strip().lower() in DIALECTS), "")


class Names:
    """The datasets of an event, as its SQL may name them; `tables` are all that the SQL names."""

    def __init__(
        self, inputs: Sequence[DatasetName], outputs: Sequence[DatasetName], tables: Iterable[TableRef]
    ) -> None:
        self._inputs = {whole(name)[0]: _parts(whole(name)[0]) for name in inputs}
        self._outputs = {whole(name)[0]: _parts(whole(name)[0]) for name in outputs}
        both = {**self._inputs, **self._outputs}
        self._found: dict[TableRef, DatasetName | None] = {}
        self._namespace, self._length = _convention(both)
        self._leading = self._learned(tables)
        first = {parts[0] for parts in both.values() if parts} if self._length > 2 else set[str]()
        self._database = first.pop() if len(first) == 1 else None

    @property
    def outputs(self) -> list[DatasetName]:
        """The outputs, each once, in canonical spelling."""
        return list(self._outputs)

    def output(self, table: TableRef) -> DatasetName | None:
        """Return the output that a table is."""
        return _match(table, self._outputs)

    def source(self, table: TableRef) -> DatasetName | None:
        """Return the dataset that a table is, also one that the event does not list, where its whole name is sure."""
        if table not in self._found:
            self._found[table] = self._source(table)
        return self._found[table]

    def _source(self, table: TableRef) -> DatasetName | None:
        alike = _alike(table, self._inputs) or _alike(table, self._outputs)
        if len(alike) == 1 or self._namespace is None:
            return alike[0] if len(alike) == 1 else None
        full = self._full(table, self._namespace)
        return full if full in alike or not alike else None

    def _full(self, table: TableRef, namespace: str) -> DatasetName | None:
        parts = table.parts
        if len(parts) < self._length:
            leading = self._leading.get(len(parts))
            if leading is None and len(parts) == self._length - 1 and self._database is not None:
                leading = (self._database,)
            parts = (*(leading or ()), *parts)
        if len(parts) != self._length:
            return None
        return whole(DatasetName(namespace, ".".join(parts)))[0]

    def _learned(self, tables: Iterable[TableRef]) -> dict[int, tuple[str, ...]]:
        """Return for numbers of parts which parts go before them, as the tables that are listed show."""
        found: dict[int, set[tuple[str, ...]]] = {}
        both = {**self._inputs, **self._outputs}
        for table in tables:
            name = _match(table, self._inputs) or _match(table, self._outputs)
            if name is not None and len(table.parts) < self._length == len(both[name]):
                found.setdefault(len(table.parts), set()).add(both[name][: -len(table.parts)])
        return {count: leading.pop() for count, leading in found.items() if len(leading) == 1}


def _convention(datasets: dict[DatasetName, tuple[str, ...]]) -> tuple[str | None, int]:
    """Return the namespace and the number of parts of the names, where all of them agree."""
    namespaces = {name.namespace for name in datasets}
    lengths = {len(parts) for parts in datasets.values()}
    is_plain = not any("/" in name.name for name in datasets)
    if len(namespaces) != 1 or len(lengths) != 1 or not is_plain:
        return None, 0
    return namespaces.pop(), lengths.pop()


def _parts(name: DatasetName) -> tuple[str, ...]:
    """Return the parts of a name; in paths a Hive database `mart.db` is `mart`."""
    if "/" in name.name:
        return tuple(part.removesuffix(".db") for part in name.name.split("/") if part)
    return tuple(part.strip('"`[]') for part in name.name.split("."))


def _match(table: TableRef, datasets: dict[DatasetName, tuple[str, ...]]) -> DatasetName | None:
    """Return the one dataset whose last parts are those of the table."""
    found = _alike(table, datasets)
    return found[0] if len(found) == 1 else None


def _alike(table: TableRef, datasets: dict[DatasetName, tuple[str, ...]]) -> list[DatasetName]:
    stripped = whole(DatasetName("", ".".join(table.key)))[0].name.rpartition(".")[2]
    wanted = (*table.key[:-1], stripped)
    found: list[DatasetName] = []
    for name, parts in datasets.items():
        count = min(len(parts), len(wanted))
        if count and [part.lower() for part in parts[-count:]] == list(wanted[-count:]):
            found.append(name)
    return found
