"""REST shows what GraphQL does, by the same names, and nothing that objects keep to themselves."""

from __future__ import annotations

from typing import Any

import httpx
import pytest
from strawberry.types import get_object_definition

from service.plain_json import plain
from service.schema.dataset_history import DataVersion
from service.schema.lineage_difference import LineageDifference
from service.schema.lineage_nodes import LineageEdge, LineageNode
from service.schema.lineage_ways import LineageNeighbours, LineagePaths
from service.schema.root import schema
from service.schema.root_causes import RootCauses
from service.schema.run_lineage import RunRead
from service.schema.selected import WHERE_SELECTED
from service.schema.series import QualityPoint
from tests.service.lineage_shop import shop

__all__ = ["shop"]

NODE = {"id", "kind", "namespace", "name", "displayName", "distance", "aliases"}


@pytest.mark.parametrize(
    "kind",
    [
        DataVersion,
        LineageDifference,
        LineageEdge,
        LineageNeighbours,
        LineageNode,
        LineagePaths,
        QualityPoint,
        RootCauses,
        RunRead,
    ],
)
def test_members_are_fields_of_the_schema_by_the_same_names(kind: Any) -> None:
    """Each member is a field of GraphQL, and every field without code behind it is a member."""
    definition = get_object_definition(kind, strict=True)
    value = object.__new__(kind)
    for field in definition.fields:
        object.__setattr__(value, field.python_name, None)
    fields = schema._schema.type_map[definition.name].fields  # pyright: ignore[reportPrivateUsage, reportAttributeAccessIssue, reportUnknownMemberType, reportUnknownVariableType]
    computed = {
        schema.config.name_converter.get_graphql_name(one)
        for one in definition.fields
        if one.base_resolver or WHERE_SELECTED in one.metadata
    }
    assert set(plain(value)) == fields.keys() - computed


async def test_nodes_of_rest_are_names_and_nothing_behind_them(shop: httpx.AsyncClient) -> None:
    """Neighbours and nodes on ways have the members of the graph's nodes, however many lie beside them."""
    found = (await shop.get("/api/v1/lineage/neighbours", params={"dataset": "db.clean"})).json()
    ways = (await shop.get("/api/v1/lineage/paths", params={"from": "db.orders", "to": "db.report"})).json()
    on_ways = [node for way in ways["shortest"] for node in way["nodes"]]
    nodes = [found["of"], *found["nodes"], *on_ways, *ways["nodes"]]
    assert len(nodes) == 1 + 1 + 5 + 5
    assert [node.keys() for node in nodes] == [NODE] * len(nodes)
