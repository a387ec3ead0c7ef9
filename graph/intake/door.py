"""The door of intake: what can be taken in, said and decided, each in one transaction with all that follows from it."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from uuid import UUID

from graph.errors import CatalogError, ConflictError, InvalidInputError, NotFoundError
from graph.golden.decision import Decision
from graph.golden.entity_type import CUSTOMER, EntityType
from graph.golden.match_model import MatchModel, default_model
from graph.golden.matching import matcher
from graph.golden.own_words import OwnWord
from graph.golden.record import Door, Origin, parse_attributes
from graph.intake import arrivals, foretelling, writing
from graph.intake.candidates import Pair
from graph.intake.foretelling import Foretold
from graph.intake.pause import without_cycle_search
from graph.intake.preparing import prepared
from graph.intake.turn import AloneError, Decided, Incoming, Outcome, Turn
from graph.store import facts, policies, quarantine, source_records
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.group_commit import GroupCommit
from graph.store.match_decisions import StoredDecision
from graph.store.policies import EntityTypes
from graph.time import bounded

LOOK_UP_SECONDS = 1.0
"""How long, where nothing is written, what arrives may still be read by an entity type that was changed meanwhile."""

AT_A_TIME = 50
"""So many records are prepared before others have their turn: some milliseconds."""

FEW = 32
"""A batch of no more than this locks what it touches key by key; a larger one keeps other writers out altogether."""


class Intake:
    """Takes source records in, many at a time; safe with any number of intakes on the same database.

    `at_once` records go into one transaction at most; `suppression_key` is the secret by which people who were erased are recognised; needed once somebody was.
    """

    def __init__(
        self,
        database: Database,
        tenant: int = DEFAULT_TENANT,
        entity_type: EntityType = CUSTOMER,
        *,
        suppression_key: bytes | None = None,
        at_once: int = 2_000,
    ) -> None:
        self._database = database
        self._tenant = tenant
        self._type = entity_type
        self._latest = entity_type
        """The entity type as the last transaction saw it: what arrives is read, and looked at ahead, by it."""
        self._look_up_at = 0.0
        self._shipped = entity_type, default_model(entity_type)
        self._types = EntityTypes(database, tenant)
        self._suppression_key = suppression_key
        self._group: GroupCommit[Incoming, Outcome] = GroupCommit(self._write, limit=at_once)

    @property
    def waiting(self) -> int:
        """How many records wait for the next transaction."""
        return self._group.waiting

    @property
    def is_writing(self) -> bool:
        """Whether records are being written."""
        return self._group.is_writing

    async def close(self) -> None:
        """Wait until everything handed in is written."""
        await self._group.close()

    async def take_in(
        self, records: Sequence[object], origin: Origin, first_position: int = 0
    ) -> list[Outcome]:
        """Check, match, merge and store records (parsed JSON, or Unreadable) and say what became of each, in order.

        Returns after the commit. A record that is refused leaves the others alone; where nobody waits for the
        answer (files, Kafka) it is kept in quarantine. Raises UnavailableError where the database is gone.
        """
        return await self.store(await self.prepare(records, origin, first_position))

    async def entity_type(self) -> EntityType:
        """Return what the tenant says of the entity type, not older than LOOK_UP_SECONDS: by it arrivals are read."""
        await self._look_up()
        return self._latest

    async def prepare(
        self, records: Sequence[object], origin: Origin, first_position: int = 0
    ) -> list[Incoming]:
        """Check records, and work out whatever of each does not depend on others; `store` does the rest.

        Writes nothing, and lets others have the processor in between: while PostgreSQL works on some records, the
        next ones can be prepared.
        """
        await self._look_up()
        if len(records) <= AT_A_TIME:
            return [self._prepared(raw, origin, first_position + n) for n, raw in enumerate(records)]
        ready: list[Incoming] = []
        with without_cycle_search():
            for start in range(0, len(records), AT_A_TIME):
                await asyncio.sleep(0)
                ready.extend(
                    self._prepared(raw, origin, first_position + place)
                    for place, raw in enumerate(records[start : start + AT_A_TIME], start)
                )
        return ready

    async def store(self, prepared: Sequence[Incoming]) -> list[Outcome]:
        """Match, merge and store what `prepare` returned; see `take_in`."""
        results = iter(await self._group.submit_all([item for item in prepared if not item.is_refused]))
        outcomes: list[Outcome] = []
        for item in prepared:
            result = Outcome("rejected", problems=item.problems) if item.is_refused else next(results)
            if isinstance(result, Exception):
                raise result
            outcomes.append(result)
        return outcomes

    async def store_in(self, connection: Connection, prepared: Sequence[Incoming]) -> list[Outcome]:
        """Do what `store` does in the caller's transaction, with other writers of the entity type kept out until commit."""
        if not prepared:
            return []
        with without_cycle_search():
            results = await self._take(connection, prepared, alone=True)
        outcomes: list[Outcome] = []
        for result in results:
            if isinstance(result, CatalogError):
                raise result
            outcomes.append(result)
        return outcomes

    async def foretell(self, prepared: Sequence[Incoming]) -> list[Foretold]:
        """Say what `store` would make of what `prepare` returned, in order, as things stand now; nothing is written."""
        async with self._database.connection() as connection:
            transaction = connection.transaction()
            await transaction.start()
            try:
                turn = await self._turn(connection, alone=False)
                return await foretelling.foretold(turn, prepared, self._suppression_key)
            finally:
                await transaction.rollback()

    async def create(
        self, attributes: Mapping[str, object], valid_from: datetime | None, actor: str, door: Door
    ) -> UUID:
        """Record a customer of our own and return the golden id, which may be one that was there already."""
        return await self._say(None, self._some(attributes), valid_from, actor, door)

    async def update(
        self,
        golden_id: UUID,
        attributes: Mapping[str, object],
        valid_from: datetime | None,
        actor: str,
        door: Door,
    ) -> UUID:
        """Change attributes of a golden record from an instant on (default: now) and return its id.

        A deleted golden record is re-opened with all that was true of it last. Raises NotFoundError, ErasedError.
        """
        return await self._say(golden_id, self._some(attributes, null_clears=True), valid_from, actor, door)

    async def delete(self, golden_id: UUID, valid_from: datetime | None, actor: str, door: Door) -> UUID:
        """End a golden record from an instant on (default: now); a later word of any source re-opens it.

        Raises NotFoundError, or ConflictError where it does not exist yet at the instant.
        """
        return await self._say(golden_id, None, valid_from, actor, door)

    async def decide(self, decisions: Sequence[Decision], actor: str) -> list[UUID]:
        """Store a steward's words, cluster anew what they are about, and return the golden records it is now, each once.

        Raises NotFoundError for source records nobody knows, ConflictError for a word about one record alone or two
        about the same pair; nothing is stored then.
        """
        decided = await self._database.transaction(
            lambda connection: self.decide_in(connection, decisions, actor)
        )
        return decided.golden_ids

    async def decide_in(self, connection: Connection, decisions: Sequence[Decision], actor: str) -> Decided:
        """Do what `decide` does in the caller's transaction; the tenant's clock is taken from then until commit."""
        turn = await self._turn(connection, alone=True)
        keys = {key for decision in decisions for key in (decision.a, decision.b)}
        turn.stored = await source_records.by_key(connection, self._tenant, self._type.name, keys)
        turn.keys = {record.record_id: key for key, record in turn.stored.items()}
        for key in sorted(keys - turn.stored.keys()):
            raise NotFoundError(f"no {self._type.name} record of {key.system} has the key {key.key}")
        said: dict[Pair, StoredDecision] = {}
        for decision in decisions:
            word = _stored(
                decision, turn.stored[decision.a].record_id, turn.stored[decision.b].record_id, actor
            )
            if said.setdefault((word.a, word.b), word) is not word:
                raise ConflictError("two decisions speak of the same pair of records")
        settled = await writing.settle(turn, [], said)
        ids = [turn.stored[key].record_id for d in decisions for key in (d.a, d.b)]
        return Decided(settled.at, list(dict.fromkeys(settled.golden_of[record_id] for record_id in ids)))

    async def reconsider(self, record_ids: Collection[UUID]) -> None:
        """Work out anew what source records look like, whom they are like and what is true of their golden records.

        For everything that changes these other than through intake: another policy, match model or pin, an erasure.
        Unknown ids, and those of other entity types, are passed over.
        """
        await self._database.transaction(lambda connection: self.reconsider_in(connection, record_ids))

    async def reconsider_in(self, connection: Connection, record_ids: Collection[UUID]) -> None:
        """Do what `reconsider` does in the caller's transaction."""
        turn = await self._turn(connection, alone=True)
        found = await source_records.by_id(connection, self._tenant, self._type.name, record_ids)
        turn.stored = {record.key: record for record in found}
        turn.keys = {record.record_id: record.key for record in found}
        turn.events = await source_records.events(connection, self._tenant, list(turn.keys))
        await writing.settle(turn, list(turn.keys), {}, anew=True)

    async def _look_up(self) -> None:
        """Learn what the tenant says of the entity type now."""
        now = asyncio.get_running_loop().time()
        if now >= self._look_up_at:
            self._look_up_at = now + LOOK_UP_SECONDS
            async with self._database.connection() as connection:
                self._latest, _ = await self._current(connection)

    async def _say(
        self,
        golden_id: UUID | None,
        attributes: Mapping[str, str] | None,
        valid_from: datetime | None,
        actor: str,
        door: Door,
    ) -> UUID:
        at = None if valid_from is None else bounded(valid_from, "$.validFrom")
        word = OwnWord(golden_id, attributes, at)
        outcome = await self._group.submit(Incoming(Origin(door, actor), None, word=word))
        if outcome.golden_id is None or outcome.status == "rejected":
            raise InvalidInputError(*outcome.problems)
        return outcome.golden_id

    def _prepared(self, raw: object, origin: Origin, position: int) -> Incoming:
        return prepared(raw, origin, position, self._latest)

    def _some(self, attributes: Mapping[str, object], *, null_clears: bool = False) -> dict[str, str]:
        parsed = parse_attributes(attributes, self._latest, null_clears=null_clears)
        if not parsed:
            raise InvalidInputError.at("$", "names no attribute")
        return parsed

    async def _write(self, batch: Sequence[Incoming]) -> list[Outcome | CatalogError]:
        if len(batch) <= FEW:
            try:
                return await self._database.transaction(lambda c: self._take(c, batch, alone=False))
            except AloneError:
                pass
        with without_cycle_search():
            return await self._database.transaction(lambda c: self._take(c, batch, alone=True))

    async def _turn(self, connection: Connection, *, alone: bool) -> Turn:
        await source_records.hold(connection, self._tenant, self._type.name, alone=alone)
        await policies.hold(connection, self._tenant)
        entity_type, model = await self._current(connection)
        self._latest = entity_type
        return Turn(connection, self._tenant, matcher(entity_type, model), alone)

    async def _current(self, connection: Connection) -> tuple[EntityType, MatchModel]:
        """Return the entity type and its match model: what the tenant says of it, else the one this intake was given."""
        try:
            entity_type, model = await self._types.current(connection, self._type.name)
        except NotFoundError:  # of nobody's making but the caller's
            return self._shipped
        return self._shipped if entity_type.policy_version == "shipped" else (entity_type, model)

    async def _take(
        self, connection: Connection, batch: Sequence[Incoming], *, alone: bool
    ) -> list[Outcome | CatalogError]:
        await source_records.add_origins(connection, self._tenant, {item.origin for item in batch})
        turn = await self._turn(connection, alone=alone)
        await arrivals.refuse_erased(turn, batch, self._suppression_key)
        received_at, targets = await arrivals.gather(turn, batch)
        arrivals.settle(turn, batch, received_at, targets)
        await arrivals.name_erased(turn, batch)
        at = None
        if turn.new_events:
            changed = list({new.record_id for new in turn.new_events})
            async with writing.settling(turn, changed, {}) as settled:
                outcomes = _outcomes(turn, batch, settled.golden_of, targets)
            at = settled.at
        else:
            outcomes = _outcomes(turn, batch, {}, targets)
        refusals = arrivals.refusals(turn, batch)
        if refusals:
            at = at or await facts.tick(connection, self._tenant)
            await quarantine.add(connection, self._tenant, at, refusals)
        return outcomes


