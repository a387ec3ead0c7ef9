"""Which store a dataset lies in: the lake, warehouse or broker whose address its namespace and name begin with. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final
from urllib.parse import unquote
from uuid import UUID

from graph.identity import DatasetName
from lineage.naming import canonical

TOPIC_SCHEMES: Final = ("amqp", "eventhub", "eventhubs", "kafka", "kinesis", "mqtt", "nats", "pubsub", "pulsar", "rabbitmq", "sns", "sqs")  # fmt: skip
"""The schemes of namespaces whose datasets are topics."""

_URL: Final = re.compile(r"(?:jdbc:)?([A-Za-z][A-Za-z0-9+.-]*):/*(.*)", re.DOTALL)
_PAIR: Final = re.compile(r"(\w[\w ]*?)\s*=\s*(\{[^}]*\}|'[^']*'|[^;\s]+)")
_FILES: Final = frozenset(
    {"abfs", "abfss", "dbfs", "file", "gs", "hdfs", "s3", "s3a", "s3n", "wasb", "wasbs"}
)
_PROJECTS: Final = frozenset({"bigquery"})


@dataclass(frozen=True, slots=True)
class Address:
    """Where a store begins: a namespace, and what names in it are, or start with before the separator; empty: all."""

    namespace: str
    name: str = ""
    separator: str = "."

    def holds(self, dataset: DatasetName) -> bool:
        """Return whether a dataset in its canonical spelling lies there."""
        if dataset.namespace != self.namespace:
            return False
        if not self.name or dataset.name == self.name:
            return True
        return dataset.name.startswith(self.name.rstrip(self.separator) + self.separator)


def is_topic(dataset: DatasetName) -> bool:
    """Return whether a dataset is a topic of a message broker, as its namespace tells."""
    return dataset.namespace.partition(":")[0].lower() in TOPIC_SCHEMES


def address(text: str) -> Address | None:
    """Return where a store begins, of its storage location or connection (secrets masked or not); None: it does not tell.

    URLs (`s3://lake/raw`, `postgresql://user:***@host:5432/db`, also with jdbc: before), paths (`/data/lake`) and
    `host=… dbname=…` pairs are understood.
    """
    text = text.strip()
    if text.startswith("/"):
        return _of_path("file", text)
    url = _URL.fullmatch(text)
    if url is None or not ("://" in text or text.lower().startswith("file:")):
        return _of_pairs(text)
    return _of_files(url[1].lower(), text) if url[1].lower() in _FILES else _of_server(url[1].lower(), url[2])


def placed(dataset: DatasetName, stores: Iterable[tuple[UUID, Address]]) -> UUID | None:
    """Return the store that a dataset lies in: of several the one with the longest address, then the smallest id."""
    spelled = canonical(dataset)
    holding = [(-len(where.name), str(store), store) for store, where in stores if where.holds(spelled)]
    return min(holding)[2] if holding else None


def _of_files(scheme: str, text: str) -> Address:
    if scheme == "file":
        return _of_path("file", "/" + text[len("file:") :].lstrip("/"))
    place, _, path = text.partition("://")[2].partition("/")
    name = canonical(DatasetName(f"{scheme}://{place}", path.strip("/") or "x"))
    return Address(name.namespace, name.name if path.strip("/") else "", "/")


def _of_server(scheme: str, rest: str) -> Address | None:
    rest = re.split(r"[?#;]", rest, maxsplit=1)[0]
    place, _, path = rest.rpartition("@")[2].partition("/")
    if scheme in _PROJECTS:
        return Address(scheme, place)
    if not place:
        return None
    namespace = canonical(DatasetName(f"{scheme}://{place}", "x")).namespace
    database = "" if scheme in TOPIC_SCHEMES else unquote(path.strip("/")).partition("/")[0]
    return Address(namespace, database)


def _of_path(namespace: str, path: str) -> Address:
    name = canonical(DatasetName(namespace, path))
    return Address(name.namespace, name.name, "/")


def _of_pairs(text: str) -> Address | None:
    given = {name.strip().lower(): value.strip("'") for name, value in _PAIR.findall(text)}
    host = given.get("host") or given.get("server")
    if not host:
        return None
    host, _, port = host.removeprefix("tcp:").partition(",")
    driver = given.get("driver", "").lower()
    scheme = "sqlserver" if "sql server" in driver else "mysql" if "mysql" in driver else "postgres"
    port = port or given.get("port", "")
    namespace = canonical(
        DatasetName(f"{scheme}://{host}:{port}" if port else f"{scheme}://{host}", "x")
    ).namespace
    return Address(namespace, given.get("dbname") or given.get("database") or "")
