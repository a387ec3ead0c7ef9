"""The facets of an event that belong to its run alone, and the parts of datasets that it named, as JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache

import msgspec

from lineage import naming
from lineage.event_parts import Dataset, Datasets, Facets
from lineage.events import RunEvent
from lineage.facets import PER_RUN_FACETS, SHARED_RUN_FACETS

_MEMO = "own"
_PARTS = "parts"


def of_run_event(content: RunEvent) -> bytes | None:
    """Return the facets and parts as the column `lineage_event.facets` holds them; None where there are none."""
    run = [
        _name(name) + body.json for name, body in content.run.facets.items() if name not in SHARED_RUN_FACETS
    ]
    members: list[bytes] = [b'"run":{' + b",".join(run) + b"}"] if run else []
    inputs, outputs = _own(content.inputs), _own(content.outputs)
    if inputs:
        members.append(b'"inputs":' + inputs)
    if outputs:
        members.append(b'"outputs":' + outputs)
    if _has_parts(content.inputs) or _has_parts(content.outputs):
        parts = _parts({"inputs": content.inputs, "outputs": content.outputs}) or b"{}"
        members.append(b'"parts":' + parts)
    return b"{" + b",".join(members) + b"}" if members else None


def of_sides(sides: Mapping[str, Sequence[Dataset]]) -> bytes | None:
    """Return the parts of datasets on the sides of an event that is not of a run."""
    parts = _parts(sides)
    return b'{"parts":' + parts + b"}" if parts else None


def _own(datasets: Datasets) -> bytes:
    """Return what a run alone says of datasets; nothing where it says nothing."""
    if not datasets:
        return b""
    known = datasets.memo.get(_MEMO)
    if known is None:
        told: dict[str, dict[str, bytes]] = {}
        for dataset in datasets:
            for name, body in _of_one(dataset):
                told.setdefault(str(naming.dataset_id(dataset.key)), {})[name] = body
        known = datasets.memo[_MEMO] = (
            _object((key, _object(given.items())) for key, given in told.items()) if told else b""
        )
    return known


def _has_parts(datasets: Datasets) -> bool:
    if not datasets:
        return False
    known = datasets.memo.get(_PARTS)
    if known is None:
        known = datasets.memo[_PARTS] = any(naming.whole(one.key)[1] is not None for one in datasets)
    return known


def _of_one(dataset: Dataset) -> Iterable[tuple[str, bytes]]:
    for name, body in dataset.facets.items():
        if name in PER_RUN_FACETS:
            yield name, body.json
    given: Facets
    for given in (dataset.input_facets, dataset.output_facets):
        for name, body in given.items():
            yield name, body.json


def _parts(sides: Mapping[str, Sequence[Dataset]]) -> bytes | None:
    named: dict[str, dict[str, list[str]]] = {}
    for side, datasets in sides.items():
        for dataset in datasets:
            part = naming.whole(dataset.key)[1]
            if part is not None:
                of_side = named.setdefault(side, {})
                of_side.setdefault(str(naming.dataset_id(dataset.key)), []).append(part)
    return msgspec.json.encode(named) if named else None


def _object(members: Iterable[tuple[str, bytes]]) -> bytes:
    return b"{" + b",".join([_name(name) + value for name, value in members]) + b"}"


@lru_cache(2_000)
def _name(name: str) -> bytes:
    return msgspec.json.encode(name) + b":"
