"""Search finds assets of every kind by their words, mistyped too, in a stable order, and nobody else's."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any
from urllib.parse import urlsplit
from uuid import UUID

import asyncpg
import pytest

from graph.catalog.annotation import Change
from graph.catalog.asset import DOMAIN, GLOSSARY_TERM, KINDS
from graph.catalog.asset_ref import AssetRef
from graph.erasure import Erasures
from graph.errors import InvalidInputError
from graph.golden.record import Origin
from graph.intake import Intake
from graph.search.entry import Entry, Filters
from graph.store import search_index
from graph.store.annotations import Annotations
from graph.store.assets import Assets
from graph.store.database import Connection, Database
from lineage.erasure import LineageErasure
from lineage.indexing import Indexing
from lineage.recorder import Recorder
from lineage.search import Found, Search
from tests.lineage.conftest import dataset, dataset_event, record_all, run_event

SECRET = b"s" * 32
STORE = "postgres://store:5432"
ANN = {
    "sourceSystem": "crm",
    "key": "C-1042-77",
    "firstName": "Annabella",
    "lastName": "Quastenberg",
    "email": "annabella.q@example.com",
    "phone": "+49 221 9876543",
    "validFrom": "2024-01-01T00:00:00Z",
}
DUMP = """
select (select string_agg(e::text, e'\\n') from search_entry e), (select string_agg(w::text, e'\\n') from search_word w)
"""


@pytest.fixture
def search(database: Database) -> Search:
    """Return search on the test database."""
    return Search(database)


async def recorded(database: Database) -> None:
    """Record a job with SQL that writes a table with columns, and index it."""
    event = run_event(1, "COMPLETE", "2026-01-01T00:00:00Z", job="load_customer_orders")
    event["job"]["facets"] = {
        "sql": {"query": "insert into mart.customer_orders select id, surcharge from raw.orders"},
        "ownership": {"owners": [{"name": "team-sales"}]},
    }
    columns = [{"name": "order_id"}, {"name": "customerEmail", "description": "where receipts go"}]
    facets = {
        "schema": {"fields": columns},
        "documentation": {"description": "What customers **ordered**, net of vouchers."},
        "ownership": {"owners": [{"name": "team-sales"}]},
        "tags": {"tags": [{"key": "pii", "value": "yes"}]},
    }
    event["outputs"] = [dataset("db.mart.customer_orders", STORE, facets=facets)]
    event["inputs"] = [dataset("db.raw.orders", STORE)]
    await record_all(Recorder(database), [event])
    await Indexing(database).catch_up()


def shown(found: Found) -> list[tuple[str, str]]:
    """Return the kinds and names of what was found, in order."""
    return [(hit.kind, hit.name) for hit in found.hits]


TABLE, RAW, JOB = (
    ("dataset", "db.mart.customer_orders"),
    ("dataset", "db.raw.orders"),
    ("job", "load_customer_orders"),
)


@pytest.mark.parametrize(
    ("text", "found", "fields"),
    [
        ("customer_orders", [TABLE, JOB], ["name", "column"]),
        ("customerorders", [TABLE], ["name"]),
        ("ORDERS", [RAW, JOB, TABLE], ["name"]),
        ("cust", [TABLE, JOB], ["name", "column", "description"]),
        ("kustomer orders", [TABLE, JOB], ["name", "column", "description"]),
        ("custmoer", [TABLE, JOB], ["name"]),
        ("order_id", [TABLE], ["column"]),
        ("customer email", [TABLE], ["name", "column"]),
        ("receipts", [TABLE], ["columnDescription"]),
        ("vouchers", [TABLE], ["description"]),
        ("bouchers", [TABLE], ["description"]),
        ("surcharge", [JOB], ["sql"]),
        ("team-sales", [JOB, TABLE], ["owner"]),
        ("pii", [TABLE], ["tag"]),
        ("store orders", [RAW, TABLE], ["name", "namespace"]),
        ("nowhere", [], []),
        ("customer nowhere", [], []),
    ],
)
async def test_assets_are_found_by_all_their_texts(
    database: Database, search: Search, text: str, found: list[tuple[str, str]], fields: list[str]
) -> None:
    """By names, columns, descriptions, owners, tags and SQL, in part and with a typo, the first letter included."""
    await recorded(database)
    answer = await search.found(text)
    assert shown(answer) == found
    assert {match.field for hit in answer.hits[:1] for match in hit.matches} >= {*fields}


async def test_typos_are_looked_for_only_where_nothing_holds_the_words(
    database: Database, search: Search
) -> None:
    """The answer says so."""
    await recorded(database)
    assert not (await search.found("orders")).has_typos
    assert (await search.found("prders")).has_typos
    assert not (await search.found("nothing like it")).has_typos


async def test_facets_count_what_was_found_and_filters_choose(database: Database, search: Search) -> None:
    """By kind, namespace, owner and tag; a filter leaves out what does not have its value."""
    await recorded(database)
    counts = await search.counts(await search.found("orders"))
    told = {facet.name: [(one.value, one.count) for one in facet.counts] for facet in counts.facets}
    assert (counts.total, counts.is_least) == (3, False)
    assert told == {
        "kind": [("dataset", 2), ("job", 1)],
        "namespace": [(STORE, 2), ("scheduler", 1)],
        "owner": [("team-sales", 2)],
        "tag": [("pii:yes", 1)],
    }
    assert [facet.omitted for facet in counts.facets] == [0, 0, 0, 0]
    owned = Filters(owners=["team-sales"], kinds=["dataset"])
    assert shown(await search.found("orders", owned)) == [TABLE]
    assert shown(await search.found("orders", Filters(tags=["pii:yes"]))) == [TABLE]
    assert shown(await search.found("orders", Filters(namespaces=["scheduler"]))) == [JOB]
    assert shown(await search.found("orders", Filters(domains=["none"]))) == []


async def test_pages_follow_each_other(database: Database, search: Search) -> None:
    """Each hit is on one page."""
    await recorded(database)
    first = await search.found("orders", first=2)
    rest = await search.found("orders", first=2, skip=2)
    assert shown(first) + shown(rest) == [RAW, JOB, TABLE]
    assert (first.has_more, rest.has_more) == (True, False)
    with pytest.raises(InvalidInputError, match="goes past"):
        await search.found("orders", skip=100_000)


async def test_customers_and_catalog_assets_are_found(database: Database, search: Search) -> None:
    """By name, e-mail, and phone however it is written; by what people write of a pipeline."""
    await Intake(database).take_in([ANN], Origin("rest"))
    await Assets(database).create(
        KINDS["pipeline"],
        {
            "name": "Nightly",
            "source": "kafka://orders",
            "destination": "s3://lake",
            "description": "Brings parcels",
        },
        actor="me",
    )
    await Indexing(database).catch_up()
    for text in (
        "annabella quastenberg", "Quastenberg, Annabella", "Wuastenberg", "annabela quastenberg", "annabella.q@example.com",
        "+49 221 9876543", "0221 9876543", "221987654", "annab",
    ):  # fmt: skip
        assert shown(await search.found(text)) == [("customer", "Annabella Quastenberg")], text
    for text in ("nightly", "parcels", "kafka orders"):
        assert shown(await search.found(text)) == [("pipeline", "Nightly")], text


async def test_what_changes_is_found_as_it_is_now(database: Database, search: Search) -> None:
    """A new name leads to the asset, the old one no more, nor is it kept; what is deleted is not found."""
    await Intake(database).take_in([ANN], Origin("rest"))
    await Indexing(database).catch_up()
    (hit,) = (await search.found("quastenberg")).hits
    later = {**ANN, "lastName": "Zwirnhuber", "validFrom": "2025-01-01T00:00:00Z"}
    await Intake(database).take_in([later], Origin("rest"))
    assert await Indexing(database).catch_up() == 1
    assert [one.asset_id for one in (await search.found("zwirnhuber")).hits] == [hit.asset_id]
    assert shown(await search.found("quastenberg")) == []
    async with database.connection() as connection:
        assert "quastenberg" not in str(await connection.fetchrow(DUMP)).lower()
    facets = {"schema": {"fields": [{"name": "abacus"}]}}
    await record_all(Recorder(database), [dataset_event("2026-01-01T00:00:00Z", "t", facets)])
    await Indexing(database).catch_up()
    assert shown(await search.found("abacus")) == [("dataset", "t")]
    facets = {"schema": {"fields": [{"name": "barrel"}]}}
    await record_all(Recorder(database), [dataset_event("2026-01-02T00:00:00Z", "t", facets)])
    await Indexing(database).catch_up()
    assert shown(await search.found("abacus")) == []
    assert shown(await search.found("barrel")) == [("dataset", "t")]


async def test_what_bears_a_renamed_term_or_domain_is_found_by_the_new_name(
    database: Database, search: Search
) -> None:
    """A column's term leads to its dataset; what only describes a term anew changes nothing, and a retired one leads nowhere."""
    await recorded(database)
    (table,) = [hit for hit in (await search.found("customer_orders")).hits if hit.kind == "dataset"]
    (job,) = [hit for hit in (await search.found("customer_orders")).hits if hit.kind == "job"]
    assets, annotations = Assets(database), Annotations(database)
    term = await assets.create(GLOSSARY_TERM, {"name": "Turnover", "definition": "What was sold"}, actor="me")
    domain = await assets.create(DOMAIN, {"name": "Kiosk"}, actor="me")
    of_column = Change(add_terms=(term.asset_id,))
    await annotations.annotate(AssetRef(table.asset_id, "order_id"), "column", of_column, actor="me")
    of_job = Change(set=frozenset({"domain"}), domain=domain.asset_id)
    await annotations.annotate(AssetRef(job.asset_id), "job", of_job, actor="me")
    about_term = Change(add_terms=(term.asset_id,))
    await annotations.annotate(AssetRef(term.asset_id), "glossary_term", about_term, actor="me")
    indexing = Indexing(database)
    await indexing.catch_up()
    assert TABLE in shown(await search.found("turnover"))
    assert JOB in shown(await search.found("kiosk"))

    await assets.update(GLOSSARY_TERM, term.asset_id, {"definition": "Money taken"}, actor="me")
    assert await indexing.catch_up() == 1
    await assets.update(GLOSSARY_TERM, term.asset_id, {"name": "Revenue"}, actor="me")
    await assets.update(DOMAIN, domain.asset_id, {"name": "Newsstand"}, actor="me")
    await indexing.catch_up()
    assert TABLE in shown(await search.found("revenue"))
    assert shown(await search.found("newsstand", Filters(domains=["Newsstand"]))) == [JOB]
    for gone in ("turnover", "kiosk"):
        assert shown(await search.found(gone)) == []

    await assets.retire(GLOSSARY_TERM, term.asset_id, actor="me")
    await indexing.catch_up()
    assert shown(await search.found("revenue")) == []


