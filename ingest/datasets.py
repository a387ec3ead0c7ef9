"""The datasets that data passes on its way in, as lineage names them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from graph.golden.entity_type import CUSTOMER, EntityType
from graph.identity import DatasetName, JobName
from lineage.emitter import Column, ColumnSource, DatasetUse
from lineage.golden_datasets import NAMESPACE, golden_dataset

GOLDEN_RECORDS_TO_LAKE = JobName(NAMESPACE, "golden_records_to_lake")
LAKE_TO_WAREHOUSE = JobName(NAMESPACE, "lake_to_warehouse")
ORDERS_TO_WAREHOUSE = JobName(NAMESPACE, "orders_to_warehouse")
WAREHOUSE_TABLE = "customers_history"
FACT_TABLE = "fact_orders"

_PERIOD = (
    Column("valid_from", "TIMESTAMP", "Since when it was so in the world"),
    Column("valid_to", "TIMESTAMP", "Until when, that instant excluded; empty: until further notice"),
)
_WORDS = {
    "first_name": "Given name",
    "last_name": "Family name",
    "email": "E-mail address in lower case",
    "phone": "Telephone number as E.164",
    "street": "Street and house number",
    "postal_code": "Postal code",
    "city": "Town",
    "country": "Country, two-letter ISO code",
    "birth_date": "Day of birth, YYYY-MM-DD",
}


def attribute_columns(entity_type: EntityType) -> tuple[Column, ...]:
    """Return a column for each attribute of a golden record."""
    names = entity_type.by_name
    return tuple(
        Column(name, "STRING", _WORDS.get(name, name.replace("_", " ").capitalize())) for name in names
    )


VERSION_COLUMNS = (
    Column("customer_id", "STRING", "Id of the golden record"),
    Column(
        "version",
        "INTEGER",
        "Number of the version in valid time, from 1; 0: nothing is believed of it any more",
    ),
    *attribute_columns(CUSTOMER),
    Column("is_deleted", "BOOLEAN", "Whether the customer had left; the attributes are the last known ones"),
    Column("source_system", "STRING", "The source systems whose word this is, by commas"),
    *_PERIOD,
    Column("system_from", "TIMESTAMP", "Since when we believe it"),
    Column("merged_into", "STRING", "Where version is 0: the golden record this one was found to be, if any"),
)
"""What a customer's version looks like in the lake."""

GOLDEN_COLUMNS = VERSION_COLUMNS

MESSAGE_COLUMNS = (
    Column("message_partition", "INTEGER", "The partition of the message that this is from"),
    Column("message_offset", "LONG", "The offset of the message in its partition"),
    Column("message_at", "TIMESTAMP", "The time of the message"),
)
"""Where a row of a file of messages comes from; its topic is in the notes of the file."""

ORDER_COLUMNS = (
    Column("order_id", "STRING", "Id of the order"),
    Column("user_id", "STRING", "Id of the user who ordered"),
    Column("amount", "DECIMAL(10,2)", "What the order costs, in its currency"),
    Column("currency", "STRING", "Currency, three-letter ISO 4217 code"),
    Column("category", "STRING", "What kind of goods was ordered"),
    Column("country", "STRING", "Country, two-letter ISO 3166 code"),
    Column("created_at", "TIMESTAMP", "When it was ordered"),
)
"""What an order looks like in the lake."""

FACT_COLUMNS = tuple(
    Column(column.name, kind, column.description)
    for column, kind in zip(
        ORDER_COLUMNS, ("uuid", "uuid", "numeric(10,2)", "text", "text", "text", "timestamptz"), strict=True
    )
)
"""What an order looks like in the warehouse."""

WAREHOUSE_COLUMNS = (
    Column("customer_id", "uuid", "Id of the golden record"),
    Column("version", "int4", "Number of the version in valid time, from 1"),
    Column("attributes", "jsonb", "What is true of the customer in this version"),
    Column("is_current", "bool", "Whether the version holds now"),
    Column("is_deleted", "bool", "Whether the customer had left"),
    Column("source_system", "text", "The source systems whose word this is, by commas"),
    Column("valid_from", "timestamptz", "Since when it was so in the world"),
    Column("valid_to", "timestamptz", "Until when; empty: until further notice"),
    Column("system_from", "timestamptz", "Since when the catalog believes it"),
    Column("file_id", "uuid", "The file of the lake that brought it"),
)


