"""Events of an earlier release are recorded anew, each once, however often that is broken off."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import orjson
import pytest
import zstandard

from graph.errors import CatalogError
from graph.identity import content_id
from graph.store.database import DEFAULT_TENANT, Database
from lineage.dead_letters import DeadLetters
from lineage.recorder import Recorded, Recorder
from lineage.replay import Replay, replay, waiting
from tests.lineage.conftest import model, run_event

RAWS = [
    orjson.dumps(
        run_event(
            number, kind, f"2026-01-{number + 1:02}T00:00:00Z", inputs=["a"], outputs=[f"b{number % 3}"]
        )
    )
    for number in range(12)
    for kind in ("START", "COMPLETE")
]


async def _stored(database: Database, raws: list[bytes] = RAWS) -> None:
    """Have events wait as the migration leaves them."""
    pack = zstandard.ZstdCompressor(level=1).compress
    async with database.connection() as connection:
        await connection.executemany(
            "insert into lineage_replay (tenant_id, event_id, body) values ($1, $2, $3)",
            [(DEFAULT_TENANT, content_id(raw), pack(raw)) for raw in raws],
        )


async def _expected(database: Database) -> dict[str, list[tuple[object, ...]]]:
    """Return the model that the events make, with nothing left behind."""
    await Recorder(database).record_batch(RAWS)
    expected = await model(database)
    async with database.connection() as connection:
        tables = await connection.fetch(
            "select tablename as name from pg_tables where schemaname = 'public' and tablename <> all ($1)",
            ["tenant", "clock", "alembic_version"],
        )
        await connection.execute(f"truncate {', '.join(row['name'] for row in tables)}")
    return expected


async def test_what_waits_is_recorded_and_struck_off(database: Database, recorder: Recorder) -> None:
    """The model is the one that the events make when they come through a door; afterwards nothing is left to do."""
    expected = await _expected(database)
    await _stored(database)
    assert await waiting(database) == len(RAWS)
    seen: list[int] = []
    assert await replay(database, recorder, advance=seen.append) == Replay(recorded=len(RAWS))
    assert seen == [len(RAWS)]
    assert await model(database) == expected
    assert await waiting(database) == 0
    assert await replay(database, recorder) == Replay()


class _Dying(Recorder):
    """Is ended when it has recorded, as by SIGTERM."""

    async def record_batch(self, raws: Sequence[bytes]) -> list[Recorded | CatalogError]:
        """Record, and be ended."""
        await super().record_batch(raws)
        raise asyncio.CancelledError


async def test_broken_off_anywhere_nothing_is_lost_or_doubled(database: Database, recorder: Recorder) -> None:
    """Killed after each recording, before it is struck off: the next call does the rest, and the model is the same."""
    expected = await _expected(database)
    await _stored(database)
    left: list[int] = []
    for _ in range(3):
        with pytest.raises(asyncio.CancelledError):
            await replay(database, _Dying(database), at_once=5)
        left.append(await waiting(database))
        assert await replay(database, recorder, advance=lambda done: True, at_once=5) == Replay(recorded=5)
    assert left == [24, 19, 14]
    assert await replay(database, recorder) == Replay(recorded=9)
    assert await model(database) == expected


async def test_what_cannot_be_read_any_more_becomes_a_dead_letter(
    database: Database, recorder: Recorder
) -> None:
    """It is kept whole with what is wrong, beside the others, which are recorded."""
    bad = b'{"eventTime": "yesterday"}'
    await _stored(database, [RAWS[0], bad, RAWS[1]])
    assert await replay(database, recorder) == Replay(recorded=2, refused=1)
    ((letter,), _) = await DeadLetters(database).page(10)
    assert (letter.source, letter.size) == ("events of an earlier release", len(bad))
    assert (await DeadLetters(database).show(letter.dead_letter_id))[1] == bad
    assert await waiting(database) == 0


async def test_only_one_process_is_at_it(database: Database, recorder: Recorder) -> None:
    """A second one that starts meanwhile goes on without."""
    await _stored(database)
    first, second = await asyncio.gather(replay(database, recorder), replay(database, Recorder(database)))
    assert {first.is_elsewhere, second.is_elsewhere} == {False, True}
    assert first.recorded + second.recorded == len(RAWS)
