"""The commands that ask about lineage: around a node, as of an instant, and what differs between two."""

from __future__ import annotations

import json
import sys
from datetime import datetime
from enum import StrEnum
from typing import TYPE_CHECKING, Annotated, Any
from uuid import UUID

import typer
from rich.console import Console, RenderableType
from typer.core import TyperGroup

from graph.errors import InvalidInputError, NotFoundError
from graph.time import instant
from service.local_database import on_database

if TYPE_CHECKING:
    from graph.store.database import Database
    from graph.store.golden_records import GoldenRecord, ReceivedEvent
    from graph.time import AsOf
    from lineage.naming import Named
    from lineage.store import Direction, Lineage, LineageGraph
    from lineage.views import View

NodeArgument = Annotated[
    str, typer.Argument(help="A dataset or job: its id, its name, or the end of it after a dot or slash.")
]
Namespace = Annotated[str | None, typer.Option(help="Its namespace, where the name alone means several.")]
AsJson = Annotated[bool, typer.Option("--json", help="Answer in JSON, for scripts.")]
KnownAt = Annotated[str | None, typer.Option(help="What had been recorded by this instant. Else: now.")]
Depth = Annotated[int, typer.Option(min=1, max=100, help="How many hops; between two datasets are two.")]
Up = Annotated[bool, typer.Option("--up", help="Only where it comes from.")]
Down = Annotated[bool, typer.Option("--down", help="Only what it goes into.")]


as_of = typer.Typer(help="Look at something as of an instant.", no_args_is_help=True)


class NodeKindOption(StrEnum):
    """What a node is."""

    DATASET = "dataset"
    JOB = "job"


class Format(StrEnum):
    """How a graph is printed."""

    TREE = "tree"
    JSON = "json"
    CSV = "csv"
    MERMAID = "mermaid"
    GRAPHML = "graphml"
    OPENLINEAGE = "openlineage"


class NodeFirst(TyperGroup):
    """Commands of which the one called `show` need not be named: `goldthread lineage orders --up`."""

    def parse_args(self, ctx: Any, args: list[str]) -> list[str]:
        """Read the arguments; where they begin with no command, they are those of `show`."""
        if args and args[0] not in self.commands and args[0] not in ctx.help_option_names:
            args = ["show", *args]
        return super().parse_args(ctx, args)


def register(app: typer.Typer, lineage: typer.Typer) -> None:
    """Add the commands to the program, one of them to those of lineage."""
    lineage.command("show")(show)
    app.command()(diff)
    app.add_typer(as_of, name="asof")


def show(
    node: NodeArgument,
    namespace: Namespace = None,
    kind: Annotated[NodeKindOption | None, typer.Option(help="What it is, where both are called so.")] = None,
    depth: Depth = 10,
    as_of: Annotated[str | None, typer.Option(help="When it held in the world. Else: now.")] = None,
    known_at: KnownAt = None,
    form: Annotated[Format, typer.Option("--format", help="How to print it.")] = Format.TREE,
    only: Annotated[
        NodeKindOption | None, typer.Option(help="Leave the others out; edges through them are joined.")
    ] = None,
    *,
    up: Up = False,
    down: Down = False,
) -> None:
    """Print the lineage of a dataset or job: where it comes from, and what it goes into."""
    if only is not None and form not in (Format.TREE, Format.JSON):
        raise InvalidInputError.at("--only", "goes with the formats tree and json")
    of, at = (
        _named(node, namespace, kind),
        (instant_given(as_of, "--as-of"), instant_given(known_at, "--known-at")),
    )
    _print_lineage(of, _direction(up=up, down=down), depth, at, form, only)


@as_of.callback()
def at_instant(
    context: typer.Context,
    when: Annotated[
        str, typer.Argument(metavar="INSTANT", help="Such as 2026-01-31, or with a time and its zone.")
    ],
    known_at: KnownAt = None,
) -> None:
    """Look at something as of an instant."""
    context.obj = instant_given(when, "INSTANT"), instant_given(known_at, "--known-at")


@as_of.command()
def customer(
    context: typer.Context,
    who: Annotated[
        str, typer.Argument(help="The id, the e-mail address, or what a source calls it: crm:1042.")
    ],
    as_json: AsJson = False,
) -> None:
    """Print what was true of a customer then, and which source said so."""

    async def read(database: Database) -> tuple[GoldenRecord, dict[UUID, ReceivedEvent], AsOf]:
        from graph.store.golden_records import GoldenRecords
        from service.golden_record_json import event_ids

        records = GoldenRecords(database)
        at = await records.basis(*context.obj)
        found = await _customer(records, who, at)
        if found is None:
            raise NotFoundError(f"no customer {who!r} is known at that time")
        return found, await records.events(event_ids([found.version])), at

    record, events, at = on_database(read)
    if as_json:
        from service.golden_record_json import customer_json, version_json

        said = version_json(record.version, events)["provenance"]
        _print_json(customer_json(record, at) | {"provenance": said})
        return
    from service.lineage_trees import customer_tree

    _print(customer_tree(record, events, at))


@as_of.command()
def dataset(
    context: typer.Context, name: NodeArgument, namespace: Namespace = None, as_json: AsJson = False
) -> None:
    """Print what was held of a dataset then: its columns, its owners, its last writing."""
    of = _named(name, namespace, NodeKindOption.DATASET)

    async def read(database: Database) -> Any:
        from lineage.owners import Owners
        from lineage.store import Lineage

        reads = Lineage(database)
        at = await reads.basis(*context.obj)
        key = (await reads.node(of, at)).id
        state = (await reads.datasets.states([key], at))[key]
        return (
            state,
            (await reads.datasets.last_writes([key], at))[key],
            (await Owners(database).of([key], at))[key],
        )

    state, last, owners = on_database(read)
    from service.lineage_trees import dataset_json, dataset_tree

    if as_json:
        _print_json(dataset_json(state, last, owners))
    else:
        _print(dataset_tree(state, last, owners))


