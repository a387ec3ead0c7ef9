"""Uploads: what a file would change is told as it then happens, nothing is written before, and nothing is kept after."""

from __future__ import annotations

import io
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from graph.erasure import Erasures
from graph.errors import ConflictError
from graph.store.database import Database
from graph.store.uploads import MOST_WAITING, Uploads
from ingest.uploads import UploadDesk
from ingest.worker import Installation
from tests.ingest.conftest import take_in

ANN = {"key": "1", "validFrom": "2024-01-01T00:00:00Z", "firstName": "Ann", "email": "ann@example.com"}
CSV = b"""key,valid_from,first_name,email
1,2024-01-01T00:00:00Z,Ann,ann@example.com
1,2024-06-01T00:00:00Z,Anna,ann@example.com
2,2024-01-01T00:00:00Z,Ben,ben@example.com
3,2024-01-01T00:00:00Z,Cleo,cleo.at.example.com
"""


@pytest.fixture
def desk(installation: Installation, tmp_path: Path) -> UploadDesk:
    """Return what does the work of a worker with uploads."""
    return UploadDesk(installation, tmp_path / "landing")


async def _events(database: Database) -> int:
    async with database.connection() as connection:
        return await connection.fetchval("select count(*) from source_event")


async def test_a_preview_tells_what_then_becomes_of_each_row(database: Database, desk: UploadDesk) -> None:
    """New, changed, unchanged and refused rows are told before anything is written, and accepting does exactly that."""
    await take_in(database, ANN)
    uploads = Uploads(database)
    upload = await uploads.add("customer", "crm", "people.csv", {}, CSV, "somebody")
    before = await _events(database)
    assert await desk.once()
    told = (await uploads.one(upload.id)).told
    assert told is not None
    assert {name: told[name] for name in ("rows", "new", "changed", "unchanged", "refused")} == {
        "rows": 4,
        "new": 1,
        "changed": 1,
        "unchanged": 1,
        "refused": 1,
    }
    assert told["refusals"] == [
        {
            "row": 4,
            "line": 5,
            "record": told["refusals"][0]["record"],
            "problems": [{"path": "$.email", "reason": told["refusals"][0]["problems"][0]["reason"]}],
        }
    ]
    assert [(one["row"], one["fate"], one["key"]) for one in told["examples"]] == [
        (1, "unchanged", "1"),
        (2, "changed", "1"),
        (3, "new", "2"),
    ]
    assert await _events(database) == before
    assert not await desk.once()

    await uploads.accept(upload.id)
    assert await desk.once()
    done = await uploads.one(upload.id)
    assert done.state == "done"
    assert done.told is not None
    assert {name: done.told[name] for name in ("rows", "accepted", "unchanged", "refused")} == {
        "rows": 4,
        "accepted": 2,
        "unchanged": 1,
        "refused": 1,
    }
    assert await _events(database) == before + 2


async def test_parquet_and_packed_ndjson_are_read_too(database: Database, desk: UploadDesk) -> None:
    """The formats of `goldthread load` are those of uploads."""
    content = io.BytesIO()
    pq.write_table(pa.table({"customer_no": [7, 8], "First Name": ["Ida", "Jan"]}), content)
    uploads = Uploads(database)
    reading = {"columns": {"customer_no": "key"}}
    upload = await uploads.add("customer", "shop", "people.parquet", reading, content.getvalue(), "somebody")
    line = b'{"key": "9", "firstName": "Kim"}\n'
    other = await uploads.add("customer", "shop", "people.ndjson", {}, line, "somebody")
    assert (await desk.once(), await desk.once()) == (True, True)
    told = [(await uploads.one(one.id)).told or {} for one in (upload, other)]
    assert [(one["rows"], one["new"]) for one in told] == [(2, 2), (1, 1)]


async def test_a_file_that_cannot_be_read_says_so_and_is_not_kept(
    database: Database, desk: UploadDesk
) -> None:
    """A column that means nothing is named, with what may be meant; the content is gone."""
    uploads = Uploads(database)
    upload = await uploads.add("customer", "crm", "people.csv", {}, b"key,frist_name\n1,Ann\n", "somebody")
    await desk.once()
    failed = await uploads.one(upload.id)
    assert (failed.state, await _contents(database)) == ("failed", 0)
    assert "first_name" in (failed.told or {})["error"]
    with pytest.raises(ConflictError, match="the upload is failed"):
        await uploads.accept(upload.id)
    assert await _events(database) == 0


async def test_what_was_discarded_is_forgotten_and_cannot_be_accepted(
    database: Database, desk: UploadDesk
) -> None:
    """Saying no leaves neither the content nor what was found out of it."""
    uploads = Uploads(database)
    upload = await uploads.add("customer", "crm", "people.csv", {}, CSV, "somebody")
    await desk.once()
    gone = await uploads.discard(upload.id)
    assert (gone.state, gone.told, await _contents(database)) == ("discarded", None, 0)
    with pytest.raises(ConflictError, match="the upload is discarded"):
        await uploads.accept(upload.id)
    assert await _events(database) == 0


async def test_a_worker_that_died_is_followed_by_another(database: Database, desk: UploadDesk) -> None:
    """What was claimed is left alone for a minute, then done by whoever comes."""
    uploads = Uploads(database)
    upload = await uploads.add("customer", "crm", "people.csv", {}, CSV, "somebody")
    assert await uploads.claim() is not None
    assert not await desk.once()
    async with database.connection() as connection:
        await connection.execute("update upload set claimed_at = claimed_at - interval '2 minutes'")
    assert await desk.once()
    assert (await uploads.one(upload.id)).state == "previewed"


async def test_an_erasure_forgets_every_upload(database: Database, desk: UploadDesk) -> None:
    """Anybody may be in a file that waits: nothing of it is left, and whoever uploaded it is told to do so again."""
    await take_in(database, ANN)
    uploads = Uploads(database)
    upload = await uploads.add("customer", "crm", "people.csv", {}, CSV, "somebody")
    await desk.once()
    async with database.connection() as connection:
        golden_id = await connection.fetchval("select subject_id from subject where kind = 'customer'")
    await Erasures(database, b"a secret of sixteen bytes").erase(
        "customer", golden_id, "somebody", "asked for"
    )
    gone = await uploads.one(upload.id)
    assert (gone.state, await _contents(database)) == ("failed", 0)
    assert gone.told == {"error": "somebody was erased meanwhile: upload the file again"}


async def test_only_so_many_uploads_wait(database: Database) -> None:
    """Each keeps its whole file, so that one more than allowed is refused."""
    uploads = Uploads(database)
    for _ in range(MOST_WAITING):
        await uploads.add("customer", "crm", "a.csv", {}, b"key\n1\n", "somebody")
    with pytest.raises(ConflictError, match="accept or discard some"):
        await uploads.add("customer", "crm", "a.csv", {}, b"key\n1\n", "somebody")
    assert await _contents(database) == MOST_WAITING


async def _contents(database: Database) -> int:
    async with database.connection() as connection:
        return await connection.fetchval("select count(*) from upload where content is not null")