async def test_what_holds_only_from_a_later_day_is_found_from_then_on(
    database: Database, search: Search
) -> None:
    """Nothing is recorded when it begins to hold, so the entry knows when to look again."""
    await Intake(database).take_in([ANN], Origin("rest"))
    later = {**ANN, "lastName": "Zwirnhuber", "validFrom": "2999-01-01T00:00:00Z"}
    await Intake(database).take_in([later], Origin("rest"))
    await Indexing(database).catch_up()
    assert shown(await search.found("zwirnhuber")) == []
    async with database.connection() as connection:
        due = await connection.fetchval("select due_at::date::text from search_entry")
        assert due == "2999-01-01"
        await connection.execute("update search_entry set due_at = now() - interval '1 day'")
    assert await Indexing(database).run_once() == 1


async def test_two_processes_index_everything_once(database: Database, search: Search) -> None:
    """One works at a time; a process that ends in the middle loses nothing."""
    events = [
        dataset_event("2026-01-01T00:00:00Z", f"table_{number}", {"schema": {"fields": [{"name": "a"}]}})
        for number in range(60)
    ]
    await record_all(Recorder(database), events)
    both = await asyncio.gather(*(Indexing(database).catch_up() for _ in range(4)))
    assert sum(both) in (60, 120)  # the facets may be a second source of the same assets
    async with database.connection() as connection:
        assert await connection.fetchval("select count(*) from search_entry") == 60
    assert (await search.counts(await search.found("table"))).total == 60


