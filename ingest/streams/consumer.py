"""Takes the messages of topics in exactly once: the position is stored with what they said, and says where to go on."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncGenerator, Callable, Coroutine
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaConsumer, ConsumerRebalanceListener, TopicPartition
from aiokafka.coordinator.assignors.sticky.sticky_assignor import StickyPartitionAssignor
from aiokafka.errors import KafkaError, NoOffsetForPartitionError, OffsetOutOfRangeError

from graph.errors import CatalogError, Problem
from graph.store import stream_letters
from graph.store.database import DEFAULT_TENANT, Connection, Database
from graph.store.stream_positions import (
    UNKEPT,
    Advance,
    Claim,
    Partition,
    StreamPositions,
    advance,
    is_fence,
)
from ingest.kafka_cluster import Kafka, KafkaCluster
from ingest.messages import Batch, FencedError, Handler, Limits, Refused, Store
from ingest.streams.dead_letters import letters_of
from ingest.streams.partition import AnotherTopicError, Waiting, message_of

GROUP = "goldthread"
HEAR_SECONDS = 5.0
"""How often it is recorded where partitions end."""

FENCED_SECONDS = 3.0
"""How long a worker that was fenced waits for the broker to tell it so, before it claims the partition again."""

LONGEST_PAUSE = 10.0
POLL_SECONDS = 0.2
SHORT_POLL_SECONDS = 0.01
"""How long messages are waited for where something read before is being taken in, so that there may be room for more."""

COMMIT_SECONDS = 1.0
"""How often the broker is told how far we are."""

COMMIT_TIMEOUT = 5.0

_logger = logging.getLogger(__name__)


USUAL = Limits()


@dataclass(frozen=True, slots=True)
class Stream:
    """Some topics, by a pattern of their whole names, and who takes their messages in.

    `at_once`: how many batches are stored at the same time; each takes a connection, also while it waits for another one.
    One more is prepared meanwhile.
    """

    name: str
    pattern: str
    handler: Handler
    limits: Limits = USUAL
    at_once: int = 3

    @property
    def consumer(self) -> str:
        """The consumer group."""
        return f"{GROUP}.{self.name}"


class Consumer(ConsumerRebalanceListener):
    """One member of a stream's group; any number of them, here or elsewhere, share its partitions.

    One batch of each partition is taken in at a time, and no more is read ahead meanwhile than makes the next one, so
    neither memory nor the database is flooded.
    """

    def __init__(
        self,
        stream: Stream,
        database: Database,
        kafka: Kafka,
        refused: Callable[[], None] = lambda: None,
        tenant: int = DEFAULT_TENANT,
    ) -> None:
        self.stream = stream
        self._database = database
        self._tenant = tenant
        self._cluster = KafkaCluster.of(kafka)
        self._refused = refused
        self._positions = StreamPositions(database, tenant)
        self._ours: dict[TopicPartition, Waiting] = {}
        self._unclaimed: dict[TopicPartition, float] = {}
        self._others: set[TopicPartition] = set()
        self._at_work: set[asyncio.Task[None]] = set()
        self._storing = asyncio.Semaphore(stream.at_once)
        self._ahead = asyncio.Semaphore(stream.at_once + 1)
        self._taking: dict[TopicPartition, asyncio.Task[None]] = {}
        self._ends: dict[TopicPartition, int] = {}
        self._committing: asyncio.Task[None] | None = None
        self._hear_at = self._commit_at = 0.0

    async def run(self, stop: asyncio.Event) -> None:
        """Take messages in until `stop` is set; a batch begun then is brought to its end. Failures are tried again."""
        failures = 0
        while not stop.is_set():
            try:
                async with self._joined() as kafka:
                    while not stop.is_set():
                        await self._turn(kafka, stop)
                        failures = 0
            except Exception as error:
                failures += 1
                level = logging.WARNING if failures in (1, 10) else logging.DEBUG
                _logger.log(level, "%s: trying again: %s", self.stream.name, _told(error))
                await _pause(stop, failures)

    async def on_partitions_revoked(self, revoked: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Let go of all partitions, once the batch at work is stored or given up."""
        self._unclaimed.clear()
        self._ours.clear()
        if self._at_work:
            await asyncio.wait({*self._at_work})

    async def on_partitions_assigned(self, assigned: Any) -> None:  # pyright: ignore[reportIncompatibleMethodOverride]
        """Note which partitions are to be claimed."""
        self._unclaimed = dict.fromkeys(assigned, 0.0)

    @asynccontextmanager
    async def _joined(self) -> AsyncGenerator[AIOKafkaConsumer]:
        kafka = AIOKafkaConsumer(
            **self._cluster.client(),
            client_id="goldthread",
            group_id=self.stream.consumer,
            enable_auto_commit=False,
            auto_offset_reset="none",  # the database says where to go on, and that may be gone
            isolation_level="read_committed",
            partition_assignment_strategy=(StickyPartitionAssignor,),
            metadata_max_age_ms=5_000,
            max_partition_fetch_bytes=4 << 20,
            fetch_max_wait_ms=200,
            rebalance_timeout_ms=20_000,
        )
        kafka.subscribe(pattern=f"^{self.stream.pattern}$", listener=self)
        try:
            await kafka.start()
            yield kafka
            self._ours.clear()  # what waits to be stored is given up
            await self._ended()
            self._commit(kafka)
            if self._committing is not None:
                await asyncio.wait({self._committing}, timeout=COMMIT_TIMEOUT)
        except asyncio.CancelledError:
            for task in self._taking.values():
                task.cancel()
            raise
        finally:
            self._ours.clear()
            self._unclaimed.clear()
            await self._ended()
            await kafka.stop()

    async def _ended(self) -> None:
        """Wait until whatever was begun is stored or given up."""
        if self._taking:
            await asyncio.wait(self._taking.values())
        self._taking.clear()

    async def _turn(self, kafka: AIOKafkaConsumer, stop: asyncio.Event) -> None:
        """Read what there is, and begin to take in what is due."""
        await self._claim(kafka)
        await self._read(kafka)
        for partition in [partition for partition, task in self._taking.items() if task.done()]:
            self._taking.pop(partition).result()
        for partition, waiting in self._ours.items():
            if partition not in self._taking and not stop.is_set() and waiting.is_due(_now()):
                # While PostgreSQL stores the batch of one partition, that of another one is prepared.
                self._taking[partition] = asyncio.create_task(self._take_in(partition, waiting, stop))
        await self._hear(kafka)
        if _now() >= self._commit_at and (self._committing is None or self._committing.done()):
            self._commit(kafka)

    def _commit(self, kafka: AIOKafkaConsumer) -> None:
        """Begin to tell the broker too how far we are, for those who watch it; nothing waits for it or depends on it."""
        self._commit_at = _now() + COMMIT_SECONDS
        ends = {partition: end for partition, end in self._ends.items() if partition in kafka.assignment()}
        self._ends.clear()
        if ends:
            self._committing = asyncio.create_task(_committed(kafka, ends))

    async def _read(self, kafka: AIOKafkaConsumer) -> None:
        room = [partition for partition, waiting in self._ours.items() if waiting.has_room]
        if not room:
            await asyncio.sleep(SHORT_POLL_SECONDS if self._ours else POLL_SECONDS)
            return
        now = _now()
        idle = [waiting for partition, waiting in self._ours.items() if partition not in self._taking]
        dues = [due for due in (waiting.due_in(now) for waiting in idle) if due is not None]
        longest = POLL_SECONDS if len(room) == len(self._ours) else SHORT_POLL_SECONDS
        wait = max(0.0, min([longest, *dues]))
        try:
            found = await kafka.getmany(
                *room, timeout_ms=int(wait * 1_000), max_records=self.stream.limits.messages
            )
        except NoOffsetForPartitionError:  # it was looked for before we said where to go on
            return
        except OffsetOutOfRangeError as error:  # expired, or the topic was made anew
            self._claim_again(*error.args[0])
            return
        now = _now()
        for partition, records in found.items():
            waiting = self._ours.get(partition)
            if waiting is None:
                continue
            try:
                waiting.add(map(message_of, records), now)
                waiting.log_end = kafka.highwater(partition) or waiting.log_end
            except AnotherTopicError:
                self._others.add(partition)
                self._claim_again(partition)

    def _claim_again(self, *partitions: TopicPartition) -> None:
        for partition in partitions:
            if self._ours.pop(partition, None) is not None:
                self._unclaimed[partition] = _now() + POLL_SECONDS

    async def _claim(self, kafka: AIOKafkaConsumer) -> None:
        """Take over the partitions that the group gave us, and go on where the database says."""
        now = _now()
        due = [partition for partition, at in self._unclaimed.items() if at <= now]
        due = [partition for partition in due if partition in kafka.assignment()]
        if not due:
            return
        first, end = await kafka.beginning_offsets(due), await kafka.end_offsets(due)
        there = [
            Partition(each.topic, each.partition, first[each], end[each], each in self._others)
            for each in due
        ]
        claims = await self._positions.claim(self.stream.consumer, there, self._set_apart)
        for claim in claims:
            partition = TopicPartition(claim.topic, claim.number)
            planned = await self.stream.handler.planned_end(claim.topic, claim.number, claim.position)
            if partition not in self._unclaimed:  # taken away from us meanwhile
                continue
            if claim.earlier is not None:
                _logger.warning(
                    "%s %s was made anew: it is taken in from its start; what the one before told is known as %s",
                    *partition,
                    claim.earlier,
                )
            elif claim.position < first[partition]:
                lost = first[partition] - claim.position
                _logger.warning(
                    "%s %s: up to %s messages expired before they were taken in", *partition, lost
                )
            del self._unclaimed[partition]
            self._others.discard(partition)
            # From the message before on: it shows whether this is still the same topic.
            kafka.seek(partition, max(claim.position - 1, first[partition]))
            self._ours[partition] = Waiting(claim, self.stream.limits, planned)
            self._ends[partition] = claim.position

    async def _set_apart(self, connection: Connection, claim: Claim) -> None:
        if claim.earlier is not None:
            await self.stream.handler.set_apart(connection, claim.topic, claim.number, claim.earlier)

    async def _take_in(self, partition: TopicPartition, waiting: Waiting, stop: asyncio.Event) -> None:
        """Take in what is due, batch by batch, trying until that is done, the partition is lost or `stop` is set."""
        failures = 0
        while self._ours.get(partition) is waiting and waiting.is_due(_now()) and not stop.is_set():
            try:
                async with self._ahead:
                    if self._ours.get(partition) is waiting and not stop.is_set():
                        await self._at_once(self._stored(waiting.batch(), waiting))
            except FencedError:
                if self._ours.get(partition) is waiting:
                    _logger.warning("%s %s belongs to another worker", *partition)
                    del self._ours[partition]
                    self._unclaimed[partition] = _now() + FENCED_SECONDS
                return
            except Exception as error:
                failures += 1
                level = logging.WARNING if failures in (1, 10) else logging.DEBUG
                _logger.log(
                    level, "%s %s at %s: trying again: %s", *partition, waiting.position, _told(error)
                )
                await _pause(stop, failures)
                continue
            failures, self._ends[partition] = 0, waiting.position

    async def _at_once(self, storing: Coroutine[None, None, None]) -> None:
        """Store a batch, so that whoever takes our partitions away can wait for it."""
        task = asyncio.create_task(storing)
        self._at_work.add(task)
        try:
            await task
        finally:
            self._at_work.discard(task)

    async def _stored(self, batch: Batch, waiting: Waiting) -> None:
        """Store a batch; where the database cannot keep what it says, find the message at fault and refuse that one."""
        try:
            store = await self.stream.handler.prepare(batch)
            await self._transacted(batch, waiting, store)
        except UNKEPT as error:
            if is_fence(error):
                raise FencedError from error
            if waiting.planned_end is not None:
                raise
            await self._parted(batch, waiting, type(error).__name__)

    async def _parted(self, batch: Batch, waiting: Waiting, reason: str) -> None:
        """Store the halves of a batch one after the other, and refuse a message that stands alone."""
        messages, middle = batch.messages, len(batch.messages) // 2
        if not middle:
            refused = [Refused(messages[0], (Problem("$", f"cannot be kept by the database ({reason})"),))]

            async def refuse(connection: Connection) -> list[Refused]:
                return refused

            await self._transacted(batch, waiting, refuse)
            return
        first = Batch(batch.topic, batch.partition, batch.start, messages[:middle])
        await self._stored(first, waiting)
        await self._stored(Batch(batch.topic, batch.partition, first.end, messages[middle:]), waiting)

    async def _transacted(self, batch: Batch, waiting: Waiting, store: Store) -> None:
        """Store what a batch said and move the position, both or neither."""

        async def work(connection: Connection) -> int:
            refused = await store(connection)
            if refused:
                await stream_letters.add(connection, self._tenant, letters_of(self.stream.consumer, refused))
            step = Advance(
                waiting.claim,
                batch.start,
                batch.end,
                waiting.log_end,
                len(batch.messages),
                len(refused),
                batch.messages[-1].at,
            )
            await advance(connection, self._tenant, self.stream.consumer, step)
            return len(refused)

        async with self._storing:
            if self._ours.get(TopicPartition(batch.topic, batch.partition)) is not waiting:
                raise FencedError
            refused = await self._database.transaction(work)
        waiting.taken(batch)
        if refused:
            self._refused()

    async def _hear(self, kafka: AIOKafkaConsumer) -> None:
        """Record now and then where our partitions end."""
        if _now() < self._hear_at or not self._ours:
            return
        self._hear_at = _now() + HEAR_SECONDS
        ends = [
            (waiting.claim, kafka.highwater(partition) or waiting.log_end)
            for partition, waiting in self._ours.items()
        ]
        await self._positions.hear(self.stream.consumer, ends)


async def _committed(kafka: AIOKafkaConsumer, ends: dict[TopicPartition, int]) -> None:
    try:
        await kafka.commit(ends)
    except KafkaError as error:
        _logger.debug("the broker was not told how far we are: %s", error)


async def _pause(stop: asyncio.Event, failures: int) -> None:
    try:
        await asyncio.wait_for(stop.wait(), min(LONGEST_PAUSE, 0.2 * 2 ** min(failures, 10)))
    except TimeoutError:
        return


def _told(error: Exception) -> str:
    return error.message if isinstance(error, CatalogError) else f"{type(error).__name__}: {error}"


def _now() -> float:
    return asyncio.get_running_loop().time()
