"""The commands `goldthread match train`, `goldthread match run` and `goldthread match report`."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import asynccontextmanager
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table

from graph.errors import InvalidInputError
from ingest.running import until_terminated

if TYPE_CHECKING:
    from collections.abc import AsyncGenerator

    from graph.batch.run import RunResult
    from graph.golden.match_model import MatchModel
    from graph.store.database import Database
    from graph.store.match_state import MatchState

ACTOR = "command line"

_Type = Annotated[str, typer.Option(help="Whose records: the name of an entity type.")]
_Json = Annotated[bool, typer.Option("--json", help="Print the result as JSON.")]


def register(app: typer.Typer) -> None:
    """Add the commands to the command line."""
    match = typer.Typer(help="Train the match model, apply it to everybody, and see how matching stands.")
    match.command()(train)
    match.command()(run)
    match.command()(report)
    app.add_typer(match, name="match", no_args_is_help=True)


def train(
    *,
    entity_type: _Type = "customer",
    sample: Annotated[
        int | None,
        typer.Option(min=1, metavar="RECORDS", help="Learn from so many records, taken at random."),
    ] = None,
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show the model, but do not store it.")] = False,
    out: Annotated[Path | None, typer.Option(help="Write the model to a file too, as JSON.")] = None,
    as_json: _Json = False,
) -> None:
    """Learn from the stored records, without labels, how much each likeness counts, and use it from now on.

    Pairs compared earlier keep their weights until `goldthread match run`.
    """
    before, model, version = asyncio.run(until_terminated(_trained(entity_type, sample, dry_run=dry_run)))
    if out is not None:
        _write(out, json.dumps(model.document, indent=1))
    if as_json:
        typer.echo(json.dumps({"version": version, "model": model.document}))
        return
    console = Console(stderr=True, highlight=False)
    console.print(_weights(before, model))
    if version is None:
        console.print("not stored (--dry-run)")
    else:
        console.print(
            f"stored as version {version}: it counts for whatever comes in from now on; "
            "`goldthread match run` applies it to all pairs there are",
            soft_wrap=True,
        )


def run(
    *,
    entity_type: _Type = "customer",
    everybody: Annotated[
        bool, typer.Option("--all", help="Work out everybody anew, not only whoever looks different now.")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Compare everybody with everybody by the model of now, and put golden records right where they differ.

    Interrupted and run again, it goes on with what is left.
    """
    began = time.monotonic()
    result = asyncio.run(until_terminated(_run(entity_type, everybody=everybody)))
    if as_json:
        typer.echo(json.dumps(_run_json(result) | {"seconds": round(time.monotonic() - began, 1)}))
        return
    Console(stderr=True, highlight=False).print(_run_table(result, time.monotonic() - began))


def report(*, entity_type: _Type = "customer", as_json: _Json = False) -> None:
    """Say how matching stands: golden records by size, pairs by weight, open reviews, generic values, the model."""
    model, state = asyncio.run(until_terminated(_state(entity_type)))
    if as_json:
        told = asdict(state) | {"model_version": model.version}
        typer.echo(json.dumps(told, default=str))
        return
    console = Console(highlight=False)
    for table in _report(model, state):
        console.print(table)


async def _trained(
    entity_type: str, sample: int | None, *, dry_run: bool
) -> tuple[MatchModel, MatchModel, int | None]:
    from graph.batch.population import population, sampled
    from graph.batch.training import train as trained
    from graph.store.database import DEFAULT_TENANT
    from graph.store.policies import EntityTypes

    async with _database() as database:
        types = EntityTypes(database)
        async with database.connection() as connection:
            kind, before = await types.current(connection, entity_type)
            people = await population(connection, DEFAULT_TENANT, kind)
        profiles = people.profiles if sample is None else sampled(people, sample)
        model = await asyncio.to_thread(trained, profiles, kind, version=before.version + 1)
        if dry_run:
            return before, model, None

        async def put(connection: Any) -> int:
            return await types.put(
                connection,
                entity_type,
                "model",
                model.document,
                ACTOR,
                f"trained on {profiles.num_rows:,} records",
            )

        version = await database.transaction(put)
        return before, replace(model, version=version), version


async def _run(entity_type: str, *, everybody: bool) -> RunResult:
    from graph.batch.run import MatchRun

    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True), disable=not sys.stderr.isatty()) as bars:
        bar_of: dict[str, Any] = {}

        def show(step: str, done: int, total: int) -> None:
            if step not in bar_of:
                bar_of[step] = bars.add_task(step, total=total)
            bars.update(bar_of[step], completed=done, total=total)

        async with _database() as database:
            return await MatchRun(database, entity_type, everybody=everybody).run(show)