def file_dataset(folder: str | Path) -> DatasetName:
    """Return the name of a folder of files; its files are versions or parts of it, never datasets of their own."""
    if str(folder).startswith("s3://"):
        bucket, _, key = str(folder).removeprefix("s3://").partition("/")
        return DatasetName(f"s3://{bucket}", key or "/")
    return DatasetName("file", str(folder))


def table_dataset(database_url: str, schema: str, table: str) -> DatasetName:
    """Return the name of a table of the PostgreSQL at a URL."""
    parts = urlsplit(database_url)
    host = f"[{parts.hostname}]" if ":" in (parts.hostname or "") else parts.hostname or "localhost"
    database = unquote(parts.path.lstrip("/")) or unquote(parts.username or "") or "postgres"
    return DatasetName(f"postgres://{host}:{parts.port or 5432}", f"{database}.{schema}.{table}")


def taking_in(source_system: str) -> JobName:
    """Return the job that takes a source system's deliveries in."""
    return JobName(NAMESPACE, f"{source_system}_to_golden_records")


def landing(
    folder: str, source_system: str, entity_type: str = CUSTOMER.name, **touched: object
) -> DatasetUse:
    """Return the folder into which a source system delivers its records; `touched` as in DatasetUse.

    Of other entity types than customers, whose attributes a tenant may change, no columns but the key are told.
    """
    columns = attribute_columns(CUSTOMER) if entity_type == CUSTOMER.name else ()
    return _use(
        file_dataset(folder),
        "FILE",
        f"What the source system {source_system} delivers about its {entity_type}s, file by file",
        (Column("key", "STRING", f"What the source system calls the {entity_type}"), *columns),
        touched,
    )


def golden_records(entity_type: str = CUSTOMER.name, **touched: object) -> DatasetUse:
    """Return the golden records of a type."""
    words = f"Best known truth about every {entity_type}, each version on both time axes"
    columns = GOLDEN_COLUMNS if entity_type == CUSTOMER.name else ()
    return _use(golden_dataset(entity_type), "TABLE", words, columns, touched)


def lake_customers(folder: str, **touched: object) -> DatasetUse:
    """Return the lake's dataset of customer versions."""
    words = "Every change of the golden records of customers, as Parquet; each file is a version"
    return _use(file_dataset(folder), "FILE", words, VERSION_COLUMNS, touched)


def warehouse_customers(name: DatasetName, **touched: object) -> DatasetUse:
    """Return the warehouse's slowly changing dimension of customers."""
    words = "Slowly changing dimension (type 2) of all customers, built from the files of the lake alone"
    return _use(name, "TABLE", words, WAREHOUSE_COLUMNS, touched)


def warehouse_orders(name: DatasetName, **touched: object) -> DatasetUse:
    """Return the warehouse's table of orders."""
    words = "Every order once, built from the files of the lake alone"
    return _use(name, "TABLE", words, FACT_COLUMNS, touched)


def history_sources(source: DatasetName) -> Mapping[str, list[ColumnSource]]:
    """Return column lineage of the warehouse's customers: what each column is made from in a file of versions."""
    own = {"is_current", "attributes", "file_id"}
    return {
        **same_columns(source, [c for c in WAREHOUSE_COLUMNS if c.name not in own], "IDENTITY"),
        "attributes": [
            ColumnSource(source, column.name, "TRANSFORMATION") for column in attribute_columns(CUSTOMER)
        ],
        "is_current": [
            ColumnSource(source, name, "TRANSFORMATION") for name in ("valid_from", "valid_to", "is_deleted")
        ],
    }


def same_columns(
    source: DatasetName, columns: Sequence[Column], subtype: str
) -> Mapping[str, list[ColumnSource]]:
    """Return column lineage in which every column comes from the one of its name."""
    return {column.name: [ColumnSource(source, column.name, subtype)] for column in columns}


def _use(
    name: DatasetName, kind: str, description: str, columns: tuple[Column, ...], touched: Mapping[str, object]
) -> DatasetUse:
    return DatasetUse(name, kind, description, columns, **touched)  # pyright: ignore[reportArgumentType]
