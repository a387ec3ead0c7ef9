"""What is said at our own doors counts as it was said, also where instants are equal."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from graph.golden.record import Origin
from graph.intake import Intake
from graph.store.database import Database
from graph.store.golden_records import GoldenRecords

START = datetime(2024, 1, 1, tzinfo=UTC)


async def test_of_our_own_words_about_one_instant_the_last_counts(database: Database) -> None:
    """Changes, deletes and re-opens at one and the same instant follow each other as they were said."""
    intake, golden = Intake(database), GoldenRecords(database)
    made = await intake.create({"firstName": "Ann", "email": "a@example.com"}, START, "ann", "rest")
    found: list[object] = []
    for said in ("Bea", "Cora", "Dora", "Bea", None, "Eva", None, "Eva", None):
        if said is None:
            await intake.delete(made, START, "ann", "rest")
        else:
            await intake.update(made, {"firstName": said}, START, "ann", "rest")
        (version,) = (await golden.timeline([made], (await golden.basis(None, None)).system))[made]
        found.append(None if version.is_deleted else version.attributes["first_name"])
    assert found == ["Bea", "Cora", "Dora", "Bea", None, "Eva", None, "Eva", None]


def _ann(system: str, number: int) -> dict[str, str]:
    record = {"sourceSystem": system, "key": str(number), "validFrom": "2024-01-01T00:00:00Z"}
    return record | {"firstName": "Ann", "email": f"{number}@example.com"}


@pytest.mark.parametrize("system", ["crm", "shop"])
async def test_our_own_word_stands_above_a_source_about_the_same_instant(
    database: Database, system: str
) -> None:
    """A customer can be corrected, and deleted, from the very instant at which a source's version begins."""
    intake, golden = Intake(database), GoldenRecords(database)
    outcomes = await intake.take_in([_ann(system, n) for n in range(8)], Origin("rest"))
    ids = [outcome.golden_id for outcome in outcomes if outcome.golden_id is not None]
    for golden_id in ids:
        await intake.update(golden_id, {"firstName": "Bea"}, START, "ann", "rest")
    changed = await golden.by_id(ids, await golden.basis(None, None))
    assert [record.version.attributes["first_name"] for record in changed.values()] == ["Bea"] * 8
    for golden_id in ids:
        await intake.delete(golden_id, START, "ann", "rest")
    deleted = await golden.by_id(ids, await golden.basis(None, None))
    assert [record.version.is_deleted for record in deleted.values()] == [True] * 8
