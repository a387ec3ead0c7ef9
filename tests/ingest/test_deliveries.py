"""Delivered files: read row by row, taken in once, bad rows kept with their number and reason."""

from __future__ import annotations

import hashlib
from pathlib import Path
from uuid import UUID

import pytest

from graph.errors import ConflictError, InvalidInputError
from graph.golden.record import Origin, Unreadable
from graph.identity import SourceKey
from graph.intake import Intake
from graph.store.database import Database
from graph.store.deliveries import Deliveries
from graph.store.golden_records import GoldenRecords
from ingest.deliveries import FileDeliveries, source_rows
from ingest.worker import Installation
from tests.ingest.conftest import Listener

GOOD = (
    "key,valid_from,first_name,email\n"
    "1,2024-01-01T00:00:00Z,Ann,ann@example.com\n"
    "2,2024-01-02T00:00:00Z,Ben,ben.at.example.com\n"
    "3,2024-01-03T00:00:00Z,Cleo,cleo@example.com\n"
)


def _landing(tmp_path: Path, name: str, content: bytes | str) -> Path:
    folder = tmp_path / "landing" / "crm"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content.encode() if isinstance(content, str) else content)
    return folder


async def _counts(database: Database) -> dict[str, int]:
    tables = ("source_event", "fact", "quarantine", "delivery")
    async with database.connection() as connection:
        return {table: await connection.fetchval(f"select count(*) from {table}") for table in tables}


@pytest.fixture
def loader(database: Database, installation: Installation) -> FileDeliveries:
    """Return what takes deliveries in."""
    return FileDeliveries(database, Intake(database), installation.reports)


def test_csv_rows_keep_their_order_and_show_what_is_too_much(tmp_path: Path) -> None:
    """A byte order mark, quoted line breaks, missing and surplus cells, and bytes that are no UTF-8 are all met."""
    content = b'\xef\xbb\xbfkey,first_name\n1,"An\nn"\n\n2\n3,Cleo,gold,7\n4,J\xfcrgen\n'
    folder = _landing(tmp_path, "a.csv", content)
    assert list(source_rows(folder / "a.csv", "crm")) == [
        {"source_system": "crm", "key": "1", "first_name": "An\nn"},
        {"source_system": "crm", "key": "2", "first_name": None},
        {"source_system": "crm", "key": "3", "first_name": "Cleo", "column 3": "gold", "column 4": "7"},
        {"source_system": "crm", "key": "4", "first_name": "J\udcfcrgen"},
    ]


def test_ndjson_lines_that_cannot_be_read_are_passed_on_as_such(tmp_path: Path) -> None:
    """Blank lines are no rows; a broken line is one, so that it is refused and not lost."""
    folder = _landing(tmp_path, "a.ndjson", b'{"key": "1"}\n\n{"key": "2", \n[3]\n\xff\n')
    assert list(source_rows(folder / "a.ndjson", "shop")) == [
        {"source_system": "shop", "key": "1"},
        Unreadable('{"key": "2", ', "is not JSON: unexpected end of data: line 2 column 1 (char 14)"),
        [3],
        Unreadable(
            "\ufffd", "is not JSON: str is not valid UTF-8: surrogates not allowed: line 1 column 1 (char 0)"
        ),
    ]


def test_a_byte_order_mark_costs_no_row(tmp_path: Path) -> None:
    """The first line of an NDJSON file may begin with one."""
    folder = _landing(tmp_path, "a.ndjson", b'\xef\xbb\xbf{"key": "1"}\n')
    assert list(source_rows(folder / "a.ndjson", "shop")) == [{"source_system": "shop", "key": "1"}]


def test_a_header_that_names_a_column_twice_is_refused(tmp_path: Path) -> None:
    """Which of two columns counts is not guessed: nothing of the file is taken."""
    folder = _landing(tmp_path, "a.csv", b"key,email,email\n1,a@example.com,b@example.com\n")
    with pytest.raises(InvalidInputError, match="the header names 'email' more than once"):
        list(source_rows(folder / "a.csv", "crm"))


