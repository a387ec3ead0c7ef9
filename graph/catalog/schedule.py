"""When a pipeline is due: cron in a time zone, and the instants at which it ticks. Pure."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo, available_timezones

from cronsim import CronSim, CronSimError

_NICKNAMES = {
    "@hourly": "0 * * * *",
    "@daily": "0 0 * * *",
    "@weekly": "0 0 * * 0",
    "@monthly": "0 0 1 * *",
    "@yearly": "0 0 1 1 *",
}
_FIELDS = 5


@dataclass(frozen=True, slots=True)
class Schedule:
    """Cron in a time zone, with cron's own habits at the change of the clocks.

    What is due at an hour that is skipped is due right after it; what is due at one that comes twice is due once.
    """

    cron: str
    zone: str = "UTC"

    def after(self, at: datetime) -> datetime:
        """Return the first tick after an instant, in UTC."""
        return next(CronSim(self.cron, self._local(at))).astimezone(UTC)

    def latest(self, since: datetime, until: datetime) -> datetime | None:
        """Return the last tick after `since` and up to `until`, in UTC; None where there is none."""
        # Backwards the start itself is no tick, unless it has a fraction of a second.
        start = until if until.microsecond else until + timedelta(microseconds=1)
        tick = next(CronSim(self.cron, self._local(start), reverse=True)).astimezone(UTC)
        return tick if since < tick <= until else None

    def _local(self, at: datetime) -> datetime:
        # CronSim knows the end of summer time by itself only in zones other than UTC.
        return at.astimezone(UTC if self.zone == "UTC" else ZoneInfo(self.zone))


def cron_of(text: str) -> str:
    """Return cron with its five fields one blank apart; raises ValueError saying what is wrong."""
    cron = _NICKNAMES.get(text.lower(), " ".join(text.split()))
    if cron.startswith("@"):
        raise ValueError(
            f"must be cron with five fields or one of {', '.join(_NICKNAMES)}, got {text[:60]!r}"
        )
    fields = len(cron.split())
    if fields != _FIELDS:
        raise ValueError(
            f"must have five fields (minute, hour, day of month, month, day of week), got {fields}: {text[:60]!r}"
        )
    try:
        Schedule(cron).after(datetime(2000, 1, 1, tzinfo=UTC))
    except (CronSimError, ValueError) as error:
        raise ValueError(f"is no cron: {str(error).lower()} in {text[:60]!r}") from None
    except StopIteration:
        raise ValueError(f"never comes: {text[:60]!r}") from None
    return cron


def zone_of(text: str) -> str:
    """Return the name of a time zone; raises ValueError where it is none."""
    if text not in _zones():
        raise ValueError(f"must be a time zone such as Europe/Berlin or UTC, got {text[:60]!r}")
    return text


@lru_cache(maxsize=1)
def _zones() -> frozenset[str]:
    return frozenset(available_timezones())
