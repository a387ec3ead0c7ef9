"""What a writer of lineage remembers from one transaction to the next."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple
from uuid import UUID

from lineage.facet_versions import Version
from lineage.mentions import FacetKey, Link, Mention
from lineage.remembered import Remembered
from lineage.run_facts import RunFacts
from lineage.temporal import JobHead

_MOST_CHANGED = 100_000


class Settled(NamedTuple):
    """From `since` on, what a mention observes is what is believed anyway, unless a subject changed after `stamp`."""

    since: datetime
    stamp: int


class Known:
    """Names, contents and mentions that are there: what was once written stays, whoever else writes."""

    def __init__(self) -> None:
        self.datasets: Remembered[UUID, bool] = Remembered(200_000)
        self.jobs: Remembered[tuple[UUID, UUID | None], bool] = Remembered(100_000)
        self.digests: Remembered[bytes, bool] = Remembered(200_000)
        self.mentions: Remembered[bytes, int] = Remembered(100_000)
        self.links: Remembered[Link, datetime] = Remembered(50_000)

    def clear(self) -> None:
        """Forget everything."""
        for memory in (self.datasets, self.jobs, self.digests, self.mentions, self.links):
            memory.clear()


class Heads:
    """What holds as long as nobody else writes: the ends of the timelines, and the runs of late."""

    def __init__(self) -> None:
        self.runs: Remembered[UUID, RunFacts] = Remembered(50_000)
        self.jobs: Remembered[UUID, JobHead] = Remembered(50_000)
        self.versions: Remembered[FacetKey, Version] = Remembered(300_000)
        self.inferred: Remembered[bytes, tuple[tuple[FacetKey, bytes], ...]] = Remembered(50_000)
        self._settled: Remembered[bytes, Settled] = Remembered(50_000)
        self._changed: dict[UUID, int] = {}
        self._stamp = 0

    def clear(self) -> None:
        """Forget everything."""
        for memory in (self.runs, self.jobs, self.versions, self.inferred, self._settled):
            memory.clear()
        self._changed.clear()

    def is_settled(self, mention: Mention, at: datetime) -> bool:
        """Return whether an event of that mention and time surely changes no version."""
        settled = self._settled.get(mention.digest)
        if settled is None or at < settled.since:
            return False
        if settled.stamp == self._stamp:
            return True
        changed = self._changed
        if any(changed.get(subject, 0) > settled.stamp for subject in mention.subjects):
            return False
        self._settled.keep(mention.digest, Settled(settled.since, self._stamp))
        return True

    def settle(self, mention: Mention, inferred: tuple[tuple[FacetKey, bytes], ...]) -> None:
        """Note from when on events of the mention change nothing, if their content is what is believed last."""
        since: datetime | None = None
        for key, digest in (*mention.observed, *inferred):
            head = self.versions.get(key)
            if head is None or head.digest != digest:
                return
            since = head.start if since is None else max(since, head.start)
        if since is not None:
            self._settled.keep(mention.digest, Settled(since, self._stamp))

    def change(self, key: FacetKey, head: Version) -> None:
        """Note the version that holds last."""
        self.versions.keep(key, head)
        self._stamp += 1
        self._changed[key.subject_id] = self._stamp
        if len(self._changed) > _MOST_CHANGED:
            self._changed.clear()
            self._settled.clear()


class Pending:
    """What is to be remembered once the transaction is committed."""

    def __init__(self) -> None:
        self._steps: list[Callable[[], None]] = []

    def add(self, step: Callable[[], None]) -> None:
        """Have something noted after the commit."""
        self._steps.append(step)

    def publish(self) -> None:
        """Note it all."""
        for step in self._steps:
            step()
