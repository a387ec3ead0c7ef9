"""Regular expressions that users write: however they are written, a match takes time in proportion to the text."""

from __future__ import annotations

from functools import lru_cache

from pydantic_core import SchemaError, SchemaValidator, core_schema


def is_whole_match(pattern: str, text: str) -> bool:
    """Return whether a regular expression, in which `pattern_problem` finds nothing, matches the whole of a text."""
    return _validator(pattern).isinstance_python(text)


def pattern_problem(pattern: str) -> str | None:
    """Return why a text is no regular expression that can be used here, or None."""
    try:
        _validator(pattern)
    except SchemaError as error:
        return (
            str(error).strip().splitlines()[-1].removeprefix("error: ").strip().removeprefix("SchemaError: ")
        )
    return None


@lru_cache(maxsize=1_000)
def _validator(pattern: str) -> SchemaValidator:
    """Return what matches by automaton, without going back: Python's own `re` takes exponential time for (a+)+b."""
    return SchemaValidator(core_schema.str_schema(pattern=f"^(?:{pattern})$", regex_engine="rust-regex"))
