"""Stewardship and the forms in a real browser: decided by single keys, taken back, added, corrected and uploaded."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from graph.store.database import Database
from tests.stack.browser import outside
from tests.stack.golden_product import TEXT, ask, click, opened, type_text

pytestmark = pytest.mark.stack

QUEUE = """{ reviewTasks(status: null, first: 50) { totalCount counts { status kind count }
  nodes { id status left { goldenId } right { goldenId } history { action note } } } }"""


async def _task(server: str, task_id: str) -> dict[str, Any]:
    nodes = (await ask(server, QUEUE))["reviewTasks"]["nodes"]
    return next(node for node in nodes if node["id"] == task_id)


async def test_a_steward_decides_with_single_keys_and_takes_it_back(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """Approve merges, undo parts again; reject, note and put off likewise; the filters are in the address."""
    async with opened(database_url, tmp_path) as (server, tab):
        await tab.open(
            f"{server}/stewardship?kind=possible_match", "document.querySelector('[data-likeness]')"
        )
        assert await tab.evaluate("document.querySelectorAll('[role=option]').length") == 6
        chosen = "document.querySelector('[role=option][aria-selected=true]').id.slice(5)"
        first = await tab.evaluate(chosen)
        assert (await _task(server, first))["status"] == "OPEN"
        await tab.press("a", 65)
        await tab.until(f"{TEXT}.includes('They are one now.')")
        after = await _task(server, first)
        assert after["status"] == "APPROVED"
        assert after["left"]["goldenId"] == after["right"]["goldenId"]
        await tab.until(f"{chosen} !== '{first}'")
        await tab.press("u", 85)
        await tab.until(f"{TEXT}.includes('Taken back.')")
        back = await _task(server, first)
        assert back["status"] == "OPEN"
        assert back["left"]["goldenId"] != back["right"]["goldenId"]

        await tab.open(f"{server}/stewardship/{first}", "document.querySelector('[data-likeness]')")
        await tab.press("c", 67)
        await tab.until("document.querySelector('[role=dialog] textarea')")
        await type_text(tab, "[role=dialog] textarea", "asked them on the phone")
        await click(tab, "Add the note")
        await tab.until(f"{TEXT}.includes('Noted.') && {TEXT}.includes('asked them on the phone')")
        await tab.press("r", 82)
        await tab.until(f"{TEXT}.includes('They stay two')")
        rejected = await _task(server, first)
        assert rejected["status"] == "REJECTED"
        assert [done["action"] for done in rejected["history"]][-2:] == ["comment", "reject"]
        second = await tab.evaluate(chosen)
        assert second != first
        await tab.press("d", 68)
        await tab.until("document.querySelector('[role=dialog]')")
        await click(tab, "in a week")
        await tab.until(f"{TEXT}.includes('Put off.')")
        assert (await _task(server, second))["status"] == "DEFERRED"
        await tab.open(
            f"{server}/stewardship?status=rejected", "document.querySelectorAll('[role=option]').length === 1"
        )
        assert outside(tab, server) == []
        assert tab.complaints() == []


async def test_people_and_assets_are_added_and_corrected_by_forms(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """What is wrong is said beside its field, what would change before it is written, and where the result is after."""
    async with opened(database_url, tmp_path, has_demo=False) as (server, tab):
        await tab.open(f"{server}/adding", "document.querySelector('form input')")
        await tab.evaluate("document.querySelector('form input').focus()")
        await tab.send("Input.insertText", text="Ida")
        await type_text(tab, "input[type=email]", "not an address")
        await click(tab, "Add the customer")
        await tab.until("document.querySelector('input[type=email][aria-invalid=true]')")
        assert (await ask(server, "{ customers { nodes { id } } }"))["customers"]["nodes"] == []
        await tab.evaluate("document.querySelector('input[type=email]').select()")
        await tab.send("Input.insertText", text="ida@example.com")
        await click(tab, "Add the customer")
        await tab.until(f"{TEXT}.includes('Added.')")
        (ida,) = (await ask(server, "{ customers { nodes { id firstName email } } }"))["customers"]["nodes"]
        assert (ida["firstName"], ida["email"]) == ("Ida", "ida@example.com")

        await tab.open(f"{server}/adding?what=customer&id={ida['id']}", f"{TEXT}.includes('Correct Ida')")
        await tab.evaluate("document.querySelector('input[type=email]').select()")
        await tab.send("Input.insertText", text="ida@example.org")
        await tab.until(f"{TEXT}.includes('What this changes') && {TEXT}.includes('ida@example.org')")
        await click(tab, "Write the correction")
        await tab.until(f"{TEXT}.includes('Written.')")
        again = await ask(server, f'{{ customer(id: "{ida["id"]}") {{ email timeline {{ number }} }} }}')
        assert (again["customer"]["email"], len(again["customer"]["timeline"])) == ("ida@example.org", 2)

        await tab.open(f"{server}/adding?what=datacenter", f"{TEXT}.includes('Add a data center')")
        for place, text in enumerate(("Frankfurt 1", "Frankfurt", "40")):
            await tab.evaluate(f"document.querySelectorAll('form input')[{place}].focus()")
            await tab.send("Input.insertText", text=text)
        await click(tab, "Add the data center")
        await tab.until(f"{TEXT}.includes('Added.')")
        (center,) = (await ask(server, "{ dataCenters { nodes { name capacityTb } } }"))["dataCenters"][
            "nodes"
        ]
        assert center == {"name": "Frankfurt 1", "capacityTb": 40.0}


async def test_an_uploaded_file_shows_what_it_would_change_before_it_is_taken_in(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """New, changed, unchanged and refused rows are counted; nothing is there before the yes, and all of it after."""
    content = "key,first_name,email\\n1,Ann,ann@example.com\\n2,Ben,ben.at.example.com\\n"
    choose = (
        "(() => { const input = document.querySelector('input[type=file]'); const held = new DataTransfer();"
        f"held.items.add(new File([{json.dumps(content)}.replaceAll('\\\\n', '\\n')], 'people.csv')); input.files = held.files;"
        "input.dispatchEvent(new Event('change', { bubbles: true })); })()"
    )
    async with opened(database_url, tmp_path, has_demo=False, has_worker=True) as (server, tab):
        await tab.open(f"{server}/adding?what=file", f"{TEXT}.includes('Choose a file')")
        await tab.evaluate(choose)
        await tab.until(f"{TEXT}.includes('people.csv')")
        await tab.evaluate("document.querySelector('input[maxlength=\"100\"]').focus()")
        await tab.send("Input.insertText", text="crm")
        await click(tab, "Show what it would change")
        await tab.until("document.querySelector('[data-fate=refused] dd')?.innerText === '1'")
        assert await tab.evaluate("document.querySelector('[data-fate=new] dd').innerText") == "1"
        assert "upload=" in await tab.evaluate("location.search")
        assert (await ask(server, "{ customers { nodes { id } } }"))["customers"]["nodes"] == []
        await click(tab, "Take it in")
        await tab.until(f"{TEXT}.includes('It is in.')")
        people = (await ask(server, "{ customers { nodes { firstName } } }"))["customers"]["nodes"]
        assert [person["firstName"] for person in people] == ["Ann"]
        assert tab.complaints() == []
