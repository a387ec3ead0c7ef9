"""After erasure and scrubbing no byte of the person is left: not in a table, an event, a file of the database or ours."""

from __future__ import annotations

import json
import os
import random
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any
from uuid import UUID

import orjson
import pyarrow.parquet as pq
import pytest
import zstandard

from graph.erasure import Erasures
from graph.errors import Problem, UnavailableError
from graph.golden.record import Origin
from graph.golden.traces import Traces, digest
from graph.intake import Intake
from graph.store.database import Database
from graph.store.erasures import Erasure
from graph.store.golden_records import GoldenRecords
from ingest.columns import Reading
from ingest.deliveries import FileDeliveries
from ingest.erasure import blacken, scrub_all, settle
from ingest.settings import IngestSettings
from ingest.worker import Installation
from lineage.bodies import Bodies
from lineage.dead_letters import DeadLetters
from lineage.recorder import Recorder
from tests.graph.test_erasure import dumped
from tests.ingest.lake_folder import parquet_in
from tests.lineage.stored_bodies import learn

SECRET = b"s" * 32
RUN = "".join(random.choices("bcdfghklmnpqrstvwxz", k=10))  # noqa: S311 - other tests may run on the same server
NUMBER = str(random.randrange(2_000_000, 9_999_999))  # noqa: S311
ANN = {
    "key": f"C-1042-{RUN}",
    "first_name": f"Anna{RUN}",
    "last_name": f"Quast{RUN}",
    "email": f"anna.{RUN}@example.com",
    "phone": f"+49 221 {NUMBER}",
    "valid_from": "2024-01-01T00:00:00Z",
}
BOB = {
    **ANN,
    "key": "C-2000-11",
    "first_name": "Bob",
    "last_name": "Anders",
    "email": "bob@example.com",
    "phone": "",
}
WORDS = (RUN.encode(), NUMBER.encode(), f"{NUMBER[:3]}-{NUMBER[3:]}".encode())


def event(mail: str, key: str, phone: str = f"(0221) {NUMBER[:3]}-{NUMBER[3:]}") -> bytes:
    """Return an OpenLineage event that names somebody in a facet, in the name of a dataset and in a query."""
    producer = {"_producer": "https://example.com/tool", "_schemaURL": "https://example.com/facet.json"}
    return orjson.dumps(
        {
            "eventType": "COMPLETE",
            "eventTime": "2025-01-01T00:00:00Z",
            "producer": "https://example.com/tool",
            "schemaURL": "https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent",
            "run": {
                "runId": "0198f2a1-1111-7222-8333-123456789abc",
                "facets": {"request": {**producer, "asked by": f"<{mail}>", "phone": phone}},
            },
            "job": {
                "namespace": "jobs",
                "name": "export",
                "facets": {"sql": {**producer, "query": f"select * from c where mail = '{mail.upper()}'"}},
            },
            "inputs": [
                {
                    "namespace": "file",
                    "name": f"exports/{key}.csv",
                    "facets": {"note": {**producer, "text": f"mailto:{mail.replace('@', '%40')}"}},
                }
            ],
            "outputs": [],
        }
    )


