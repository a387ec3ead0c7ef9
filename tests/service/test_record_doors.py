"""POST /api/v1/records: JSON, NDJSON and CSV, each record standing or falling alone."""

from __future__ import annotations

import gzip
import json

import httpx

from service.record_routes import MOST_RESULTS, SLICE

RECORDS = "/api/v1/records"

ONE = {
    "sourceSystem": "crm",
    "key": "1",
    "validFrom": "2020-01-01T00:00:00Z",
    "firstName": "Ann",
    "email": "ann@example.org",
}


async def _send(client: httpx.AsyncClient, media_type: str, body: str | bytes) -> httpx.Response:
    return await client.post(RECORDS, content=body, headers={"Content-Type": media_type})


async def test_one_record_and_a_list_of_records_are_taken_alike(client: httpx.AsyncClient) -> None:
    """A JSON object is one record, an array many; a record that is sent again changes nothing."""
    first = (await client.post(RECORDS, json=ONE)).json()
    again = (await client.post(RECORDS, json=[ONE, ONE | {"key": "2"}])).json()
    golden_id = first["results"][0]["customerId"]
    assert first == {
        "accepted": 1,
        "unchanged": 0,
        "rejected": 0,
        "listed": "all",
        "results": [{"index": 0, "status": "accepted", "customerId": golden_id, "problems": []}],
    }
    assert (again["accepted"], again["unchanged"]) == (1, 1)
    assert [result["customerId"] for result in again["results"]] == [golden_id, golden_id]


async def test_a_rejected_record_leaves_the_others_alone(client: httpx.AsyncClient) -> None:
    """Each rejected record is told all its problems with their JSON paths."""
    body = (
        await client.post(RECORDS, json=[ONE, {"sourceSystem": "crm", "firstNam": "A", "email": 7}, 5])
    ).json()
    assert (body["accepted"], body["rejected"]) == (1, 2)
    assert body["results"][1] == {
        "index": 1,
        "status": "rejected",
        "customerId": None,
        "problems": [
            {"path": "$.key", "reason": "is missing"},
            {"path": "$.firstNam", "reason": "is not known; did you mean firstName?"},
            {"path": "$.email", "reason": "must be text, got a number"},
        ],
    }
    assert body["results"][2]["problems"] == [{"path": "$", "reason": "must be an object, got a number"}]


async def test_a_broken_line_of_ndjson_is_rejected_with_its_number(client: httpx.AsyncClient) -> None:
    """Blank lines are skipped; a broken one, or one that is not UTF-8, is that record's problem alone."""
    lines = [
        json.dumps(ONE).encode(),
        b"",
        b'{"key": ',
        b'{"key": "\xff"}',
        json.dumps(ONE | {"key": "2"}).encode(),
    ]
    body = (await _send(client, "application/x-ndjson; charset=utf-8", b"\r\n".join(lines))).json()
    assert (body["accepted"], body["rejected"]) == (2, 2)
    assert [(result["index"], result["line"], result["status"]) for result in body["results"]] == [
        (0, 1, "accepted"),
        (1, 3, "rejected"),
        (2, 4, "rejected"),
        (3, 5, "accepted"),
    ]
    assert body["results"][1]["problems"][0]["reason"].startswith("line 3 is not JSON: ")


async def test_csv_columns_may_be_snake_case_or_camel_case(client: httpx.AsyncClient) -> None:
    """A header in either spelling is understood, with a byte order mark, quotes and empty cells."""
    text = (
        "\ufeffsource_system,key,validFrom,first_name,lastName,street,postal_code,city,birth_date\r\n"
        'crm,1,2020-01-01T00:00:00Z,Ann,"Lee, ""the"" one",Hauptstr. 1,10115,Berlin,1980-05-17\r\n'
        "\r\n"
        "crm,2,2020-01-01T00:00:00Z,Bob,,,,,\r\n"
    )
    body = (await _send(client, "text/csv", text)).json()
    assert (body["accepted"], body["rejected"]) == (2, 0)
    ann = (await client.get(f"/api/v1/customers/{body['results'][0]['customerId']}")).json()
    assert (ann["lastName"], ann["address"]["city"], ann["birthDate"]) == (
        'Lee, "the" one',
        "Berlin",
        "1980-05-17",
    )
    bob = (await client.get(f"/api/v1/customers/{body['results'][1]['customerId']}")).json()
    assert (bob["firstName"], bob["lastName"], bob["address"]) == ("Bob", None, None)


