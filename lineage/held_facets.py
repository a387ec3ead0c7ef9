"""Reads the facets that hold of datasets and jobs as of two instants."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple
from uuid import UUID

from graph.store.database import Connection
from graph.time import AsOf
from lineage import facets
from lineage.nodes import Nodes
from lineage.statements import statement

_BELIEVED = "v.system_from <= $4 and v.system_to > $4"
_HELD = statement("held", within="true", believed=_BELIEVED, wanted="key.name <> 'columnLineage'")
_OWNERSHIP = statement("held", within="f.name = 'ownership'", believed=_BELIEVED, wanted="true")


class Rank(NamedTuple):
    """Which of several statements of one name counts: the greatest.

    What writers and owners say of a dataset outranks what readers say; then what is said under the name it is shown by;
    then the latest; at one instant the greatest digest, as it is no matter of the order of arrival.
    """

    is_written: bool
    is_shown: bool
    since: datetime
    digest: bytes


@dataclass(frozen=True, slots=True)
class Held:
    """A facet that holds, as it was sent, and the instant since when it has said the same."""

    body: dict[str, Any]
    since: datetime


async def facets_held(
    connection: Connection,
    tenant: int,
    subjects: Collection[UUID],
    known: Nodes,
    at: AsOf,
    *,
    only_ownership: bool = False,
) -> dict[UUID, dict[str, Held]]:
    """Return for each dataset or job its facets by name; column lineage, which each job states for itself, is not in it.

    Where only ownership is wanted, no other is read. Datasets must have been joined before. What has been deleted does not hold.
    """
    ids = {key: known.ids(key) for key in subjects}
    wanted = list({one for of_subject in ids.values() for one in of_subject})
    query = _OWNERSHIP if only_ownership else _HELD
    rows = await connection.fetch(query, tenant, wanted, at.valid, at.system)
    by_id: dict[UUID, list[Any]] = {}
    for row in rows:
        by_id.setdefault(row["subject_id"], []).append(row)
    return {key: _winning(of_subject, by_id) for key, of_subject in ids.items()}


def _winning(ids: Iterable[UUID], by_id: Mapping[UUID, list[Any]]) -> dict[str, Held]:
    best: dict[str, tuple[Rank, Any]] = {}
    for place, key in enumerate(ids):
        for row in by_id.get(key, ()):
            rank = Rank(row["role"] != "I", place == 0, row["valid_from"], row["digest"])
            if row["name"] not in best or rank > best[row["name"]][0]:
                best[row["name"]] = (rank, row)
    return {
        name: Held(row["body"], row["valid_from"])
        for name, (_, row) in sorted(best.items(), key=lambda item: item[0])
        if not facets.is_deleted(row["body"])
    }
