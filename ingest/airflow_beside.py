"""Our own Airflow in a data folder, on loopback alone: made, started, announced once it is ready, and ended in good order."""

from __future__ import annotations

import os
import socket
import time
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from graph.errors import UnavailableError
from graph.store.database import Database
from ingest import datasets
from ingest.airflow_server import secrets
from ingest.airflow_server.configuration import HOST, Goldthread, Place, asset_uri, needs, wishes
from ingest.airflow_server.notice import AirflowAccess, announce, withdraw
from ingest.airflow_server.processes import AirflowProcesses, end_left, is_ready
from ingest.lake_place import open_storage
from ingest.message_runs import SHAPES
from ingest.settings import IngestSettings, child_environment

if TYPE_CHECKING:
    from ingest.airflow_api import AirflowApi

POOLS = {"goldthread_warehouse": 1, "goldthread_catalog": 2}
"""How many tasks of ours may work on what at a time; the warehouse is loaded by one."""

USUAL_PORT = 8080
READY_SECONDS = 300.0


class AirflowServer:
    """The Airflow of one data folder; one process at a time may start or stop it."""

    def __init__(self, settings: IngestSettings, python: Path, database_url: str) -> None:
        self._settings = settings
        folders = {"goldthread": dags_folder()}
        if settings.airflow_dags is not None:
            folders["more"] = settings.airflow_dags.expanduser().absolute()
        self.place = Place(
            settings.home.absolute(),
            database_url,
            _port(settings.airflow_port),
            folders,
            settings.airflow_namespace,
        )
        ours = goldthread_of(settings)
        environment = child_environment(wishes(ours, self.place), needs(ours, self.place))
        self.processes = AirflowProcesses(python, environment, self.place.home / "logs")

    def start(self) -> None:
        """Bring its database up to date and start it, after ending what a killed process left on its folder."""
        withdraw(self.place.home)
        end_left(secrets.folder(self.place.home))
        passwords = secrets.passwords(self.place.home)
        self._access = AirflowAccess(
            self.place.url, self.place.namespace, secrets.OUR_USER, passwords[secrets.OUR_USER]
        )
        (self.place.home / "logs").mkdir(mode=0o700, exist_ok=True)
        self.processes.migrate()
        self.processes.start()

    def wait_until_ready(
        self, is_ending: Callable[[], bool], opened: Callable[[AirflowAccess], AirflowApi]
    ) -> bool:
        """Return true once every part is well, after letting others find it, and false where it is to end before.

        `opened` speaks to it. Raises UnavailableError where a part ends by itself, or is not well after READY_SECONDS.
        """
        deadline = time.monotonic() + READY_SECONDS
        while not is_ending():
            self.check()
            if is_ready(self.place.url):
                with opened(self._access) as api:
                    for pool, slots in POOLS.items():
                        api.make_pool(pool, slots)
                announce(self.place.home, self._access, os.getpid())
                return True
            if time.monotonic() > deadline:
                raise UnavailableError(
                    f"Airflow is not ready after {READY_SECONDS:.0f} s: see airflow-*.log in {self.processes.logs}"
                )
            time.sleep(0.3)
        return False

    def check(self) -> None:
        """Raise UnavailableError where a part has ended by itself."""
        if (told := self.processes.dead()) is not None:
            raise UnavailableError(told)

    def stop(self) -> None:
        """End it, whatever it does."""
        withdraw(self.place.home)
        self.processes.stop()


def dags_folder() -> Path:
    """Return where our DAGs lie: inside the installed package, or at the top of a checkout."""
    packaged = Path(__file__).parent / "dags"
    return packaged if packaged.is_dir() else Path(__file__).parents[1] / "dags"


def goldthread_of(settings: IngestSettings) -> Goldthread:
    """Return what an Airflow beside this installation has to know of it."""
    url = settings.require_database_url()
    storage = open_storage(settings)
    written = {
        "warehouse_customers": datasets.table_dataset(url, "warehouse", datasets.WAREHOUSE_TABLE),
        "warehouse_orders": datasets.table_dataset(url, "warehouse", datasets.FACT_TABLE),
        **{f"lake_{one.name}": datasets.file_dataset(storage.folder(*one.folder)) for one in SHAPES.values()},
    }
    return Goldthread(
        program=settings.program,
        home=settings.home.absolute(),
        lake=settings.lake_url or str(settings.lake_folder),
        lineage_url=settings.server_url,
        api_key=settings.key,
        kafka=settings.kafka_address,
        datasets={name: asset_uri(one.namespace, one.name) for name, one in written.items()},
    )


async def database_beside(url: str) -> str:
    """Return the URL of Airflow's own database on the server of ours, making it where there is none yet."""
    parts = urlsplit(url)
    name = f"{parts.path.lstrip('/') or parts.username or 'postgres'}_airflow"
    database = await Database.open(url, connections=1)
    try:
        async with database.connection() as connection:
            if not await connection.fetchval("select true from pg_database where datname = $1", name):
                quoted = name.replace('"', '""')
                await connection.execute(f'create database "{quoted}"')
    finally:
        await database.close()
    return parts._replace(path=f"/{name}").geturl()


def _port(wanted: int | None) -> int:
    """Return the port that was asked for, else the usual one, else any that is free; raises UnavailableError."""
    for port in (wanted,) if wanted else (USUAL_PORT, 0):
        try:
            with socket.create_server((HOST, port)) as probe:
                return probe.getsockname()[1]
        except OSError:
            continue
    raise UnavailableError(
        f"port {wanted} is taken: stop what uses it, or choose another one with GOLDTHREAD_AIRFLOW_PORT"
    )
