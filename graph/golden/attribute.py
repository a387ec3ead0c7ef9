"""One attribute of an entity type: how its values are read and compared, and what it survives with."""

from __future__ import annotations

from dataclasses import dataclass, field

from graph.golden import folding
from graph.golden.kinds import KINDS, Comparable, Parser, checked


@dataclass(frozen=True, slots=True)
class Attribute:
    """One attribute of an entity type; `kind` is one of `graph.golden.kinds.KINDS`, which reads and compares it.

    Attributes of one `group` survive together: a golden record never mixes the street of one source with the city
    of another. `identifies` names the kind of identifier whose equal values make two records one entity. `check`
    names the check digit (see `graph.golden.check_digits.CHECKS`) that a code carries.
    """

    name: str
    kind: str
    group: str
    max_length: int = 200
    identifies: str | None = None
    check: str | None = None
    description: str = ""
    parse: Parser = field(init=False, repr=False, compare=False)
    comparable: Comparable = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        kind = KINDS[self.kind]
        comparable = folding.gtin if self.check == "gtin" else kind.comparable
        object.__setattr__(self, "parse", checked(self.check) if self.check else kind.parse)
        object.__setattr__(self, "comparable", comparable)