class House:
    """An installation in which somebody came in through every door."""

    def __init__(self, database: Database, installation: Installation, settings: IngestSettings) -> None:
        self.database = database
        self.erasures = Erasures(database, SECRET)
        self.installation = installation
        self.settings = settings
        self.intake = Intake(database, suppression_key=SECRET)
        self.recorder = Recorder(database)

    async def fill(self) -> UUID:
        """Take Ann and Bob in by a file, by REST and by quarantine, tell lineage of Ann, and carry all of it on."""
        landing = self.settings.landing_folder / "crm"
        landing.mkdir(parents=True)
        names = list(ANN)
        rows = [",".join(names), *(",".join(f'"{who[name]}"' for name in names) for who in (ANN, BOB))]
        (landing / "day1.csv").write_text("\r\n".join(rows) + "\r\n")
        lines = [{**BOB, "valid_from": "2025-01-01T00:00:00Z"}, {**ANN, "birth_date": "unknown"}]
        (landing / "day2.ndjson").write_text("".join(json.dumps(line) + "\n" for line in lines))
        deliveries = FileDeliveries(self.database, self.intake, self.installation.reports)
        for name in ("day1.csv", "day2.ndjson"):
            await deliveries.take_in(await deliveries.announce("crm", landing, name, "me"))
        shop = {**ANN, "sourceSystem": "shop", "key": f"S-77-{RUN}", "city": ANN["last_name"]}
        (outcome,) = await self.intake.take_in([shop], Origin("rest"))
        assert outcome.golden_id is not None
        await self.intake.update(outcome.golden_id, {"firstName": f"Anna{RUN} M."}, None, "me", "graphql")
        await self.tell_lineage()
        self.settings.home.joinpath("logs").mkdir()
        self.log.write_text(f"INFO asked for {ANN['email']}\nINFO asked for {BOB['email']}\n")
        await self.carry()
        return outcome.golden_id

    async def tell_lineage(self) -> None:
        """Record events of Ann and Bob by a dictionary that has seen Ann, keep one of hers unread, and have one wait."""
        await learn(self.database, ANN["email"])
        await self.recorder.record(event(ANN["email"], ANN["key"]))
        await self.recorder.record(event(BOB["email"], BOB["key"], "").replace(b"9abc", b"9abd"))
        wrong = [Problem("$.run", f"{ANN['email']!r} is no run")]
        await DeadLetters(self.database).keep("door", event(ANN["email"], ANN["key"])[:-9], wrong)
        waiting = event(ANN["email"], ANN["key"]).replace(b"9abc", b"9abe")
        async with self.database.connection() as connection:
            await connection.execute(
                "insert into lineage_replay values (1, gen_random_uuid(), $1)", zstandard.compress(waiting)
            )

    async def documents(self) -> dict[str, bytes]:
        """Return what lineage holds compressed, and what it compresses by, as bytes to be searched."""
        held: dict[str, bytes] = {}
        async with self.database.connection() as connection:
            for table in ("lineage_event_body", "lineage_replay", "dead_letter"):
                rows = await connection.fetch(f"select t::text as row, body from {table} t")
                raws = await Bodies(self.database).decompress(connection, [row["body"] for row in rows])
                held |= {f"{table} {row['row'][:60]}": raw for row, raw in zip(rows, raws, strict=True)}
            for row in await connection.fetch("select dictionary_id, body from event_dictionary"):
                held[f"dictionary {row['dictionary_id']}"] = row["body"]
        return held

    @property
    def log(self) -> Path:
        """A log of ours."""
        return self.settings.home / "logs" / "serve.log"

    async def carry(self) -> None:
        """Do what the worker does in a round, erasures included."""
        async with self.installation.lake.exclusively(wait=True):
            await self.installation.carry()
            await settle(self.erasures, self.installation.reach)

    async def of_bob(self) -> list[Any]:
        """Return everything the doors show of Bob: in the catalog at all instants, the lake, the warehouse, lineage."""
        reads = GoldenRecords(self.database)
        at = await reads.basis(None, None)
        ((bob,), _) = await reads.page("bob@example.com", 10, None, at)
        shown: list[Any] = [
            bob,
            await reads.timeline([bob.id], at.system),
            await reads.members([bob.id], at.system),
        ]
        shown.append(await reads.beliefs([bob.id], bob.version.period.start, at.system))
        for path in parquet_in(self.installation.lake.folder):
            shown += [row for row in pq.read_table(path).to_pylist() if row["customer_id"] == str(bob.id)]
        async with self.database.connection() as connection:
            shown += await connection.fetch(
                "select * from warehouse.customers_history where customer_id = $1 order by version", bob.id
            )
        shown += sorted(raw for raw in (await self.documents()).values() if b"bob@" in raw)
        return shown

    async def files(self) -> Iterator[Path]:
        """Return every file that may hold a byte: those of the database and its WAL, and all of ours."""
        async with self.database.connection() as connection:
            await connection.execute("checkpoint")
            data = Path(await connection.fetchval("show data_directory"))
        return (
            Path(folder, name)
            for root in (data, self.settings.home)
            for folder, _, names in os.walk(root)
            for name in names
        )


@pytest.fixture
def house(database: Database, installation: Installation, settings: IngestSettings) -> House:
    """Return an installation."""
    return House(database, installation, settings)


