"""Intake on a real database: order, repetition, races and bad rows change nothing they should not."""

from __future__ import annotations

import asyncio
import itertools
import random
from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from graph.errors import InvalidInputError, NotFoundError
from graph.golden.record import Origin
from graph.identity import SourceKey
from graph.intake import Intake, Outcome
from graph.store.database import Database
from graph.store.golden_records import GoldenRecords
from graph.time import Period
from tests.graph.populations import PERSON, REST, empty, timelines, told

START = datetime(2024, 1, 1, tzinfo=UTC)


async def rows(database: Database, table: str) -> int:
    """Return how many rows a table has."""
    async with database.connection() as connection:
        return await connection.fetchval(f"select count(*) from {table}")


async def test_records_of_two_systems_become_one_customer(database: Database) -> None:
    """A shared e-mail makes one golden record, whose versions say which source gave what."""
    first, second = await Intake(database).take_in(
        [
            told("crm", "1", 1, firstName="Ann", lastName="Lee", email="Ann@Example.com", city="Bonn"),
            told("shop", "7", 3, email="ann@example.com", phone="+49 221 12345678"),
        ],
        REST,
    )
    assert (first.status, second.status) == ("accepted", "accepted")
    assert first.golden_id == second.golden_id
    assert first.golden_id is not None
    golden = GoldenRecords(database)
    basis = await golden.basis(None, None)
    versions = (await golden.timeline([first.golden_id], basis.system))[first.golden_id]
    assert [(v.number, v.period, v.attributes) for v in versions] == [
        (
            1,
            Period(datetime(2024, 1, 1, tzinfo=UTC), datetime(2024, 3, 1, tzinfo=UTC)),
            {"first_name": "Ann", "last_name": "Lee", "email": "ann@example.com", "city": "Bonn"},
        ),
        (
            2,
            Period(datetime(2024, 3, 1, tzinfo=UTC), None),
            {
                "first_name": "Ann",
                "last_name": "Lee",
                "email": "ann@example.com",
                "phone": "+4922112345678",
                "city": "Bonn",
            },
        ),
    ]
    events = await golden.events([UUID(value) for value in versions[1].provenance["sources"].values()])
    assert {n: events[UUID(e)].source_key for n, e in versions[1].provenance["sources"].items()} == {
        "first_name": SourceKey("crm", "1"),
        "last_name": SourceKey("crm", "1"),
        "city": SourceKey("crm", "1"),
        "email": SourceKey("shop", "7"),
        "phone": SourceKey("shop", "7"),
    }


async def test_a_resent_event_changes_nothing(database: Database) -> None:
    """The same records a second time are unchanged, and no table grows."""
    records = [
        told("crm", "1", 1, email="a@example.com"),
        told("crm", "1", 2, email="a@example.com", city="Bonn"),
    ]
    intake = Intake(database)
    await intake.take_in(records, REST)
    before = [await rows(database, table) for table in ("fact", "source_event", "crosswalk", "subject")]
    again = await intake.take_in([*records, *records], REST)
    assert [outcome.status for outcome in again] == ["unchanged"] * 4
    assert [
        await rows(database, table) for table in ("fact", "source_event", "crosswalk", "subject")
    ] == before


async def test_a_message_id_cannot_be_used_for_two_contents(database: Database) -> None:
    """The second content under one message id is refused, and says why."""
    intake = Intake(database)
    await intake.take_in([told("crm", "1", 1, email="a@example.com", messageId="m1")], REST)
    (outcome,) = await intake.take_in([told("crm", "1", 1, email="b@example.com", messageId="m1")], REST)
    assert outcome.status == "rejected"
    assert [problem.path for problem in outcome.problems] == ["$.messageId"]
    assert await rows(database, "source_event") == 1


