"""The doors for events: what they take, what they refuse, and that they keep what they refuse."""

from __future__ import annotations

import gzip
from collections.abc import AsyncIterator, Awaitable, Callable
from uuid import UUID

import httpx
import pytest
import zstandard
from starlette.applications import Starlette

from graph.store.database import Database
from service.app import create_app
from service.event_routes import MOST_EVENTS
from service.settings import Settings
from tests.service.event_cases import BATCH, JSON, LINEAGE, counted, day, run_event, text

Written = Callable[[], Awaitable[dict[str, int]]]


async def test_an_event_is_recorded_once(client: httpx.AsyncClient, database: Database) -> None:
    """201 both times, the second time as a duplicate that changes nothing; it comes back as it was sent."""
    event = run_event(1, "COMPLETE", day(1))
    first = await client.post(LINEAGE, json=event)
    assert first.status_code == 201
    event_id = first.json()["eventId"]
    assert first.json() == {"eventId": event_id, "duplicate": False, "warnings": []}
    second = await client.post(LINEAGE, json=event)
    assert (second.status_code, second.json()["duplicate"]) == (201, True)
    assert second.json()["eventId"] == event_id
    assert await counted(database) == (1, 0)
    stored = (await client.get(f"/api/v1/events/{event_id}")).json()
    assert (stored["event"], stored["eventType"]) == (event, "COMPLETE")


async def test_what_differs_from_the_specification_is_taken_and_told(client: httpx.AsyncClient) -> None:
    """The answer lists each warning with its path."""
    event = run_event(1, "COMPLETE", "2026-01-01T00:00:00")
    del event["producer"]
    answer = await client.post(LINEAGE, json=event)
    assert answer.status_code == 201
    assert [warning["path"] for warning in answer.json()["warnings"]] == ["$.eventTime", "$.producer"]


@pytest.mark.parametrize(
    "media_type",
    [
        "application/json",
        "application/json; charset=utf-8",
        "application/json;charset=UTF-8",
        "Application/JSON; Charset=UTF-8",
        "application/vnd.openlineage+json; version=2",
    ],
)
@pytest.mark.parametrize("path", [LINEAGE, f"{LINEAGE}/"])
async def test_json_is_taken_under_each_of_its_names(
    client: httpx.AsyncClient, media_type: str, path: str
) -> None:
    """In any case, with a charset, of a vendor; with and without a slash at the end."""
    answer = await client.post(path, content=text(1), headers={"Content-Type": media_type})
    assert answer.status_code == 201, answer.text


@pytest.mark.parametrize("encoding", ["gzip", "GZIP", "x-gzip", "zstd", "identity"])
async def test_packed_events_are_taken(client: httpx.AsyncClient, database: Database, encoding: str) -> None:
    """Also of several members; the event is the same one as its plain text."""
    body = text(1)
    half = len(body) // 2
    pack = {"zstd": zstandard.ZstdCompressor().compress, "identity": bytes}.get(encoding, gzip.compress)
    for packed in (pack(body), pack(body[:half]) + pack(body[half:])):
        headers = {**JSON, "Content-Encoding": encoding}
        assert (await client.post(LINEAGE, content=packed, headers=headers)).status_code == 201
    assert (await client.post(LINEAGE, content=body, headers=JSON)).json()["duplicate"] is True
    assert await counted(database) == (1, 0)


PACKED = gzip.compress(text(1)), zstandard.ZstdCompressor().compress(text(1))


