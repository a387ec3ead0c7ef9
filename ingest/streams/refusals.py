"""Why a Kafka does not answer: clients only say that it does not, and log the reason where nobody looks."""

from __future__ import annotations

import asyncio

from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaError

from graph.errors import UnavailableError
from ingest.kafka_cluster import KafkaCluster

SECONDS = 5.0
"""How long one server may take to say what is wrong."""


async def unavailable(cluster: KafkaCluster, error: Exception) -> UnavailableError:
    """Return the error that tells of a Kafka that did not answer, with the reason that its first server gives, if any."""
    return UnavailableError(f"Kafka does not answer at {cluster.servers}: {await _reason(cluster) or error}")


async def _reason(cluster: KafkaCluster) -> str | None:
    host, _, port = cluster.servers.split(",")[0].rpartition(":")
    connection = AIOKafkaConnection(
        host.strip("[]"), int(port), request_timeout_ms=int(SECONDS * 1000), **cluster.security
    )
    try:
        await asyncio.wait_for(connection.connect(), SECONDS)
    except TimeoutError:
        return None
    except (KafkaError, OSError) as error:
        return str(error) or type(error).__name__
    finally:
        connection.close()
    return None
