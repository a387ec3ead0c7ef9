"""The fixed statements on the tables of lineage; each lies in a file of its own in `sql/`, headed by what it does."""

from __future__ import annotations

from pathlib import Path

_FOLDER = Path(__file__).parent / "sql"


def statement(name: str, **constants: str) -> str:
    """Return the text of `sql/<name>.sql`, with the constants filled into its braces; call it while importing.

    Constants are written in our own modules: they are never anything a user sent.
    """
    text = (_FOLDER / f"{name}.sql").read_text(encoding="utf-8")
    return text.format(**constants) if constants else text
