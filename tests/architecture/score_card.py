"""The score card: how this code compares with the projects it learns from; red anywhere fails `make check`."""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from typing import TypeVar

import networkx as nx
from rich.console import Console
from rich.table import Table

from tests.architecture.sources import ROOT, Function, Module, length, mocks, product, suite

T = TypeVar("T")

EVENT_PATH = (
    "service.event_routes",
    "lineage.recorder",
    "lineage.events",
    "lineage.projection",
    "lineage.additions",
    "lineage.statements",
    "graph.store.database",
)
"""What an OpenLineage event passes on its way from the door into the database."""


@dataclass(frozen=True, slots=True)
class Score:
    """One line of the card."""

    what: str
    measured: str
    wanted: str
    is_good: bool


def scores() -> list[Score]:
    """Measure the code as it lies here."""
    functions = [function for module in product() for function in module.functions()]
    tests = [f for module in suite() for f in module.functions() if f.name.startswith("test_")]
    test_files = [module for module in suite() if module.path.name.startswith("test_")]
    cycle = largest_cycle(product())
    return [
        _share(
            "functions over 50 lines", functions, lambda f: length(f) > 50, "0 %", lambda share: share == 0
        ),
        Score("largest import cycle", str(cycle), "0", cycle == 0),
        _share("functions typed in full", functions, is_typed, "100 %", lambda share: share == 1),
        _share("modules with a docstring", product(), has_docstring, "100 %", lambda share: share == 1),
        _share("tests with a docstring", tests, has_docstring, "100 %", lambda share: share == 1),
        Score(
            "files an event passes", str(len(EVENT_PATH)), "≤ 7", len(EVENT_PATH) <= 7 and not broken_path()
        ),
        _share("test files that mock", test_files, mocks, "< 5 %", lambda share: share < 0.05),
    ]


def largest_cycle(modules: Iterable[Module]) -> int:
    """Return how many modules the largest import cycle has; 0 without one."""
    names = {module.name: module for module in modules}
    graph: nx.DiGraph[str] = nx.DiGraph()
    for name, module in names.items():
        found = {imported for imported in module.imports() if imported in names}
        # `from package import module` runs the module; the package itself is meant only where nothing in it is.
        through = {package for package in found if any(other.startswith(f"{package}.") for other in found)}
        graph.add_edges_from((name, imported) for imported in found - through)
    sizes = [len(found) for found in nx.strongly_connected_components(graph)]
    return max((size for size in sizes if size > 1), default=0)


def broken_path() -> list[str]:
    """Return the modules of EVENT_PATH that no module before them imports."""
    modules = {module.name: module for module in product()}
    return [
        name
        for position, name in enumerate(EVENT_PATH[1:], 1)
        if name not in modules
        or not any(name in modules[before].imports() for before in EVENT_PATH[:position] if before in modules)
    ]


def is_typed(function: Function) -> bool:
    """Whether every parameter but self and cls, and the result, has a type."""
    given = function.args
    parameters = [
        *given.posonlyargs,
        *given.args,
        *given.kwonlyargs,
        *filter(None, (given.vararg, given.kwarg)),
    ]
    named = [parameter for parameter in parameters if parameter.arg not in {"self", "cls"}]
    return function.returns is not None and all(parameter.annotation for parameter in named)


def has_docstring(thing: Module | Function) -> bool:
    """Whether it says what it is; an empty module has nothing to say."""
    if isinstance(thing, Module):
        return not thing.text.strip() or ast.get_docstring(thing.tree) is not None
    return ast.get_docstring(thing) is not None


def _share(
    what: str,
    things: Sequence[T],
    is_counted: Callable[[T], bool],
    wanted: str,
    is_good: Callable[[float], bool],
) -> Score:
    share = sum(map(is_counted, things)) / max(len(things), 1)
    return Score(f"{what} (of {len(things):,})", f"{share:.1%}".replace("%", " %"), wanted, is_good(share))


def main() -> int:
    """Print the card; 1 where a line is red."""
    card = Table(title="score card", title_justify="left", title_style="bold", box=None, pad_edge=False)
    for column in ("", "measured", "wanted"):
        card.add_column(column, justify="left" if not column else "right")
    measured = scores()
    for score in measured:
        colour = "green" if score.is_good else "red"
        sign = "✔" if score.is_good else "✘"
        card.add_row(f"[{colour}]{sign}[/] {score.what}", score.measured, score.wanted)
    console = Console()
    console.print(card)
    console.print(f"an event passes: {' → '.join(EVENT_PATH)}", style="dim", soft_wrap=True)
    for name in broken_path():
        console.print(f"[red]✘[/] nothing before {name} imports it: correct EVENT_PATH in {__file__}")
    lines = sum(module.lines for module in product())
    console.print(f"{len(product())} modules, {lines:,} lines below {ROOT.name}", style="dim")
    return 0 if all(score.is_good for score in measured) else 1


if __name__ == "__main__":
    sys.exit(main())
