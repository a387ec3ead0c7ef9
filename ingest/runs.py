"""The runs of our own jobs as lineage tells of them: functions of the manifests, the same whenever asked."""

from __future__ import annotations

from graph.golden.entity_type import CUSTOMER
from graph.identity import DatasetName
from graph.store.deliveries import STREAM, Delivery
from graph.store.lake_files import LakeFile
from graph.store.warehouse_loads import WarehouseLoad
from ingest import datasets
from ingest.datasets import attribute_columns, same_columns
from ingest.parents import parent_run
from lineage.emitter import JobRun
from lineage.golden_datasets import golden_dataset


def delivery_run(delivery: Delivery) -> JobRun:
    """Return the run that takes a delivery in; one that came as a stream was read from no dataset."""
    source, kind = datasets.file_dataset(delivery.dataset), delivery.entity_type
    landing = datasets.landing(
        delivery.dataset,
        delivery.source_system,
        kind,
        files=(delivery.location,),
        rows=delivery.rows if delivery.taken_in_at is not None else None,
        size=delivery.size,
    )
    is_stream = delivery.dataset == STREAM
    are_columns_known = kind == CUSTOMER.name and not is_stream
    columns = same_columns(source, attribute_columns(CUSTOMER), "TRANSFORMATION") if are_columns_known else {}
    return JobRun(
        run_id=delivery.run_id,
        job=datasets.taking_in(delivery.source_system),
        description=f"Makes what {delivery.source_system} delivers part of the golden records of {kind}s",
        inputs=() if is_stream else (landing,),
        outputs=(datasets.golden_records(kind, rows=delivery.accepted, sources=columns),),
    )


def lake_run(file: LakeFile) -> JobRun:
    """Return the run that writes a file of the lake."""
    source = golden_dataset()
    return JobRun(
        run_id=file.run_id,
        job=datasets.GOLDEN_RECORDS_TO_LAKE,
        description="Writes every change of the golden records of customers to the lake, as Parquet",
        inputs=(datasets.golden_records(),),
        outputs=(
            datasets.lake_customers(
                file.dataset,
                files=(file.location,),
                version=file.path,
                rows=file.rows,
                size=file.size,
                sources=same_columns(source, datasets.VERSION_COLUMNS, "IDENTITY"),
            ),
        ),
    )


def load_run(file: LakeFile, load: WarehouseLoad, table: DatasetName) -> JobRun:
    """Return the run that loaded a file of the lake into the warehouse."""
    source = datasets.file_dataset(file.dataset)
    return JobRun(
        run_id=load.run_id,
        job=datasets.LAKE_TO_WAREHOUSE,
        description="Loads the lake's customer files into the warehouse, each once and in order",
        inputs=(
            datasets.lake_customers(
                file.dataset,
                files=(file.location,),
                version=file.path,
                rows=file.rows,
                size=file.size,
            ),
        ),
        outputs=(
            datasets.warehouse_customers(table, rows=load.rows, sources=datasets.history_sources(source)),
        ),
        parent=parent_run(load.parent),
    )
