"""Erasure: the one exception to immutability. Removes a person from every table, on both time axes, for good."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

from graph.errors import ConflictError, InvalidInputError, NotFoundError, UnavailableError
from graph.golden.entity_type import EntityType
from graph.golden.record import OWN_SYSTEM
from graph.golden.timeline import golden_timeline
from graph.golden.traces import Traces, digest, words_of
from graph.golden.versions import ceiling, changes
from graph.identity import SourceKey, new_id
from graph.intake import Intake
from graph.store import (
    change_feed,
    contributions,
    erasures,
    facts,
    policies,
    rewriting,
    search,
    search_index,
    source_records,
    suppression,
    uploads,
)
from graph.store.change_feed import Change
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.erasures import Erasure, Person, Status
from graph.store.facts import Fact
from graph.store.lake_files import BEFORE_ALL
from graph.store.policies import EntityTypes
from graph.time import BEGINNING, Period

LONGEST_REASON = 1_000
"""How many characters the reason of an erasure may have."""

_EVER = datetime.max.replace(tzinfo=UTC)


class Erasures:
    """Erases people from one tenant's catalog, and says how far that is.

    Each step commits what it did together with having done it; calling again goes on where the last call was broken
    off. What comes after the first step finds the person by keyed digests alone, for nothing else is left to know.
    """

    def __init__(
        self,
        database: Database,
        secret: bytes | None,
        tenant: int = DEFAULT_TENANT,
    ) -> None:
        self.database = database
        self.tenant = tenant
        self._secret = secret
        self._types = EntityTypes(database, tenant)

    @property
    def secret(self) -> bytes:
        """The secret under which digests are made; raises UnavailableError where this process has none."""
        if self._secret is None:
            raise UnavailableError(
                "nobody can be erased without a suppression key: set GOLDTHREAD_SUPPRESSION_KEY, or let "
                "`goldthread up` make one in GOLDTHREAD_HOME"
            )
        return self._secret

    async def erase(self, entity_type: str, golden_id: UUID, actor: str, reason: str) -> Erasure:
        """Remove the person that a golden record is from every table of golden records, and return how far it is.

        Commits. A golden record that was merged leads to its survivor. Asked again, it goes on with the same erasure.
        Raises NotFoundError, InvalidInputError for a reason that is empty or too long, and UnavailableError.
        """
        if not reason.strip() or len(reason) > LONGEST_REASON or "\0" in reason:
            raise InvalidInputError.at("$.reason", f"must have 1 to {LONGEST_REASON} characters and no NUL")
        _ = self.secret

        async def work(connection: Connection) -> Erasure:
            erasure = await self._requested(connection, entity_type, golden_id, actor, reason)
            erasure = await erasures.lock(connection, self.tenant, erasure.erasure_id)
            return erasure if erasure.is_done("database") else await self._remove(connection, erasure)

        return await self.database.transaction(work)

    async def one(self, erasure_id: UUID) -> Erasure:
        """Return an erasure as it is now; raises NotFoundError."""
        async with self.database.connection() as connection:
            erasure = await erasures.one(connection, self.tenant, erasure_id)
        if erasure is None:
            raise NotFoundError(f"no erasure has the id {erasure_id}")
        return erasure

    async def unfinished(self, *statuses: Status) -> list[Erasure]:
        """Return the erasures in one of the states, oldest first."""
        async with self.database.connection() as connection:
            return await erasures.unfinished(connection, self.tenant, statuses)

    async def traces(self, erasure: Erasure) -> Traces:
        """Return what the person's words look like, to find them in texts."""
        async with self.database.connection() as connection:
            return await suppression.traces_of(connection, self.tenant, erasure.erasure_id, self.secret)

    async def done(self, erasure: Erasure, step: str, removed: dict[str, Any], **remains: Any) -> Erasure:
        """Record that a step is done, what it removed, and what remains that it knows of; return the erasure so."""

        async def work(connection: Connection) -> Erasure:
            now = await erasures.lock(connection, self.tenant, erasure.erasure_id)
            return await self._done(connection, now, step, removed, remains)

        return await self.database.transaction(work)

    async def finish(self, erasure: Erasure, status: Status) -> Erasure:
        """Record that an erasure has reached a state, and return it so."""

        async def work(connection: Connection) -> Erasure:
            now = await erasures.lock(connection, self.tenant, erasure.erasure_id)
            at = await connection.fetchval("select clock_timestamp()")
            if now.status != "scrubbed":
                now = replace(now, status=status, erased_at=now.erased_at or at)
            if status == "scrubbed":
                now = replace(now, scrubbed_at=at)
            await erasures.keep(connection, self.tenant, now)
            return now

        return await self.database.transaction(work)

    async def lift(self, erasure_id: UUID, actor: str, reason: str) -> Erasure:
        """Let somebody who was erased come back from now on; who lifted it and why stays in the report.

        Raises NotFoundError, and ConflictError while the erasure is not done.
        """
        if not reason.strip() or len(reason) > LONGEST_REASON or "\0" in reason:
            raise InvalidInputError.at("$.reason", f"must have 1 to {LONGEST_REASON} characters and no NUL")
        await self.one(erasure_id)

        async def work(connection: Connection) -> Erasure:
            erasure = await erasures.lock(connection, self.tenant, erasure_id)
            if erasure.status == "requested":
                raise ConflictError(
                    "the erasure is not done yet; what is left is found by what would be lifted"
                )
            count = await suppression.lift(connection, self.tenant, erasure_id, self.secret)
            at = await connection.fetchval("select clock_timestamp()")
            lifted = {"actor": actor, "reason": reason, "at": at.isoformat(), "digests": count}
            if "lifted" not in erasure.report:
                erasure = replace(erasure, report={**erasure.report, "lifted": lifted})
                await erasures.keep(connection, self.tenant, erasure)
            return erasure

        return await self.database.transaction(work)

    async def _requested(
        self, connection: Connection, entity_type: str, golden_id: UUID, actor: str, reason: str
    ) -> Erasure:
        """Return the erasure of a golden record, recorded now or before."""
        kind = await connection.fetchval(
            "select kind from subject where tenant_id = $1 and subject_id = $2", self.tenant, golden_id
        )
        if kind != entity_type:
            raise NotFoundError(f"no {entity_type[:60]} has the id {golden_id}")
        # Nobody takes anything in meanwhile, so that nothing of the person slips through.
        await source_records.hold(connection, self.tenant, entity_type, alone=True)
        survivor = await facts.merge_target(connection, self.tenant, golden_id)
        await source_records.lock_golden(connection, self.tenant, [survivor])
        there = await erasures.of_golden(connection, self.tenant, survivor)
        if there is not None:
            return there
        at = await connection.fetchval("select clock_timestamp()")
        erasure = Erasure(new_id(), entity_type, survivor, actor, reason, at, "requested", None, None, {})
        await erasures.request(connection, self.tenant, erasure)
        return erasure

    async def _remove(self, connection: Connection, erasure: Erasure) -> Erasure:
        """Remove the person from all tables of golden records in one transaction."""
        await policies.hold(connection, self.tenant)
        entity_type, _ = await self._types.current(connection, erasure.entity_type)
        found = await erasures.person(connection, self.tenant, erasure.golden_id)
        await source_records.lock_golden(connection, self.tenant, [*found.alone, *found.mixed])
        neighbours = await erasures.neighbours(connection, self.tenant, list(found.records))
        found = await self._part(connection, erasure, found)
        told = await self._suppress(connection, erasure, entity_type, found)
        origins = await erasures.sources(connection, self.tenant, list(found.records))
        rewritten = await self._recomputed(connection, entity_type.name, found)
        traces = await suppression.traces_of(connection, self.tenant, erasure.erasure_id, self.secret)
        removed = await erasures.remove_records(connection, self.tenant, list(found.records))
        removed += await erasures.remove_facts(connection, self.tenant, [*found.alone, *found.mixed])
        removed["search_entry"] += await search_index.forget(
            connection, self.tenant, [*found.alone, *found.mixed]
        )
        removed["quarantine"] += await erasures.remove_refused_rows(connection, self.tenant, traces)
        letters = await erasures.remove_dead_letters(connection, self.tenant, traces)
        removed["stream_dead_letter"] += sum(map(len, letters.values()))
        removed["upload"] += await uploads.forget_all(connection, self.tenant)
        removed += await erasures.clean_notes(connection, self.tenant, traces)
        await self._write(connection, entity_type.name, found, rewritten)
        # Who was kept from others by the person alone may now be one with them.
        intake = Intake(self.database, self.tenant, entity_type, suppression_key=self._secret)
        await intake.reconsider_in(connection, neighbours)
        report: dict[str, Any] = {
            "golden_ids": {"erased": _texts(found.alone), "recomputed": _texts(found.mixed)},
            "suppression": told,
        }
        erasure = replace(await erasures.lock(connection, self.tenant, erasure.erasure_id), report=report)
        lsn = await connection.fetchval("select pg_current_wal_insert_lsn()::text")
        remains = {**_beyond_reach(origins, letters), "wal": {"written_until": lsn}}
        return await self._done(
            connection, erasure, "database", {"tables": {k: n for k, n in removed.items() if n}}, remains
        )

    async def _part(self, connection: Connection, erasure: Erasure, found: Person) -> Person:
        """Give what the golden record wrongly held of others, while it did, to a golden record of their own."""
        apart = new_id()
        moved = await rewriting.part(connection, self.tenant, erasure.golden_id, apart, list(found.records))
        return replace(found, mixed={*found.mixed, apart}, apart=apart) if moved else found

    async def _suppress(
        self, connection: Connection, erasure: Erasure, entity_type: EntityType, found: Person
    ) -> dict[str, int]:
        """Keep the person out from now on, and return how many digests that takes."""
        shared = await erasures.shared_values(connection, self.tenant, list(found.records))
        ever = await erasures.attributes_ever(connection, self.tenant, list(found.records))
        digests: set[bytes] = set()
        for key in found.records.values():
            if key.system != OWN_SYSTEM:
                digests |= _digests(self.secret, entity_type, key, {})
        for attributes in ever:
            own = {name: value for name, value in attributes.items() if value not in shared}
            digests |= _digests(self.secret, entity_type, None, own)
        await suppression.keep_out(connection, self.tenant, erasure.erasure_id, self.secret, digests)
        return {"digests": len(digests), "shared_identifiers_left_out": len(shared)}

    async def _recomputed(self, connection: Connection, kind: str, found: Person) -> list[Fact]:
        """Return the history of the golden records that wrongly held the person, as it is without the person."""
        links = await rewriting.memberships(connection, self.tenant, found.mixed)
        before = await facts.history(connection, self.tenant, [*found.mixed, *found.alone], _EVER)
        rewritten: list[Fact] = []
        for golden_id in sorted(found.mixed):
            told: list[Fact] = []
            apart = [] if golden_id != found.apart else [f for i in found.alone for f in before[i]]
            instants = {fact.system_from for fact in (*before[golden_id], *apart) if fact.system_from}
            for at in sorted(instants | links.instants(golden_id)):
                held = links.members(golden_id, at)
                if golden_id == found.apart or held & found.records.keys():
                    # By the policies and pins of then: what is believed of others is to stay as it was.
                    others = held - found.records.keys()
                    members = await contributions.members(connection, self.tenant, others, at)
                    entity_type, _ = await self._types.known_at(connection, kind, at)
                    true = golden_timeline([members[i] for i in sorted(members)], entity_type)
                else:
                    true = ceiling([f for f in before[golden_id] if f.system_from and f.system_from <= at])
                told += [
                    replace(Fact.to_record(golden_id, change), system_from=at)
                    for change in changes(ceiling(told), true)
                ]
            rewritten += told
        return rewritten

    async def _write(self, connection: Connection, kind: str, found: Person, rewritten: list[Fact]) -> None:
        """Store the recomputed histories, that the others were erased, and tell the change feed."""
        words: dict[UUID, list[Any]] = {}
        for fact in rewritten:
            words.setdefault(fact.subject_id, []).append(fact.attributes)
        await search.keep_words(
            connection, self.tenant, kind, {i: search.words_of(w) for i, w in words.items()}
        )
        at = await facts.tick(connection, self.tenant)
        gone = [
            Fact(golden_id, Period(BEGINNING), "E", system_from=since)
            for golden_id in sorted(found.alone)
            for since in (
                BEFORE_ALL,
                at,
            )  # at every instant known, and once more where readers look for what is new
        ]
        await rewriting.write_facts(connection, self.tenant, [*rewritten, *gone])
        changed = [Change("erased", golden_id) for golden_id in sorted(found.alone)]
        await change_feed.add(connection, self.tenant, at, kind, changed)

    async def _done(
        self,
        connection: Connection,
        erasure: Erasure,
        step: str,
        removed: dict[str, Any],
        remains: dict[str, Any],
    ) -> Erasure:
        at: datetime = await connection.fetchval("select clock_timestamp()")
        report = dict(erasure.report)
        report["steps"] = {**report.get("steps", {}), step: at.isoformat()}
        report["removed"] = {**report.get("removed", {}), **removed}
        report["remains"] = {**report.get("remains", {}), **remains}
        erasure = replace(erasure, report=report)
        await erasures.keep(connection, self.tenant, erasure)
        return erasure


def _digests(
    secret: bytes, entity_type: EntityType, key: SourceKey | None, attributes: dict[str, str]
) -> set[bytes]:
    """Return the digests by which a record is refused, and those by which its words are found in texts."""
    words = words_of(entity_type, key, attributes)
    return {
        *suppression.digests_of(secret, entity_type, key, attributes),
        *(digest(secret, "word", word) for word in words),
    }


def _beyond_reach(
    origins: Sequence[dict[str, Any]], letters: Mapping[str, Sequence[datetime]]
) -> dict[str, Any]:
    """Return what the sources keep themselves, and the topics that messages of theirs came back from unread."""
    topics = [
        {
            "topic": o["topic"],
            "partition": o["partition"],
            "first_offset": o["first"],
            "last_offset": o["last"],
            "last_received_at": o["received_at"].isoformat(),
        }
        for o in origins
        if o["topic"] is not None
    ]
    dead = {topic: max(times).isoformat() for topic, times in sorted(letters.items())}
    files = sorted({o["file"] for o in origins if o["file"] is not None})
    return {"source_files": files, "topics": topics, "dead_letters": dead}


def _texts(golden_ids: Any) -> list[str]:
    return sorted(str(golden_id) for golden_id in golden_ids)