async def _state(entity_type: str) -> tuple[MatchModel, MatchState]:
    from graph.store import match_state
    from graph.store.database import DEFAULT_TENANT
    from graph.store.policies import EntityTypes

    async with _database() as database, database.connection() as connection:
        _, model = await EntityTypes(database).current(connection, entity_type)
        return model, await match_state.state(connection, DEFAULT_TENANT, entity_type)


@asynccontextmanager
async def _database() -> AsyncGenerator[Database]:
    from graph.store.database import Database
    from ingest.settings import IngestSettings

    database = await Database.open(IngestSettings.of_environment().require_database_url(), connections=4)
    try:
        yield database
    finally:
        await database.close()


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(f"{text}\n", encoding="utf-8")
    except OSError as error:
        raise InvalidInputError.at("--out", f"{path} cannot be written: {error.strerror or error}") from error


def _weights(before: MatchModel, model: MatchModel) -> Table:
    table = Table(
        "comparison", "level", title=f"match weights in bits, prior {model.prior:.1f}", title_justify="left"
    )
    for column in ("m", "u", "weight", "before", "change"):
        table.add_column(column, justify="right")
    for name, levels in model.comparisons.items():
        known = {level.label: level.bits for level in before.comparisons.get(name, ())}
        for place, level in enumerate(levels):
            old = known.get(level.label)
            change = "" if old is None else f"{level.bits - old:+.1f}"
            row = (
                f"{level.m:.4f}",
                f"{level.u:.6f}",
                f"{level.bits:+.1f}",
                "" if old is None else f"{old:+.1f}",
                change,
            )
            table.add_row("" if place else name, level.label, *row)
        table.add_section()
    return table


def _run_json(result: RunResult) -> dict[str, object]:
    return {
        "records": result.records,
        "pairs": result.pairs,
        "golden_records": result.golden_records,
        "model_version": result.model_version,
        "reconsidered": len(result.difference.records),
        "pairs_changed": result.difference.edges,
        "merged": result.difference.merged,
        "split": result.difference.split,
        "unchanged": result.difference.unchanged,
        "tasks": result.suggestions,
    }


def _run_table(result: RunResult, seconds: float) -> Table:
    table = Table("matched", box=None, show_header=False, pad_edge=False)
    table.add_column(justify="right")
    tasks = ", ".join(f"{count:,} {kind}" for kind, count in result.suggestions.items()) or "none"
    rows = {
        "records": result.records,
        "pairs that look alike": result.pairs,
        "pairs whose weight changed": result.difference.edges,
        "golden records": result.golden_records,
        "merged into another": result.difference.merged,
        "split off": result.difference.split,
        "unchanged": result.difference.unchanged,
        "records put right": len(result.difference.records),
    }
    for name, count in rows.items():
        table.add_row(name, f"{count:,}")
    table.add_row("for stewards", tasks)
    table.add_row("model version", str(result.model_version))
    table.add_row("seconds", f"{seconds:.1f}")
    return table


def _report(model: MatchModel, state: MatchState) -> list[Table]:
    golden = sum(row["golden_records"] for row in state.sizes)
    records = sum(row["size"] * row["golden_records"] for row in state.sizes)
    title = f"{records:,} source records, {golden:,} golden records"
    sizes = Table("records in one golden record", "golden records", title=title, title_justify="left")
    for row in state.sizes:
        sizes.add_row(f"{row['size']:,}", f"{row['golden_records']:,}")
    bands = Table("weight in bits", "decided by", "pairs", title="pairs worth a look", title_justify="left")
    for row in state.bands:
        band = "never" if row["band"] < -100 else f"{row['band']} and more"
        bands.add_row(band, row["rule"] or "the model", f"{row['pairs']:,}")
    tasks = Table("kind", "status", "tasks", "oldest", title="review queue", title_justify="left")
    for row in state.tasks:
        tasks.add_row(row["kind"], row["status"], f"{row['tasks']:,}", f"{row['oldest']:%Y-%m-%d}")
    generic = Table(
        "blocking rule",
        "values that do not count",
        "records at most",
        title="generic values",
        title_justify="left",
    )
    for row in state.generic:
        generic.add_row(row["rule"], f"{row['keys']:,}", f"{row['most']:,}")
    if state.model is None:
        words = f"the model is the one that ships (version {model.version}); `goldthread match train` learns one of your records"
    else:
        days = (state.now - state.model["system_from"]).days
        words = f"model version {state.model['version']}, {days} days old, by {state.model['actor']}"
    about = Table(box=None, show_header=False, pad_edge=False)
    about.add_row(words)
    return [table for table in (sizes, bands, tasks, generic) if table.row_count] + [about]
