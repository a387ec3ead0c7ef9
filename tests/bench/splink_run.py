"""Trains, scores and clusters a data set with Splink, all fields in the model; runs in Splink's environment.

Arguments: kind, data file, file for the clusters. Comparisons and blocking rules are those of Splink's own examples for such
data; the clusters are connected components, at each of the thresholds, so that the best can be found with the labels.
"""

from __future__ import annotations

import json
import logging
import resource
import sys
import time
import warnings
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import duckdb
import splink.comparison_level_library as cll
import splink.comparison_library as cl
from splink import DuckDBAPI, Linker, SettingsCreator, block_on

THRESHOLDS = (-4.0, -2.0, 0.0, 2.0, 4.0, 6.6, 8.0, 10.0, 12.0, 13.3, 15.0, 16.6, 20.0)
"""Match weights; 6.6 is a probability of 0.99, 13.3 of 0.9999."""


@dataclass(frozen=True)
class Plan:
    """What a user who knows Splink and the data would set."""

    comparisons: Sequence[Any]
    blocking: Sequence[Any]
    certain: Sequence[Any]
    recall: float
    training: Sequence[Any]
    random_pairs: float
    fields: str = "*"


def _dates(**settings: Any) -> Any:
    return cl.DateOfBirthComparison(
        "birth_date", input_is_string=True, invalid_dates_as_null=True, **settings
    )


def _edits(column: str, most: Sequence[int]) -> dict[str, Any]:
    levels: list[Any] = [cll.NullLevel(column), cll.ExactMatchLevel(column, term_frequency_adjustments=True)]
    levels += [cll.DamerauLevenshteinLevel(column, distance) for distance in most]
    return {"output_column_name": column, "comparison_levels": [*levels, cll.ElseLevel()]}


def _full_name() -> dict[str, Any]:
    """Compare names as Splink's FEBRL4 example does at its most detailed."""
    null = "(first_name_l is null or first_name_r is null) and (last_name_l is null or last_name_r is null)"
    crossed = "jaro_winkler_similarity(first_name_l, last_name_r) + jaro_winkler_similarity(last_name_l, first_name_r) >= "
    return {
        "output_column_name": "full_name",
        "comparison_levels": [
            {"sql_condition": null, "label_for_charts": "null", "is_null_level": True},
            cll.ExactMatchLevel("full_name", term_frequency_adjustments=True),
            cll.JaroWinklerLevel("full_name", 0.9),
            cll.JaroWinklerLevel("full_name", 0.7),
            cll.ColumnsReversedLevel("first_name", "last_name"),
            {"sql_condition": f"{crossed} 1.8", "label_for_charts": "crossed 1.8"},
            {"sql_condition": f"{crossed} 1.4", "label_for_charts": "crossed 1.4"},
            cll.ExactMatchLevel("first_name", term_frequency_adjustments=True),
            cll.ExactMatchLevel("last_name", term_frequency_adjustments=True),
            {
                "sql_condition": "first_name_l = last_name_r or last_name_l = first_name_r",
                "label_for_charts": "one crossed",
            },
            cll.JaroWinklerLevel("first_name", 0.9),
            cll.JaroWinklerLevel("last_name", 0.9),
            cll.ElseLevel(),
        ],
    }


CROSSED = "l.first_name = r.last_name and l.last_name = r.first_name"


def _febrl() -> Plan:
    return Plan(
        comparisons=[
            _full_name(),
            _dates(),
            _edits("soc_sec_id", (1, 2)),
            _edits("street_number", (1,)),
            _edits("postal_code", (1, 2)),
            cl.JaroWinklerAtThresholds("street", [0.92, 0.8]),
            cl.JaroWinklerAtThresholds("city", [0.92, 0.8]),
        ],
        blocking=[
            *map(block_on, ("soc_sec_id", "first_name", "last_name", "birth_date", "postal_code")),
            CROSSED,
            block_on("state", "street"),
        ],
        certain=[block_on("soc_sec_id"), block_on("first_name", "last_name", "birth_date")],
        recall=0.9,
        training=[block_on("birth_date"), block_on("postal_code")],
        random_pairs=1e6,
        fields="*, nullif(coalesce(first_name, '') || '_' || coalesce(last_name, ''), '_') as full_name",
    )


def _customers() -> Plan:
    return Plan(
        comparisons=[
            cl.NameComparison("first_name"),
            cl.NameComparison("last_name"),
            _dates(),
            cl.ExactMatch("street"),
            cl.ExactMatch("postal_code"),
            cl.EmailComparison("email"),
            cl.LevenshteinAtThresholds("phone", [1]),
        ],
        blocking=[
            block_on("email"),
            block_on("phone"),
            block_on("first_name", "last_name", "postal_code"),
            block_on("last_name", "birth_date"),
            block_on("first_name", "birth_date"),
            block_on("street", "postal_code", "substr(first_name, 1, 1)"),
        ],
        certain=[block_on("email", "last_name"), block_on("first_name", "last_name", "birth_date")],
        recall=0.7,
        training=[block_on("email"), block_on("last_name", "birth_date")],
        random_pairs=1e6,
        fields="* replace (nullif(email, 'noemail@example.com') as email)",
    )


