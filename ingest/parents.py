"""The run that something is part of: as users name it, as manifests keep it, and as lineage tells of it."""

from __future__ import annotations

from typing import Any

from graph.errors import InvalidInputError
from graph.identity import JobName
from lineage.emitter import ParentRun, RunName


def parent_told(parent: str | None, root: str | None) -> dict[str, Any] | None:
    """Return the parent that two texts `namespace/job/run id` name, as manifests keep it; None where none is named."""
    if not parent:
        return None
    run = _named(parent, "OPENLINEAGE_PARENT_ID")
    return {"run": run, "root": _named(root, "OPENLINEAGE_ROOT_PARENT_ID") if root else run}


def parent_run(kept: dict[str, Any] | None) -> ParentRun | None:
    """Return the parent that a manifest keeps."""
    if kept is None:
        return None
    return ParentRun(_name(kept["run"]), _name(kept["root"]))


def _named(text: str, variable: str) -> dict[str, str]:
    parts = text.rsplit("/", 2)  # a namespace may hold slashes
    if len(parts) != 3 or not all(parts):
        raise InvalidInputError.at(variable, f"must be namespace/job/run id, got {text[:100]!r}")
    return dict(zip(("namespace", "name", "run_id"), parts, strict=True))


def _name(kept: dict[str, str]) -> RunName:
    return RunName(JobName(kept["namespace"], kept["name"]), kept["run_id"])
