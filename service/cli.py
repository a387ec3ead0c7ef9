"""The program `goldthread`; its commands come from the entry points of every installed part."""

from __future__ import annotations

import sys
from importlib.metadata import entry_points
from typing import Annotated

import typer

from graph.errors import CatalogError
from service.settings import SettingsError
from service.supervisor import follow

GROUP = "goldthread.commands"
"""The entry points that bring commands: functions that take the typer application."""


def application() -> typer.Typer:
    """Return the program with the commands of all parts; a part that does not load is told of and left out."""
    app = typer.Typer(
        name="goldthread",
        help="What was true, how it came to be, and how we know: a metadata catalog and lineage service.",
        no_args_is_help=True,
        add_completion=False,
        pretty_exceptions_enable=False,
    )
    app.callback()(_before_each)
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name, reverse=True):
        try:
            entry.load()(app)
        except ImportError as error:
            _tell(f"the commands of {entry.name} are missing: {error}; install Goldthread anew")
    return app


def main() -> None:
    """Run the program; an expected failure is one line and exit code 1."""
    try:
        application()()
    except (CatalogError, SettingsError) as error:
        _tell(str(error))
        sys.exit(1)


def _before_each(
    supervised_by: Annotated[int | None, typer.Option(hidden=True, metavar="PID")] = None,
) -> None:
    if supervised_by is not None:
        follow(supervised_by)


def _tell(line: str) -> None:
    print(f"goldthread: {line}", file=sys.stderr)


if __name__ == "__main__":
    main()
