"""Takes the secrets out of connections and locations, so that what is shown never holds them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import unquote

MASK = "***"
"""What stands in place of every secret."""

_SECRET_NAME = re.compile(
    r"passw|pwd|passphrase|passcode|secret|token|credential|signature|access_?key|odbc_connect|^sig$|^pass$|key$",
    re.IGNORECASE,
)
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.:_-]*://")
_PARAMETER = re.compile(r"[?&;#]([^=?&;#]*)=")
_PAIR = re.compile(r"\s*([A-Za-z_][\w.-]*)\s*=\s*")
_SPACED_PAIR = re.compile(r"\s*([A-Za-z_][\w .-]*?)\s*=\s*")
_QUOTED = re.compile(r"'(?:[^'\\]|\\.|'')*'|\"(?:[^\"\\]|\\.|\"\")*\"|\{(?:[^}]|\}\})*\}", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Guarded:
    """A text in two parts: as it is shown, and the secrets that belong at those places of it, in order."""

    shown: str
    secrets: tuple[str, ...] = ()
    places: tuple[int, ...] = ()

    def __repr__(self) -> str:
        return f"Guarded({self.shown!r})"

    @property
    def is_masked(self) -> bool:
        """Whether a mask was given in place of a secret: the text came back as it had been shown."""
        return MASK in self.secrets

    @property
    def revealed(self) -> str:
        """The text as it was given; never for an output."""
        parts: list[str] = []
        start = 0
        for place, secret in zip(self.places, self.secrets, strict=True):
            parts += [self.shown[start:place], secret]
            start = place + len(MASK)
        return "".join([*parts, self.shown[start:]])


def guarded_connection(text: str) -> Guarded:
    """Return a connection with its secrets taken out: a URL (also jdbc:…), libpq `key=value …` or ODBC `Key=value;…`.

    Secrets are the password of a URL's user and the values of parameters named like one (password, token, key …).
    Raises ValueError, which never quotes the text, for other forms and where the bounds of a secret are in doubt.
    """
    scheme = _SCHEME.match(text)
    if scheme:
        return _cut(text, _url_secrets(text, scheme.end()))
    if _SPACED_PAIR.match(text):
        return _cut(text, _pair_secrets(text))
    raise ValueError("must be a URL such as postgresql://user:password@host/name, or key=value pairs")


def guarded_location(text: str) -> Guarded:
    """Return a place's name with its secrets taken out; what is neither a URL nor names a secret passes as it is."""
    names = [part.split()[-1:] for part in text.split("=")[:-1]]
    named = any(_SECRET_NAME.search(word) for last in names for word in last)
    return guarded_connection(text) if named or "://" in text else Guarded(text)


def _cut(text: str, spans: list[tuple[int, int]]) -> Guarded:
    parts: list[str] = []
    places: list[int] = []
    start = length = 0
    for low, high in spans:
        parts += [text[start:low], MASK]
        places.append(length + low - start)
        length += low - start + len(MASK)
        start = high
    secrets = tuple(text[low:high] for low, high in spans)
    return Guarded("".join([*parts, text[start:]]), secrets, tuple(places))


def _url_secrets(text: str, start: int) -> list[tuple[int, int]]:
    end = _first_of("/?#;", text, start)
    at = text.rfind("@", start, end)
    spans: list[tuple[int, int]] = []
    if at >= 0:
        colon = text.find(":", start, at)
        if 0 <= colon < at - 1:
            spans.append((colon + 1, at))
    elif ":" in text[start:end] and "@" in text[end:]:
        raise ValueError("has an @ after its host: write / ? # ; @ inside a value as %2F %3F %23 %3B %40")
    place = end
    while parameter := _PARAMETER.search(text, place):
        place = parameter.end()
        if _SECRET_NAME.search(unquote(parameter.group(1)).strip()):
            quoted = _QUOTED.match(text, place)
            # Drivers disagree on whether ; or # ends a value after the question mark, so it may go on past them.
            in_query = "?" in text[end:place] or "#" in text[end:place]
            stop = _first_of("&" if in_query else "&;?#", text, quoted.end() if quoted else place)
            if stop > place:
                spans.append((place, stop))
            place = stop
    return spans


def _pair_secrets(text: str) -> list[tuple[int, int]]:
    pair, separators = (_SPACED_PAIR, ";") if _is_separated_by_semicolons(text) else (_PAIR, " \t\r\n")
    spans: list[tuple[int, int]] = []
    place = 0
    while found := pair.match(text, place):
        quoted = _QUOTED.match(text, found.end())
        stop = _first_of(separators, text, quoted.end() if quoted else found.end())
        if _SECRET_NAME.search(found.group(1)) and stop > found.end():
            spans.append((found.end(), stop))
        place = stop + 1
    if text[place:].strip():
        raise ValueError("is not key=value pairs throughout: put values that hold spaces or ; in quotes")
    return spans


def _is_separated_by_semicolons(text: str) -> bool:
    bare = _QUOTED.sub(lambda quoted: "q" * len(quoted.group()), text)
    parts = [part for part in bare.split(";") if part.strip()]
    if ";" not in bare or not all(_SPACED_PAIR.match(part) for part in parts):
        return False
    if any(re.search(r"\s[A-Za-z_][\w.-]*\s*=", part.partition("=")[2]) for part in parts):
        raise ValueError("separates by ; and by space at once: put values that hold either in quotes")
    return True


def _first_of(characters: str, text: str, start: int) -> int:
    places = [place for place in (text.find(character, start) for character in characters) if place >= 0]
    return min(places, default=len(text))
