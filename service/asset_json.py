"""Assets and relations as JSON shows them: attributes in camelCase, secrets masked."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from graph.catalog.asset import Asset, Version
from graph.catalog.relation import Relation
from graph.spelling import camel
from graph.store.relations import Related
from graph.time import AsOf


def basis_json(at: AsOf) -> dict[str, Any]:
    """Return the basis of an answer."""
    return {"asOf": at.valid, "knownAt": at.system}


def attributes_json(attributes: Mapping[str, Any]) -> dict[str, Any]:
    """Return the attributes of an asset, null where it has none."""
    return {camel(name): value for name, value in attributes.items()}


def asset_json(asset: Asset) -> dict[str, Any]:
    """Return an asset at the instants of its basis."""
    return {
        "id": asset.asset_id,
        "kind": asset.kind.name,
        "basis": basis_json(asset.basis),
        "isRetired": asset.is_retired,
        **attributes_json(asset.attributes),
    }


def version_json(version: Version) -> dict[str, Any]:
    """Return one version with who said it, and why."""
    return {
        "number": version.number,
        "validFrom": version.period.start,
        "validTo": version.period.end,
        "systemFrom": version.system_from,
        "isRetired": version.is_retired,
        "actor": version.actor,
        "reason": version.reason,
        **attributes_json(version.attributes),
    }


def relation_json(relation: Relation) -> dict[str, Any]:
    """Return a relation."""
    return {
        "id": relation.relation_id,
        "kind": relation.kind.name,
        "from": relation.from_id,
        "to": relation.to_id,
    }


def related_json(related: Related) -> dict[str, Any]:
    """Return what a change made of a relation."""
    return {
        **relation_json(related.relation),
        "holds": related.holds,
        "validFrom": related.valid_from,
        "basis": basis_json(related.basis),
    }
