"""The command `goldthread timeline`: the versions of customers, and what carried them on, drawn in the terminal."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.console import Console
from rich.table import Table
from rich.text import Text

from graph.errors import InvalidInputError, NotFoundError
from graph.time import render
from service.local_database import on_database
from service.timeline_chart import Axis, Stretch, bar, marks

if TYPE_CHECKING:
    from graph.store.database import Database
    from graph.store.golden_records import GoldenRecord, GoldenRecords, ReceivedEvent, Version
    from graph.store.lake_files import Carrier
    from graph.store.threads import Thread

LABEL = 12
MISSING = "missing"

AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]


@dataclass(frozen=True, slots=True)
class Link:
    """A version with everything that brought it in and carried it on; what is None is missing."""

    version: Version
    events: list[ReceivedEvent]
    thread: Thread | None
    carrier: Carrier | None

    @property
    def message(self) -> tuple[str, datetime] | None:
        """The message that told of it, and its time."""
        told = None if self.thread is None else self.thread.message
        return None if told is None else (f"{told.topic} {told.partition}:{told.offset}", told.at)

    @property
    def file(self) -> tuple[str, datetime] | None:
        """The file of the lake, the row in it where it holds messages, and when it was written."""
        if self.thread is not None:
            place = self.thread.place
            if place is None or place.file.written_at is None:
                return None
            return f"{place.file.path} row {place.row}", place.file.written_at
        if self.carrier is None or self.carrier.file.written_at is None:
            return None
        return self.carrier.file.path, self.carrier.file.written_at

    @property
    def load(self) -> tuple[str, datetime] | None:
        """The run that loaded the file into the warehouse, and when."""
        if self.thread is not None:
            load = None if self.thread.place is None else self.thread.place.load
        else:
            load = None if self.carrier is None else self.carrier.load
        return None if load is None else (f"run {load.run_id}", load.loaded_at)


def register(app: typer.Typer) -> None:
    """Add the command to the program."""
    app.command()(timeline)


def timeline(
    customer: Annotated[
        str | None, typer.Argument(help="The id of a customer, or its e-mail address.", show_default=False)
    ] = None,
    *,
    all_of_them: Annotated[bool, typer.Option("--all", help="Many customers, a line each.")] = False,
    first: Annotated[int, typer.Option(min=1, max=1_000, help="How many, with --all.")] = 50,
    as_json: AsJson = False,
) -> None:
    """Draw the versions of a customer with the messages, files and loads that carried them on; or of many, a line each."""
    if (customer is None) != all_of_them:
        raise InvalidInputError.at("CUSTOMER", "is needed, or --all: not both")
    console = Console()
    if customer is None:
        _draw_all(console, *on_database(lambda database: _many(database, first)), as_json=as_json)
    else:
        record, links = on_database(lambda database: _one(database, customer))
        if as_json:
            print(json.dumps([_as_json(link) for link in links], ensure_ascii=False))
        else:
            _draw(console, record, links)


async def _one(database: Database, customer: str) -> tuple[GoldenRecord, list[Link]]:
    from graph.store.golden_records import GoldenRecords
    from graph.store.lake_files import LakeFiles
    from graph.store.threads import Threads
    from service.golden_record_json import sources

    reads = GoldenRecords(database)
    record = await _found(reads, customer)
    at = await reads.basis(None, None)
    versions = (await reads.timeline([record.id], at.system))[record.id]
    known = [version.system_from for version in versions if version.system_from is not None]
    keys = {
        version.number: (record.id, version.system_from, version.period.start)
        for version in versions
        if version.system_from is not None
    }
    threads = await Threads(database).of_versions(list(keys.values()))
    carriers = await LakeFiles(database).carriers(known)
    events = await reads.events({event for version in versions for _, event in sources(version)})
    links: list[Link] = []
    for version in versions:
        own = {event: events[event] for _, event in sources(version) if event in events}
        instant = version.system_from
        thread = None if instant is None else threads.get(keys[version.number])
        carrier = None if instant is None else carriers.get(instant)
        links.append(
            Link(version, sorted(own.values(), key=lambda event: event.received_at), thread, carrier)
        )
    return record, links


async def _found(reads: GoldenRecords, customer: str) -> GoldenRecord:
    at = await reads.basis(None, None)
    if "@" in customer:
        record = await reads.by_email(customer, at)
    else:
        try:
            golden_id = UUID(customer)
        except ValueError:
            raise InvalidInputError.at(
                "CUSTOMER", f"is neither an id nor an e-mail: {customer[:60]!r}"
            ) from None
        record = (await reads.by_id([golden_id], at)).get(golden_id)
    if record is None:
        raise NotFoundError(f"no customer is known as {customer[:60]!r}")
    return record


async def _many(database: Database, first: int) -> tuple[list[tuple[GoldenRecord, list[Version]]], int]:
    from graph.golden.entity_type import CUSTOMER
    from graph.store.database import DEFAULT_TENANT
    from graph.store.facts import subject_count
    from graph.store.golden_records import GoldenRecords

    reads = GoldenRecords(database)
    at = await reads.basis(None, None)
    records, has_more = await reads.page(None, first, None, at)
    versions = await reads.timeline([record.id for record in records], at.system)
    left = 0
    if has_more:
        async with database.connection() as connection:
            left = await subject_count(connection, DEFAULT_TENANT, CUSTOMER.name) - len(records)
    return [(record, versions[record.id]) for record in records], left


def _draw(console: Console, record: GoldenRecord, links: Sequence[Link]) -> None:
    now = datetime.now(tz=links[0].version.period.start.tzinfo)
    rows = {
        "source": [event.received_at for link in links for event in link.events],
        "Kafka": [link.message[1] for link in links if link.message],
        "lake": [link.file[1] for link in links if link.file],
        "warehouse": [link.load[1] for link in links if link.load],
    }
    starts = [link.version.period.start for link in links]
    axis = Axis.over([*starts, now, *(at for row in rows.values() for at in row)], console.width - LABEL)
    console.print(f"{_name(record)}  {record.id}", style="bold", highlight=False, markup=False)
    console.print(" " * LABEL + axis.scale(), style="dim", highlight=False)
    _line(console, "versions", bar([_stretch(link.version) for link in links], axis), "green")
    for (label, instants), color in zip(rows.items(), ("cyan", "yellow", "blue", "magenta"), strict=True):
        _line(console, label, marks(instants, axis) if instants else MISSING, color if instants else "red")
    table = Table(box=None, padding=(0, 1))
    for heading in ("v", "holds from", "until", "source event", "Kafka", "lake", "warehouse"):
        table.add_column(heading, overflow="fold")
    for link in links:
        end = link.version.period.end
        until = "…" if end is None else f"{end:%Y-%m-%d}"
        came = [
            (f"{e.source_key.system} {e.source_key.key} by {e.topic or e.file or e.door}", e.received_at)
            for e in link.events
        ]
        table.add_row(
            f"{link.version.number}{' †' if link.version.is_deleted else ''}",
            f"{link.version.period.start:%Y-%m-%d}",
            until,
            Text("\n").join(_cell(one) for one in came) if came else _cell(None),
            _cell(link.message),
            _cell(link.file),
            _cell(link.load),
        )
    console.print(table)


def _draw_all(
    console: Console, found: Sequence[tuple[GoldenRecord, list[Version]]], left: int, *, as_json: bool
) -> None:
    if as_json:
        told = [
            {"id": str(record.id), "versions": [_version_json(v) for v in held]} for record, held in found
        ]
        print(json.dumps({"customers": told, "left_out": left}))
        return
    if not found:
        console.print("no customers are known")
        return
    label = min(32, max(len(_name(record)) for record, _ in found)) + 2
    now = datetime.now(tz=found[0][1][0].period.start.tzinfo)
    starts = [version.period.start for _, held in found for version in held]
    axis = Axis.over([*starts, now], console.width - label)
    console.print(" " * label + axis.scale(), style="dim", highlight=False)
    for record, held in found:
        line = Text(_name(record)[: label - 2].ljust(label)) + Text(
            bar([_stretch(version) for version in held], axis), "green"
        )
        console.print(line, no_wrap=True, overflow="crop")
    if left:
        console.print(
            f"{left:,} more are not shown, customers who left or were merged among them: ask with --first",
            style="dim",
        )


def _line(console: Console, label: str, drawn: str, color: str) -> None:
    console.print(Text(label.ljust(LABEL)) + Text(drawn, color), no_wrap=True, overflow="crop")


def _cell(link: tuple[str, datetime] | None) -> Text:
    if link is None:
        return Text(MISSING, "red")
    return Text(f"{link[0]}\n") + Text(f"{link[1]:%Y-%m-%d %H:%M:%S}", "dim")


def _stretch(version: Version) -> Stretch:
    return Stretch(version.number, version.period, version.is_deleted)


def _name(record: GoldenRecord) -> str:
    held = record.version.attributes
    words = " ".join(str(held[name]) for name in ("first_name", "last_name") if held.get(name))
    return words or str(held.get("email") or record.id)


def _as_json(link: Link) -> dict[str, Any]:
    told = {"message": link.message, "file": link.file, "load": link.load}
    return {
        **_version_json(link.version),
        "source_events": [
            {
                "source_system": e.source_key.system,
                "source_key": e.source_key.key,
                "at": render(e.received_at),
            }
            | {"topic": e.topic, "partition": e.partition, "position": e.position, "file": e.file}
            for e in link.events
        ],
        **{name: None if it is None else {"what": it[0], "at": render(it[1])} for name, it in told.items()},
    }


def _version_json(version: Version) -> dict[str, Any]:
    end = version.period.end
    return {
        "version": version.number,
        "is_deleted": version.is_deleted,
        "valid_from": render(version.period.start),
        "valid_to": None if end is None else render(end),
    }
