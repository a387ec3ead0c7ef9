"""The command `goldthread load`."""

from __future__ import annotations

import asyncio
import json
import sys
import time
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer
from rich.console import Console
from rich.progress import BarColumn, Progress, TaskID, TaskProgressColumn, TextColumn, TimeRemainingColumn
from rich.table import Table

from graph.errors import CatalogError
from ingest.running import until_terminated

if TYPE_CHECKING:
    from collections.abc import Sequence

    from ingest.columns import Reading
    from ingest.deliveries import Slice
    from ingest.loading import FileResult, Loading, LoadResult
    from ingest.worker import Installation

AT_ONCE = 4_000
"""So many records go into one transaction at most: more cost less each, but keep others waiting for longer."""

_Files = Annotated[
    list[str],
    typer.Argument(
        metavar="FILE...",
        help="CSV, NDJSON or Parquet files, plain, .gz or .zst, or patterns such as 'crm-*.csv'; - is NDJSON from stdin.",
    ),
]
_Source = Annotated[str, typer.Option("--source", help="The source system the files are from, such as crm.")]
_Map = Annotated[
    list[str] | None,
    typer.Option(
        "--map", metavar="COLUMN=ATTRIBUTE", help="What a column means, where its name does not say it."
    ),
]
_Key = Annotated[
    str | None,
    typer.Option(metavar="COLUMN", help="The column that holds what the source calls each record."),
]
_ValidFrom = Annotated[
    str | None, typer.Option(metavar="COLUMN", help="The column that says since when a row holds.")
]
_Delimiter = Annotated[
    str | None,
    typer.Option(help="What parts the cells of a CSV file, where its header does not tell."),
]
_IgnoreUnknown = Annotated[
    bool, typer.Option("--ignore-unknown", help="Leave out columns that mean nothing to us.")
]
_Rejects = Annotated[
    Path | None, typer.Option(help="Where refused rows go; else to NAME.rejects.ndjson in this folder.")
]
_BatchSize = Annotated[int, typer.Option(min=1, max=20_000, help="How many rows are taken in at once.")]
_Again = Annotated[bool, typer.Option("--again", help="Go through files once more that are in already.")]
_Format = Annotated[
    Literal["auto", "csv", "ndjson", "parquet"],
    typer.Option(help="The format of the files, where their names do not tell."),
]


def register(app: typer.Typer) -> None:
    """Add the command to the command line."""
    app.command()(load)


def load(
    files: _Files,
    *,
    source: _Source,
    entity_type: Annotated[str, typer.Option(help="What the rows are about.")] = "customer",
    format: _Format = "auto",
    named: _Map = None,
    key_column: _Key = None,
    valid_from_column: _ValidFrom = None,
    delimiter: _Delimiter = None,
    ignore_unknown: _IgnoreUnknown = False,
    rejects: _Rejects = None,
    batch_size: _BatchSize = 8_000,
    again: _Again = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the result as JSON.")] = False,
) -> None:
    """Load files into the golden records. Loading a file again doubles nothing, nor does a crash on the way.

    Exit code 0: every row is in. 1: some were refused and lie in the rejects file. 2: nothing could be read.
    """
    from ingest.columns import Reading, parsed_map
    from ingest.deliveries import check_system
    from ingest.loading import files_of, rejects_path

    try:
        check_system(source, "--source")
        columns = [*(named or ()), *_special(key_column, "key"), *_special(valid_from_column, "valid_from")]
        reading = Reading(
            format=format,
            delimiter=delimiter,
            named=parsed_map(columns),
            ignore_unknown=ignore_unknown,
            again=str(time.time_ns()) if again else "",
        )
        if delimiter is not None and len(delimiter) != 1:
            raise typer.BadParameter("must be one character", param_hint="--delimiter")
        wanted = files_of(files, reading, rejects)
        work = _loaded(wanted, source, entity_type, reading, rejects or rejects_path(wanted), batch_size)
        result = asyncio.run(until_terminated(work))
    except CatalogError as error:
        print(f"goldthread: {error.message}", file=sys.stderr)
        raise typer.Exit(2) from None
    if as_json:
        typer.echo(json.dumps(_outcome(result)))
    else:
        _tell(result)
    raise typer.Exit(result.exit_code)


def _special(column: str | None, name: str) -> list[str]:
    return [] if column is None else [f"{column}={name}"]


async def _loaded(
    files: Sequence[str], source: str, entity_type: str, reading: Reading, rejects: Path, batch_size: int
) -> LoadResult:
    from ingest.loading import LoadResult
    from ingest.settings import IngestSettings
    from ingest.worker import open_installation

    async with AsyncExitStack() as stack:
        installation = await open_installation(IngestSettings.of_environment(), stack)
        loading = await _loading(installation, stack, entity_type, reading, rejects, batch_size)
        bars = stack.enter_context(_Bars(files))
        began = time.monotonic()
        results = await loading.load(source, files, bars.show)
        return LoadResult(
            files=results,
            rejects=str(rejects) if loading.refused else None,
            seconds=time.monotonic() - began,
            is_lineage_told=await installation.reports.settle(),
        )


