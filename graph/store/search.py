"""Words by which golden records and assets are found, with a trigram index under them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any
from uuid import UUID

from graph.store.copying import MANY, copy
from graph.store.database import Connection


async def keep_words(connection: Connection, tenant: int, kind: str, words: Mapping[UUID, str]) -> None:
    """Make subjects findable by these words, in place of the ones they had."""
    await connection.execute(
        """insert into search_document (tenant_id, kind, subject_id, words)
           select $1, $2, id, words from unnest($3::uuid[], $4::text[]) as new (id, words)
           on conflict (tenant_id, kind, subject_id) do update set words = excluded.words
            where search_document.words <> excluded.words""",
        tenant,
        kind,
        list(words),
        [text.lower() for text in words.values()],
    )


async def keep_new_words(connection: Connection, tenant: int, kind: str, words: Mapping[UUID, str]) -> None:
    """Make subjects findable by these words that nobody could find before."""
    if len(words) < MANY:
        await keep_words(connection, tenant, kind, words)
    else:
        rows = [(tenant, kind, subject_id, text.lower()) for subject_id, text in words.items()]
        await copy(connection, "search_document", ("tenant_id", "kind", "subject_id", "words"), rows)


def words_of(said: Iterable[Mapping[str, Any] | None]) -> str:
    """Return every value of some attribute sets, each once: what a subject can be found by at any instant."""
    return "\n".join(
        sorted({str(value) for attributes in said if attributes for value in attributes.values()})
    )


def pattern(search: str) -> str:
    """Return the ILIKE pattern that finds the text anywhere, its own wildcards taken literally."""
    escaped = search.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
    return f"%{escaped}%"