@as_of.command("lineage")
def lineage_then(
    context: typer.Context,
    node: NodeArgument,
    namespace: Namespace = None,
    depth: Depth = 10,
    *,
    up: Up = False,
    down: Down = False,
) -> None:
    """Print the lineage of a dataset or job then."""
    of = _named(node, namespace, None)
    _print_lineage(of, _direction(up=up, down=down), depth, context.obj, Format.TREE, None)


def diff(
    before: Annotated[str, typer.Argument(metavar="FROM", help="An instant, such as 2026-01-31.")],
    after: Annotated[str, typer.Argument(metavar="TO", help="Another one, or now.")],
    node: Annotated[str | None, typer.Argument(help="Only around this dataset or job.")] = None,
    namespace: Namespace = None,
    depth: Depth = 10,
    first: Annotated[int, typer.Option(min=1, max=100_000, help="How many changes to print.")] = 200,
    *,
    known: Annotated[
        bool, typer.Option("--known", help="The instants are when we knew it, not when it held in the world.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Print what differs in lineage between two instants: datasets, jobs, edges, columns and schemas."""
    instants = instant_given(before, "FROM"), instant_given(after, "TO")
    of = _named(node, namespace, None) if node is not None else None

    async def read(database: Database) -> Any:
        from lineage.comparison import Comparisons
        from lineage.listed_changes import PARTS
        from lineage.store import Lineage

        reads = Lineage(database)
        earlier, later = [
            await reads.basis(None, one) if known else await reads.basis(one, None) for one in instants
        ]
        comparisons = Comparisons(database, reads)
        if of is None:
            compared = await comparisons.whole(earlier, later)
        else:
            compared = await comparisons.around(of, "both", depth, earlier, later)
        if as_json:
            from service.plain_json import plain
            from service.schema.lineage_difference import LineageDifference

            return plain(await LineageDifference.of_page(comparisons, compared, PARTS, first, 0))
        from service.lineage_trees import difference_tree

        shown = [await comparisons.page(compared, 0, first, (part,)) for part in PARTS]
        return difference_tree(compared, dict(zip(PARTS, shown, strict=True)))

    show_answer = _print_json if as_json else _print
    show_answer(on_database(read))


def instant_given(text: str | None, name: str) -> datetime | None:
    """Return an instant as one gives it in a terminal: a day is its beginning in UTC, `now` is None."""
    if text is None or text == "now":
        return None
    return instant(f"{text}T00:00:00Z" if len(text) == len("2026-01-31") else text, name)


def _print_lineage(
    of: Named | UUID,
    direction: Direction,
    depth: int,
    at: tuple[datetime | None, datetime | None],
    form: Format,
    only: NodeKindOption | None,
) -> None:
    def answered(act: Any) -> Any:
        async def read(database: Database) -> Any:
            from lineage.store import Lineage

            reads = Lineage(database)
            return await act(
                database, reads, await reads.lineage(of, direction, depth, await reads.basis(*at))
            )

        return on_database(read)

    if form in (Format.TREE, Format.JSON):
        view, hidden = answered(_view_of(only))
        _print_view(view, hidden, direction, as_json=form is Format.JSON)
        return

    async def export(database: Database, reads: Lineage, graph: LineageGraph) -> Any:
        from service.lineage_exports import exported

        return await exported(reads, graph, form.value), graph.truncated

    file, is_cut = answered(export)
    sys.stdout.buffer.write(file.content)
    sys.stdout.flush()
    if is_cut:
        print("goldthread: nodes within the depth were left out", file=sys.stderr)


def _view_of(only: NodeKindOption | None) -> Any:
    async def act(database: Database, reads: Lineage, graph: LineageGraph) -> Any:
        from lineage.neighbours import Neighbours
        from lineage.views import Views

        view = await Views(reads).view(graph, only.value if only else None)
        return view, await Neighbours(database).hidden(view.found.nodes, view.basis)

    return act


def _print_view(view: View, hidden: Any, direction: Direction, *, as_json: bool) -> None:
    if as_json:
        from service.lineage_json import view_json

        _print_json(view_json(view))
        return
    from service.lineage_trees import lineage_tree

    _print(lineage_tree(view, hidden, direction))


async def _customer(records: Any, who: str, at: AsOf) -> GoldenRecord | None:
    from graph.identity import SourceKey

    try:
        key = UUID(who)
    except ValueError:
        if "@" in who:
            return await records.by_email(who, at)
        system, _, name = who.partition(":")
        return (await records.by_source_key([SourceKey(system, name)], at)).get(SourceKey(system, name))
    return (await records.by_id([key], at)).get(key)


def _named(name: str, namespace: str | None, kind: NodeKindOption | None) -> Named | UUID:
    from lineage.naming import LONGEST_NAME, Named

    try:
        return UUID(name)
    except ValueError:
        if not 0 < len(name) <= LONGEST_NAME or "\0" in name:
            raise InvalidInputError.at(
                "NODE", f"must have 1 to {LONGEST_NAME} characters, none of them NUL"
            ) from None
        return Named(name, namespace, kind.value if kind else None)


def _direction(*, up: bool, down: bool) -> Direction:
    return "both" if up == down else "up" if up else "down"


def _print(tree: RenderableType) -> None:
    Console().print(tree, highlight=False, soft_wrap=True)


def _print_json(value: Any) -> None:
    from service.responses import encoded

    print(json.dumps(json.loads(encoded(value)), ensure_ascii=False))
