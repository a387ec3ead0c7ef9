"""The facets of an event that belong to its run alone, and the parts of datasets that it named, as JSON. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple

import msgspec

from lineage import naming
from lineage.event_parts import Dataset, Datasets, Facets
from lineage.events import RunEvent
from lineage.facet_bodies import FacetBody, digest_of
from lineage.facets import PER_RUN_FACETS, SHARED_RUN_FACETS

_MEMO = "own"
_IDS = "ids"
_PARTS = "parts"


class Own(NamedTuple):
    """What the columns `facets` and `origins` of lineage_event hold; None where there is nothing."""

    facets: bytes | None
    origins: FacetBody | None


def of_run_event(content: RunEvent) -> Own:
    """Return the facets that belong to the run alone, apart from their origins, and the parts that were named."""
    facets: list[bytes] = []
    origins: list[bytes] = []
    own = [item for item in content.run.facets.items() if item[0] not in SHARED_RUN_FACETS]
    if own:
        facets.append(b'"run":' + _object([(name, body.rest) for name, body in own]))
        origins.append(b'"run":' + _object([(name, body.origin) for name, body in own]))
    for side, datasets in ((b'"inputs":', content.inputs), (b'"outputs":', content.outputs)):
        if datasets and (told := _own(datasets)):
            facets.append(side + told[0])
            origins.append(side + told[1])
    if _has_parts(content.inputs) or _has_parts(content.outputs):
        parts = _parts({"inputs": content.inputs, "outputs": content.outputs}) or b"{}"
        facets.append(b'"parts":' + parts)
    return Own(
        b"{" + b",".join(facets) + b"}" if facets else None,
        _origins(b"{" + b",".join(origins) + b"}") if origins else None,
    )


def of_sides(sides: Mapping[str, Sequence[Dataset]]) -> bytes | None:
    """Return the parts of datasets on the sides of an event that is not of a run."""
    parts = _parts(sides)
    return b'{"parts":' + parts + b"}" if parts else None


def _own(datasets: Datasets) -> tuple[bytes, bytes] | tuple[()]:
    """Return what a run alone says of datasets, and the origins of it; nothing where it says nothing."""
    if datasets.has_own:
        return _own_of(datasets)
    known = datasets.memo.get(_MEMO)
    if known is None:
        known = datasets.memo[_MEMO] = _own_of(datasets)
    return known


def _own_of(datasets: Datasets) -> tuple[bytes, bytes] | tuple[()]:
    told: dict[str, dict[str, FacetBody]] = {}
    for dataset, dataset_id in zip(datasets, _ids(datasets), strict=True):
        for name, body in _of_one(dataset):
            told.setdefault(dataset_id, {})[name] = body
    if not told:
        return ()
    facets = [
        (key, _object([(name, body.rest) for name, body in given.items()])) for key, given in told.items()
    ]
    origins = [
        (key, _object([(name, body.origin) for name, body in given.items()])) for key, given in told.items()
    ]
    return _object(facets), _object(origins)


def _ids(datasets: Datasets) -> list[str]:
    known = datasets.memo.get(_IDS)
    if known is None:
        known = datasets.memo[_IDS] = [str(naming.dataset_id(one.key)) for one in datasets]
    return known


def _has_parts(datasets: Datasets) -> bool:
    if not datasets:
        return False
    known = datasets.memo.get(_PARTS)
    if known is None:
        known = datasets.memo[_PARTS] = any(naming.whole(one.key)[1] is not None for one in datasets)
    return known


def _of_one(dataset: Dataset) -> Iterable[tuple[str, FacetBody]]:
    given: Facets
    if not PER_RUN_FACETS.isdisjoint(dataset.facets):
        for name, body in dataset.facets.items():
            if name in PER_RUN_FACETS:
                yield name, body
    for given in (dataset.input_facets, dataset.output_facets):
        yield from given.items()


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


@lru_cache(20_000)
def _origins(text: bytes) -> FacetBody:
    return FacetBody(digest_of(text), text)


@lru_cache(20_000)
def _name(name: str) -> bytes:
    return msgspec.json.encode(name) + b":"
