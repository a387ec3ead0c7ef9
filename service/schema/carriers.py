"""What carried a customer's version on: the file in the lake and the load into the warehouse."""

from __future__ import annotations

from datetime import datetime

import strawberry

from graph.store import lake_files as store
from graph.store import warehouse_loads
from service.schema.arguments import Long


@strawberry.type(description="The one time a file of the lake went into the warehouse.")
class WarehouseLoad:
    """The one time a file of the lake went into the warehouse."""

    run_id: strawberry.ID = strawberry.field(description="The run that loaded it; see `run(id)`.")
    rows: Long = strawberry.field(description="How many rows it wrote.")
    loaded_at: datetime = strawberry.field(description="When its transaction was about to commit.")

    @classmethod
    def of(cls, load: warehouse_loads.WarehouseLoad) -> WarehouseLoad:
        """Return the load as GraphQL shows it."""
        return cls(run_id=strawberry.ID(str(load.run_id)), rows=Long(load.rows), loaded_at=load.loaded_at)


@strawberry.type(description="The file of the lake that carried a version, and where it went from there.")
class Carrier:
    """The file of the lake that carried a version, and where it went from there."""

    file: str = strawberry.field(description="The file's name in its dataset.")
    dataset: str = strawberry.field(description="The lake dataset that the file is a version of.")
    run_id: strawberry.ID = strawberry.field(description="The run that wrote it; see `run(id)`.")
    rows: Long | None = strawberry.field(description="How many rows it has. Null: not written yet.")
    written_at: datetime | None = strawberry.field(description="When it was written. Null: not yet.")
    known_after: datetime = strawberry.field(description="It carries what was recorded after this instant …")
    known_to: datetime = strawberry.field(description="… up to and including this one, in system time.")
    load: WarehouseLoad | None = strawberry.field(
        description="Its load into the warehouse. Null: not loaded yet."
    )

    @classmethod
    def of(cls, carrier: store.Carrier) -> Carrier:
        """Return the carrier as GraphQL shows it."""
        file = carrier.file
        return cls(
            file=file.path,
            dataset=file.dataset,
            run_id=strawberry.ID(str(file.run_id)),
            rows=None if file.rows is None else Long(file.rows),
            written_at=file.written_at,
            known_after=file.system_from_exclusive,
            known_to=file.system_to_inclusive,
            load=WarehouseLoad.of(carrier.load) if carrier.load else None,
        )
