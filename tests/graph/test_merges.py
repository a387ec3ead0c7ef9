"""Golden records are merged and taken apart on a steward's word, and are afterwards as they were."""

from __future__ import annotations

from uuid import UUID

import pytest

from graph.errors import ConflictError, InvalidInputError, NotFoundError
from graph.golden.decision import Decision
from graph.identity import SourceKey
from graph.store.crosswalk import Crosswalks
from graph.store.database import Database
from tests.graph.stewards_desk import CRM, SHOP, WEB, Desk, told

APP = SourceKey("app", "4")
NOBODY = UUID(int=7)


async def _three(database: Database) -> tuple[Desk, list[UUID]]:
    """Return a desk with three customers, the second of two records, and their ids, the oldest first."""
    desk = Desk.of(database)
    await desk.take_in(told(CRM, email="a@example.com", city="Bonn"))
    await desk.take_in(told(SHOP, email="b@example.com", lastName="Lee"))
    await desk.take_in(told(WEB, email="b@example.com", firstName="Ann", validFrom="2021-01-01T00:00:00Z"))
    await desk.take_in(told(APP, email="c@example.com"))
    return desk, await desk.golden_ids(CRM, SHOP, APP)


async def test_merging_lets_the_oldest_survive(database: Database) -> None:
    """Three become one under the oldest id, whatever their order; one event for each that was merged."""
    desk, (first, second, third) = await _three(database)
    assert await desk.merges.merge("customer", [third, first, second], "bea", "one person") == first
    assert set((await desk.homes()).values()) == {first}
    merged = [change for change in await desk.changes() if change[0] == "merged"]
    assert sorted(merged) == sorted([("merged", first, second), ("merged", first, third)])
    assert (
        await desk.rows("select verdict, actor, note from match_decision")
        == [("must_link", "bea", "one person")] * 2
    )


async def test_a_merge_holds_against_every_further_load(database: Database) -> None:
    """Steward's words outrank the engine: re-delivery and changed data leave what was merged together."""
    desk, (first, second, _) = await _three(database)
    await desk.merges.merge("customer", [first, second], "bea")
    await desk.take_in(
        told(CRM, email="new@example.com", birthDate="1980-01-01", validFrom="2022-01-01T00:00:00Z"),
        told(SHOP, email="b@example.com", birthDate="1960-05-05", validFrom="2022-01-01T00:00:00Z"),
    )
    assert await desk.golden_ids(CRM, SHOP, WEB) == [first] * 3


async def test_merging_and_unmerging_leaves_everything_as_it_was(database: Database) -> None:
    """Crosswalk, histories and ids are as before, both ids are in the change feed, and the two stay apart."""
    desk, (first, second, _) = await _three(database)
    before = await desk.state()
    await desk.merges.merge("customer", [first, second], "bea")
    home = await desk.merges.unmerge("customer", first, [SHOP], "bea", is_tree=True)
    assert home == {CRM: first, SHOP: second, WEB: second}
    assert [row for row in await desk.state() if row[0] != "word"] == before
    assert ("unmerged", first, second) in await desk.changes()
    assert len([row for row in await desk.state() if row[0] == "word"]) == 2
    await desk.take_in(told(CRM, email="b@example.com", city="Bonn", sequence=1))
    homes = await desk.homes()
    assert homes[CRM] != homes[SHOP]


async def test_the_survivor_can_be_the_side_that_is_taken_out(database: Database) -> None:
    """Naming the records that gave the id its name takes them out, yet every record gets its own id back."""
    desk, (first, second, _) = await _three(database)
    before = await desk.state()
    await desk.merges.merge("customer", [first, second], "bea")
    assert await desk.merges.unmerge("customer", second, [CRM], "bea") == {
        CRM: first,
        SHOP: second,
        WEB: second,
    }
    assert [row for row in await desk.state() if row[0] != "word"] == before


async def test_unmerging_one_record_leaves_its_companions(database: Database) -> None:
    """Without tree only the record named goes, though it came with another; a fresh or its old id is its own."""
    desk, (first, second, _) = await _three(database)
    await desk.merges.merge("customer", [first, second], "bea")
    home = await desk.merges.unmerge("customer", first, [WEB], "bea")
    assert home == {CRM: first, SHOP: first, WEB: second}
    said = await desk.rows("select verdict, count(*)::int from match_decision group by 1 order by 1")
    assert said == [("cannot_link", 2), ("must_link", 1)]


async def test_a_tree_goes_as_it_came_however_deep(database: Database) -> None:
    """Of a merge into a merge, the whole branch goes that came together, and falls into no pieces."""
    desk, (first, second, third) = await _three(database)
    await desk.merges.merge("customer", [second, third], "bea")
    before = await desk.state()
    await desk.merges.merge("customer", [first, second], "bea")
    preview = await desk.merges.preview_unmerge("customer", first, [APP], is_tree=True)
    assert preview == ([APP, SHOP, WEB], [CRM])
    home = await desk.merges.unmerge("customer", first, [APP], "bea", is_tree=True)
    assert home == {CRM: first, APP: second, SHOP: second, WEB: second}
    assert [row for row in await desk.state() if row[:1] != ("word",)] == [
        row for row in before if row[:1] != ("word",)
    ]


