"""Root causes over GraphQL and REST: what failed and what was changed upstream of a run that failed."""

from __future__ import annotations

from typing import Any
from uuid import UUID

import httpx

from tests.service.conftest import Ask
from tests.service.lineage_shop import event, schema, shop
from tests.service.test_lineage_doors import day, post

__all__ = ["shop"]

CAUSES = """query ($run: ID!) {
  rootCauses(run: $run) {
    lastSuccessAt suspectCount examinedCount
    suspects {
      kind node { name } distance at reason hasRecovered wasSurvived run { id state } schemaChanges { kind }
      failedChecks { assertion column severity success }
    }
  }
}"""


async def test_root_causes_are_what_failed_and_changed_upstream(shop: httpx.AsyncClient, ask: Ask) -> None:
    """The run upstream that failed comes before the schema that changed; a run that went well has no causes."""
    changed = {"db.orders": schema("id:bigint")}
    await post(shop, event(6, "2026-01-05T01:00:00Z", "other", changed, {}))
    await post(
        shop, event(7, "2026-01-05T02:00:00Z", "daily.clean", {"db.orders": {}}, {"db.clean": {}}, "FAIL")
    )
    await post(
        shop, event(8, "2026-01-05T03:00:00Z", "daily.report", {"db.clean": {}}, {"db.report": {}}, "FAIL")
    )
    found = (await ask(CAUSES, run=str(UUID(int=8))))["rootCauses"]
    assert (found["lastSuccessAt"], found["suspectCount"], found["examinedCount"]) == (day(2), 2, 3)
    failed, schema_change = found["suspects"]
    assert (failed["kind"], failed["node"]["name"], failed["run"]) == (
        "FAILED_RUN",
        "daily.clean",
        {"id": str(UUID(int=7)), "state": "FAIL"},
    )
    assert failed["reason"] == "daily.clean failed 60 min before, 2 hops upstream"
    assert schema_change["reason"] == (
        "db.orders changed its columns 2 h before, 3 hops upstream: id int → bigint, −note"
    )
    assert [one["kind"] for one in schema_change["schemaChanges"]] == ["TYPE_CHANGED", "REMOVED"]
    rest = await shop.get(f"/api/v1/runs/{UUID(int=8)}/causes")
    assert [one["reason"] for one in rest.json()["suspects"]] == [one["reason"] for one in found["suspects"]]
    well = await shop.get(f"/api/v1/runs/{UUID(int=2)}/causes")
    assert well.json()["error"]["problems"] == [
        {"path": "$.run", "reason": "has not failed: its state is COMPLETE"}
    ]
    assert (await ask(CAUSES, run=str(UUID(int=99))))["rootCauses"] is None


def checks(**successes: bool) -> dict[str, Any]:
    """Return the members of an input with tests of its columns."""
    said = [
        {"assertion": "not_null", "column": column, "success": success}
        for column, success in successes.items()
    ]
    return {"inputFacets": {"dataQualityAssertions": {"assertions": said}}}


def stated(one: dict[str, Any], query: str) -> dict[str, Any]:
    """Return the event of a run whose job states its SQL."""
    return one | {"job": one["job"] | {"facets": {"sql": {"query": query}}}}


async def test_failed_checks_and_changed_sql_are_among_the_causes(shop: httpx.AsyncClient, ask: Ask) -> None:
    """A check that the failed run itself told of, SQL that was changed upstream and in its own job; each in words."""
    clean, report = ("daily.clean", {"db.orders": {}}, {"db.clean": {}}), ("daily.report", {"db.clean": {}})
    events = [
        stated(event(10, day(3), *clean), "select 1"),
        stated(event(11, day(3), *report, {"db.report": {}}), "select a"),
        stated(event(12, "2026-01-05T00:00:00Z", *clean), "select 2"),
        event(13, "2026-01-05T01:00:00Z", "probe", {"db.orders": checks(id=False, note=True)}, {}),
        event(14, "2026-01-05T02:00:00Z", "probe", {"db.orders": checks(id=True, note=True)}, {}),
        stated(
            event(
                15,
                "2026-01-05T03:00:00Z",
                "daily.report",
                {"db.clean": checks(id=False)},
                {"db.report": {}},
                "FAIL",
            ),
            "select b",
        ),
    ]
    for one in events:
        await post(shop, one)
    found = (await ask(CAUSES, run=str(UUID(int=15))))["rootCauses"]
    assert [(one["kind"], one["distance"], one["reason"]) for one in found["suspects"]] == [
        ("FAILED_CHECK", 1, "db.clean failed checks 0 min before, 1 hop upstream: not_null of id"),
        ("SQL_CHANGE", 0, "daily.report changed its SQL 0 min before, the job itself"),
        ("SQL_CHANGE", 2, "daily.clean changed its SQL 3 h before, 2 hops upstream"),
        (
            "FAILED_CHECK",
            3,
            "db.orders failed checks 2 h before, 3 hops upstream: not_null of id; but it has gone well since",
        ),
    ]
    itself, *_, earlier = found["suspects"]
    failed = {"assertion": "not_null", "column": "id", "severity": None, "success": False}
    assert (itself["failedChecks"], itself["run"]) == ([failed], {"id": str(UUID(int=15)), "state": "FAIL"})
    assert earlier["run"] == {"id": str(UUID(int=13)), "state": "COMPLETE"}
    rest = (await shop.get(f"/api/v1/runs/{UUID(int=15)}/causes")).json()
    assert [one["kind"] for one in rest["suspects"]] == [
        "failed_check",
        "sql_change",
        "sql_change",
        "failed_check",
    ]
    assert [one["column"] for one in rest["suspects"][0]["failedChecks"]] == ["id"]
