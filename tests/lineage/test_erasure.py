"""The words of an erased person leave every table of lineage, and what was learned of them, while others write on."""

from __future__ import annotations

import asyncio
from collections.abc import Iterable

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.errors import Problem
from graph.golden.traces import Traces, digest
from graph.store.database import Connection, Database
from lineage.bodies import Bodies
from lineage.dead_letters import DeadLetters
from lineage.dictionaries import NO_DICTIONARY, dictionary_of
from lineage.erasure import LineageErasure
from lineage.found_words import FoundWords, holds_any, pieces
from lineage.recorder import Recorder
from tests.lineage.conftest import dataset, run_event
from tests.lineage.stored_bodies import AT, learn, raws, store

SECRET = b"s" * 32
MAIL = "ann.quast@example.com"
KEY = "c-1042-xq7"
TRACES = Traces(SECRET, frozenset(digest(SECRET, "word", word) for word in (MAIL, KEY)))

CLEANED = {
    ("column_edge", "input_column"),
    ("column_edge", "output_column"),
    ("column_inference", "reason"),
    ("dataset", "name"),
    ("dataset", "namespace"),
    ("dead_letter", "body"),
    ("dead_letter", "problems"),
    ("dead_letter", "source"),
    ("event_dictionary", "body"),
    ("facet", "body"),
    ("facet_version", "name"),
    ("job", "name"),
    ("job", "namespace"),
    ("lineage_event", "facets"),
    ("lineage_event", "warnings"),
    ("lineage_event_body", "body"),
    ("lineage_replay", "body"),
    ("mention_facet", "name"),
    ("run", "given_id"),
}
"""The columns that may hold a word."""

HARMLESS = {"digest", "kind", "state", "status", "event_type", "origins"}
"""Columns of the same types that cannot."""


def _event(person: str, number: int = 0) -> bytes:
    """Return an event that names somebody wherever one can: names, columns, facets, the id of the run."""
    where = dataset(f"exports/{person}/day.csv", facets={"note": {"text": person}, f"of {person}": {"x": 1}})
    lineage = {"fields": {person: {"inputFields": [{"namespace": "store", "name": "t", "field": person}]}}}
    event = run_event(number, "COMPLETE", "2026-01-01T00:00:00Z", inputs=["t"])
    event["run"] = {"runId": f"{person} {number}", "facets": {"asked": {"by": person}}}
    event["job"] = {"namespace": "scheduler", "name": f"export for {person}"}
    event["outputs"] = [where, dataset("plain", facets={"columnLineage": lineage})]
    return orjson.dumps(event)


async def _held(connection: Connection, bodies: Bodies) -> str:
    """Return everything that the tables of lineage hold, compressed or not, as one text."""
    parts: list[str] = []
    for table in sorted({table for table, _ in CLEANED}):
        rows = await connection.fetch(f"select t as row from {table} t")
        for row in rows:
            columns = dict(row["row"])
            packed = (
                columns.pop("body", None)
                if table in {"lineage_event_body", "lineage_replay", "dead_letter"}
                else None
            )
            if packed is not None:
                (raw,) = await bodies.decompress(connection, [packed])
                parts.append(raw.decode(errors="replace"))
            parts.append(f"{table}: {columns}")
    return "\n".join(parts).lower()


async def _words_left(database: Database, words: Iterable[str] = (MAIL, KEY)) -> set[str]:
    async with database.connection() as connection:
        held = await _held(connection, Bodies(database))
    return {line.split(":")[0] for line in held.splitlines() if any(word in line for word in words)}