async def test_records_without_a_time_follow_each_other(database: Database) -> None:
    """A value that goes away and comes back is three versions; repeating what holds is none."""
    intake = Intake(database)
    bare = {"sourceSystem": "crm", "key": "1", "email": "a@example.com"}
    outcomes: list[Outcome] = []
    for city in ("Bonn", "Köln", "Köln", "Bonn"):
        outcomes += await intake.take_in([bare | {"city": city}], REST)
    assert [outcome.status for outcome in outcomes] == ["accepted", "accepted", "unchanged", "accepted"]
    golden_id = outcomes[0].golden_id
    assert golden_id is not None
    golden = GoldenRecords(database)
    versions = (await golden.timeline([golden_id], (await golden.basis(None, None)).system))[golden_id]
    assert [v.attributes["city"] for v in versions] == ["Bonn", "Köln", "Bonn"]
    together = await intake.take_in(
        [bare | {"key": "2", "email": "b@example.com", "city": c} for c in "AB"], REST
    )
    golden_id = together[0].golden_id
    assert golden_id is not None
    versions = (await golden.timeline([golden_id], (await golden.basis(None, None)).system))[golden_id]
    assert [v.attributes["city"] for v in versions] == ["A", "B"]


async def test_a_late_record_merges_two_customers_and_the_old_belief_stays(database: Database) -> None:
    """A record that shares an e-mail with one and a phone with the other joins them; before, they were two."""
    intake, golden = Intake(database, entity_type=PERSON), GoldenRecords(database)
    one, other = await intake.take_in(
        [told("crm", "1", 1, email="a@example.com"), told("shop", "2", 1, phone="+4922112345678")], REST
    )
    assert one.golden_id is not None
    assert other.golden_id is not None
    before = (await golden.basis(None, None)).system
    (bridge,) = await intake.take_in(
        [told("crm", "3", 2, email="a@example.com", phone="+4922112345678")], REST
    )
    basis = await golden.basis(None, None)
    survivor = min(one.golden_id, other.golden_id)
    assert bridge.golden_id == survivor
    now = await golden.by_id([one.golden_id, other.golden_id], basis)
    assert {record.id for record in now.values()} == {survivor}
    then = await golden.by_id([one.golden_id, other.golden_id], type(basis)(basis.valid, before))
    assert {i: r.version.attributes for i, r in then.items()} == {
        one.golden_id: {"email": "a@example.com"},
        other.golden_id: {"phone": "+4922112345678"},
    }
    assert (await golden.members([survivor], before))[survivor] == [
        SourceKey("crm", "1") if survivor == one.golden_id else SourceKey("shop", "2")
    ]
    assert len((await golden.members([survivor], basis.system))[survivor]) == 3


async def test_a_retract_takes_a_bridge_away_again(database: Database) -> None:
    """Where the record that joined two customers never was, they are two again."""
    intake = Intake(database, entity_type=PERSON)
    await intake.take_in(
        [
            told("crm", "1", 1, email="a@example.com"),
            told("shop", "2", 1, phone="+4922112345678"),
            told("crm", "3", 2, email="a@example.com", phone="+4922112345678"),
        ],
        REST,
    )
    await intake.take_in([{"sourceSystem": "crm", "key": "3", "kind": "retract"}], REST)
    found = await timelines(database)
    assert {keys: [v[3] for v in versions] for keys, versions in found.items()} == {
        frozenset([SourceKey("crm", "3")]): [],
        frozenset([SourceKey("crm", "1")]): [{"email": "a@example.com"}],
        frozenset([SourceKey("shop", "2")]): [{"phone": "+4922112345678"}],
    }


async def test_rows_of_a_file_that_cannot_be_used_are_kept(database: Database) -> None:
    """A bad row of a file goes to quarantine once, with its reasons and position; the good rows go in."""
    intake, origin = Intake(database), Origin("file", file="crm.csv")
    records = [told("crm", "1", 1, email="a@example.com"), {"sourceSystem": "crm", "email": "nope\x00"}]
    await intake.take_in(records, origin, first_position=2)
    outcomes = await intake.take_in(records, origin, first_position=2)
    assert [outcome.status for outcome in outcomes] == ["unchanged", "rejected"]
    async with database.connection() as connection:
        kept = await connection.fetch(
            "select q.origin_position, q.body, q.problems, o.file from quarantine q join origin o using (tenant_id, origin_id)"
        )
    assert [tuple(row.values()) for row in kept] == [
        (
            3,
            '{"sourceSystem": "crm", "email": "nope\\u0000"}',
            [
                {"path": "$.key", "reason": "is missing"},
                {"path": "$.email", "reason": "holds a NUL character"},
            ],
            "crm.csv",
        )
    ]


