"""Orders are read whole batches at a time where nothing is wrong with them, else one by one: to the same rows."""

from __future__ import annotations

from decimal import Decimal

import pytest

from ingest.message_shape import LARGEST_VALUE
from ingest.orders import SCHEMA, read
from tests.ingest.message_batches import message, order

BAD = b"{"


@pytest.mark.parametrize(
    ("told", "kept"),
    [
        ("12.30", "12.30"),
        ("7", "7.00"),
        ("-0.01", "-0.01"),
        ("99999999.99", "99999999.99"),
        ("1.230", "1.23"),
    ],
)
def test_an_amount_is_kept_to_the_cent(told: str, kept: str) -> None:
    """However it is spelled; alone, or beside something that is no order."""
    for others in ([], [message(1, BAD)]):
        rows = read([message(0, order(1, amount=told)), *others])
        assert rows.table["amount"].to_pylist() == [Decimal(kept)]
        assert rows.table.schema == SCHEMA


@pytest.mark.parametrize("told", ["0E+50", "1.1" + "0" * 90])
def test_an_amount_of_many_digits_that_say_nothing_is_one(told: str) -> None:
    """No column could hold the digits, but the value."""
    rows = read([message(0, order(1, amount=told))])
    assert rows.refused == ()
    assert rows.table["amount"].to_pylist() == [Decimal(told)]


def test_a_batch_is_read_to_the_same_rows_with_and_without_poison() -> None:
    """What is no order takes no other message with it, and changes none."""
    messages = [
        message(offset, order(offset, order_id=f"{offset:08X}-aBcD-4000-8000-000000000000"))
        for offset in range(50)
    ]
    alone = read(messages)
    mixed = read([*messages[:20], message(100, BAD), *messages[20:]])
    assert alone.refused == ()
    assert [each.message.offset for each in mixed.refused] == [100]
    assert mixed.table.equals(alone.table, check_metadata=True)
    assert list(mixed.messages) == list(alone.messages) == messages
    assert alone.table["order_id"][1].as_py() == "00000001-abcd-4000-8000-000000000000"


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("order_id", "7"),
        ("order_id", "0000000a-0000-4000-8000-000000000000\n"),
        ("user_id", "x0000000a-0000-4000-8000-000000000000"),
        ("amount", "1.239"),
        ("amount", "100000000"),
        ("amount", "NaN"),
        ("currency", "XYZ"),
        ("category", ""),
        ("category", "a\0b"),
        ("category", "c" * 101),
        ("country", "Germany"),
        ("created_at", "2026-03-01T12:00:00"),
    ],
)
def test_one_bad_field_refuses_its_message_alone(name: str, told: str) -> None:
    """With the field's name as the path, also among many that are good."""
    rows = read([message(0, order(0)), message(1, order(1, **{name: told})), message(2, order(2))])
    assert rows.table["message_offset"].to_pylist() == [0, 2]
    ((refused,),) = [each.problems for each in rows.refused]
    assert refused.path == f"$.{name}"


def test_a_message_that_is_too_large_or_has_no_value_is_refused() -> None:
    """However good the rest of it is."""
    large = order(1, note="n" * LARGEST_VALUE)
    rows = read([message(0, large), message(1, None), message(2, order(2))])
    assert [each.message.offset for each in rows.refused] == [0, 1]
    assert rows.table["message_offset"].to_pylist() == [2]


def test_no_messages_are_no_rows() -> None:
    """An empty table has the columns of any other."""
    assert (read([]).table.num_rows, read([]).table.schema) == (0, SCHEMA)