async def test_indexing_goes_on_while_others_wait(database: Database, search: Search) -> None:
    """In small steps, one instant at a time where one holds more than a step, and to the end."""
    for day in (1, 2):
        events = [dataset_event(f"2026-01-0{day}T00:00:00Z", f"table_{day}_{n}", {}) for n in range(150)]
        await record_all(Recorder(database), events)
    assert await Indexing(database, is_busy=lambda: True).catch_up() >= 300
    assert (await search.counts(await search.found("table"))).total == 300


async def test_an_erased_person_is_neither_found_nor_held(database: Database, search: Search) -> None:
    """In the transaction that erases: name, e-mail and phone are in none of the tables of search."""
    (outcome,) = await Intake(database).take_in([ANN], Origin("rest"))
    assert outcome.golden_id is not None
    bob = {**ANN, "key": "B-1", "firstName": "Bob", "email": "bob@example.com", "phone": "+49 30 1234567"}
    await Intake(database).take_in([bob | {"lastName": "Anders"}], Origin("rest"))
    await Indexing(database).catch_up()
    assert shown(await search.found("quastenberg")) != []
    await Erasures(database, SECRET).erase("customer", outcome.golden_id, "me", "asked")
    for again in (False, True):
        if again:
            await Indexing(database).catch_up()
        async with database.connection() as connection:
            held = str(await connection.fetchrow(DUMP)).lower()
        assert [word for word in ("annabella", "quastenberg", "9876543", "c-1042-77") if word in held] == []
        for text in ("quastenberg", "annabella.q@example.com", "+49 221 9876543"):
            assert shown(await search.found(text, Filters(kinds=["customer"]))) == []
        assert shown(await search.found("bob anders")) == [("customer", "Bob Anders")]
        assert "anders" in held


