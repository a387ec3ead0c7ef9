"""What may be said between two assets: the kinds of relations and which kinds of assets stand at their ends."""

from __future__ import annotations

from dataclasses import dataclass
from uuid import UUID

from graph.catalog.asset import DATA_CENTER, GLOSSARY_TERM, PIPELINE, STORES
from graph.errors import InvalidInputError
from graph.identity import content_id


@dataclass(frozen=True, slots=True)
class RelationKind:
    """A kind of relation from one asset to another.

    `needs` says that the one cannot work without the other, `places` that it is wherever the other is.
    """

    name: str
    sources: frozenset[str]
    targets: frozenset[str]
    places: bool = False
    needs: bool = True

    def between(self, source: str, target: str) -> None:
        """Raise InvalidInputError unless assets of these kinds may stand at the two ends."""
        if source not in self.sources:
            raise InvalidInputError.at(
                "$.from", f"a {source} cannot be the start of {self.name}; {_listed(self.sources)} can"
            )
        if target not in self.targets:
            raise InvalidInputError.at(
                "$.to", f"{self.name} leads to {_listed(self.targets)}, not to a {target}"
            )


@dataclass(frozen=True, slots=True)
class Relation:
    """One asset related to another."""

    kind: RelationKind
    from_id: UUID
    to_id: UUID

    @property
    def relation_id(self) -> UUID:
        """The id of the relation: the same whoever says it, and whenever."""
        return content_id("relation", self.kind.name, self.from_id.bytes, self.to_id.bytes)


def _listed(names: frozenset[str]) -> str:
    return " or ".join(sorted(names))


DATA = frozenset({"dataset", "topic"})
"""What lineage knows and may be related too: it lies somewhere."""

JOBS = frozenset({"job"})
"""What lineage knows and may be hosted somewhere."""

_STORES = frozenset(kind.name for kind in STORES)
_PIPELINES = frozenset({PIPELINE.name})
_TERMS = frozenset({GLOSSARY_TERM.name})

HOSTED_IN = RelationKind(
    "hosted_in", _STORES | _PIPELINES | DATA | JOBS, frozenset({DATA_CENTER.name}), places=True
)
STORED_IN = RelationKind("stored_in", _STORES | _PIPELINES | DATA, _STORES, places=True)
READS = RelationKind("reads", _PIPELINES, _STORES)
WRITES = RelationKind("writes", _PIPELINES, _STORES)
RELATED_TO = RelationKind("related_to", _TERMS, _TERMS, needs=False)

RELATION_KINDS = {kind.name: kind for kind in (HOSTED_IN, STORED_IN, READS, WRITES, RELATED_TO)}
"""The kinds of relations by their name."""


def relation_kind(name: object, path: str = "$.kind") -> RelationKind:
    """Return the kind of that name, or raise InvalidInputError naming those there are."""
    if not isinstance(name, str) or name not in RELATION_KINDS:
        raise InvalidInputError.at(path, f"must be one of {', '.join(RELATION_KINDS)}")
    return RELATION_KINDS[name]
