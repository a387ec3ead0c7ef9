"""Sends messages: in order per key, each once however often the network fails, durable before it counts as sent."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import Any

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError, MessageSizeTooLargeError

from graph.errors import UnavailableError
from ingest.kafka_cluster import Kafka, KafkaCluster
from ingest.streams.refusals import unavailable

LARGEST = 16 << 20
"""How many bytes a message may have that we send; the broker may allow less."""

END_SECONDS = 5.0
"""How long a producer may take to send what it still holds, when it is let go of."""


@dataclass(frozen=True, slots=True)
class Outgoing:
    """One message to be sent; those of the same key come to the same partition and stay in order."""

    topic: str
    key: bytes | None
    value: bytes | None
    headers: tuple[tuple[str, bytes], ...] = ()


class TooLargeError(Exception):
    """Raised where the broker takes no message of that size."""


class Sender:
    """An idempotent producer to a Kafka; anybody may use it at the same time."""

    def __init__(self, kafka: Kafka) -> None:
        self._cluster = KafkaCluster.of(kafka)
        self._producer: AIOKafkaProducer | None = None
        self._opening = asyncio.Lock()

    async def send(self, messages: Sequence[Outgoing]) -> None:
        """Return once the broker holds every message durably, those of the same key in this order.

        Raises UnavailableError where it does not take them, TooLargeError where one is too large for it: some of them may
        have been sent then.
        """
        try:
            producer = await self.opened()
            sent = [await _sent(producer, each) for each in messages]
            for result in await asyncio.gather(*sent, return_exceptions=True):
                if isinstance(result, BaseException):
                    raise result
        except MessageSizeTooLargeError as error:
            await self.close()
            raise TooLargeError(str(error)) from error
        except (KafkaError, OSError) as error:
            await self.close()
            raise UnavailableError(f"Kafka does not take messages: {error}") from error

    async def opened(self) -> AIOKafkaProducer:
        """Return the producer, a new one after a failure: a refused message leaves a gap in the numbers of the old one."""
        async with self._opening:
            if self._producer is None:
                producer = AIOKafkaProducer(
                    **self._cluster.client(),
                    client_id="goldthread",
                    acks="all",
                    enable_idempotence=True,
                    max_request_size=LARGEST,
                    max_batch_size=1 << 17,
                    linger_ms=5,
                )
                try:
                    await producer.start()
                except BaseException:
                    await producer.stop()
                    raise
                self._producer = producer
            return self._producer

    async def close(self) -> None:
        """Let go of the producer, after what others are sending by it."""
        producer, self._producer = self._producer, None
        if producer is not None:
            with suppress(TimeoutError, KafkaError, OSError):
                await asyncio.wait_for(producer.stop(), END_SECONDS)


async def _sent(producer: AIOKafkaProducer, each: Outgoing) -> asyncio.Future[Any]:
    if each.key is not None or each.value is not None:
        return await producer.send(each.topic, each.value, each.key, headers=list(each.headers))
    # One without either can be sent by its own batch alone.
    alone = producer.create_batch()
    alone.append(timestamp=None, key=None, value=None, headers=list(each.headers))
    partition = min(await producer.partitions_for(each.topic))
    return await producer.send_batch(alone, each.topic, partition=partition)


@asynccontextmanager
async def sender(kafka: Kafka) -> AsyncGenerator[Sender]:
    """Open a sender to a Kafka; raises UnavailableError where no broker answers."""
    opened = Sender(kafka)
    try:
        await opened.opened()
    except (KafkaError, OSError) as error:
        raise await unavailable(KafkaCluster.of(kafka), error) from error
    try:
        yield opened
    finally:
        await opened.close()
