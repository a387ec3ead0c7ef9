"""The golden record in a real browser: found, its timeline dragged through, its origin followed, two versions compared."""

from __future__ import annotations

from pathlib import Path

import httpx
import pytest

from graph.store.database import Database
from service.settings import Settings
from tests.stack.axe import serious_violations
from tests.stack.browser import Tab, browser_tab, outside, running
from tests.stack.golden_product import TEXT, ask, drag, found, opened, type_text

pytestmark = pytest.mark.stack

KLARA = '{ customer(email: "klara.weidner@post.example") { id } }'
CURSOR = '[role=slider][aria-label="Valid at"]'
CITY = "document.querySelector('[data-attribute=city] td').innerText"
HOSTILE = "<img src=x onerror=alert(1)>\u202eevil\u202c" + "A" * 166
"""As long as the name of a customer may be."""

ENDLESS = "<script>document.title='hacked'</script><img src=x onerror=alert(1)>\u202eevil\u202c" + "A" * 9_926
"""As long as any attribute of a type of one's own may be."""

THING = {
    "name": "thing",
    "attributes": [
        {"name": "label", "kind": "text", "max_length": 10_000},
        {"name": "code", "kind": "code", "identifier": "code", "max_length": 20},
    ],
    "matching": {
        "blocking": [["code"]],
        "rules": [
            {"name": "same code", "outcome": "review", "when": [{"attribute": "code", "test": "equal"}]}
        ],
    },
}


