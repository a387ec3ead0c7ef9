"""What answers questions about assets of every kind: which there are, what people say of them, and what stops with them."""

from __future__ import annotations

from dataclasses import dataclass

from graph.store.annotations import Annotations
from graph.store.database import Database
from lineage.dataset_history import DatasetHistories
from lineage.failures import Failures
from lineage.fresh_assets import FreshAssets
from lineage.gaps import Gaps
from lineage.known_assets import KnownAssets
from lineage.owners import Owners
from lineage.placements import Placements
from lineage.run_history import RunHistories


@dataclass(frozen=True, slots=True)
class Catalog:
    """Everything that answers questions about assets beyond what people keep here, built once."""

    annotations: Annotations
    known: KnownAssets
    fresh: FreshAssets
    owners: Owners
    placements: Placements
    failures: Failures
    histories: DatasetHistories
    run_histories: RunHistories
    gaps: Gaps

    @classmethod
    def of(cls, database: Database) -> Catalog:
        """Return what answers questions about the assets of a database."""
        known, histories = KnownAssets(database), DatasetHistories(database)
        return cls(
            Annotations(database),
            known,
            FreshAssets(known, histories),
            Owners(database),
            Placements(database),
            Failures(database),
            histories,
            RunHistories(database),
            Gaps(database),
        )
