"""How the names of the tables are spelled in JSON."""

from __future__ import annotations


def camel(name: str) -> str:
    """Return a snake_case name in camelCase."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)