async def _loading(
    installation: Installation,
    stack: AsyncExitStack,
    entity_type: str,
    reading: Reading,
    rejects: Path,
    batch_size: int,
) -> Loading:
    from graph.intake import Intake
    from graph.intake.pause import without_cycle_search
    from graph.store.deliveries import Deliveries
    from graph.store.policies import EntityTypes
    from ingest.deliveries import FileDeliveries
    from ingest.loading import Loading, Rejects

    database = installation.database
    async with database.connection() as connection:
        kind, _ = await EntityTypes(database).current(connection, entity_type)
    intake = Intake(database, entity_type=kind, suppression_key=installation.suppression_key, at_once=AT_ONCE)
    stack.enter_context(without_cycle_search())
    stack.push_async_callback(intake.close)
    reading = replace(reading, entity_type=kind)
    loader = FileDeliveries(database, intake, installation.reports, reading=reading, slice_rows=batch_size)
    file = Rejects(rejects)
    stack.callback(file.close)
    return Loading(loader, Deliveries(database), reading, file)


class _Bars(Progress):
    """A bar per file with rows per second and the time that is left, by bytes; nothing where no person looks on."""

    def __init__(self, files: Sequence[str]) -> None:
        super().__init__(
            TextColumn("{task.description:<30}"),
            BarColumn(),
            TaskProgressColumn(),
            TextColumn("{task.fields[rate]}"),
            TimeRemainingColumn(),
            console=Console(stderr=True),
            disable=not sys.stderr.isatty(),
        )
        self._bar_of: dict[str, TaskID] = {}
        self._rows: dict[str, int] = {}
        self._sizes = {file: Path(file).stat().st_size if Path(file).is_file() else None for file in files}

    def show(self, file: str, some: Slice) -> None:
        """Show what is done of a file."""
        if file not in self._bar_of:
            self._bar_of[file] = self.add_task(Path(file).name, total=self._sizes[file], rate="")
            self._rows[file] = 0
        bar = self._bar_of[file]
        self._rows[file] += some.rows
        elapsed = self.tasks[self.task_ids.index(bar)].elapsed
        rate = f"{self._rows[file]:,} rows" + (f"  {self._rows[file] / elapsed:,.0f}/s" if elapsed else "")
        self.update(bar, completed=some.done, rate=rate)


def _outcome(result: LoadResult) -> dict[str, object]:
    return {
        "files": [_told(file) for file in result.files],
        "rows": result.total("rows"),
        "accepted": result.total("accepted"),
        "unchanged": result.total("unchanged"),
        "rejected": result.total("rejected"),
        "golden_records_new": sum(file.new for file in result.files),
        "golden_records_changed": sum(file.changed for file in result.files),
        "rejects": result.rejects,
        "seconds": round(result.seconds, 3),
        "rows_per_second": round(result.rate, 1),
        "is_lineage_told": result.is_lineage_told,
    }


def _told(file: FileResult) -> dict[str, object]:
    told: dict[str, object] = {"file": file.file, "error": file.error}
    if file.delivery is not None and file.delivery.taken_in_at is not None:
        told |= {
            "run_id": str(file.delivery.run_id),
            "taken_in_at": file.delivery.taken_in_at.isoformat(),
            "was_in_before": file.is_from_before,
            "rows": file.delivery.rows,
            "accepted": file.delivery.accepted,
            "unchanged": file.delivery.unchanged,
            "rejected": file.delivery.rejected,
        }
    return told


def _tell(result: LoadResult) -> None:
    console = Console(stderr=True, highlight=False)
    table = Table("file", box=None, pad_edge=False)
    for column in ("rows", "accepted", "unchanged", "rejected", "golden new", "golden changed"):
        table.add_column(column, justify="right")
    for file in result.files:
        done = file.delivery
        if done is not None and done.taken_in_at is not None:
            counts = (done.rows, done.accepted, done.unchanged, done.rejected, file.new, file.changed)
            table.add_row(Path(file.file).name, *(f"{count or 0:,}" for count in counts))
    if table.row_count:
        console.print(table)
    for line in _lines(result):
        console.print(line, markup=False, soft_wrap=True)


def _lines(result: LoadResult) -> list[str]:
    lines = [f"goldthread: {file.file}: {file.error}" for file in result.files if file.error is not None]
    before = [file for file in result.files if file.is_from_before]
    for file in before:
        assert file.delivery is not None  # noqa: S101 - that is how it is known
        lines.append(
            f"{file.file} is in since {file.delivery.taken_in_at:%Y-%m-%d %H:%M:%S} UTC, nothing was done; --again goes through it once more"
        )
    if result.read:
        lines.append(f"{result.read:,} rows in {result.seconds:.1f} s: {result.rate:,.0f} rows/s")
    if result.rejects is not None:
        lines.append(f"the refused rows and the reasons are in {result.rejects}")
    return lines
