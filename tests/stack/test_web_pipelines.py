"""The pipelines screen in a real browser: asked for, watched by way of a real worker, scheduled, and told why one failed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from graph.store.database import Database
from tests.stack.axe import serious_violations
from tests.stack.browser import Tab, outside
from tests.stack.golden_product import TEXT, ask, click, opened, type_text

pytestmark = pytest.mark.stack

DIALOG = "document.querySelector('[role=dialog]')"
RUN = "[...document.querySelectorAll('button')].find((one) => one.innerText.trim() === 'Run')"


async def _pipeline(server: str, name: str, runs_as: str) -> str:
    created = await ask(
        server,
        f'mutation {{ createDataPipeline(input: {{name: "{name}", source: "lake", destination: "warehouse",'
        f' runsAs: "{runs_as}"}}) {{ id }} }}',
    )
    return created["createDataPipeline"]["id"]


async def _runs(server: str, pipeline: str) -> list[dict[str, Any]]:
    asked = f'{{ pipelineRuns(pipeline: "{pipeline}") {{ nodes {{ state cause conf error }} }} }}'
    return (await ask(server, asked))["pipelineRuns"]["nodes"]


async def _schedule(server: str, pipeline: str) -> str | None:
    return (await ask(server, f'{{ dataPipeline(id: "{pipeline}") {{ schedule }} }}'))["dataPipeline"][
        "schedule"
    ]


async def _run(tab: Tab, conf: str) -> None:
    """Press Run, say what the run is given, and send it."""
    await tab.evaluate(f"{RUN}.click()")
    await tab.until(f"{DIALOG}?.querySelector('textarea')")
    await tab.evaluate(f"{DIALOG}.querySelector('textarea').select()")
    await tab.send("Input.insertText", text=conf)
    await tab.evaluate(f"{DIALOG}.querySelector('button[type=submit]').click()")


async def test_a_pipeline_is_run_watched_and_scheduled(
    database_url: str, database: Database, tmp_path: Path
) -> None:
    """A worker does what was asked for while one looks; what cannot be says why; a schedule shows when it is next."""
    async with opened(database_url, tmp_path, has_demo=False, has_worker=True) as (server, tab):
        pipeline = await _pipeline(server, "compact <b>the lake</b>", "worker:compact_lake")
        await tab.open(f"{server}/pipelines", f"{TEXT}.includes('worker:compact_lake')")
        assert await serious_violations(tab) == []
        await tab.open(f"{server}/pipelines/{pipeline}", f"{TEXT}.includes('It never ran')")
        assert await serious_violations(tab) == []
        await tab.evaluate(f"{RUN}.click()")
        await tab.until(f"{DIALOG}?.innerText.includes('rows')")
        await tab.evaluate(f"{DIALOG}.querySelector('textarea').select()")
        await tab.send("Input.insertText", text="[1")
        await tab.until(f"{DIALOG}.querySelector('button[type=submit]').disabled")
        assert await _runs(server, pipeline) == []
        await click(tab, "Cancel")
        await _run(tab, "{}")
        await tab.until(f"{DIALOG}?.innerText.toLowerCase().includes('succeeded')")
        assert await serious_violations(tab) == []
        assert await _runs(server, pipeline) == [
            {"state": "SUCCEEDED", "cause": "REQUEST", "conf": {}, "error": None}
        ]
        assert "<b>the lake</b>" in await tab.evaluate(TEXT)

        await tab.open(f"{server}/pipelines/{pipeline}", f"{TEXT}.includes('asked for')")
        await click(tab, "Schedule")
        await tab.until(f"{DIALOG}?.querySelector('input')")
        assert await serious_violations(tab) == []
        await type_text(tab, 'input[placeholder="0 2 * * *"]', "61 * * * *")
        await click(tab, "Save")
        await tab.until(f"{DIALOG}?.innerText.includes('61')")
        assert (await _schedule(server, pipeline)) is None
        await tab.evaluate("document.querySelector('input[placeholder=\"0 2 * * *\"]').select()")
        await tab.send("Input.insertText", text="0 2 * * *")
        await click(tab, "Save")
        await tab.until(f"!{DIALOG} && {TEXT}.includes('0 2 * * *')")
        assert (await _schedule(server, pipeline)) == "0 2 * * *"
        assert outside(tab, server) == []
        assert tab.complaints() == []
