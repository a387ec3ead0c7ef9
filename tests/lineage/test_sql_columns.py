"""Column lineage that follows from SQL: a table of statements with their edges, and that nothing a job sends can raise."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

import orjson
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from graph.identity import DatasetName
from lineage.columns import column_edges
from lineage.facets import columns
from lineage.sql_columns import LONGEST, Reason, Statements, column_lineage
from lineage.sql_names import dialect_of

STORE = "postgres://store:5432"
CASES: list[dict[str, Any]] = json.loads((Path(__file__).parent / "sql_columns.json").read_text())
RECORDED = Path(__file__).parents[3] / "shared" / "events"
"""Events that real tools sent, where there are some beside the checkout: more cases."""


def named(text: str) -> tuple[list[DatasetName], dict[DatasetName, list[str]]]:
    """Return the datasets and columns that `s(a,b) u` means, all of one schema."""
    found = [
        (DatasetName(STORE, f"db.p.{name}"), held)
        for name, held in re.findall(r"(\w+)(?:\(([^)]*)\))?", text)
    ]
    return [name for name, _ in found], {name: held.split(",") for name, held in found if held}


def edges(said: Statements | Reason) -> list[str]:
    """Return statements as lines such as `t.a <- s.x identity`; INDIRECT ones have a tilde, masking ones a mark."""
    lines: list[str] = []
    for name, body in said.items() if isinstance(said, dict) else ():
        for edge in column_edges(body):
            how = sorted(
                ("~" if one.type == "INDIRECT" else "")
                + str(one.subtype).lower()
                + ("!" if one.masking else "")
                for one in edge.transformations
            )
            ends = (f"{name.name}.{edge.output or '*'}", f"{edge.dataset.name}.{edge.column or '*'}")
            to, source = (end.removeprefix("db.p.") for end in ends)
            lines.append(" ".join((to, "<-", source, *how)))
    return sorted(lines)


def inferred(
    sql: str, reads: str = "s", writes: str = "t", dialect: str | None = None
) -> Statements | Reason:
    """Return what the SQL says of the datasets written."""
    (inputs, read), (outputs, written) = named(reads), named(writes)
    return column_lineage(sql, dialect, inputs, outputs, read | written)


@pytest.mark.parametrize("case", CASES, ids=[case["promise"] for case in CASES])
def test_the_edges_of_a_statement(case: dict[str, Any]) -> None:
    """Each statement of the table has exactly these edges, and is marked as inferred without a producer."""
    said = inferred(case["sql"], case["reads"], case["writes"], case["dialect"])
    assert edges(said) == sorted(case["edges"])
    if isinstance(said, dict):
        assert all(body["_inferred"] is True and "_producer" not in body for body in said.values())


@pytest.mark.parametrize(
    ("sql", "reason"),
    [
        ("select 1; this is not sql at all (", "the SQL cannot be parsed: "),
        ("insert into t select " + "(" * 3000 + "a" + ")" * 3000 + " from s", "the SQL is nested too deeply"),
        ("-" * (LONGEST + 1), f"the SQL has {LONGEST + 1} characters; at most {LONGEST} are read"),
        ("insert into other select a from s", "the SQL writes none of the outputs"),
        ("insert into t values (1)", "the SQL reads no dataset that is known"),
        ("insert into t select a from x.unheard_of.s", "the SQL reads no dataset that is known"),
        ("insert into t select * from s pivot (sum(a) for b in (1, 2))", "PIVOT is not understood"),
        ("", "the SQL writes none of the outputs"),
        ("drop table t", "the SQL writes none of the outputs"),
    ],
)
def test_what_is_not_understood_has_its_reason(sql: str, reason: str) -> None:
    """Where nothing can be said the answer is the reason, in words."""
    said = column_lineage(sql, "snowflake", named("s")[0], named("t")[0], {})
    if "unheard_of" in sql:
        said = column_lineage(
            sql, None, [DatasetName("s3://lake", "a/s")], [DatasetName("s3://lake", "a/t")], {}
        )
    assert isinstance(said, Reason)
    assert said.words.startswith(reason)
    assert said.is_failure == ("reads no" not in reason and "writes none" not in reason)


def test_without_outputs_nothing_is_said() -> None:
    """A job that writes nothing that lineage knows has no column lineage."""
    assert column_lineage("select 1", None, [], [], {}) == Reason(
        "the event names no outputs", is_failure=False
    )


def test_long_chains_are_read_without_recursion() -> None:
    """Thousands of unions and of conditions are read like a few."""
    unions = "insert into t " + " union all ".join(["select a from s"] * 1_500)
    assert edges(inferred(unions)) == ["t.a <- s.a identity"]
    conditions = " and ".join(f"b = {value}" for value in range(1_500))
    assert edges(inferred(f"insert into t select a from s where {conditions}")) == [
        "t.* <- s.b ~filter",
        "t.a <- s.a identity",
    ]


def test_an_ambiguous_name_is_not_guessed() -> None:
    """A table that two listed datasets could be is none of them, unless its whole name says which."""
    both = [DatasetName(STORE, "db.one.s"), DatasetName(STORE, "db.two.s")]
    out = [DatasetName(STORE, "db.mart.t")]
    said = column_lineage("insert into mart.t select a, two.s.b from two.s", None, both, out, {})
    assert isinstance(said, dict)
    assert {edge.dataset for edge in column_edges(said[out[0]])} == {both[1]}
    unknown = column_lineage("insert into t select a from s", None, both, out, {})
    assert unknown == Reason("the SQL reads no dataset that is known", is_failure=False)


def test_listed_tables_teach_where_the_others_are() -> None:
    """A table without a schema is in that of the tables that are listed without one."""
    out = DatasetName(STORE, "db.mart.t")
    said = column_lineage("insert into t select a from s", None, [], [out], {})
    assert isinstance(said, dict)
    assert [edge.dataset for edge in column_edges(said[out])] == [DatasetName(STORE, "db.mart.s")]


def test_folders_of_a_hive_warehouse_are_tables() -> None:
    """Spark names tables by their folders; `mart.sales` is `…/mart.db/sales`."""
    source, out = (DatasetName("file", f"/wh/mart.db/{name}") for name in ("orders", "sales"))
    said = column_lineage("insert into mart.sales select id from mart.orders", "spark", [source], [out], {})
    assert isinstance(said, dict)
    assert [(edge.dataset, edge.column) for edge in column_edges(said[out])] == [(source, "id")]


def test_other_spellings_of_a_dataset_are_the_dataset() -> None:
    """Datasets are stated under their canonical names."""
    out = DatasetName("postgresql://STORE", "db.p.t")
    said = column_lineage(
        "insert into t select a from s", None, [DatasetName("postgres://store", "db.p.s")], [out], {}
    )
    assert isinstance(said, dict)
    assert list(said) == [DatasetName(STORE, "db.p.t")]


@pytest.mark.parametrize(
    ("stated", "namespace", "dialect"),
    [
        ("postgresql", "x", "postgres"),
        (None, "postgres://h:1", "postgres"),
        (" BigQuery ", "x", "bigquery"),
        (None, "bigquery", "bigquery"),
        ("klingon", "snowflake://a-b", "snowflake"),
        (None, "mssql://h:1433", "tsql"),
        (None, "s3://b", ""),
    ],
)
def test_the_dialect_is_stated_or_that_of_the_store(stated: str | None, namespace: str, dialect: str) -> None:
    """An unknown word for a dialect counts as none."""
    assert dialect_of(stated, [DatasetName(namespace, "t")]) == dialect


@settings(max_examples=150, deadline=None)
@given(
    case=st.sampled_from(CASES),
    dialect=st.sampled_from(
        [None, "bigquery", "hive", "mysql", "oracle", "postgres", "snowflake", "spark", "tsql"]
    ),
    cuts=st.lists(
        st.tuples(st.integers(0, 200), st.integers(0, 30), st.sampled_from(["", "(", "'", ",", " as "])),
        max_size=3,
    ),
)
def test_no_text_raises(case: dict[str, Any], dialect: str | None, cuts: list[tuple[int, int, str]]) -> None:
    """SQL that is cut up anyhow, in any dialect, has statements that can be read back, or a reason."""
    sql: str = case["sql"]
    for start, length, put in cuts:
        sql = sql[:start] + put + sql[start + length :]
    said = inferred(sql, case["reads"], case["writes"], dialect)
    if isinstance(said, Reason):
        assert said.words
        assert not said.words.startswith("the SQL cannot be analysed")
    else:
        assert all(column_edges(body) for body in said.values())
        assert orjson.dumps(list(said.values()))


@pytest.mark.skipif(not RECORDED.exists(), reason="no recorded events beside the checkout")
def test_what_airflow_and_dbt_state_follows_from_their_sql() -> None:
    """Every column edge that Airflow and dbt state of their SQL is found, save for those that they get wrong."""
    stated, missed = 0, set[tuple[str, str, str]]()
    for path in sorted(RECORDED.glob("airflow/*.json")) + sorted(RECORDED.glob("dbt/*.json")):
        event = orjson.loads(path.read_bytes())
        sql = (
            event["job"].get("facets", {}).get("sql") if isinstance(event, dict) and "job" in event else None
        )
        if sql is None:
            continue
        told = {side: event.get(side) or [] for side in ("inputs", "outputs")}
        names = {side: [DatasetName(one["namespace"], one["name"]) for one in told[side]] for side in told}
        schemas = {
            DatasetName(one["namespace"], one["name"]): [
                column.path for column in columns(one["facets"]["schema"])
            ]
            for one in (*told["inputs"], *told["outputs"])
            if "schema" in one.get("facets", {})
        }
        said = column_lineage(sql["query"], sql.get("dialect"), names["inputs"], names["outputs"], schemas)
        found = edges(said)
        for one in told["outputs"]:
            for edge in column_edges(one.get("facets", {}).get("columnLineage", {})):
                stated += 1
                line = f"{one['name']}.{edge.output} <- {edge.dataset.name}.{edge.column}"
                is_table = not edge.dataset.name.endswith(".generate_series")
                if is_table and not any(each.startswith(line) for each in found):
                    missed.add((one["name"], str(edge.output), edge.dataset.name))
    assert stated > 100
    assert missed == {
        ("warehouse.mart.s3_totals", "_0", "warehouse.raw.orders_s3"),  # insert into (customer_id, total)
        ("warehouse.mart.big_orders", "nope", "warehouse.raw.orders"),  # a column that the select alone has
        ("warehouse.dbt_marts.fct_revenue", "country", "c"),  # a common table expression, no dataset
        ("warehouse.dbt_marts.fct_revenue", "tier", "c"),
    }  # and a function is no dataset either