async def test_a_merge_is_refused_where_a_word_keeps_records_apart(database: Database) -> None:
    """Who said of which records that they are two, when and why, is told; override takes it back."""
    desk, (first, second, _) = await _three(database)
    await desk.intake.decide([Decision(CRM, WEB, "cannot_link", "father and son")], "dan")
    before = await desk.state()
    with pytest.raises(
        ConflictError, match=r"dan said at 20.* '1' of 'crm' and '3' of 'web' .*\(father and son\)"
    ):
        await desk.merges.merge("customer", [first, second], "bea")
    assert await desk.state() == before
    assert await desk.merges.merge("customer", [first, second], "bea", override=True) == first
    assert set(await desk.golden_ids(CRM, SHOP, WEB)) == {first}


async def test_a_stale_word_does_not_refuse_a_merge(database: Database) -> None:
    """Whoever merges knows the records as they are now; the word was about what they were then."""
    desk, (first, second, _) = await _three(database)
    await desk.intake.decide([Decision(CRM, SHOP, "cannot_link")], "dan")
    await desk.take_in(told(CRM, email="other@example.com", validFrom="2022-01-01T00:00:00Z"))
    assert await desk.merges.merge("customer", [first, second], "bea") == first


async def test_merging_what_is_one_already_is_refused(database: Database) -> None:
    """The same id twice, or an id that leads to the other, is no merge."""
    desk, (first, second, third) = await _three(database)
    with pytest.raises(ConflictError, match=f"they are one golden record already: {first}"):
        await desk.merges.merge("customer", [first, first], "bea")
    await desk.merges.merge("customer", [first, second], "bea")
    with pytest.raises(ConflictError, match=f"they are one golden record already: {first}"):
        await desk.merges.merge("customer", [second, first], "bea")
    assert await desk.merges.merge("customer", [second, third], "bea") == first


@pytest.mark.parametrize("tree", [False, True])
async def test_an_unmerge_that_would_leave_nothing_is_refused(database: Database, tree: bool) -> None:
    """All records of a golden record cannot be taken out of it, nor none, nor one of another's."""
    desk, (first, second, _) = await _three(database)
    before = await desk.state()
    keys = [SHOP] if tree else [SHOP, WEB]
    with pytest.raises(InvalidInputError, match="are all source records of"):
        await desk.merges.unmerge("customer", second, keys, "bea", is_tree=tree)
    with pytest.raises(InvalidInputError, match=r"\$.sourceKeys: names no source record"):
        await desk.merges.unmerge("customer", second, [], "bea", is_tree=tree)
    with pytest.raises(
        InvalidInputError, match=rf"\$.sourceKeys\[1\]: '2' of 'shop' is no source record of {first}"
    ):
        await desk.merges.unmerge("customer", first, [CRM, SHOP], "bea", is_tree=tree)
    assert await desk.state() == before


async def test_unknown_ids_are_refused(database: Database) -> None:
    """Nobody's id can be merged or unmerged, and nothing was said of records nobody spoke of."""
    desk, (first, _, _) = await _three(database)
    with pytest.raises(NotFoundError, match=f"no customer has the id {NOBODY}"):
        await desk.merges.merge("customer", [first, NOBODY], "bea")
    with pytest.raises(NotFoundError, match=f"no customer has the id {NOBODY}"):
        await desk.merges.unmerge("customer", NOBODY, [CRM], "bea")
    for other in (SHOP, SourceKey("crm", "none")):
        with pytest.raises(NotFoundError, match="no word stands of '1' of 'crm' and"):
            await desk.merges.withdraw("customer", CRM, other, "bea")
    assert await desk.rows("select count(*) from match_decision") == [(0,)]


async def test_a_word_that_is_withdrawn_leaves_it_to_matching(database: Database) -> None:
    """What was kept apart merges again by itself, and what was merged by a word alone falls apart."""
    desk, (first, second, third) = await _three(database)
    await desk.merges.unmerge("customer", second, [WEB], "bea")
    assert await desk.merges.withdraw("customer", WEB, SHOP, "bea") == {WEB: second, SHOP: second}
    await desk.merges.merge("customer", [first, third], "bea")
    assert await desk.merges.withdraw("customer", CRM, APP, "bea") == {CRM: first, APP: third}


async def test_the_crosswalk_tells_who_we_thought_was_one_then(database: Database) -> None:
    """Before, during and after a merge: what each id stood for, and which ids had been merged into it."""
    desk, (first, second, _) = await _three(database)
    crosswalks = Crosswalks(database)
    instants = [(await crosswalks.of("customer", [first]))[first].known_at]
    await desk.merges.merge("customer", [first, second], "bea")
    instants.append((await crosswalks.of("customer", [first]))[first].known_at)
    await desk.merges.unmerge("customer", first, [SHOP], "bea", is_tree=True)
    told_of = [await crosswalks.of("customer", [first, second, NOBODY], at) for at in [*instants, None]]
    assert [{i: (one.golden_id, one.former_ids) for i, one in found.items()} for found in told_of] == [
        {first: (first, ()), second: (second, ())},
        {first: (first, (second,)), second: (first, (second,))},
        {first: (first, ()), second: (second, ())},
    ]
    assert await crosswalks.of("customer", [first], instants[0].replace(year=2000)) == {}
    assert await crosswalks.of("product", [first]) == {}
