"""Dead letters are kept whole, counted once, replayed after a fix, and never lost silently."""

from __future__ import annotations

import asyncio
from uuid import UUID

import orjson
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import NotFoundError, Problem
from graph.store.database import Database
from lineage.dead_letters import DeadLetters, Replayed, Tally
from lineage.recorder import Recorder
from tests.lineage.conftest import run_event

WRONG = [Problem("$.run", "is missing")]
GOOD = orjson.dumps(run_event(1, "COMPLETE", "2026-01-01T00:00:00Z", outputs=["a"]))


@pytest.fixture
def letters(database: Database) -> DeadLetters:
    """Return the letters of the test database."""
    return DeadLetters(database)


async def _events(database: Database) -> int:
    async with database.connection() as connection:
        return await connection.fetchval("select count(*) from lineage_event")


async def test_a_letter_is_kept_whole_and_counted_once(letters: DeadLetters) -> None:
    """The same bytes again count on the same letter, with what was wrong the last time and where they came from first."""
    first = await letters.keep("here", b"{\xff\x00", WRONG)
    other = await letters.keep("here", b"", [])
    again = await letters.keep("there", b"{\xff\x00", [Problem("$", "is not JSON")])
    assert (again, first != other) == (first, True)
    letter, raw = await letters.show(first)
    assert raw == b"{\xff\x00"
    assert (letter.times, letter.source, letter.size) == (2, "here", 3)
    assert letter.problems == (Problem("$", "is not JSON"),)
    assert letter.received_at < letter.last_received_at
    assert (await letters.show(other))[1] == b""
    assert await letters.tally() == Tally(2, 2, 9 + 12, 0)


async def test_letters_that_come_at_once_are_all_kept(database: Database) -> None:
    """From several processes, some the same: each is one letter, and how often it came adds up."""
    doors = [DeadLetters(database) for _ in range(3)]
    kept = await asyncio.gather(
        *(door.keep("door", str(number % 10).encode(), WRONG) for door in doors for number in range(40))
    )
    assert len(set(kept)) == 10
    found = [(await doors[0].show(key))[0] for key in set(kept)]
    assert [letter.times for letter in found] == [12] * 10
    assert (await doors[0].tally()).letters == 10


@given(st.text(), st.text(), st.binary(max_size=100))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None, max_examples=30)
async def test_whatever_is_wrong_can_be_kept(database: Database, path: str, reason: str, raw: bytes) -> None:
    """Texts that PostgreSQL cannot hold and texts without end do not keep a letter from being kept."""
    letters = DeadLetters(database)
    key = await letters.keep(path, raw, [Problem(path + "\0\ud800", reason * 5_000)] * 60)
    letter, content = await letters.show(key)
    assert content == raw
    assert len(letter.problems) == 50
    assert len(letter.problems[0].reason) <= 1_000


async def test_a_large_letter_is_kept_whole(letters: DeadLetters) -> None:
    """Nothing is cut off."""
    raw = b"x" * 12_000_000
    letter, content = await letters.show(await letters.keep("door", raw, WRONG))
    assert (letter.size, content == raw) == (12_000_000, True)


async def test_pages_go_back_from_the_latest(letters: DeadLetters, recorder: Recorder) -> None:
    """Each letter is on one page; those that were replayed can be left out."""
    ids = [await letters.keep("door", f"{number}".encode(), WRONG) for number in range(4)]
    ids.append(await letters.keep("door", GOOD, WRONG))
    page, more = await letters.page(2)
    assert ([letter.dead_letter_id for letter in page], more) == ([ids[4], ids[3]], True)
    page, more = await letters.page(3, after=ids[3])
    assert ([letter.dead_letter_id for letter in page], more) == ([ids[2], ids[1], ids[0]], False)
    await letters.replay([ids[4]], recorder)
    page, _ = await letters.page(10, open_only=True)
    assert [letter.dead_letter_id for letter in page] == ids[3::-1]


