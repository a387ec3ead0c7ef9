"""What people say of assets in the store: said from an instant on, and read at an instant on both axes."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, cast
from uuid import UUID

from graph.catalog.annotation import Annotation, AnnotationVersion, Change
from graph.catalog.asset import DOMAIN, GLOSSARY_TERM, KINDS, AssetKind, changed, provenance
from graph.catalog.asset_ref import AssetRef
from graph.catalog.history import Content, State, revised
from graph.errors import InvalidInputError
from graph.golden.versions import ceiling
from graph.identity import content_id
from graph.store import facts
from graph.store.assets import Assets
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.facts import LOCK, Fact
from graph.time import AsOf

KIND = "annotation"
"""The kind of the subjects that facts about annotations have."""

_KEEP = """
insert into annotation (tenant_id, annotation_id, asset_id, kind, dataset_id, column_path)
values ($1, $2, $3, $4, $5, $6)
on conflict do nothing
"""

_KEEP_VALUES = """
insert into annotation_value (tenant_id, aspect, value, asset_id)
select distinct $1::int4, aspect, lower(value), $4::uuid
  from unnest($2::text[], $3::text[]) as new (aspect, value)
on conflict do nothing
"""


@dataclass(frozen=True, slots=True)
class Annotated:
    """What is said of an asset at a basis."""

    annotation: Annotation
    basis: AsOf


class Annotations:
    """What people say of the assets of one tenant; assets are named by `AssetRef.key`."""

    def __init__(self, database: Database, tenant: int = DEFAULT_TENANT) -> None:
        self._database = database
        self._tenant = tenant
        self._assets = Assets(database, tenant)

    async def annotate(
        self,
        asset: AssetRef,
        kind: str,
        change: Change,
        *,
        valid_from: datetime | None = None,
        actor: str,
        reason: object = None,
    ) -> Annotated:
        """Say something of an asset, which must be known, from `valid_from` (default: now) on, in every later version too.

        The description of what people keep here is an attribute of its own, and is changed there.
        A change that changes nothing records nothing. Raises InvalidInputError, with the path, for terms or domains that
        are not there at `valid_from`.
        """
        said = provenance(actor, reason)
        now = await self._assets.basis(None, None)
        change = await self._resolved(change, AsOf(valid_from or now.valid, now.system))
        own = {"description": change.description} if kind in KINDS and "description" in change.set else None
        if own is not None:
            changed(KINDS[kind], own)  # refused, where it must be, before anything is recorded
            change = replace(change, set=change.set - {"description"})

        async def work(connection: Connection) -> AsOf:
            return await self._record(connection, asset, kind, change, valid_from, said)

        at = await self._database.transaction(work)
        if own is not None:
            held = await self._assets.update(
                KINDS[kind], asset.id, own, valid_from=valid_from, actor=actor, reason=reason
            )
            at = AsOf(max(at.valid, held.basis.valid), max(at.system, held.basis.system))
        return Annotated((await self.of([asset.key], at)).get(asset.key, Annotation()), at)

    async def _record(
        self,
        connection: Connection,
        asset: AssetRef,
        kind: str,
        change: Change,
        valid_from: datetime | None,
        said: dict[str, str | None],
    ) -> AsOf:
        """Record what the change alters, the subject locked so that changes come one by one; return the basis it shows at."""
        subject_id = annotation_id(asset.key)
        if change.applied(Annotation()).content:  # else it only takes away, and what is not there need not be
            await self._register(connection, asset, kind)
        await connection.execute(LOCK, self._tenant, subject_id)
        now = await facts.basis(connection, self._tenant, None, None)
        start = valid_from or now.valid
        known = (await facts.history(connection, self._tenant, [subject_id], now.system))[subject_id]
        states = [State(s.period, cast("Any", s.op), s.attributes) for s in ceiling(known)]
        to_record = revised(states, start, {}, lambda state: _changed(state.content or {}, change))
        if not any(state.content for state in states):  # to say nothing of what nothing is said is no news
            to_record = [state for state in to_record if state.content]
        at = AsOf(max(start, now.valid), now.system)
        if not to_record:
            return at
        await self._keep_values(connection, asset.key, to_record)
        recorded = [Fact(subject_id, state.period, state.op, state.content, said) for state in to_record]
        return AsOf(at.valid, await facts.append(connection, self._tenant, recorded))

    async def of(self, keys: Collection[UUID], at: AsOf) -> dict[UUID, Annotation]:
        """Return what is said of those assets of which something is, in one statement."""
        if not keys:
            return {}
        ids = {annotation_id(key): key for key in keys}
        async with self._database.connection() as connection:
            held = await facts.as_of(connection, self._tenant, ids, at)
        return {
            ids[subject]: Annotation.of(fact.attributes) for subject, fact in held.items() if fact.attributes
        }

    async def versions(
        self, keys: Collection[UUID], known_at: datetime
    ) -> dict[UUID, list[AnnotationVersion]]:
        """Return what was said of each asset along valid time, as believed at `known_at`, in one statement."""
        ids = {annotation_id(key): key for key in keys}
        async with self._database.connection() as connection:
            histories = await facts.history(connection, self._tenant, ids, known_at)
        return {ids[subject]: _versions(known) for subject, known in histories.items()}

    async def domains_below(self, name_or_id: str, at: AsOf) -> list[UUID]:
        """Return the domain of a name or id with all those below it at the instants, none where there is no such."""
        found = await self._named(DOMAIN, _id_or_name(name_or_id), at)
        if found is None:
            return []
        own = (await self._assets.by_id([found], at))[found].name
        below, after = [found], None
        has_next = True
        while has_next:
            page, has_next = await self._assets.page(DOMAIN, f"{own}/", 1_000, after, at)
            below += [one.asset_id for one in page if one.name.startswith(f"{own}/")]
            after = page[-1].asset_id if page else None
        return below

    async def term(self, name_or_id: str, at: AsOf) -> UUID | None:
        """Return the id of a glossary term by its name or id at the instants."""
        return await self._named(GLOSSARY_TERM, _id_or_name(name_or_id), at)

    async def _register(self, connection: Connection, asset: AssetRef, kind: str) -> None:
        subject_id = annotation_id(asset.key)
        await facts.register(connection, self._tenant, [subject_id], KIND)
        of_column = (asset.id, asset.column) if asset.column is not None else (None, None)
        await connection.execute(_KEEP, self._tenant, subject_id, asset.key, kind, *of_column)

    async def _keep_values(self, connection: Connection, key: UUID, states: Sequence[State]) -> None:
        values = sorted({value for state in states for value in Annotation.of(state.content or {}).values})
        aspects, texts = [aspect for aspect, _ in values], [text for _, text in values]
        await connection.execute(_KEEP_VALUES, self._tenant, aspects, texts, key)

    async def _resolved(self, change: Change, at: AsOf) -> Change:
        """Return the change with ids in place of names; what is to be removed need not be there any more."""
        domain = change.domain and await self._required(DOMAIN, change.domain, at, "$.domain")
        added = [
            await self._required(GLOSSARY_TERM, one, at, f"$.addTerms[{n}]")
            for n, one in enumerate(change.add_terms)
        ]
        removed = [await self._named(GLOSSARY_TERM, one, at) or one for one in change.remove_terms]
        return replace(change, domain=domain, add_terms=tuple(added), remove_terms=tuple(removed))

    async def _required(self, kind: AssetKind, named: UUID | str, at: AsOf, path: str) -> UUID:
        found = await self._named(kind, named, at)
        if found is None:
            raise InvalidInputError.at(path, f"no {kind.label} {str(named)[:60]!r} is there then")
        return found

    async def _named(self, kind: AssetKind, named: UUID | str, at: AsOf) -> UUID | None:
        if isinstance(named, str):
            found = await self._assets.by_name(kind, named, at)
        else:
            found = (await self._assets.by_id([named], at)).get(named)
        is_there = found is not None and found.kind is kind and not found.is_retired
        return found.asset_id if is_there and found else None


def annotation_id(key: UUID) -> UUID:
    """Return the subject that facts about what is said of an asset have."""
    return content_id("annotation", key.bytes)


def _changed(content: Content, change: Change) -> Content:
    return change.applied(Annotation.of(content)).content


def _versions(known: Sequence[Fact]) -> list[AnnotationVersion]:
    versions: list[AnnotationVersion] = []
    for stretch in ceiling(known):
        said = stretch.provenance or {}
        if stretch.attributes is None or stretch.system_from is None:
            continue
        versions.append(
            AnnotationVersion(
                stretch.period,
                Annotation.of(stretch.attributes),
                stretch.system_from,
                said.get("actor"),
                said.get("reason"),
            )
        )
    return versions


def _id_or_name(text: str) -> UUID | str:
    try:
        return UUID(text)
    except ValueError:
        return text
