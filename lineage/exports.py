"""A lineage graph in formats that other programs read: CSV, Mermaid and GraphML. Pure."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Sequence
from typing import Any
from xml.etree.ElementTree import Element, SubElement, indent, tostring

from graph.time import render
from lineage.nodes import Node
from lineage.store import LineageGraph
from lineage.traversal import Edge

_GRAPHML = "http://graphml.graphdrawing.org/xmlns"
_KEYS = {
    "node": ("kind", "namespace", "name", "distance"),
    "edge": ("known_as", "valid_from", "valid_to", "system_from"),
}


def as_csv(rows: Iterable[Sequence[Any]]) -> str:
    """Return rows, the first of them the heads, as CSV of RFC 4180; a text that a spreadsheet would compute is quoted."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\r\n")
    writer.writerows([_cell(value) for value in row] for row in rows)
    return text.getvalue()


def edges_csv(graph: LineageGraph) -> str:
    """Return the edges of a graph as CSV; a node without edges stands alone in its row."""
    nodes = {node.id: node for node in graph.nodes}
    heads = ["from_kind", "from_namespace", "from_name", "to_kind", "to_namespace", "to_name"]
    rows: list[list[Any]] = [[*heads, "known_as", "valid_from", "valid_to", "system_from"]]
    rows += [[*_named(nodes[edge.origin]), *_named(nodes[edge.target]), *_told(edge)] for edge in graph.edges]
    joined = {end for edge in graph.edges for end in (edge.origin, edge.target)}
    rows += [[*_named(node), *[""] * 7] for node in graph.nodes if node.id not in joined]
    return as_csv(rows)


def mermaid(graph: LineageGraph) -> str:
    """Return a graph as a flowchart of Mermaid: datasets as cylinders, jobs as boxes, declared edges dotted."""
    place = {node.id: f"n{number}" for number, node in enumerate(graph.nodes)}
    lines = ["flowchart LR"]
    for node in graph.nodes:
        label = _label(f"{node.display_name}")
        lines.append(f"  {place[node.id]}" + (f'[("{label}")]' if node.kind == "dataset" else f'["{label}"]'))
    observed = {(edge.origin, edge.target) for edge in graph.edges if edge.kind == "observed"}
    for origin, target in dict.fromkeys((edge.origin, edge.target) for edge in graph.edges):
        arrow = "-->" if (origin, target) in observed else "-.->"
        lines.append(f"  {place[origin]} {arrow} {place[target]}")
    return "\n".join(lines) + "\n"


def graphml(graph: LineageGraph) -> str:
    """Return a graph as GraphML; nodes and edges carry what is known of them as data."""
    root = Element("graphml", xmlns=_GRAPHML)
    for of, names in _KEYS.items():
        for name in names:
            kind = "int" if name == "distance" else "string"
            SubElement(root, "key", {"id": name, "for": of, "attr.name": name, "attr.type": kind})
    drawn = SubElement(root, "graph", edgedefault="directed")
    for node in graph.nodes:
        one = SubElement(drawn, "node", id=str(node.id))
        _data(one, _KEYS["node"], [node.kind, node.name.namespace, node.name.name, str(node.distance)])
    for edge in graph.edges:
        one = SubElement(drawn, "edge", source=str(edge.origin), target=str(edge.target))
        _data(one, _KEYS["edge"], _told(edge))
    indent(root)
    return '<?xml version="1.0" encoding="UTF-8"?>\n' + tostring(root, encoding="unicode") + "\n"


def _data(of: Element, names: Sequence[str], values: Sequence[str]) -> None:
    for name, value in zip(names, values, strict=True):
        if value:
            SubElement(of, "data", key=name).text = "".join(map(_printable, value))


def _printable(character: str) -> str:
    """Return a character that XML can hold."""
    code = ord(character)
    is_allowed = (
        code in {0x9, 0xA, 0xD} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code > 0xFFFF
    )
    return character if is_allowed else "\N{REPLACEMENT CHARACTER}"


def _named(node: Node) -> list[str]:
    return [node.kind, node.name.namespace, node.name.name]


def _told(edge: Edge) -> list[str]:
    end = render(edge.valid_to) if edge.valid_to else ""
    return [edge.kind, render(edge.valid_from), end, render(edge.system_from)]


def _label(text: str) -> str:
    """Return a text inside of the quotes of Mermaid, where its own marks mean nothing."""
    kept = "".join(character if character.isprintable() else " " for character in text)
    return "".join(f"#{ord(one)};" if one in '"#<>&;[]{}()|`\\' else one for one in kept)


def _cell(value: Any) -> Any:
    """Return a value as a cell; one that begins as a formula does is told to be a text by an apostrophe."""
    if isinstance(value, str) and value[:1] in {"=", "+", "-", "@", "\t", "\r"}:
        return f"'{value}"
    return "" if value is None else value
