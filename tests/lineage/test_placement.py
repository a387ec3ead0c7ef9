"""Placement: which store a dataset lies in follows from namespaces, names and addresses."""

from __future__ import annotations

from uuid import UUID

import pytest
from hypothesis import given
from hypothesis import strategies as st

from graph.identity import DatasetName
from lineage.placement import Address, address, is_topic, placed


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("s3://lake/raw", Address("s3://lake", "raw", "/")),
        ("s3a://lake", Address("s3://lake", "", "/")),
        ("/data/lake/", Address("file", "/data/lake", "/")),
        ("file:///data/lake", Address("file", "/data/lake", "/")),
        ("postgresql://me:***@DB:5432/shop?sslmode=require", Address("postgres://db:5432", "shop")),
        ("jdbc:postgresql://db/shop", Address("postgres://db:5432", "shop")),
        ("host=db port=5433 dbname=shop", Address("postgres://db:5433", "shop")),
        (
            "Driver={ODBC Driver 18 for SQL Server};Server=tcp:db,1433;Database=shop",
            Address("sqlserver://db:1433", "shop"),
        ),
        ("snowflake://org-account/SHOP", Address("snowflake://org-account", "SHOP")),
        ("bigquery://project", Address("bigquery", "project")),
        ("kafka://b:9092,a:9092", Address("kafka://a:9092,b:9092")),
        ("the old machine", None),
        ("mailto:me", None),
    ],
)
def test_an_address_is_read_from_what_people_write(text: str, expected: Address | None) -> None:
    """URLs, paths and key=value pairs, with their secrets masked; what tells nothing places nothing."""
    assert address(text) == expected


STORES = [
    (UUID(int=1), Address("postgres://db:5432")),
    (UUID(int=2), Address("postgres://db:5432", "shop")),
    (UUID(int=3), Address("s3://lake", "raw", "/")),
    (UUID(int=4), Address("s3://lake", "raw/eu", "/")),
    (UUID(int=5), Address("file", "/", "/")),
]


@pytest.mark.parametrize(
    ("namespace", "name", "store"),
    [
        ("postgres://db:5432", "shop.public.orders", 2),
        ("postgresql://DB", "shopping.public.orders", 1),
        ("postgres://other:5432", "shop.public.orders", None),
        ("s3://lake", "raw/orders", 3),
        ("s3a://lake", "raw/eu/orders", 4),
        ("s3://lake", "raw", 3),
        ("s3://lake", "rawer/orders", None),
        ("file", "/data/x.csv", 5),
    ],
)
def test_the_longest_address_wins(namespace: str, name: str, store: int | None) -> None:
    """A store in a store holds what lies there; names only alike belong elsewhere."""
    assert placed(DatasetName(namespace, name), STORES) == (UUID(int=store) if store else None)


NAMES = st.lists(st.sampled_from(["a", "b", "ab"]), min_size=1, max_size=4).map("/".join)


@given(name=NAMES, prefixes=st.lists(NAMES, max_size=6))
def test_a_dataset_lies_where_a_naive_reading_says(name: str, prefixes: list[str]) -> None:
    """Whole parts of the name count, in any order of the stores."""
    stores = [(UUID(int=n), Address("s3://b", prefix, "/")) for n, prefix in enumerate(prefixes)]
    fitting = [
        (-len(prefix), n)
        for n, prefix in enumerate(prefixes)
        if name.split("/")[: len(prefix.split("/"))] == prefix.split("/")
    ]
    expected = UUID(int=min(fitting)[1]) if fitting else None
    assert placed(DatasetName("s3://b", name), stores) == expected
    assert placed(DatasetName("s3://b", name), reversed(stores)) == expected


def test_topics_are_known_by_their_namespace() -> None:
    """Brokers have topics; everything else has datasets."""
    assert is_topic(DatasetName("kafka://a:9092", "orders"))
    assert not is_topic(DatasetName("postgres://a:5432", "orders"))
    assert not is_topic(DatasetName("kafkaesque", "orders"))