def found(content: bytes) -> list[bytes]:
    """Return the words of the person that some bytes hold."""
    lowered = content.lower()
    return [word for word in WORDS if word in lowered]


async def everywhere(house: House) -> dict[str, list[bytes]]:
    """Return the words of the person, and where each place holds one."""
    held = {"dump": found((await dumped(house.database)).encode())}
    async with house.database.connection() as connection:
        statistics = await connection.fetchval("select string_agg(s::text, ' ') from pg_stats s")
        held["statistics"] = found(statistics.encode())
    held |= {place: found(raw) for place, raw in (await house.documents()).items()}
    for path in parquet_in(house.installation.lake.folder):
        held[str(path)] = found(json.dumps(pq.read_table(path).to_pylist(), default=str).encode())
    for path in await house.files():
        with suppress(FileNotFoundError):  # the server makes and removes files of its own
            held[str(path)] = found(path.read_bytes())
    return {place: words for place, words in held.items() if words}


async def test_no_byte_of_the_person_is_left_anywhere(house: House) -> None:
    """The proof: erase and scrub, then look everywhere; Bob is as he was, and Ann does not come back."""
    ann = await house.fill()
    before = await everywhere(house)
    assert len(before) > 10
    kept_in = {"dictionary", "lineage_event_body", "lineage_replay", "dead_letter", "dump"}
    assert {place.split()[0] for place in before} >= kept_in
    bob = await house.of_bob()

    erasure = await house.erasures.erase("customer", ann, "me", "asked on paper")
    await house.carry()
    (done,) = await scrub_all(house.erasures)

    assert (done.erasure_id, done.status) == (erasure.erasure_id, "scrubbed")
    assert await everywhere(house) == {}
    assert await house.of_bob() == bob
    removed = done.report["removed"]
    assert [removed[name] for name in ("lineage", "warehouse_rows")] == [
        {
            "event_dictionary": 1,
            "facet": 2,
            "lineage_event": 1,
            "dead_letter": 1,
            "lineage_replay": 1,
            "lineage_event_body": 1,
            "dataset": 1,
            "recompressed_events": 1,
        },
        0,  # the next file of the lake said already that there are none
    ]
    assert {Path(file).name: rows for file, rows in removed["landing_files"].items()} == {
        "day1.csv": 1,
        "day2.ndjson": 1,
    }
    assert removed["tables"]["quarantine"] == 1
    assert removed["words_in_logs"] == {str(house.log): 1}
    assert done.report["remains"]["source_files"] == []
    assert done.report["remains"]["wal"]["segments_that_may_hold_old_bytes"] in {0, None}
    assert found(json.dumps(done.report).encode()) == []

    rows = [{**ANN, "source_system": "crm"}]
    (again,) = await house.intake.take_in(rows, Origin("file", file="again.csv"))
    assert again.status == "rejected"
    await house.recorder.record(event(ANN["email"], ANN["key"]))
    assert found((await dumped(house.database)).encode()) == []
    assert await house.installation.lake.read(
        (await house.installation.lake.files.files(house.installation.lake.folder))[0]
    )


async def test_the_files_stay_what_the_manifest_says(house: House) -> None:
    """A rewritten file of the lake has the size, rows and digest that are recorded, and a rewritten delivery too."""
    ann = await house.fill()
    await house.erasures.erase("customer", ann, "me", "asked")
    await house.carry()

    lake = house.installation.lake
    for file in await lake.files.files(lake.folder):
        rows = await lake.read(file)
        assert (len(rows), os.stat(file.location).st_size) == (file.rows, file.size)
        assert [row for row in rows if row["customer_id"] == str(ann) and row["version"] > 0] == []
    landing = house.settings.landing_folder / "crm"
    assert (landing / "day1.csv").read_bytes().count(b"\r\n") == 2
    deliveries = FileDeliveries(house.database, house.intake, house.installation.reports)
    again = await deliveries.announce("crm", landing, "day1.csv", "me")
    assert again.taken_in_at is not None


