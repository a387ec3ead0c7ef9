"""What axe-core finds wrong with a page for those who use it otherwise than by eye and mouse."""

from __future__ import annotations

import json
import subprocess
import tarfile
import tempfile
from functools import cache
from pathlib import Path
from typing import Any, cast

import pytest

from tests.stack.browser import Tab

WEB = Path(__file__).parents[2] / "web"


@cache
def source() -> str:
    """Return axe-core of the version that web/package.json names: the installed one, else npm's package."""
    installed = WEB / "node_modules" / "axe-core" / "axe.min.js"
    if installed.exists():
        return installed.read_text("utf-8")
    version = json.loads((WEB / "package.json").read_text("utf-8"))["devDependencies"]["axe-core"]
    with tempfile.TemporaryDirectory() as folder:
        subprocess.run(
            ["npm", "pack", f"axe-core@{version}", "--pack-destination", folder],
            check=True,
            capture_output=True,
            timeout=120,
        )
        with tarfile.open(next(Path(folder).glob("*.tgz"))) as package:
            member = package.extractfile("package/axe.min.js")
            assert member is not None
            return member.read().decode()


async def serious_violations(tab: Tab) -> list[str]:
    """Return every serious and critical finding on the page as it stands, each with the first element it is about."""
    await tab.send("Runtime.evaluate", expression=source())
    answer = await tab.send(
        "Runtime.evaluate",
        expression="axe.run().then(({violations}) => violations.map((one) => "
        "({impact: one.impact, id: one.id, html: one.nodes[0].html, why: one.nodes[0].failureSummary})))",
        awaitPromise=True,
        returnByValue=True,
    )
    found = answer.get("result", {}).get("value")
    if not isinstance(found, list):
        pytest.fail(f"axe did not answer: {answer}")
    return [
        f"{one['id']} at {one['html'][:200]}: {one['why']}"
        for one in cast("list[dict[str, Any]]", found)
        if one["impact"] in {"serious", "critical"}
    ]
