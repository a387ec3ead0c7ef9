"""Which versions of facets change as events are recorded: from memory in order of time, else from what is stored."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from graph.store.database import Connection
from lineage.facet_versions import Observed, Version, observe, redrawn
from lineage.heads import Heads, Pending
from lineage.mentions import FacetKey, Mention
from lineage.projection import Change
from lineage.rows import columns
from lineage.statements import statement

_BELIEVED = statement("believed_versions")
_NEXT_OBSERVED = statement("next_observed")
_INFERRED = statement("inferred_of_mentions")


class FacetVersion(NamedTuple):
    """A version of a facet."""

    key: FacetKey
    version: Version


@dataclass(slots=True)
class VersionChanges:
    """Beliefs that end and that begin."""

    gone: list[FacetVersion] = field(default_factory=list[FacetVersion])
    new: list[FacetVersion] = field(default_factory=list[FacetVersion])


class VersionWriter:
    """Decides the versions of one tenant's facets in one transaction."""

    def __init__(self, connection: Connection, tenant: int, heads: Heads, pending: Pending) -> None:
        self._connection = connection
        self._tenant = tenant
        self._heads = heads
        self._pending = pending
        self._inferred: dict[bytes, tuple[tuple[FacetKey, bytes], ...]] = {}

    async def decide(
        self, changes: Sequence[Change], known: dict[bytes, int], new_subjects: Collection[UUID]
    ) -> VersionChanges:
        """Return what changes; `known` are the mentions that are stored, of `new_subjects` no version is."""
        open_ = [one for one in changes if not self._heads.is_settled(one.mention, one.event_time)]
        if not open_:
            return VersionChanges()
        mentions = {one.mention.digest: one.mention for one in open_}
        await self._load_inferred(mentions, known)
        found = await self._decide(changes, open_, known, new_subjects)
        for mention in mentions.values():
            self._pending.add(lambda mention=mention: self._settle(mention))
        return found

    async def _decide(
        self,
        changes: Sequence[Change],
        open_: Sequence[Change],
        known: dict[bytes, int],
        new_subjects: Collection[UUID],
    ) -> VersionChanges:
        dirty = self._dirty(open_)
        if not dirty:
            return VersionChanges()
        await self._load_inferred({one.mention.digest: one.mention for one in changes}, known)
        observed: dict[FacetKey, Observed] = {key: {} for key in dirty}
        for one in changes:
            for key, digest in self._observed(one.mention):
                if key in observed:
                    observe(observed[key], one.event_time, digest)
        return await self._redraw(observed, new_subjects)

    def _settle(self, mention: Mention) -> None:
        inferred = self._inferred[mention.digest]
        self._heads.inferred.keep(mention.digest, inferred)
        self._heads.settle(mention, inferred)

    def _observed(self, mention: Mention) -> Iterable[tuple[FacetKey, bytes]]:
        inferred = self._inferred[mention.digest]
        return (*mention.observed, *inferred) if inferred else mention.observed

    async def _load_inferred(self, mentions: dict[bytes, Mention], known: dict[bytes, int]) -> None:
        wanted: dict[int, bytes] = {}
        for digest in mentions:
            if digest in self._inferred:
                continue
            inferred = self._heads.inferred.get(digest)
            self._inferred[digest] = inferred or ()
            if inferred is None and digest in known:
                wanted[known[digest]] = digest
        if wanted:
            for mention_id, subject_id, name, job_id, digest in await self._connection.fetch(
                _INFERRED, self._tenant, list(wanted)
            ):
                row = (FacetKey(subject_id, name, "S", job_id), digest)
                self._inferred[wanted[mention_id]] += (row,)

    def _dirty(self, changes: Iterable[Change]) -> set[FacetKey]:
        """Return the facets of which something else was observed than what holds last, or something from before that."""
        dirty: set[FacetKey] = set()
        for one in changes:
            for key, digest in self._observed(one.mention):
                head = self._heads.versions.get(key)
                if head is None or head.digest != digest or one.event_time < head.start:
                    dirty.add(key)
        return dirty

    async def _redraw(
        self, observed: dict[FacetKey, Observed], new_subjects: Collection[UUID]
    ) -> VersionChanges:
        stored = [key for key in observed if key.subject_id not in new_subjects]
        believed: dict[FacetKey, list[Version]] = {key: [] for key in observed}
        seen: dict[FacetKey, list[tuple[datetime, bytes]]] = {key: [] for key in observed}
        if stored:
            await self._load_believed(stored, observed, believed)
            await self._load_seen(observed, believed, seen)
        changes = VersionChanges()
        for key, new in observed.items():
            before = believed[key]
            after = redrawn(before, seen[key], new)
            changes.gone += [FacetVersion(key, version) for version in set(before).difference(after)]
            changes.new += [FacetVersion(key, version) for version in set(after).difference(before)]
            last = after[-1]
            if last.end is None and self._heads.versions.get(key) != last:
                self._pending.add(lambda key=key, last=last: self._heads.change(key, last))
        return changes

    async def _load_believed(
        self,
        stored: Sequence[FacetKey],
        observed: dict[FacetKey, Observed],
        believed: dict[FacetKey, list[Version]],
    ) -> None:
        rows = [(*key, min(observed[key]), max(observed[key])) for key in stored]
        for place, digest, start, end in await self._connection.fetch(
            _BELIEVED, self._tenant, *columns(rows, 6)
        ):
            believed[stored[place - 1]].append(Version(digest, start, end))

    async def _load_seen(
        self,
        observed: dict[FacetKey, Observed],
        believed: dict[FacetKey, list[Version]],
        seen: dict[FacetKey, list[tuple[datetime, bytes]]],
    ) -> None:
        """Add those stored observations that a new one may come between."""
        wanted = [
            (key, covering.digest, at, covering.end)
            for key, new in observed.items()
            for at, digest in new.items()
            if (covering := _covering(believed[key], at)) is not None and covering.digest != digest
        ]
        if not wanted:
            return
        rows = [(*key, digest, at) for key, digest, at, _ in wanted]
        for place, at_once, later in await self._connection.fetch(
            _NEXT_OBSERVED, self._tenant, *columns(rows, 6)
        ):
            key, digest, at, end = wanted[place - 1]
            if at_once:
                seen[key].append((at, digest))
            if later is not None and (end is None or later < end):
                seen[key].append((later, digest))


def _covering(believed: Iterable[Version], at: datetime) -> Version | None:
    return next((v for v in believed if v.start <= at and (v.end is None or at < v.end)), None)
