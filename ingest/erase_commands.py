"""The command `goldthread erase`: remove a person everywhere, now, and print the proof."""

from __future__ import annotations

import asyncio
import json
from contextlib import AsyncExitStack
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.console import Console

from graph.errors import InvalidInputError
from ingest.running import until_terminated

if TYPE_CHECKING:
    from graph.store.erasures import Erasure

ACTOR = "command line"
"""Who erases, where `goldthread erase` is asked to."""


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(erase)


def erase(
    *,
    golden_id: Annotated[
        str | None, typer.Option("--id", help="The id of the golden record that the person is.")
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why; kept with the proof, so name nobody in it.")
    ] = None,
    entity_type: Annotated[str, typer.Option(help="The entity type of the golden record.")] = "customer",
    scrub: Annotated[
        bool,
        typer.Option(
            "--scrub",
            help="Then rewrite the files of the database, so that no old bytes are left in them; "
            "each table is out of use meanwhile. Alone, for all erasures that are done.",
        ),
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the reports as JSON.")] = False,
) -> None:
    """Remove a person from every table, file and log of ours for good, and print what was removed and what remains."""
    if golden_id is None and not scrub:
        raise InvalidInputError.at("--id", "is missing: whom to erase")
    wanted = None if golden_id is None else _uuid(golden_id)
    if wanted is not None and not reason:
        raise InvalidInputError.at("--reason", "is missing: why")
    done = asyncio.run(until_terminated(_erase(entity_type, wanted, reason or "", scrub=scrub)))
    if as_json:
        typer.echo(json.dumps([asdict(erasure) for erasure in done], default=str))
    else:
        for erasure in done:
            Console().print(words(erasure), highlight=False, markup=False, soft_wrap=True)


def words(erasure: Erasure) -> str:
    """Return the report of an erasure as people read it."""
    lines = [
        f"{erasure.entity_type} {erasure.golden_id}: {erasure.status}",
        f"  erasure {erasure.erasure_id}, asked for by {erasure.actor} on {erasure.requested_at:%Y-%m-%d %H:%M:%S %Z}",
        f"  reason: {erasure.reason}",
        "  removed",
        *_outline(erasure.report.get("removed", {}), 4),
        "  kept out from now on",
        *_outline(erasure.report.get("suppression", {}), 4),
        "  remains, out of our reach",
        *_outline(erasure.report.get("remains", {}), 4),
    ]
    return "\n".join(lines)


def _outline(value: dict[str, Any], depth: int) -> list[str]:
    lines: list[str] = []
    for name, item in value.items():
        label = " " * depth + (name if "/" in name else name.replace("_", " "))
        if isinstance(item, dict):
            lines += [label, *_outline(item, depth + 2)]
        elif isinstance(item, list):
            lines += [label + ("" if item else ": none"), *(" " * (depth + 2) + str(one) for one in item)]
        else:
            lines.append(f"{label}: {item}")
    return lines


async def _erase(entity_type: str, golden_id: UUID | None, reason: str, *, scrub: bool) -> list[Erasure]:
    from graph.store.suppression_key import keep_secret
    from ingest.erasure import scrub_all, settle
    from ingest.settings import IngestSettings
    from ingest.worker import open_installation

    settings = IngestSettings.of_environment()
    settings.require_database_url()
    if settings.suppression_key is None and settings.home.is_dir():
        keep_secret(settings.home)
    async with AsyncExitStack() as stack:
        installation = await open_installation(settings, stack)
        erasures, done = installation.erasures, list["Erasure"]()
        await installation.warehouse.prepare()
        if golden_id is not None:
            erasure = await erasures.erase(entity_type, golden_id, ACTOR, reason)
            async with installation.lake.exclusively(wait=True):
                await installation.carry()
                await settle(erasures, installation.reach)
            done = [await erasures.one(erasure.erasure_id)]
        if scrub:
            scrubbed = await scrub_all(erasures)
            done = scrubbed or done
        return done


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError:
        raise InvalidInputError.at("--id", f"is not a UUID: {text[:60]!r}") from None
