"""Reads the texts that assets of every kind are found by, as best known now."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from graph.catalog.asset import KINDS, shown
from graph.errors import NotFoundError
from graph.golden.entity_type import EntityType
from graph.golden.normalise import national_number
from graph.identity import DatasetName
from graph.search.entry import Entry
from graph.store import facts
from graph.store.database import Connection
from graph.store.policies import EntityTypes
from graph.time import AsOf
from lineage import facets
from lineage.facets_of_jobs import Documentation, Ownership, Sql, Tags
from lineage.held_facets import Held, facets_held
from lineage.lenient import read
from lineage.naming import display_name
from lineage.nodes import Node, Nodes
from lineage.placement import is_topic
from lineage.statements import statement

_FACTS = statement("found_facts", fact=facts.holding("s.subject_id", "op, attributes"))
_ANNOTATIONS = statement("annotations_of", fact=facts.holding("a.annotation_id", "op, attributes"))
_USES = statement("uses")
_SQL_OF_PARTS = statement("sql_of_parts")

_NAMES = frozenset({"name", "company"})
"""The kinds of attributes that make up what a golden record is called."""

Texts = dict[str, list[str]]


class AssetTexts:
    """Reads the entries of one tenant's assets, many at once, on a connection of the caller."""

    def __init__(self, types: EntityTypes, tenant: int) -> None:
        self._types = types
        self._tenant = tenant

    async def entries(
        self, connection: Connection, assets: Collection[UUID], at: AsOf
    ) -> tuple[list[Entry], set[UUID]]:
        """Return the entries of assets that are there, and the ids by which nothing is found any more.

        A dataset of several names has one entry, of the id it is shown by.
        """
        known = Nodes(connection, self._tenant, at.system)
        nodes = {node.id: node for node in await known.named(list(assets), list(assets))}
        said = await self._said(connection, {*assets, *nodes}, at)
        found = await self._nodes(connection, nodes, known, said, at)
        found += await self._subjects(connection, assets, said, at)
        return found, {*assets} - {entry.asset_id for entry in found}

    async def _nodes(
        self,
        connection: Connection,
        nodes: Mapping[UUID, Node],
        known: Nodes,
        said: Mapping[UUID, Texts],
        at: AsOf,
    ) -> list[Entry]:
        if not nodes:
            return []
        ids = list(nodes)
        held = await facets_held(connection, self._tenant, ids, known, at)
        uses = {row["id"]: row["n"] for row in await connection.fetch(_USES, self._tenant, ids)}
        sql: dict[UUID, list[str]] = {}
        for row in await connection.fetch(_SQL_OF_PARTS, self._tenant, ids, at.valid):
            sql.setdefault(row["id"], []).append(row["query"])
        return [
            _entry_of_node(
                node, _merged(_facet_texts(held[key], sql.get(key, ())), said.get(key, {})), uses[key]
            )
            for key, node in nodes.items()
        ]

    async def _subjects(
        self, connection: Connection, assets: Collection[UUID], said: Mapping[UUID, Texts], at: AsOf
    ) -> list[Entry]:
        rows = await connection.fetch(_FACTS, self._tenant, list(assets), at.valid, at.system)
        types: dict[str, EntityType | None] = {}
        found: list[Entry] = []
        for row in rows:
            kind, key = row["kind"], row["subject_id"]
            if row["op"] != "P":
                continue
            if kind in KINDS:
                texts = _asset_texts(kind, row["attributes"])
                found.append(_entry(row, texts["names"], _merged(texts, said.get(key, {})), texts["names"]))
                continue
            if kind not in types:
                types[kind] = await self._type(connection, kind)
            entity_type = types[kind]
            if entity_type is not None:
                found.append(_golden_entry(row, entity_type, said.get(key, {})))
        return found

    async def _type(self, connection: Connection, kind: str) -> EntityType | None:
        try:
            return (await self._types.current(connection, kind))[0]
        except NotFoundError:  # a kind of subject that is no golden record, such as an annotation
            return None

    async def _said(self, connection: Connection, assets: Collection[UUID], at: AsOf) -> dict[UUID, Texts]:
        """Return what people say of assets; terms and domains by their names."""
        rows = await connection.fetch(_ANNOTATIONS, self._tenant, list(assets), at.valid, at.system)
        meant = {UUID(one) for row in rows for one in _referred(row["attributes"])}
        named = await facts.as_of(connection, self._tenant, meant, at) if meant else {}
        names = {str(key): fact.attributes["name"] for key, fact in named.items() if fact.attributes}
        found: dict[UUID, Texts] = {}
        for row in rows:
            texts = found.setdefault(row["id"], {})
            for name, more in _annotation_texts(row["attributes"], row["column_path"], names).items():
                texts.setdefault(name, []).extend(more)
        return found


