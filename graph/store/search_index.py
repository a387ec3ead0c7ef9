"""The index of words by which assets of every kind are found: entries kept and forgotten, and asked."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from graph.search.entry import Count, Counts, Entry, Facet, Filters
from graph.search.ranking import MOST_BEGUN, Field, Held, Meaning, Wanted
from graph.search.words import variants
from graph.store.copying import FOR_EVER
from graph.store.database import Connection

SCANNED = 500
"""From so many entries that match alike the most used are taken."""

RANKED = 150
"""How many entries of each kind of match are ranked."""

MOST_COUNTED = 1_000
"""So far matches are counted."""

AT_A_TIME = 5
"""So many entries are worked out before others have their turn: a few milliseconds."""

SLOWEST = 5.0
"""Seconds after which a statement is given up."""

_FEW = (1, 20)
"""By so many of the words that a single word may mean entries are looked for first."""

_NAME = Field.NAME.value
_LOCK = "select system_from from search_progress where tenant_id = $1 for update"
_TRY_LOCK = f"{_LOCK} skip locked"
_BEGIN = "insert into search_progress (tenant_id) values ($1) on conflict do nothing"
_MOVE = "update search_progress set system_from = $2 where tenant_id = $1"

# The length is asked for beside the word, for so the index is ordered.
_WORD_IDS = """
select w.word, w.word_id
  from unnest($2::text[]) as wanted (word)
  join search_word w on w.tenant_id = $1 and length(w.word) = length(wanted.word) and w.word = wanted.word
"""

_ADD_WORDS = """
insert into search_word (tenant_id, word, variants)
select $1, word, variants::int4[] from unnest($2::text[], $3::text[]) as new (word, variants)
returning word, word_id
"""

_HELD_BEFORE = """
select distinct unnest(words) as word_id
  from search_entry
 where tenant_id = $1
   and asset_id = any ($2::uuid[])
"""

_DELETE = "delete from search_entry where tenant_id = $1 and asset_id = any ($2::uuid[])"
_COLUMNS = (
    "tenant_id", "asset_id", "kind", "namespace", "name", "owners", "tags", "domain", "uses", "words", "fields", "name_words",
    "whole", "texts", "due_at",
)  # fmt: skip

# A word that nothing holds any more goes at once: it may be that of a person who is erased.
_DROP_WORDS = """
delete from search_word w
 where w.tenant_id = $1
   and w.word_id = any ($2::int4[])
   and not exists (select from search_entry e where e.words && array[w.word_id])
"""

_BLANK = """
insert into search_entry (tenant_id, asset_id, kind, name, is_stale)
select $1, id, '', '', true from unnest($2::uuid[]) as given (id)
"""

_PAGE = """
select asset_id, concat_ws(e'\n', namespace, name, owners::text, tags::text, domain, texts::text) as held
  from search_entry
 where tenant_id = $1
   and asset_id > $2
 order by asset_id
 limit $3
