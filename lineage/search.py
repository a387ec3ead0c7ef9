"""Answers what is looked for: assets of every kind, ranked, with where they matched and how many there are of what."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from graph.errors import InvalidInputError
from graph.search.entry import Counts, Filters
from graph.search.marking import Part, marked
from graph.search.ranking import Held, Meaning, Wanted, is_mistyped, ranked
from graph.store import facts, search_index
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.search_index import RANKED
from graph.time import AsOf

MOST_VALUES: Final = 20
"""How many values of a facet are counted one by one."""

MOST_MATCHES: Final = 5
"""In how many of its texts an asset is shown to match."""

FURTHEST: Final = 2 * RANKED
"""So far a list goes; what is looked for must be said more closely to see more."""

_ORDER: Final = (
    "names", "columns", "owners", "tags", "terms", "domain", "description", "columnDescriptions", "namespace", "sql",
)  # fmt: skip
_SHOWN_AS: Final = {
    "names": "name", "columns": "column", "owners": "owner", "tags": "tag", "terms": "term",
    "columnDescriptions": "columnDescription",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Match:
    """A text of an asset that matched, in parts; `field` says which: name, column, sql … or an attribute."""

    field: str
    parts: tuple[Part, ...]


@dataclass(frozen=True, slots=True)
class Hit:
    """An asset that was found."""

    asset_id: UUID
    kind: str
    name: str
    namespace: str | None
    matches: tuple[Match, ...]


@dataclass(frozen=True, slots=True)
class Found:
    """A page of what was found, best first. `has_typos`: nothing holds the words as they were written.

    `groups` are the words of the index that each word may mean; `Search.counts` counts by them.
    """

    hits: tuple[Hit, ...]
    has_more: bool
    has_typos: bool
    basis: AsOf
    groups: tuple[tuple[int, ...], ...] = ()


class Search:
    """Finds the assets of one tenant in what was recorded until some seconds ago, as best known."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant

    async def found(self, text: str, filters: Filters | None = None, first: int = 20, skip: int = 0) -> Found:
        """Return up to `first` assets that hold all the words, after the `skip` best ones.

        Words match where they are the same, where one begins so, and, only where no asset holds them so, where they are a
        typo apart. Raises InvalidInputError for a text without words or with too many, and past FURTHEST.
        """
        wanted = Wanted.of(text)
        if skip > FURTHEST:
            raise InvalidInputError.at(
                "$.after", f"goes past {FURTHEST} hits; look for something more special"
            )
        within = filters or Filters()
        async with self._database.connection() as connection:
            basis = await facts.basis(connection, self._tenant, None, None)
            most = skip + first
            meant, held = await self._meant(connection, wanted, within, most)
            best = ranked(held, meant)
            has_typos = bool(best) and is_mistyped(best[0], meant)
            page = best[skip : skip + first]
            shown = await search_index.texts(connection, self._tenant, [one.asset_id for one in page])
        hits = tuple(_hit(one, shown, meant) for one in page if one.asset_id in shown)
        return Found(hits, len(best) > most, has_typos, basis, meant.groups if held else ())

    async def counts(self, found: Found, filters: Filters | None = None) -> Counts:
        """Return how many assets hold the words, and how many of these have each value of a facet."""
        if not found.groups:
            return Counts()
        async with self._database.connection() as connection:
            return await search_index.counts(
                connection, self._tenant, found.groups, filters or Filters(), MOST_VALUES
            )

    async def _meant(
        self, connection: Connection, wanted: Wanted, within: Filters, most: int
    ) -> tuple[Meaning, list[Held]]:
        """Return what the words mean, and what holds them: as they are; else mistyped where they mean nothing; else anyhow.

        What is called so comes before names that hold the words, and these before whatever else holds them: once there
        are more than `most` of the one the next is not looked for.
        """
        begun = await search_index.meaning(connection, self._tenant, wanted)
        called = await search_index.entries(connection, self._tenant, "whole", [[wanted.called]], within)
        meant = begun.narrowed
        held = await self._held(connection, meant, within, most, called)
        every, unknown = range(len(wanted.tokens)), begun.unknown
        for mistyped in (unknown, every) if 0 < len(unknown) < len(every) else (every,):
            if not held:
                meant = await search_index.meaning(connection, self._tenant, wanted, mistyped)
                meant = meant.settled if mistyped is unknown else meant
                held = await self._held(connection, meant, within, most)
        return meant, held

    async def _held(
        self, connection: Connection, meant: Meaning, within: Filters, most: int, called: Sequence[Held] = ()
    ) -> list[Held]:
        found = {one.asset_id: one for one in called}
        for column in ("name_words", "words"):
            if meant.groups and len(found) <= most:
                for one in await search_index.entries(connection, self._tenant, column, meant.groups, within):
                    found.setdefault(one.asset_id, one)
        return list(found.values())


def _hit(held: Held, shown: Mapping[UUID, tuple[str | None, dict[str, list[str]]]], meant: Meaning) -> Hit:
    namespace, texts = shown[held.asset_id]
    words = {c.word for token in meant.tokens for i, c in token.items() if i in held.fields}
    words.add(meant.wanted.whole)
    return Hit(held.asset_id, held.kind, held.name, namespace, _matches(texts, words))


def _matches(texts: Mapping[str, Sequence[str]], words: Collection[str]) -> tuple[Match, ...]:
    known = [name for name in _ORDER if name in texts]
    names = [*known[:1], *(name for name in texts if name not in _ORDER), *known[1:]]
    found: list[Match] = []
    for name in names:
        for text in texts[name]:
            parts = marked(text, words)
            if parts:
                found.append(Match(_SHOWN_AS.get(name, name), tuple(parts)))
            if len(found) == MOST_MATCHES:
                return tuple(found)
    return tuple(found)
