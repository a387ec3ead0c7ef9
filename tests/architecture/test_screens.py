"""The catalog browser's routes and the addresses that the server answers with its page are the same."""

from __future__ import annotations

import re
from pathlib import Path

from service.pages import SCREENS

ROUTES = Path(__file__).parents[2] / "web" / "src" / "shell" / "screens.ts"


def test_the_server_knows_the_screens_that_the_browser_shows() -> None:
    """The first words of the browser's routes are those that the server answers with its page."""
    shown = set(re.findall(r'^  "/([a-z-]+)', ROUTES.read_text("utf-8"), re.MULTILINE))
    assert shown == set(SCREENS)