def test_other_kinds_of_files_are_refused(tmp_path: Path) -> None:
    """A file that is neither CSV nor NDJSON is not guessed at."""
    folder = _landing(tmp_path, "a.xlsx", b"PK")
    with pytest.raises(InvalidInputError, match=r"a\.xlsx is neither CSV"):
        list(source_rows(folder / "a.xlsx", "crm"))


async def test_good_rows_come_in_and_bad_ones_are_kept_with_number_and_reason(
    tmp_path: Path, database: Database, loader: FileDeliveries
) -> None:
    """A bad row goes to quarantine under its number and leaves the others alone; each event knows file, run and row."""
    folder = _landing(tmp_path, "2024.csv", GOOD)
    announced = await loader.announce("crm", folder, "2024.csv", "test")
    progress: list[int] = []
    delivery = await loader.take_in(announced, lambda some: progress.append(some.rows))
    assert (delivery.accepted, delivery.unchanged, delivery.rejected, delivery.rows) == (2, 0, 1, 3)
    assert progress == [3]
    async with database.connection() as connection:
        row = await connection.fetchrow(
            "select file, run_id, origin_position, problems from quarantine join origin using (tenant_id, origin_id)"
        )
    assert row is not None
    assert (row["file"], row["run_id"], row["origin_position"]) == (
        str(folder / "2024.csv"),
        delivery.run_id,
        2,
    )
    assert row["problems"] == [
        {"path": "$.email", "reason": "is not an e-mail address: 'ben.at.example.com'"}
    ]
    golden = GoldenRecords(database)
    at = await golden.basis(None, None)
    cleo = (await golden.by_source_key([SourceKey("crm", "3")], at))[SourceKey("crm", "3")]
    sources: dict[str, str] = cleo.version.provenance["sources"]
    assert sources.keys() == {"first_name", "email"}
    (event,) = (await golden.events({UUID(event_id) for event_id in sources.values()})).values()
    assert (event.door, event.file, event.run_id, event.position) == (
        "file",
        str(folder / "2024.csv"),
        delivery.run_id,
        3,
    )


async def test_a_delivery_is_taken_in_once(
    tmp_path: Path, database: Database, loader: FileDeliveries
) -> None:
    """The same content at the same place again changes nothing; other content there is another delivery."""
    folder = _landing(tmp_path, "2024.csv", GOOD)
    first = await loader.take_in(await loader.announce("crm", folder, "2024.csv", "test"))
    before = await _counts(database)
    assert await loader.take_in(await loader.announce("crm", folder, "2024.csv", "test")) == first
    assert await _counts(database) == before
    _landing(tmp_path, "2024.csv", GOOD + "4,2024-01-04T00:00:00Z,Dan,dan@example.com\n")
    second = await loader.take_in(await loader.announce("crm", folder, "2024.csv", "test"))
    assert (second.accepted, second.unchanged, second.rejected) == (1, 2, 1)
    assert await _counts(database) == {"source_event": 3, "fact": 3, "quarantine": 1, "delivery": 2}


async def test_a_delivered_file_is_not_taken_for_another_system_s(
    database: Database, loader: FileDeliveries, tmp_path: Path
) -> None:
    """Nothing tells the two deliveries apart, so the second is refused in words and nothing is recorded."""
    folder = _landing(tmp_path, "2024.csv", "key,email\n1,ann@example.com\n")
    await loader.take_in(await loader.announce("crm", folder, "2024.csv", "test"))
    before = await _counts(database)
    with pytest.raises(ConflictError, match="was delivered as a file of crm before, nothing was done"):
        await loader.announce("shop", folder, "2024.csv", "test")
    assert await _counts(database) == before


