"""The schema as a whole: every noun's queries and mutations put together."""

from __future__ import annotations

import strawberry
from graphql import build_schema, lexicographic_sort_schema, print_schema
from strawberry.schema.config import StrawberryConfig

from service.schema.annotation_changes import AnnotationMutation
from service.schema.arguments import SCALARS
from service.schema.asset_changes import AssetMutation
from service.schema.assets import AssetQuery
from service.schema.attribute_origin import OriginQuery
from service.schema.changes import ChangeMutation, ChangeQuery
from service.schema.customer_changes import CustomerMutation
from service.schema.customers import CustomerQuery
from service.schema.dead_letters import DeadLetterMutation, DeadLetterQuery
from service.schema.entity_changes import EntityMutation
from service.schema.entity_queries import EntityQuery
from service.schema.entity_types import EntityTypeMutation, EntityTypeQuery
from service.schema.erasure import ErasureMutation, ErasureQuery
from service.schema.events import EventQuery
from service.schema.failures import FailureQuery
from service.schema.gaps import LineageGapQuery
from service.schema.impact import ImpactQuery
from service.schema.known_assets import Column, KnownAssetQuery, LakeFile
from service.schema.lineage import LineageQuery
from service.schema.lineage_difference import LineageDifferenceQuery
from service.schema.lineage_ways import LineageWaysQuery
from service.schema.pipeline_runs import PipelineRunMutation, PipelineRunQuery
from service.schema.policies import PolicyMutation, PolicyQuery
from service.schema.quality import QualityQuery
from service.schema.root_causes import RootCauseQuery
from service.schema.run_queries import RunQuery
from service.schema.search import SearchQuery
from service.schema.stewardship import StewardshipQuery
from service.schema.stewardship_changes import StewardshipMutation
from service.schema.stream_letters import StreamLetterMutation, StreamLetterQuery
from service.schema.subscriptions import Subscription
from service.schema.survivorship import SurvivorshipMutation, SurvivorshipQuery
from service.schema.threads import TraceQuery


@strawberry.type(description="What can be asked.")
class Query(
    CustomerQuery,
    EntityQuery,
    EntityTypeQuery,
    QualityQuery,
    AssetQuery,
    KnownAssetQuery,
    FailureQuery,
    LineageGapQuery,
    LineageQuery,
    LineageWaysQuery,
    LineageDifferenceQuery,
    ImpactQuery,
    OriginQuery,
    RootCauseQuery,
    RunQuery,
    PipelineRunQuery,
    EventQuery,
    DeadLetterQuery,
    StreamLetterQuery,
    ChangeQuery,
    ErasureQuery,
    StewardshipQuery,
    PolicyQuery,
    SurvivorshipQuery,
    TraceQuery,
    SearchQuery,
):
    """What can be asked."""


@strawberry.type(description="What can be changed.")
class Mutation(
    CustomerMutation,
    EntityMutation,
    EntityTypeMutation,
    AssetMutation,
    PipelineRunMutation,
    AnnotationMutation,
    ChangeMutation,
    DeadLetterMutation,
    StreamLetterMutation,
    ErasureMutation,
    StewardshipMutation,
    PolicyMutation,
    SurvivorshipMutation,
):
    """What can be changed."""


schema = strawberry.Schema(
    query=Query,
    mutation=Mutation,
    subscription=Subscription,
    types=(Column, LakeFile),
    config=StrawberryConfig(scalar_map=SCALARS),
)
"""The schema that /graphql answers; built once."""


def sdl() -> str:
    """Return the schema in the definition language, sorted: what `schema.graphql` holds."""
    # Sorted as text: a sorted strawberry schema no longer knows the Python enums behind its own.
    return print_schema(lexicographic_sort_schema(build_schema(schema.as_str()))) + "\n"
