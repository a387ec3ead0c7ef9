"""Carries erasures on to where only ingest reaches: lineage, the lake's files, the warehouse, landing folders and logs."""

from __future__ import annotations

import asyncio
import codecs
import csv
import hashlib
from collections.abc import Awaitable, Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, cast
from uuid import UUID

import orjson

from graph.erasure import Erasures
from graph.errors import UnavailableError
from graph.golden.traces import Traces, digest
from graph.identity import content_id
from graph.store.database import Database
from graph.store.deliveries import Deliveries, Delivery
from graph.store.erasures import Erasure
from graph.store.scrubbing import Scrubbing, scrub, wal_of
from ingest.kafka_cluster import KafkaCluster
from ingest.lake import LakeExport, customers_in
from ingest.message_erasure import Affected, MessageErasure
from ingest.streams.topic_retention import Retention, retentions
from ingest.streams.topics import LINEAGE, dead_topic
from ingest.warehouse import Warehouse
from ingest.whole_file import write_whole
from lineage.erasure import LineageErasure

Told = tuple[dict[str, Any], dict[str, Any]]
"""What a step removed, and what it knows to remain, for the report."""


@dataclass(frozen=True, slots=True)
class Reach:
    """Everything outside the tables of golden records that may hold a person."""

    database: Database
    lake: LakeExport
    messages: MessageErasure
    warehouse: Warehouse
    landing: Path
    logs: Path
    kafka: KafkaCluster | None = None


async def settle(erasures: Erasures, reach: Reach) -> list[Erasure]:
    """Bring every erasure that is under way to the state `erased`, and return those that are now.

    Call it under the lake's lock, when all that was recorded before is carried on. A step that was broken off is done
    again, which finds what is left.
    """
    return [await _settle(erasures, reach, erasure) for erasure in await erasures.unfinished("requested")]


async def scrub_all(erasures: Erasures) -> list[Erasure]:
    """Bring every erasure that is done to the state `scrubbed`: no file of the database holds old bytes any more.

    Rewrites tables, each of which nobody can use meanwhile. Raises UnavailableError where old transactions go on.
    """
    found = await erasures.unfinished("erased")
    if not found:
        return []
    told = await scrub(erasures.database)
    done: list[Erasure] = []
    for erasure in found:
        await erasures.done(
            erasure, "scrub", {"rewritten_tables": told.tables}, wal=_wal(told), old_rows="none: scrubbed"
        )
        done.append(await erasures.finish(erasure, "scrubbed"))
    return done


async def _settle(erasures: Erasures, reach: Reach, erasure: Erasure) -> Erasure:
    traces = await erasures.traces(erasure)
    for step, work in _STEPS.items():
        if not erasure.is_done(step):
            removed, remains = await work(erasures, reach, erasure, traces)
            erasure = await erasures.done(erasure, step, removed, **remains)
    return await erasures.finish(erasure, "erased")


async def _lineage(erasures: Erasures, reach: Reach, erasure: Erasure, traces: Traces) -> Told:
    return {"lineage": dict(await LineageErasure(reach.database, erasures.tenant).remove(traces))}, {}


async def _plan(erasures: Erasures, reach: Reach, erasure: Erasure, traces: Traces) -> Told:
    """Count before anything is rewritten, for afterwards there is nothing left to count."""
    landed: dict[str, int] = {}
    for delivery in await _landed(erasures, reach):
        _, count = await asyncio.to_thread(_without, delivery, traces, erasure.entity_type)
        if count:
            landed[delivery.location] = count
    messages = await reach.messages.files_with(_affected(erasure, traces))
    lake = await _files_with(reach, erasure)
    return {"lake_files": lake | messages, "landing_files": landed}, {}


async def _lake(erasures: Erasures, reach: Reach, erasure: Erasure, traces: Traces) -> Told:
    for file in await reach.lake.files.files(reach.lake.folder):
        if file.location in erasure.report["removed"]["lake_files"]:
            await reach.lake.write_again(file)
    told = await reach.messages.remove(_affected(erasure, traces), erasure.report["removed"]["lake_files"])
    return {}, {"messages_of_golden_records": told}