def _stored(decision: Decision, a: UUID, b: UUID, actor: str) -> StoredDecision:
    if a == b:
        raise ConflictError("a decision is about two records, not one")
    if a < b:
        identities = decision.identity_a, decision.identity_b
    else:
        a, b, identities = b, a, (decision.identity_b, decision.identity_a)
    return StoredDecision(a, b, decision.verdict, actor, *identities, decision.note)


def _outcomes(
    turn: Turn, batch: Sequence[Incoming], golden_of: Mapping[UUID, UUID], targets: Mapping[UUID, UUID]
) -> list[Outcome | CatalogError]:
    return [_outcome(turn, place, item, golden_of, targets) for place, item in enumerate(batch)]


def _outcome(
    turn: Turn, place: int, item: Incoming, golden_of: Mapping[UUID, UUID], targets: Mapping[UUID, UUID]
) -> Outcome | CatalogError:
    outcome = turn.outcomes.get(place, Outcome("rejected", problems=item.problems))
    if isinstance(outcome, CatalogError):
        return outcome
    key = outcome.source_key
    if key is None:
        target = targets.get(item.word.golden_id) if item.word and item.word.golden_id else None
        outcome.golden_id = target
        return outcome
    record_id, stored = turn.record_id(key), turn.stored.get(key)
    golden_id = golden_of.get(record_id) if record_id else None
    outcome.golden_id = golden_id or (stored.golden_id if stored else None)
    return outcome