"""
_TEXTS = (
    "select asset_id, namespace, texts from search_entry where tenant_id = $1 and asset_id = any ($2::uuid[])"
)
_WORDS = "select token, word_id, word from search_words($1, $2::text[], $3::text[], $4)"
_FILTERS = "$4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9, $10"
_FOUND = f"select * from search_entries($1, $2, $3::text[], {_FILTERS})"  # noqa: S608 - places alone are filled in
_COUNTS = """select facet, value, n
  from search_counts($1, $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8, $9)"""


async def lock(connection: Connection, tenant: int, *, wait: bool = True) -> datetime | None:
    """Let nobody else write entries or words until commit, and return how far they follow what was recorded.

    None where somebody else does so just now and `wait` is false.
    """
    query = _LOCK if wait else _TRY_LOCK
    found = await connection.fetchval(query, tenant)
    if found is None and await connection.execute(_BEGIN, tenant) == "INSERT 0 1":
        found = await connection.fetchval(query, tenant)
    return found


async def move(connection: Connection, tenant: int, to: datetime) -> None:
    """Say how far entries follow what was recorded."""
    await connection.execute(_MOVE, tenant, to)


async def keep(
    connection: Connection, tenant: int, entries: Sequence[Entry], gone: Iterable[UUID] = ()
) -> None:
    """Let assets be found by these entries alone, and those that are gone by none; `lock` first."""
    ids = [*(entry.asset_id for entry in entries), *gone]
    before = {row["word_id"] for row in await connection.fetch(_HELD_BEFORE, tenant, ids)}
    held = [(entry, *(await _worked_out(place, entry))) for place, entry in enumerate(entries)]
    word_ids = await _word_ids(connection, tenant, {word for _, words, _ in held for word in words})
    await connection.execute(_DELETE, tenant, ids)
    rows = [_row(tenant, entry, words, whole, word_ids) for entry, words, whole in held]
    if rows:
        await connection.copy_records_to_table("search_entry", records=rows, columns=_COLUMNS)
    await _drop_words(connection, tenant, before - set(word_ids.values()))


async def forget(connection: Connection, tenant: int, assets: Collection[UUID]) -> int:
    """Remove everything held of some assets at once, and have them looked at anew; return how many were held.

    Waits for whoever writes entries.
    """
    await lock(connection, tenant)
    held = await connection.fetchval(
        "select count(*) from search_entry where tenant_id = $1 and asset_id = any ($2::uuid[])",
        tenant,
        list(assets),
    )
    await keep(connection, tenant, (), assets)
    await connection.execute(_BLANK, tenant, list(assets))
    return held


async def page(connection: Connection, tenant: int, after: UUID, size: int) -> list[tuple[UUID, str]]:
    """Return the next assets in the order of their ids, each with everything held of it as one text."""
    return [(row["asset_id"], row["held"]) for row in await connection.fetch(_PAGE, tenant, after, size)]


async def meaning(
    connection: Connection, tenant: int, wanted: Wanted, mistyped: Collection[int] = ()
) -> Meaning:
    """Return what the words asked for may mean: the same, begun so and, of those at the places `mistyped`, a typo apart."""
    hashes = _spelled(wanted.variants(mistyped))
    rows = await connection.fetch(_WORDS, tenant, list(wanted.tokens), hashes, MOST_BEGUN, timeout=SLOWEST)
    return Meaning.of(wanted, ((row["token"], row["word_id"], row["word"]) for row in rows))


async def entries(
    connection: Connection, tenant: int, column: str, groups: Sequence[Sequence[int]], filters: Filters
) -> list[Held]:
    """Return entries that hold a word of each group in a column (words, name_words or whole), a bounded number."""
    rows: list[Any] = []
    for some in _few_first(groups):
        rows = await connection.fetch(
            _FOUND, tenant, column, _spelled(some), *_given(filters), SCANNED, RANKED, timeout=SLOWEST
        )
        if len(rows) == RANKED:
            break
    return [
        Held(
            row["asset_id"],
            row["kind"],
            row["name"],
            row["uses"],
            dict(zip(row["words"], row["fields"], strict=True)),
            row["whole"],
        )
        for row in rows
    ]


async def counts(
    connection: Connection, tenant: int, groups: Sequence[Sequence[int]], filters: Filters, most_values: int
) -> Counts:
    """Return how many entries hold a word of each group, and the most frequent values of each facet, none where 0."""
    total, rows = 0, []
    for some in _few_first(groups):
        rows = await connection.fetch(
            _COUNTS, tenant, _spelled(some), *_given(filters), MOST_COUNTED + 1, most_values, timeout=SLOWEST
        )
        total = next(row["n"] for row in rows if row["facet"] == "total")
        if total > MOST_COUNTED:
            break
    return Counts(min(total, MOST_COUNTED), total > MOST_COUNTED, _facets(rows))


async def texts(
    connection: Connection, tenant: int, assets: Collection[UUID]
) -> dict[UUID, tuple[str | None, dict[str, list[str]]]]:
    """Return the namespace and the texts that each asset is found by."""
    rows = await connection.fetch(_TEXTS, tenant, list(assets))
    return {row["asset_id"]: (row["namespace"], row["texts"]) for row in rows}


async def _word_ids(connection: Connection, tenant: int, words: Collection[str]) -> dict[str, int]:
    """Return the ids of words, those that are new included."""
    found = {row["word"]: row["word_id"] for row in await connection.fetch(_WORD_IDS, tenant, sorted(words))}
    new = sorted(word for word in words if word not in found)
    if new:
        rows = await connection.fetch(_ADD_WORDS, tenant, new, _spelled(map(variants, new)))
        found |= {row["word"]: row["word_id"] for row in rows}
    return found


async def _drop_words(connection: Connection, tenant: int, word_ids: Collection[int]) -> None:
    if word_ids:
        # A plan that looks through all entries for each word is what the planner takes while the tables are small.
        await connection.execute("set local enable_seqscan = off")
        await connection.execute(_DROP_WORDS, tenant, list(word_ids))
        await connection.execute("set local enable_seqscan = on")


def _row(
    tenant: int, entry: Entry, words: Mapping[str, int], whole: Collection[int], word_ids: Mapping[str, int]
) -> tuple[Any, ...]:
    by_id = sorted((word_ids[word], where) for word, where in words.items())
    return (
        tenant, entry.asset_id, entry.kind, entry.namespace, entry.name, list(entry.owners), list(entry.tags), entry.domain,
        entry.uses, [one for one, _ in by_id], [where for _, where in by_id],
        [one for one, where in by_id if where & _NAME], sorted(whole), entry.shown,
        entry.due_at or FOR_EVER,
    )  # fmt: skip


def _few_first(groups: Sequence[Sequence[int]]) -> Iterable[Sequence[Sequence[int]]]:
    """Yield what to look for one after the other until enough is found: all words of a common beginning take a while."""
    if len(groups) == 1:
        yield from ([groups[0][:few]] for few in _FEW if few < len(groups[0]))
    yield groups


def _spelled(arrays: Iterable[Iterable[int] | None]) -> list[str | None]:
    """Return arrays as PostgreSQL spells them, for those of several lengths are no array of arrays."""
    return [None if one is None else "{" + ",".join(map(str, one)) + "}" for one in arrays]


def _given(filters: Filters) -> tuple[list[str] | None, ...]:
    given = (filters.kinds, filters.namespaces, filters.owners, filters.tags, filters.domains)
    return tuple(None if one is None else list(one) for one in given)


def _facets(rows: Sequence[Any]) -> tuple[Facet, ...]:
    values: dict[str, list[Count]] = {}
    there: dict[str, int] = {}
    for row in rows:
        if row["facet"] == "total":
            continue
        if row["value"] is None:
            there[row["facet"]] = row["n"]
        else:
            values.setdefault(row["facet"], []).append(Count(row["value"], row["n"]))
    return tuple(
        Facet(name, tuple(counts), there[name] - len(counts)) for name, counts in sorted(values.items())
    )


async def _worked_out(place: int, entry: Entry) -> tuple[dict[str, int], set[int]]:
    """Return the words of an entry; now and then others have their turn, for many entries take a while."""
    if place % AT_A_TIME == 0:
        await asyncio.sleep(0)
    return entry.words(), entry.whole()