async def test_somebody_is_found_by_a_misspelt_name_and_each_value_followed_to_its_file_run_and_lineage(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """Search, timeline, drag to a date, origin of an attribute, the run that read the file, the lineage of the column."""
    async with opened(database_url, tmp_path) as (server, tab):
        await found(server, "weidner")
        await tab.open(f"{server}/customers", "document.querySelectorAll('[role=row]').length > 5")
        await type_text(tab, "input[type=search]", "klara waidner")
        await tab.until(f"{TEXT}.includes('nothing is spelt so: these are near')")
        await tab.until(
            "document.querySelector('[role=row][data-index]')?.innerText.includes('Klara Weidner')"
        )
        await tab.evaluate("document.querySelector('[role=row][data-index]').click()")
        await tab.until("document.querySelector('h1')?.innerText === 'Klara Weidner'")
        await tab.until(f"{CITY}.startsWith('Hamburg')")
        assert await tab.evaluate("document.querySelectorAll('[data-version]').length") == 4
        assert await tab.evaluate("document.querySelectorAll('[data-former]').length") == 1

        place = "document.querySelector('[data-version=\"3\"]').getBoundingClientRect()"
        here = f"document.querySelector('{CURSOR}').getBoundingClientRect()"
        by = await tab.evaluate(f"{place}.x + {place}.width / 2 - ({here}.x + {here}.width / 2)")
        await drag(tab, CURSOR, by)
        await tab.until(f"{CITY}.startsWith('Köln')")
        await tab.until("new URLSearchParams(location.search).get('validAt')?.startsWith('2024-')")
        await tab.press("ArrowLeft", 37)
        await tab.until("location.search.includes('validAt=2024-06-01')")
        await tab.press("ArrowLeft", 37)
        await tab.until(f"{CITY} === 'Bonn'")

        await tab.evaluate("document.querySelector('[data-attribute=phone] button').click()")
        await tab.until(f"{TEXT}.includes('2023-customers.ndjson') && {TEXT}.includes('Why this value')")
        assert "attribute=phone" in await tab.evaluate("location.search")
        run = await tab.evaluate(
            "document.querySelector('a[href^=\"/runs/\"]:not([data-dot])').getAttribute('href')"
        )
        way = await tab.evaluate("document.querySelector('a[href^=\"/lineage/\"]').getAttribute('href')")
        run_id = run.split("/runs/")[1].split("?")[0]
        told = await ask(server, f'{{ run(id: "{run_id}") {{ job {{ name }} }} }}')
        assert told["run"]["job"]["name"] == "shop_to_golden_records"
        assert "column=phone" in way
        await tab.evaluate("document.querySelector('a[href^=\"/lineage/\"]').click()")
        await tab.until("location.pathname.startsWith('/lineage/')")
        assert outside(tab, server) == []
        assert tab.complaints() == []


async def test_what_was_known_earlier_is_shown_as_it_was_and_two_beliefs_are_compared(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """On the other axis Köln was believed of New Year 2025; beside it stands what is believed now, with the reasons."""
    async with opened(database_url, tmp_path) as (server, tab):
        klara = (await ask(server, KLARA))["customer"]["id"]
        await tab.open(
            f"{server}/customers/{klara}?validAt=2025-01-01",
            f"document.querySelector('h1') && {CITY}.startsWith('Hamburg')",
        )
        await tab.evaluate("document.querySelector('[role=slider][aria-label=\"Known at\"]').focus()")
        await tab.press("ArrowLeft", 37)
        await tab.until(f"{CITY}.startsWith('Köln')")
        assert "knownAt=" in await tab.evaluate("location.search")
        await tab.press("End", 35)
        await tab.until(f"{CITY}.startsWith('Hamburg')")
        await tab.evaluate("document.querySelector('button[aria-label=\"Let history run\"]').click()")
        await tab.until("document.querySelector('button[aria-label=Pause]') !== null")

        await tab.open(
            f"{server}/customers/{klara}/difference?a=b1&b=v4",
            "document.querySelector('[data-change=changed]')",
        )
        row = "document.querySelector('[data-attribute=city]').innerText"
        assert "Köln" in await tab.evaluate(row)
        assert "Hamburg" in await tab.evaluate(row)
        assert tab.complaints() == []


async def test_a_hostile_name_shows_as_text_and_nobody_there_says_what_to_do(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """Mark-up in a name is read as letters; an id that nobody has, and a catalog without anybody, lead on."""
    async with (
        running(Settings(database_url=database_url)) as server,
        browser_tab(tmp_path / "profile") as tab,
    ):
        await tab.open(f"{server}/customers", f"{TEXT}.includes('Nobody here yet')")
        await tab.open(
            f"{server}/customers/01a1fffc-375a-79b5-80c0-2abe08cfd8b6",
            f"{TEXT}.includes('No such golden record')",
        )
        record = {"sourceSystem": "crm", "key": "1", "firstName": HOSTILE, "lastName": "x", "city": HOSTILE}
        async with httpx.AsyncClient(base_url=server) as client:
            assert (await client.post("/api/v1/records", json=record)).status_code < 300
        golden_id = (await ask(server, "{ customers(first: 1) { nodes { id } } }"))["customers"]["nodes"][0][
            "id"
        ]
        for path in (f"/customers/{golden_id}", "/customers", f"/adding?what=customer&id={golden_id}"):
            await tab.open(server + path, "document.body.textContent.includes('onerror')")
            assert await tab.evaluate("document.querySelectorAll('img[src=x]').length") == 0
            assert await tab.evaluate("document.documentElement.scrollWidth <= innerWidth") is True
        assert tab.complaints() == []


async def test_ten_thousand_characters_of_markup_are_text_wherever_they_show(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """Lists, the record, search and stewardship show them; as the name of a customer they are refused with the reason."""
    async with (
        running(Settings(database_url=database_url)) as server,
        browser_tab(tmp_path / "profile") as tab,
    ):
        async with httpx.AsyncClient(base_url=server) as client:
            assert (await client.put("/api/v1/entity-types/thing", json=THING)).status_code == 200
            things = [{"sourceSystem": one, "key": "1", "code": "T-1", "label": ENDLESS} for one in "ab"]
            assert (await client.post("/api/v1/records/thing", json=things)).json()["accepted"] == 2
            named = {"sourceSystem": "crm", "key": "1", "firstName": ENDLESS, "lastName": "x"}
            refused = await client.post("/api/v1/records", json=[named])
            torn = await client.post(
                "/api/v1/lineage",
                content=b'{"job": "' + ENDLESS.encode(),
                headers={"content-type": "application/json"},
            )
            assert torn.status_code == 400
        assert refused.json()["results"][0]["problems"] == [
            {"path": "$.firstName", "reason": "is 10,000 characters long; at most 200 are allowed"}
        ]
        query = '{ goldenRecords(entityType: "thing", first: 5) { nodes { id } } reviewTasks(entityType: "thing", first: 5) { nodes { id } } }'
        told = await ask(server, query)
        thing, task = told["goldenRecords"]["nodes"][0]["id"], told["reviewTasks"]["nodes"][0]["id"]
        for path in ("/golden/thing", f"/golden/thing/{thing}", f"/stewardship/{task}"):
            await tab.open(server + path, "document.querySelector('main').textContent.includes('<script>')")
            await _unhurt(tab)
        await tab.open(f"{server}/events?tab=letters", "document.querySelector('[role=row][data-index]')")
        await tab.evaluate("document.querySelector('[role=row][data-index]').click()")
        await tab.until("document.querySelector('[role=dialog]')?.textContent.includes('AAAA')")
        await _unhurt(tab)
        await tab.press("Escape", 27)
        await found(server, "T-1")
        await tab.press("k", 75, ctrl=True)
        await tab.until("document.querySelector('[cmdk-input]') === document.activeElement")
        await tab.send("Input.insertText", text="T-1")
        await tab.until("document.querySelector('[cmdk-item]')?.innerText.includes('T-1')")
        await _unhurt(tab)
        assert tab.complaints() == []


async def _unhurt(tab: Tab) -> None:
    """No mark-up of a value became part of the page, and none is wider than the window."""
    assert await tab.evaluate("document.querySelectorAll('img[src=x], body script').length") == 0
    assert not (await tab.evaluate("document.title")).startswith("hacked")
    assert await tab.evaluate("document.documentElement.scrollWidth <= innerWidth") is True
    assert (
        await tab.evaluate(
            "Math.max(...[...document.querySelectorAll('[role=cell], [role=row], td, dd, [cmdk-item]')].map((one) => one.offsetHeight))"
        )
        < 800
    )


async def test_every_screen_of_golden_records_can_be_used_without_eyes_or_mouse(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """Axe finds nothing serious, in light and in dark."""
    async with opened(database_url, tmp_path) as (server, tab):
        klara = (await ask(server, KLARA))["customer"]["id"]
        screens = {
            f"/customers/{klara}?attribute=city&validAt=2025-01-01": f"{TEXT}.includes('Why this value') && document.querySelector('table table')",
            f"/customers/{klara}?tab=told": f"{TEXT}.includes('Received')",
            f"/customers/{klara}/difference": "document.querySelector('[data-change]')",
            "/customers": "document.querySelectorAll('[role=row]').length > 5",
            "/stewardship": "document.querySelector('[data-likeness]')",
            "/adding": "document.querySelector('form')",
            "/adding?what=file": f"{TEXT}.includes('Choose a file')",
        }
        for shade in ("light", "dark"):
            await tab.look(shade)
            for path, shown in screens.items():
                await tab.open(server + path, shown)
                assert await serious_violations(tab) == [], (shade, path)