def _people() -> Plan:
    return Plan(
        comparisons=[
            cl.ForenameSurnameComparison(
                "first_name", "last_name", forename_surname_concat_col_name="full_name"
            ),
            cl.ExactMatch("middle_initial"),
            cl.DamerauLevenshteinAtThresholds("birth_date", [1, 2]),
            cl.DamerauLevenshteinAtThresholds("ssn", [1, 2]),
            cl.LevenshteinAtThresholds("street_number", [1]),
            cl.JaroWinklerAtThresholds("street", [0.9]),
            cl.ExactMatch("postal_code"),
        ],
        blocking=[
            block_on("ssn"),
            block_on("birth_date", "substr(first_name, 1, 1)"),
            block_on("first_name", "last_name"),
            block_on("last_name", "street_number"),
            block_on("first_name", "street", "street_number"),
            block_on("birth_date", "substr(last_name, 1, 2)"),
        ],
        certain=[block_on("ssn", "last_name"), block_on("first_name", "last_name", "birth_date")],
        recall=0.7,
        training=[block_on("first_name", "last_name"), block_on("ssn"), block_on("birth_date")],
        random_pairs=1e7,
        fields="*, first_name || ' ' || last_name as full_name",
    )


PLANS = {"febrl3": _febrl, "febrl4": _febrl, "customers": _customers, "people": _people}


def tables(connection: duckdb.DuckDBPyConnection, kind: str, data: str, fields: str) -> list[str]:
    """Make a table of the records, or one per source where each record is in two sources once."""
    conditions = (
        {"a": "source_system = 'a'", "b": "source_system = 'b'"} if kind == "febrl4" else {"t": "true"}
    )
    for name, condition in conditions.items():
        connection.execute(
            f"create table {name} as select {fields} from (select * exclude (entity) from '{data}' where {condition})"
        )
    return list(conditions)


def main(kind: str, data: str, to: str) -> dict[str, Any]:
    """Cluster a data set, write a column of clusters per threshold, and return what it cost at one threshold."""
    plan = PLANS[kind]()
    connection = duckdb.connect()
    connection.execute("set threads = 2")
    names = tables(connection, kind, data, plan.fields)
    wall, cpu = time.perf_counter(), time.process_time()
    api = DuckDBAPI(connection=connection)
    inputs = [api.register(name, dataset_display_name=name) for name in names]
    settings = SettingsCreator(
        link_type="link_only" if len(names) > 1 else "dedupe_only",
        unique_id_column_name="record",
        comparisons=list(plan.comparisons),
        blocking_rules_to_generate_predictions=list(plan.blocking),
    )
    linker = Linker(inputs if len(names) > 1 else inputs[0], settings)
    train = linker.training
    train.estimate_probability_two_random_records_match(list(plan.certain), recall=plan.recall)
    train.estimate_u_using_random_sampling(max_pairs=plan.random_pairs, seed=1)
    for rule in plan.training:
        train.estimate_parameters_using_expectation_maximisation(rule, estimate_without_term_frequencies=True)
    steps = {"train": time.perf_counter() - wall}
    pairs = linker.inference.predict(threshold_match_weight=min(THRESHOLDS))
    steps["score"] = time.perf_counter() - wall - steps["train"]
    cluster = linker.clustering.cluster_pairwise_predictions_at_threshold
    found = {THRESHOLDS[0]: cluster(pairs, threshold_match_weight=THRESHOLDS[0])}
    steps["cluster"] = time.perf_counter() - wall - steps["train"] - steps["score"]
    cost = {"wall": time.perf_counter() - wall, "cpu": time.process_time() - cpu, "peak_mb": _peak()}
    found |= {at: cluster(pairs, threshold_match_weight=at) for at in THRESHOLDS[1:]}
    columns = ", ".join(f't{i}.cluster_id as "{at:g}"' for i, at in enumerate(found))
    joined = " ".join(
        f"join {frame.physical_name} t{i} using (record)" for i, frame in enumerate(found.values())
    )
    source = f"(select record from '{data}') {joined}"
    connection.execute(f"copy (select record, {columns} from {source}) to '{to}' (format parquet)")
    (records,) = connection.execute(f"select count(*) from '{data}'").fetchall()[0]
    return cost | {"records": records, "steps": steps, "columns": {f"{at:g}": f"{at:g} bits" for at in found}}


def _peak() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    warnings.filterwarnings("ignore")
    logging.disable(logging.WARNING)
    print(json.dumps(main(sys.argv[1], sys.argv[2], sys.argv[3])))
