"""How the names of the tables are spelled in JSON, and what JSON calls its values."""

from __future__ import annotations


def camel(name: str) -> str:
    """Return a snake_case name in camelCase."""
    first, *rest = name.split("_")
    return first + "".join(part.capitalize() for part in rest)


def json_type(value: object) -> str:
    """Return in words what a parsed JSON value is, such as "a number"."""
    names: dict[type[object], str] = {
        dict: "an object",
        list: "a list",
        str: "text",
        bool: "true or false",
        int: "a number",
        float: "a number",
    }
    return names.get(type(value), "nothing" if value is None else type(value).__name__)