async def test_an_erased_person_vanishes_from_what_others_are_found_by(
    database: Database, search: Search
) -> None:
    """A table named after somebody is found by its clean name alone once lineage is cleaned."""
    (outcome,) = await Intake(database).take_in([ANN], Origin("rest"))
    assert outcome.golden_id is not None
    facets = {"documentation": {"description": "ask annabella.q@example.com about spindles"}}
    await record_all(Recorder(database), [dataset_event("2026-01-01T00:00:00Z", "t", facets)])
    await Indexing(database).catch_up()
    assert shown(await search.found("spindles annabella")) == [("dataset", "t")]
    erasures = Erasures(database, SECRET)
    erasure = await erasures.erase("customer", outcome.golden_id, "me", "asked")
    removed = await LineageErasure(database).remove(await erasures.traces(erasure))
    assert removed["search_entry"] == 1
    async with database.connection() as connection:
        assert "annabella" not in str(await connection.fetchrow(DUMP)).lower()
    await Indexing(database).catch_up()
    assert shown(await search.found("spindles")) == [("dataset", "t")]
    assert shown(await search.found("spindles annabella")) == []


@pytest.fixture
async def runtime(database: Database, database_url: str) -> AsyncIterator[Connection]:
    """Return a connection of a role that owns nothing and sees only the tenant of its setting."""
    async with database.connection() as connection:
        await connection.execute(
            """insert into tenant (tenant_id, name) values (2, 'other') on conflict do nothing;
               insert into clock (tenant_id) values (2) on conflict do nothing;
               drop role if exists goldthread_search_test;
               create role goldthread_search_test login password 'runtime';
               grant select on all tables in schema public to goldthread_search_test"""
        )
    parts = urlsplit(database_url)
    host = parts.netloc.rpartition("@")[2]
    own = parts._replace(netloc=f"goldthread_search_test:runtime@{host}").geturl()
    connection = await asyncpg.connect(own)
    yield connection
    await connection.close()
    async with database.connection() as owner:
        await owner.execute(
            "drop owned by goldthread_search_test; drop role goldthread_search_test;"
            " delete from search_entry; delete from search_word; delete from search_progress;"
            " delete from clock where tenant_id = 2; delete from tenant where tenant_id = 2"
        )