async def _warehouse(erasures: Erasures, reach: Reach, erasure: Erasure, traces: Traces) -> Told:
    return {"warehouse_rows": await reach.warehouse.remove(_ids(erasure, "erased"))}, {}


async def _landing(erasures: Erasures, reach: Reach, erasure: Erasure, traces: Traces) -> Told:
    for delivery in await _landed(erasures, reach):
        if delivery.location in erasure.report["removed"]["landing_files"]:
            await _rewrite_landed(erasures, erasure, delivery, traces)
    theirs = [
        f for f in erasure.report["remains"]["source_files"] if not Path(f).is_relative_to(reach.landing)
    ]
    return {}, {"source_files": theirs}


async def _blackened(erasures: Erasures, reach: Reach, erasure: Erasure, traces: Traces) -> Told:
    words: dict[str, int] = {}
    for log in await asyncio.to_thread(lambda: sorted(reach.logs.glob("*.log*"))):
        if count := await asyncio.to_thread(blacken, log, traces):
            words[str(log)] = count
    return {"words_in_logs": words}, await _remains(reach)


async def _topics(erasures: Erasures, reach: Reach, erasure: Erasure, traces: Traces) -> Told:
    """Say of every topic that messages about the person went through until when it may hold them."""
    remains = erasure.report["remains"]
    places: list[dict[str, Any]] = list(remains["topics"])
    for topic, at in remains["dead_letters"].items():
        places += [{"topic": name, "last_received_at": at} for name in (topic, dead_topic(topic))]
    now = {"last_received_at": erasure.requested_at.isoformat()}
    told = {place.partition(" ")[0] for place in remains["messages_of_golden_records"]}
    told |= await reach.messages.topics_of(erasure.report["removed"]["lake_files"])
    if erasure.report["removed"].get("lineage"):
        told.add(LINEAGE)  # an event does not say whether it came by the topic or over HTTP
    places += [{"topic": topic, **now} for topic in sorted(told - {place["topic"] for place in places})]
    kept, unknown = await _retentions(reach.kafka, {place["topic"] for place in places})
    held: list[dict[str, Any]] = []
    for place in places:
        rule = kept.get(place["topic"])
        last_at = datetime.fromisoformat(place["last_received_at"])
        until = rule.told(last_at) if rule else {"held_until": "no known instant", "why": unknown}
        held.append({**place, **until})
    return {}, {"topics": held}


async def _retentions(kafka: KafkaCluster | None, topics: set[str]) -> tuple[dict[str, Retention], str]:
    """Return how long topics hold messages, and why that is not known of the others."""
    if kafka is None:
        return {}, "no Kafka could be asked: none is named here"
    try:
        return await retentions(kafka, topics), "Kafka has no topic of that name any more"
    except UnavailableError as error:
        return {}, error.message


_STEPS: dict[str, Callable[[Erasures, Reach, Erasure, Traces], Awaitable[Told]]] = {
    "lineage": _lineage,
    "plan": _plan,
    "lake": _lake,
    "warehouse": _warehouse,
    "landing": _landing,
    "logs": _blackened,
    "topics": _topics,
}


async def _files_with(reach: Reach, erasure: Erasure) -> dict[str, int]:
    """Return the lake's files that are to be written again, each with how many rows of the erased it holds."""
    erased, recomputed = _ids(erasure, "erased"), _ids(erasure, "recomputed")
    found: dict[str, int] = {}
    for file in await reach.lake.files.files(reach.lake.folder):
        customers = await asyncio.to_thread(customers_in, reach.lake.storage, file.location)
        if customers is None or any(UUID(customer) in erased | recomputed for customer in customers):
            found[file.location] = sum(UUID(customer) in erased for customer in customers or ())
    return found


async def _landed(erasures: Erasures, reach: Reach) -> list[Delivery]:
    """Return the deliveries whose files lie in our own landing folder."""
    known = await Deliveries(reach.database, erasures.tenant).all()
    ours = [delivery for delivery in known if Path(delivery.location).is_relative_to(reach.landing)]
    return await asyncio.to_thread(lambda: [d for d in ours if Path(d.location).is_file()])


