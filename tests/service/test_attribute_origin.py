"""Where an attribute of a golden record comes from: record, run and columns, and what is not known of that."""

from __future__ import annotations

from uuid import UUID

import httpx
import pytest

from graph.golden.record import Origin
from graph.intake import Intake
from graph.store.database import Database
from tests.graph.populations import told
from tests.service.conftest import Ask
from tests.service.lineage_shop import event, follows
from tests.service.test_lineage_doors import day, post

RUN = UUID(int=77)
ORIGIN = """query ($id: ID!, $attribute: String!) {
  attributeOrigin(id: $id, attribute: $attribute) {
    attribute value source { sourceSystem sourceKey runId } run { job { name } }
    columns { dataset { name } column distance isMasked } steps { fromColumn column statedBy { name } }
    missing { step reason } truncated
  }
}"""


IMPACT_OF_GOLDEN = "query ($of: LineageNodeInput!) { impact(of: $of) { nodes { severity goldenRecords { entityType attributes } } } }"


@pytest.fixture
async def delivered(client: httpx.AsyncClient, database: Database) -> str:
    """Return the id of a customer that a run brought, whose column came from another dataset before."""
    golden = {"namespace": "goldthread", "name": "golden_records.customer"}
    email = {"namespace": "store", "name": "db.delivered", "field": "mail"}
    load = event(0, day(3), "crm_to_golden_records", {"db.delivered": {}}, {}) | {
        "run": {"runId": str(RUN)},
        "outputs": [golden | {"facets": {"columnLineage": {"fields": {"email": {"inputFields": [email]}}}}}],
    }
    await post(
        client,
        event(1, day(1), "export", {"db.crm": {}}, {"db.delivered": follows(mail=("db.crm", "e_mail"))}),
    )
    await post(client, load)
    intake = Intake(database)
    (outcome,) = await intake.take_in(
        [told("crm", "7", 1, email="ann@example.org", lastName="Lee")], Origin(door="file", run_id=RUN)
    )
    await intake.close()
    return str(outcome.golden_id)


async def test_an_attribute_comes_from_a_record_a_run_and_a_column(delivered: str, ask: Ask) -> None:
    """The links before the delivery are those of column lineage as it held when the run ran."""
    found = (await ask(ORIGIN, id=delivered, attribute="email"))["attributeOrigin"]
    assert found == {
        "attribute": "email",
        "value": "ann@example.org",
        "source": {"sourceSystem": "crm", "sourceKey": "7", "runId": str(RUN)},
        "run": {"job": {"name": "crm_to_golden_records"}},
        "columns": [
            {
                "dataset": {"name": "golden_records.customer"},
                "column": "email",
                "distance": 0,
                "isMasked": False,
            },
            {"dataset": {"name": "db.delivered"}, "column": "mail", "distance": 1, "isMasked": False},
            {"dataset": {"name": "db.crm"}, "column": "e_mail", "distance": 2, "isMasked": False},
        ],
        "steps": [
            {"fromColumn": "mail", "column": "email", "statedBy": {"name": "crm_to_golden_records"}},
            {"fromColumn": "e_mail", "column": "mail", "statedBy": {"name": "export"}},
        ],
        "missing": [],
        "truncated": False,
    }


async def test_what_is_not_known_of_the_way_back_is_said(
    client: httpx.AsyncClient, delivered: str, ask: Ask
) -> None:
    """A run that names no column, an attribute that nobody gave; and the way forth tells what golden records are fed."""
    name = (await ask(ORIGIN, id=delivered, attribute="lastName"))["attributeOrigin"]
    assert name["missing"] == [
        {"step": "SOURCE_COLUMN", "reason": "the run read db.delivered; it does not say by which column"}
    ]
    rest = await client.get("/api/v1/lineage/origin", params={"id": delivered, "attribute": "phone"})
    assert rest.json()["missing"] == [
        {"step": "source_record", "reason": "no source says anything of this attribute"}
    ]
    hit = (await ask(IMPACT_OF_GOLDEN, of={"name": "db.crm", "kind": "DATASET"}))["impact"]["nodes"]
    assert [(one["severity"], one["goldenRecords"]) for one in hit] == [
        *[("CRITICAL", None)] * 3,
        ("CRITICAL", {"entityType": "customer", "attributes": ["email"]}),
    ]
