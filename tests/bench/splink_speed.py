"""How fast Splink is on generated customers; runs in Splink's environment.

Arguments: `batch` and a data file, or `online`, a data file of stored records, one of new ones, and how many of these.
The model is that of `splink_run`; pairs from 0.9, clusters from 0.95, as Splink's own examples have it.
"""

from __future__ import annotations

import importlib
import json
import logging
import resource
import sys
import time
import warnings
from typing import Any

import duckdb
from splink import DuckDBAPI, Linker, SettingsCreator

PAIRS, CLUSTERS = 0.9, 0.95


def trained(connection: duckdb.DuckDBPyConnection, data: str) -> tuple[Linker, DuckDBAPI, Any]:
    """Return a linker that has learned its weights from a data file."""
    plan = importlib.import_module("splink_run").PLANS["customers"]()
    connection.execute("set threads = 2")
    connection.execute(
        f"create table t as select {plan.fields} from (select * exclude (entity) from '{data}')"
    )
    api = DuckDBAPI(connection=connection)
    settings = SettingsCreator(
        link_type="dedupe_only",
        unique_id_column_name="record",
        comparisons=list(plan.comparisons),
        blocking_rules_to_generate_predictions=list(plan.blocking),
    )
    stored = api.register("t")
    linker = Linker(stored, settings)
    train = linker.training
    train.estimate_probability_two_random_records_match(list(plan.certain), recall=plan.recall)
    train.estimate_u_using_random_sampling(max_pairs=plan.random_pairs, seed=1)
    for rule in plan.training:
        train.estimate_parameters_using_expectation_maximisation(rule)
    return linker, api, stored


def batch(data: str) -> dict[str, Any]:
    """Train, score and cluster everybody, and return what each step cost."""
    connection = duckdb.connect()
    wall, cpu = time.perf_counter(), time.process_time()
    linker, _, _ = trained(connection, data)
    steps = {"train": time.perf_counter() - wall}
    pairs = linker.inference.predict(threshold_match_probability=PAIRS)
    steps["score"] = time.perf_counter() - wall - steps["train"]
    linker.clustering.cluster_pairwise_predictions_at_threshold(pairs, threshold_match_probability=CLUSTERS)
    total = time.perf_counter() - wall
    steps["cluster"] = total - steps["train"] - steps["score"]
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    return {"wall": total, "cpu": time.process_time() - cpu, "peak_mb": peak, "steps": steps}


def online(data: str, new: str, count: int) -> dict[str, Any]:
    """Compare new records with all stored ones, one at a time, and return how many seconds each took."""
    connection = duckdb.connect()
    linker, api, stored = trained(connection, data)
    fields = "record, source_system, source_key, first_name, last_name, birth_date, street, postal_code, city, email, phone"
    rows = connection.execute(f"select {fields} from '{new}' limit {count}").fetchall()
    names = fields.split(", ")
    took: list[float] = []
    for row in rows:
        began = time.perf_counter()
        one = api.register([dict(zip(names, row, strict=True)) | {"record": -1 - row[0]}])
        found = linker.inference.predict_between(stored, one, threshold_match_probability=PAIRS)
        connection.execute(f"select count(*) from {found.physical_name}").fetchall()
        took.append(time.perf_counter() - began)
    return {"seconds": took}


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    if sys.argv[1] == "batch":
        print(json.dumps(batch(sys.argv[2])))
    else:
        print(json.dumps(online(sys.argv[2], sys.argv[3], int(sys.argv[4]))))
