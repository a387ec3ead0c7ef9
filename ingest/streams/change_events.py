"""Reads change events of a source database, in the envelope of Debezium or taken out of it, as source records. Pure."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, cast

import orjson

from graph.errors import InvalidInputError
from graph.golden.entity_type import EntityType
from graph.time import render
from ingest.columns import Reading, folded

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_STATES = frozenset({"c", "u", "r"})


def payload(value: object) -> object:
    """Return what a message says, without the schema that some converters put around it."""
    if isinstance(value, dict) and value.keys() == {"schema", "payload"}:
        return cast("dict[str, object]", value)["payload"]
    return value


def is_change(value: object) -> bool:
    """Whether a payload is a change event: in its envelope, or a row with the operation beside its columns."""
    if not isinstance(value, dict):
        return False
    fields = cast("dict[str, object]", value)
    return ("op" in fields and isinstance(fields.get("source"), dict)) or "__op" in fields


def key_of(raw: bytes) -> str:
    """Return the key of a row as text: of `{"id": 7}` it is 7, of several columns their values as a JSON list.

    Anything but a JSON object is the key itself. Raises InvalidInputError where it is no text.
    """
    try:
        text = raw.decode()
    except UnicodeDecodeError as error:
        raise InvalidInputError.at("key", "is not UTF-8") from error
    if not text.startswith("{"):
        return text
    try:
        parts = payload(orjson.loads(raw))
    except orjson.JSONDecodeError:
        return text
    if not isinstance(parts, dict) or not parts:
        return text
    values = list(cast("dict[str, object]", parts).values())
    if len(values) == 1:
        return values[0] if isinstance(values[0], str) else orjson.dumps(values[0]).decode()
    return orjson.dumps(values).decode()


def is_tombstone_key(raw: bytes) -> bool:
    """Whether a message key is that of a row: a message without value behind it repeats that the row was deleted."""
    return raw.startswith(b"{")


def record_of(
    event: Mapping[str, Any], key: str, source_system: str, entity_type: EntityType
) -> dict[str, object]:
    """Return the source record that a change event tells: what the row looked like since the change, or that it ended.

    Columns that mean nothing to us are left out. Valid from the instant at which the source database committed.
    Raises InvalidInputError for operations that are about no single row.
    """
    is_wrapped = "__op" not in event
    operation = event.get("op") if is_wrapped else event["__op"]
    source = event["source"] if is_wrapped else _flat_source(event)
    row = event.get("after") if is_wrapped else event
    record: dict[str, object] = {"source_system": source_system, "key": key, "sequence": _sequence(source)}
    if (since := _instant(source)) is not None:
        record["valid_from"] = render(since)
    if operation == "d":
        return record | {"kind": "end"}
    if operation not in _STATES:
        raise InvalidInputError.at("$.op", f"is {str(operation)[:20]!r}; c, u, r and d tell of a row")
    if not isinstance(row, dict):
        raise InvalidInputError.at("$.after", "is missing: the row as it is now")
    return (
        cast("dict[str, object]", _attributes(cast("dict[str, object]", row), source_system, entity_type))
        | record
    )


def _attributes(row: Mapping[str, object], source_system: str, entity_type: EntityType) -> object:
    known = {folded(name): name for name in (*entity_type.by_name, *entity_type.nested)}
    names = {column: known.get(folded(column)) for column in row}
    found = Reading(entity_type, ignore_unknown=True).row(dict(row), names, source_system)
    if not isinstance(found, dict):
        raise InvalidInputError.at("$.after", "holds text that is not UTF-8")
    return cast("dict[str, object]", found)


def _flat_source(event: Mapping[str, Any]) -> dict[str, Any]:
    return {"lsn": event.get("__lsn"), "ts_ms": event.get("__source_ts_ms")}


def _sequence(source: Mapping[str, Any]) -> int:
    """Return what orders the changes of one instant: the place in the log of the source database."""
    place = source.get("lsn")
    return place if isinstance(place, int) and not isinstance(place, bool) else 0


def _instant(source: Mapping[str, Any]) -> datetime | None:
    for name, unit in (("ts_us", 1), ("ts_ms", 1_000)):
        value = source.get(name)
        if isinstance(value, int) and not isinstance(value, bool):
            try:
                return _EPOCH + timedelta(microseconds=value * unit)
            except OverflowError as error:
                raise InvalidInputError.at(f"$.source.{name}", "is no instant") from error
    return None
