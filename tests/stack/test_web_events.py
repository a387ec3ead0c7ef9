"""The events screen in a real browser: events as they came, warnings, and dead letters of both kinds replayed."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from uuid import UUID

import httpx
import pytest

from graph.errors import Problem
from graph.store.database import DEFAULT_TENANT, Database
from graph.store.stream_letters import StreamLetter, StreamLetters, add
from lineage.dead_letters import DeadLetters
from service.settings import Settings
from tests.stack.axe import serious_violations
from tests.stack.browser import browser_tab, outside, running
from tests.stack.test_web_catalog import click
from tests.stack.web_events import ago, event, post, run_id, shop

pytestmark = pytest.mark.stack

ROWS = "document.querySelectorAll('[role=table] [role=row][data-index]').length"
DIALOG = "document.querySelector('[role=dialog]')?.innerText"


async def test_a_raw_event_is_found_by_its_run_and_shown_as_it_came(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """The filter by run stands in the address; an event with a warning says what is not as specified."""
    odd = event(5, "COMPLETE", "odd_job", ago(3))
    del odd["producer"]
    async with (
        running(Settings(database_url=database_url)) as server,
        browser_tab(tmp_path / "profile") as tab,
    ):
        await post(server, *shop(), odd)
        await tab.send("Page.navigate", url=f"{server}/events")
        await tab.until(f"{ROWS} === 5")
        assert await serious_violations(tab) == []
        await tab.send("Page.navigate", url=f"{server}/events?run={run_id(2)}")
        await tab.until(f"{ROWS} === 2")
        await tab.evaluate("document.querySelector('[role=row][data-index=\"0\"]').click()")
        await tab.until(f'{DIALOG}?.includes(\'"eventType": "COMPLETE"\')')
        assert await serious_violations(tab) == []
        await tab.press("Escape", 27)
        await click(tab, "Warnings")
        await tab.until(
            f"{ROWS} === 1 && document.querySelector('main').innerText.includes('$.producer is missing')"
        )
        assert await serious_violations(tab) == []
        assert outside(tab, server) == []
        assert tab.complaints() == []


async def test_a_dead_letter_is_replayed_and_leads_to_the_event_it_became(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """What can be read by now becomes an event; what cannot stays, with the reason."""
    letters = DeadLetters(database)
    good = httpx.Request("POST", "http://x", json=event(7, "COMPLETE", "mended", ago(4))).content
    for raw in (good, b'{"eventTime": "2026'):
        await letters.keep("tests", raw, [Problem("$.run", "is missing")])
    await letters.close()
    async with (
        running(Settings(database_url=database_url)) as server,
        browser_tab(tmp_path / "profile") as tab,
    ):
        await tab.send("Page.navigate", url=f"{server}/events?tab=letters")
        await tab.until(f"{ROWS} === 2")
        assert await serious_violations(tab) == []
        await tab.evaluate("document.querySelector('[role=row][data-index=\"1\"]').click()")
        await tab.until(f"{DIALOG}?.includes('is missing')")
        await click(tab, "Replay", "[role=dialog] button")
        await tab.until(f"{DIALOG}?.includes('The event it became')")
        await click(tab, "The event it became", "[role=dialog] a")
        await tab.until(f"{DIALOG}?.includes('mended')")
        await tab.press("Escape", 27)
        await click(tab, "Dead letters: events")
        await tab.until(f"{ROWS} === 1")
        await click(tab, "Replay all that wait")
        await tab.until("document.querySelector('main').innerText.includes('1 still cannot be read')")
        assert tab.complaints() == []


async def test_a_message_that_could_not_be_used_is_asked_for_again(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """The replay of a message is noted for a worker; the screen says when it was sent."""
    letter = StreamLetter(
        UUID(int=1), "customers", "source.crm.customers", 0, 17, datetime(2026, 1, 1, tzinfo=UTC), b"4711",
        b'{"shoeSize": 43}', (), (Problem("$.shoeSize", "is not known"),),
    )  # fmt: skip
    await database.transaction(lambda connection: add(connection, DEFAULT_TENANT, [letter]))
    async with (
        running(Settings(database_url=database_url)) as server,
        browser_tab(tmp_path / "profile") as tab,
    ):
        await tab.send("Page.navigate", url=f"{server}/events?tab=streams")
        await tab.until(f"{ROWS} === 1")
        assert await serious_violations(tab) == []
        await tab.evaluate("document.querySelector('[role=row][data-index=\"0\"]').click()")
        await tab.until(f"{DIALOG}?.includes('shoeSize')")
        assert await serious_violations(tab) == []
        await click(tab, "Replay", "[role=dialog] button")
        await tab.until(f"{DIALOG}?.includes('asked for')")
        async with StreamLetters(database).asked(5) as wanted:
            assert [one.dead_letter_id for one in wanted] == [UUID(int=1)]
        await tab.until(f"{DIALOG}?.includes('sent again')")
        assert tab.complaints() == []
