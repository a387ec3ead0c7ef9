"""Whatever is sent to a door of golden records gets its exact refusal, and nothing of it is stored."""

from __future__ import annotations

import tracemalloc
from collections.abc import AsyncIterator, Awaitable, Callable

import httpx
import pytest

from graph.errors import InvalidInputError, refuse_nul
from tests.service.bad_input_cases import CUSTOMERS, DOORS, JSON, RECORDS, REJECTED, as_json

Written = Callable[[], Awaitable[dict[str, int]]]


@pytest.mark.parametrize("door", DOORS)
async def test_bad_input_is_refused_exactly_and_stores_nothing(
    client: httpx.AsyncClient, written: Written, subtests: pytest.Subtests, door: str
) -> None:
    """Each case has its status and code, and tells in words what is wrong; not a row is written."""
    for case in DOORS[door]:
        with subtests.test(case.what):
            headers = {"Content-Type": case.media_type} if case.media_type and case.method != "GET" else {}
            if case.encoding:
                headers["Content-Encoding"] = case.encoding
            response = await client.request(case.method, case.path, content=case.body, headers=headers)
            assert response.status_code == case.status, response.text[:500]
            code, text = _told(response)
            assert code == case.code
            assert case.told in text
            assert len(response.content) < 10_000
            assert await written() == {}


async def test_a_bad_record_is_rejected_with_its_reason_and_stores_nothing(
    client: httpx.AsyncClient, written: Written, subtests: pytest.Subtests
) -> None:
    """A body that can be read is answered with 200 and the reason of each record it cannot be taken for."""
    for what, media_type, body, reason in REJECTED:
        with subtests.test(what):
            response = await client.post(RECORDS, content=body, headers={"Content-Type": media_type})
            told = response.json()
            assert response.status_code == 200
            assert (told["accepted"], told["unchanged"], told["rejected"]) == (0, 0, 1)
            reasons = [problem["reason"] for problem in told["results"][0]["problems"]]
            assert any(reason in given for given in reasons), reasons
            assert len(response.content) < 10_000
            assert await written() == {}


async def test_a_body_with_one_broken_end_stores_none_of_its_beginning(
    client: httpx.AsyncClient, written: Written
) -> None:
    """A JSON array that breaks off after ten thousand good records leaves nothing behind."""
    records = [{"sourceSystem": "crm", "key": str(n), "firstName": "A"} for n in range(10_000)]
    body = as_json(records)[:-1]
    response = await client.post(RECORDS, content=body, headers={"Content-Type": JSON})
    assert (response.status_code, response.json()["error"]["code"]) == (400, "INVALID_INPUT")
    assert await written() == {}


async def test_an_update_that_is_refused_changes_nothing(client: httpx.AsyncClient) -> None:
    """A refused change of a customer leaves it, its versions and the clock as they were."""
    customer_id = (await client.post(CUSTOMERS, json={"firstName": "Ann"})).json()["id"]
    path = f"{CUSTOMERS}/{customer_id}"
    before = (await client.get(f"{path}/versions")).json()
    for fields in ({"email": "nonsense"}, {"firstName": 7}, {}, {"phone": "x", "lastName": "Lee"}):
        assert (await client.patch(path, json=fields)).status_code == 400
    assert (await client.get(f"{path}/versions")).json() == before


async def test_a_chunked_body_is_cut_off_at_the_limit(client: httpx.AsyncClient, written: Written) -> None:
    """A body without a declared length is read no further than the limit."""
    sent = 0

    async def endless() -> AsyncIterator[bytes]:
        nonlocal sent
        while sent < 100:
            sent += 1
            yield b" " * 100_000

    response = await client.post(CUSTOMERS, content=endless(), headers={"Content-Type": JSON})
    assert (response.status_code, response.json()["error"]["code"]) == (413, "PAYLOAD_TOO_LARGE")
    assert sent < 20
    assert await written() == {}


def _told(response: httpx.Response) -> tuple[str, str]:
    body = response.json()
    if "error" in body:
        reasons = [f"{problem['path']}: {problem['reason']}" for problem in body["error"]["problems"]]
        return body["error"]["code"], "\n".join([body["error"]["message"], *reasons])
    codes = {error["extensions"]["code"] for error in body["errors"]}
    assert len(codes) == 1, body
    return codes.pop(), "\n".join(error["message"] for error in body["errors"])


def test_looking_for_nul_takes_no_memory_for_paths() -> None:
    """A long list below a long name is looked through without a copy of the name for every item."""
    value = {"n" * 10_000: [*range(100_000), "a\0b"]}
    tracemalloc.start()
    with pytest.raises(InvalidInputError) as caught:
        refuse_nul(value)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1_000_000
    assert [problem.path for problem in caught.value.problems] == ["$." + "n" * 198]


@pytest.mark.parametrize(
    "query", ["?" + "&".join(f"f{number}=1" for number in range(200)), "?asOf=2025-01-01T00:00:00Z%00"]
)
async def test_a_query_string_is_refused_with_few_words(client: httpx.AsyncClient, query: str) -> None:
    """Hundreds of unknown parameters get fifty problems; a NUL behind an instant is not overlooked."""
    response = await client.get(f"/api/v1/customers{query}")
    assert response.status_code == 400
    assert 1 <= len(response.json()["error"]["problems"]) <= 50


async def test_an_instant_given_twice_is_refused(client: httpx.AsyncClient, written: Written) -> None:
    """A customer with validFrom in both spellings is not guessed at."""
    body = {"firstName": "Ann", "validFrom": "2025-01-01", "valid_from": "2024-01-01"}
    response = await client.post("/api/v1/customers", json=body)
    assert response.status_code == 400
    assert response.json()["error"]["problems"] == [{"path": "$.validFrom", "reason": "is given twice"}]
    assert await written() == {}
