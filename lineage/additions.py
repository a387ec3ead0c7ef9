"""The rows that a batch adds to what is kept once: names, facets, column edges, links and mentions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from graph.identity import DatasetName
from graph.store.database import Connection
from lineage.facet_bodies import FacetBody
from lineage.heads import Known, Pending
from lineage.mentions import COLUMN_LINEAGE, Link, Mention
from lineage.projection import Change, JobRow
from lineage.rows import columns, edge_rows
from lineage.statements import statement

_KNOWN = statement("known")
_ADD_NEW = statement("add_new")


@dataclass(slots=True)
class Additions:
    """What is not there yet; `known` are the ids of the mentions that are."""

    known: dict[bytes, int] = field(default_factory=dict[bytes, int])
    mentions: dict[bytes, Mention] = field(default_factory=dict[bytes, Mention])
    jobs: dict[UUID, JobRow] = field(default_factory=dict[UUID, JobRow])
    datasets: dict[UUID, DatasetName] = field(default_factory=dict[UUID, DatasetName])
    bodies: dict[bytes, FacetBody] = field(default_factory=dict[bytes, FacetBody])
    links: dict[Link, datetime] = field(default_factory=dict[Link, datetime])
    new_jobs: set[UUID] = field(default_factory=set[UUID])

    def __bool__(self) -> bool:
        return bool(self.mentions or self.jobs or self.datasets or self.bodies or self.links)

    @property
    def new_subjects(self) -> set[UUID]:
        """The jobs and datasets of which nothing can have been said before."""
        return self.new_jobs | self.datasets.keys()


async def find(connection: Connection, tenant: int, changes: Sequence[Change], memory: Known) -> Additions:
    """Return what of a batch is not there yet."""
    found = Additions()
    for change in changes:
        _collect(found, change, memory)
    if not found:
        return found
    for mention in found.mentions.values():
        for part in mention.parts:
            found.bodies.update((b.digest, b) for b in part.bodies if b.digest not in memory.digests)
            found.datasets.update((key, name) for key, name in part.names if key not in memory.datasets)
    asked_jobs = list(found.jobs)
    found.new_jobs = set(asked_jobs)
    rows = await connection.fetch(
        _KNOWN, tenant, list(found.mentions), list(found.bodies), list(found.datasets), asked_jobs
    )
    for what, digest, mention_id, id_, part_of in rows:
        if what == "mention":
            found.known[digest] = mention_id
            memory.mentions.keep(digest, mention_id)
            del found.mentions[digest]
        elif what == "facet":
            memory.digests.keep(digest, True)
            del found.bodies[digest]
        elif what == "dataset":
            memory.datasets.keep(id_, True)
            del found.datasets[id_]
        else:
            found.new_jobs.discard(id_)
            told = found.jobs[id_].part_of
            if told is None or (part_of is not None and part_of >= told):
                del found.jobs[id_]
                memory.jobs.keep((id_, None), True)
                memory.jobs.keep((id_, told), True)
    return found


def _collect(found: Additions, change: Change, memory: Known) -> None:
    mention = change.mention
    if mention.digest not in found.known and mention.digest not in found.mentions:
        mention_id = memory.mentions.get(mention.digest)
        if mention_id is None:
            found.mentions[mention.digest] = mention
        else:
            found.known[mention.digest] = mention_id
    origins = change.origins
    if origins is not None and origins.digest not in memory.digests:
        found.bodies[origins.digest] = origins
    for job in change.jobs:
        if (job.job_id, job.part_of) not in memory.jobs:
            known = found.jobs.get(job.job_id)
            if known is None or (
                job.part_of is not None and (known.part_of is None or known.part_of < job.part_of)
            ):
                found.jobs[job.job_id] = job
    for link in mention.links:
        since = found.links.get(link) or memory.links.get(link)
        if since is None or change.event_time < since:
            found.links[link] = change.event_time
            for part in mention.parts:
                found.datasets.update((key, name) for key, name in part.names if key not in memory.datasets)


async def add(
    connection: Connection, tenant: int, at: datetime, new: Additions, memory: Known, pending: Pending
) -> dict[bytes, int]:
    """Add it all at a system instant, and return the ids of the mentions of the batch."""
    rows = await connection.fetch(_ADD_NEW, tenant, at, *_columns_of(new))
    added: dict[bytes, int] = {row["digest"]: row["mention_id"] for row in rows}

    def remember() -> None:
        for digest, mention_id in added.items():
            memory.mentions.keep(digest, mention_id)
        for job in new.jobs.values():
            memory.jobs.keep((job.job_id, None), True)
            memory.jobs.keep((job.job_id, job.part_of), True)
        for dataset_id in new.datasets:
            memory.datasets.keep(dataset_id, True)
        for digest in new.bodies:
            memory.digests.keep(digest, True)
        for link, since in new.links.items():
            memory.links.keep(link, since)

    pending.add(remember)
    return {**new.known, **added}


def _columns_of(new: Additions) -> list[list[Any]]:
    jobs = [(job_id, job.name.namespace, job.name.name, job.part_of) for job_id, job in new.jobs.items()]
    datasets = [(dataset_id, name.namespace, name.name) for dataset_id, name in new.datasets.items()]
    bodies = [(digest, body.json.decode()) for digest, body in new.bodies.items()]
    rows = [
        (mention.digest, *row)
        for mention in new.mentions.values()
        for row in {row for part in mention.parts for row in part.rows}
    ]
    stated = {
        row.digest
        for mention in new.mentions.values()
        for part in mention.parts
        for row in part.rows
        if row.name == COLUMN_LINEAGE and row.digest in new.bodies
    }
    edges = [edge for digest in stated for edge in edge_rows(new.bodies[digest])]
    links = [(*link, since) for link, since in new.links.items()]
    waiting = [(mention.digest,) for mention in new.mentions.values() if mention.lacks_columns]
    return [
        *columns(jobs, 4),
        *columns(datasets, 3),
        *columns(bodies, 2),
        *columns(edges, 4),
        *columns(links, 4),
        list(new.mentions),
        *columns(rows, 6),
        *columns(waiting, 1),
    ]
