"""Pins are kept on source records, version after version, and counted as known at any system instant."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from graph.golden.pins import Pin
from graph.golden.record import Origin
from graph.intake import Intake
from graph.store import facts, pins
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.pins import PinWord, Verdict
from graph.time import Period


def _year(number: int) -> datetime:
    return datetime(number, 1, 1, tzinfo=UTC)


async def _record(database: Database) -> UUID:
    intake = Intake(database)
    record = {"sourceSystem": "crm", "key": "1", "validFrom": "2020-01-01", "city": "Bonn"}
    await intake.take_in([record], Origin("rest"))
    await intake.close()
    async with database.connection() as connection:
        return await connection.fetchval("select source_record_id from source_record")


async def _say(database: Database, record_id: UUID, verdict: Verdict, period: Period) -> datetime:
    async def add(connection: Connection) -> datetime:
        at = await facts.tick(connection, DEFAULT_TENANT)
        word = PinWord(record_id, "address", verdict, period, "ann", "sure")
        await pins.add(connection, DEFAULT_TENANT, at, [word])
        return at

    return await database.transaction(add)


async def test_the_last_word_on_each_instant_counts(database: Database) -> None:
    """A withdrawal takes back over its period; as known before it, the pin was whole."""
    record_id = await _record(database)
    first = await _say(database, record_id, "pin", Period(_year(2020)))
    second = await _say(database, record_id, "withdrawn", Period(_year(2021), _year(2022)))
    async with database.connection() as connection:
        now = await pins.effective(connection, DEFAULT_TENANT, [record_id])
        before = await pins.effective(connection, DEFAULT_TENANT, [record_id], first)
        told = await pins.words(connection, DEFAULT_TENANT, [record_id])
    assert now == {
        record_id: (
            Pin("address", "pin", Period(_year(2020), _year(2021))),
            Pin("address", "pin", Period(_year(2022))),
        )
    }
    assert before == {record_id: (Pin("address", "pin", Period(_year(2020))),)}
    assert told[record_id] == [
        PinWord(record_id, "address", "pin", Period(_year(2020)), "ann", "sure", first),
        PinWord(record_id, "address", "withdrawn", Period(_year(2021), _year(2022)), "ann", "sure", second),
    ]


async def test_what_was_wholly_withdrawn_is_left_out(database: Database) -> None:
    """A record without any pin that counts is not named."""
    record_id = await _record(database)
    await _say(database, record_id, "ignore", Period(_year(2020)))
    await _say(database, record_id, "withdrawn", Period(_year(2000)))
    async with database.connection() as connection:
        assert await pins.effective(connection, DEFAULT_TENANT, [record_id]) == {}
