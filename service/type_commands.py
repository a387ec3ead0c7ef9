"""The commands about entity types: list them, show one, check a document, add one."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import typer
from rich.console import Console
from rich.table import Table

from graph.errors import InvalidInputError, Problem, UnavailableError
from service.settings import Settings

if TYPE_CHECKING:
    from graph.golden.entity_type import EntityType
    from graph.store.database import Database
    from graph.store.policies import EntityTypes

T = TypeVar("T")

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]
Files = Annotated[list[Path], typer.Argument(help="JSON documents, each defining an entity type.")]

app = typer.Typer(help="What customers, products and other golden records are.", no_args_is_help=True)


@app.command("list")
def list_types(as_json: AsJson = False) -> None:
    """List every entity type."""
    found = _run(_all)
    if as_json:
        print(json.dumps([_summary(kind) for kind in found], ensure_ascii=False))
        return
    table = Table("name", "attributes", "version", "what it is", box=None)
    for kind in found:
        table.add_row(kind.name, str(len(kind.attributes)), kind.policy_version, kind.description)
    Console().print(table)


@app.command()
def show(name: Annotated[str, typer.Argument(help="Its name, such as customer.")]) -> None:
    """Print the document that defines an entity type now: a good start for one of your own."""
    from graph.store import entity_types

    kind = _run(lambda database, types: entity_types.current(database, types, name))
    print(json.dumps(kind.document, ensure_ascii=False, indent=2))


@app.command()
def check(files: Files) -> None:
    """Say everything that is wrong with documents, without a database and without changing anything."""
    for kind in _read(files):
        print(f"{kind.name}: {len(kind.attributes)} attributes, nothing wrong")


@app.command()
def add(
    files: Files,
    note: Annotated[str | None, typer.Option(help="Why, for those who come after.")] = None,
) -> None:
    """Define the entity types of documents, unless one is wrong; one that is defined so already stays as it is."""
    for document in [kind.document for kind in _read(files)]:
        defined = _run(lambda database, types, document=document: _defined(database, types, document, note))
        print(f"{defined.name}: {defined.policy_version}")


async def _defined(
    database: Database, types: EntityTypes, document: dict[str, Any], note: str | None
) -> EntityType:
    """Define an entity type, and have its golden records worked out anew by what has changed."""
    from graph.batch import recomputation
    from graph.store import entity_types

    put = partial(recomputation.apply, types)
    kind = await entity_types.define(database, types, document, "cli", note, put=put)
    await recomputation.recompute(database, kind.name)
    return kind


def _read(files: list[Path]) -> list[EntityType]:
    from graph.golden.entity_type import EntityType

    kinds: list[EntityType] = []
    problems: list[Problem] = []
    for file in files:
        try:
            kinds.append(EntityType.of(_document(file)))
        except InvalidInputError as error:
            problems += [
                Problem(f"{file} {found.path}".rstrip(" $"), found.reason) for found in error.problems
            ]
    if problems:
        raise InvalidInputError(*problems)
    return kinds


def _document(file: Path) -> Any:
    try:
        return json.loads(file.read_bytes())
    except OSError as error:
        raise InvalidInputError.at("$", f"cannot be read: {error.strerror}") from None
    except ValueError as error:  # neither JSON nor even UTF-8
        raise InvalidInputError.at("$", f"is not JSON: {error}") from None


async def _all(database: Database, types: EntityTypes) -> list[EntityType]:
    from graph.store import entity_types

    async with database.connection() as connection:
        names = await entity_types.names(connection)
    return [await entity_types.current(database, types, name) for name in names]


def _summary(kind: EntityType) -> dict[str, Any]:
    return {
        "name": kind.name,
        "attributes": list(kind.by_name),
        "version": kind.policy_version,
        "description": kind.description,
    }


def _run(act: Callable[[Database, EntityTypes], Awaitable[T]]) -> T:
    from graph.store.database import Database
    from graph.store.embedded import running_url
    from graph.store.policies import EntityTypes

    settings = Settings.of_environment()
    url = settings.database_url or running_url(settings.home)
    if url is None:
        raise UnavailableError("no database runs: start `goldthread up` first, or set DATABASE_URL")

    async def run() -> T:
        database = await Database.open(url, connections=4)
        try:
            return await act(database, EntityTypes(database))
        finally:
            await database.close()

    return asyncio.run(run())
