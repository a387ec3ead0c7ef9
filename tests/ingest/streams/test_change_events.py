"""Change events of a source database as source records: made-up ones, and recorded ones of a real connector."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graph.errors import InvalidInputError
from graph.golden.entity_type import CUSTOMER
from ingest.streams.change_events import is_change, is_tombstone_key, key_of, payload, record_of

RECORDED = Path(__file__).parents[4] / "shared" / "events" / "debezium"
SOURCE = {"ts_ms": 1704067200000, "ts_us": 1704067200000123, "lsn": 42}
ROW = {"id": 7, "first_name": "Ann", "EMail": "ann@example.org", "postal-code": 10115, "score": 3.5}
RECORD = {
    "source_system": "crm",
    "key": "7",
    "sequence": 42,
    "valid_from": "2024-01-01T00:00:00.000123Z",
    "first_name": "Ann",
    "email": "ann@example.org",
    "postal_code": "10115",
}


def change(operation: str, **fields: Any) -> dict[str, Any]:
    """Return an event in its envelope."""
    return {"op": operation, "source": SOURCE, "before": None, "after": None, **fields}


@pytest.mark.parametrize("operation", ["c", "u", "r"])
def test_a_row_is_a_snapshot_since_its_commit(operation: str) -> None:
    """Created, updated and read rows say what the record looks like; columns that mean nothing to us are left out."""
    event = change(operation, after=ROW)
    assert is_change(event)
    assert record_of(event, "7", "crm", CUSTOMER) == RECORD


def test_a_deleted_row_ends_the_record() -> None:
    """A delete says that nothing holds from its commit on."""
    assert record_of(change("d", before=ROW), "7", "crm", CUSTOMER) == {
        "source_system": "crm",
        "key": "7",
        "sequence": 42,
        "valid_from": "2024-01-01T00:00:00.000123Z",
        "kind": "end",
    }


def test_an_event_without_its_envelope_says_the_same() -> None:
    """A row with the operation beside its columns is read like one in the envelope, to the millisecond that it has."""
    event = {**ROW, "__op": "u", "__deleted": "false", "__lsn": 42, "__source_ts_ms": 1704067200000}
    assert is_change(event)
    assert record_of(event, "7", "crm", CUSTOMER) == RECORD | {"valid_from": "2024-01-01T00:00:00Z"}
    gone = event | {"__op": "d", "__deleted": "true"}
    assert record_of(gone, "7", "crm", CUSTOMER) == {
        "source_system": "crm",
        "key": "7",
        "sequence": 42,
        "valid_from": "2024-01-01T00:00:00Z",
        "kind": "end",
    }


@pytest.mark.parametrize(
    ("event", "path"),
    [
        (change("t"), "$.op"),
        (change("m"), "$.op"),
        (change("c"), "$.after"),
        (change("c", after=ROW, source={"ts_us": 2**62}), "$.source.ts_us"),
    ],
)
def test_what_is_about_no_row_is_refused(event: dict[str, Any], path: str) -> None:
    """A truncated table, a message of the log, a row that is missing and an instant beyond all time are told of."""
    with pytest.raises(InvalidInputError) as refused:
        record_of(event, "7", "crm", CUSTOMER)
    assert [problem.path for problem in refused.value.problems] == [path]


@pytest.mark.parametrize(
    ("raw", "key"),
    [
        (b"C-17", "C-17"),
        (b"42", "42"),
        (b'{"id": 7}', "7"),
        (b'{"id": "x"}', "x"),
        (b'{"a": 1, "b": "x"}', '[1,"x"]'),
        (b'{"schema": {"type": "struct"}, "payload": {"id": 7}}', "7"),
        (b"{not json", "{not json"),
        (b"{}", "{}"),
    ],
)
def test_the_key_of_a_row_is_text(raw: bytes, key: str) -> None:
    """A key is what stands there, of a JSON object the value of its only member, of several their list."""
    assert key_of(raw) == key


def test_a_key_that_is_no_text_is_refused() -> None:
    """Bytes that are not UTF-8 cannot be a key."""
    with pytest.raises(InvalidInputError, match="key: is not UTF-8"):
        key_of(b"\xff")


def test_a_schema_around_a_message_is_taken_off() -> None:
    """Converters that send schemas put them around the payload."""
    assert payload({"schema": {}, "payload": {"op": "c"}}) == {"op": "c"}
    assert payload({"schema": {}, "payload": 1, "more": 2}) == {"schema": {}, "payload": 1, "more": 2}
    assert not is_change({"op": "c"})
    assert not is_change([])


@pytest.mark.skipif(not RECORDED.is_dir(), reason="the recorded events lie beside the checkout")
@pytest.mark.parametrize("file", ["envelope", "unwrapped"])
def test_recorded_events_of_a_real_connector_are_read(file: str) -> None:
    """Every recorded change of a table of customers tells of its row in order; tombstones are known as such."""
    told = json.loads((RECORDED / f"debezium-change-events-{file}.json").read_text())
    kinds: list[object] = []
    places: list[tuple[object, object]] = []
    for message in told:
        raw_key = json.dumps(message["key"]).encode()
        assert is_tombstone_key(raw_key)
        if message["value"] is None or not message["topic"].endswith(".customers"):
            continue
        assert is_change(message["value"])
        told_of = record_of(message["value"], key_of(raw_key), "banking", CUSTOMER)
        assert told_of["key"] == str(message["key"]["id"])
        row = message["value"].get("after") or message["value"]
        assert told_of.get("email") == (row.get("email") if "kind" not in told_of else None)
        places.append((told_of["valid_from"], told_of["sequence"]))
        kinds.append(told_of.get("kind", "snapshot"))
    assert len(set(places)) >= len(places) - 1  # two rows of one snapshot stand at the same place
    expected = {
        "envelope": ["snapshot", "end", "snapshot", "snapshot", "snapshot"],
        "unwrapped": ["snapshot", "snapshot", "snapshot", "end"],
    }
    assert kinds == expected[file]
