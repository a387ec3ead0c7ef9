"""Root causes in GraphQL: what happened upstream of a run before it failed, the most suspicious first."""

from __future__ import annotations

from datetime import datetime
from enum import Enum
from typing import Annotated

import strawberry

from graph.errors import NotFoundError
from lineage import root_causes, store
from lineage.suspicion import Suspect
from service.context import Info
from service.schema.arguments import LARGEST_PAGE, Basis, KnownAtArgument, page_size, uuid_of
from service.schema.datasets import SchemaChange
from service.schema.lineage_shapes import LineageReference
from service.schema.runs import Run
from service.schema.series import QualityAssertion


@strawberry.enum(description="What happened to a dataset or job upstream.")
class SuspectKind(Enum):
    """What happened to a dataset or job upstream."""

    FAILED_RUN = strawberry.enum_value(
        "failed_run", description="A run of the job failed or was aborted; the last that did."
    )
    SCHEMA_CHANGE = strawberry.enum_value(
        "schema_change", description="The columns of the dataset were changed."
    )
    FAILED_CHECK = strawberry.enum_value(
        "failed_check",
        description="A test of the data of the dataset failed; the last that did. Looked at for the"
        f" {root_causes.MOST_CHECKED} nearest datasets.",
    )
    SQL_CHANGE = strawberry.enum_value(
        "sql_change",
        description="The SQL of the job, or of a part of it, was changed; of the failed one's too.",
    )


@strawberry.type(description="Something that happened upstream before a run failed.")
class LineageSuspect:
    """Something that happened upstream before a run failed."""

    kind: SuspectKind = strawberry.field(description="What happened.")
    node: LineageReference = strawberry.field(description="To which dataset or job.")
    distance: int = strawberry.field(description="Hops upstream of the job of the run that failed.")
    at: datetime = strawberry.field(description="When it happened.")
    score: float = strawberry.field(
        description="How suspicious it is, from 1 to 0: less with distance and time, and by what speaks against it."
    )
    reason: str = strawberry.field(description="Why it is suspected, in words.")
    has_recovered: bool = strawberry.field(
        description="Whether the job, or the checks of the dataset, have gone well since, before the failure."
    )
    was_survived: bool = strawberry.field(
        description="Whether the job of the failed run itself went well after it."
    )
    run: Run | None = strawberry.field(
        description="The run upstream that did not go well, or that told of the check."
    )
    schema_changes: list[SchemaChange] = strawberry.field(
        description="How the columns of the dataset changed."
    )
    failed_checks: list[QualityAssertion] = strawberry.field(description="The tests of the data that failed.")

    @classmethod
    def of(cls, one: Suspect, found: root_causes.RootCauses) -> LineageSuspect:
        """Return the suspect as GraphQL shows it."""
        run = found.runs.get(one.run_id) if one.run_id else None
        return cls(
            kind=SuspectKind(one.kind),
            node=LineageReference.of_node(found.nodes[one.node]),
            distance=one.distance,
            at=one.at,
            score=one.score,
            reason=root_causes.reason(one, found),
            has_recovered=one.has_recovered,
            was_survived=one.was_survived,
            run=Run.of(run, None) if run else None,
            schema_changes=[SchemaChange.of(change) for change in one.changes],
            failed_checks=[QualityAssertion.of(check) for check in one.checks],
        )


@strawberry.type(description="What may have made a run fail.")
class RootCauses:
    """What may have made a run fail."""

    basis: Basis = strawberry.field(description="The instants lineage was looked at: the end of the run.")
    run: Run = strawberry.field(description="The run that failed.")
    since: datetime = strawberry.field(description="From when on it was looked for causes.")
    last_success_at: datetime | None = strawberry.field(
        description="When the job last went well before. Null: not in that time."
    )
    suspects: list[LineageSuspect] = strawberry.field(
        description="What is suspected, the most suspicious first."
    )
    suspect_count: int = strawberry.field(description="How many suspects there are.")
    examined_count: int = strawberry.field(description="How many datasets and jobs upstream were looked at.")
    truncated: bool = strawberry.field(
        description="Whether there are more nodes upstream within the depth than an answer may hold."
    )
    beyond: int = strawberry.field(description="How many nodes lie directly behind those within the depth.")

    @classmethod
    def of(cls, found: root_causes.RootCauses, first: int) -> RootCauses:
        """Return the causes as GraphQL shows them."""
        return cls(
            basis=Basis.of(found.basis),
            run=Run.of(found.run, None),
            since=found.since,
            last_success_at=found.last_success,
            suspects=[LineageSuspect.of(one, found) for one in found.suspects[:first]],
            suspect_count=len(found.suspects),
            examined_count=found.examined,
            truncated=found.truncated,
            beyond=found.beyond,
        )


@strawberry.type
class RootCauseQuery:
    """What can be asked about causes."""

    @strawberry.field(
        description="What happened upstream of a run before it failed: failed runs, failed checks of data, changed schemas"
        " and changed SQL, the most suspicious first. Null: the run is not known."
    )
    async def root_causes(
        self,
        info: Info,
        run: Annotated[strawberry.ID, strawberry.argument(description="The id of a run that failed.")],
        depth: Annotated[
            int, strawberry.argument(description=f"How many hops upstream to look, 1 to {store.DEEPEST}.")
        ] = 10,
        hours: Annotated[
            int,
            strawberry.argument(
                description=f"How many hours before its end to look at, 1 to {root_causes.LONGEST_LOOK}."
            ),
        ] = 168,
        first: Annotated[
            int, strawberry.argument(description=f"How many suspects to return, 1 to {LARGEST_PAGE}.")
        ] = 20,
        known_at: KnownAtArgument = None,
    ) -> RootCauses | None:
        """Return what may have made a run fail, or None."""
        size, key = page_size(first), uuid_of(run, "$.run")
        causes = info.context.services.answers.investigations
        try:
            return RootCauses.of(await causes.root_causes(key, depth, hours, known_at), size)
        except NotFoundError:
            return None
