"""Orders as the topic `orders` tells of them: read, checked, and put into columns."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import datetime
from decimal import Decimal
from typing import Annotated

import msgspec
import pyarrow as pa

from graph.errors import Problem
from graph.golden.countries import country_code
from ingest.currencies import CURRENCIES
from ingest.datasets import MESSAGE_COLUMNS, ORDER_COLUMNS
from ingest.message_shape import Rows, Shape, coordinates, place_and_reason, refuse, unusable_value
from ingest.messages import Message, Refused
from ingest.parquet_content import schema_of

LONGEST_CATEGORY = 100

_UUID = re.compile(r"[0-9a-fA-F]{8}(-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}")
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
    return Rows(_table(orders, taken), taken, tuple(refused))


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
    if not 0 < len(order.category) <= LONGEST_CATEGORY or "\0" in order.category:
        found.append(Problem("$.category", f"must have 1 to {LONGEST_CATEGORY} characters and no NUL"))
    if country_code(order.country) != order.country:
        found.append(Problem("$.country", "is not the two-letter code of a country (ISO 3166)"))
    return found


def _amount_problem(amount: Decimal) -> str | None:
    if not amount.is_finite():
        return "is not a number"
    if abs(amount) >= _LIMIT:
        return "is too large: 8 digits fit before the point"
    exponent = amount.as_tuple().exponent
    if isinstance(exponent, int) and exponent < -2 and amount != round(amount, 2):
        return "has more than 2 digits after the point"
    return None


def _table(orders: Sequence[Order], messages: Sequence[Message]) -> pa.Table:
    columns = [
        pa.array([order.order_id.lower() for order in orders], pa.string()),
        pa.array([order.user_id.lower() for order in orders], pa.string()),
        pa.array([order.amount for order in orders], pa.decimal128(10, 2)),
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