async def _rewrite_landed(erasures: Erasures, erasure: Erasure, delivery: Delivery, traces: Traces) -> None:
    content, count = await asyncio.to_thread(_without, delivery, traces, erasure.entity_type)
    if count:
        await asyncio.to_thread(write_whole, Path(delivery.location), content)
    digest_now = hashlib.sha256(content).digest()
    delivery_id = content_id("delivery", delivery.dataset, delivery.path, digest_now)
    await Deliveries(erasures.database, erasures.tenant).rewritten(
        delivery, delivery_id, digest_now, len(content)
    )


def _without(delivery: Delivery, traces: Traces, entity_type: str) -> tuple[bytes, int]:
    """Return the content of a delivered file without the rows about the person, and how many rows these are."""
    path = Path(delivery.location)
    content = path.read_bytes()
    pieces = _csv_pieces(content) if path.suffix.lower() == ".csv" else _line_pieces(content)
    kept: list[bytes] = []
    removed = 0
    for piece, key in pieces:
        names = key is not None and _key_digest(traces, entity_type, delivery, key) in traces.digests
        if names or traces.are_in(piece.decode(errors="replace")):
            removed += 1
        else:
            kept.append(piece)
    return b"".join(kept), removed


def _key_digest(traces: Traces, entity_type: str, delivery: Delivery, key: str) -> bytes:
    return digest(traces.secret, entity_type, "key", delivery.source_system, key)


def _csv_pieces(content: bytes) -> Iterator[tuple[bytes, str | None]]:
    """Yield the bytes of each row of a CSV file, its header first, with the key that the row names."""
    lines = content.removeprefix(codecs.BOM_UTF8).decode(errors="surrogateescape").splitlines(keepends=True)
    reader = csv.reader(lines)
    names: list[str] = []
    done = 0
    for row in reader:
        piece = "".join(lines[done : reader.line_num]).encode(errors="surrogateescape")
        done = reader.line_num
        if not names:
            names = [name.strip() for name in row]
            yield (codecs.BOM_UTF8 if content.startswith(codecs.BOM_UTF8) else b"") + piece, None
        else:
            yield piece, dict(zip(names, row, strict=False)).get("key")


def _line_pieces(content: bytes) -> Iterator[tuple[bytes, str | None]]:
    """Yield the lines of an NDJSON file, each with the key that it names."""
    for line in content.splitlines(keepends=True):
        try:
            value: Any = orjson.loads(line)
        except orjson.JSONDecodeError:
            value = None
        key: Any = cast("dict[str, Any]", value).get("key") if isinstance(value, dict) else None
        yield line, key if isinstance(key, str) else None


def blacken(path: Path, traces: Traces) -> int:
    """Overwrite the words in a log, byte for byte, so that whoever writes to it can go on; return how many there were."""
    blackened = 0
    with path.open("r+b") as file:
        while line := file.readline():
            end = file.tell()
            text, count = traces.removed(line.decode(errors="surrogateescape"), _crosses)
            if count:
                file.seek(end - len(line))
                file.write(text.encode(errors="surrogateescape"))
                file.seek(end)
                blackened += count
    return blackened


def _crosses(word: str) -> str:
    return "x" * len(word.encode(errors="surrogateescape"))


def _affected(erasure: Erasure, traces: Traces) -> Affected:
    return Affected(frozenset(_ids(erasure, "erased")), frozenset(_ids(erasure, "recomputed")), traces)


def _ids(erasure: Erasure, which: str) -> set[UUID]:
    return {UUID(golden_id) for golden_id in erasure.report["golden_ids"][which]}


async def _remains(reach: Reach) -> dict[str, Any]:
    return {
        "wal": _wal(await wal_of(reach.database)),
        "old_rows": "the files of the database hold the bytes of removed rows until `goldthread erase --scrub`",
        "backups": "backups, replicas, snapshots of file systems and forwarded logs are not known here",
    }


def _wal(told: Scrubbing) -> dict[str, Any]:
    return {
        "written_until": told.lsn,
        "segments_that_may_hold_old_bytes": told.old_segments,
        "is_archived": told.is_archived,
        "how_judged": told.how_judged,
    }