async def test_a_file_delivered_by_two_sources_is_rewritten_for_both(house: House) -> None:
    """The erasure ends, and the file holds nothing of the person, though two deliveries tell of it."""
    ann = await house.fill()
    landing = house.settings.landing_folder / "crm"
    again = FileDeliveries(house.database, house.intake, house.installation.reports, reading=Reading())
    await again.take_in(await again.announce("crm2", landing, "day1.csv", "me"))
    erasure = await house.erasures.erase("customer", ann, "me", "asked")
    await house.carry()
    assert (await house.erasures.one(erasure.erasure_id)).status == "erased"
    assert found((landing / "day1.csv").read_bytes()) == []


class _KilledError(Exception):
    """Stands for the end of the process."""


class _Dying(Erasures):
    """Dies when a step is done and not yet recorded as done."""

    def __init__(self, database: Database, secret: bytes, step: str) -> None:
        super().__init__(database, secret)
        self._step = step

    async def done(self, erasure: Erasure, step: str, removed: dict[str, Any], **remains: Any) -> Erasure:
        """Record a step, or die."""
        if step == self._step:
            raise _KilledError
        return await super().done(erasure, step, removed, **remains)


STEPS = ("lineage", "plan", "lake", "warehouse", "landing", "logs", "topics")


@pytest.mark.parametrize("step", STEPS)
async def test_a_crash_in_any_step_is_made_good_by_calling_again(house: House, step: str) -> None:
    """Whichever step is done but not recorded as done, the next call ends with nothing of the person left."""
    ann = await house.fill()
    erasure = await house.erasures.erase("customer", ann, "me", "asked")
    with pytest.raises(_KilledError):
        await settle(_Dying(house.database, SECRET, step), house.installation.reach)
    assert (await house.erasures.one(erasure.erasure_id)).status == "requested"

    await house.carry()

    done = await house.erasures.one(erasure.erasure_id)
    assert (done.status, sorted(done.report["steps"])) == ("erased", sorted(["database", *STEPS]))
    assert found((await dumped(house.database)).encode()) == []
    for path in house.settings.home.rglob("*"):
        assert path.is_dir() or found(path.read_bytes()) == []


async def test_without_the_secret_the_rest_waits(house: House) -> None:
    """A worker that has no secret says so, and one that has it goes on later."""
    ann = await house.fill()
    await house.erasures.erase("customer", ann, "me", "asked")
    with pytest.raises(UnavailableError, match="GOLDTHREAD_SUPPRESSION_KEY"):
        await settle(Erasures(house.database, None), house.installation.reach)
    await house.carry()
    assert await house.erasures.unfinished("requested") == []


async def test_files_of_others_are_named_and_left_alone(house: House, tmp_path: Path) -> None:
    """The sources' own files stay as they are; the report says where the person is in them."""
    await house.fill()
    theirs = tmp_path / "their folder"
    theirs.mkdir()
    content = json.dumps({**BOB, "key": "C-9", "email": "carl@example.com", "first_name": "Carl"})
    (theirs / "export.ndjson").write_text(content)
    deliveries = FileDeliveries(house.database, house.intake, house.installation.reports)
    await deliveries.take_in(await deliveries.announce("crm", theirs, "export.ndjson", "me"))
    reads = GoldenRecords(house.database)
    ((carl,), _) = await reads.page("carl@", 2, None, await reads.basis(None, None))
    erasure = await house.erasures.erase("customer", carl.id, "me", "asked")
    await house.carry()

    report = (await house.erasures.one(erasure.erasure_id)).report
    assert report["remains"]["source_files"] == [str(theirs / "export.ndjson")]
    assert (theirs / "export.ndjson").read_text() == content


def test_a_log_can_be_written_on_while_it_is_blackened(tmp_path: Path) -> None:
    """Words are crossed out in place, so that offsets of whoever writes stay right; what is no text is left alone."""
    log = tmp_path / "serve.log"
    lines = ["a ann@example.com b\n", "é ANN@Example.com, joann@example.com\n", "\udcff\udcfe\n"]
    before = "".join(lines).encode(errors="surrogateescape")
    log.write_bytes(before)
    with log.open("ab") as writer:
        traces = Traces(SECRET, frozenset({digest(SECRET, "word", "ann@example.com")}))
        assert blacken(log, traces) == 2
        writer.write(b"more\n")
    after = log.read_bytes()
    assert (
        after
        == before.replace(b" ann@example.com ", b" xxxxxxxxxxxxxxx ").replace(b"ANN@Example.com", b"x" * 15)
        + b"more\n"
    )