async def test_a_replay_records_what_can_be_read_now(
    database: Database, letters: DeadLetters, recorder: Recorder
) -> None:
    """What can be recorded is, once; what still cannot stays, with what is wrong now."""
    good, bad = await letters.keep("door", GOOD, WRONG), await letters.keep("door", b"{}", WRONG)
    seen: list[int] = []
    done, left = sorted(
        await letters.replay(None, recorder, seen.append), key=lambda told: told.event_id is None
    )
    assert seen == [2]
    assert (done.dead_letter_id, done.problems) == (good, ())
    assert (left.dead_letter_id, left.event_id) == (bad, None)
    assert left.problems == (await letters.show(bad))[0].problems
    assert left.problems != tuple(WRONG)
    letter, raw = await letters.show(good)
    assert (letter.event_id, letter.replayed_at is not None, raw) == (done.event_id, True, GOOD)
    assert await letters.tally() == Tally(2, 1, (await letters.tally()).bytes, 0)
    assert await letters.replay([good], recorder) == [Replayed(good, done.event_id, ())]
    assert await _events(database) == 1
    assert [told.dead_letter_id for told in await letters.replay(None, recorder)] == [bad]


async def test_unknown_letters_are_told_before_anything_is_done(
    database: Database, letters: DeadLetters, recorder: Recorder
) -> None:
    """Neither recorded nor discarded is the known one beside an unknown one."""
    good = await letters.keep("door", GOOD, WRONG)
    unknown = UUID(int=7)
    for act in (
        letters.replay([good, unknown], recorder),
        letters.discard([good, unknown]),
        letters.show(unknown),
    ):
        with pytest.raises(NotFoundError, match=f"no dead letter has the id {unknown}"):
            await act
    assert (await _events(database), (await letters.tally()).letters) == (0, 1)


async def test_letters_can_be_discarded(letters: DeadLetters) -> None:
    """One by one, or all."""
    ids = [await letters.keep("door", f"{number}".encode(), WRONG) for number in range(4)]
    assert await letters.discard(ids[:1]) == 1
    assert (await letters.tally()).letters == 3
    assert await letters.discard(None) == 3
    assert await letters.tally() == Tally(0, 0, 0, 0)


async def test_a_flood_lets_the_oldest_go_and_says_so(
    database: Database, recorder: Recorder, caplog: pytest.LogCaptureFixture
) -> None:
    """Beyond the limit the replayed ones go first, then the oldest; those nobody replayed are counted and told of."""
    letters = DeadLetters(database, most_letters=3)
    ids = [await letters.keep("door", f"{number}".encode(), WRONG) for number in range(2)]
    ids.append(await letters.keep("door", GOOD, WRONG))
    await letters.replay([ids[2]], recorder)
    ids.append(await letters.keep("door", b"3", WRONG))
    assert [letter.dead_letter_id for letter in (await letters.page(9))[0]] == [ids[3], ids[1], ids[0]]
    assert ((await letters.tally()).let_go, caplog.text) == (0, "")
    ids.append(await letters.keep("door", b"4", WRONG))
    assert [letter.dead_letter_id for letter in (await letters.page(9))[0]] == [ids[4], ids[3], ids[1]]
    tally = await letters.tally()
    assert (tally.letters, tally.waiting, tally.let_go) == (3, 3, 1)
    assert "1 dead letters were let go before anybody replayed them" in caplog.text


async def test_too_many_bytes_let_the_oldest_go(database: Database) -> None:
    """The newest letter stays, however large it is."""
    letters = DeadLetters(database, most_bytes=3_000)
    for number in range(8):
        await letters.keep(
            "door",
            orjson.dumps(
                [str(UUID(int=n * n * 7**40 % 2**128)) for n in range(number * 50, 50 + number * 50)]
            ),
            WRONG,
        )
    tally = await letters.tally()
    assert tally.bytes <= 3_000 or tally.letters == 1
    assert tally.let_go == 8 - tally.letters > 0
