"""What can be asked about golden records of any type, and of the types that ship."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any
from uuid import UUID

import strawberry

from graph.errors import InvalidInputError
from graph.golden.entity_type import ORGANIZATION, PRODUCT, SUPPLIER, EntityType
from graph.identity import SourceKey as Key
from service.context import Info
from service.schema.arguments import (
    AfterArgument,
    AsOfArgument,
    Connection,
    FirstArgument,
    KnownAtArgument,
    uuid_of,
)
from service.schema.entities import Views, views
from service.schema.golden_records import Instants, SearchArgument, SourceKeyArgument, one, page
from service.schema.provenance import SourceKeyInput, source_key_of
from service.schema.quality import EntityTypeArgument

GOLDEN_RECORD = views("GoldenRecord", None, "an entity of any type")
"""The types that show golden records of any type."""

IdArgument = Annotated[
    strawberry.ID | None,
    strawberry.argument(description="The id; that of a record merged into another leads to the other."),
]


async def _one(
    info: Info,
    types: Views,
    entity_type: str,
    key: UUID | Key,
    as_of: datetime | None,
    known_at: datetime | None,
) -> Any:
    """Return one golden record at the instants, or None."""
    entity = await info.context.entity(entity_type)
    return await one(entity.golden_records, types.shown(entity.type), key, (as_of, known_at))


async def _page(
    info: Info,
    types: Views,
    entity_type: str,
    search: str | None,
    first: int,
    after: str | None,
    instants: Instants,
) -> Any:
    """Return a page of golden records; with `after`, at the basis of the page before."""
    entity = await info.context.entity(entity_type)
    return await page(entity.golden_records, types.shown(entity.type), search, first, after, instants)


def _key(id: str | None, source_key: SourceKeyInput | None) -> UUID | Key:
    if (id is None) == (source_key is None):
        raise InvalidInputError.at("$", "needs exactly one of id and sourceKey")
    return uuid_of(id) if id is not None else source_key_of(source_key)  # pyright: ignore[reportArgumentType]


def _queries(types: Views, entity_type: EntityType, name: str, names: str) -> dict[str, Any]:
    """Return the two fields by which golden records of a type that ships are asked for."""
    kind = entity_type.name

    async def single(
        info: Info,
        id: IdArgument = None,
        source_key: SourceKeyArgument = None,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> Any:
        return await _one(info, types, kind, _key(id, source_key), as_of, known_at)

    async def plural(
        info: Info,
        search: SearchArgument = None,
        first: FirstArgument = 20,
        after: AfterArgument = None,
        as_of: AsOfArgument = None,
        known_at: KnownAtArgument = None,
    ) -> Any:
        return await _page(info, types, kind, search, first, after, (as_of, known_at))

    single.__annotations__["return"] = types.record | None
    plural.__annotations__["return"] = Connection[types.record]  # pyright: ignore[reportInvalidTypeArguments]
    return {
        name: strawberry.field(
            resolver=single,
            description=f"One {kind}, by exactly one of id and sourceKey. Null: none is known then.",
        ),
        names: strawberry.field(
            resolver=plural, description=f"The {names} present at an instant, in the order of their ids."
        ),
    }


async def _golden_record(
    info: Info,
    entity_type: EntityTypeArgument,
    id: Annotated[
        strawberry.ID,
        strawberry.argument(description="The id; that of a record merged into another leads to the other."),
    ],
    as_of: AsOfArgument = None,
    known_at: KnownAtArgument = None,
) -> Any:
    return await _one(info, GOLDEN_RECORD, entity_type, uuid_of(id), as_of, known_at)


async def _golden_record_by_source_key(
    info: Info,
    entity_type: EntityTypeArgument,
    system: Annotated[str, strawberry.argument(description="The source system.")],
    key: Annotated[str, strawberry.argument(description="Its key for the record.")],
    as_of: AsOfArgument = None,
    known_at: KnownAtArgument = None,
) -> Any:
    wanted = source_key_of(SourceKeyInput(system=system, key=key))
    return await _one(info, GOLDEN_RECORD, entity_type, wanted, as_of, known_at)


async def _golden_records(
    info: Info,
    entity_type: EntityTypeArgument,
    search: SearchArgument = None,
    first: FirstArgument = 20,
    after: AfterArgument = None,
    as_of: AsOfArgument = None,
    known_at: KnownAtArgument = None,
) -> Any:
    return await _page(info, GOLDEN_RECORD, entity_type, search, first, after, (as_of, known_at))


for _resolver in (_golden_record, _golden_record_by_source_key):
    _resolver.__annotations__["return"] = GOLDEN_RECORD.record | None
_golden_records.__annotations__["return"] = Connection[GOLDEN_RECORD.record]  # pyright: ignore[reportInvalidTypeArguments]

_fields = {
    "golden_record": strawberry.field(
        resolver=_golden_record, description="One golden record of any type. Null: none is known then."
    ),
    "golden_record_by_source_key": strawberry.field(
        resolver=_golden_record_by_source_key,
        description="The golden record that a source record belongs to. Null: none is known then.",
    ),
    "golden_records": strawberry.field(
        resolver=_golden_records,
        description="The golden records of a type present at an instant, in the order of their ids.",
    ),
    **_queries(views("Product", PRODUCT, "a product"), PRODUCT, "product", "products"),
    **_queries(views("Supplier", SUPPLIER, "a supplier"), SUPPLIER, "supplier", "suppliers"),
    **_queries(
        views("Organization", ORGANIZATION, "an organization"), ORGANIZATION, "organization", "organizations"
    ),
}

EntityQuery: Any = strawberry.type(type("EntityQuery", (), _fields))
"""What can be asked about golden records of any type."""
