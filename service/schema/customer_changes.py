"""The ways customers change in GraphQL: records of source systems, and our own word."""

from __future__ import annotations

import dataclasses
import enum
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from graph.golden.entity_type import CUSTOMER
from graph.intake import Outcome
from graph.spelling import camel
from graph.time import AsOf, render
from service.context import Info
from service.schema.arguments import ValidFromArgument, uuid_of
from service.schema.customers import Customer
from service.schema.golden_records import changed
from service.schema.source_records import (
    MOST_RECORDS,
    RecordCounts,
    RecordEnvelope,
    RecordOutcome,
    outcome_fields,
    record_counts,
    require_count,
    taken_in,
)

IdArgument = Annotated[
    strawberry.ID, strawberry.argument(description="The id of the customer; that of a merged one works too.")
]


@strawberry.input(description="A postal address.")
class AddressInput:
    """A postal address."""

    street: str | None = strawberry.field(default=strawberry.UNSET, description="Street and number.")
    postal_code: str | None = strawberry.field(default=strawberry.UNSET, description="Postal code.")
    city: str | None = strawberry.field(default=strawberry.UNSET, description="City.")
    country: str | None = strawberry.field(default=strawberry.UNSET, description="Country.")


@strawberry.input(
    description="Attributes of a customer; those left out are not touched, null says that there is no value any more."
)
class CustomerInput:
    """Attributes of a customer."""

    first_name: str | None = strawberry.field(default=strawberry.UNSET, description="First name.")
    last_name: str | None = strawberry.field(default=strawberry.UNSET, description="Last name.")
    email: str | None = strawberry.field(default=strawberry.UNSET, description="E-mail address.")
    phone: str | None = strawberry.field(default=strawberry.UNSET, description="Phone number.")
    address: AddressInput | None = strawberry.field(default=strawberry.UNSET, description="Postal address.")
    birth_date: date | None = strawberry.field(default=strawberry.UNSET, description="Date of birth.")


@strawberry.input(description="What a source system says about one of its records.")
class SourceRecordInput(RecordEnvelope):
    """What a source system says about one of its records."""

    first_name: str | None = strawberry.field(default=None, description="First name.")
    last_name: str | None = strawberry.field(default=None, description="Last name.")
    email: str | None = strawberry.field(default=None, description="E-mail address.")
    phone: str | None = strawberry.field(default=None, description="Phone number.")
    address: AddressInput | None = strawberry.field(default=None, description="Postal address.")
    birth_date: str | None = strawberry.field(default=None, description="Date of birth, such as 1980-05-17.")


@strawberry.type(description="What became of one source record.")
class RecordResult(RecordOutcome):
    """What became of one source record."""

    customer_id: strawberry.ID | None = strawberry.field(description="The customer it belongs to now.")
    golden_id: strawberry.Private[UUID | None]
    at: strawberry.Private[AsOf]

    @strawberry.field(
        description="The customer it belongs to, as it is now. Null: rejected, or not present now."
    )
    async def customer(self, info: Info) -> Customer | None:
        """Return the customer the record belongs to."""
        if self.golden_id is None:
            return None
        record = await info.context.loaders.customers_by_id(self.at).load(self.golden_id)
        return Customer.of(record, self.at) if record else None

    @classmethod
    def of(cls, index: int, outcome: Outcome, at: AsOf) -> RecordResult:
        """Return the result as GraphQL shows it."""
        return cls(
            **outcome_fields(index, outcome),
            customer_id=strawberry.ID(str(outcome.golden_id)) if outcome.golden_id else None,
            golden_id=outcome.golden_id,
            at=at,
        )


@strawberry.type(description="What became of a list of source records.")
class RecordCustomersPayload(RecordCounts):
    """What became of a list of source records."""

    results: list[RecordResult] = strawberry.field(description="What became of each, in the order sent.")


@strawberry.type
class CustomerMutation:
    """What can be changed about golden records."""

    @strawberry.mutation(
        description="Take in what source systems say; each record is accepted or rejected by itself."
    )
    async def record_customers(
        self,
        info: Info,
        records: Annotated[
            list[SourceRecordInput], strawberry.argument(description=f"The records, at most {MOST_RECORDS}.")
        ],
    ) -> RecordCustomersPayload:
        """Take source records in and say what became of each."""
        require_count(records)
        services = info.context.services
        outcomes = await taken_in(info, services.intake, [_plain(record) for record in records])
        at = await services.golden_records.basis(None, None)
        return RecordCustomersPayload(
            **record_counts(outcomes),
            results=[RecordResult.of(index, outcome, at) for index, outcome in enumerate(outcomes)],
        )

    @strawberry.mutation(
        description="Record a customer of our own; where it matches a known one, it joins that."
    )
    async def create_customer(
        self,
        info: Info,
        input: Annotated[CustomerInput, strawberry.argument(description="The attributes.")],
        valid_from: ValidFromArgument = None,
    ) -> Customer:
        """Record a customer of our own and return it."""
        context = info.context
        golden_id = await context.services.intake.create(_plain(input), valid_from, context.actor, "graphql")
        return await _customer(info, golden_id, valid_from)

    @strawberry.mutation(description="Change attributes of a customer from an instant on.")
    async def update_customer(
        self,
        info: Info,
        id: IdArgument,
        input: Annotated[CustomerInput, strawberry.argument(description="The attributes to change.")],
        valid_from: ValidFromArgument = None,
    ) -> Customer:
        """Change attributes of a customer and return it."""
        context = info.context
        golden_id = await context.services.intake.update(
            uuid_of(id), _plain(input, with_nulls=True), valid_from, context.actor, "graphql"
        )
        return await _customer(info, golden_id, valid_from)

    @strawberry.mutation(
        description="Delete a customer from an instant on; its history stays, it can be re-opened."
    )
    async def delete_customer(
        self,
        info: Info,
        id: IdArgument,
        valid_from: ValidFromArgument = None,
    ) -> Customer:
        """Delete a customer from an instant on and return it."""
        context = info.context
        golden_id = await context.services.intake.delete(uuid_of(id), valid_from, context.actor, "graphql")
        return await _customer(info, golden_id, valid_from)


async def _customer(info: Info, golden_id: UUID, valid_from: datetime | None) -> Customer:
    reads = info.context.services.golden_records
    return await changed(reads, Customer.of, CUSTOMER.name, golden_id, valid_from)


def _plain(given: Any, *, with_nulls: bool = False) -> dict[str, object]:
    """Return an input as intake takes it; what is null is left out, unless it says that there is no value any more."""
    plain: dict[str, object] = {}
    for field in dataclasses.fields(given):
        value = getattr(given, field.name)
        if value is strawberry.UNSET or (value is None and not with_nulls):
            continue
        plain[camel(field.name)] = _plain_value(value, with_nulls)
    return plain


def _plain_value(value: Any, with_nulls: bool) -> object:
    if isinstance(value, datetime):
        return render(value)
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, enum.Enum):
        return value.value
    return _plain(value, with_nulls=with_nulls) if dataclasses.is_dataclass(value) else value