def _entry_of_node(node: Node, texts: Texts, uses: int) -> Entry:
    names = [node.name.name, *(alias.name for alias in node.aliases)]
    namespaces = dict.fromkeys([node.name.namespace, *(alias.namespace for alias in node.aliases)])
    return Entry(
        node.id,
        "topic" if isinstance(node.name, DatasetName) and is_topic(node.name) else node.kind,
        node.name.name,
        {"names": names, "namespace": list(namespaces), **texts},
        calls=[
            *names,
            *(display_name(one) for one in (node.name, *node.aliases)),
            *(_last(name) for name in names),
        ],
        namespace=node.name.namespace,
        owners=list(dict.fromkeys(texts.get("owners", ()))),
        tags=list(dict.fromkeys(texts.get("tags", ()))),
        domain=next(iter(texts.get("domain", ())), None),
        uses=uses,
    )


def _last(name: str) -> str:
    """Return the last part of a name, as a table is called for short."""
    return name.rstrip("/").rpartition("/")[2].rpartition(".")[2]


def _entry(
    row: Any, names: Sequence[str], texts: Texts, calls: Sequence[str], spellings: Iterable[str] = ()
) -> Entry:
    return Entry(
        row["subject_id"],
        row["kind"],
        " ".join(names),
        texts,
        calls=calls,
        spellings=list(spellings),
        owners=list(dict.fromkeys(texts.get("owners", ()))),
        tags=list(dict.fromkeys(texts.get("tags", ()))),
        domain=next(iter(texts.get("domain", ())), None),
        due_at=row["due_at"],
    )


def _golden_entry(row: Any, entity_type: EntityType, said: Texts) -> Entry:
    attributes: dict[str, str] = row["attributes"]
    kinds = {name: entity_type.by_name[name].kind for name in attributes if name in entity_type.by_name}
    named = [name for name in entity_type.by_name if name in attributes and kinds[name] in _NAMES]
    if not named:
        named = [name for name in entity_type.by_name if name in attributes][:1]
    full = " ".join(str(attributes[name]) for name in named)
    texts = {"names": [full]} | {
        name: [str(value)] for name, value in attributes.items() if name not in named
    }
    calls = [full, *(str(attributes[name]) for name, _ in entity_type.identifying if name in attributes)]
    phones = (national_number(str(attributes[name])) for name, kind in kinds.items() if kind == "phone")
    return _entry(row, [full], _merged(texts, said), calls, [one for one in phones if one])


def _asset_texts(kind: str, content: Mapping[str, Any]) -> Texts:
    found: Texts = {"names": [content["name"]]}
    for name, value in shown(KINDS[kind], content).items():
        if isinstance(value, str) and name != "name":
            found[name] = [value]
    return found


def _facet_texts(held: Mapping[str, Held], sql_of_parts: Sequence[str]) -> Texts:
    columns = facets.columns(held["schema"].body) if "schema" in held else []
    documentation = read(Documentation, held["documentation"].body) if "documentation" in held else None
    ownership = read(Ownership, held["ownership"].body) if "ownership" in held else None
    tags = read(Tags, held["tags"].body) if "tags" in held else None
    sql = read(Sql, held["sql"].body) if "sql" in held else None
    found: Texts = {
        "columns": [column.path for column in columns],
        "columnDescriptions": [column.description for column in columns if column.description],
        "description": [documentation.description] if documentation else [],
        "owners": [owner.name for owner in ownership.owners] if ownership else [],
        "tags": [tag.key if tag.value is None else f"{tag.key}:{tag.value}" for tag in tags.tags]
        if tags
        else [],
        "sql": [*([sql.query] if sql else []), *sql_of_parts],
    }
    return {name: texts for name, texts in found.items() if texts}


def _annotation_texts(content: Mapping[str, Any], column: str | None, names: Mapping[str, str]) -> Texts:
    owners = [owner["name"] for owner in content.get("owners", ())]
    tags = [
        tag["key"] if tag.get("value") is None else f"{tag['key']}:{tag['value']}"
        for tag in content.get("tags", ())
    ]
    found: Texts = {
        "description" if column is None else "columnDescriptions": [content.get("description") or ""],
        "owners": owners,
        "tags": tags,
        "terms": [names[one] for one in content.get("terms", ()) if one in names],
        "domain": [names[one] for one in [content.get("domain") or ""] if column is None and one in names],
    }
    return {name: kept for name, texts in found.items() if (kept := [text for text in texts if text])}


def _referred(content: Mapping[str, Any]) -> list[str]:
    domain = content.get("domain")
    return [*content.get("terms", ()), *([domain] if domain else [])]


def _merged(one: Texts, other: Texts) -> Texts:
    return {
        name: list(dict.fromkeys([*one.get(name, ()), *other.get(name, ())])) for name in {**one, **other}
    }
