"""The source files of the product and its tests, parsed: what the architecture tests look at."""

from __future__ import annotations

import ast
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

ROOT = Path(__file__).parents[2]
PACKAGES = ("service", "graph", "lineage", "ingest")

Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file; `name` is its dotted name."""

    path: Path
    text: str

    @property
    def name(self) -> str:
        """The dotted name under which it is imported."""
        return ".".join(self.path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")

    @cached_property
    def tree(self) -> ast.Module:
        """The parsed module."""
        return ast.parse(self.text)

    @property
    def lines(self) -> int:
        """How many lines it has."""
        return self.text.count("\n")

    def functions(self) -> Iterator[Function]:
        """Give every function, nested ones and methods too."""
        return (
            node for node in ast.walk(self.tree) if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef)
        )

    def imports(self) -> Iterator[str]:
        """Give the dotted name of every module it imports, wherever in the file."""
        for node in ast.walk(self.tree):
            if isinstance(node, ast.Import):
                yield from (alias.name for alias in node.names)
            elif isinstance(node, ast.ImportFrom) and node.module:
                yield node.module
                yield from (f"{node.module}.{alias.name}" for alias in node.names)


def length(function: Function) -> int:
    """Return the lines of a function, without its decorators."""
    return (function.end_lineno or function.lineno) - function.lineno + 1


def mocks(module: Module) -> bool:
    """Whether a test module replaces code; `ANY` replaces nothing."""
    imported = [name for name in module.imports() if name.startswith("unittest.mock.")]
    attributes = {node.attr for node in ast.walk(module.tree) if isinstance(node, ast.Attribute)}
    return (
        any(name != "unittest.mock.ANY" for name in imported) or {"setattr", "setitem"} & attributes != set()
    )


@cache
def product() -> tuple[Module, ...]:
    """Return the modules of the four packages."""
    return tuple(module for package in PACKAGES for module in _modules(ROOT / package))


@cache
def suite() -> tuple[Module, ...]:
    """Return the modules below tests."""
    return tuple(_modules(ROOT / "tests"))


@cache
def committed() -> tuple[Path, ...]:
    """Return every file that is or would be committed, but for vendored and generated ones."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    ).stdout
    return tuple(path for name in listed.split("\0") if name and (path := ROOT / name).is_file())


def _modules(folder: Path) -> Iterator[Module]:
    for path in sorted(folder.rglob("*.py")):
        if "static" not in path.parts:
            yield Module(path, path.read_text())
