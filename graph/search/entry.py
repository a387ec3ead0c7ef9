"""An asset as it is found: its texts, and the words of them that lead to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from graph.search.ranking import Field
from graph.search.words import hashed, joined, searchable

MOST_WORDS = 2_000
"""How many different words of one kind of text an asset is found by."""

LONGEST_TEXT = 100_000
"""How many characters of the texts of one kind are looked at, and of each are kept to be shown."""

MOST_COLUMNS = 2_000
"""How many columns a dataset is found by."""

_FIELDS = {
    "names": Field.NAME,
    "columns": Field.COLUMN,
    "owners": Field.LABEL,
    "tags": Field.LABEL,
    "terms": Field.LABEL,
    "domain": Field.LABEL,
    "description": Field.DESCRIPTION,
    "columnDescriptions": Field.DESCRIPTION,
    "sql": Field.SQL,
    "namespace": Field.NAMESPACE,
}


@dataclass(frozen=True, slots=True)
class Entry:
    """An asset with its texts by what they are, each a text or several; those not in _FIELDS are attributes.

    `calls`: what it is called as a whole. `spellings`: words that are not in its texts. `due_at`: when what is said here
    ends to hold. An asset that is not there any more has no entry.
    """

    asset_id: UUID
    kind: str
    name: str
    texts: Mapping[str, Sequence[str]]
    calls: Sequence[str] = ()
    spellings: Sequence[str] = ()
    namespace: str | None = None
    owners: Sequence[str] = ()
    tags: Sequence[str] = ()
    domain: str | None = None
    uses: int = 0
    due_at: datetime | None = None

    def words(self) -> dict[str, int]:
        """Return the words it is found by, each with the set of fields (`Field`) in which it stands."""
        found: dict[str, int] = {}
        for name, texts in self.texts.items():
            where = _FIELDS.get(name, Field.ATTRIBUTE)
            text = "\n".join(texts[:MOST_COLUMNS])[:LONGEST_TEXT]
            for word in searchable(text, MOST_WORDS, with_joined=where is Field.NAME):
                found[word] = found.get(word, 0) | where.value
        for word in self.spellings:
            found[word] = found.get(word, 0) | Field.ATTRIBUTE.value
        return found

    def whole(self) -> set[int]:
        """Return hashes of what it is called as a whole, each as one word."""
        return {hashed(word) for word in map(joined, self.calls) if word}

    @property
    def shown(self) -> dict[str, Any]:
        """The texts as they are kept to be shown, cut where they are long."""
        return {
            name: [text[:LONGEST_TEXT].replace("\0", "") for text in texts[:MOST_COLUMNS]]
            for name, texts in self.texts.items()
            if texts
        }


@dataclass(frozen=True, slots=True)
class Filters:
    """What is looked for alone: values of any of each, None where all will do."""

    kinds: Sequence[str] | None = None
    namespaces: Sequence[str] | None = None
    owners: Sequence[str] | None = None
    tags: Sequence[str] | None = None
    domains: Sequence[str] | None = None


@dataclass(frozen=True, slots=True)
class Count:
    """How many of what was found have a value."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class Facet:
    """The most frequent values of what was found, and how many values there are beyond these."""

    name: str
    counts: tuple[Count, ...]
    omitted: int


@dataclass(frozen=True, slots=True)
class Counts:
    """How many were found; `is_least`: there are more, and the facets count these alone."""

    total: int = 0
    is_least: bool = False
    facets: tuple[Facet, ...] = field(default=())
