"""Messages of source systems become golden records together with the position, or dead letters with the reason."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from graph.errors import InvalidInputError
from graph.golden.entity_type import CUSTOMER
from graph.intake import Intake
from graph.store.database import Connection, Database
from ingest.messages import Batch, Message, Refused
from ingest.streams.customers import LARGEST_RECORD, CustomerRecords, record

TOPIC = "source.crm.customers"
AT = datetime(2024, 1, 1, tzinfo=UTC)


def message(offset: int, key: bytes | None, value: object) -> Message:
    """Return a message; a value that is not bytes is written as JSON."""
    raw = value if isinstance(value, bytes | None) else json.dumps(value).encode()
    return Message(TOPIC, 0, offset, AT, key, raw)


async def taken_in(database: Database, messages: list[Message]) -> list[Refused]:
    """Take messages in as one batch, and return those that were refused."""
    intake = Intake(database)
    store = await CustomerRecords(intake).prepare(Batch(TOPIC, 0, 0, messages))

    async def work(connection: Connection) -> list[Refused]:
        return list(await store(connection))

    refused = await database.transaction(work)
    await intake.close()
    return refused


@pytest.mark.parametrize(
    ("key", "value", "path"),
    [
        (None, b"{}", "key"),
        (None, None, "key"),
        (b"1", None, "$"),
        (b"1", b"{", "$"),
        (b"1", b"\xff", "$"),
        (b"1", b'{"firstName": "' + b"a" * LARGEST_RECORD + b'"}', "$"),
        (b"1", b'{"firstName": "Ann", "sourceSystem": "shop"}', "$.sourceSystem"),
        (b"\xff", b'{"firstName": "Ann"}', "key"),
    ],
)
def test_a_message_that_is_no_record_is_refused(key: bytes | None, value: bytes | None, path: str) -> None:
    """What cannot be read is told with path and reason."""
    with pytest.raises(InvalidInputError) as refused:
        record(Message(TOPIC, 0, 1, AT, key, value), "crm", CUSTOMER)
    assert [problem.path for problem in refused.value.problems] == [path]


def test_the_topic_and_the_message_say_system_and_key() -> None:
    """A record that does not say them has those of its topic and its message; its own key wins, however it is spelled."""
    told = record(message(1, b"7", {"firstName": "Ann", "source_system": None}), "crm", CUSTOMER)
    assert told == {"firstName": "Ann", "source_system": "crm", "key": "7"}
    own = record(message(1, b"7", {"Key": "8", "sourceSystem": "crm"}), "crm", CUSTOMER)
    assert own == {"Key": "8", "sourceSystem": "crm"}


def test_a_tombstone_behind_a_deleted_row_says_nothing_new() -> None:
    """A message without value under the key of a row is passed over: the delete came before it."""
    assert record(message(1, b'{"id": 7}', None), "crm", CUSTOMER) is None


async def test_records_are_stored_with_topic_partition_and_offset(database: Database) -> None:
    """Each event knows the message it came by; what is refused is stored nowhere, not even in quarantine."""
    good, bad = message(4, b"1", {"firstName": "Ann"}), message(9, b"2", {"firstNam": "Ann"})
    changed = message(11, b"1", {"firstName": "Anne", "validFrom": "2030-01-01T00:00:00Z"})
    refused = await taken_in(database, [good, bad, changed])
    assert [(each.message, [p.path for p in each.problems]) for each in refused] == [(bad, ["$.firstNam"])]
    async with database.connection() as connection:
        rows = await connection.fetch(
            "select door, topic, partition, origin_position from source_event join origin using (tenant_id, origin_id)"
            " order by origin_position"
        )
        kept = await connection.fetchval("select count(*) from quarantine")
    assert [tuple(row) for row in rows] == [("kafka", TOPIC, 0, 4), ("kafka", TOPIC, 0, 11)]
    assert kept == 0


async def test_a_contradiction_is_refused_and_the_rest_stored(database: Database) -> None:
    """A message id used for other content before is a dead letter; its neighbours are stored."""
    first = message(1, b"1", {"firstName": "Ann", "messageId": "m", "validFrom": "2024-01-01T00:00:00Z"})
    other = message(2, b"2", {"firstName": "Bob", "messageId": "m", "validFrom": "2024-01-01T00:00:00Z"})
    refused = await taken_in(database, [first, other, message(3, b"3", {"firstName": "Cy"})])
    assert [(each.message, each.problems[0].path) for each in refused] == [(other, "$.messageId")]
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from source_event") == 2
