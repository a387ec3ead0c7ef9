"""Customers in GraphQL: at an instant on both axes, as timelines, beliefs and history, with their provenance."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry
from strawberry.scalars import JSON

from graph.errors import InvalidInputError
from graph.golden.entity_type import CUSTOMER
from graph.identity import SourceKey as Key
from graph.store import golden_records as store
from graph.store.threads import Thread
from graph.time import AsOf
from service.context import Info
from service.golden_record_json import attributes_json
from service.schema.arguments import (
    AfterArgument,
    AsOfArgument,
    Connection,
    FirstArgument,
    KnownAtArgument,
    search_text,
    uuid_of,
)
from service.schema.carriers import WarehouseLoad
from service.schema.golden_records import SearchArgument, SourceKeyArgument, one, page
from service.schema.provenance import SourceKeyInput, source_key_of
from service.schema.threads import LakeFilePlace, TopicMessage
from service.schema.versions import (
    SUPERSEDED,
    BeliefArgument,
    BeliefFields,
    GivenUpArgument,
    RecordFields,
    VersionFields,
    belief_fields,
    record_fields,
    version_fields,
)


@strawberry.type(description="A postal address; its parts always come from one source.")
class Address:
    """A postal address."""

    street: str | None = strawberry.field(description="Street and number.")
    postal_code: str | None = strawberry.field(description="Postal code.")
    city: str | None = strawberry.field(description="City.")
    country: str | None = strawberry.field(description="Country.")

    @classmethod
    def of(cls, attributes: dict[str, Any]) -> Address | None:
        """Return the address among a customer's attributes, or None where no part of it is known."""
        parts = {name: attributes.get(name) for name in CUSTOMER.nested["address"]}
        return cls(**parts) if any(parts.values()) else None


@strawberry.type
class CustomerAttributes:
    """What is known of a customer, shared by the customer at an instant and its versions."""

    is_deleted: bool = strawberry.field(
        description="Whether the customer was deleted; the attributes are its last."
    )
    first_name: str | None = strawberry.field(description="First name.")
    last_name: str | None = strawberry.field(description="Last name.")
    email: str | None = strawberry.field(description="E-mail address.")
    phone: str | None = strawberry.field(description="Phone number, E.164 where it could be read.")
    address: Address | None = strawberry.field(description="Postal address.")
    birth_date: date | None = strawberry.field(description="Date of birth.")


def _attributes(version: store.Version) -> dict[str, Any]:
    held = version.attributes
    born = held.get("birth_date")
    return {
        "is_deleted": version.is_deleted,
        "first_name": held.get("first_name"),
        "last_name": held.get("last_name"),
        "email": held.get("email"),
        "phone": held.get("phone"),
        "address": Address.of(held),
        "birth_date": date.fromisoformat(born) if born else None,
    }


@strawberry.type(description="What is believed of a customer over a period of valid time.")
class CustomerVersion(CustomerAttributes, VersionFields):
    """What is believed of a customer over a period of valid time."""

    golden_id: strawberry.Private[UUID]

    @strawberry.field(description="The number of the version, counted from 1; the same as `number`.")
    def version(self) -> int:
        """Return the number of the version."""
        return self.number

    @strawberry.field(
        description="The message of the topic of golden records that first told of it. Null: none has."
    )
    async def message(self, info: Info) -> TopicMessage | None:
        """Return the message that first told of the version."""
        thread = await self._thread(info)
        return None if thread is None else TopicMessage.of(thread.message)

    @strawberry.field(
        description="The file of the lake that holds it, by message or without. Null: none does."
    )
    async def file(self, info: Info) -> LakeFilePlace | None:
        """Return the file that holds the version."""
        thread = await self._thread(info)
        if thread is not None:
            return None if thread.place is None else LakeFilePlace.of(thread.place)
        carrier = await self.carrier(info)
        return None if carrier is None else LakeFilePlace.of_carrier(carrier)

    @strawberry.field(description="The load that brought it into the warehouse. Null: none did yet.")
    async def load(self, info: Info) -> WarehouseLoad | None:
        """Return the load that brought the version into the warehouse."""
        thread = await self._thread(info)
        if thread is not None:
            load = None if thread.place is None else thread.place.load
        else:
            carrier = await self.carrier(info)
            load = None if carrier is None else carrier.load
        return None if load is None else WarehouseLoad.of(load)

    async def _thread(self, info: Info) -> Thread | None:
        since = self.stored.system_from
        if since is None:
            return None
        key = (self.golden_id, since, self.stored.period.start)
        return await info.context.loaders.threads_by_version().load(key)

    @classmethod
    def of(cls, golden_id: UUID, version: store.Version) -> CustomerVersion:
        """Return the version as GraphQL shows it."""
        return cls(golden_id=golden_id, **version_fields(version), **_attributes(version))


