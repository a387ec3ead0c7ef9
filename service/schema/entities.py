"""Golden records of any type in GraphQL, and the typed views of those that ship; all made by one mechanism."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Annotated, Any
from uuid import UUID

import strawberry

from graph.golden.entity_type import CUSTOMER, Attribute, EntityType
from graph.spelling import camel
from graph.store import golden_records as store
from service.context import Info
from service.golden_record_json import sources
from service.schema.customers import Address
from service.schema.golden_records import Shown
from service.schema.provenance import Provenance
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

_SCALARS: dict[str, tuple[type[Any], Callable[[str], Any]]] = {
    "date": (date, date.fromisoformat),
    "birth_date": (date, date.fromisoformat),
    "number": (Decimal, Decimal),
}
"""The GraphQL scalar of the kinds that are not shown as text."""


@strawberry.type(description="One attribute of a golden record, with its value and where that comes from.")
class AttributeValue:
    """One attribute of a golden record."""

    name: str = strawberry.field(description="The attribute, in camelCase.")
    value: str | None = strawberry.field(
        description="Its value in canonical form, such as 2025-01-31, +4922112345678 or 1234.5. Null: not known."
    )
    kind: str = strawberry.field(description="What kind of value it is; see entityTypes.")
    group: str = strawberry.field(description="The attributes that survive together with it.")
    rule: str | None = strawberry.field(
        description="The survivorship rule that decided for its group. Null: nothing had to be decided."
    )
    other_values: list[str] = strawberry.field(
        description="What other sources say, where the type keeps the values of all."
    )
    event_id: strawberry.Private[UUID | None]

    @strawberry.field(description="The source event that gave the value. Null where there is no value.")
    async def provenance(self, info: Info) -> Provenance | None:
        """Return where the value comes from."""
        if self.event_id is None:
            return None
        event = await info.context.loaders.events_by_id().load(self.event_id)
        return Provenance.of(self.name, event) if event else None


def attribute_values(version: store.Version, entity_type: EntityType) -> list[AttributeValue]:
    """Return every attribute of an entity type with what a version knows of it."""
    given = dict(sources(version))
    rules, kept = version.provenance.get("rules") or {}, version.provenance.get("all") or {}
    return [
        AttributeValue(
            name=camel(name),
            value=(value := version.attributes.get(name)),
            kind=attribute.kind,
            group=attribute.group,
            rule=rules.get(attribute.group) if value is not None else None,
            other_values=[other for other in kept.get(name, ()) if other is not None and other != value],
            event_id=given.get(name) if value is not None else None,
        )
        for name, attribute in entity_type.by_name.items()
    ]


@strawberry.type
class _Attributes:
    """The attributes of a version or a record, as a list and by name."""

    is_deleted: bool = strawberry.field(description="Whether it was deleted; the attributes are its last.")
    shown: strawberry.Private[store.Version]
    entity_type_now: strawberry.Private[EntityType]

    @strawberry.field(description="Every attribute of its type, in order.")
    def attributes(self) -> list[AttributeValue]:
        """Return every attribute."""
        return attribute_values(self.shown, self.entity_type_now)

    @strawberry.field(
        description="One attribute by its name, vatId and vat_id alike. Null: its type has none such."
    )
    def attribute(
        self, name: Annotated[str, strawberry.argument(description="The name of the attribute.")]
    ) -> AttributeValue | None:
        """Return one attribute by its name in either spelling."""
        found = attribute_values(self.shown, self.entity_type_now)
        return next(
            (one for one in found if name in (one.name, _snake_of(one.name, self.entity_type_now))), None
        )


@dataclass(frozen=True)
class Views:
    """The GraphQL types of one entity type, or of any: its record, and for a type as it is now what makes one."""

    record: type[Any]
    shown: Callable[[EntityType], Shown[Any]]


def views(name: str, entity_type: EntityType | None, noun: str) -> Views:
    """Return the types `<name>`, `<name>Version` and `<name>Belief`, with a field of its own for each attribute.

    Without an entity type they have none but the general ones.
    """
    fields = _typed_fields(name, entity_type) if entity_type is not None else {}
    version = _version_type(name, noun, fields)
    belief = _belief_type(name, noun, version)
    record = _record_type(name, noun, fields, version, belief)

    def shown(kind: EntityType) -> Shown[Any]:
        return lambda found, at: record(
            is_deleted=found.version.is_deleted,
            shown=found.version,
            entity_type_now=kind,
            **record_fields(found, at, kind.name),
        )

    return Views(record, shown)


def _version_type(name: str, noun: str, fields: dict[str, Any]) -> type[Any]:
    made = type(f"{name}Version", (_Attributes, VersionFields), dict(fields))
    return strawberry.type(made, description=f"What is believed of {noun} over a period of valid time.")


def _belief_type(name: str, noun: str, version: type[Any]) -> type[Any]:
    body = {
        "__annotations__": {"version": version | None},
        "version": strawberry.field(description="What was believed. Null: that it did not exist."),
    }
    described = f"What was held to be true of {noun} at one valid instant, over a period of system time."
    return strawberry.type(type(f"{name}Belief", (BeliefFields,), body), description=described)


def _record_type(
    name: str, noun: str, fields: dict[str, Any], version: type[Any], belief: type[Any]
) -> type[Any]:
    def shown(stored: store.Version, kind: EntityType) -> Any:
        own = version_fields(stored)
        return version(is_deleted=stored.is_deleted, shown=stored, entity_type_now=kind, **own)

    async def held(self: Any, info: Info) -> Any:
        return shown(await self.held(info), self.entity_type_now)

    async def timeline(self: Any, info: Info) -> Any:
        return [shown(stored, self.entity_type_now) for stored in await self.versions(info)]

    def told(self: Any, one: store.Belief) -> Any:
        version_then = shown(one.version, self.entity_type_now) if one.version else None
        return belief(**belief_fields(one), version=version_then)

    async def beliefs(self: Any, info: Info, at: BeliefArgument = None) -> Any:
        return [told(self, one) for one in await self.believed(info, at)]

    async def superseded(self: Any, info: Info, first: GivenUpArgument = 100) -> Any:
        return [told(self, one) for one in await self.given_up(info, first)]

    def type_name(self: Any) -> str:
        return self.type_name

    body = fields | {
        "entity_type": _field(type_name, str, "The name of its entity type."),
        "version": _field(held, version, "The version that holds at the basis."),
        "timeline": _field(
            timeline, list[version], "Every version along valid time, as believed at the basis."
        ),
        "beliefs": _field(
            beliefs,
            list[belief],
            "What was successively believed about one valid instant, oldest belief first.",
        ),
        "superseded_beliefs": _field(superseded, list[belief], SUPERSEDED),
    }
    made = type(name, (_Attributes, RecordFields), body)
    return strawberry.type(made, description=f"The golden record of {noun} at the instants of its basis.")


def _typed_fields(name: str, entity_type: EntityType) -> dict[str, Any]:
    """Return a field for each attribute, and one for each object that holds several."""
    inside = {part for parts in entity_type.nested.values() for part in parts}
    fields = {
        attribute.name: _attribute_field(attribute, lambda record: record.shown.attributes)
        for attribute in entity_type.attributes
        if attribute.name not in inside
    }
    for whole, parts in entity_type.nested.items():
        fields[whole] = _nested_field(name, whole, parts, entity_type)
    return fields


def _attribute_field(attribute: Attribute, held: Callable[[Any], dict[str, Any]]) -> Any:
    scalar, read = _SCALARS.get(attribute.kind, (str, str))

    def value(self: Any) -> Any:
        text = held(self).get(attribute.name)
        return None if text is None else read(text)

    return _field(value, scalar | None, attribute.description or f"Its {attribute.name.replace('_', ' ')}.")


def _nested_field(name: str, whole: str, parts: tuple[str, ...], entity_type: EntityType) -> Any:
    if parts == CUSTOMER.nested.get(whole):
        return _field(_address, Address | None, "Postal address.")
    body = {part: _attribute_field(entity_type.by_name[part], lambda record: record.held) for part in parts}
    body["__annotations__"] = {"held": strawberry.Private[dict[str, Any]]}
    made = type(f"{name}{whole.title().replace('_', '')}", (), body)
    nested = strawberry.type(
        made, description=f"The {whole.replace('_', ' ')}; its parts are known together."
    )

    def value(self: Any) -> Any:
        attributes = self.shown.attributes
        return nested(held=attributes) if any(attributes.get(part) for part in parts) else None

    return _field(value, nested | None, f"The {whole.replace('_', ' ')}.")


def _address(self: Any) -> Address | None:
    return Address.of(self.shown.attributes)


def _field(resolver: Callable[..., Any], answer: Any, description: str) -> Any:
    resolver.__annotations__ = {
        name: hint for name, hint in resolver.__annotations__.items() if name != "self"
    } | {"return": answer}
    return strawberry.field(resolver=resolver, description=description)


def _snake_of(shown: str, entity_type: EntityType) -> str:
    return next((name for name in entity_type.by_name if camel(name) == shown), shown)
