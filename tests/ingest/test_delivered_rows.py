"""Large files are read by a process of their own: nothing but the speed may tell."""

from __future__ import annotations

import asyncio
import io
import os
import signal
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import orjson
import pytest

from graph.errors import InvalidInputError, UnavailableError
from graph.golden.record import Origin
from graph.intake import Intake
from graph.store.database import Database
from graph.store.deliveries import Delivery
from ingest.columns import Reading
from ingest.delivered_rows import MANY_BYTES, RowsApart, is_worth_a_process
from ingest.deliveries import FileDeliveries, Slice
from ingest.rows_process import RowsProcess
from ingest.worker import Installation
from tests.graph.populations import PERSON, derived, empty, population, take_in, tasks, timelines

READING = Reading(PERSON)
NO_ROW = b'{"sourceSystem": "crm", "key": \n[1]\n{"sourceSystem": "crm", "key": "x", "email": "nobody"}\n'

VIEWS = (
    "select source_system, source_key, kind, valid_from, valid_to, valid_from_assumed, sequence, attributes, digest "
    "from source_event join source_record using (tenant_id, source_record_id)",
    "select i.entity_type, i.kind, i.value, source_system, source_key "
    "from identifier i join source_record using (tenant_id, source_record_id) "
    "where not exists (select from source_event e where e.source_record_id = i.source_record_id and e.kind = 'retract')",
    "select source_system, source_key, p.profile, p.identity, p.quality, p.failed_rules "
    "from record_profile p join source_record using (tenant_id, source_record_id)",
)

_NOT_FOUND = """
select f.subject_id, value
  from fact f
  join search_document d using (tenant_id, subject_id)
  cross join lateral jsonb_each_text(f.attributes) as said (name, value)
 where strpos(e'\\n' || d.words || e'\\n', e'\\n' || lower(value) || e'\\n') = 0
"""


@pytest.fixture(scope="module")
def rows() -> list[dict[str, Any]]:
    """Return what sources say of some people."""
    return population(50, 8)


def _file(tmp_path: Path, content: bytes, name: str = "people.ndjson") -> Path:
    (tmp_path / name).write_bytes(content)
    return tmp_path / name


async def _content(database: Database) -> list[object]:
    """Return all that is stored but ids, origins, system times and the way there, in no order.

    What was believed, or held, on the way only is of the way there: words and identifiers once found stay.
    """
    found: list[object] = [await timelines(database), await tasks(database), await derived(database)]
    async with database.connection() as connection:
        for view in VIEWS:
            lines = [orjson.dumps([repr(value) for value in row]) for row in await connection.fetch(view)]
            found.append(sorted(lines))
        missing = await connection.fetch(_NOT_FOUND)
    return [*found, [tuple(row) for row in missing] == []]


async def _delivered(
    database: Database, installation: Installation, file: Path, told: list[Slice], **how: int
) -> Delivery:
    intake = Intake(database, entity_type=PERSON, at_once=40)
    loader = FileDeliveries(database, intake, installation.reports, reading=READING, **how)
    delivery = await loader.announce("crm", file.parent, file.name, "ann")
    done = await loader.take_in(delivery, told.append)
    await intake.close()
    return done


async def test_a_population_loaded_at_once_is_what_single_records_make_of_it(
    database: Database, installation: Installation, tmp_path: Path, rows: list[dict[str, Any]]
) -> None:
    """Every view has the same content, whether records came one by one or by a process apart, many at a time."""
    await take_in(Intake(database, entity_type=PERSON), rows, 1)
    expected = await _content(database)
    assert all(expected)
    await empty(database)
    file = _file(tmp_path, b"".join(orjson.dumps(row) + b"\n" for row in rows))
    done = await _delivered(database, installation, file, [], apart_from=0, slice_rows=110)
    assert (done.rows, done.rejected) == (len(rows), 0)
    assert await _content(database) == expected


async def test_rows_read_apart_are_refused_as_rows_read_here(
    database: Database, installation: Installation, tmp_path: Path, rows: list[dict[str, Any]]
) -> None:
    """Number, line, text and reasons of a refused row, and the bytes read, are the same."""
    lines = [orjson.dumps(row) + b"\n" for row in rows]
    again = (
        orjson.dumps(rows[0] | {"messageId": "m"})
        + b"\n"
        + orjson.dumps(rows[1] | {"messageId": "m"})
        + b"\n"
    )
    content = b"".join([*lines[:40], NO_ROW, b"\n", *lines[40:], again])
    here, apart = list[Slice](), list[Slice]()
    await _delivered(database, installation, _file(tmp_path, content), here, slice_rows=30)
    await empty_deliveries(database)
    await _delivered(database, installation, _file(tmp_path, content), apart, slice_rows=30, apart_from=0)
    assert apart == here
    refused = [row for some in apart for row in some.rejected]
    assert [(row.row, row.line) for row in refused] == [
        (41, 41),
        (42, 42),
        (43, 43),
        (len(rows) + 5, len(rows) + 6),
    ]


