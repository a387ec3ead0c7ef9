"""What an event mentions that repeats from event to event: its job, its datasets and their facets, by content. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Final, Literal, NamedTuple
from uuid import UUID

import msgspec

from graph.identity import DatasetName, FastUUID
from lineage import facets, naming
from lineage.columns import ExplicitLineage
from lineage.event_parts import Dataset, Facets
from lineage.facet_bodies import FacetBody, digest_of

Role = Literal["J", "R", "I", "O", "D"]
"""J: the job. R: the job, of its runs. I, O: a dataset as input, output. D: a dataset as subject."""

NOBODY: Final = FastUUID(bytes(16))
"""Who states what nobody in particular states."""

COLUMN_LINEAGE: Final = "columnLineage"
_NAMELESS: Final = ""


class FacetKey(NamedTuple):
    """What has versions: a facet of a subject as told by one class of tellers (J, W, I or S); see facet_version."""

    subject_id: UUID
    name: str
    role: str
    job_id: UUID


class MentionRow(NamedTuple):
    """A facet that is mentioned; without a name and digest, the subject alone."""

    subject_id: UUID
    role: Role
    name: str
    job_id: UUID
    digest: bytes


class Link(NamedTuple):
    """Two names of one dataset; of a rename, `other` is the earlier one."""

    dataset_id: UUID
    other_id: UUID
    kind: Literal["symlink", "rename"]


class Part(msgspec.Struct, frozen=True, gc=False):
    """What one member of an event (its job, inputs, outputs …) mentions."""

    rows: tuple[MentionRow, ...]
    bodies: tuple[FacetBody, ...]
    names: tuple[tuple[UUID, DatasetName], ...] = ()
    links: tuple[Link, ...] = ()
    datasets: frozenset[UUID] = frozenset()
    digest: bytes = b""


class Mention(msgspec.Struct, frozen=True, gc=False):
    """All that one event mentions, and what follows from it."""

    digest: bytes
    parts: tuple[Part, ...]
    observed: tuple[tuple[FacetKey, bytes], ...]
    subjects: frozenset[UUID]
    links: tuple[Link, ...]
    lacks_columns: bool
    """Whether there is SQL and an output of which no column lineage is stated."""


class Told(NamedTuple):
    """Datasets as one side of an event tells of them, and who states their column lineage."""

    role: Role
    datasets: Sequence[Dataset]
    job_id: UUID = NOBODY
    is_run: bool = False
    lineage: ExplicitLineage | None = None


def class_of(role: str) -> str:
    """Return the class of tellers that a role belongs to."""
    return "W" if role in ("O", "D") else role


def of_job(job_id: UUID, role: Literal["J", "R"], given: Facets) -> Part:
    """Return what an event mentions of its job, or of those facets of its run that repeat."""
    rows = [MentionRow(job_id, role, name, NOBODY, body.digest) for name, body in given.items()]
    if role == "J" and not rows:
        rows = [MentionRow(job_id, role, _NAMELESS, NOBODY, b"")]
    return _part(rows, given.values())


def of_datasets(told: Told) -> Part:
    """Return what an event mentions of its datasets on one side.

    With explicit lineage its statements take the place of the columnLineage facets, and the datasets it names on this
    side count as mentioned.
    """
    rows: set[MentionRow] = set()
    bodies: dict[bytes, FacetBody] = {}
    names: dict[UUID, DatasetName] = {}
    links: set[Link] = set()
    for dataset in told.datasets:
        dataset_id = _named(names, dataset.key)
        for name, body in dataset.facets.items():
            if told.is_run and name in facets.PER_RUN_FACETS:
                continue
            if name == COLUMN_LINEAGE and told.lineage is not None:
                continue
            stated_by = told.job_id if name == COLUMN_LINEAGE and told.role == "O" else NOBODY
            rows.add(MentionRow(dataset_id, told.role, name, stated_by, body.digest))
            bodies[body.digest] = body
        for other, kind in _other_names(dataset):
            other_id = _named(names, other)
            if other_id != dataset_id:
                links.add(Link(dataset_id, other_id, kind))
    if told.lineage is not None:
        rows |= _explicit(told, told.lineage, names, bodies)
    linked = {link.other_id for link in links}
    bare = names.keys() - {row.subject_id for row in rows} - linked
    mentioned = frozenset(names.keys() - (linked - {naming.dataset_id(one.key) for one in told.datasets}))
    rows.update(MentionRow(dataset_id, told.role, _NAMELESS, NOBODY, b"") for dataset_id in bare & mentioned)
    return _part(rows, bodies.values(), tuple(names.items()), tuple(sorted(links)), mentioned)


def mention_of(parts: Sequence[Part]) -> Mention:
    """Return the mention that the parts make together."""
    rows = [row for part in parts for row in part.rows]
    observed = tuple(
        (FacetKey(row.subject_id, row.name, class_of(row.role), row.job_id), row.digest)
        for row in rows
        if row.name and row.role != "R"
    )
    has_sql = any(row.role == "J" and row.name == "sql" for row in rows)
    stated = {row.subject_id for row in rows if row.role == "O" and row.name == COLUMN_LINEAGE}
    return Mention(
        digest_of(b"".join([part.digest for part in parts])),
        tuple(parts),
        observed,
        frozenset(row.subject_id for row in rows),
        tuple(link for part in parts for link in part.links),
        has_sql and any(row.role == "O" and row.subject_id not in stated for row in rows),
    )


def _named(names: dict[UUID, DatasetName], name: DatasetName) -> UUID:
    dataset_id = naming.dataset_id(name)
    names[dataset_id] = naming.whole(name)[0]
    return dataset_id


def _other_names(dataset: Dataset) -> Iterable[tuple[DatasetName, Literal["symlink", "rename"]]]:
    if (body := dataset.facets.get("symlinks")) is not None:
        for other in facets.symlinks(body.value):
            yield other, "symlink"
    if (body := dataset.facets.get("lifecycleStateChange")) is not None:
        former = facets.former_name(body.value)
        if former is not None:
            yield former, "rename"


def _explicit(
    told: Told, lineage: ExplicitLineage, names: dict[UUID, DatasetName], bodies: dict[bytes, FacetBody]
) -> set[MentionRow]:
    rows: set[MentionRow] = set()
    for name in lineage.inputs if told.role == "I" else lineage.outputs if told.role == "O" else ():
        _named(names, name)
    if told.role != "I":
        for name, statement in lineage.statements.items():
            body = FacetBody.of(statement)
            bodies[body.digest] = body
            rows.add(MentionRow(_named(names, name), told.role, COLUMN_LINEAGE, told.job_id, body.digest))
    return rows


def _part(
    rows: Iterable[MentionRow],
    bodies: Iterable[FacetBody],
    names: tuple[tuple[UUID, DatasetName], ...] = (),
    links: tuple[Link, ...] = (),
    datasets: frozenset[UUID] = frozenset(),
) -> Part:
    ordered = tuple(sorted(rows))
    content: list[Any] = [
        (row.subject_id.bytes, row.role, row.name, row.job_id.bytes, row.digest) for row in ordered
    ]
    # Links may come from facets that belong to a run alone; without them here they would be lost with a known mention.
    content += [(link.dataset_id.bytes, link.other_id.bytes, link.kind) for link in links]
    return Part(ordered, tuple(bodies), names, links, datasets, digest_of(msgspec.msgpack.encode(content)))
