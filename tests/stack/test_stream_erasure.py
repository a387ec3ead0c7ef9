"""After an erasure no byte of the person is left: in no table or file, no file of the lake, no topic that can let go of it."""

from __future__ import annotations

import asyncio
import json
import random
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import Any
from uuid import UUID

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.store.database import Database
from graph.store.stream_letters import StreamLetters
from ingest.streams.sending import Outgoing, sender
from ingest.streams.topics import OURS, make_topics
from tests.graph.test_erasure import dumped
from tests.ingest.message_batches import order
from tests.lineage.conftest import run_event
from tests.stack.programs import Programs, everything, settings_of, until
from tests.stack.s3_server import BUCKET, S3Server

pytestmark = pytest.mark.stack

SOURCE, EVENTS = "source.crm.customers", "openlineage.events"
RUN = "".join(random.choices("bcdfghklmnpqrstvwxz", k=12))  # noqa: S311 - other tests may run on the same server
NUMBER = str(random.randrange(2_000_000, 9_999_999))  # noqa: S311
WORDS = (RUN.encode(), NUMBER.encode())
MAIL = f"anna.{RUN}@example.com"


def said(key: str, mail: str, **other: str) -> Outgoing:
    """Return what the source says of somebody."""
    value = {"firstName": "Anna", "email": mail, "validFrom": "2024-01-01T00:00:00Z", **other}
    return Outgoing(SOURCE, key.encode(), json.dumps(value).encode())


ANN = said(f"C-1042-{RUN}", MAIL, lastName=f"Quast{RUN}", phone=f"+49 221 {NUMBER}")
BOB = said("2", "bob@example.com")


class Everywhere:
    """All places that may hold a byte of the person."""

    def __init__(self, database: Database, home: Path, lake: str, s3: S3Server) -> None:
        self._database = database
        self._home = home
        self._lake = lake
        self._s3 = s3

    async def holds(self) -> dict[str, list[bytes]]:
        """Return the words of the person, where there are any."""
        lines = (await dumped(self._database)).splitlines()
        held = {f"dump: {line[:200]}": found(line.encode()) for line in lines}
        async with self._database.connection() as connection:
            await connection.execute("checkpoint")
            data = Path(await connection.fetchval("show data_directory"))
        held |= await asyncio.to_thread(self._in_files, data)
        held |= await asyncio.to_thread(self._in_lake)
        return {place: words for place, words in held.items() if words}

    def _in_files(self, data: Path) -> dict[str, list[bytes]]:
        held: dict[str, list[bytes]] = {}
        for root in (data, self._home):
            for path in root.rglob("*"):
                try:
                    held[str(path)] = found(path.read_bytes())
                except OSError:  # a folder, or a file of the server that is gone by now
                    continue
        return held

    def _in_lake(self) -> dict[str, list[bytes]]:
        return {
            location: found(json.dumps(rows, default=str).encode()) for location, rows in self.rows().items()
        }

    def rows(self) -> dict[str, list[dict[str, Any]]]:
        """Return the rows of each file of the lake."""
        if not self._lake.startswith("s3://"):
            return {
                str(path): pq.read_table(path).to_pylist() for path in Path(self._lake).rglob("*.parquet")
            }
        files = self._s3.files()
        return {
            path: pq.read_table(pa.BufferReader(files.cat_file(path))).to_pylist()
            for path in files.find(self._lake)
        }


def found(content: bytes) -> list[bytes]:
    """Return the words of the person that some bytes hold."""
    lowered = content.lower()
    return [word for word in WORDS if word in lowered]