async def test_tenants_never_see_each_other(database: Database, runtime: Connection) -> None:
    """Not by search, not by the functions, not in the tables, though the words of both are in one index."""

    async def kept(tenant: int, name: str) -> None:
        entry = Entry(UUID(int=tenant), "dataset", name, {"names": [name, "orders"]}, [name])

        async def work(connection: Connection) -> None:
            await search_index.lock(connection, tenant)
            await search_index.keep(connection, tenant, [entry])

        await database.transaction(work)

    await kept(1, "alpha")
    await kept(2, "bravo")
    assert shown(await Search(database, 1).found("orders")) == [("dataset", "alpha")]
    assert shown(await Search(database, 2).found("orders")) == [("dataset", "bravo")]
    assert shown(await Search(database, 1).found("bravo")) == []

    asked: dict[str, Any] = {}
    for tenant in (1, 2):
        await runtime.execute("select set_config('goldthread.tenant', $1, false)", str(tenant))
        names = await runtime.fetch("select name from search_entry")
        words = await runtime.fetch("select word from search_word order by 1")
        hits = await runtime.fetch(
            "select name from search_entries($1, 'words', array[(select array_agg(word_id)::text from search_words($1, "
            "array['orders'], array[null::text], 10))], null, null, null, null, null, 10, 10)",
            tenant,
        )
        asked[str(tenant)] = ([row[0] for row in names], [row[0] for row in words], [row[0] for row in hits])
        for call in (
            "search_words({}, '{{a}}', '{{null}}', 9)",
            "search_counts({}, '{{{{1}}}}', null, null, null, null, null, 9, 9)",
        ):
            with pytest.raises(asyncpg.InsufficientPrivilegeError, match="no other tenant"):
                await runtime.fetch(f"select * from {call.format(3 - tenant)}")
    assert asked == {
        "1": (["alpha"], ["alpha", "orders"], ["alpha"]),
        "2": (["bravo"], ["bravo", "orders"], ["bravo"]),
    }
    await runtime.execute("reset goldthread.tenant")
    with pytest.raises((asyncpg.UndefinedObjectError, asyncpg.InvalidTextRepresentationError)):
        await runtime.fetch("select * from search_entry")


@pytest.mark.parametrize(
    "text", ["%", "_", "\\", "' or 1=1 --", "{1,2}", "\u202eabc", "a" * 900, "x " * 16, "\U0001f600 z"]
)
async def test_hostile_texts_are_words_or_nothing(database: Database, search: Search, text: str) -> None:
    """Wildcards, quotes and arrays mean nothing special."""
    await recorded(database)
    try:
        assert shown(await search.found(text)) in ([], [TABLE], [JOB], [RAW])
    except InvalidInputError as error:
        assert "holds no letter or digit" in str(error)  # noqa: PT017 - some of the texts alone are refused
