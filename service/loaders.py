"""What one request looks up by key, gathered so that a page of parents makes one statement for each shape."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Hashable, Mapping, Sequence
from datetime import datetime
from typing import Any, TypeVar
from uuid import UUID

from strawberry.dataloader import DataLoader

from graph.store.golden_records import Belief, GoldenRecord, GoldenRecords, ReceivedEvent, Version
from graph.store.lake_files import Carrier, LakeFiles
from graph.store.match_views import Pair, PairView
from graph.store.record_quality import Membership, RecordQuality
from graph.store.review_queue import Filter, QueueCount
from graph.store.review_tasks import ReviewAction
from graph.time import AsOf
from service.stewards import Stewards

Key = TypeVar("Key", bound=Hashable)
Value = TypeVar("Value")


class Loaders:
    """The loaders of one request, named by shape and key; each is made when it is first asked for."""

    def __init__(
        self,
        golden_records: GoldenRecords,
        lake_files: LakeFiles,
        qualities: RecordQuality,
        stewards: Stewards,
    ) -> None:
        self._read = golden_records
        self._qualities = qualities
        self._lake_files = lake_files
        self._stewards = stewards
        self._made: dict[Hashable, DataLoader[Any, Any]] = {}

    def versions_by_golden_record(self, known_at: datetime) -> DataLoader[UUID, list[Version]]:
        """Load the versions of golden records on the valid axis, as believed at `known_at`."""
        return self._of(("versions", known_at), lambda ids: self._read.timeline(ids, known_at), list[Version])

    def beliefs_by_golden_record(
        self, valid_at: datetime, known_at: datetime
    ) -> DataLoader[UUID, list[Belief]]:
        """Load the successive beliefs about golden records at one valid instant."""
        shape = ("beliefs", valid_at, known_at)
        return self._of(shape, lambda ids: self._read.beliefs(ids, valid_at, known_at), list[Belief])

    def members_by_golden_record(self, known_at: datetime) -> DataLoader[UUID, list[Membership]]:
        """Load the source records that belong to golden records, as known at `known_at`."""
        return self._of(
            ("members", known_at), lambda ids: self._qualities.members(ids, known_at), list[Membership]
        )

    def customers_by_id(self, at: AsOf) -> DataLoader[UUID, GoldenRecord | None]:
        """Load golden records at a basis by their id."""
        return self._of(("customers", at), lambda ids: self._read.by_id(ids, at), _nothing)

    def events_by_id(self) -> DataLoader[UUID, ReceivedEvent | None]:
        """Load source events by their id."""
        return self._of("events", self._read.events, _nothing)

    def carriers_by_instant(self) -> DataLoader[datetime, Carrier | None]:
        """Load what carried golden facts on, by the system instant at which they were recorded."""
        return self._of("carriers", self._lake_files.carriers, _nothing)

    def views_by_pair(self, entity_type: str) -> DataLoader[Pair, PairView | None]:
        """Load pairs of source records side by side."""
        return self._of(
            ("pairs", entity_type), lambda pairs: self._stewards.views.pairs(entity_type, pairs), _nothing
        )

    def actions_by_task(self) -> DataLoader[UUID, list[ReviewAction]]:
        """Load what was done to review tasks."""
        return self._of("actions", self._stewards.queue.actions, list[ReviewAction])

    def counts_by_filter(self) -> DataLoader[Filter, list[QueueCount]]:
        """Load how many review tasks of each kind and status filters leave."""
        return self._of("counts", self._stewards.queue.counts, list[QueueCount])

    def _of(
        self,
        shape: Hashable,
        read: Callable[[list[Key]], Awaitable[Mapping[Key, Value]]],
        absent: Callable[[], Value],
    ) -> DataLoader[Key, Value]:
        async def load(keys: list[Key]) -> Sequence[Value | BaseException]:
            found = await read(keys)
            return [found[key] if key in found else absent() for key in keys]

        if shape not in self._made:
            self._made[shape] = DataLoader(load_fn=load)
        return self._made[shape]


def _nothing() -> None:
    return None
