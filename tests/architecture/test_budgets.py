"""No module or function grows past what one reads in a sitting, and no file has a name that says nothing."""

from __future__ import annotations

import ast

from tests.architecture.sources import ROOT, committed, length, product, suite

MODULE_LINES = 400
FUNCTION_LINES = 50
SAYS_NOTHING = {
    "utils",
    "util",
    "helpers",
    "helper",
    "common",
    "misc",
    "base",
    "manager",
    "core",
    "types",
    "models",
}


def test_no_module_is_longer_than_its_budget() -> None:
    """A module has at most 400 lines."""
    assert [f"{m.name}: {m.lines}" for m in (*product(), *suite()) if m.lines > MODULE_LINES] == []


def test_no_function_is_longer_than_its_budget() -> None:
    """A function has at most 50 lines."""
    long = [
        f"{module.name}.{function.name}: {length(function)}"
        for module in (*product(), *suite())
        for function in module.functions()
        if length(function) > FUNCTION_LINES
    ]
    assert long == []


def test_complexity_is_not_waived() -> None:
    """Complexity is at most 10: the linter counts it, and nobody may tell it not to."""
    rule = "C90" + "1"
    assert [
        m.name for m in (*product(), *suite()) if f"noqa: {rule}" in m.text or f", {rule}" in m.text
    ] == []


def test_every_file_name_says_what_is_inside() -> None:
    """No file is called utils, helpers, common and the like."""
    names = [path.relative_to(ROOT) for path in committed() if path.suffix in {".py", ".ts", ".tsx", ".sql"}]
    assert [str(name) for name in names if name.stem.lower() in SAYS_NOTHING] == []


def test_every_module_class_and_function_has_its_sentence() -> None:
    """Modules, public classes, public functions and tests have a docstring."""
    mute = [
        f"{module.name}:{getattr(node, 'name', '')}"
        for module in (*product(), *suite())
        for node in (module.tree, *module.tree.body)
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
        and not getattr(node, "name", "").startswith("_")
        and module.text.strip()
        and ast.get_docstring(node) is None
    ]
    assert mute == []


def test_nothing_is_named_get() -> None:
    """A function that answers is a noun phrase."""
    named = [f"{m.name}.{f.name}" for m in product() for f in m.functions() if f.name.startswith("get_")]
    assert named == []


def test_nobody_imports_a_whole_package_of_ours() -> None:
    """It is always `from graph.time import Period`, never `import graph`."""
    found = [
        module.name
        for module in (*product(), *suite())
        for node in ast.walk(module.tree)
        if isinstance(node, ast.Import)
        for alias in node.names
        if alias.name.split(".")[0] in {"service", "graph", "lineage", "ingest"}
    ]
    assert found == []
