"""What our own Airflow is told: every setting as a variable of its processes' environment. Pure."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from ingest.airflow_server import secrets
from ingest.airflow_server.processes import MARK

HOST = "127.0.0.1"

PARALLEL_TASKS = 4
"""How many tasks run at a time; each takes some hundred MB."""


@dataclass(frozen=True, slots=True)
class Goldthread:
    """What Airflow has to know of us: `program` is what its tasks call, `lineage_url` where events go.

    `lake` is its absolute folder or its URL, `datasets` are what the DAGs read and write, as names of assets with their URIs.
    """

    program: Path
    home: Path
    lake: str
    lineage_url: str
    api_key: str | None
    kafka: str | None
    datasets: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Place:
    """Where an Airflow lives: its folder, its database (postgresql://…), its port, and the folders of its DAGs."""

    home: Path
    database_url: str
    port: int
    dags: Mapping[str, Path]
    namespace: str

    @property
    def url(self) -> str:
        """Where it answers."""
        return f"http://{HOST}:{self.port}"


def wishes(goldthread: Goldthread, place: Place) -> dict[str, str]:
    """Return the settings that somebody may choose otherwise, by the same variables."""
    return {
        "AIRFLOW__CORE__LOAD_EXAMPLES": "False",
        "AIRFLOW__CORE__PARALLELISM": str(PARALLEL_TASKS),
        "AIRFLOW__CORE__DAGS_ARE_PAUSED_AT_CREATION": "False",
        "AIRFLOW__API__WORKERS": "1",
        "AIRFLOW__DAG_PROCESSOR__REFRESH_INTERVAL": "30",
        "AIRFLOW__DAG_PROCESSOR__MIN_FILE_PROCESS_INTERVAL": "30",
        "AIRFLOW__DAG_PROCESSOR__PARSING_PROCESSES": "1",
        "AIRFLOW__SCHEDULER__TASK_INSTANCE_HEARTBEAT_TIMEOUT": "120",
        "AIRFLOW__USAGE_DATA_COLLECTION__ENABLED": "False",
        "AIRFLOW__OPENLINEAGE__TRANSPORT": json.dumps(transport(goldthread)),
        "AIRFLOW__OPENLINEAGE__EXECUTION_TIMEOUT": "15",
        "AIRFLOW__OPENLINEAGE__EXECUTE_IN_THREAD": "True",
        "AIRFLOW__OPENLINEAGE__DISABLE_SOURCE_CODE": "True",
    }


def needs(goldthread: Goldthread, place: Place) -> dict[str, str]:
    """Return the settings without which it would not be ours."""
    keys = secrets.keys(place.home)
    users = ",".join(f"{name}:{role}" for name, role in secrets.ROLES.items())
    bundles = [_bundle(name, path) for name, path in place.dags.items()]
    return {
        "AIRFLOW_HOME": str(secrets.folder(place.home)),
        MARK: str(secrets.folder(place.home)),
        "AIRFLOW__CORE__EXECUTOR": "LocalExecutor",
        "AIRFLOW__CORE__AUTH_MANAGER": "airflow.api_fastapi.auth.managers.simple.simple_auth_manager.SimpleAuthManager",
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_USERS": users,
        "AIRFLOW__CORE__SIMPLE_AUTH_MANAGER_PASSWORDS_FILE": str(secrets.passwords_file(place.home)),
        "AIRFLOW__CORE__FERNET_KEY": keys["fernet_key"],
        "AIRFLOW__CORE__EXECUTION_API_SERVER_URL": f"{place.url}/execution/",
        "AIRFLOW__API__HOST": HOST,
        "AIRFLOW__API__PORT": str(place.port),
        "AIRFLOW__API__BASE_URL": f"{place.url}/",
        "AIRFLOW__API__SECRET_KEY": keys["session_secret"],
        "AIRFLOW__API_AUTH__JWT_SECRET": keys["jwt_secret"],
        "AIRFLOW__API_AUTH__JWT_ISSUER": "goldthread",
        "AIRFLOW__DATABASE__SQL_ALCHEMY_CONN": _driver(place.database_url),
        "AIRFLOW__DAG_PROCESSOR__DAG_BUNDLE_CONFIG_LIST": json.dumps(bundles),
        "AIRFLOW__OPENLINEAGE__NAMESPACE": place.namespace,
        "GOLDTHREAD_BIN": str(goldthread.program),
        "GOLDTHREAD_LAKE": goldthread.lake,
        "GOLDTHREAD_HOME": str(goldthread.home),
        "GOLDTHREAD_URL": goldthread.lineage_url,
        "GOLDTHREAD_ASSETS": json.dumps(dict(goldthread.datasets)),
    }


def transport(goldthread: Goldthread) -> dict[str, object]:
    """Return how OpenLineage events travel: through Kafka where there is one, which keeps them, and else by HTTP.

    A client that tried five times would hold every task up for 18 seconds while nobody answers: it tries once more, and
    what is lost is told again by `goldthread airflow-reconcile`.
    """
    if goldthread.kafka is not None:
        return {
            "type": "kafka",
            "topic": "openlineage.events",
            "flush": True,
            "config": {
                "bootstrap.servers": goldthread.kafka,
                "acks": "all",
                "linger.ms": "5",
                "message.timeout.ms": "5000",
            },
        }
    auth = {} if goldthread.api_key is None else {"auth": {"type": "api_key", "apiKey": goldthread.api_key}}
    return {
        "type": "http",
        "url": goldthread.lineage_url,
        "endpoint": "api/v1/lineage",
        "timeout": 2,
        "compression": "gzip",
        "retry": {"total": 1, "backoff_factor": 0.1, "allowed_methods": ["POST"]},
        **auth,
    }


def asset_uri(namespace: str, name: str) -> str:
    """Return the URI by which Airflow's assets name a dataset, from which its provider makes the same dataset again."""
    if namespace.startswith("postgres://"):
        return f"{namespace}/{'/'.join(name.split('.'))}"
    return f"file://{name}" if namespace == "file" else f"{namespace}/{name}"


def _driver(url: str) -> str:
    return urlsplit(url)._replace(scheme="postgresql+psycopg2").geturl()


def _bundle(name: str, path: Path) -> dict[str, object]:
    return {
        "name": name,
        "classpath": "airflow.dag_processing.bundles.local.LocalDagBundle",
        "kwargs": {"path": str(path), "refresh_interval": 30},
    }