async def test_a_row_of_a_file_that_cannot_even_be_written_down_leaves_the_others_alone(
    database: Database,
) -> None:
    """Names that PostgreSQL cannot keep and endless nesting are refused and kept like any other bad row."""
    deep: list[object] = []
    for _ in range(2_000):
        deep = [deep]
    bad: list[object] = [
        {"sourceSystem": "crm", "key": "2", "a\x00b": 1},
        {"sourceSystem": "crm", "key": "3", "a\udcffb": 1},
        {"sourceSystem": "crm", "key": "4", "city": deep},
    ]
    good = told("crm", "1", 1, email="a@example.com")
    outcomes = await Intake(database).take_in([*bad, good], Origin("file", file="crm.csv"))
    assert [outcome.status for outcome in outcomes] == ["rejected", "rejected", "rejected", "accepted"]
    async with database.connection() as connection:
        kept = await connection.fetch("select body, problems from quarantine order by origin_position")
    unknown = [{"path": "$.a\N{REPLACEMENT CHARACTER}b", "reason": "is not known"}]
    assert [tuple(row.values()) for row in kept] == [
        ('{"sourceSystem": "crm", "key": "2", "a\\u0000b": 1}', unknown),
        ('{"sourceSystem": "crm", "key": "3", "a\\udcffb": 1}', unknown),
        ("(nested too deeply to be kept)", [{"path": "$.city", "reason": "must be text, got a list"}]),
    ]
    assert await rows(database, "source_event") == 1


async def test_a_customer_of_our_own_can_be_made_changed_deleted_and_reopened(database: Database) -> None:
    """Create, change (the address stays whole), delete from an instant on, and re-open by a later change."""
    intake, golden = Intake(database), GoldenRecords(database)
    made = await intake.create(
        {"email": "a@example.com", "address": {"street": "A 1", "city": "Bonn"}}, START, "ann", "rest"
    )
    assert await intake.update(made, {"city": "Köln"}, START + timedelta(days=10), "ann", "rest") == made
    assert await intake.delete(made, START + timedelta(days=20), "ann", "rest") == made
    assert await intake.update(made, {"city": "Berlin"}, START + timedelta(days=30), "ann", "rest") == made
    versions = (await golden.timeline([made], (await golden.basis(None, None)).system))[made]
    assert [((v.period.start - START).days, v.is_deleted, v.attributes) for v in versions] == [
        (0, False, {"email": "a@example.com", "street": "A 1", "city": "Bonn"}),
        (10, False, {"email": "a@example.com", "street": "A 1", "city": "Köln"}),
        (20, True, {"email": "a@example.com", "street": "A 1", "city": "Köln"}),
        (30, False, {"email": "a@example.com", "street": "A 1", "city": "Berlin"}),
    ]


async def test_a_change_joins_the_customer_it_names_even_without_a_shared_identifier(
    database: Database,
) -> None:
    """A steward's change of a customer from a source is another member of the same golden record."""
    intake, golden = Intake(database), GoldenRecords(database)
    (crm,) = await intake.take_in([told("crm", "1", 1, email="a@example.com")], REST)
    assert crm.golden_id is not None
    assert (
        await intake.update(crm.golden_id, {"lastName": "Lee"}, START + timedelta(days=60), "ann", "rest")
        == crm.golden_id
    )
    basis = await golden.basis(None, None)
    record = (await golden.by_id([crm.golden_id], basis))[crm.golden_id]
    assert record.version.attributes == {"email": "a@example.com", "last_name": "Lee"}
    async with database.connection() as connection:
        assert [tuple(r) for r in await connection.fetch("select verdict, actor from match_decision")] == [
            ("must_link", "ann")
        ]