@pytest.mark.parametrize("path", [LINEAGE, BATCH])
@pytest.mark.parametrize(
    ("body", "encoding", "status", "told"),
    [
        (gzip.compress(bytes(80 << 20)), "gzip", 413, "longer than"),
        (zstandard.ZstdCompressor().compress(bytes(80 << 20)), "zstd", 413, "longer than"),
        (zstandard.ZstdCompressor(write_content_size=False).compress(bytes(80 << 20)), "zstd", 413, "longer"),
        (bytes(70 << 20), "identity", 413, "longer than"),
        (text(1), "gzip", 400, "is not gzip as Content-Encoding says"),
        (text(1), "zstd", 400, "is not zstd as Content-Encoding says"),
        (b"", "gzip", 400, "cut short"),
        (b"", "zstd", 400, "cut short"),
        (PACKED[0][:-9], "gzip", 400, "cut short"),
        (PACKED[1][:-9], "zstd", 400, "cut short"),
        (PACKED[1] + b"x", "zstd", 400, "is not zstd"),
        (zstandard.ZstdCompressor().compress(b" ") * 101, "zstd", 400, "more than 100 frames"),
        (text(1), "br", 415, "Content-Encoding br is not understood; send gzip, zstd or none"),
        (text(1), "gzip, gzip", 415, "is not understood"),
    ],
)
async def test_what_cannot_be_unpacked_is_refused_and_stores_nothing(
    client: httpx.AsyncClient, written: Written, path: str, body: bytes, encoding: str, status: int, told: str
) -> None:
    """What is larger than allowed once unpacked is 413, what is not packed so is 400, other packings are 415."""
    answer = await client.post(path, content=body, headers={**JSON, "Content-Encoding": encoding})
    error = answer.json()["error"]
    assert (answer.status_code, told in error["message"]) == (status, True), error
    assert "deadLetter" not in error
    assert await written() == {}


@pytest.mark.parametrize("path", [LINEAGE, BATCH])
@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp", "text/x+json"]
)
async def test_what_is_not_said_to_be_json_is_refused(
    client: httpx.AsyncClient, written: Written, path: str, media_type: str
) -> None:
    """415: a page of another site can make a browser send these, and no others."""
    answer = await client.post(
        path, content=text(1), headers={"Content-Type": media_type} if media_type else {}
    )
    assert answer.status_code == 415
    assert answer.json()["error"]["code"] == "UNSUPPORTED_MEDIA_TYPE"
    assert await written() == {}


@pytest.mark.parametrize(
    ("body", "path", "reason"),
    [
        (b'{"eventTime": ', "$", "is not JSON"),
        (b'{"a": "\xff"}', "$", "UTF-8"),
        (b"[]", "$", "must be one JSON object"),
        (b"[" * 50_000, "$", ""),
        (b'{"eventTime": "2026-01-01T00:00:00Z"}', "$.run", "is missing"),
        (b'{"eventTime": "0000-01-01T00:00:00Z", "run": {}, "job": {}}', "$.eventTime", "is not an ISO 8601 instant"),
        (b'{"eventTime": "9999-01-01T00:00:00Z", "run": {}, "job": {}}', "$.eventTime", "lies outside"),
        (text(1, job={"namespace": "", "name": "b"}), "$.job.namespace", ""),
        (text(1, producer="\0"), "$.producer", "NUL"),
    ],
)  # fmt: skip
async def test_a_refused_event_is_kept_as_a_dead_letter(
    client: httpx.AsyncClient, database: Database, body: bytes, path: str, reason: str
) -> None:
    """400 says where and why and which letter it is; nothing of it is in the model; sent again it is the same letter."""
    answers = [await client.post(LINEAGE, content=body, headers=JSON) for _ in range(2)]
    first, second = (answer.json()["error"] for answer in answers)
    assert [answer.status_code for answer in answers] == [400, 400]
    assert (first["code"], first["problems"][0]["path"]) == ("INVALID_INPUT", path)
    assert reason in first["problems"][0]["reason"]
    assert first == second
    letter = UUID(first["deadLetter"]["id"])
    assert first["deadLetter"]["url"] == f"/api/v1/dead-letters/{letter}"
    assert await counted(database) == (0, 1)
    async with database.connection() as connection:
        row = await connection.fetchrow("select dead_letter_id, source, times, size from dead_letter")
    assert row is not None
    assert tuple(row) == (letter, "POST /api/v1/lineage", 2, len(body))


