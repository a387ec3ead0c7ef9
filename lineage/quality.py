"""What facets say of the data that a run saw or made: metrics, tests, counts, and which part of a dataset it was."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, cast

from lineage.lenient import read


@dataclass(frozen=True, slots=True)
class ColumnMetrics:
    """What was measured of one column; `quantiles` by their name, such as 0.25."""

    null_count: int | None = None
    distinct_count: int | None = None
    sum: float | None = None
    count: float | None = None
    min: float | None = None
    max: float | None = None
    quantiles: dict[str, float] = field(default_factory=dict[str, float])


@dataclass(frozen=True, slots=True)
class DataQualityMetrics:
    """The `dataQualityMetrics` facet; sizes in bytes."""

    row_count: int | None = None
    bytes: int | None = None
    file_count: int | None = None
    last_updated: datetime | None = None
    column_metrics: dict[str, ColumnMetrics] = field(default_factory=dict[str, ColumnMetrics])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Check:
    """What both sorts of tests say; `severity` such as error or warn."""

    severity: str | None = None
    description: str | None = None
    expected: str | None = None
    actual: str | None = None
    content: str | None = None
    content_type: str | None = None
    params: dict[str, Any] = field(default_factory=dict[str, Any])


@dataclass(frozen=True, slots=True)
class Assertion(_Check):
    """A test of the data: of a column, or of the whole dataset."""

    assertion: str
    success: bool
    column: str | None = None
    name: str | None = None


@dataclass(frozen=True, slots=True)
class DataQualityAssertions:
    """The `dataQualityAssertions` facet."""

    assertions: tuple[Assertion, ...]


@dataclass(frozen=True, slots=True)
class Test(_Check):
    """A test that a run itself carried out; `status` such as pass or fail."""

    name: str
    status: str
    type: str | None = None


@dataclass(frozen=True, slots=True)
class Tests:
    """The `test` facet of a run."""

    tests: tuple[Test, ...]


@dataclass(frozen=True, slots=True)
class Statistics:
    """The `inputStatistics` and `outputStatistics` facets: what a run read or wrote of a dataset; `size` in bytes."""

    row_count: int | None = None
    size: int | None = None
    file_count: int | None = None


@dataclass(frozen=True, slots=True)
class Partition:
    """A partition of a dataset: the values of its columns, and what the store calls it."""

    dimensions: dict[str, str]
    identifier: str | None = None


@dataclass(frozen=True, slots=True)
class Subset:
    """The `subset` facet: which part of a dataset a run read or wrote, wherever in its conditions that is said."""

    locations: tuple[str, ...] = ()
    partitions: tuple[Partition, ...] = ()
    condition: Mapping[str, Any] | None = None


def subset(facet: Mapping[str, Any]) -> Subset:
    """Return what a subset facet says; the condition itself, where there is one, as it stands."""
    condition = facet.get("inputCondition", facet.get("outputCondition"))
    if not isinstance(condition, dict):
        return Subset()
    locations, partitions = dict[str, None](), list[Partition]()
    for one in _conditions(cast("dict[str, Any]", condition)):
        said = read(_Condition, one) or _Condition()
        locations.update(dict.fromkeys(said.locations))
        partitions += said.partitions
    return Subset(tuple(locations), tuple(partitions), cast("dict[str, Any]", condition))


@dataclass(frozen=True, slots=True)
class _Condition:
    locations: tuple[str, ...] = ()
    partitions: tuple[Partition, ...] = ()


def _conditions(root: dict[str, Any]) -> Iterator[dict[str, Any]]:
    waiting = [root]
    while waiting:
        condition = waiting.pop()
        yield condition
        waiting += [one for side in ("right", "left") if isinstance(one := condition.get(side), dict)]
