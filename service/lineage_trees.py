"""Answers about lineage as trees that people read in a terminal."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any
from uuid import UUID

from rich import markup
from rich.tree import Tree

from graph.spelling import camel
from graph.store.golden_records import GoldenRecord, ReceivedEvent
from graph.time import AsOf, render
from lineage.datasets import DatasetState, LastWrite
from lineage.flows import Flow
from lineage.graph_difference import CHANGES, Change
from lineage.listed_changes import Compared, ListedChange, Part
from lineage.nodes import Node
from lineage.owners import Owner
from lineage.schema_compatibility import schema_changes
from lineage.traversal import HEADINGS, Direction, Frontier, Heading
from lineage.views import View
from service.golden_record_json import attributes_json, sources

_REPLACED = dict.fromkeys("\t\n\r", " ")
_WORDS: dict[Heading, str] = {"up": "comes from", "down": "goes into"}
_SIGNS: dict[Change, str] = {"added": "[green]+[/]", "removed": "[red]−[/]", "changed": "[yellow]~[/]"}


def lineage_tree(view: View, hidden: Mapping[UUID, Frontier], direction: Direction) -> Tree:
    """Return a view of lineage as a tree from the node asked about: a branch for each direction, each node once."""
    start = view.found.nodes[0]
    tree = Tree(
        f"{_node(start)} [dim]as of {render(view.basis.valid)}, known at {render(view.basis.system)}[/]"
    )
    names = view.names
    for heading in HEADINGS[direction]:
        ends = _ends(view, heading)
        branch = Tree(f"[bold]{_WORDS[heading]}[/]")
        _grow(branch, start.id, ends, names, hidden, heading)
        if branch.children:
            tree.add(branch)
    if view.truncated:
        tree.add("[yellow]… more nodes are within the depth than an answer may hold[/]")
    return tree


def _grow(
    tree: Tree,
    start: UUID,
    ends: Mapping[UUID, Sequence[tuple[UUID, tuple[UUID, ...]]]],
    names: Mapping[UUID, Node],
    hidden: Mapping[UUID, Frontier],
    heading: Heading,
) -> None:
    """Add what lies behind a node; what was shown before is named and not gone into again."""
    shown = {start}
    waiting = [(tree, start)]
    while waiting:
        branch, key = waiting.pop()
        grown: list[tuple[Tree, UUID]] = []
        for end, through in ends.get(key, ()):
            passed = ", ".join(_escaped(names[one].display_name) for one in through)
            words = _node(names[end]) + (f" [dim]through {passed}[/]" if passed else "")
            if end in shown:
                branch.add(f"{words} [dim](see above)[/]")
                continue
            shown.add(end)
            grown.append((branch.add(words), end))
        more = getattr(hidden.get(key, Frontier()), "upstream" if heading == "up" else "downstream")
        if more:
            branch.add(f"[dim]… {more:,} more not shown[/]")
        waiting += reversed(grown)


def _ends(view: View, heading: Heading) -> dict[UUID, list[tuple[UUID, tuple[UUID, ...]]]]:
    """Return what lies directly behind each node in the walk's direction, and what is passed on the way."""
    ends: dict[UUID, dict[UUID, tuple[UUID, ...]]] = {}
    for edge in view.edges:
        here, there = (edge.target, edge.origin) if heading == "up" else (edge.origin, edge.target)
        ends.setdefault(here, {})[there] = edge.through if isinstance(edge, Flow) else ()
    names = view.names

    def by_name(end: tuple[UUID, tuple[UUID, ...]]) -> tuple[str, str]:
        return names[end[0]].name.name, names[end[0]].name.namespace

    return {key: sorted(of.items(), key=by_name) for key, of in ends.items()}


def difference_tree(compared: Compared, shown: Mapping[Part, Sequence[ListedChange]]) -> Tree:
    """Return the first changes of each part as a tree with a branch for each."""
    before, after = _instants(compared.before), _instants(compared.after)
    tree = Tree(f"[bold]{compared.total:,} changes[/] [dim]from {before} to {after}[/]")
    for part, changes in shown.items():
        numbers = [compared.count(part, change) for change in CHANGES]
        if not changes:
            continue
        counted = zip(CHANGES, numbers, strict=True)
        counts = " ".join(f"{_SIGNS[change]}{number:,}" for change, number in counted if number)
        branch = tree.add(f"[bold]{part}[/] {counts}")
        for one in changes:
            _add_change(branch, one)
        if (more := sum(numbers) - len(changes)) > 0:
            branch.add(f"[dim]… {more:,} more[/]")
    if compared.truncated:
        tree.add("[yellow]… not all could be compared[/]")
    return tree


