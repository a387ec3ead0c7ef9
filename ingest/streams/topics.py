"""The topics we read and write: what they are called, and how they are made where they are missing."""

from __future__ import annotations

import asyncio
import logging
import re
from collections.abc import Collection, Mapping
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError

from graph.errors import InvalidInputError, UnavailableError
from ingest.kafka_cluster import Kafka, KafkaCluster
from ingest.streams.refusals import unavailable

ORDERS = "orders"
LINEAGE = "openlineage.events"
GOLDEN = "customers"
"""The changes of golden records: our own output, which no source of ours reads."""

OURS = (ORDERS, LINEAGE, GOLDEN)
"""The topics that are made before anybody writes them."""

SOURCES = r"source\.(.+)\.customers"
"""The topics in which source systems speak of customers; the system's name is in the middle."""

PARTITIONS = 3
MOST_COPIES = 3
"""How many brokers hold each topic, where there are as many."""

_DAY = 24 * 3600 * 1000

_SETTINGS: Mapping[str, Mapping[str, str]] = {
    # Every message tells all versions of a customer, so the latest is enough; what is erased is gone within a day.
    GOLDEN: {"cleanup.policy": "compact", "max.compaction.lag.ms": str(_DAY), "segment.ms": str(_DAY)},
}

_ALREADY_THERE = 36
_LONGEST_NAME = 249
_logger = logging.getLogger(__name__)


def source_topic(source_system: str) -> str:
    """Return the topic of a source system; raises InvalidInputError where it cannot be part of a topic's name."""
    topic = f"source.{source_system}.customers"
    if not re.fullmatch(r"[A-Za-z0-9._-]+", source_system) or len(topic) > _LONGEST_NAME:
        reason = f"{source_system!r} cannot be in the name of a topic: letters, digits, dots, hyphens and underscores can"
        raise InvalidInputError.at("--source", reason)
    return topic


def system_of(topic: str) -> str | None:
    """Return the source system that speaks in a topic, None where it is not one of a source system."""
    found = re.fullmatch(SOURCES, topic)
    return found[1] if found else None


def dead_topic(topic: str) -> str:
    """Return the topic into which the dead letters of a topic go."""
    return f"{topic[: _LONGEST_NAME - 5]}.dead"


async def answers(kafka: Kafka, seconds: float) -> None:
    """Return once a broker answers; raises UnavailableError where none does for so long."""
    cluster = KafkaCluster.of(kafka)
    deadline = asyncio.get_running_loop().time() + seconds
    while True:
        client = AIOKafkaAdminClient(**cluster.client(), request_timeout_ms=5_000)
        try:
            await client.start()
            return
        except (KafkaError, OSError) as error:
            if asyncio.get_running_loop().time() > deadline:
                raise UnavailableError(
                    f"no Kafka answers at {cluster.servers}: {type(error).__name__}"
                ) from error
            await asyncio.sleep(0.1)
        finally:
            await client.close()


async def make_topics(kafka: Kafka, names: Collection[str]) -> None:
    """Make the topics that are missing; raises UnavailableError where no broker answers.

    A broker that does not let us is told of in the log: its topics are then for somebody else to make.
    """
    cluster = KafkaCluster.of(kafka)
    client = AIOKafkaAdminClient(**cluster.client(), request_timeout_ms=20_000)
    try:
        await client.start()
        missing = sorted(set(names) - set(await client.list_topics()))
        if not missing:
            return
        brokers = (await client.describe_cluster())["brokers"]
        copies = min(MOST_COPIES, len(brokers))
        wanted = [
            NewTopic(name, PARTITIONS, copies, topic_configs=dict(_SETTINGS.get(name, {})))
            for name in missing
        ]
        answer: Any = await client.create_topics(wanted)
        for name, code, *reason in answer.topic_errors:
            if code not in (0, _ALREADY_THERE):
                _logger.warning("the topic %s could not be made: %s", name, reason[0] if reason else code)
    except (KafkaError, OSError) as error:
        raise await unavailable(cluster, error) from error
    finally:
        await client.close()