@pytest.fixture(params=["disk", "s3"])
def lake(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where the lake lies."""
    return str(tmp_path / "home" / "lake") if request.param == "disk" else f"s3://{BUCKET}/{tmp_path.name}"


@pytest.fixture
def programs(database_url: str, kafka: str, s3: S3Server, tmp_path: Path, lake: str) -> Iterator[Programs]:
    """Programs of this test."""
    logs = tmp_path / "home" / "logs"
    logs.mkdir(parents=True)
    environment = settings_of(database_url, kafka, s3, lake, tmp_path / "home")
    environment["GOLDTHREAD_SUPPRESSION_KEY"] = "a secret of this test"
    there = Programs(environment, logs / "worker.log")
    yield there
    there.clear_away()


async def test_no_byte_of_an_erased_person_is_left_in_what_streams_filled(
    programs: Programs, kafka: str, database: Database, s3: S3Server, tmp_path: Path, lake: str
) -> None:
    """Erased by command beside a running worker; topics are told of, and whoever sends the person again is refused."""
    places = Everywhere(database, tmp_path / "home", lake, s3)
    worker = programs.start("worker")
    ann = await _fill(kafka, database)
    with programs.log.open("a") as log:
        log.write(f"INFO asked for {MAIL}\n")
    before = await places.holds()
    assert any(place.startswith("dump") for place in before)
    assert any(place.endswith(".parquet") for place in before)

    told = await asyncio.to_thread(
        programs.run, "erase", "--id", str(ann), "--reason", "asked on paper", "--scrub", "--json"
    )
    (report,) = json.loads(told[told.index("[") : told.rindex("]") + 1])
    assert report["status"] == "scrubbed"
    await until(lambda: _is_let_go(kafka, ann), "the topic is told to let go of the person")
    assert await places.holds() == {}
    assert found(json.dumps(report).encode()) == []
    _require_topics_told(report["report"]["remains"]["topics"])

    counts = await _counts(database)
    async with sender(kafka) as send:
        await send.send([ANN, said("another", MAIL), BOB])
    await until(lambda: _are_taken_in(database, SOURCE, 6), "the person is sent again")
    assert await _counts(database) == counts
    assert found((await dumped(database)).encode()) == []
    assert (await StreamLetters(database).page(10))[1] == 0
    mails = {row["email"] for file, rows in places.rows().items() if "customers" in file for row in rows}
    assert mails == {"bob@example.com"}
    programs.end(worker)


async def _fill(kafka: str, database: Database) -> UUID:
    """Let messages of every kind tell of Ann and Bob, and return Ann's id once all of it is carried on."""
    event = run_event(1, "COMPLETE", "2026-01-01T00:00:00Z", outputs=[f"exports/C-1042-{RUN}.csv"])
    await make_topics(kafka, [SOURCE, *OURS])
    async with sender(kafka) as send:
        await send.send([ANN, BOB, said("3", MAIL, shoeSize="44")])
        await send.send(
            [Outgoing(EVENTS, b"1", json.dumps(event).encode()), Outgoing(EVENTS, b"2", f"<{MAIL}".encode())]
        )
    await until(lambda: _are_taken_in(database, SOURCE, 3), "the source is taken in")
    async with database.connection() as connection:
        ann = await connection.fetchval(
            "select customer_id from customers_history where attributes->>'email' = $1", MAIL
        )
    async with sender(kafka) as send:
        theirs = [order(number, user_id=str(ann)) for number in range(3)] + [
            order(number) for number in range(3, 9)
        ]
        await send.send([Outgoing("orders", b"user", value) for value in theirs])
    await until(
        lambda: _is_carried_on(database), "all of it is in the lake, the warehouse and the dead letters"
    )
    return ann


async def _are_taken_in(database: Database, topic: str, count: int) -> bool:
    async with database.connection() as connection:
        sql = "select coalesce(sum(messages), 0) from stream_position where topic = $1"
        return await connection.fetchval(sql, topic) >= count


async def _is_carried_on(database: Database) -> bool:
    async with database.connection() as connection:
        return await connection.fetchval(
            """select (select count(*) from warehouse.fact_orders) = 9
                  and (select count(*) from warehouse.customers_history) = 2
                  and (select count(*) from lineage_event) > 0
                  and (select count(*) from stream_dead_letter where published_at is not null) = 2"""
        )


async def _is_let_go(kafka: str, ann: UUID) -> bool:
    """Whether the last message of a golden record has no value."""
    theirs = [each for each in await everything(kafka, "customers") if each.key == str(ann).encode()]
    assert theirs[0].value is not None
    return theirs[-1].value is None


async def _counts(database: Database) -> dict[str, int]:
    async with database.connection() as connection:
        row = await connection.fetchrow(
            """select (select count(*) from source_event) as events, (select count(*) from warehouse.fact_orders) as orders,
                      (select count(*) from warehouse.customers_history) as versions,
                      (select count(*) from customers_history where not is_deleted) as customers"""
        )
    assert row is not None
    return dict(row)


def _require_topics_told(topics: list[dict[str, Any]]) -> None:
    """Require of each topic that still holds messages until when: the broker keeps a week, segments of a week."""
    told = {each["topic"]: each for each in topics}
    assert set(told) == {SOURCE, f"{SOURCE}.dead", EVENTS, f"{EVENTS}.dead", "orders", "customers"}
    for topic, each in told.items():
        held = datetime.fromisoformat(each["held_until"]) - datetime.fromisoformat(each["last_received_at"])
        assert (topic, held.days) == (topic, 1 if topic == "customers" else 14)
    assert {each["first_offset"] for each in topics if "first_offset" in each} <= {0, 1, 2}