class _Sips(io.BytesIO):
    """Takes a few bytes at a time, as a pipe does whose writer is stopped on the way."""

    def write(self, given: Any, /) -> int:
        """Take what is taken, and return how much that is."""
        return super().write(bytes(given[:7]))


def test_rows_are_sent_to_their_end_however_little_is_taken_at_a_time(
    tmp_path: Path, rows: list[dict[str, Any]]
) -> None:
    """A process that is stopped while it writes, or writes unbuffered, leaves nothing out."""
    file = _file(tmp_path, b"".join(orjson.dumps(row) + b"\n" for row in rows))
    kind = orjson.dumps(PERSON.document)
    whole, sips = io.BytesIO(), _Sips()
    for to in (whole, sips):
        process = RowsProcess(to)
        process.answer("open", str(file), "crm", kind, "auto", None, {}, False)
        process.answer("slice", 1, len(rows), kind)
    assert len(whole.getvalue()) > 10_000
    assert sips.getvalue() == whole.getvalue()


async def empty_deliveries(database: Database) -> None:
    """Forget everything that was taken in, and that it was."""
    async with database.connection() as connection:
        await connection.execute("delete from delivery")
    await empty(database)


@pytest.fixture
async def apart(database: Database, tmp_path: Path, rows: list[dict[str, Any]]) -> AsyncIterator[RowsApart]:
    """Have a file read by a process apart."""
    file = _file(tmp_path, b"".join(orjson.dumps(row) + b"\n" for row in rows))
    intake = Intake(database, entity_type=PERSON)
    async with RowsApart(file, READING, "crm", intake, Origin("file")) as source:
        yield source


async def test_rows_come_in_order_and_can_be_passed_over(
    apart: RowsApart, rows: list[dict[str, Any]]
) -> None:
    """Positions go on behind the rows that were skipped; after the last row there is nothing."""
    assert (await apart.skip(5))[0] == 5
    some = await apart.ready(6, 10)
    assert [item.position for item in some.items] == list(range(6, 16))
    assert (await apart.told([7]))[0][0] == 7
    rest = await apart.ready(16, len(rows))
    assert len(rest.items) == len(rows) - 15
    assert (await apart.ready(len(rows) + 1, 10)).items == []


async def test_a_process_that_is_killed_is_missed_at_once(apart: RowsApart) -> None:
    """Whoever waits for rows is told that the process ended, and how."""
    await apart.ready(1, 5)
    os.kill(apart.process_id, signal.SIGKILL)
    with pytest.raises(UnavailableError, match=r"people\.ndjson ended unexpectedly \(exit code -9\)"):
        await apart.ready(6, 5)


async def test_a_file_that_cannot_be_opened_is_told_of_in_the_same_words_as_without_the_process(
    database: Database, tmp_path: Path
) -> None:
    """A Parquet file that breaks off, and one that is not there."""
    file = _file(tmp_path, b"PAR1 no more", "people.parquet")
    intake = Intake(database, entity_type=PERSON)
    with pytest.raises(InvalidInputError, match="is not a Parquet file"):
        async with RowsApart(file, READING, "crm", intake, Origin("file")):
            pass
    with pytest.raises(FileNotFoundError):
        async with RowsApart(tmp_path / "none.csv", READING, "crm", intake, Origin("file")):
            pass


async def test_nothing_is_left_running_when_a_load_is_interrupted(apart: RowsApart) -> None:
    """A reader that is cancelled in the middle ends its process."""
    waiting = asyncio.create_task(apart.ready(1, 50))
    await asyncio.sleep(0)
    waiting.cancel()
    with pytest.raises(asyncio.CancelledError):
        await waiting
    await apart.__aexit__(None, None, None)
    with pytest.raises(ProcessLookupError):
        os.kill(apart.process_id, 0)


def test_only_large_files_are_worth_a_process(tmp_path: Path) -> None:
    """A small file never pays for the start of one."""
    small, large = _file(tmp_path, b"key\n", "a.csv"), tmp_path / "b.csv"
    with large.open("wb") as file:
        file.truncate(MANY_BYTES)
    assert not is_worth_a_process(small, MANY_BYTES)
    assert is_worth_a_process(large, MANY_BYTES) is ((os.cpu_count() or 1) > 1)