async def test_an_empty_body_leaves_no_letter(client: httpx.AsyncClient, written: Written) -> None:
    """There is nothing to keep."""
    answer = await client.post(LINEAGE, content=b"", headers=JSON)
    assert answer.status_code == 400
    assert "deadLetter" not in answer.json()["error"]
    assert await written() == {}


async def test_large_events_are_taken_up_to_the_limit_set(
    client: httpx.AsyncClient, database: Database, database_url: str
) -> None:
    """Ten megabytes as a matter of course; how much more than that is a setting."""
    large = text(1, "START", padding="x" * 10_000_000)
    assert (await client.post(LINEAGE, content=large, headers=JSON)).status_code == 201
    settings = Settings(database_url=database_url, largest_event=100_000)  # pyright: ignore[reportArgumentType]
    application = create_app(settings)
    async with application.router.lifespan_context(application), _client(application) as narrow:
        for length, status in ((99_000, 201), (101_000, 413)):
            body = text(1, "START", padding="x" * (length - 500))
            assert (await narrow.post(LINEAGE, content=body, headers=JSON)).status_code == status
            packed = {**JSON, "Content-Encoding": "gzip"}
            answer = await narrow.post(LINEAGE, content=gzip.compress(body), headers=packed)
            assert answer.status_code == status
        too_large = await narrow.post(BATCH, content=b"[" + body + b"," + text(2) + b"]", headers=JSON)
    assert [one["index"] for one in too_large.json()["failed_events"]] == [0]
    assert "an event may have 100000" in too_large.json()["failed_events"][0]["reason"]
    assert await counted(database) == (3, 0)


async def test_each_event_of_a_batch_stands_or_falls_alone(
    client: httpx.AsyncClient, database: Database
) -> None:
    """200 with the counts of the specification, and for each that failed its index, reason and dead letter."""
    good = run_event(1, "COMPLETE", day(1))
    body = [good, {"eventTime": day(1)}, 7, good, {**good, "eventTime": "now"}]
    response = await client.post(BATCH, json=body)
    assert response.status_code == 200
    answer = response.json()
    assert answer["status"] == "partial_success"
    assert answer["summary"] == {
        "received": 5,
        "successful": 2,
        "failed": 3,
        "retriable": 0,
        "non_retriable": 3,
    }
    failed = answer["failed_events"]
    assert [(one["index"], one["retriable"]) for one in failed] == [(1, False), (2, False), (4, False)]
    assert failed[0]["reason"].startswith("$.run: is missing")
    assert len({one["deadLetter"]["id"] for one in failed}) == 3
    assert await counted(database) == (1, 3)


@pytest.mark.parametrize("path", [BATCH, f"{BATCH}/"])
async def test_the_status_of_a_batch_is_one_of_the_specification(
    client: httpx.AsyncClient, path: str
) -> None:
    """It knows success and partial_success, and nothing else for a batch that failed as a whole."""
    for body, status in (
        ([run_event(1, "START", day(1))], "success"),
        ([], "success"),
        ([7], "partial_success"),
    ):
        answer = (await client.post(path, json=body)).json()
        assert (answer["status"], answer["summary"]["received"]) == (status, len(body))


@pytest.mark.parametrize(
    "body", [b"", b"{}", b"[1", b"[" * 50_000, b"\xff", b"[]x", b"[%s1]" % (b"1," * MOST_EVENTS)]
)
async def test_a_batch_that_is_no_array_is_refused_as_a_whole(
    client: httpx.AsyncClient, written: Written, body: bytes
) -> None:
    """400 where the batch itself cannot be read or holds too many events; nothing of it is kept."""
    response = await client.post(BATCH, content=body, headers=JSON)
    assert response.status_code == 400
    assert response.json()["error"]["problems"][0]["path"] == "$"
    assert await written() == {}


KEY = "sesame"