async def test_every_column_that_may_hold_a_word_is_known(database: Database) -> None:
    """Whoever adds a column of text, JSON or bytes to lineage says here whether erasure cleans it."""
    async with database.connection() as connection:
        rows = await connection.fetch(
            """select c.relname as table_name, a.attname as name
                 from pg_attribute a join pg_class c on c.oid = a.attrelid
                where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
                  and a.attnum > 0 and a.atttypid in ('text'::regtype, 'jsonb'::regtype, 'bytea'::regtype)"""
        )
        ours = await connection.fetch(
            """select relname from pg_class where relname ~ '^(lineage|facet|column_|mention|run|job|dataset|dead|event_)'"""
        )
    tables = {row["relname"] for row in ours}
    found = {(row["table_name"], row["name"]) for row in rows if row["table_name"] in tables}
    assert {place for place in found if place[1] not in HARMLESS} == CLEANED


async def test_the_words_leave_every_table(database: Database, recorder: Recorder) -> None:
    """Names, columns, facets, run ids, reasons, warnings, raw events, letters: nothing is left, and others' stay."""
    await recorder.record(_event(MAIL))
    await recorder.record(_event("bob", 1))
    letters = DeadLetters(database)
    broken = await letters.keep(f"door of {KEY}", f"{{{MAIL}".encode(), [Problem("$", f"{KEY} is no event")])
    async with database.connection() as connection:
        await connection.execute(
            "insert into column_inference select tenant_id, mention_id, 'failed', $1 from mention on conflict do nothing",
            f"cannot read {KEY}",
        )
        await connection.execute(
            "update lineage_event set warnings = $1", [{"path": "$.run.runId", "reason": f"{KEY} is no UUID"}]
        )
    before = await _words_left(database)
    assert before >= {"dataset", "job", "facet", "lineage_event", "run", "dead_letter", "mention_facet"}

    changed = await LineageErasure(database).remove(TRACES)

    assert await _words_left(database) == set()
    assert changed["column_edge"] == 1
    assert changed["facet_names"] >= 2
    assert await _words_left(database, ["bob"]) >= {"dataset", "job", "facet", "run"}
    assert (await letters.show(broken))[1] == b"{[erased]"
    assert await LineageErasure(database).remove(TRACES) == {}
    await recorder.record(_event(MAIL))
    assert await _words_left(database) == set()


async def test_an_event_hides_no_word(database: Database) -> None:
    """Neither by escapes, nor in a member that comes twice, nor as a number, nor in a document that is no JSON."""
    spelled = [
        b'{"a": "ann.quast\\u0040example.com"}',
        b'{"a": "ann.quast@example.com", "a": 1}',
        b'{"ANN.QUAST%40EXAMPLE.COM": [1]}',
        b'{"a": "\\nc-1042-xq7\\t"}',
        b"\xff ann.quast@example.com {",
        b"[" * 300 + b'"ann.quast@example.com"' + b"]" * 300,
    ]
    ids = await store(database, [(AT, raw) for raw in spelled], Bodies(database))
    assert (await LineageErasure(database).remove(TRACES))["lineage_event_body"] == len(spelled)
    clean = [await Bodies(database).raw(key) for key in ids]
    assert clean == [
        b'{"a":"[erased]"}',
        b'{"a": "[erased]", "a": 1}',
        b'{"[erased]":[1]}',
        b'{"a":"\\n[erased]\\t"}',
        b"\xff [erased] {",
        b"[" * 300 + b'"[erased]"' + b"]" * 300,
    ]


async def test_a_dictionary_that_has_seen_the_person_is_replaced(database: Database) -> None:
    """All that was compressed by it is read as before, by another one that has not; what names her holds her no more."""
    seen = await learn(database, MAIL)
    bodies = Bodies(database)
    others = raws(500, seed=4)
    ids = await store(database, [(AT, raw) for raw in (*others, _event(MAIL))], bodies)
    changed = await LineageErasure(database).remove(TRACES)
    assert (changed["event_dictionary"], changed["lineage_event_body"], changed["recompressed_events"]) == (
        1,
        1,
        500,
    )
    async with database.connection() as connection:
        known = await connection.fetch("select dictionary_id, is_retired, body from event_dictionary")
        rows = await connection.fetch("select body from lineage_event_body")
    assert [row["is_retired"] for row in known] == [False]
    assert known[0]["dictionary_id"] != seen
    assert known[0]["body"].count(b"ann.q") == 0
    assert {dictionary_of(row["body"]) for row in rows} == {known[0]["dictionary_id"], NO_DICTIONARY}
    assert [await Bodies(database).raw(key) for key in ids[:-1]] == others