@strawberry.type(description="A version in the shape of a slowly changing dimension of type 2.")
class CustomerHistoryRow:
    """A row of the SCD2 shape, as the view customers_history has it."""

    customer_id: strawberry.ID = strawberry.field(description="The id of the customer.")
    version: int = strawberry.field(description="The number of the version.")
    attributes: JSON = strawberry.field(description="All attributes as one object.")
    is_current: bool = strawberry.field(description="Whether it holds at the basis of the answer.")
    is_deleted: bool = strawberry.field(description="Whether the customer is deleted over this period.")
    source_system: str | None = strawberry.field(
        description="The source systems it comes from, separated by commas."
    )
    valid_from: datetime = strawberry.field(description="From when on it holds.")
    valid_to: datetime | None = strawberry.field(
        description="Until when, this instant excluded. Null: further notice."
    )

    @classmethod
    def of(cls, golden_id: UUID, version: store.Version, at: AsOf) -> CustomerHistoryRow:
        """Return the row of a version."""
        return cls(
            customer_id=strawberry.ID(str(golden_id)),
            version=version.number,
            attributes=JSON(attributes_json(version.attributes)),
            is_current=not version.is_deleted and version.period.holds_at(at.valid),
            is_deleted=version.is_deleted,
            source_system=version.provenance.get("systems"),
            valid_from=version.period.start,
            valid_to=version.period.end,
        )


@strawberry.type(description="What was held to be true of one valid instant, over a period of system time.")
class CustomerBelief(BeliefFields):
    """What was held to be true of one valid instant, over a period of system time."""

    version: CustomerVersion | None = strawberry.field(
        description="What was believed. Null: that it did not exist."
    )

    @classmethod
    def of(cls, golden_id: UUID, belief: store.Belief) -> CustomerBelief:
        """Return the belief as GraphQL shows it."""
        version = CustomerVersion.of(golden_id, belief.version) if belief.version else None
        return cls(**belief_fields(belief), version=version)


@strawberry.type(description="The golden record of a customer at the instants of its basis.")
class Customer(CustomerAttributes, RecordFields):
    """The golden record of a customer at the instants of its basis."""

    @strawberry.field(description="The version that holds at the basis.")
    async def version(self, info: Info) -> CustomerVersion:
        """Return the version that holds at the basis, with its number and whole period."""
        return CustomerVersion.of(self.record.id, await self.held(info))

    @strawberry.field(description="Every version along valid time, as believed at the basis.")
    async def timeline(self, info: Info) -> list[CustomerVersion]:
        """Return every version along valid time, as believed at the basis."""
        return [CustomerVersion.of(self.record.id, version) for version in await self.versions(info)]

    @strawberry.field(description="The timeline in the shape of a slowly changing dimension of type 2.")
    async def history(self, info: Info) -> list[CustomerHistoryRow]:
        """Return the timeline in the shape of a slowly changing dimension of type 2."""
        return [
            CustomerHistoryRow.of(self.record.id, version, self.at) for version in await self.versions(info)
        ]

    @strawberry.field(
        description="What was successively believed about one valid instant, oldest belief first."
    )
    async def beliefs(self, info: Info, at: BeliefArgument = None) -> list[CustomerBelief]:
        """Return what was successively believed about one valid instant, up to the basis."""
        return [CustomerBelief.of(self.record.id, belief) for belief in await self.believed(info, at)]

    @strawberry.field(description=SUPERSEDED)
    async def superseded_beliefs(self, info: Info, first: GivenUpArgument = 100) -> list[CustomerBelief]:
        """Return what was believed and was corrected, up to the basis."""
        return [CustomerBelief.of(self.record.id, belief) for belief in await self.given_up(info, first)]

    @classmethod
    def of(cls, record: store.GoldenRecord, at: AsOf) -> Customer:
        """Return the customer as GraphQL shows it."""
        return cls(**record_fields(record, at, CUSTOMER.name), **_attributes(record.version))


@strawberry.type
class CustomerQuery:
    """What can be asked about golden records."""

    @strawberry.field(
        description="One customer, by exactly one of id, sourceKey and email. Null: none is known then."
    )
    async def customer(
        self,
        info: Info,
        id: Annotated[
            strawberry.ID | None,
            strawberry.argument(
                description="The id; that of a customer merged into another leads to the other."
            ),
        ] = None,
        source_key: SourceKeyArgument = None,
        email: Annotated[
            str | None,
            strawberry.argument(description="Its e-mail address at that instant, in any spelling."),
        ] = None,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> Customer | None:
        """Return one customer at the instants, or None."""
        key = _key(id, source_key, email)
        return await one(info.context.services.golden_records, Customer.of, key, (as_of, known_at))

    @strawberry.field(description="The customers present at an instant, in the order of their ids.")
    async def customers(
        self,
        info: Info,
        search: SearchArgument = None,
        first: FirstArgument = 20,
        after: AfterArgument = None,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> Connection[Customer]:
        """Return a page of customers; with `after`, at the basis of the page before."""
        reads = info.context.services.golden_records
        return await page(reads, Customer.of, search, first, after, (as_of, known_at))


def _key(id: str | None, source_key: SourceKeyInput | None, email: str | None) -> UUID | Key | str:
    if sum(given is not None for given in (id, source_key, email)) != 1:
        raise InvalidInputError.at("$", "needs exactly one of id, sourceKey and email")
    if id is not None:
        return uuid_of(id)
    return source_key_of(source_key) if source_key is not None else search_text(email, "$.email") or ""
