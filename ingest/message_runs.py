"""The runs that carry messages into the lake and on, as lineage tells of them: functions of the manifests."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from graph.identity import DatasetName, JobName
from graph.store.message_files import MessageFile
from graph.store.stream_runs import StreamRun
from graph.store.warehouse_loads import WarehouseLoad
from ingest import datasets
from ingest.customer_messages import CUSTOMERS
from ingest.message_shape import Shape
from ingest.orders import ORDERS
from ingest.parents import parent_run
from lineage.emitter import Column, ColumnSource, DatasetUse, JobRun, OffsetRange

SHAPES = {shape.kind: shape for shape in (ORDERS, CUSTOMERS)}
"""What messages become, by the kind that the manifests name."""

_FROM_THE_MESSAGE = {column.name for column in datasets.MESSAGE_COLUMNS}


def stream_run(run: StreamRun) -> JobRun:
    """Return the run that carries the messages of a topic into the lake, without what it did so far."""
    shape = SHAPES[run.kind]
    return JobRun(
        run_id=run.run_id,
        job=JobName(datasets.NAMESPACE, f"{run.topic}_to_lake"),
        description=f"Carries the messages of the topic {run.topic} into the lake, each once",
        inputs=(_topic(run.broker, run.topic, shape),),
        outputs=(_files(run.dataset, shape),),
        processing="STREAMING",
    )


def batch_run(run: StreamRun, file: MessageFile) -> JobRun:
    """Return the run with the one batch that became a file."""
    shape, told = SHAPES[file.kind], stream_run(run)
    ranges = file.offsets or ()
    source = replace(
        told.inputs[0],
        offsets=tuple(OffsetRange(file.partition, lower, upper - 1) for lower, upper in ranges),
        rows=sum(upper - lower for lower, upper in ranges),
    )
    target = replace(_written(file, shape), sources=_column_sources(told.inputs[0].name, shape))
    return replace(told, inputs=(source,), outputs=(target,))


def merge_run(file: MessageFile, sources: Sequence[MessageFile]) -> JobRun:
    """Return the run that made one file of several."""
    shape = SHAPES[file.kind]
    used = _files(
        file.dataset,
        shape,
        files=tuple(source.location for source in sources),
        rows=sum(source.rows or 0 for source in sources),
        size=sum(source.size or 0 for source in sources),
    )
    return JobRun(
        run_id=file.run_id,
        job=JobName(datasets.NAMESPACE, "lake_compaction"),
        description="Makes one file of several small ones of a partition",
        inputs=(used,),
        outputs=(_written(file, shape),),
    )


def message_load_run(file: MessageFile, load: WarehouseLoad, table: DatasetName) -> JobRun:
    """Return the run that loaded a file of messages into the warehouse, `table` being the one it went to."""
    shape = SHAPES[file.kind]
    source = _written(file, shape)
    if shape is ORDERS:
        columns = datasets.same_columns(source.name, datasets.FACT_COLUMNS, "IDENTITY")
        target = datasets.warehouse_orders(table, rows=load.rows, sources=columns)
    else:
        columns = datasets.history_sources(source.name)
        target = datasets.warehouse_customers(table, rows=load.rows, sources=columns)
    return JobRun(
        run_id=load.run_id,
        job=datasets.ORDERS_TO_WAREHOUSE if shape is ORDERS else datasets.LAKE_TO_WAREHOUSE,
        description=f"Loads the lake's files of {shape.name} into the warehouse, each once",
        inputs=(source,),
        outputs=(target,),
        parent=parent_run(load.parent),
    )


def _topic(broker: str, topic: str, shape: Shape) -> DatasetUse:
    columns = tuple(
        Column(column.name, "string", column.description)
        for column in shape.columns
        if column.name not in _FROM_THE_MESSAGE
    )
    words = f"Messages about {shape.name}, as JSON"
    return DatasetUse(DatasetName(broker, topic), "TOPIC", words, columns if shape is ORDERS else ())


def _files(dataset: str, shape: Shape, **touched: object) -> DatasetUse:
    name = datasets.file_dataset(dataset)
    return DatasetUse(name, "FILE", shape.description, shape.columns, **touched)  # pyright: ignore[reportArgumentType]


def _written(file: MessageFile, shape: Shape) -> DatasetUse:
    return _files(
        file.dataset,
        shape,
        files=(file.location,),
        version=file.path,
        rows=file.rows,
        size=file.size,
    )


def _column_sources(topic: DatasetName, shape: Shape) -> dict[str, list[ColumnSource]]:
    """Return what the columns of a file are made from: the fields of the messages of the same name."""
    return {
        column.name: [ColumnSource(topic, column.name, "IDENTITY")]
        for column in shape.columns
        if column.name not in _FROM_THE_MESSAGE
    }