async def test_a_piece_of_a_word_in_a_dictionary_counts(database: Database) -> None:
    """Where only the end of her address was learned, the event that names her tells what to look for."""
    await learn(database, "uast@example.com")
    await store(database, [(AT, orjson.dumps({"by": MAIL}))], Bodies(database))
    assert (await LineageErasure(database).remove(TRACES))["lineage_event_body"] == 1
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from event_dictionary") == 0


async def test_a_dictionary_without_her_stays(database: Database) -> None:
    """The same provider of mail is no trace of her, and nothing is compressed anew."""
    dictionary = await learn(database, "somebody@example.com")
    await store(database, [(AT, orjson.dumps({"by": MAIL}))], Bodies(database))
    assert await LineageErasure(database).remove(TRACES) == {"lineage_event_body": 1}
    async with database.connection() as connection:
        assert await connection.fetchval("select dictionary_id from event_dictionary") == dictionary


async def test_events_recorded_meanwhile_stay_readable(database: Database) -> None:
    """Recorders of several processes that compress by the dictionary go on without it, and no event is lost."""
    await learn(database, MAIL)
    recorders = [Recorder(database) for _ in range(3)]
    sent = [[_event(f"bob{who} {number}", number) for number in range(20)] for who in range(len(recorders))]

    async def record(who: int) -> None:
        for raw in sent[who]:
            await recorders[who].record(raw)

    await asyncio.gather(*(record(who) for who in range(3)), LineageErasure(database).remove(TRACES))
    await asyncio.gather(
        *(recorder.record(_event("late", number)) for number, recorder in enumerate(recorders))
    )
    async with database.connection() as connection:
        rows = await connection.fetch("select body from lineage_event_body")
        kept = await Bodies(database).decompress(connection, [row["body"] for row in rows])
    assert sorted(kept) == sorted(
        [*(raw for one in sent for raw in one), *(_event("late", n) for n in range(3))]
    )


class _Dying(LineageErasure):
    """Is ended when the words are gone, before what used the dictionary is compressed anew."""

    async def _compress_anew(self) -> int:
        raise asyncio.CancelledError


async def test_broken_off_the_next_call_does_the_rest(database: Database) -> None:
    """A dictionary that was retired is replaced by whoever comes next, though the words are gone by then."""
    await learn(database, "uast@example.com")
    ids = await store(database, [(AT, raw) for raw in (b"{}", orjson.dumps({"by": MAIL}))], Bodies(database))
    with pytest.raises(asyncio.CancelledError):
        await _Dying(database).remove(TRACES)
    assert await Bodies(database).raw(ids[0]) == b"{}"
    assert await LineageErasure(database).remove(TRACES) == {"recompressed_events": 1}
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from event_dictionary") == 0
    assert await Bodies(database).raw(ids[0]) == b"{}"


@given(st.text(min_size=1, max_size=20), st.binary(max_size=20), st.binary(max_size=20))
def test_a_word_that_was_found_is_found_in_any_bytes(word: str, before: bytes, after: bytes) -> None:
    """In whatever it stands, in upper or lower case."""
    found = FoundWords(TRACES)
    found.words.add(word)
    held = before + word.lower().encode() + after
    assert holds_any(held, found) or not list(pieces(word))


def test_of_an_address_the_provider_is_no_piece() -> None:
    """Everybody has the same one."""
    assert set(pieces("ab@example.com")) == {b"ab@ex", b"b@exa"}
    assert set(pieces("abc")) == {b"abc"}
