"""Writes docs/openlineage-conformance.md from the cases of the suite and the events of real tools."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from lineage.conformance import SHAPES
from lineage.facets import PER_RUN_FACETS
from tests.architecture.sources import ROOT
from tests.lineage.conformance import Case
from tests.lineage.corpora import Corpus

PAGE: Final = ROOT / "docs" / "openlineage-conformance.md"
CORPORA: Final = "## Events of real tools"
FACETS: Final = "## Facets"

_HEAD: Final = """\
# Conformance with OpenLineage

What Goldthread promises about OpenLineage events, each promise with the part of the
[specification](https://openlineage.io/docs/spec/object-model) (version 2-0-2 and its facets of August 2026) that it
follows from. This page is written by the suite that keeps the promises: `make conformance`. A promise is a file in
`tests/lineage/cases/`: events in, and exactly what the catalog holds and answers afterwards. Each is tried with its events
as written, backwards, shuffled with repetitions, one by one and all in one batch; those marked ∀ in every order there is.
"""

_CORPORA_HEAD: Final = f"""\
{CORPORA}

Recorded from Airflow 3.3 (provider 2.20.3), dbt 1.12 (openlineage-dbt 1.54), Debezium 3.7 and Spark 4.0 (openlineage-spark
1.53). In twenty random orders, with random repetitions, and by two writers at once, they make one and the same graph, runs,
facet versions, column edges and answers.

| tool | events sent | different | accepted | with warnings | refused |
|---|---|---|---|---|---|
"""


def page(cases: Iterable[Case], corpora: Mapping[str, Corpus], former: str) -> str:
    """Return the page; without events of real tools their section stays as it was in the former page."""
    given = list(cases)
    kept = sum(1 for case in given if not case.deviation)
    parts = [_HEAD, f"{kept} of {len(given)} promises are kept.\n"]
    for area in dict.fromkeys(sorted(case.area for case in given)):
        of_area = [case for case in given if case.area == area]
        parts.append(f"## {area}\n\n| promise | follows from | case | result |\n|---|---|---|---|")
        parts += [_row(case) for case in of_area]
        parts.append("")
    parts.append(
        _of_tools(corpora)
        if corpora
        else former.partition(CORPORA)[1] + _between(former, CORPORA, FACETS).rstrip() + "\n"
    )
    parts.append(_facets())
    return "\n".join(parts)


def _row(case: Case) -> str:
    orders = " ∀" if case.expected.get("orders") == "all" else ""
    result = f"not kept: {case.deviation}" if case.deviation else "kept"
    return f"| {case.promise} | {case.spec} | `{case.name}`{orders} | {result} |"


def _of_tools(corpora: Mapping[str, Corpus]) -> str:
    rows = [
        f"| {tool} | {one.events} | {one.distinct} | {one.accepted} | {one.warned} | {one.events - one.accepted} |"
        for tool, one in corpora.items()
    ]
    told = [
        f"* {tool}: {count} × {reason}"
        for tool, one in corpora.items()
        for reasons in (one.warnings, one.refused)
        for reason, count in reasons.most_common()
    ]
    return _CORPORA_HEAD + "\n".join(rows) + "\n" + ("\n" + "\n".join(told) + "\n" if told else "")


def _facets() -> str:
    known = sorted(name for name in SHAPES if not name.startswith("@"))
    own = ", ".join(f"`{name}`" for name in known if name in PER_RUN_FACETS)
    held = ", ".join(f"`{name}`" for name in known if name not in PER_RUN_FACETS)
    return f"""\
{FACETS}

Every facet of every event is kept: byte for byte in the event, and as a value in the model, whoever defined it. Those of
the specification are checked against its schemas; what differs is a warning (`eventWarnings`), never a refusal.

* Checked, and held of jobs and datasets from their event on until they are replaced or deleted, or of their run: {held}.
* Checked, and kept with the run that sent them, whatever they were attached to: {own}.
* All others are kept unchecked, but for `_producer` and `_schemaURL`, which every facet should have.
"""


def _between(text: str, start: str, end: str) -> str:
    return text.partition(start)[2].partition(end)[0]
