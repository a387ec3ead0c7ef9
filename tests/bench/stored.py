"""A PostgreSQL of the benchmark's own, and generated customers as files that are loaded into it."""

from __future__ import annotations

import asyncio
import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb
import psutil

from graph.store.embedded import EmbeddedPostgres
from graph.store.migrations import migrate
from tests.bench import datasets

COLUMNS = "source_system, source_key as key, first_name, last_name, birth_date, street, postal_code, city, email, phone"


@contextmanager
def server(**settings: str) -> Generator[str]:
    """Run a migrated PostgreSQL in a folder of its own, and return its URL."""
    folder = Path(tempfile.mkdtemp(prefix="goldthread-bench-"))
    folder.chmod(0o711)  # the embedded PostgreSQL of root runs as another user
    postgres = EmbeddedPostgres(folder / "home")
    try:
        url = postgres.start()
        asyncio.run(migrate(url))
        yield url
    finally:
        postgres.stop()
        data = folder / "home" / "postgres"
        if data.is_symlink():
            shutil.rmtree(data.resolve(), ignore_errors=True)
        shutil.rmtree(folder, ignore_errors=True)


def file_of(records: int, seed: int, folder: Path) -> Path:
    """Write generated customers as a file to load."""
    to = folder / f"customers-{records}-{seed}.parquet"
    source = datasets.customers(records, seed)
    duckdb.sql(f"copy (select {COLUMNS} from '{source}') to '{to}' (format parquet, row_group_size 20000)")
    return to


def new_records(records: int, seed: int, count: int, folder: Path) -> Path:
    """Write records that are not stored: of ten, four are of somebody stored, under another key and a little changed."""
    to = folder / f"new-{count}.parquet"
    known, unknown = datasets.customers(records, seed), datasets.customers(count, seed + 1)
    changed = "case when record % 3 = 0 then null else email end as email"
    duckdb.sql(
        f"""copy (
          select * replace ((row_number() over (order by md5(source_key)))::int4 as record)
            from (select * replace ('new' as source_system, {changed})
                    from (select * from '{known}' using sample {count * 4 // 10} (reservoir, 7))
                  union all by name
                  select * replace ('new' as source_system) from (select * from '{unknown}' limit {count * 6 // 10}))
           order by record) to '{to}'"""
    )
    return to


def loaded(url: str, file: Path) -> dict[str, Any]:
    """Load a file with `goldthread load`, and return its result with the CPU seconds of the command and of the server."""
    home = file.parent / "home"
    environment = {name: value for name, value in os.environ.items() if not name.startswith("GOLDTHREAD_")}
    environment |= {"DATABASE_URL": url, "GOLDTHREAD_HOME": str(home), "GOLDTHREAD_URL": "http://127.0.0.1:9"}
    command = [sys.executable, "-P", "-m", "service.cli", "load", str(file), "--source", "bench", "--json"]
    command += ["--rejects", str(file.with_suffix(".rejects.ndjson"))]
    before = _server_cpu()
    process = psutil.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    spent: dict[int, float] = {}
    peak = 0.0
    while process.poll() is None:
        try:
            every = [process, *process.children(recursive=True)]
            spent |= {one.pid: sum(one.cpu_times()[:2]) for one in every}
            peak = max(peak, sum(one.memory_info().rss for one in every))
        except psutil.Error:  # one ended meanwhile
            pass
        time.sleep(0.1)
    out, told = process.communicate()
    if process.returncode not in (0, 1):  # 1: typing errors make some e-mails and phones none
        raise RuntimeError(f"goldthread load: {told.decode()[-2000:]}{out.decode()[-2000:]}")
    result: dict[str, Any] = json.loads(out.decode().splitlines()[-1])
    return result | {
        "cpu": sum(spent.values()),
        "peak_mb": int(peak) >> 20,
        "server_cpu": _server_cpu() - before,
    }


def _server_cpu() -> float:
    """Return the CPU seconds that the machine's PostgreSQL processes of the benchmark have taken so far."""
    total = 0.0
    for process in psutil.process_iter(["name"]):
        if process.info["name"] == "postgres":
            try:
                times = process.cpu_times()
                total += times.user + times.system + times.children_user + times.children_system
            except psutil.Error:
                continue
    return total
