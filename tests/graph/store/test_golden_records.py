"""Golden records read at instants, as timelines, as beliefs and by the SQL view: all tell the same story."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

from graph.golden.record import Origin
from graph.identity import SourceKey
from graph.intake import Intake
from graph.store.database import Database
from graph.store.golden_records import GoldenRecords
from graph.time import AsOf

REST = Origin("rest")


def month(number: int) -> datetime:
    """Return the first of a month of 2024."""
    return datetime(2024, number, 1, tzinfo=UTC)


async def moved(database: Database) -> UUID:
    """Store a customer who moves in May, and of whom we learn late that the move was in March; return the id."""
    intake = Intake(database)
    base = {"sourceSystem": "crm", "key": "1", "firstName": "Ann", "email": "ann@example.com"}
    outcomes = await intake.take_in(
        [
            base | {"validFrom": "2024-01-01T00:00:00Z", "city": "Bonn"},
            base | {"validFrom": "2024-05-01T00:00:00Z", "city": "Köln"},
            base
            | {"validFrom": "2024-09-01T00:00:00Z", "kind": "end"}
            | dict.fromkeys(["firstName", "email"]),
        ],
        REST,
    )
    await intake.take_in(
        [
            base
            | {
                "kind": "correction",
                "validFrom": "2024-03-01T00:00:00Z",
                "validTo": "2024-05-01T00:00:00Z",
                "city": "Köln",
            }
        ],
        REST,
    )
    assert outcomes[0].golden_id is not None
    return outcomes[0].golden_id


async def test_beliefs_about_one_instant_follow_each_other_in_system_time(database: Database) -> None:
    """We first thought Bonn, then learned Köln; the first belief ends where the second begins."""
    golden_id = await moved(database)
    golden = GoldenRecords(database)
    basis = await golden.basis(None, None)
    first, second = (await golden.beliefs([golden_id], month(4), basis.system))[golden_id]
    assert first.version is not None
    assert second.version is not None
    assert (first.version.attributes["city"], second.version.attributes["city"]) == ("Bonn", "Köln")
    assert (first.version.period.start, first.version.period.end) == (month(1), month(5))
    assert (second.version.period.start, second.version.period.end) == (month(3), month(9))
    assert first.system_to == second.system_from
    assert second.system_to is None
    then = await golden.by_id([golden_id], AsOf(month(4), first.system_from))
    assert then[golden_id].version.attributes["city"] == "Bonn"
    now = await golden.by_id([golden_id], AsOf(month(4), basis.system))
    assert now[golden_id].version.attributes["city"] == "Köln"
    assert await golden.by_id([golden_id], AsOf(month(4), first.system_from.replace(year=2000))) == {}


async def test_the_sql_view_is_the_timeline(database: Database) -> None:
    """customers_history holds the versions as best known, deleted stretches with what was true last."""
    golden_id = await moved(database)
    async with database.connection() as connection:
        view = await connection.fetch("select * from customers_history order by version")
    known = {"first_name": "Ann", "email": "ann@example.com"}
    assert [tuple(row.values()) for row in view] == [
        (golden_id, 1, known | {"city": "Bonn"}, False, False, "crm", month(1), month(3)),
        (golden_id, 2, known | {"city": "Köln"}, False, False, "crm", month(3), month(9)),
        (golden_id, 3, known | {"city": "Köln"}, False, True, "crm", month(9), None),
    ]
    golden = GoldenRecords(database)
    versions = (await golden.timeline([golden_id], (await golden.basis(None, None)).system))[golden_id]
    assert [(v.number, v.attributes, v.is_deleted, v.period.start, v.period.end) for v in versions] == [
        (row["version"], row["attributes"], row["is_deleted"], row["valid_from"], row["valid_to"])
        for row in view
    ]


async def test_a_customer_is_found_by_source_key_and_by_email(database: Database) -> None:
    """The natural keys lead to the golden record; an e-mail only while it is the customer's."""
    golden_id = await moved(database)
    golden = GoldenRecords(database)
    basis = await golden.basis(month(2), None)
    key = SourceKey("crm", "1")
    assert {
        k: r.id for k, r in (await golden.by_source_key([key, SourceKey("crm", "2")], basis)).items()
    } == {key: golden_id}
    found = await golden.by_email("ANN@example.com", basis)
    assert found is not None
    assert found.id == golden_id
    assert await golden.by_email("bob@example.com", basis) is None
    assert await golden.by_email("not an e-mail", basis) is None
    before = await golden.basis(datetime(2023, 1, 1, tzinfo=UTC), None)
    assert await golden.by_email("ann@example.com", before) is None


async def test_a_search_finds_what_was_true_at_the_instant(database: Database) -> None:
    """A city of the past is found as of the past only; wildcards are taken literally; deleted ones are left out."""
    golden_id = await moved(database)
    golden = GoldenRecords(database)

    async def found(text: str | None, at: datetime) -> list[UUID]:
        records, more = await golden.page(text, 10, None, await golden.basis(at, None))
        assert not more
        return [record.id for record in records]

    assert await found("bonn", month(2)) == [golden_id]
    assert await found("bonn", month(6)) == []
    assert await found("KÖLN", month(6)) == [golden_id]
    assert await found("%", month(6)) == []
    assert await found(None, month(6)) == [golden_id]
    assert await found(None, month(10)) == []


async def test_pages_follow_each_other_without_gap_or_repetition(database: Database) -> None:
    """Walking through pages by the last id gives every customer once, in a stable order."""
    records = [
        {
            "sourceSystem": "crm",
            "key": str(n),
            "validFrom": "2024-01-01",
            "email": f"p{n}@example.com",
            "city": "Bonn",
        }
        for n in range(25)
    ]
    outcomes = await Intake(database).take_in(records, REST)
    golden = GoldenRecords(database)
    basis = await golden.basis(None, None)
    for text in (None, "bonn"):
        seen: list[UUID] = []
        after: UUID | None = None
        more = True
        while more:
            page, more = await golden.page(text, 10, after, basis)
            seen += [record.id for record in page]
            after = page[-1].id
        assert seen == sorted({outcome.golden_id for outcome in outcomes if outcome.golden_id})