@pytest.mark.parametrize(
    ("attributes", "path"),
    [
        ({}, "$"),
        ({"email": "nope"}, "$.email"),
        ({"emial": "a@example.com"}, "$.emial"),
        ({"email": 5}, "$.email"),
    ],
)
async def test_a_bad_change_is_refused_and_stores_nothing(
    database: Database, attributes: dict[str, object], path: str
) -> None:
    """Creating or changing with bad attributes raises with the path, and no table grows."""
    intake = Intake(database)
    with pytest.raises(InvalidInputError) as caught:
        await intake.create(attributes, None, "ann", "rest")
    assert [problem.path for problem in caught.value.problems] == [path]
    assert await rows(database, "source_event") == 0


async def test_changing_or_deleting_an_unknown_customer_says_so(database: Database) -> None:
    """An id that never was cannot be changed."""
    intake = Intake(database)
    with pytest.raises(NotFoundError, match="no customer has the id"):
        await intake.update(UUID(int=5), {"city": "Bonn"}, None, "ann", "rest")
    with pytest.raises(NotFoundError, match="no customer has the id"):
        await intake.delete(UUID(int=5), None, "ann", "rest")


emails = st.sampled_from(["a@example.com", "b@example.com", "c@example.com"])
phones = st.sampled_from(["+4922112345678", "+4922112345679"])
keys = st.sampled_from([("crm", "1"), ("crm", "2"), ("shop", "1"), ("shop", "2")])
months = st.integers(1, 12)


def snapshot(
    key: tuple[str, str], month: int, email: str | None, phone: str | None, city: str, sequence: int
) -> dict[str, Any]:
    """Return a snapshot for the generator."""
    return told(*key, month, email=email, phone=phone, city=city, sequence=sequence)


def end(key: tuple[str, str], month: int) -> dict[str, Any]:
    """Return the end of a source record for the generator."""
    return told(*key, month, kind="end")


def retract(key: tuple[str, str]) -> dict[str, Any]:
    """Return the retraction of a source record for the generator."""
    return told(*key, 1, kind="retract")


snapshots = st.builds(
    snapshot,
    keys,
    months,
    st.none() | emails,
    st.none() | phones,
    st.sampled_from(["Bonn", "Köln"]),
    st.integers(0, 1),
)
ends = st.builds(end, keys, months)
retracts = st.builds(retract, keys)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(snapshots | ends | retracts, min_size=1, max_size=8), st.randoms(use_true_random=False))
async def test_any_order_and_repetition_give_the_same_timelines(
    database: Database, records: list[dict[str, Any]], shuffle: random.Random
) -> None:
    """A set of source events gives the same customers and versions however it is shuffled, repeated and batched."""
    await empty(database)
    await Intake(database, entity_type=PERSON).take_in(records, REST)
    expected = await timelines(database)
    shuffled = [*records, *records[: len(records) // 2]]
    shuffle.shuffle(shuffled)
    await empty(database)
    intake = Intake(database, entity_type=PERSON)
    while shuffled:
        size = shuffle.randint(1, 4)
        await intake.take_in(shuffled[:size], REST)
        del shuffled[:size]
    assert await timelines(database) == expected


async def test_several_intakes_at_once_create_each_customer_once(database: Database) -> None:
    """Four writers racing with overlapping records end where one writer would."""
    pool = [
        told(system, str(n % 20), 1 + n % 12, email=f"p{n % 15}@example.com", city=f"C{n % 7}")
        for n, system in itertools.product(range(60), ("crm", "shop"))
    ]
    random.Random(7).shuffle(pool)  # noqa: S311 - a fixed shuffle, no secret
    intakes = [Intake(database, entity_type=PERSON) for _ in range(4)]

    async def write(intake: Intake, records: list[dict[str, Any]]) -> None:
        for start in range(0, len(records), 5):
            outcomes = await intake.take_in(records[start : start + 5], REST)
            assert {outcome.status for outcome in outcomes} <= {"accepted", "unchanged"}

    await asyncio.gather(*(write(intake, pool[n::4] + pool[:10]) for n, intake in enumerate(intakes)))
    raced = await timelines(database)
    await empty(database)
    await Intake(database, entity_type=PERSON).take_in(sorted(pool, key=str), REST)
    assert await timelines(database) == raced
