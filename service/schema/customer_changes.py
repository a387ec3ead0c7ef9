"""The ways customers change in GraphQL: records of source systems, and our own word."""

from __future__ import annotations

import dataclasses
import enum
from collections import Counter
from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from graph.errors import InvalidInputError, NotFoundError
from graph.golden.record import Origin
from graph.intake import Outcome
from graph.spelling import camel
from graph.time import AsOf, render
from service.context import Info
from service.errors import shortened
from service.schema.arguments import Long, ValidFromArgument, uuid_of
from service.schema.customers import Customer

MOST_RECORDS = 100
"""How many source records one mutation takes; more go to POST /api/v1/records."""

IdArgument = Annotated[
    strawberry.ID, strawberry.argument(description="The id of the customer; that of a merged one works too.")
]


@strawberry.enum(description="What a source record says.")
class SourceRecordKind(enum.Enum):
    """What a source record says."""

    SNAPSHOT = strawberry.enum_value(
        "snapshot", description="At validFrom the record looked like this; holds until its next snapshot."
    )
    CORRECTION = strawberry.enum_value(
        "correction", description="From validFrom to validTo it was in truth like this."
    )
    END = strawberry.enum_value("end", description="From validFrom on there is no such record.")
    RETRACT = strawberry.enum_value("retract", description="What was said before never was true.")


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


@strawberry.input
class RecordEnvelope:
    """What is said of a source record of any type beside its attributes."""

    source_system: str = strawberry.field(description="The source system, such as crm.")
    key: str = strawberry.field(description="Its key for the record.")
    kind: SourceRecordKind | None = strawberry.field(
        default=None, description="What the record says. Null: a snapshot."
    )
    valid_from: datetime | None = strawberry.field(
        default=None, description="The instant it speaks of. Null: the instant of receipt."
    )
    valid_to: datetime | None = strawberry.field(
        default=None, description="Where a correction ends. Null: never."
    )
    sequence: Long | None = strawberry.field(
        default=None, description="Orders what one record says of one instant; the highest wins."
    )
    message_id: str | None = strawberry.field(
        default=None, description="By which the source recognises a message it sends again."
    )


@strawberry.input(description="What a source system says about one of its records.")
class SourceRecordInput(RecordEnvelope):
    """What a source system says about one of its records."""

    first_name: str | None = strawberry.field(default=None, description="First name.")
    last_name: str | None = strawberry.field(default=None, description="Last name.")
    email: str | None = strawberry.field(default=None, description="E-mail address.")
    phone: str | None = strawberry.field(default=None, description="Phone number.")
    address: AddressInput | None = strawberry.field(default=None, description="Postal address.")
    birth_date: str | None = strawberry.field(default=None, description="Date of birth, such as 1980-05-17.")


@strawberry.type(description="One thing wrong with an input.")
class Problem:
    """One thing wrong with an input."""

    path: str = strawberry.field(description="Where: a JSON path inside the record.")
    reason: str = strawberry.field(description="Why.")


@strawberry.enum(description="What became of a source record.")
class RecordStatus(enum.Enum):
    """What became of a source record."""

    ACCEPTED = strawberry.enum_value("accepted", description="It is stored.")
    UNCHANGED = strawberry.enum_value("unchanged", description="It was there already, or says nothing new.")
    REJECTED = strawberry.enum_value("rejected", description="Nothing of it is stored; the problems say why.")


@strawberry.type(description="What became of one source record.")
class RecordResult:
    """What became of one source record."""

    index: int = strawberry.field(description="Its place in the list that was sent, from 0.")
    status: RecordStatus = strawberry.field(description="What became of it.")
    customer_id: strawberry.ID | None = strawberry.field(description="The customer it belongs to now.")
    problems: list[Problem] = strawberry.field(description="Why it was rejected.")
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
            index=index,
            status=RecordStatus(outcome.status),
            customer_id=strawberry.ID(str(outcome.golden_id)) if outcome.golden_id else None,
            problems=[Problem(path=found.path, reason=shortened(found.reason)) for found in outcome.problems],
            golden_id=outcome.golden_id,
            at=at,
        )


@strawberry.type(description="What became of a list of source records.")
class RecordCustomersPayload:
    """What became of a list of source records."""

    accepted: int = strawberry.field(description="How many were stored.")
    unchanged: int = strawberry.field(description="How many were there already or said nothing new.")
    rejected: int = strawberry.field(description="How many were refused.")
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
        if not 1 <= len(records) <= MOST_RECORDS:
            raise InvalidInputError.at(
                "$.records", f"must be 1 to {MOST_RECORDS} records, got {len(records)}"
            )
        services = info.context.services
        outcomes = await services.intake.take_in(
            [_plain(record) for record in records], Origin(door="graphql", actor=info.context.actor)
        )
        services.metrics.outcomes(services.metrics.records, (outcome.status for outcome in outcomes))
        at = await services.golden_records.basis(None, None)
        counts = Counter(outcome.status for outcome in outcomes)
        return RecordCustomersPayload(
            accepted=counts["accepted"],
            unchanged=counts["unchanged"],
            rejected=counts["rejected"],
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
    at = await reads.basis(valid_from, None)
    record = (await reads.by_id([golden_id], at)).get(golden_id)
    if record is None:
        raise NotFoundError(f"no customer {golden_id} is known then")
    return Customer.of(record, at)


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
