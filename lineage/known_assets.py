"""Assets of every kind, found by their ids, listed by their names, and counted by what is said of them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Any, Literal
from uuid import UUID

from graph.catalog.asset import KINDS, Asset
from graph.catalog.asset_ref import AssetRef
from graph.identity import DatasetName, JobName, content_id
from graph.store import entity_types
from graph.store.assets import Assets
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.lake_files import LakeFile, LakeFiles
from graph.time import AsOf
from lineage.asset_query import branches, query
from lineage.nodes import Node, Nodes
from lineage.placement import TOPIC_SCHEMES, is_topic

Aspect = Literal["kind", "namespace", "owner", "tag", "term", "domain"]

ELSEWHERE = ("dataset", "topic", "column", "job", "file", "entity_type")
"""The kinds of assets that are known from elsewhere; those that people keep here are in `graph.catalog.asset.KINDS`."""

ALL_KINDS = (*ELSEWHERE, *KINDS)
"""Every kind of asset."""

MOST_VALUES = 50
"""How many owners, tags and so on, those that most assets have, are counted."""


@dataclass(frozen=True, slots=True)
class KnownAsset:
    """An asset with what it is: a dataset or job, an asset that people keep here, a file, or the name of an entity type.

    Of a column that is its dataset.
    """

    ref: AssetRef
    kind: str
    is_: Node | Asset | LakeFile | str

    @property
    def name(self) -> str:
        """The name, within its namespace where it has one."""
        if self.ref.column is not None:
            return self.ref.column
        if isinstance(self.is_, Node):
            return self.is_.name.name
        if isinstance(self.is_, Asset):
            return self.is_.name
        return self.is_.path if isinstance(self.is_, LakeFile) else self.is_

    @property
    def qualified_name(self) -> str:
        """The name that no other asset of the kind has."""
        if isinstance(self.is_, Node):
            whole = qualified(self.is_.name)
            return whole if self.ref.column is None else f"{whole}.{self.ref.column}"
        return f"{self.is_.dataset}/{self.is_.path}" if isinstance(self.is_, LakeFile) else self.name


@dataclass(frozen=True, slots=True)
class AssetsWanted:
    """Which assets a list holds; None: no matter. Of domains any of them; owners and tags in any letter case."""

    kinds: frozenset[str] | None = None
    namespace: str | None = None
    owner: str | None = None
    tag: str | None = None
    term: UUID | None = None
    domains: tuple[UUID, ...] | None = None

    @property
    def aspects(self) -> tuple[str, ...]:
        """The aspects that are asked for."""
        asked = {"owner": self.owner, "tag": self.tag, "term": self.term, "domain": self.domains}
        return tuple(aspect for aspect, value in asked.items() if value is not None)


@dataclass(frozen=True, slots=True)
class AssetPlace:
    """The place of an asset in a list: what its name begins with, and its id."""

    name: str
    key: UUID


@dataclass(frozen=True, slots=True)
class Count:
    """How many assets have a value of an aspect."""

    value: str
    count: int


@dataclass(frozen=True, slots=True)
class AssetCounts:
    """Of each aspect the values that most assets have, and how many values there are in all."""

    by: dict[Aspect, list[Count]]
    values: dict[Aspect, int]

    @property
    def total(self) -> int:
        """How many assets there are."""
        return sum(one.count for one in self.by.get("kind", ()))


class KnownAssets:
    """Answers which assets of one tenant there are, of every kind."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant
        self._assets = Assets(database, tenant)
        self._files = LakeFiles(database, tenant)

    async def of(self, refs: Collection[AssetRef], at: AsOf) -> dict[AssetRef, KnownAsset]:
        """Return those that are known at the instants, retired ones included, in at most seven statements.

        Of a dataset any id does; it is shown by one.
        """
        ids = list({ref.id for ref in refs})
        whole = [ref.id for ref in refs if ref.column is None]
        async with self._database.connection() as connection:
            known = Nodes(connection, self._tenant, at.system)
            nodes = {node.id: node for node in await known.named(ids, ids)}
            types = await self._entity_types(connection)
        others = [one for one in whole if known.shown_by(one) not in nodes and one not in types]
        kept = await self._assets.by_id(others, at)
        files = await self._files.by_id([one for one in others if one not in kept], at.system)
        found: dict[AssetRef, KnownAsset] = {}
        for ref in refs:
            node = nodes.get(known.shown_by(ref.id))
            if node is not None:
                if ref.column is None or node.kind == "dataset":
                    found[ref] = _of_node(node, ref.column)
            elif ref.column is None and ref.id in types:
                found[ref] = KnownAsset(ref, "entity_type", types[ref.id])
            elif ref.column is None and ref.id in kept:
                found[ref] = KnownAsset(ref, kept[ref.id].kind.name, kept[ref.id])
            elif ref.column is None and ref.id in files:
                found[ref] = KnownAsset(ref, "file", files[ref.id])
        return found

    async def page(
        self, wanted: AssetsWanted, first: int, after: AssetPlace | None, at: AsOf
    ) -> tuple[list[tuple[KnownAsset, AssetPlace]], bool]:
        """Return up to `first` assets by name, each with its place, and whether more follow; retired ones are not there.

        A dataset of several names is there under the one it is shown by. Columns are those of which people say something.
        """
        rows = await self._fetch(wanted, after, first + 1, at, counted=False)
        places = [(_ref(row), AssetPlace(row["place"], row["id"])) for row in rows[:first]]
        known = await self.of([ref for ref, _ in places], at)
        found = [(known[ref], place) for ref, place in places if ref in known and _is_shown(known[ref], ref)]
        return found, len(rows) > first

    async def counts(self, wanted: AssetsWanted, at: AsOf) -> AssetCounts:
        """Return how many assets a list holds in all its pages by kind, namespace, owner, tag, term and domain."""
        by: dict[Aspect, list[Count]] = {}
        values: dict[Aspect, int] = {}
        for row in await self._fetch(wanted, None, MOST_VALUES, at, counted=True):
            by.setdefault(row["aspect"], []).append(Count(row["value"], row["n"]))
            values[row["aspect"]] = row["values"]
        return AssetCounts(by, values)

    async def _fetch(
        self, wanted: AssetsWanted, after: AssetPlace | None, limit: int, at: AsOf, *, counted: bool
    ) -> Sequence[Any]:
        kinds = wanted.kinds if wanted.kinds is not None else frozenset(ALL_KINDS)
        text = query(
            branches(kinds, is_by_words=bool(wanted.aspects) or wanted.kinds is not None),
            wanted.aspects,
            wanted.namespace is not None,
            counted,
        )
        if text is None:
            return []
        async with self._database.connection() as connection:
            types = await self._entity_types(connection) if "entity_type" in kinds else {}
            return await connection.fetch(
                text,
                self._tenant,
                list(kinds),
                at.valid,
                at.system,
                wanted.namespace,
                wanted.owner,
                wanted.tag,
                str(wanted.term) if wanted.term else None,
                [str(one) for one in wanted.domains or ()],
                list(TOPIC_SCHEMES),
                after.name if after else None,
                after.key if after else None,
                limit,
                list(types),
                list(types.values()),
            )

    async def _entity_types(self, connection: Connection) -> dict[UUID, str]:
        return {entity_type_id(name): name for name in await entity_types.names(connection, self._tenant)}


def entity_type_id(name: str) -> UUID:
    """Return the id of an entity type as an asset, which follows from its name."""
    return content_id("entity_type", name)


def qualified(name: DatasetName | JobName) -> str:
    """Return a namespace and the name in it as one text."""
    return f"{name.namespace}{'' if name.name.startswith('/') else '/'}{name.name}"


def _ref(row: Any) -> AssetRef:
    return AssetRef(row["dataset_id"], row["path"]) if row["dataset_id"] else AssetRef(row["id"])


def _of_node(node: Node, column: str | None) -> KnownAsset:
    if column is not None:
        kind = "column"
    elif isinstance(node.name, DatasetName):
        kind = "topic" if is_topic(node.name) else "dataset"
    else:
        kind = "job"
    return KnownAsset(AssetRef(node.id, column), kind, node)


def _is_shown(known: KnownAsset, ref: AssetRef) -> bool:
    return ref.column is not None or known.ref.id == ref.id
