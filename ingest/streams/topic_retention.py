"""How long topics keep what was sent to them, as the brokers are set: erasure tells of what it cannot take out itself."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from aiokafka.admin import AIOKafkaAdminClient
from aiokafka.admin.config_resource import ConfigResource, ConfigResourceType
from aiokafka.errors import KafkaError

from graph.errors import UnavailableError
from graph.time import render
from ingest.kafka_cluster import Kafka, KafkaCluster
from ingest.streams.refusals import unavailable

_SETTINGS = ("cleanup.policy", "retention.ms", "segment.ms", "max.compaction.lag.ms")
_NO_SUCH_TOPIC = 3
_LONGEST = 100 * 366 * 24 * 3600 * 1000
"""Milliseconds from which on a time is as good as none."""


@dataclass(frozen=True, slots=True)
class Retention:
    """What becomes of a topic's messages; times in milliseconds, None: never."""

    policy: str
    retention_ms: int | None
    segment_ms: int | None
    compaction_ms: int | None

    def told(self, last_at: datetime) -> dict[str, str]:
        """Return until when a message that came at `last_at` may be held, and why."""
        if "compact" in self.policy:
            if self.compaction_ms is None:
                until, why = (
                    None,
                    "earlier messages of a key go when the broker compacts, and it is not told when",
                )
            else:
                until = last_at + timedelta(milliseconds=self.compaction_ms)
                why = "compacted: earlier messages of a key go after a later one, at the latest then"
        elif self.retention_ms is None or self.segment_ms is None:
            until, why = None, "retention.ms: messages do not expire"
        else:
            until = last_at + timedelta(milliseconds=self.retention_ms + self.segment_ms)
            why = "retention.ms after the last message of its segment, which ends after segment.ms"
        return {"held_until": "no known instant" if until is None else render(until), "why": why}


async def retentions(kafka: Kafka, topics: Collection[str]) -> dict[str, Retention]:
    """Return how long topics keep messages; those that are not there are left out.

    Raises UnavailableError where Kafka does not tell.
    """
    cluster = KafkaCluster.of(kafka)
    client = AIOKafkaAdminClient(**cluster.client(), request_timeout_ms=10_000)
    try:
        await client.start()
        asked = [
            ConfigResource(ConfigResourceType.TOPIC, topic, configs=dict.fromkeys(_SETTINGS))
            for topic in topics
        ]
        answers: list[Any] = await client.describe_configs(asked) if asked else []
        found: dict[str, Retention] = {}
        for error, reason, _, topic, entries in (each for answer in answers for each in answer.resources):
            if error == _NO_SUCH_TOPIC:
                continue
            if error:
                raise UnavailableError(f"Kafka does not tell how long {topic} is kept: {reason or error}")
            found[topic] = _retention({entry[0]: entry[1] for entry in entries})
        return found
    except (KafkaError, OSError) as error:
        raise await unavailable(cluster, error) from error
    finally:
        await client.close()


def _retention(told: Mapping[str, str]) -> Retention:
    def milliseconds(name: str) -> int | None:
        value = int(told.get(name) or -1)
        return value if 0 <= value < _LONGEST else None

    return Retention(
        told.get("cleanup.policy") or "delete",
        milliseconds("retention.ms"),
        milliseconds("segment.ms"),
        milliseconds("max.compaction.lag.ms"),
    )