@pytest.fixture
async def locked(database: Database, database_url: str) -> AsyncIterator[httpx.AsyncClient]:
    """Return a client of an application that wants an API key."""
    settings = Settings(database_url=database_url, api_key=KEY)  # pyright: ignore[reportArgumentType]
    application = create_app(settings)
    async with application.router.lifespan_context(application), _client(application) as client:
        yield client


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Authorization": f"Bearer {KEY}"}, 201),
        ({"Authorization": f"bearer {KEY}"}, 201),
        ({"X-API-Key": KEY}, 201),
        ({"Authorization": "Basic abc", "X-API-Key": KEY}, 201),
        ({}, 401),
        ({"Authorization": "Bearer "}, 401),
        ({"Authorization": KEY}, 401),
        ({"Authorization": f"Bearer {KEY}x"}, 401),
        ({"X-API-Key": "wrong"}, 401),
    ],
)
async def test_events_need_the_key(
    locked: httpx.AsyncClient, database: Database, headers: dict[str, str], status: int
) -> None:
    """As openlineage-python, Airflow, dbt, Spark and Debezium send it, or as X-API-Key; else 401 before anything is read."""
    for path, body in ((LINEAGE, text(1)), (BATCH, b"[" + text(1) + b"]"), (LINEAGE, b"{")):
        answer = await locked.post(path, content=body, headers={**JSON, **headers})
        expected = {LINEAGE: 201 if body != b"{" else 400, BATCH: 200}[path] if status == 201 else status
        assert answer.status_code == expected
    assert await counted(database) == ((1, 1) if status == 201 else (0, 0))


async def test_events_are_taken_under_a_prefix(database: Database, database_url: str) -> None:
    """Behind a proxy that hands on whole paths; the paths without the prefix answer too, others that begin so do not."""
    application = create_app(Settings(database_url=database_url, prefix="/tools/goldthread"))
    async with application.router.lifespan_context(application), _client(application) as client:
        for prefix, status in (
            ("/tools/goldthread", 201),
            ("", 201),
            ("/tools/goldthreadx", 404),
            ("/tools", 404),
        ):
            answer = await client.post(f"{prefix}{LINEAGE}", content=text(1), headers=JSON)
            assert answer.status_code == status
        assert (await client.get("/tools/goldthread/healthz")).status_code == 200


async def test_other_methods_are_refused_as_ever(client: httpx.AsyncClient) -> None:
    """405 for what a door does not do."""
    for method, path in (("PUT", LINEAGE), ("DELETE", LINEAGE), ("GET", BATCH), ("PATCH", BATCH)):
        assert (await client.request(method, path)).status_code == 405


async def test_what_came_is_counted(client: httpx.AsyncClient) -> None:
    """Under the paths of the doors, by outcome; answers have a request id like all others."""
    answer = await client.post(LINEAGE, content=text(1), headers={**JSON, "X-Request-Id": "abc"})
    assert answer.headers["x-request-id"] == "abc"
    assert answer.headers["x-content-type-options"] == "nosniff"
    await client.post(LINEAGE, content=text(1), headers=JSON)
    await client.post(LINEAGE, content=b"{", headers=JSON)
    await client.post(BATCH, content=b"[" + text(2) + b",7]", headers=JSON)
    told = (await client.get("/metrics")).text
    for line in (
        'goldthread_lineage_events_total{outcome="recorded"} 2.0',
        'goldthread_lineage_events_total{outcome="duplicate"} 1.0',
        'goldthread_lineage_events_total{outcome="rejected"} 2.0',
        f'goldthread_requests_total{{method="POST",operation="",route="{LINEAGE}",status="201"}} 2.0',
        f'goldthread_requests_total{{method="POST",operation="",route="{LINEAGE}",status="400"}} 1.0',
        f'goldthread_requests_total{{method="POST",operation="",route="{BATCH}",status="200"}} 1.0',
        'goldthread_errors_total{code="INVALID_INPUT"} 1.0',
    ):
        assert line in told


def _client(application: Starlette) -> httpx.AsyncClient:
    return httpx.AsyncClient(transport=httpx.ASGITransport(application), base_url="http://localhost:8000")
