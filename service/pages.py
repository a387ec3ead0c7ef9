"""The pages for a browser: the catalog browser with its screens, the playground, and the files they are made of."""

from __future__ import annotations

import os
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import PathLike, StaticFiles
from starlette.types import Scope

STATIC = Path(__file__).parent / "static"
"""Where the pages lie that a browser opens."""

DOCUMENTS = STATIC / "documents.json"
"""The manifest of the GraphQL documents that the catalog browser asks."""

SCREENS = (
    "adding",
    "catalog",
    "customers",
    "estate",
    "events",
    "golden",
    "lineage",
    "pipelines",
    "runs",
    "start",
    "stewardship",
)
"""The first words of the addresses that the catalog browser shows a screen at."""

FILES = ("assets", "playground", "licences.txt")
"""The files and folders of the pages, which hold no data."""


class Pages(StaticFiles):
    """Files for a browser: what has its content's hash in its name is kept for ever, pages are asked for anew."""

    def file_response(
        self, full_path: PathLike, stat_result: os.stat_result, scope: Scope, status_code: int = 200
    ) -> Response:
        """Return a file, or that it has not changed."""
        response = super().file_response(full_path, stat_result, scope, status_code)
        hashed = Path(full_path).parent.name == "assets"
        response.headers["Cache-Control"] = "public, max-age=31536000, immutable" if hashed else "no-cache"
        return response


async def browser(request: Request) -> Response:
    """Answer an address of the catalog browser; the page itself shows the screen."""
    return FileResponse(STATIC / "index.html", headers={"Cache-Control": "no-cache"})


async def licences(request: Request) -> Response:
    """Answer the licences of what the pages are made of."""
    return FileResponse(STATIC / "licences.txt", headers={"Cache-Control": "no-cache"})


def is_page(path: str) -> bool:
    """Return whether the path leads to a page or a file of it."""
    return path == "/" or path.split("/", 2)[1] in {*SCREENS, *FILES}


routes: list[BaseRoute] = [
    Route("/", browser),
    *(Route(f"/{screen}", browser) for screen in SCREENS),
    *(Route(f"/{screen}/{{rest:path}}", browser) for screen in SCREENS),
    Route("/licences.txt", licences),
    Mount("/assets", Pages(directory=STATIC / "assets", check_dir=False)),
    Mount("/playground", Pages(directory=STATIC / "playground", html=True, check_dir=False)),
]
