"""The schema as a whole: every noun's queries and mutations put together."""

from __future__ import annotations

import strawberry
from graphql import build_schema, lexicographic_sort_schema, print_schema
from strawberry.schema.config import StrawberryConfig

from service.schema.arguments import SCALARS
from service.schema.asset_changes import AssetMutation
from service.schema.assets import AssetQuery
from service.schema.customer_changes import GoldenRecordMutation
from service.schema.golden_records import GoldenRecordQuery
from service.schema.lineage import LineageQuery


@strawberry.type(description="What can be asked.")
class Query(GoldenRecordQuery, AssetQuery, LineageQuery):
    """What can be asked."""


@strawberry.type(description="What can be changed.")
class Mutation(GoldenRecordMutation, AssetMutation):
    """What can be changed."""


schema = strawberry.Schema(query=Query, mutation=Mutation, config=StrawberryConfig(scalar_map=SCALARS))
"""The schema that /graphql answers; built once."""


def sdl() -> str:
    """Return the schema in the definition language, sorted: what `schema.graphql` holds."""
    # Sorted as text: a sorted strawberry schema no longer knows the Python enums behind its own.
    return print_schema(lexicographic_sort_schema(build_schema(schema.as_str()))) + "\n"
