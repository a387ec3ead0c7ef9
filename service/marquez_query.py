"""What the doors of Marquez are asked in their paths and query strings."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import unquote
from zoneinfo import ZoneInfo

from starlette.requests import Request

from graph.errors import InvalidInputError
from lineage.listings import Slice

MOST = 1_000
"""How many items a list answers at once."""

FAR = datetime(9999, 1, 1, tzinfo=UTC)
LONG_AGO = datetime(1, 1, 1, tzinfo=UTC)


def segments(request: Request, after: str) -> list[str]:
    """Return the parts of the path behind `after`; each may hold slashes that are escaped."""
    raw: bytes = request.scope.get("raw_path") or request.scope["path"].encode()
    _, _, rest = raw.decode("latin-1").partition(after)
    return [known_text(unquote(part), "path") for part in rest.split("/")]


def number(given: Mapping[str, str], name: str, default: int, *, least: int = 0, most: int = MOST) -> int:
    """Return a whole number that was asked for."""
    text = given.get(name, str(default))
    if not (text.isascii() and text.isdigit() and len(text) < 10 and least <= int(text) <= most):
        raise InvalidInputError.at(f"$.{name}", f"must be {least} to {most}, got {text[:60]!r}")
    return int(text)


def part_of_list(given: Mapping[str, str], most: int = MOST) -> Slice:
    """Return which part of a list was asked for; as in Marquez the first hundred where nothing is said."""
    return Slice(number(given, "limit", 100, most=most), number(given, "offset", 0, most=999_999_999))


def known_text(text: str, name: str) -> str:
    """Return a text, or raise InvalidInputError where PostgreSQL cannot keep it."""
    if "\0" in text:
        raise InvalidInputError.at(f"$.{name}", "holds a NUL character")
    return text.encode(errors="replace").decode()


def day(given: Mapping[str, str], name: str) -> datetime | None:
    """Return the beginning in UTC of a day such as 2026-01-31, None where none is given."""
    text = given.get(name)
    if not text:
        return None
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        raise InvalidInputError.at(
            f"$.{name}", f"must be a day such as 2026-01-31, got {text[:60]!r}"
        ) from None


def instants(given: Mapping[str, str], now: datetime) -> list[datetime]:
    """Return the bounds of the last 24 hours (period DAY) or seven days (WEEK) up to the end of the current one."""
    name = given.get("timezone", "UTC")
    try:
        here = now.astimezone(ZoneInfo(name))
    except (KeyError, ValueError, OSError):  # unknown; no key at all; a folder
        raise InvalidInputError.at("$.timezone", f"is no time zone: {name[:60]!r}") from None
    period = given.get("period", "DAY").upper()
    if period == "DAY":
        end = now.replace(minute=0, second=0, microsecond=0) + timedelta(hours=1)
        return [end - timedelta(hours=hours) for hours in range(24, -1, -1)]
    if period == "WEEK":
        tomorrow = here.date() + timedelta(days=1)
        midnights = (
            datetime.combine(tomorrow - timedelta(days=days), time(), here.tzinfo)
            for days in range(7, -1, -1)
        )
        return [midnight.astimezone(UTC) for midnight in midnights]
    raise InvalidInputError.at("$.period", "must be DAY or WEEK")
