"""Orders as the topic `orders` tells of them: read, checked, and put into columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec
import pyarrow as pa
import pyarrow.compute as pc

from graph.errors import Problem
from graph.golden.countries import country_code
from ingest.currencies import CURRENCIES
from ingest.datasets import MESSAGE_COLUMNS, ORDER_COLUMNS
from ingest.message_shape import (
    LARGEST_VALUE,
    Rows,
    Shape,
    coordinates,
    place_and_reason,
    refuse,
    unusable_value,
)
from ingest.messages import Message, Refused
from ingest.parquet_content import schema_of

LONGEST_CATEGORY = 100

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
_WHOLE_UUID = rf"\A{_UUID.pattern}\z"
_LIMIT = Decimal(10) ** 8

COLUMNS = (*ORDER_COLUMNS, *MESSAGE_COLUMNS)
SCHEMA = schema_of(COLUMNS, [column.name for column in COLUMNS])


class Order(msgspec.Struct, frozen=True):
    """An order; a field that is not one of these is left aside."""

    order_id: str
    user_id: str
    amount: Decimal
    currency: str
    category: str
    country: str
    created_at: Annotated[datetime, msgspec.Meta(tz=True)]


_decode = msgspec.json.Decoder(Order).decode


def read(messages: Sequence[Message]) -> Rows:
    """Return the rows of a batch of orders; what is none is refused with every reason."""
    table = _good(messages)
    if table is not None:
        return Rows(table, messages)
    orders: list[Order] = []
    taken: list[Message] = []
    refused: list[Refused] = []
    for message in messages:
        found = order_of(message)
        if isinstance(found, Order):
            orders.append(found)
            taken.append(message)
        else:
            refused.append(found)
    # Rounding changes no value any more, only how it is spelled: 0E+50, or a hundred zeros behind the point.
    amounts = [round(order.amount, 2) for order in orders]
    return Rows(_table(orders, amounts, taken), taken, tuple(refused))


def order_of(message: Message) -> Order | Refused:
    """Return the order that a message is, or why it is none."""
    unusable = unusable_value(message)
    if unusable is not None or message.value is None:
        return unusable or refuse(message, ("$", "has no value"))
    try:
        order = _decode(message.value)
    except (msgspec.MsgspecError, UnicodeDecodeError) as error:
        return refuse(message, place_and_reason(str(error)))
    found = problems(order)
    return Refused(message, tuple(found)) if found else order


def problems(order: Order) -> list[Problem]:
    """Return what is wrong with an order, field by field."""
    found: list[Problem] = []
    if _UUID.fullmatch(order.order_id) is None:
        found.append(Problem("$.order_id", "is not a UUID"))
    if _UUID.fullmatch(order.user_id) is None:
        found.append(Problem("$.user_id", "is not a UUID"))
    if (reason := _amount_problem(order.amount)) is not None:
        found.append(Problem("$.amount", reason))
    if order.currency not in CURRENCIES:
        found.append(Problem("$.currency", "is not the code of a currency (ISO 4217)"))
    if not _is_category(order.category):
        found.append(Problem("$.category", f"must have 1 to {LONGEST_CATEGORY} characters and no NUL"))
    if country_code(order.country) != order.country:
        found.append(Problem("$.country", "is not the two-letter code of a country (ISO 3166)"))
    return found


def _is_category(text: str) -> bool:
    return 0 < len(text) <= LONGEST_CATEGORY and "\0" not in text


def _amount_problem(amount: Decimal) -> str | None:
    if not amount.is_finite():
        return "is not a number"
    if abs(amount) >= _LIMIT:
        return "is too large: 8 digits fit before the point"
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -2 and amount != round(amount, 2):
        return "has more than 2 digits after the point"
    return None


def _good(messages: Sequence[Message]) -> pa.Table | None:
    """Return the rows of messages all of which are orders, None where one is not: a column at a time, a third of the work."""
    values = [message.value or b"" for message in messages]
    if max(map(len, values), default=0) > LARGEST_VALUE:
        return None
    try:
        orders = [_decode(value) for value in values]
        table = _table(orders, [order.amount for order in orders], messages)
    except (msgspec.MsgspecError, UnicodeDecodeError, pa.ArrowInvalid):
        return None
    is_good = (
        all(
            pc.all(pc.match_substring_regex(table[name], _WHOLE_UUID)).as_py()
            for name in ("order_id", "user_id")
        )
        and {order.currency for order in orders} <= CURRENCIES
        and all(map(_is_category, {order.category for order in orders}))
        and all(country_code(country) == country for country in {order.country for order in orders})
    )
    return table if is_good else None


def _table(orders: Sequence[Order], amounts: Sequence[Decimal], messages: Sequence[Message]) -> pa.Table:
    """Return orders as rows; raises ArrowInvalid for an amount that no row can hold."""
    columns = [
        *(
            pc.ascii_lower(pa.array([getattr(order, name) for order in orders], pa.string()))
            for name in ("order_id", "user_id")
        ),
        pa.array(amounts, pa.decimal128(10, 2)),
        *(
            pa.array([getattr(order, name) for order in orders], pa.string())
            for name in ("currency", "category", "country")
        ),
        pa.array([order.created_at for order in orders], pa.timestamp("us", tz="UTC")),
        *coordinates(messages),
    ]
    return pa.Table.from_arrays(columns, schema=SCHEMA)


ORDERS = Shape(
    kind="order",
    folder=("raw", "orders"),
    name="orders",
    description="Orders as they were told, as Parquet; each file is a version",
    columns=COLUMNS,
    read=read,
    persons=("user_id",),
)
"""What messages of the topic `orders` become."""