async def test_a_broken_row_of_csv_is_rejected_with_its_line(client: httpx.AsyncClient) -> None:
    """A row of the wrong length, or with a stray quote, is that record's problem alone."""
    text = 'source_system,key,first_name\ncrm,1\ncrm,2,"A"b\ncrm,3,Cy,extra\ncrm,4,Di\n'
    body = (await _send(client, "text/csv", text)).json()
    assert (body["accepted"], body["rejected"]) == (1, 3)
    assert [(result["line"], result["problems"][0]["reason"]) for result in body["results"][:3]] == [
        (2, "line 2 has 2 columns, the header has 3"),
        (3, "line 3 is not CSV: ',' expected after '\"'"),
        (4, "line 4 has 4 columns, the header has 3"),
    ]


async def test_provenance_names_the_row_of_the_body(client: httpx.AsyncClient) -> None:
    """The position of a record in the body is kept, counting the broken ones too."""
    lines = ["nonsense", json.dumps(ONE)]
    body = (await _send(client, "application/x-ndjson", "\n".join(lines))).json()
    golden_id = body["results"][1]["customerId"]
    versions = (await client.get(f"/api/v1/customers/{golden_id}/versions")).json()["versions"]
    assert {source["position"] for source in versions[0]["provenance"]} == {1}


async def test_a_large_body_is_taken_in_slices_and_lists_only_what_was_rejected(
    client: httpx.AsyncClient,
) -> None:
    """Above MOST_RESULTS records the answer counts all and lists the rejected ones."""
    count = MOST_RESULTS + SLICE // 2
    records = [
        ONE | {"key": str(n), "email": f"c{n}@example.org"} if n % 100 else {"key": n} for n in range(count)
    ]
    packed = gzip.compress("\n".join(json.dumps(record) for record in records).encode())
    response = await client.post(
        RECORDS,
        content=packed,
        headers={"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"},
    )
    body = response.json()
    rejected = [n for n in range(count) if n % 100 == 0]
    assert (body["accepted"], body["rejected"]) == (count - len(rejected), len(rejected))
    assert body["listed"] == f"the first {MOST_RESULTS} rejected"
    assert [result["index"] for result in body["results"]] == rejected


async def test_a_body_of_several_gzip_members_is_taken_whole(client: httpx.AsyncClient) -> None:
    """What `cat a.gz b.gz` makes is both files; a byte order mark costs no record; too many members are refused."""
    lines = [
        json.dumps(ONE | {"key": str(n), "email": f"c{n}@example.org"}).encode() + b"\n" for n in range(3)
    ]
    packed = b"".join(gzip.compress(line) for line in [b"\xef\xbb\xbf" + lines[0], *lines[1:]])
    headers = {"Content-Type": "application/x-ndjson", "Content-Encoding": "gzip"}
    response = await client.post(RECORDS, content=packed, headers=headers)
    assert (response.status_code, response.json()["accepted"]) == (200, 3)
    response = await client.post(RECORDS, content=gzip.compress(b"\n") * 101, headers=headers)
    assert response.status_code == 400
    assert "more than 100 members" in response.json()["error"]["problems"][0]["reason"]


async def test_what_was_taken_in_is_counted(client: httpx.AsyncClient) -> None:
    """The metrics tell how many records had which outcome."""
    await client.post(RECORDS, json=[ONE, ONE, {}])
    told = (await client.get("/metrics")).text
    assert 'goldthread_records_total{outcome="accepted"} 1.0' in told
    assert 'goldthread_records_total{outcome="unchanged"} 1.0' in told
    assert 'goldthread_records_total{outcome="rejected"} 1.0' in told
