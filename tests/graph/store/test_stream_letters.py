"""Dead letters of streams are kept as they came, published by one at a time, and removed with an erased person."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from graph.errors import NotFoundError, Problem
from graph.golden.traces import Traces, digest
from graph.store import erasures
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.stream_letters import StreamLetter, StreamLetters, add

AT = datetime(2024, 1, 1, tzinfo=UTC)


def letter(number: int, value: bytes | None = b"\xff\x00", topic: str = "t") -> StreamLetter:
    """Return a dead letter with bytes that are no text."""
    headers = (("h", b"\x00\xff"), ("a\0b", b""))
    return StreamLetter(
        UUID(int=number),
        "group",
        topic,
        0,
        number,
        AT,
        None,
        value,
        headers,
        (Problem("$.a\0", "is \0 wrong"),),
    )


async def kept(database: Database, *letters: StreamLetter) -> None:
    """Keep letters in a transaction of their own."""
    await database.transaction(lambda connection: add(connection, DEFAULT_TENANT, letters))


async def test_a_letter_is_kept_byte_for_byte_and_once(database: Database) -> None:
    """Key, value and headers come back as they were; what PostgreSQL cannot keep of the reasons is replaced."""
    await kept(database, letter(1), letter(2, None))
    await kept(database, letter(1))
    found = await StreamLetters(database).some([UUID(int=1), UUID(int=2)])
    assert [(each.key, each.value) for each in found] == [(None, b"\xff\x00"), (None, None)]
    assert found[0].headers == (("h", b"\x00\xff"), ("a\ufffdb", b""))
    assert found[0].reason == "$.a\ufffd: is \ufffd wrong"


async def test_letters_are_listed_by_topic_and_until_they_are_replayed(database: Database) -> None:
    """A page says how many there are in all; replayed ones wait no more."""
    await kept(database, letter(1), letter(2), letter(3, topic="other"))
    letters = StreamLetters(database)
    page, total = await letters.page(1, "t")
    assert (len(page), total) == (1, 2)
    assert (await letters.page(10))[1] == 3
    await letters.mark_replayed([UUID(int=1)])
    assert set(await letters.waiting()) == {UUID(int=2), UUID(int=3)}
    assert (await letters.page(10, "t", open_only=True))[1] == 1
    with pytest.raises(NotFoundError):
        await letters.some([UUID(int=9)])


async def test_two_publishers_take_different_letters_and_a_failure_marks_none(database: Database) -> None:
    """What one is publishing another one passes over; where publishing fails the letters wait."""
    await kept(database, letter(1), letter(2))
    letters = StreamLetters(database)
    async with letters.publishing(1) as first, letters.publishing(5) as second:
        assert {each.dead_letter_id for each in (*first, *second)} == {UUID(int=1), UUID(int=2)}
        assert len(first) == len(second) == 1
    await kept(database, letter(3))
    with pytest.raises(ValueError, match="broken off"):
        await _broken_off(letters)
    async with letters.publishing(5) as again:
        assert [each.dead_letter_id for each in again] == [UUID(int=3)]


async def _broken_off(letters: StreamLetters) -> None:
    async with letters.publishing(5) as some:
        assert [each.dead_letter_id for each in some] == [UUID(int=3)]
        raise ValueError("broken off")


async def test_letters_that_name_an_erased_person_are_removed(database: Database) -> None:
    """A word of the person in the value is enough; other letters stay."""
    secret = b"s" * 32
    await kept(database, letter(1, b'{"email": "ann@example.org"'), letter(2, b'{"email": "bob@example.org"'))
    traces = Traces(secret, frozenset({digest(secret, "word", "ann@example.org")}))

    async def work(connection: Connection) -> int:
        return sum(
            map(len, (await erasures.remove_dead_letters(connection, DEFAULT_TENANT, traces)).values())
        )

    assert await database.transaction(work) == 1
    page, _ = await StreamLetters(database).page(10)
    assert [each.dead_letter_id for each in page] == [UUID(int=2)]
