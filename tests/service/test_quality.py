"""The quality of source systems: how good their records are, and which rules they fail how often."""

from __future__ import annotations

from tests.service.conftest import Ask

RECORD = """
mutation ($records: [SourceRecordInput!]!) { recordCustomers(records: $records) { accepted } }
"""

QUALITY = "{ sourceQuality { system records meanScore failed { rule records } } }"


async def test_each_source_is_told_its_mean_score_and_what_fails(ask: Ask) -> None:
    """The most frequent failures come first; a record that is mended counts as mended."""
    good = {
        "firstName": "Ann", "lastName": "Lee", "email": "ann@example.org", "phone": "+4922112345678",
        "address": {"postalCode": "50667", "city": "Köln"}, "birthDate": "1980-05-17",
    }  # fmt: skip
    records = [
        {"sourceSystem": "crm", "key": "1", "validFrom": "2024-01-01T00:00:00Z"} | good,
        {"sourceSystem": "shop", "key": "1", "email": "noemail@example.org", "lastName": "Lee"},
        {"sourceSystem": "shop", "key": "2", "lastName": "Unknown", "firstName": "Bob"},
    ]
    await ask(RECORD, records=records)
    crm, shop = (await ask(QUALITY))["sourceQuality"]
    assert crm == {"system": "crm", "records": 1, "meanScore": 1.0, "failed": []}
    assert (shop["system"], shop["records"]) == ("shop", 2)
    assert 0 < shop["meanScore"] < 1
    failed = {one["rule"]: one["records"] for one in shop["failed"]}
    assert (failed["phone known"], failed["e-mail plausible"], failed["last name plausible"]) == (2, 1, 1)
    assert [one["records"] for one in shop["failed"]] == sorted(failed.values(), reverse=True)
    await ask(RECORD, records=[{"sourceSystem": "shop", "key": "2"} | good])
    mended = (await ask(QUALITY))["sourceQuality"][1]
    assert mended["meanScore"] > shop["meanScore"]


async def test_a_type_without_records_has_no_sources(ask: Ask) -> None:
    """Nothing recorded is no failure."""
    assert (await ask('{ sourceQuality(entityType: "product") { system } }'))["sourceQuality"] == []
