"""Policies in GraphQL: as they are, what another one would change, and how it is put in force."""

from __future__ import annotations

import enum
from datetime import datetime
from typing import Annotated, cast

import strawberry
from strawberry.scalars import JSON

from graph.golden.policy_document import document_of_match_policy, document_of_survivorship
from graph.store.policies import Part, PolicyVersion
from service import policies
from service.context import Info
from service.schema.arguments import FirstArgument, KnownAtArgument, page_size, search_text
from service.schema.policy_previews import PolicyPreview

TypeArgument = Annotated[str, strawberry.argument(description="The name of the entity type, e.g. customer.")]
NoteArgument = Annotated[
    str | None, strawberry.argument(description="Why, in words; kept with what is said.")
]
MatchingArgument = Annotated[
    JSON | None, strawberry.argument(description="The matching as it would be. Null: as it is.")
]
SurvivorshipArgument = Annotated[
    JSON | None, strawberry.argument(description="The survivorship as it would be. Null: as it is.")
]


@strawberry.enum(description="What is decided of an entity type, each part with versions of its own.")
class PolicyPart(enum.Enum):
    """A part of what is decided of an entity type."""

    MATCHING = strawberry.enum_value("matching", description="How its records find each other.")
    SURVIVORSHIP = strawberry.enum_value("survivorship", description="Which source wins.")
    MODEL = strawberry.enum_value("model", description="The weights of likeness.")
    DEFINITION = strawberry.enum_value("definition", description="What it is made of.")


@strawberry.type(name="PolicyVersion", description="That somebody put a version of a policy.")
class PolicyVersionNode:
    """That somebody put a version of a policy, and how far it is carried out."""

    part: PolicyPart = strawberry.field(description="Which part.")
    version: int = strawberry.field(description="Its number, from 1.")
    system_from: datetime = strawberry.field(description="Since when it counts, in system time.")
    actor: str = strawberry.field(description="Who put it.")
    note: str | None = strawberry.field(description="Why.")
    done: int | None = strawberry.field(
        description="How many records, or golden records, were worked out anew by it so far. Null: none need be."
    )
    total: int | None = strawberry.field(description="Of how many. Null: not begun.")
    finished_at: datetime | None = strawberry.field(
        description="When everything was worked out anew by it. Null: not yet, or it need not be."
    )

    @classmethod
    def of(cls, version: PolicyVersion, policy: policies.Policy) -> PolicyVersionNode:
        """Return the version as GraphQL shows it."""
        run = policy.runs.get((version.part, version.version))
        return cls(
            part=PolicyPart(version.part),
            version=version.version,
            system_from=version.system_from,
            actor=version.actor,
            note=version.note,
            done=run.done if run else None,
            total=run.total if run else None,
            finished_at=run.finished_at if run else None,
        )


@strawberry.type(description="The policies of an entity type, as known at an instant of system time.")
class Policy:
    """The policies of an entity type, as known at an instant of system time."""

    entity_type: str = strawberry.field(description="The name of the entity type.")
    known_at: datetime = strawberry.field(description="The instant of system time of the answer.")
    policy_version: str = strawberry.field(
        description="The newest version of each part, e.g. matching 3, survivorship 1."
    )
    matching: JSON = strawberry.field(description="How its records find each other, all of it.")
    survivorship: JSON = strawberry.field(description="Which source wins, all of it.")
    model_version: int = strawberry.field(
        description="The version of the match model. 0: guessed, none fits the matching."
    )
    versions: list[PolicyVersionNode] = strawberry.field(
        description="Every version ever put, the newest first."
    )

    @classmethod
    def of(cls, policy: policies.Policy) -> Policy:
        """Return the policies as GraphQL shows them."""
        return cls(
            entity_type=policy.entity_type.name,
            known_at=policy.known_at,
            policy_version=policy.entity_type.policy_version,
            matching=JSON(document_of_match_policy(policy.entity_type.matching)),
            survivorship=JSON(document_of_survivorship(policy.entity_type.survivorship)),
            model_version=policy.model.version,
            versions=[PolicyVersionNode.of(version, policy) for version in policy.versions],
        )


@strawberry.type
class PolicyQuery:
    """What can be asked about policies."""

    @strawberry.field(
        description="The policies of an entity type: how records are matched and which source wins."
    )
    async def policy(
        self, info: Info, entity_type: TypeArgument = "customer", known_at: KnownAtArgument = None
    ) -> Policy:
        """Return the policies of an entity type."""
        return Policy.of(await info.context.services.policies.of(entity_type, known_at))

    @strawberry.field(
        description="What another matching or survivorship would change, worked out on all stored history; nothing is written."
    )
    async def policy_preview(
        self,
        info: Info,
        entity_type: TypeArgument = "customer",
        matching: MatchingArgument = None,
        survivorship: SurvivorshipArgument = None,
        first: FirstArgument = 20,
    ) -> PolicyPreview:
        """Return what a changed policy would change."""
        documents: dict[Part, object] = {}
        if matching is not None:
            documents["matching"] = matching
        if survivorship is not None:
            documents["survivorship"] = survivorship
        found = await info.context.services.policies.preview(entity_type, documents, page_size(first))
        return PolicyPreview.of(found)


@strawberry.type
class PolicyMutation:
    """What can be changed about policies."""

    @strawberry.mutation(
        description="Put a policy in force. What was believed before stays as it was; golden records are worked out anew from"
        " now on, see versions for how far that has come."
    )
    async def apply_policy(
        self,
        info: Info,
        part: Annotated[PolicyPart, strawberry.argument(description="Which part it is.")],
        document: Annotated[JSON, strawberry.argument(description="The document, all of it.")],
        entity_type: TypeArgument = "customer",
        note: NoteArgument = None,
    ) -> Policy:
        """Put a policy in force and return what holds now."""
        context = info.context
        kind = cast("Part", part.value)
        applied = await context.services.policies.apply(
            entity_type, kind, document, context.actor, search_text(note, "$.note")
        )
        return Policy.of(applied)
