"""What a request selects, for resolvers that read something only where it is wanted."""

from __future__ import annotations

from service.context import Info

WHERE_SELECTED = "read where it is selected"
"""In the metadata of a field: it is there only where a request selects it, and REST does not show it."""


def is_selected(info: Info, name: str) -> bool:
    """Return whether a field of the name is selected anywhere below the field that is being answered.

    Directives are not looked at: a field that they leave out counts too.
    """
    waiting = list(info.selected_fields)
    while waiting:
        one = waiting.pop()
        if getattr(one, "name", None) == name:
            return True
        waiting.extend(one.selections)
    return False