async def test_an_interrupted_delivery_ends_as_if_it_had_not_been(
    tmp_path: Path, database: Database, loader: FileDeliveries
) -> None:
    """Rows that were in before the interruption are counted as accepted once, and kept once."""
    folder = _landing(tmp_path, "2024.csv", GOOD)
    delivery = await Deliveries(database).start(await loader.announce("crm", folder, "2024.csv", "test"))
    origin = Origin(door="file", file=delivery.location, run_id=delivery.run_id)
    rows = list(source_rows(folder / "2024.csv", "crm"))
    await Intake(database).take_in(rows[:2], origin, first_position=1)  # and then the process was killed
    assert [d.delivery_id for d in await Deliveries(database).unfinished()] == [delivery.delivery_id]
    again = await loader.take_in(await loader.announce("crm", folder, "2024.csv", "test"))
    assert (again.accepted, again.unchanged, again.rejected) == (2, 0, 1)
    assert again.run_id == delivery.run_id
    assert await _counts(database) == {"source_event": 2, "fact": 2, "quarantine": 1, "delivery": 1}
    assert await Deliveries(database).unfinished() == []


async def test_a_delivery_that_fails_tells_lineage_and_gets_another_run(
    tmp_path: Path,
    database: Database,
    installation: Installation,
    loader: FileDeliveries,
    listener: Listener,
) -> None:
    """The run ends in FAIL with the reason; the next attempt is a run of its own and ends in COMPLETE."""
    folder = _landing(tmp_path, "2024.csv", GOOD)
    delivery = await loader.announce("crm", folder, "2024.csv", "test")
    (folder / "2024.csv").unlink()
    with pytest.raises(FileNotFoundError):
        await loader.take_in(delivery)
    assert await _counts(database) == {"source_event": 0, "fact": 0, "quarantine": 0, "delivery": 1}
    _landing(tmp_path, "2024.csv", GOOD)
    done = await loader.take_in(await loader.announce("crm", folder, "2024.csv", "test"))
    assert await installation.reports.settle()
    job = "crm_to_golden_records"
    assert listener.told() == [(job, "START"), (job, "FAIL"), (job, "START"), (job, "COMPLETE")]
    failed, completed = listener.heard[1], listener.heard[-1]
    assert (failed.run.facets or {})["errorMessage"].value["message"].startswith("FileNotFoundError")
    assert (failed.run.run_id, completed.run.run_id) == (delivery.run_id, done.run_id)
    assert failed.run.run_id != completed.run.run_id


@pytest.mark.parametrize("name", ["2024.csv", "2024.ndjson"])
async def test_a_file_that_changes_after_it_was_announced_is_not_taken_for_the_one_announced(
    tmp_path: Path, database: Database, loader: FileDeliveries, name: str
) -> None:
    """The delivery stays open and says so; announced again the file is another delivery, with its own digest and size."""
    line = b'{"key":"1","valid_from":"2024-01-01T00:00:00Z","first_name":"Ann","email":"ann@example.com"}\n'
    old = line if name.endswith("ndjson") else GOOD.encode()
    new = old.replace(b"Ann", b"Anna")
    folder = _landing(tmp_path, name, old)
    announced = await loader.announce("crm", folder, name, "test")
    _landing(tmp_path, name, new)
    with pytest.raises(ConflictError, match=rf"{name} changed after it was announced: \d rows"):
        await loader.take_in(announced)
    (open_still,) = await Deliveries(database).unfinished()
    assert (open_still.sha256, open_still.taken_in_at, open_still.size, open_still.rows) == (
        hashlib.sha256(old).digest(),
        None,
        None,
        0,
    )
    again = await loader.take_in(await loader.announce("crm", folder, name, "test"))
    assert again.delivery_id != announced.delivery_id
    assert (again.sha256, again.size) == (hashlib.sha256(new).digest(), len(new))
    assert again.accepted == 0
    assert again.unchanged == (1 if name.endswith("ndjson") else 2)