def _add_change(branch: Tree, one: ListedChange) -> None:
    sign = _SIGNS[one.change]
    if one.origin and one.target:
        branch.add(f"{sign} {_node(one.origin)} → {_node(one.target)} [dim]{one.edge_kind}{_span(one)}[/]")
    elif one.column:
        key = one.column
        ends = (
            f"{name.name}.{column or '*'}"
            for name, column in ((key.source, key.source_column), (key.target, key.target_column))
        )
        by = f" by {key.job.name}" if key.job else ""
        branch.add(f"{sign} {_escaped(' → '.join(ends))}[dim]{_escaped(by)}[/]")
    elif one.node:
        leaf = branch.add(f"{sign} {_node(one.node)}")
        if one.part == "schemas":
            for change in schema_changes(one.before or (), one.after or ()):
                ends = [
                    f"{end.path} {end.type or ''}".strip() for end in (change.before, change.after) if end
                ]
                leaf.add(_escaped(f"{change.kind.replace('_', ' ')}: {' → '.join(ends)}"))


def _span(one: ListedChange) -> str:
    span = one.after or one.before
    return f" since {render(span.valid_from)}" + (f" until {render(span.valid_to)}" if span.valid_to else "")


def customer_tree(record: GoldenRecord, events: Mapping[UUID, ReceivedEvent], at: AsOf) -> Tree:
    """Return a customer with the source of each of its attributes."""
    gone = " [red]deleted[/]" if record.version.is_deleted else ""
    tree = Tree(f"[bold]customer {record.id}[/]{gone} [dim]{_instants(at)}[/]")
    said = {camel(name): events.get(key) for name, key in sources(record.version)}
    for name, value in attributes_json(record.version.attributes).items():
        if isinstance(value, dict):
            branch = tree.add(name)
            for part, one in value.items():  # pyright: ignore[reportUnknownVariableType]
                if one is not None:
                    branch.add(_attribute(str(part), one, said.get(str(part))))
        elif value is not None:
            tree.add(_attribute(name, value, said.get(name)))
    return tree


def _attribute(name: str, value: Any, event: ReceivedEvent | None) -> str:
    by = ""
    if event is not None:
        key = event.source_key
        by = f" [dim]{_escaped(f'{key.system}:{key.key}')}, valid from {render(event.valid_from)}[/]"
    return f"{name}: [bold]{_escaped(str(value))}[/]{by}"


def dataset_tree(state: DatasetState, last: LastWrite, owners: Iterable[Owner]) -> Tree:
    """Return what is held of a dataset."""
    tree = Tree(f"{_node(state.node)} [dim]{_instants(state.basis)}[/]")
    for alias in state.node.aliases:
        tree.add(f"also called {_escaped(f'{alias.namespace} {alias.name}')}")
    for owner in owners:
        tree.add(f"owner {_escaped(owner.name)}" + (f" [dim]{_escaped(owner.role)}[/]" if owner.role else ""))
    if last.version and last.version_since:
        tree.add(f"version {_escaped(last.version)} [dim]since {render(last.version_since)}[/]")
    if last.lifecycle and last.lifecycle_since:
        tree.add(f"{_escaped(last.lifecycle.lower())} [dim]at {render(last.lifecycle_since)}[/]")
    since = f" [dim]since {render(state.schema_since)}[/]" if state.schema_since else ""
    columns = tree.add(f"{len(state.columns)} columns{since}")
    for column in state.columns:
        words = f" [dim]{_escaped(column.description)}[/]" if column.description else ""
        columns.add(f"{_escaped(column.path)} {_escaped(column.type or '')}{words}")
    return tree


def dataset_json(state: DatasetState, last: LastWrite, owners: Iterable[Owner]) -> dict[str, Any]:
    """Return the same as JSON."""
    return {
        "basis": {"asOf": state.basis.valid, "knownAt": state.basis.system},
        "id": state.node.id,
        "namespace": state.node.name.namespace,
        "name": state.node.name.name,
        "aliases": [{"namespace": one.namespace, "name": one.name} for one in state.node.aliases],
        "owners": [{"name": one.name, "role": one.role, "saidBy": one.said_by} for one in owners],
        "version": last.version,
        "lifecycle": last.lifecycle,
        "schemaSince": state.schema_since,
        "columns": [
            {"path": one.path, "type": one.type, "description": one.description} for one in state.columns
        ],
    }


def _escaped(text: str) -> str:
    """Return a text that is nothing but text in a terminal: neither markup, nor what moves the cursor or ends the line."""
    return markup.escape(
        "".join(one if one.isprintable() else _REPLACED.get(one, "\N{REPLACEMENT CHARACTER}") for one in text)
    )


def _node(node: Node) -> str:
    sign = "▤" if node.kind == "dataset" else "⚙"
    return f"{sign} [bold]{_escaped(node.name.name)}[/] [dim]{_escaped(node.name.namespace)}[/]"


def _instants(at: AsOf) -> str:
    return f"as of {render(at.valid)}, known at {render(at.system)}"
